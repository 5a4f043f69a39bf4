/**
 * The claim: the transaction that decides whether a text goes (`steps.ts` says which is next). Everything that may have changed since it was queued is asked again there, so nothing that is waiting can
 * slip past a STOP, a technician or a newer question.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Delivery, DeliveryState } from "../../validators";
import { hasAgreedToSms, mayPageShow } from "../outbox/channel";
import { continueDelivery, nextDeliveryState, SEEN_ON_PAGE } from "../outbox/delivery";
import { findLastSettled } from "../conversations/history";
import { findNextOpening } from "../hours/hours";
import { tryConsumeLimit } from "../access/limits";
import { findPagePresence } from "../outbox/presence";
import { loadHours } from "../hours/stored";
import { findRecipient } from "../outbox/outbox";
import { sizeOf, wholeText } from "../outbox/segments";
import { answerText } from "./fitText";
import { MINUTE } from "../../lib/time";

/** From the claim on: longer than any request to the provider, so that whoever looks after it sees its effect. */
export const SEND_LEASE = MINUTE;
/** From when a text became unknown to each look at the provider's list; the list may lag behind. */
export const LOOK_UPS = [0, 2 * MINUTE, 10 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE];
/** Look-ups without a trace after which a text has not arrived. */
export const TRACELESS_LOOK_UPS = 2;
/** Texts looked at for the next one: more than ever wait in one conversation. */
const WINDOW = 50;

export const vSmsRef = v.object({ messageId: v.id("messages"), attempt: v.number() });
export type SmsRef = Infer<typeof vSmsRef>;
export type Sms<S extends DeliveryState> = Doc<"messages"> & {
  delivery: Extract<Delivery, { state: S }>;
};

/** A conversation's texts in one state, in the order in which they go. */
export async function listSmsInState<S extends DeliveryState>(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  state: S,
): Promise<Sms<S>[]> {
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_delivery", (q) =>
      q.eq("conversationId", conversationId).eq("delivery.state", state),
    )
    .take(WINDOW);
  return rows.filter((row): row is Sms<S> => row.delivery?.state === state);
}

/** Nobody knows whether the provider has it. */
export async function markSmsLost(
  ctx: MutationCtx,
  { _id, delivery }: Sms<"sending">,
  now: number,
): Promise<void> {
  if (nextDeliveryState(delivery.state, "lost") !== "unknown") return;
  await ctx.db.patch("messages", _id, {
    delivery: { ...delivery, state: "unknown", at: now, lookUps: 0 },
  });
}

export const vClaimed = v.object({ to: v.string(), body: v.string() });

/** Takes a text for sending: null if it may not go, now or at all. The caller knows that none is under way beside it. */
export async function claimSms(
  ctx: MutationCtx,
  message: Sms<"queued">,
): Promise<Infer<typeof vClaimed> | null> {
  const { delivery } = message;
  if (nextDeliveryState(delivery.state, "claimed") === null) return null;

  const now = Date.now();
  const conversation = await ctx.db.get("conversations", message.conversationId);
  const user = conversation && (await findRecipient(ctx, conversation));
  const page =
    conversation && mayPageShow(message, delivery, conversation)
      ? await findPagePresence(ctx, message, now)
      : NO_PAGE;
  // The body comes last: what may not go need not be made, and one that can't be made holds up nobody else's.
  const refused =
    (page.seen ? SEEN_ON_PAGE : null) ??
    refusal(message, delivery, conversation, user) ??
    ((await isStale(ctx, message, { delivery, conversation })) ? "overtaken" : null);
  const body = refused === null ? smsBodyOf(message) : "";
  const reason = refused;
  // As one that can't be made: after three tries it is somebody's task, for the customer waits for an answer.
  if (reason === null && body === "") throw new Error("Nothing of this message can be texted.");
  const next = continueDelivery(delivery, now);
  if (reason !== null || user === null) {
    await patch(ctx, message, { state: "cancelled", ...next, reason: reason ?? "gone" });
    return null;
  }
  const hold: Hold | null =
    page.until === null
      ? await heldUntil(ctx, delivery, user.textsFrom, now)
      : { notBefore: page.until, waitsFor: "page" };
  if (hold !== null) {
    await patch(ctx, message, { ...delivery, ...hold, at: now });
    return null;
  }
  const to = user.textsFrom;
  const { segments } = sizeOf(body);
  await patch(ctx, message, { state: "sending", ...next, to, body, segments });
  return { to, body };
}

/** In a conversation by text there is none. */
const NO_PAGE = { seen: false, until: null };

const patch = (ctx: MutationCtx, { _id }: Doc<"messages">, delivery: Delivery) =>
  ctx.db.patch("messages", _id, { delivery });

/** Why a text must not go any more, or null. */
function refusal(
  message: Doc<"messages">,
  { purpose }: Delivery,
  conversation: Doc<"conversations"> | null,
  user: Doc<"users"> | null,
): "gone" | "opted_out" | "overtaken" | "stopped" | null {
  if (conversation === null || user === null) return "gone";
  // Carriers want the word itself answered, once.
  if (user.smsConsent === "revoked" && purpose !== "consent") return "opted_out";
  if (conversation.channel === "web" && purpose !== "consent") {
    if (conversation.byTextSince === undefined) return "stopped";
    if (!hasAgreedToSms(user)) return "opted_out";
  }
  const { owner, turn } = conversation;
  // "Yes" to one that is not the last word would be about something else.
  if (purpose === "offer") return turn === message.turn ? null : "overtaken";
  if (message.author.kind !== "agent") return null;
  // A technician speaks now. Or the AI answers a newer turn, and all that the customer has no answer to.
  if (owner.kind === "human") return "overtaken";
  return owner.kind === "ai" && turn !== message.turn ? "overtaken" : null;
}

/**
 * A line of ours that waited for the morning, and in the meantime somebody has spoken, it has been opened again, or they
 * have said on the page how it was.
 */
async function isStale(
  ctx: Pick<QueryCtx, "db">,
  { _id, author, conversationId, episode, _creationTime }: Doc<"messages">,
  { delivery, conversation }: { delivery: Delivery; conversation: Doc<"conversations"> | null },
): Promise<boolean> {
  if (author.kind !== "system" || delivery.purpose !== "notice") return false;
  if (conversation?.episode !== episode) return true;
  if (conversation.ratingQuestion === _id && conversation.rating !== undefined) return true;
  const spoken = await findLastSettled(ctx, conversationId);
  return spoken !== null && spoken._creationTime > _creationTime;
}

type Hold = { notBefore: number; waitsFor: "opening" | "limit" | "page" };

/** Until when a text that may go has to wait. */
async function heldUntil(
  ctx: MutationCtx,
  { purpose }: Delivery,
  phone: string,
  now: number,
): Promise<Hold | null> {
  if (purpose === "consent") return null;
  if (purpose === "notice") {
    // A shop that never opens sends no notices later either.
    const opensAt = findNextOpening(await loadHours(ctx), now) ?? now;
    if (opensAt > now) return { notBefore: opensAt, waitsFor: "opening" };
  }
  const waitMs = await tryConsumeLimit(ctx, "smsOutbound", { address: phone });
  return waitMs === null ? null : { notBefore: now + waitMs, waitsFor: "limit" };
}

/** What is sent of a message. */
export const smsBodyOf = ({ author, text, citations }: Doc<"messages">): string =>
  author.kind === "agent" ? answerText(text, citations) : wholeText(text);
