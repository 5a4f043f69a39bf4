/**
 * Where what is said in a conversation reaches the customer: on the page, by text, by e-mail.
 *
 * An answer goes the way its question came: to a text by text, to a mail by mail, to what was typed on the page on the
 * page. What people say is on the page and, if that is gone before it has shown it, goes by text to whoever has agreed
 * to texts in this conversation, else by e-mail to the address that they gave. Lines of ours that the customer must
 * know go by text, never by mail, but for corrections of what they were told. Which it is is decided when it is
 * claimed (`model/sms/claim.ts`).
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { canMailAnswers } from "../../env";
import { appError } from "../../lib/errors";
import type { Delivery } from "../../validators";
import { changeConversation } from "../conversations/changes";
import { findLastCustomerMessage } from "../conversations/history";
import { setSmsConsent } from "../accounts/consent";
import { findSuppression, type SuppressionReason } from "../accounts/suppressions";
import { continueDelivery, SEEN_ON_PAGE } from "./delivery";
import * as Presence from "./presence";
import { sizeOf, STAFF_SEGMENTS, wholeText } from "./segments";

type Conversation = Pick<Doc<"conversations">, "_id" | "channel" | "byTextSince" | "byMailSince">;

/** Whether what is said in a conversation may go by text at all. */
export const goesBySms = ({ channel, byTextSince }: Conversation): boolean =>
  channel === "sms" || byTextSince !== undefined;

/** How the AI's answer goes: as the customer asked. Costs a conversation of the page that stays there no read. */
export async function findAnswerChannel(
  ctx: Pick<QueryCtx, "db">,
  { _id, channel, byTextSince, byMailSince }: Conversation,
): Promise<"web" | "sms" | "email"> {
  if (channel === "sms") return channel;
  if (byTextSince === undefined && byMailSince === undefined) return "web";
  const question = await findLastCustomerMessage(ctx, _id);
  if (question?.providerId !== undefined) return "email";
  return question?.smsSid === undefined ? "web" : "sms";
}

/** What a text about a conversation of the page needs: a number that is theirs, and their word. */
export const hasAgreedToSms = ({ phoneVerifiedAt, smsConsent }: Doc<"users">): boolean =>
  phoneVerifiedAt !== undefined && smsConsent === "granted";

export type Route =
  { channel: "sms"; to: string } | { channel: "email"; to: string; proven: boolean };
/** Why there is no way: what the message's row says then. */
export type NoRoute = "gone" | "opted_out" | "stopped" | "no_address" | SuppressionReason;

/**
 * The rule of the channel for what the page has not shown: by text, else by e-mail. `user`: whose conversation it is,
 * unless they are leaving.
 */
export async function findRoute(
  ctx: Pick<QueryCtx, "db">,
  { author, delivery, text, attachments }: Doc<"messages">,
  conversation: Doc<"conversations">,
  user: Doc<"users">,
): Promise<Route | { none: NoRoute }> {
  const { purpose, channel = "sms" } = delivery!;
  // The AI's answer goes the way its question came, and no other; and what may have been mailed isn't texted too.
  const only = author.kind === "agent" || delivery!.triedAt !== undefined ? channel : null;
  const noText = only === "email" ? "stopped" : refuseSms(conversation, user, purpose);
  const fits =
    author.kind !== "technician" ||
    (attachments === undefined && sizeOf(wholeText(text)).segments <= STAFF_SEGMENTS);
  if (noText === null && fits) return { channel: "sms", to: user.textsFrom! };
  const isLine = author.kind === "system" && purpose !== "correction";
  if (isLine || only === "sms") return { none: noText ?? "gone" };
  const address = findAddress(conversation, user);
  if (address === null) return { none: channel === "email" ? "no_address" : (noText ?? "gone") };
  const suppressed = await findSuppression(ctx, address.to);
  return suppressed === null ? { channel: "email", ...address } : { none: suppressed };
}

/** Why nothing may be texted to a conversation's customer, or null. */
function refuseSms(
  conversation: Conversation,
  user: Doc<"users">,
  purpose: Delivery["purpose"],
): "gone" | "opted_out" | "stopped" | null {
  if (conversation.channel === "web" && purpose !== "consent") {
    if (conversation.byTextSince === undefined) return "stopped";
  }
  if (user.textsFrom === undefined) return "gone";
  // Carriers want the word itself answered, once.
  if (purpose === "consent") return null;
  if (user.smsConsent === "revoked") return "opted_out";
  return conversation.channel === "web" && !hasAgreedToSms(user) ? "opted_out" : null;
}

/**
 * Where a mail about a conversation of the page goes: the address that was given in it, which need not be theirs, or
 * the one that they have confirmed. Null where nothing can be mailed.
 */
export function findAddress(
  { channel, contact }: Pick<Doc<"conversations">, "channel" | "contact">,
  { email, emailVerifiedAt, blockedAt }: Doc<"users">,
): { to: string; proven: boolean } | null {
  if (channel !== "web" || blockedAt !== undefined || !canMailAnswers()) return null;
  const confirmed = emailVerifiedAt === undefined ? undefined : email;
  const to = contact?.email ?? confirmed;
  return to === undefined ? null : { to, proven: to === confirmed };
}

/** Whether a conversation's customer can be mailed, as far as is known by now. */
export async function canMail(
  ctx: Pick<QueryCtx, "db">,
  conversation: Pick<Doc<"conversations">, "channel" | "contact" | "userId">,
): Promise<boolean> {
  const user = await ctx.db.get("users", conversation.userId);
  const address = user && findAddress(conversation, user);
  return address !== null && (await findSuppression(ctx, address.to)) === null;
}

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

/**
 * Of a page that shows one that goes on by text, one that a technician has, or a message that would be mailed; any
 * other's is not asked for.
 */
export async function recordPage(
  ctx: MutationCtx,
  { _id, channel, byTextSince, owner }: Doc<"conversations">,
  { shows: messageId, leaving }: { shows?: Id<"messages">; leaving?: boolean },
): Promise<void> {
  if (channel !== "web") return;
  const shows = messageId && (await ctx.db.get("messages", messageId));
  const waits = byTextSince !== undefined || shows?.delivery?.state === "queued";
  if (!waits && owner.kind !== "human") return;
  // What is not of this conversation, or not for its customer, they have not been shown.
  const isShown = shows?.conversationId === _id && shows.visibility === "public";
  if (!waits) return await Presence.recordOnPage(ctx, _id, { shows: isShown ? shows : undefined });
  await Presence.recordPresence(ctx, _id, { shows: isShown ? shows : undefined, leaving });
  // Told at once, so that the page need not say so again.
  if (byTextSince === undefined && isShown) await cancelAsSeen(ctx, shows);
}

async function cancelAsSeen(ctx: MutationCtx, { _id, delivery }: Doc<"messages">): Promise<void> {
  if (delivery?.state !== "queued") return;
  const next = continueDelivery(delivery, Date.now());
  await ctx.db.patch("messages", _id, {
    delivery: { state: "cancelled", ...next, reason: SEEN_ON_PAGE },
  });
}

/** On the page only from here on. What waits to be texted is cancelled when it is claimed. */
export async function stopSms(ctx: MutationCtx, conversation: Doc<"conversations">): Promise<void> {
  await changeConversation(ctx, conversation, { byTextSince: undefined });
}
