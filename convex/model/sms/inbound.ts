/**
 * Texts that come in: stored once, given to whoever the number belongs to, and answered by the same engine
 * as the web chat. A number proves who pays for a phone, not who holds an account: until a code is
 * confirmed its texts are somebody's of their own, who is told nothing of any account.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { twilioWebhookEnv } from "../../env";
import * as Lifecycle from "../desk/lifecycle";
import type { Answering } from "../conversations/replyProcess";
import { wordsToFind } from "../conversations/wordsToFind";
import { goesBySms } from "../outbox/channel";
import { handOffConversation } from "../handoff/handoff";
import { workflow } from "../../lib/workflow";
import { tryConsumeLimit } from "../access/limits";
import { logWarning } from "../../lib/log";
import { carryOut } from "../desk/carryOut";
import * as Messages from "../desk/messages";
import { planResponse } from "../desk/planResponse";
import { findSmsUser } from "../access/smsUsers";
import { hasOptedOut, isMuted, setSmsConsent } from "../accounts/consent";
import { isE164 } from "../../lib/phoneForms";
import { findMessageBySid } from "./settlement";
import { findRating, takeRating } from "./ratings";
import { takeReaction } from "./reactions";
import { tellCustomer } from "../outbox/systemLines";
import { findShopName } from "../knowledge/shopName";
import { consentWordOf, type ConsentWord } from "../outbox/consentRules";
import { bareWordOf, CONSENT_ANSWERS } from "../outbox/consentWords";
import { readReaction, type Reaction } from "../../lib/reactions";
import { cleanOptionalText, MAX_MESSAGE_CHARS, previewOf } from "../../lib/text";
import { DAY, SECOND } from "../../lib/time";
import { changeConversation } from "../conversations/changes";
import { bumpTurn } from "../conversations/turns";

/** The AI waits so long for the rest of a burst: people send a thought in several texts. */
const BURST_PAUSE = 3 * SECOND;
/** A resolved conversation goes on with a text within this time; later ones are about something else. */
const REOPEN_WITHIN = 14 * DAY;
/** Latest conversations looked at for the one by text. */
const LOOK_BACK = 20;

export const vMedia = v.object({ url: v.string(), contentType: v.string() });
export const vInboundMessage = v.object({
  sid: v.string(),
  from: v.string(),
  body: v.string(),
  media: v.array(vMedia),
  optOutType: v.optional(v.string()),
});
type Inbound = Infer<typeof vInboundMessage>;

/** Takes a text in. The same one again, however concurrently, changes nothing. */
export async function receiveInboundMessage(ctx: MutationCtx, text: Inbound): Promise<void> {
  if ((await findMessageBySid(ctx, text.sid)) !== null) return;
  const phone = text.from;
  if (!isE164(phone)) {
    return logWarning("SMS: a text from what is no phone number was ignored.");
  }
  const user = await findTexter(ctx, phone);
  const body = cleanOptionalText("The text", text.body, MAX_MESSAGE_CHARS);
  const word = consentWordOf(body, user.smsConsent === "revoked", text.optOutType);
  if (word !== null) return await takeWord(ctx, user, word, { ...text, body });
  const reaction = text.media.length === 0 ? readReaction(body) : null;
  if (reaction !== null) return await hearReaction(ctx, user, reaction, { ...text, body });
  if (body === "" && text.media.length === 0) return;
  await takeQuestion(ctx, user, phone, { ...text, body });
}

/** Whoever texts, with the number as it came: that is what their carrier takes our answers to. */
async function findTexter(ctx: MutationCtx, phone: string): Promise<Doc<"users">> {
  const user = await findSmsUser(ctx, phone);
  if (user === null) return await createTexter(ctx, phone);
  if (user.textsFrom !== phone) await ctx.db.patch("users", user._id, { textsFrom: phone });
  return { ...user, textsFrom: phone };
}

async function createTexter(ctx: MutationCtx, phone: string): Promise<Doc<"users">> {
  const smsConsent = (await hasOptedOut(ctx, phone)) ? "revoked" : "unknown";
  const fields = { role: "customer", phone, textsFrom: phone, smsConsent } as const;
  return (await ctx.db.get("users", await ctx.db.insert("users", fields)))!;
}

/** A text that somebody must read: the AI, or whoever has the conversation. */
async function takeQuestion(
  ctx: MutationCtx,
  user: Doc<"users">,
  phone: string,
  { sid, body, media }: Inbound,
): Promise<void> {
  const threads = await threadsByText(ctx, user._id);
  const muted = isMuted(user);
  const rating = media.length === 0 ? await findRating(ctx, threads, body) : null;
  if (rating !== null && user.blockedAt === undefined) {
    const conversation = await storeQuietly(ctx, rating.conversation, { sid, body });
    return await takeRating(ctx, { ...rating, conversation }, { muted });
  }
  const before =
    current(threads, REOPEN_WITHIN) ?? (await Lifecycle.createConversation(ctx, user._id, "sms"));
  const pendingMedia = media.length > 0 ? media.length : undefined;
  const stored = await Messages.storeCustomerMessage(ctx, before, {
    text: body,
    smsSid: sid,
    pendingMedia,
  });
  if (media.length > 0) await fetchMedia(ctx, stored.messageId, media);
  const plan = planResponse({ ...stored, muted });
  await carryOut(ctx, stored.conversation, { plan, answering: byText(phone) });
}

/** It costs no answer; one to words that nobody finds any more is kept as what they wrote. */
async function hearReaction(
  ctx: MutationCtx,
  user: Doc<"users">,
  reaction: Reaction,
  { sid, body }: Inbound,
): Promise<void> {
  const threads = await threadsByText(ctx, user._id);
  const muted = isMuted(user);
  if (await takeReaction(ctx, threads, { ...reaction, smsSid: sid }, { muted })) return;
  const conversation = current(threads, Infinity);
  if (conversation !== null) await storeQuietly(ctx, conversation, { sid, body });
}

/** More texts than a person sends: somebody looks, and the AI answers no more of them. */
const byText = (phone: string): Answering => ({
  admit: async (ctx, conversation) => {
    if ((await tryConsumeLimit(ctx, "smsAnswers", { address: phone })) === null) return true;
    await handOffConversation(ctx, conversation, {
      reason: "reply_cap",
      summary: "More texts within an hour than the assistant answers.",
      urgency: "low",
    });
    return false;
  },
  delayMs: BURST_PAUSE,
});

/** Somebody's latest conversations that go by text, the newest message first. */
async function threadsByText(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"conversations">[]> {
  const latest = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
    .order("desc")
    .take(LOOK_BACK);
  return latest.filter(goesBySms);
}

/**
 * A conversation by text goes on while it is unresolved, or was so until a while ago. Of several the latest that began
 * on the page: the customer has said there that they go on by text.
 */
function current(
  texts: readonly Doc<"conversations">[],
  reopenWithin: number,
): Doc<"conversations"> | null {
  const isOpen = ({ status }: Doc<"conversations">) => status !== "resolved";
  const open =
    texts.find((row) => row.channel === "web" && isOpen(row)) ?? texts.find((row) => isOpen(row));
  const [last] = texts;
  if (open !== undefined || last === undefined) return open ?? null;
  return last.lastMessageAt > Date.now() - reopenWithin ? last : null;
}

/** A word that changes consent: on the ledger, in the conversation, and answered unless the carrier does. */
async function takeWord(
  ctx: MutationCtx,
  user: Doc<"users">,
  word: ConsentWord,
  { sid, body, optOutType }: Inbound,
): Promise<void> {
  const found = current(await threadsByText(ctx, user._id), Infinity);
  const conversation = found ?? (await Lifecycle.createConversation(ctx, user._id, "sms"));
  const conversationId = conversation._id;
  const reason = `${bareWordOf(body).slice(0, 20) || word.toUpperCase()}, by text`;
  if (word === "stop") await setSmsConsent(ctx, user, "revoked", { reason, conversationId });
  if (word === "start") await setSmsConsent(ctx, user, "granted", { reason, conversationId });
  const now = await storeWord(ctx, conversation, word, { sid, body });
  if (optOutType || twilioWebhookEnv().answersStop) return;
  // A machine that answers ours with such a word would be answered for ever.
  if ((await tryConsumeLimit(ctx, "smsWords", { address: user.textsFrom! })) !== null) return;
  const said = CONSENT_ANSWERS[word](await findShopName(ctx));
  await tellCustomer(ctx, now, said, "consent");
}

/** Nobody has to answer a word. STOP ends the answer that is being written: it could not be sent. */
async function storeWord(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  word: ConsentWord,
  text: Pick<Inbound, "sid" | "body">,
): Promise<Doc<"conversations">> {
  if (word !== "stop" || conversation.status === "resolved") {
    return await storeQuietly(ctx, conversation, text);
  }
  const waitingSince = conversation.owner.kind === "ai" ? undefined : conversation.waitingSince;
  return await storeQuietly(ctx, await bumpTurn(ctx, conversation, { waitingSince }), text);
}

/** A text that begins nothing: no turn, no episode, and nobody waits for an answer to it. */
async function storeQuietly(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { sid, body }: Pick<Inbound, "sid" | "body">,
): Promise<Doc<"conversations">> {
  const now = Date.now();
  const patch = { lastMessageAt: now, preview: previewOf(body) };
  const next = await changeConversation(ctx, conversation, patch);
  await ctx.db.insert("messages", {
    conversationId: next._id,
    author: { kind: "customer" },
    visibility: "public",
    status: "complete",
    text: body,
    searchText: wordsToFind({ text: body }),
    smsSid: sid,
    settledAt: now,
    turn: next.turn,
    episode: next.episode,
  });
  return next;
}

/** Durable: pictures come from the provider's servers, which may be down. */
async function fetchMedia(
  ctx: MutationCtx,
  messageId: Id<"messages">,
  media: Inbound["media"],
): Promise<void> {
  await workflow.start(
    ctx,
    internal.sms.fetchMedia,
    { messageId, media },
    { onComplete: internal.sms.mediaDone, context: { messageId }, startAsync: true },
  );
}
