/** Everything of one person's becomes another's: of a guest who signs in, and of two people whom staff found to be one. */
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { giveConversations } from "../conversations/changes";
import * as Sessions from "./sessions";

/**
 * Somebody with more conversations (of a guest: two days of opening all that the limit allows) is not joined at all: a
 * reader must never see half of them moved, and one transaction has room for these.
 */
export const MAX_MERGED = 1_000;

/** What would move, and one more if it is too much. */
export const listMovable = (
  ctx: Pick<QueryCtx, "db">,
  { _id }: Doc<"users">,
): Promise<Doc<"conversations">[]> =>
  ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", _id))
    .order("desc")
    .take(MAX_MERGED + 1);

/**
 * All at once, or nothing: false. The sessions of who goes end in this transaction; their row is gone, and what else
 * names it follows in batches.
 */
export async function joinInto(
  ctx: MutationCtx,
  goes: Doc<"users">,
  keeps: Doc<"users">,
  reason: "upgraded" | "merged",
): Promise<boolean> {
  const conversations = await listMovable(ctx, goes);
  if (conversations.length > MAX_MERGED) return false;
  await Sessions.revokeAll(ctx, goes._id, reason);
  await giveConversations(ctx, conversations, keeps._id);
  const name = keeps.name ?? goes.name;
  const notes = [...(keeps.notes ?? []), ...(goes.notes ?? [])];
  if (name !== keeps.name || notes.length !== (keeps.notes ?? []).length) {
    await ctx.db.patch("users", keeps._id, { name, notes: notes.length > 0 ? notes : undefined });
  }
  await ctx.db.delete("users", goes._id);
  await ctx.scheduler.runAfter(0, internal.privacy.eraseRest, { userId: goes._id });
  return true;
}
