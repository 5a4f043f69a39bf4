/**
 * A text of which nobody knows whether the provider has it: what its list says, and when to stop asking. And one that
 * can't be claimed.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Delivery } from "../../validators";
import { findSmsUser } from "../access/smsUsers";
import { HOUR } from "../../lib/time";
import { continueDelivery, MAX_SENDS, nextDeliveryState } from "../outbox/delivery";
import { listSmsInState, LOOK_UPS, TRACELESS_LOOK_UPS, vSmsRef, type Sms } from "./claim";
import {
  findMessageBySid,
  advanceDelivery,
  failSms,
  makeStaffTask,
  requeueSms,
} from "./settlement";

const NEVER_KNOWN = {
  reason: "unknown",
  what: "Nobody can say whether a text to the customer arrived, so it was not sent again.",
};

/** Conversations of one number in which a text may be lost: far more than have any under way. */
const THREADS = 20;
/** Claims of one text that may fail before it is staff's. */
const MAX_FAILURES = 3;

/**
 * What to look for. Since the text was said: had one of an earlier attempt arrived, this is not to go again.
 */
export const vLost = v.object({ to: v.string(), body: v.string(), since: v.number() });

export const vLookedUp = v.object({
  text: vSmsRef,
  /** Texts of the same words to the same number, or null when the provider could not be asked. */
  sids: v.union(v.array(v.string()), v.null()),
  /** When it was asked: the answer says nothing about what it had not listed by then. */
  askedAt: v.number(),
});

/**
 * What a look-up found. A text is the lost one if no other message has its id: the same words may have been sent
 * before. Twice without a trace it never arrived, and goes again. When the provider can't be asked to the last, or
 * has fewer of the same words than are lost, nobody knows which: it is staff's.
 *
 * Two may look at once, and one may come to tell long after: an answer counts as the look that it was early enough
 * for, and none that was asked for before the list could show the text says that it isn't there.
 */
export async function settleLookUp(
  ctx: MutationCtx,
  { text, sids, askedAt }: Infer<typeof vLookedUp>,
): Promise<void> {
  const message = await ctx.db.get("messages", text.messageId);
  const delivery = message?.delivery;
  if (!message || delivery?.state !== "unknown" || delivery.attempt !== text.attempt) return;
  const unclaimed = await unclaimedOf(ctx, sids ?? []);
  const [sid] = unclaimed;
  if (sid !== undefined && unclaimed.length > (await countTwins(ctx, message, delivery))) {
    return await advanceDelivery(ctx, message, "found", { sid });
  }
  if (askedAt < delivery.at + (LOOK_UPS[delivery.lookUps] ?? Infinity)) return;
  const lookUps = delivery.lookUps + 1;
  if (sids === null || lookUps < TRACELESS_LOOK_UPS) {
    if (lookUps >= LOOK_UPS.length) return await giveUp(ctx, message, delivery);
    await ctx.db.patch("messages", message._id, { delivery: { ...delivery, lookUps } });
  } else if (sid !== undefined) await giveUp(ctx, message, delivery);
  else if (nextDeliveryState(delivery.state, "not_found") === null) return;
  else if (delivery.attempt < MAX_SENDS) await requeueSms(ctx, message, { delivery, waitMs: 0 });
  else await failSms(ctx, message, { delivery, state: "failed", reason: "never arrived" });
}

async function unclaimedOf(ctx: Pick<QueryCtx, "db">, sids: string[]): Promise<string[]> {
  const unclaimed: string[] = [];
  for (const sid of sids) if ((await findMessageBySid(ctx, sid)) === null) unclaimed.push(sid);
  return unclaimed;
}

/** Other texts with the same words to that number, of any conversation, that the provider may have without our knowing its id. */
async function countTwins(
  ctx: Pick<QueryCtx, "db">,
  { _id, conversationId }: Doc<"messages">,
  { to, body }: Extract<Delivery, { state: "unknown" }>,
): Promise<number> {
  let twins = 0;
  for (const thread of await threadsTo(ctx, conversationId, to)) {
    const lost = await listSmsInState(ctx, thread, "unknown");
    const sending = await listSmsInState(ctx, thread, "sending");
    twins += [...lost, ...sending].filter(
      (one) => one._id !== _id && one.delivery.to === to && one.delivery.body === body,
    ).length;
  }
  return twins;
}

/** The latest conversations of whoever has this one, and of whoever has the number by now. */
async function threadsTo(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  to: string,
): Promise<Set<Id<"conversations">>> {
  const conversation = await ctx.db.get("conversations", conversationId);
  const threads = new Set([conversationId]);
  for (const userId of new Set([conversation?.userId, (await findSmsUser(ctx, to))?._id])) {
    if (userId === undefined) continue;
    const latest = await ctx.db
      .query("conversations")
      .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
      .order("desc")
      .take(THREADS);
    for (const { _id } of latest) threads.add(_id);
  }
  return threads;
}

/** It may have arrived, so it is not sent again; a callback can still say so. */
async function giveUp(
  ctx: MutationCtx,
  message: Doc<"messages">,
  delivery: Extract<Delivery, { state: "unknown" }>,
): Promise<void> {
  await ctx.db.patch("messages", message._id, {
    delivery: { ...delivery, lookUps: LOOK_UPS.length, reason: "not looked up" },
  });
  if (delivery.purpose !== "consent") await makeStaffTask(ctx, message, NEVER_KNOWN);
}

/** The provider knows a key for a day, and a try is not begun when that is nearly over. */
const KEY_LIFETIME = 23 * HOUR;

/** True for an e-mail that is handed over no more: the next try could be a second one. It is staff's. */
export async function giveUpOnLetter(
  ctx: MutationCtx,
  message: Sms<"queued">,
  now: number,
): Promise<boolean> {
  const { triedAt, attempt } = message.delivery;
  if (triedAt === undefined || (attempt <= MAX_SENDS && now - triedAt < KEY_LIFETIME)) return false;
  const delivery = { ...continueDelivery(message.delivery, now), reason: "never arrived" };
  await ctx.db.patch("messages", message._id, { delivery: { state: "failed", ...delivery } });
  await makeStaffTask(ctx, message, {
    reason: "unknown",
    what: "Nobody can say whether an e-mail to the customer went, so it was not sent again.",
  });
  return true;
}

/**
 * A text that can't be claimed would be taken up again for ever, before all that wait behind it: after three times it is
 * staff's.
 */
export async function recordFailedClaim(ctx: MutationCtx, text: Sms<"queued">): Promise<void> {
  const failures = (text.delivery.failures ?? 0) + 1;
  const delivery = { ...text.delivery, failures };
  await ctx.db.patch("messages", text._id, { delivery });
  if (failures < MAX_FAILURES) return;
  const state = nextDeliveryState(delivery.state, "not_made");
  await failSms(ctx, text, { delivery, state, reason: "not_made" });
}
