/**
 * A conversation of the page that goes on by text: where what is said in it reaches the customer.
 *
 * An answer goes the way its question came: to a text by text, to what was typed on the page on the page. What
 * people say, and lines of ours that the customer must know, are on the page and, if that is gone before it has
 * shown them, go by text (`model/sms/claim.ts`).
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { changeConversation } from "../conversations/changes";
import { findLastCustomerMessage } from "../conversations/history";
import { setSmsConsent } from "../accounts/consent";
import * as Presence from "./presence";

type Conversation = Pick<Doc<"conversations">, "_id" | "channel" | "byTextSince">;

/** Whether what is said in a conversation may go by text at all. */
export const goesBySms = ({ channel, byTextSince }: Conversation): boolean =>
  channel === "sms" || byTextSince !== undefined;

/** How the AI's answer goes: as the customer asked. Costs a conversation of the page that stays there no read. */
export async function findAnswerChannel(
  ctx: Pick<QueryCtx, "db">,
  conversation: Conversation,
): Promise<"web" | "sms"> {
  if (conversation.channel === "sms" || conversation.byTextSince === undefined) {
    return conversation.channel;
  }
  const question = await findLastCustomerMessage(ctx, conversation._id);
  return question?.smsSid === undefined ? "web" : "sms";
}

/** What a text about a conversation of the page needs: a number that is theirs, and their word. */
export const hasAgreedToSms = ({ phoneVerifiedAt, smsConsent }: Doc<"users">): boolean =>
  phoneVerifiedAt !== undefined && smsConsent === "granted";

/** Whether the page can show a message in time, so that no text of it is needed. */
export const mayPageShow = (
  { author }: Pick<Doc<"messages">, "author">,
  { purpose }: Pick<NonNullable<Doc<"messages">["delivery"]>, "purpose">,
  { channel }: Pick<Doc<"conversations">, "channel">,
): boolean => channel === "web" && author.kind !== "agent" && purpose !== "consent";

/** Goes on by text, with the customer's consent; their page is open, since they say so on it. */
export async function continueBySms(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  user: Doc<"users">,
): Promise<void> {
  if (conversation.channel === "sms") {
    throw appError("conflict", "This conversation is by text already.");
  }
  if (user.textsFrom === undefined || user.phoneVerifiedAt === undefined) {
    throw appError("conflict", "Confirm a phone number first.", { obstacle: "phone" });
  }
  if (user.smsConsent === "revoked") {
    throw appError("conflict", "You have opted out of texts. Text START to us to undo that.", {
      obstacle: "opted_out",
    });
  }
  if (conversation.byTextSince !== undefined && user.smsConsent === "granted") return;
  const { _id: conversationId } = conversation;
  await setSmsConsent(ctx, user, "granted", { reason: "continue by text, web", conversationId });
  await changeConversation(ctx, conversation, { byTextSince: Date.now() });
  await Presence.recordPresence(ctx, conversationId);
}

/** Of a page that shows one that goes on by text; any other's is not asked for. */
export async function recordPage(
  ctx: MutationCtx,
  { _id, channel, byTextSince }: Doc<"conversations">,
  { shows: messageId, leaving }: { shows?: Id<"messages">; leaving?: boolean },
): Promise<void> {
  if (channel !== "web" || byTextSince === undefined) return;
  const shows = messageId && (await ctx.db.get("messages", messageId));
  // What is not of this conversation, or not for its customer, they have not been shown.
  const isShown = shows?.conversationId === _id && shows.visibility === "public";
  await Presence.recordPresence(ctx, _id, { shows: isShown ? shows : undefined, leaving });
}

/** On the page only from here on. What waits to be texted is cancelled when it is claimed. */
export async function stopSms(ctx: MutationCtx, conversation: Doc<"conversations">): Promise<void> {
  await changeConversation(ctx, conversation, { byTextSince: undefined });
}
