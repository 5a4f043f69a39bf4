/**
 * The process that writes a reply, one row of `workflows` a turn, and its fence: `findHeldProcess` decides whether a
 * writer may still write.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { vMessageError } from "../../validators";
import { SECOND } from "../../lib/time";
import { consumeLimit, ipOfRequest } from "../access/limits";

/** A writer that has not written for this long is given up on. Writers renew well before (`HEARTBEAT`). */
export const REPLY_LEASE = 20 * SECOND;

export const vReplyRef = v.object({
  conversationId: v.id("conversations"),
  turn: v.number(),
  attempt: v.number(),
});

export type ReplyRef = Infer<typeof vReplyRef>;

/** What a writer holds and shows with every write. */
export const vFence = v.object({
  workflowId: v.id("workflows"),
  messageId: v.id("messages"),
  attempt: v.number(),
});

export type Fence = Infer<typeof vFence>;

/**
 * Starts the process that answers the current turn, after `delayMs` in which more may come in. A later turn
 * makes it moot.
 */
export async function enqueueReply(
  ctx: MutationCtx,
  { _id: conversationId, turn }: Doc<"conversations">,
  delayMs = 0,
): Promise<void> {
  const jobId = await ctx.scheduler.runAfter(delayMs, internal.replies.generate, {
    conversationId,
    turn,
    attempt: 1,
  });
  const workflowId = await ctx.db.insert("workflows", {
    kind: "reply",
    state: "queued",
    step: "queued",
    attempt: 1,
    conversationId,
    turn,
    jobId,
    leaseExpiresAt: Date.now() + delayMs + REPLY_LEASE,
  });
  await ctx.scheduler.runAfter(delayMs + REPLY_LEASE, internal.replies.recover, { workflowId });
}

/** The process of a writer that may still write, or null. Small on purpose: every flush reads it. */
export async function findHeldProcess(
  ctx: Pick<QueryCtx, "db">,
  { workflowId, attempt }: Fence,
): Promise<Doc<"workflows"> | null> {
  const workflow = await ctx.db.get("workflows", workflowId);
  return workflow?.state === "running" && workflow.attempt === attempt ? workflow : null;
}

export function findReplyProcess(ctx: Pick<QueryCtx, "db">, { conversationId, turn }: ReplyRef) {
  return ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "reply").eq("turn", turn),
    )
    .unique();
}

type Ending = {
  state: "done" | "failed" | "cancelled";
  step: string;
  error?: Infer<typeof vMessageError>;
};

/** What it had reserved has been settled, or goes to whoever settles it now. */
export async function endReplyProcess(
  ctx: MutationCtx,
  id: Id<"workflows">,
  { state, step, error }: Ending,
): Promise<void> {
  await ctx.db.patch("workflows", id, {
    state,
    step,
    error,
    leaseExpiresAt: undefined,
    reserved: undefined,
    finishedAt: Date.now(),
  });
}

/** How the AI is set to answer: within which limit, and after which pause. Each channel has its own. */
export type Answering = {
  /** False: there is no answer, and it has done what there is in place of one. Throws to refuse the message. */
  admit: (ctx: MutationCtx, conversation: Doc<"conversations">) => Promise<boolean>;
  /** Milliseconds in which more may come in. */
  delayMs: number;
  /** Begins it otherwise than by a scheduled job. False: it can't now, and a job does. */
  begin?: (ctx: MutationCtx, conversation: Doc<"conversations">) => Promise<boolean>;
};

/** Of the web chat: at once, within what one place may ask for in a day (`rate_limited`). */
export const AT_ONCE: Answering = {
  admit: async (ctx) => {
    await consumeLimit(ctx, "repliesOfTheDay", { ip: await ipOfRequest(ctx) });
    return true;
  },
  delayMs: 0,
};

/** Starts the AI's answer to the current turn, if its limit allows one. */
export async function enqueueAllowedReply(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { admit, delayMs, begin }: Answering,
): Promise<void> {
  if (!(await admit(ctx, conversation))) return;
  if (begin !== undefined && (await begin(ctx, conversation))) return;
  await enqueueReply(ctx, conversation, delayMs);
}
