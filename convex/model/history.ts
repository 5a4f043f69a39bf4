/** Looking back in a conversation by a few messages. */
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { truncate } from "./text";

/** Enough to look past what nobody said. */
const LOOK_BACK = 6;

/** The latest settled messages that the customer can see, newest first. */
export function latestPublic(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<Doc<"messages">[]> {
  return ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q.eq("conversationId", conversationId).eq("visibility", "public").gt("settledAt", undefined),
    )
    .order("desc")
    .take(LOOK_BACK);
}

/** What the customer last wrote, shortened: what a hand-off is about when nobody says. */
export async function lastQuestion(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<string> {
  const rows = await latestPublic(ctx, conversationId);
  const question = rows.find(({ author, text }) => author.kind === "customer" && text !== "");
  return (question && truncate(question.text, 300)) ?? "The customer asked for a technician.";
}
