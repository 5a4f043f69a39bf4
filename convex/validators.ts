/**
 * Leaf validators, each field declared once. Tables (`schema.ts`), arguments and return values derive
 * from these. Rows that go through several states are unions tagged by one field, so that impossible
 * combinations can't be stored.
 */
import { v, type Infer } from "convex/values";

const literals = <const T extends [string, string, ...string[]]>(...values: T) =>
  v.union(
    ...(values.map((value) => v.literal(value)) as {
      [K in keyof T]: ReturnType<typeof v.literal<T[K]>>;
    }),
  );

export const vRole = literals("customer", "technician", "admin");
export const vSmsConsent = literals("unknown", "granted", "revoked");
export const vChannel = literals("web", "sms");

/** Milliseconds since the Unix epoch. */
export const vTimestamp = v.number();

export const vCapability = literals(
  "triage",
  "hardware",
  "software",
  "network",
  "data",
  "accounts",
  "billing",
);
export type Capability = Infer<typeof vCapability>;

export const userFields = {
  role: vRole,
  name: v.optional(v.string()),
  /** Lower case. Set only once the address is verified, or by staff for a customer at the counter. */
  email: v.optional(v.string()),
  emailVerifiedAt: v.optional(vTimestamp),
  /** E.164. */
  phone: v.optional(v.string()),
  /** When a code texted to `phone` was confirmed. Until then the number proves nothing about an account. */
  phoneVerifiedAt: v.optional(vTimestamp),
  /** E.164, of one user at most: whoever texts from it is this user. */
  textsFrom: v.optional(v.string()),
  smsConsent: vSmsConsent,
  /** Staff: what they take on while they are on a shift; absent: everything. */
  skills: v.optional(v.array(vCapability)),
  /** Staff: open conversations at a time while on a shift; absent: `DEFAULT_CAPACITY`. */
  capacity: v.optional(v.number()),
  /** Set by an admin: no session, and no code opens one. */
  blockedAt: v.optional(vTimestamp),
  /** Set while the account is being erased: the row has no name and no address any more. */
  deletingAt: v.optional(vTimestamp),
};

export const vSession = v.union(
  v.object({
    state: v.literal("pending"),
    address: v.string(),
    /** Keyed hashes: a leaked table can't be searched for a 6-digit code. */
    challengeHash: v.string(),
    codeHash: v.string(),
    attempts: v.number(),
    expiresAt: vTimestamp,
    /** The session that asked, if there was one: no other can redeem the code. A guest's is upgraded or merged. */
    askedBy: v.optional(v.id("sessions")),
    /** Written before 0.2 in place of `askedBy`; such rows live for an hour. */
    guestSessionId: v.optional(v.id("sessions")),
  }),
  v.object({
    state: v.literal("active"),
    userId: v.id("users"),
    refreshHash: v.string(),
    previousRefreshHash: v.optional(v.string()),
    /** After a rotation of `JWT_SECRET`: the last token that the old secret made. Older ones lead to it. */
    lastOldHash: v.optional(v.string()),
    rotatedAt: vTimestamp,
    /** The end unless refreshed before, and the absolute end at most. */
    expiresAt: vTimestamp,
    userAgent: v.optional(v.string()),
  }),
  v.object({
    state: v.literal("revoked"),
    userId: v.id("users"),
    reason: literals(
      "logout",
      "revoked",
      "refresh_reuse",
      "upgraded",
      "email_changed",
      "replaced",
      "blocked",
      "account_deleted",
    ),
    userAgent: v.optional(v.string()),
    /** When the row may be deleted: after the last access token that names it has expired. */
    expiresAt: vTimestamp,
  }),
);

export const vHandoffReason = literals(
  "customer_request",
  "needs_technician",
  "no_source",
  "safety",
  "complaint",
  "billing_dispute",
  "provider_error",
  "daily_budget",
  "reply_cap",
  "promise_late",
  "undelivered",
  "staff",
  // Topics that no model decides (`model/triggers.ts`).
  "swollen_battery",
  "ransomware",
  "data_loss",
  "legal",
  "refund",
  "same_failure",
  /** Back after a technician had settled it, and wants a technician again. */
  "returning",
);
export type HandoffReason = Infer<typeof vHandoffReason>;
export const vUrgency = literals("low", "normal", "high");

export const vOwner = v.union(
  v.object({ kind: v.literal("ai") }),
  v.object({
    kind: v.literal("queue"),
    /** The place in the queue: kept when somebody gives it back. */
    since: vTimestamp,
    /** Who gave it back: it is not assigned to them again. */
    returnedBy: v.optional(v.id("users")),
  }),
  v.object({
    kind: v.literal("human"),
    since: vTimestamp,
    userId: v.id("users"),
    /** Its place in the queue, if it came from there. */
    queuedSince: v.optional(vTimestamp),
  }),
);

export const vConversationStatus = literals("open", "snoozed", "resolved");
/** The lists of the technicians' desk. */
export const vQueueView = literals("waiting", "mine", "all", "snoozed", "resolved");

export const vContact = v.object({
  name: v.optional(v.string()),
  email: v.optional(v.string()),
  phone: v.optional(v.string()),
});
/** What a hand-off says to whoever takes over; `contact` stands on the conversation. */
export const handoffFields = {
  reason: vHandoffReason,
  summary: v.string(),
  urgency: vUrgency,
  device: v.optional(v.string()),
  symptom: v.optional(v.string()),
  stepsTried: v.optional(v.array(v.string())),
  /** What the customer wants to come of it. */
  wants: v.optional(v.string()),
  /** Who should take it; absent: anybody. */
  skill: v.optional(vCapability),
};
export const vHandoff = v.object(handoffFields);
export const vBrief = v.object({ ...handoffFields, at: vTimestamp });
export const vOfferReason = literals("same_failure", "no_source", "returning");
/** A technician offered, with buttons; "yes" means it while nothing else was said since. */
export const vOffer = v.object({
  reason: vOfferReason,
  at: vTimestamp,
  /** The conversation's turn when it was made; -1: words don't answer it, the assistant speaks after it. */
  turn: v.number(),
});
/** What went wrong in this episode, for the rules: absent while nothing has. */
export const vTrouble = v.object({
  /** Suggested fixes that failed, in a row. */
  failures: v.number(),
  /** Answers without a source, in a row. */
  noSource: v.number(),
  /** An offer was declined: the next time is a hand-off. */
  declined: v.boolean(),
});
/** Timers that wait for the conversation, each a row in `workflows` (`model/timers.ts`). */
export const vTimers = v.object({
  handoff: v.optional(v.id("workflows")),
  follow_up: v.optional(v.id("workflows")),
  snooze: v.optional(v.id("workflows")),
});
/** What the customer was promised and has not got yet, with the timer that watches over it. */
export const vPromise = v.object({
  workflowId: v.id("workflows"),
  text: v.string(),
  dueAt: vTimestamp,
  /** When it was found to be late. */
  lateAt: v.optional(vTimestamp),
});
const ratingFields = {
  /** 1 (bad) to 5 (good). */
  score: v.number(),
  comment: v.optional(v.string()),
  at: vTimestamp,
};
export const vRating = v.object(ratingFields);
export const vEpisodeRating = v.object({ episode: v.number(), ...ratingFields });

export const conversationFields = {
  userId: v.id("users"),
  channel: vChannel,
  status: vConversationStatus,
  owner: vOwner,
  /** Fencing token: whoever writes a reply holds the turn it began with (`model/turns.ts`). */
  turn: v.number(),
  /** Counts reopenings: the AI's context starts at the episode. */
  episode: v.number(),
  agentId: v.optional(v.id("agents")),
  /** Oldest public customer message without a public answer. */
  waitingSince: v.optional(vTimestamp),
  snoozedUntil: v.optional(vTimestamp),
  /** Set while `status` is `resolved`. Rows from before have it once `m0001_resolved_at` has run. */
  resolvedAt: v.optional(vTimestamp),
  lastMessageAt: vTimestamp,
  preview: v.string(),
  unreadByCustomer: v.number(),
  unreadByStaff: v.number(),
  /** AI replies in this episode; at the cap a technician takes over. */
  aiReplies: v.number(),
  /** Whose first answer in this episode has been: what makes the next one not the first response. */
  answeredBy: v.optional(literals("ai", "human", "both")),
  brief: v.optional(vBrief),
  offer: v.optional(vOffer),
  trouble: v.optional(vTrouble),
  /** What earlier episodes were about, a line each, bounded: written by `resolve`, read by the AI. */
  earlier: v.optional(v.string()),
  contact: v.optional(vContact),
  /** Of this episode. */
  rating: v.optional(vRating),
  /** Of earlier episodes, the latest `MAX_RATINGS`. */
  ratings: v.optional(v.array(vEpisodeRating)),
  /** Absent while nothing is armed: an ordinary exchange reads and writes no timer. */
  timers: v.optional(vTimers),
  /** At most `MAX_PROMISES`; absent when there is none. */
  promises: v.optional(v.array(vPromise)),
  /** The last answer that the customer has not reacted to; absent once that was looked into. */
  silentSince: v.optional(vTimestamp),
  /** The last episode in which the customer was asked whether it is solved: once each. */
  followedUp: v.optional(v.number()),
};

export const vAuthor = v.union(
  v.object({ kind: v.literal("customer") }),
  v.object({ kind: v.literal("agent"), agentId: v.id("agents"), name: v.string() }),
  /** Without `userId` once the technician's account is gone. */
  v.object({
    kind: v.literal("technician"),
    userId: v.optional(v.id("users")),
    name: v.string(),
  }),
  /** `userId`: the member of staff whom the line names. */
  v.object({ kind: v.literal("system"), userId: v.optional(v.id("users")) }),
);
export const vVisibility = literals("public", "staff");
export const vMessageStatus = literals("streaming", "complete", "stopped", "failed");
/** What the agent is doing while it has no text to show. */
export const vActivity = literals("thinking", "searching", "writing");

export const vCitation = v.object({
  /** The number in the text: `[n]`. */
  n: v.number(),
  passageId: v.id("knowledge"),
  documentId: v.id("knowledge"),
  version: v.number(),
  title: v.string(),
  heading: v.string(),
  /** The passage, as it was when it was cited, shortened. */
  excerpt: v.string(),
});
export const vUsage = v.object({
  model: v.string(),
  promptTokens: v.number(),
  completionTokens: v.number(),
  /** Millionths of a US dollar. */
  costMicroUsd: v.number(),
  /** From the action's start to the first character; absent if none came. */
  firstTokenMs: v.optional(v.number()),
  totalMs: v.number(),
  /** True when the provider told no usage (a stopped stream) and tokens were counted from the text. */
  estimated: v.optional(v.boolean()),
});
export const vFeedback = v.object({
  score: literals("up", "down"),
  comment: v.optional(v.string()),
  at: vTimestamp,
});
export const vAttachment = v.object({
  storageId: v.id("_storage"),
  name: v.string(),
  contentType: v.string(),
  /** Bytes. */
  size: v.number(),
});
export const vMessageError = v.object({ code: v.string(), message: v.string() });

/**
 * Why a text goes out. An answer reaches somebody who waits, at any hour; an offer too, until anything else is
 * said; a notice keeps to the opening hours and is dropped once it is no longer the last word; what carriers
 * require about consent always goes.
 */
export const vTextPurpose = literals("answer", "offer", "notice", "consent");
const deliveryFields = {
  purpose: vTextPurpose,
  /** From 1; counts up when a text is sent again. */
  attempt: v.number(),
  /** When this state began. */
  at: vTimestamp,
};
/** Sent or about to be: exactly what, so that a look-up can recognize it. */
const claimedFields = { ...deliveryFields, to: v.string(), body: v.string(), segments: v.number() };
/** A text message's way to its phone (`model/delivery.ts` has the transitions). */
export const vDelivery = v.union(
  /** Not before `notBefore`: until the shop opens, the provider is less busy, the number's limit allows it. */
  v.object({
    state: v.literal("queued"),
    ...deliveryFields,
    notBefore: v.optional(vTimestamp),
    waitsFor: v.optional(literals("opening", "provider", "limit")),
  }),
  v.object({ state: v.literal("sending"), ...claimedFields }),
  v.object({ state: v.literal("unknown"), ...claimedFields, lookUps: v.number() }),
  v.object({ state: literals("sent", "delivered"), ...deliveryFields, segments: v.number() }),
  v.object({
    state: literals("undelivered", "failed", "opted_out", "cancelled"),
    ...deliveryFields,
    /** Why: the provider's error code, or a word of ours. */
    reason: v.string(),
  }),
);
export type Delivery = Infer<typeof vDelivery>;
export type DeliveryState = Delivery["state"];

export const messageFields = {
  conversationId: v.id("conversations"),
  author: vAuthor,
  visibility: vVisibility,
  status: vMessageStatus,
  text: v.string(),
  /** Absent while streaming: keeps the row out of every list's index range. */
  settledAt: v.optional(vTimestamp),
  turn: v.number(),
  episode: v.number(),
  clientMessageId: v.optional(v.string()),
  attachments: v.optional(v.array(vAttachment)),
  // By SMS:
  /** The provider's id of the text: of one that came in, or that went out and was accepted. */
  smsSid: v.optional(v.string()),
  /** Pictures of the text that are being fetched. */
  pendingMedia: v.optional(v.number()),
  delivery: v.optional(vDelivery),
  // While streaming:
  activity: v.optional(vActivity),
  workflowId: v.optional(v.id("workflows")),
  attempt: v.optional(v.number()),
  leaseExpiresAt: v.optional(vTimestamp),
  // Once settled, by an agent:
  citations: v.optional(v.array(vCitation)),
  usage: v.optional(vUsage),
  feedback: v.optional(vFeedback),
  error: v.optional(vMessageError),
};

export const vTool = literals("search_knowledge", "escalate_to_human", "set_contact");
export const vAgentStatus = literals("active", "paused");
/** What was measured how often, so that roll-ups add and the mean is of those that were measured. */
export const vSum = v.object({ sum: v.number(), count: v.number() });

const agentCounts = {
  replies: v.number(),
  failures: v.number(),
  handoffs: v.number(),
  promptTokens: v.number(),
  completionTokens: v.number(),
  costMicroUsd: v.number(),
};
export const vAgentMetrics = v.object({
  ...agentCounts,
  /** Of replies that said a word: a hand-off without one has no first token. */
  firstTokenMs: vSum,
  totalMs: vSum,
});
export type AgentMetrics = Infer<typeof vAgentMetrics>;
/** Until `migrations/m0002_agent_metrics` has run everywhere: sums whose count was taken to be `replies`. */
export const vFlatAgentMetrics = v.object({
  ...agentCounts,
  firstTokenMsSum: v.number(),
  totalMsSum: v.number(),
});

export const agentFields = {
  slug: v.string(),
  name: v.string(),
  description: v.string(),
  prompt: v.string(),
  /** OpenRouter model id, for example `openai/gpt-5-mini`. */
  model: v.string(),
  /** Tried in order when `model` keeps failing. */
  fallbackModels: v.array(v.string()),
  capabilities: v.array(vCapability),
  tools: v.array(vTool),
  status: vAgentStatus,
  /** The highest of the capable agents answers. */
  priority: v.number(),
  metrics: v.union(vAgentMetrics, vFlatAgentMetrics),
};

export const vWorkflowKind = literals(
  "reply",
  "ingest",
  "handoff",
  "delivery",
  "follow_up",
  "snooze",
  "promise",
  "alert",
  "purge",
  "export",
  "file",
  "shift",
);
/** Part of one day's budget for model calls. */
export const vReservation = v.object({
  /** Start of the UTC day it counts for. */
  day: vTimestamp,
  shard: v.number(),
  microUsd: v.number(),
});
/** What a deletion came to. Holds no identifier: it is the proof that outlives the account. */
export const vReceipt = v.object({
  requestedAt: vTimestamp,
  /** Rows and files removed, by kind. */
  removed: v.record(v.string(), v.number()),
  kept: v.array(v.object({ what: v.string(), why: v.string() })),
  /** False for guests, and when the e-mail could not be delivered to the provider. */
  mailed: v.boolean(),
});
export const vWorkflowState = literals("queued", "running", "done", "failed", "cancelled");
export const workflowFields = {
  kind: vWorkflowKind,
  state: vWorkflowState,
  /** The last step begun, in words for staff. */
  step: v.string(),
  /** From 1. A writer with a lower attempt has been given up on. */
  attempt: v.number(),
  conversationId: v.optional(v.id("conversations")),
  turn: v.optional(v.number()),
  /** What its reply has reserved of the day's budget (`model/budget.ts`). */
  reserved: v.optional(vReservation),
  /** The scheduled function that works on it: tells a job that waits from one that died. */
  jobId: v.optional(v.id("_scheduled_functions")),
  documentId: v.optional(v.id("knowledge")),
  /** Id in the workflow component, for kinds that run there. */
  componentId: v.optional(v.string()),
  /** While queued or running: when a check may give up on whoever works on it. */
  leaseExpiresAt: v.optional(vTimestamp),
  finishedAt: v.optional(vTimestamp),
  error: v.optional(vMessageError),
  /** Timers: when it acts next. Absent once it has ended. */
  dueAt: v.optional(vTimestamp),
  /** Timers: how often it has acted, so that no act is done twice. */
  fires: v.optional(v.number()),
  /** Timers: of which episode. */
  episode: v.optional(v.number()),
  /** A hand-off's timer: how often technicians were alerted, and when the customer was told. */
  alerts: v.optional(v.number()),
  toldAt: v.optional(vTimestamp),
  /** Exports and, until it is done, a deletion: whose. Promises: the technician who gave it. */
  userId: v.optional(v.id("users")),
  /** Exports, deletions: when a step last committed. Alerts: when mailing began. A shift: when it was last given a conversation. */
  progressAt: v.optional(vTimestamp),
  /** A file's row: every stored file that is in use has exactly one. */
  fileId: v.optional(v.id("_storage")),
  /** The export that a file is a part of. */
  partOf: v.optional(v.id("workflows")),
  /** A deletion: where the receipt goes, until it is mailed. */
  receiptTo: v.optional(v.string()),
  receipt: v.optional(vReceipt),
  /** A deletion of somebody who had opted out of SMS: keyed hash of the number. */
  optOutHash: v.optional(v.string()),
};

export const vDocumentFormat = literals("text", "markdown");
export const vDocumentState = literals("ingesting", "published", "unpublished", "failed");
export const documentFields = {
  kind: v.literal("document"),
  slug: v.string(),
  title: v.string(),
  category: v.string(),
  format: vDocumentFormat,
  body: v.string(),
  state: vDocumentState,
  /** The version that answers; 0 until the first ingest is done. */
  version: v.number(),
  /** The version being ingested, if any. */
  nextVersion: v.optional(v.number()),
  passages: v.number(),
  /** Passages without a vector are found by text search only. */
  embedded: v.boolean(),
  error: v.optional(vMessageError),
  updatedAt: vTimestamp,
};
export const passageFields = {
  kind: v.literal("passage"),
  documentId: v.id("knowledge"),
  version: v.number(),
  ordinal: v.number(),
  title: v.string(),
  heading: v.string(),
  /** Starts with the title and heading, so that text search finds both. */
  text: v.string(),
  contentHash: v.string(),
  vectorId: v.optional(v.id("knowledge")),
  /** True for the passages of the version that answers. Not called `active`: the vector index filters by that. */
  live: v.boolean(),
};
export const vectorFields = {
  kind: v.literal("vector"),
  documentId: v.id("knowledge"),
  embedding: v.array(v.float64()),
  type: v.literal("passage"),
  active: v.boolean(),
};
/** Shifts of one day, each `[opens, closes]` in local time (`model/hoursRules.ts` checks them). */
const vShifts = v.array(v.array(v.string()));
export const vOpeningHours = v.object({
  /** IANA: "America/New_York". */
  timeZone: v.string(),
  weekly: v.object({
    mon: vShifts,
    tue: vShifts,
    wed: vShifts,
    thu: vShifts,
    fri: vShifts,
    sat: vShifts,
    sun: vShifts,
  }),
  holidays: v.array(
    v.object({
      /** Local date, "2026-12-25". */
      date: v.string(),
      name: v.optional(v.string()),
      /** Absent or empty: closed all day. */
      open: v.optional(vShifts),
    }),
  ),
});
export const hoursFields = {
  kind: v.literal("hours"),
  hours: vOpeningHours,
  updatedAt: vTimestamp,
};
export const vKnowledge = v.union(
  v.object(documentFields),
  v.object(passageFields),
  v.object(vectorFields),
  v.object(hoursFields),
);

export const vEventType = literals(
  "conversation_created",
  "message_received",
  "reply_finished",
  "reply_stopped",
  "reply_failed",
  "usage_charged",
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
  "blocked",
  "unblocked",
  "user_created",
  "contact_changed",
  "note_added",
  "agent_created",
  "agent_changed",
  "document_added",
  "document_replaced",
  "document_published",
  "document_unpublished",
  "document_removed",
  "process_cancelled",
  "process_retried",
  "hours_changed",
  "data_exported",
  "account_deleted",
  "sms_consent_changed",
  "sms_undelivered",
);
/** What an episode came to, known when it is resolved (`model/metrics.ts` defines each). */
export const vEpisodeFacts = v.object({
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
  /** What the customer asked, redacted: knowledge gaps only. */
  question: v.optional(v.string()),
  usage: v.optional(vUsage),
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
  /** `resolved`: the episode that it ends. */
  episode: v.optional(vEpisodeFacts),
  /** `episode_judged`: all that the episode cost, and whether it was rated. */
  judged: v.optional(v.object({ costMicroUsd: v.number(), rated: v.boolean() })),
});
export const vPeriod = literals("hour", "day");
export const vRollupCounts = v.record(v.string(), v.number());
/** A number that is not what the events come to. */
export const vDifference = v.object({
  /** `day 2026-11-25`, `hour 2026-11-25T14`, `agent <slug>`, `unanswered question`. */
  where: v.string(),
  key: v.string(),
  stored: v.number(),
  replayed: v.number(),
});
export type Difference = Infer<typeof vDifference>;
const vTotals = v.array(v.object({ agentId: v.id("agents"), metrics: vAgentMetrics }));
export const replayFields = {
  state: literals("running", "done"),
  startedAt: vTimestamp,
  progressAt: vTimestamp,
  /** True: differences are repaired from the events, not only named. */
  repair: v.boolean(),
  /** Start of the first day of this run, of the day under way, and of the day that is not closed yet. */
  from: vTimestamp,
  day: vTimestamp,
  end: vTimestamp,
  /** Where the day's events go on. */
  cursor: v.union(v.string(), v.null()),
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
    /** Start of the period, UTC. */
    start: vTimestamp,
    counts: vRollupCounts,
  }),
  v.object({
    kind: v.literal("gap"),
    question: v.string(),
    count: v.number(),
    lastAt: vTimestamp,
  }),
  v.object({
    kind: v.literal("cursor"),
    /** `_creationTime` of the last event rolled up. */
    upTo: vTimestamp,
    /** `_creationTime` of the last event that retention took the identifiers from. */
    unlinkedUpTo: v.optional(vTimestamp),
    /** `_creationTime` of the last `resolved` event whose episode was judged. */
    judgedUpTo: v.optional(vTimestamp),
  }),
  v.object({ kind: v.literal("replay"), ...replayFields }),
  v.object({ kind: v.literal("check"), ...checkFields }),
);
/** Every migration, in the order in which they run: the names of the modules in `migrations/`. */
export const MIGRATIONS = ["m0001_resolved_at", "m0002_agent_metrics", "m0003_timers"] as const;
export const vMigrationName = literals(...MIGRATIONS);
export const vMigrationState = literals(
  "notStarted",
  "inProgress",
  "success",
  /** The last batch threw: its rows are as they were, those of earlier batches migrated. */
  "failed",
  "canceled",
  /** Begun, and nothing is scheduled to go on: after a snapshot was restored, for example. */
  "interrupted",
);
export type EventType = Infer<typeof vEventType>;
export type EventData = Infer<typeof vEventData>;
