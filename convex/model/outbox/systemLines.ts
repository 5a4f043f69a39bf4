/** Lines in a conversation that nobody said. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { Delivery } from "../../validators";
import { canMail, goesBySms } from "./channel";
import { newDelivery, startOutbox } from "./outbox";

/** Shown where the conversation is. `userId`: the member of staff whom the line names. */
export async function insertSystemMessage(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  text: string,
  userId?: Id<"users">,
): Promise<Id<"messages">> {
  return await ctx.db.insert("messages", {
    ...lineOf(conversation, text),
    author: userId === undefined ? { kind: "system" } : { kind: "system", userId },
    visibility: "public",
  });
}

/** A line that only staff see, where the conversation is. */
export async function noteForStaff(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  text: string,
): Promise<Id<"messages">> {
  return await ctx.db.insert("messages", {
    ...lineOf(conversation, text),
    author: { kind: "system" },
    visibility: "staff",
  });
}

const lineOf = ({ _id, turn, episode }: Doc<"conversations">, text: string) => ({
  conversationId: _id,
  status: "complete" as const,
  text,
  settledAt: Date.now(),
  turn,
  episode,
});

/** A line that reaches the customer wherever they are: by text too, at a time that `purpose` allows; a correction by mail. */
export async function tellCustomer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  text: string,
  purpose: Delivery["purpose"],
): Promise<Id<"messages">> {
  const bySms = goesBySms(conversation) || purpose === "consent";
  const byMail = !bySms && purpose === "correction" && (await canMail(ctx, conversation));
  if (!bySms && !byMail) return await insertSystemMessage(ctx, conversation, text);
  const delivery = newDelivery(purpose, byMail ? "email" : "sms");
  const messageId = await ctx.db.insert("messages", {
    ...lineOf(conversation, text),
    author: { kind: "system" },
    visibility: "public",
    delivery,
  });
  await startOutbox(ctx, conversation, delivery);
  return messageId;
}

/** The line that says who has taken over; without a name once their account is gone. */
export const joinedLine = (name = "A technician") => `${name} has joined the conversation.`;

/** Assigned by the rules: nobody has looked at it yet. */
export const assignedLine = (name = "A technician") =>
  `${name} has this now and will answer right here.`;
