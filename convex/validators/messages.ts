/** Messages, and what an answer cites and costs. */
import { v, type Infer } from "convex/values";
import { literals, vDeliveryChannel, vMessageError, vTimestamp } from "./base";

const vAuthor = v.union(
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
const vVisibility = literals("public", "staff");
export const vMessageStatus = literals("streaming", "complete", "stopped", "failed");
/** What the agent is doing while it has no text to show. */
export const vActivity = literals("thinking", "searching", "writing");

/** No words: how many facts and acts were judged before they were said, and how many answers were sent back for one. */
export const vChecks = v.object({ checked: v.number(), refused: v.number() });

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
  /** Where in the original it stands: "page=3", "prices". The original is `sources.original`, for staff. */
  place: v.optional(v.string()),
  /** The page of the web that it is on, at its place: for everybody. */
  url: v.optional(v.string()),
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
/** How the customer's phone reacted to a text of ours (`model/sms/reactions.ts`). */
export const vReaction = v.object({
  /** The sign to show, as 👍. */
  sign: v.string(),
  at: vTimestamp,
  /** Of the text that said so: the same one again changes nothing. */
  smsSid: v.string(),
});
const vAttachment = v.object({
  storageId: v.id("_storage"),
  name: v.string(),
  contentType: v.string(),
  /** Bytes. */
  size: v.number(),
});

/**
 * Why a text goes out. An answer reaches somebody who waits, at any hour; an offer too, until anything else is
 * said; a notice keeps to the opening hours and is dropped once it is no longer the last word; a correction keeps to
 * them and goes whatever was said since; what carriers require about consent always goes.
 */
const vTextPurpose = literals("answer", "offer", "notice", "correction", "consent");
const deliveryFields = {
  /** Absent on rows from before there was a choice: a text. */
  channel: v.optional(vDeliveryChannel),
  purpose: vTextPurpose,
  /** From 1; counts up when a text is sent again. */
  attempt: v.number(),
  /** When this state began. */
  at: vTimestamp,
  /** An e-mail: when it was first handed to the provider, which for a day knows it again. */
  triedAt: v.optional(vTimestamp),
};
/** Sent or about to be: exactly what, so that a look-up can recognize it. Of an e-mail only where to: it holds a link. */
const claimedFields = { ...deliveryFields, to: v.string(), body: v.string(), segments: v.number() };
/** A message's way to a phone or a mailbox (`model/outbox/delivery.ts` has the transitions). */
const vDelivery = v.union(
  /** Not before `notBefore`: until the shop opens, the provider is less busy, the number's limit allows it, the page is gone. */
  v.object({
    state: v.literal("queued"),
    ...deliveryFields,
    notBefore: v.optional(vTimestamp),
    waitsFor: v.optional(literals("opening", "provider", "limit", "page")),
    /** Steps that died before they claimed it. */
    failures: v.optional(v.number()),
  }),
  v.object({ state: v.literal("sending"), ...claimedFields }),
  v.object({
    state: v.literal("unknown"),
    ...claimedFields,
    lookUps: v.number(),
    /** After the last look-up: why nobody will find out. */
    reason: v.optional(v.string()),
  }),
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
  /** A technician has changed its words; it counts as settled then, so that open pages hear of it with the news. */
  editedAt: v.optional(vTimestamp),
  /**
   * Its different words, without secrets, for the desk's search (`model/conversations/wordsToFind.ts`). Written when it
   * settles: a streaming row would be indexed again with every flush. Absent of lines that nobody said.
   */
  searchText: v.optional(v.string()),
  turn: v.number(),
  episode: v.number(),
  clientMessageId: v.optional(v.string()),
  attachments: v.optional(v.array(vAttachment)),
  // By SMS:
  /** The provider's id of the text: of one that came in, or that went out and was accepted. */
  smsSid: v.optional(v.string()),
  // By e-mail:
  /** The provider's id of the mail: of one that came in, or that went out and was accepted. */
  providerId: v.optional(v.string()),
  /** Files of the text, or of the mail, that are being fetched. */
  pendingMedia: v.optional(v.number()),
  delivery: v.optional(vDelivery),
  reaction: v.optional(vReaction),
  /** A correction of what was said by a document, and the version that it rests on; 0 where nothing holds any more. */
  corrects: v.optional(v.object({ documentId: v.id("knowledge"), version: v.number() })),
  // For staff, never for customers:
  /** A customer's words in a technician's language, by the AI; `language` is that of the words themselves. */
  translation: v.optional(v.object({ to: v.string(), language: v.string(), text: v.string() })),
  /** What a technician wrote, where its translation was sent in its place. */
  original: v.optional(v.object({ text: v.string(), to: v.string() })),
  /** Colleagues whom a note names as "@name": the name as it was written; without `userId` once their account is gone. */
  mentions: v.optional(v.array(v.object({ userId: v.optional(v.id("users")), name: v.string() }))),
  // While streaming:
  activity: v.optional(vActivity),
  workflowId: v.optional(v.id("workflows")),
  attempt: v.optional(v.number()),
  leaseExpiresAt: v.optional(vTimestamp),
  /**
   * Whoever asked reads along: they may have heard more than is stored, until its writer has said so. And what then
   * becomes of it, stopped, if that was nothing.
   */
  readAlong: v.optional(literals("drop_empty", "keep_empty")),
  // Once settled, by an agent:
  citations: v.optional(v.array(vCitation)),
  usage: v.optional(vUsage),
  /** Facts and acts that were judged before they were said, and answers sent back for one. */
  checks: v.optional(vChecks),
  feedback: v.optional(vFeedback),
  error: v.optional(vMessageError),
};
