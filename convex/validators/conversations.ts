/** Conversations: owners, hand-offs, offers, timers, promises, ratings. */
import { v, type Infer } from "convex/values";
import { literals, vCapability, vChannel, vTimestamp } from "./base";

const vHandoffReason = literals(
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
  // Topics that no model decides (`model/handoff/topics.ts`).
  "scam",
  "danger",
  "swollen_battery",
  "ransomware",
  "data_loss",
  "legal",
  "refund",
  /** One of the shop's own (`model/knowledge/guardrails.ts`). */
  "own_topic",
  "same_failure",
  /** Back after a technician had settled it, and wants a technician again. */
  "returning",
);
export type HandoffReason = Infer<typeof vHandoffReason>;
const vUrgency = literals("low", "normal", "high");

export const vOwner = v.union(
  v.object({ kind: v.literal("ai") }),
  v.object({
    kind: v.literal("queue"),
    /** The place in the queue: kept when somebody gives it back. */
    since: vTimestamp,
    /** The same, if it is urgent: the desk lists these first. */
    urgentSince: v.optional(vTimestamp),
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
const handoffFields = {
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
const vOfferReason = literals("same_failure", "no_source", "returning");
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
/** Timers that wait for the conversation, each a row in `workflows` (`model/conversations/timers.ts`). */
const vTimers = v.object({
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
const vRating = v.object(ratingFields);
const vEpisodeRating = v.object({ episode: v.number(), ...ratingFields });

/** By when whoever waits for people since then should have an answer, and from when the desk warns (`model/conversations/targets.ts`). */
const vTarget = v.object({
  since: vTimestamp,
  isFirst: v.boolean(),
  warnAt: vTimestamp,
  dueAt: vTimestamp,
});

export const conversationFields = {
  userId: v.id("users"),
  channel: vChannel,
  /** Begun on the page, and since then going on by text too (`model/outbox/channel.ts`). */
  byTextSince: v.optional(vTimestamp),
  /** Since an answer came by e-mail: where the next one goes depends on how its question came. */
  byMailSince: v.optional(vTimestamp),
  status: vConversationStatus,
  owner: vOwner,
  /** Fencing token: whoever writes a reply holds the turn it began with (`model/conversations/turns.ts`). */
  turn: v.number(),
  /** The turn whose reply somebody else looks on at while it is written: its words are stored more often. */
  watchedTurn: v.optional(v.number()),
  /** Counts reopenings: the AI's context starts at the episode. */
  episode: v.number(),
  agentId: v.optional(v.id("agents")),
  /** Oldest public customer message without a public answer. */
  waitingSince: v.optional(vTimestamp),
  target: v.optional(vTarget),
  /** Said by staff in this episode; absent: what the brief says (`model/conversations/urgency.ts`). */
  urgent: v.optional(v.boolean()),
  snoozedUntil: v.optional(vTimestamp),
  /** Set while `status` is `resolved`. Rows from before have it once `m0001_resolved_at` has run. */
  resolvedAt: v.optional(vTimestamp),
  lastMessageAt: vTimestamp,
  preview: v.string(),
  /** What the customer asked first, without secrets; absent until they write. Rows of before have none. */
  title: v.optional(v.string()),
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
  /** Keys of the shop's labels (`model/knowledge/labels.ts`), at most `MAX_LABELS_ON_ONE`. */
  labels: v.optional(v.array(v.string())),
  /** What search finds it by, besides its messages (`model/conversations/card.ts`). */
  card: v.optional(v.string()),
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
  /** The closing line that asked by text how this episode was (`model/outbox/ratingQuestion.ts`); gone when it reopens. */
  ratingQuestion: v.optional(v.id("messages")),
};
