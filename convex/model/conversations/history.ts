/** Looking back in a conversation by a few messages. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { excerptOf } from "../../lib/text";

/** Enough to look past what nobody said. */
const LOOK_BACK = 6;

/** The latest settled messages that the customer can see, newest first. */
export function listPublicMessages(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<Doc<"messages">[]> {
  return settledPublic(ctx, conversationId).take(LOOK_BACK);
}

/** Newest first. */
const settledPublic = (ctx: Pick<QueryCtx, "db">, conversationId: Id<"conversations">) =>
  ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q.eq("conversationId", conversationId).eq("visibility", "public").gt("settledAt", undefined),
    )
    .order("desc");

/** Lines that nobody said may stand between: taken, given back, taken again. */
const SPOKEN_LOOK_BACK = 60;

/** The latest settled public message that somebody said or began to say: a customer, the AI or a technician. */
export const findLastBegun = (ctx: Pick<QueryCtx, "db">, conversationId: Id<"conversations">) =>
  latest(ctx, conversationId, ({ author }) => author.kind !== "system");

/** The latest question or answer: what the AI only began to say is passed over too. */
export const findLastSettled = (ctx: Pick<QueryCtx, "db">, conversationId: Id<"conversations">) =>
  latest(
    ctx,
    conversationId,
    ({ author, status }) => author.kind !== "system" && status === "complete",
  );

/** The customer's latest message, however it came. */
export const findLastCustomerMessage = (
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
) => latest(ctx, conversationId, ({ author }) => author.kind === "customer");

/** The latest text of ours that a phone's reaction quotes. */
export const findQuoted = (
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  isQuoted: (message: Doc<"messages">) => boolean,
) => latest(ctx, conversationId, (message) => message.delivery !== undefined && isQuoted(message));

async function latest(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  wanted: (message: Doc<"messages">) => boolean,
): Promise<Doc<"messages"> | null> {
  let seen = 0;
  for await (const message of settledPublic(ctx, conversationId)) {
    if (wanted(message)) return message;
    if (++seen === SPOKEN_LOOK_BACK) break;
  }
  return null;
}

/** What the customer last wrote, shortened: what a hand-off is about when nobody says. */
export async function summarizeLastQuestion(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<string> {
  const rows = await listPublicMessages(ctx, conversationId);
  const question = rows.find(({ author, text }) => author.kind === "customer" && text !== "");
  return (question && excerptOf(question.text, 300)) ?? "The customer asked for a technician.";
}
