/** Messages, and what an answer cites and costs. */
import { v } from "convex/values";
import { literals, vMessageError, vTimestamp } from "./base";

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
