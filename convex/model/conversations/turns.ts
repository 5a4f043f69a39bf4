/**
 * The turn: a conversation's fencing token. A customer message, a human message, stop, take-over,
 * release, resolve and reopen each go through `bumpTurn`, which in the same transaction settles whatever
 * reply was being written and cancels its process. This file is the only writer of `turn` and `owner`
 * (`changes.ts` writes the rest, and its type takes neither): that is what lets a writer see on its own small `workflows` row that it has been overtaken.
 */
import type { WithoutSystemFields } from "convex/server";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import { withCard } from "./card";
import { wordsToFind } from "./wordsToFind";
import { targetPatch } from "./targets";
import * as Timers from "./timers";
import { withUrgency } from "./urgency";

type ConversationPatch = Partial<Omit<WithoutSystemFields<Doc<"conversations">>, "turn">> & {
  turn?: never;
};

/** The reply being written, if any: at most one per conversation (invariant 2). */
export function findStreamingReply(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Doc<"conversations">["_id"],
): Promise<Doc<"messages"> | null> {
  return ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q.eq("conversationId", conversationId).eq("visibility", "public").eq("settledAt", undefined),
    )
    .unique();
}

/**
 * Ends the current turn: stops the reply being written, applies `patch`, counts up. Returns the
 * conversation as it now is. `keepEmpty` leaves a reply without a word visible as stopped.
 */
export async function bumpTurn(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  patch: ConversationPatch,
  { keepEmpty = false } = {},
): Promise<Doc<"conversations">> {
  const reply = await findStreamingReply(ctx, conversation._id);
  if (reply !== null) await stopReply(ctx, conversation, { reply, keepEmpty });
  return await apply(ctx, conversation, { ...patch, turn: conversation.turn + 1 });
}

/**
 * Sets aside, or takes up again: the one change of status that nobody who writes is overtaken by, and so no
 * turn. Returns the conversation as it now is.
 */
export async function setConversationAside(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  patch: Pick<ConversationPatch, "status" | "snoozedUntil" | "timers" | "unreadByStaff">,
): Promise<Doc<"conversations">> {
  return await apply(ctx, conversation, patch);
}

/** The change, and what it means for timers. */
async function apply(
  ctx: MutationCtx,
  before: Doc<"conversations">,
  patch: Partial<Doc<"conversations">>,
): Promise<Doc<"conversations">> {
  const urgent = "urgent" in patch ? patch.urgent : before.urgent;
  const change = {
    ...patch,
    ...(patch.owner && { owner: withUrgency(patch.owner, urgent) }),
    ...Timers.silencePatch(before, patch),
  };
  const target = await targetPatch(ctx, before, { ...before, ...change });
  const next = withCard(before, { ...change, ...target });
  await ctx.db.patch("conversations", before._id, next);
  return await Timers.adjustTimers(ctx, before, { ...before, ...next });
}

/** Partial text stays, visibly stopped and part of the AI's context. */
async function stopReply(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { reply, keepEmpty }: { reply: Doc<"messages">; keepEmpty: boolean },
): Promise<void> {
  const now = Date.now();
  // What somebody who reads along has heard of it comes with the writer's last call.
  if (reply.text === "" && !keepEmpty && !reply.readAlong) {
    await ctx.db.delete("messages", reply._id);
  } else {
    await ctx.db.patch("messages", reply._id, {
      status: "stopped",
      settledAt: now,
      activity: undefined,
      leaseExpiresAt: undefined,
      searchText: wordsToFind(reply),
      ...(keepEmpty && reply.readAlong && { readAlong: "keep_empty" as const }),
    });
  }
  if (reply.workflowId !== undefined) {
    await ctx.db.patch("workflows", reply.workflowId, {
      state: "cancelled",
      step: "stopped",
      leaseExpiresAt: undefined,
      finishedAt: now,
    });
  }
  await recordEvent(ctx, "reply_stopped", {
    conversationId: conversation._id,
    agentId: reply.author.kind === "agent" ? reply.author.agentId : undefined,
  });
}

/** By hand, for this episode: it is first in the queue, or no longer. Nobody who writes is overtaken by it. */
export async function setUrgent(
  ctx: MutationCtx,
  { _id, owner }: Doc<"conversations">,
  urgent: boolean,
): Promise<void> {
  await ctx.db.patch("conversations", _id, { urgent, owner: withUrgency(owner, urgent) });
}

type Queued = Extract<Doc<"conversations">["owner"], { kind: "queue" }>;

/** Waits for anybody since then; what is urgent is found by an index of its own. */
export const queuedOwner = (
  since: number,
  { urgency }: { urgency?: "low" | "normal" | "high" } = {},
  returnedBy?: Queued["returnedBy"],
): Queued => ({
  kind: "queue",
  since,
  ...(urgency === "high" && { urgentSince: since }),
  ...(returnedBy && { returnedBy }),
});

/** Takes out of a waiting conversation who gave it back: nothing that anybody's turn depends on. */
export async function forgetReturn(
  ctx: MutationCtx,
  id: Doc<"conversations">["_id"],
  { returnedBy: _, ...owner }: Queued,
): Promise<void> {
  await ctx.db.patch("conversations", id, { owner });
}
