/** Events, roll-ups, gaps, and the replays that compare them. */
import { v, type Infer } from "convex/values";
import { agentFields, vAgentMetrics } from "./agents";
import { literals, vTimestamp } from "./base";
import { vChecks, vUsage } from "./messages";

export const vEventType = literals(
  "conversation_created",
  "message_received",
  "reply_finished",
  "reply_stopped",
  "reply_failed",
  "usage_charged",
  /** The AI wrote something for a technician: `reason` says what (`model/replies/assists.ts`). */
  "assisted",
  "knowledge_gap",
  "escalated",
  "claimed",
  "released",
  "assigned",
  "returned",
  "offered",
  "offer_accepted",
  "offer_declined",
  "shift_started",
  "shift_ended",
  "staff_replied",
  "snoozed",
  "woken",
  "alerted",
  "followed_up",
  "promise_made",
  "promise_kept",
  "promise_late",
  "promise_dropped",
  "resolved",
  "reopened",
  "episode_judged",
  "rated",
  "feedback",
  // Audit: privileged acts that no event above stands for.
  "role_changed",
  "email_changed",
  "phone_changed",
  "blocked",
  "unblocked",
  "user_created",
  "staff_invited",
  "staff_changed",
  "staff_away",
  "staff_signed_out",
  "person_noted",
  "people_merged",
  "contact_changed",
  "note_added",
  "mentioned",
  "message_edited",
  "labelled",
  "unlabelled",
  "labels_changed",
  "urgency_set",
  "targets_changed",
  "weekly_mail_changed",
  "original_opened",
  "agent_created",
  "agent_changed",
  "document_added",
  "document_replaced",
  "document_published",
  "document_unpublished",
  "document_removed",
  "source_changed",
  "site_added",
  "document_scheduled",
  "recall_sent",
  "draft_saved",
  "draft_discarded",
  "articles_imported",
  "embedding_resumed",
  "process_cancelled",
  "process_retried",
  "trial_started",
  "shop_named",
  "hours_changed",
  "link_hosts_changed",
  "guardrails_changed",
  "budget_changed",
  "saved_reply_changed",
  "saved_reply_removed",
  "data_exported",
  "backup_made",
  // What else somebody does with an account or gets to read.
  "signed_in",
  "signed_out",
  "code_requested",
  "session_revoked",
  "token_reused",
  "file_uploaded",
  "export_read",
  "document_read",
  // Counted: one an hour and reason, `count` of them (`model/access/refusals.ts`).
  "code_failed",
  "limit_hit",
  "account_deleted",
  "sms_consent_changed",
  "sms_undelivered",
  // Providers (`model/analytics/health.ts`). Of the model `reply_failed` and `reply_finished` tell.
  "embeddings_failed",
  "embeddings_worked",
  "email_failed",
  "email_worked",
  "texts_failed",
  "texts_worked",
  // A provider has called us (`model/analytics/webhooks.ts`).
  "texts_webhook",
  "email_webhook",
  "provider_alerted",
);
/** What an episode came to, known when it is resolved (`model/analytics/metrics.ts` defines each). */
const vEpisodeFacts = v.object({
  number: v.number(),
  customerMessages: v.number(),
  /** Complete answers of the AI, and public messages of technicians. */
  aiAnswers: v.number(),
  humanMessages: v.number(),
  contained: v.boolean(),
  /** Why it was first handed to people. */
  handoff: v.optional(v.string()),
  /** From its beginning to its resolution without the time it was snoozed; the second in opening hours. */
  resolutionMs: v.number(),
  resolutionOpenMs: v.number(),
  costMicroUsd: v.number(),
});
export type EpisodeFacts = Infer<typeof vEpisodeFacts>;

export const vEventData = v.object({
  /** A code, a role, a slug, names of fields: never a text that somebody wrote. */
  reason: v.optional(v.string()),
  /** What a provider answered, in a word of `ProviderError`: a status, `timeout`, `cut`. */
  fault: v.optional(v.string()),
  /** `reply_finished`: the embeddings did not answer, so passages were found by their words only. */
  textOnly: v.optional(v.boolean()),
  /** `reply_finished`, `reply_failed`, `usage_charged` (stopped or overtaken): facts and acts that were judged, and answers sent back for one. */
  checks: v.optional(vChecks),
  /** The trial that a change rests on. */
  trialId: v.optional(v.id("workflows")),
  /** What the customer asked, redacted: knowledge gaps only. */
  question: v.optional(v.string()),
  usage: v.optional(vUsage),
  /** How often, of what is counted: absent is once. */
  count: v.optional(v.number()),
  /** 1 to 5 for ratings, 1 or -1 for thumbs. */
  score: v.optional(v.number()),
  /** A rating that replaces one of the same episode: the score before. */
  previousScore: v.optional(v.number()),
  /** For the first answer after a customer message. */
  waitedMs: v.optional(v.number()),
  /** The same in opening hours: answers by technicians only. */
  waitedOpenMs: v.optional(v.number()),
  /** True for the first such answer by the AI, or by a technician, in its episode. */
  first: v.optional(v.boolean()),
  /** `staff_replied` from a draft of the AI's: how many per cent of its words were sent (`model/replies/kept.ts`). */
  keptPercent: v.optional(v.number()),
  /** `resolved`: the episode that it ends. */
  episode: v.optional(vEpisodeFacts),
  /** `episode_judged`: all that the episode cost, and whether it was rated. */
  judged: v.optional(v.object({ costMicroUsd: v.number(), rated: v.boolean() })),
});
/** Of an agent what a trial changes. */
export const vTrialAgent = v.object({
  prompt: agentFields.prompt,
  model: agentFields.model,
  fallbackModels: agentFields.fallbackModels,
  settings: agentFields.settings,
  tools: agentFields.tools,
});
/** Unpublished documents that answer as if they were published, and published ones that don't. */
export const vDocumentSet = v.object({
  add: v.array(v.id("knowledge")),
  remove: v.array(v.id("knowledge")),
});
/** What one side of a trial made of a question: figures, no words. */
export const vTrialSide = v.object({
  /** `unsure`: it says so, or cites nothing for what was asked. */
  outcome: literals("answered", "unsure", "handoff", "failed"),
  /** Documents: those whose passages the model was given, best first, and those that it cited. */
  found: v.array(v.id("knowledge")),
  cited: v.array(v.id("knowledge")),
  checked: v.number(),
  refused: v.number(),
  /** Contacts that it would have stored. */
  contacts: v.number(),
  costMicroUsd: v.number(),
  totalMs: v.number(),
});
/** A line of an evaluation: what is asked, and the documents that answer it. */
export const vTrialLine = v.object({
  question: v.string(),
  documents: v.array(v.id("knowledge")),
});
/** An exchange of a trial, or a line of its own; its sides once they were run. */
export const comparedFields = {
  /** The answer that was given. */
  conversationId: v.optional(v.id("conversations")),
  messageId: v.optional(v.id("messages")),
  line: v.optional(vTrialLine),
  live: v.optional(vTrialSide),
  changed: v.optional(vTrialSide),
  /** Why it has none: `gone`, `lost`. */
  error: v.optional(v.string()),
};
export const vPeriod = literals("hour", "day");
export const vRollupCounts = v.record(v.string(), v.number());
/** A number that is not what the events come to. */
const vDifference = v.object({
  /** In the shop's zone: `day 2026-11-25`, `hour 2026-11-25T14:00-05:00`; `agent <slug>`, `unanswered question`. */
  where: v.string(),
  key: v.string(),
  stored: v.number(),
  replayed: v.number(),
});
export type Difference = Infer<typeof vDifference>;
const vTotals = v.array(v.object({ agentId: v.id("agents"), metrics: vAgentMetrics }));
const replayFields = {
  state: literals("running", "done"),
  startedAt: vTimestamp,
  progressAt: vTimestamp,
  /** True: differences are repaired from the events, not only named. */
  repair: v.boolean(),
  /** Today had more events than one transaction repairs: the next run repairs, too. */
  again: v.optional(v.boolean()),
  /** Start of the first day of this run, of the day under way, and of the day that is not closed yet. */
  from: vTimestamp,
  day: vTimestamp,
  end: vTimestamp,
  /** Up to which creation time the day's events are counted. */
  after: v.optional(v.number()),
  /** Of a run from before there was `after`: its day begins again. */
  cursor: v.optional(v.union(v.string(), v.null())),
  /** What the day's hours come to so far. */
  hours: v.array(v.object({ start: vTimestamp, counts: vRollupCounts })),
  /** What the agents' totals come to so far, and what they came to up to `base.upTo`, where the next run begins. */
  agents: vTotals,
  base: v.object({ upTo: vTimestamp, agents: vTotals }),
  /** When every day was replayed last. */
  fullAt: vTimestamp,
  events: v.number(),
  /** The first of them, and how many there are. */
  differences: v.array(vDifference),
  differ: v.number(),
};
/** What a finished replay found. */
export const checkFields = {
  at: vTimestamp,
  from: vTimestamp,
  to: vTimestamp,
  events: v.number(),
  differ: v.number(),
  repaired: v.boolean(),
  differences: v.array(vDifference),
  /** What was too large to compare in one transaction: `agents`, `gaps`. */
  skipped: v.array(v.string()),
};
export const vAnalytics = v.union(
  v.object({
    kind: v.literal("event"),
    type: vEventType,
    conversationId: v.optional(v.id("conversations")),
    /** Who caused it: a user, or nobody for the AI and timers. */
    actorId: v.optional(v.id("users")),
    /** Whom the act was done to, if not to a conversation: the new technician, the assigned one. */
    subjectId: v.optional(v.id("users")),
    agentId: v.optional(v.id("agents")),
    documentId: v.optional(v.id("knowledge")),
    data: vEventData,
  }),
  v.object({
    kind: v.literal("rollup"),
    period: vPeriod,
    /** Of a day the shop's midnight; hours are counted from there. */
    start: vTimestamp,
    counts: vRollupCounts,
  }),
  v.object({
    kind: v.literal("gap"),
    question: v.string(),
    count: v.number(),
    lastAt: vTimestamp,
    /** Of questions that mean the same: the id of the first of them. Absent until they were compared. */
    group: v.optional(v.string()),
    /** When a search for it found the document that was written for it. Asked in vain later, it is open again. */
    closedAt: v.optional(vTimestamp),
  }),
  v.object({
    kind: v.literal("cursor"),
    /** `_creationTime` of the last event rolled up. */
    upTo: vTimestamp,
    /** The zone whose days the roll-ups are of (absent: UTC), and which `COUNTING` made them (absent: 1). */
    timeZone: v.optional(v.string()),
    counting: v.optional(v.number()),
    /** `_creationTime` of the last event that retention took the identifiers from. */
    unlinkedUpTo: v.optional(vTimestamp),
    /** `_creationTime` of the last `resolved` event whose episode was judged. */
    judgedUpTo: v.optional(vTimestamp),
  }),
  /** A trial's two sides, as they were when it began. `start` is the `_creationTime` of its process. */
  v.object({
    kind: v.literal("trial"),
    start: vTimestamp,
    agentId: v.id("agents"),
    live: vTrialAgent,
    changed: vTrialAgent,
    documents: vDocumentSet,
  }),
  /** An exchange that was answered, or a line; its sides once they were run. */
  v.object({
    kind: v.literal("trial_result"),
    start: vTimestamp,
    ...comparedFields,
  }),
  v.object({ kind: v.literal("replay"), ...replayFields }),
  v.object({ kind: v.literal("check"), ...checkFields }),
);
export const vProvider = literals("model", "embeddings", "email", "texts");
export type Provider = Infer<typeof vProvider>;
export type EventType = Infer<typeof vEventType>;
export type EventData = Infer<typeof vEventData>;
