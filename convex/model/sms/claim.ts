/**
 * The claim: the transaction that decides whether a message goes, and over what (`steps.ts` says which is next).
 * Everything that may have changed since it was queued is asked again there, so nothing that is waiting can slip past a
 * STOP, a bounce, a technician or a newer question.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Delivery, DeliveryState } from "../../validators";
import { linkTokenOf, storeMailLink } from "../accounts/mailLinks";
import { findRoute, mayPageShow, type Route } from "../outbox/channel";
import { continueDelivery, nextDeliveryState, retryDelay, SEEN_ON_PAGE } from "../outbox/delivery";
import { findShopName } from "../knowledge/shopName";
import { composeLetter, type Letter } from "../outbox/letters";
import { findLastSettled } from "../conversations/history";
import { findNextOpening } from "../hours/hours";
import { tryConsumeLimit } from "../access/limits";
import { findPagePresence, MAIL_PATIENCE } from "../outbox/presence";
import { loadHours } from "../hours/stored";
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

/** Nobody knows whether the provider has it. An e-mail is handed over again: the provider knows it by its key. */
export async function markSmsLost(
  ctx: MutationCtx,
  { _id, delivery }: Sms<"sending">,
  now: number,
): Promise<void> {
  if (delivery.channel === "email") {
    const { attempt } = delivery;
    const next = { ...continueDelivery(delivery, now), attempt: attempt + 1 };
    const notBefore = now + retryDelay(attempt);
    const again = { state: "queued", ...next, notBefore, waitsFor: "provider" } as const;
    return await ctx.db.patch("messages", _id, { delivery: again });
  }
  if (nextDeliveryState(delivery.state, "lost") !== "unknown") return;
  await ctx.db.patch("messages", _id, {
    delivery: { ...delivery, state: "unknown", at: now, lookUps: 0 },
  });
}

export const vClaimed = v.object({ to: v.string(), body: v.string() });
export type Claimed = Infer<typeof vClaimed> | { letter: Letter };

/**
 * Takes a message for sending, by text or by e-mail: null if it may not go, now or at all. The caller knows that none is
 * under way beside it.
 */
export async function claimSms(ctx: MutationCtx, message: Sms<"queued">): Promise<Claimed | null> {
  const { delivery } = message;
  if (nextDeliveryState(delivery.state, "claimed") === null) return null;

  const now = Date.now();
  const conversation = await ctx.db.get("conversations", message.conversationId);
  const page =
    conversation && mayPageShow(message, delivery, conversation)
      ? await findPagePresence(ctx, message, now)
      : NO_PAGE;
  const route = await routeOf(ctx, message, { conversation, seen: page.seen });
  const next = continueDelivery(delivery, now);
  if ("none" in route) {
    await patch(ctx, message, { state: "cancelled", ...next, reason: route.none });
    return null;
  }
  // The words come last: what may not go need not be made, and one that can't be made holds up nobody else's.
  const claimed = await wordsFor(ctx, message, route);
  const hold = await heldUntil(ctx, message, { route, pageUntil: page.until, now });
  if (hold !== null) {
    await patch(ctx, message, { ...delivery, ...hold, at: now });
    return null;
  }
  const { channel, to } = route;
  if ("letter" in claimed) {
    const { conversationId, _id } = message;
    const { triedAt = now } = delivery;
    // With the first try only: the same link goes with each.
    if (delivery.triedAt === undefined) {
      await storeMailLink(ctx, { token: linkTokenOf(_id), conversationId });
    }
    const sending = { ...next, channel, triedAt, to, body: "", segments: 0 };
    await patch(ctx, message, { state: "sending", ...sending });
    return claimed;
  }
  const { segments } = sizeOf(claimed.body);
  await patch(ctx, message, { state: "sending", ...next, channel, ...claimed, segments });
  return claimed;
}

/** The page has shown it: true, and it goes no more. */
export async function cancelShown(ctx: MutationCtx, message: Sms<"queued">): Promise<boolean> {
  const { delivery, conversationId } = message;
  const conversation = await ctx.db.get("conversations", conversationId);
  if (conversation === null || !mayPageShow(message, delivery, conversation)) return false;
  const { seen } = await findPagePresence(ctx, message, Date.now());
  if (!seen) return false;
  const next = continueDelivery(delivery, Date.now());
  await patch(ctx, message, { state: "cancelled", ...next, reason: SEEN_ON_PAGE });
  return true;
}

/** As one that can't be made: after three tries it is somebody's task, for the customer waits for an answer. */
async function wordsFor(
  ctx: MutationCtx,
  message: Doc<"messages">,
  { channel, to }: Route,
): Promise<Claimed> {
  if (channel === "email") return { letter: composeLetter(message, to, await findShopName(ctx)) };
  const body = smsBodyOf(message);
  if (body === "") throw new Error("Nothing of this message can be texted.");
  return { to, body };
}

/** Where it goes, of what may have changed since it was queued; or why it goes nowhere. */
async function routeOf(
  ctx: MutationCtx,
  message: Sms<"queued">,
  { conversation, seen }: { conversation: Doc<"conversations"> | null; seen: boolean },
): Promise<Route | { none: string }> {
  if (seen) return { none: SEEN_ON_PAGE };
  const user = conversation && (await ctx.db.get("users", conversation.userId));
  if (!conversation || !user || user.deletingAt !== undefined) return { none: "gone" };
  if (isOvertaken(message, conversation)) return { none: "overtaken" };
  const route = await findRoute(ctx, message, conversation, user);
  if ("none" in route) return route;
  return (await isStale(ctx, message, conversation)) ? { none: "overtaken" } : route;
}

/** In a conversation by text there is none. */
const NO_PAGE = { seen: false, until: null };

const patch = (ctx: MutationCtx, { _id }: Doc<"messages">, delivery: Delivery) =>
  ctx.db.patch("messages", _id, { delivery });

/** Something newer has been said, or somebody else speaks now. */
function isOvertaken(
  { author, turn: of, delivery }: Sms<"queued">,
  { owner, turn }: Doc<"conversations">,
): boolean {
  // "Yes" to one that is not the last word would be about something else.
  if (delivery.purpose === "offer") return turn !== of;
  if (author.kind !== "agent") return false;
  // A technician speaks now. Or the AI answers a newer turn, and all that the customer has no answer to.
  return owner.kind === "human" || (owner.kind === "ai" && turn !== of);
}

/**
 * A line of ours that waited for the morning, and in the meantime somebody has spoken, it has been opened again, or they
 * have said on the page how it was.
 */
async function isStale(
  ctx: Pick<QueryCtx, "db">,
  { _id, author, conversationId, episode, _creationTime, delivery }: Sms<"queued">,
  conversation: Doc<"conversations">,
): Promise<boolean> {
  if (author.kind !== "system" || delivery.purpose !== "notice") return false;
  if (conversation.episode !== episode) return true;
  if (conversation.ratingQuestion === _id && conversation.rating !== undefined) return true;
  const spoken = await findLastSettled(ctx, conversationId);
  return spoken !== null && spoken._creationTime > _creationTime;
}

type Hold = { notBefore: number; waitsFor: "opening" | "limit" | "page" };

/** Until when one that may go has to wait. */
async function heldUntil(
  ctx: MutationCtx,
  { settledAt = 0, delivery: { purpose } }: Sms<"queued">,
  { route, pageUntil, now }: { route: Route; pageUntil: number | null; now: number },
): Promise<Hold | null> {
  // A page that is open has the time to say that it has shown it.
  const patience = route.channel === "email" ? settledAt + MAIL_PATIENCE : 0;
  const until = Math.max(pageUntil ?? 0, patience);
  if (until > now) return { notBefore: until, waitsFor: "page" };
  if (purpose === "consent") return null;
  if ((purpose === "notice" || purpose === "correction") && route.channel === "sms") {
    // A shop that never opens sends no notices later either.
    const opensAt = findNextOpening(await loadHours(ctx), now) ?? now;
    if (opensAt > now) return { notBefore: opensAt, waitsFor: "opening" };
  }
  const waitMs = await tryConsumeLimit(ctx, limitOf(route), { address: route.to });
  return waitMs === null ? null : { notBefore: now + waitMs, waitsFor: "limit" };
}

/** An address that nobody has confirmed gets no more than codes would go to it. */
const limitOf = (route: Route) =>
  route.channel === "sms" ? "smsOutbound" : route.proven ? "mailOutbound" : "mailUnproven";

/** What is sent of a message. */
export const smsBodyOf = ({ author, text, citations }: Doc<"messages">): string =>
  author.kind === "agent" ? answerText(text, citations) : wholeText(text);
