/** What became of a text: the provider's answer to a send, status callbacks; and what failed. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Delivery, DeliveryState } from "../../validators";
import {
  continueDelivery,
  eventOfStatus,
  MAX_SENDS,
  nextDeliveryState,
  retryDelay,
  type DeliveryEvent,
} from "../outbox/delivery";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "../conversations/changes";
import { takeUpConversation } from "../desk/timerActs";
import { handOffConversation } from "../handoff/handoff";
import { setSmsConsent } from "../accounts/consent";
import { markSmsLost, type SmsRef } from "./claim";

export const vSendOutcome = v.union(
  v.object({ kind: v.literal("accepted"), sid: v.string() }),
  v.object({
    kind: v.literal("busy"),
    reason: v.string(),
    retryAfterMs: v.optional(v.number()),
  }),
  v.object({ kind: v.literal("refused"), reason: v.string() }),
  v.object({ kind: v.literal("opted_out"), reason: v.string() }),
  v.object({ kind: v.literal("lost"), reason: v.string() }),
);

/** The provider's answer to a send. One that comes after the text was given up on still counts if it went. */
export async function settleSend(
  ctx: MutationCtx,
  { messageId, attempt }: SmsRef,
  outcome: Infer<typeof vSendOutcome>,
): Promise<void> {
  const message = await ctx.db.get("messages", messageId);
  const delivery = message?.delivery;
  if (!message || !delivery) return;
  if (outcome.kind === "accepted") return await advanceDelivery(ctx, message, "accepted", outcome);
  // Another attempt is under way: what this one came to changes nothing about it.
  if (delivery.attempt !== attempt) return;
  if (delivery.state !== "sending" && delivery.state !== "unknown") return;
  // What has been given up on meanwhile is queued for the next try.
  if (outcome.kind === "lost" && (delivery.channel !== "email" || attempt < MAX_SENDS)) {
    if (delivery.state === "sending") await markSmsLost(ctx, { ...message, delivery }, Date.now());
    return;
  }
  if (outcome.kind === "busy" && attempt < MAX_SENDS) {
    const waitMs = retryDelay(attempt, outcome.retryAfterMs);
    return await requeueSms(ctx, message, { delivery, waitMs });
  }
  const event = outcome.kind === "opted_out" ? "opted_out" : "refused";
  const state = nextDeliveryState(delivery.state, event);
  await failSms(ctx, message, { delivery, state, reason: outcome.reason });
}

export async function requeueSms(
  ctx: MutationCtx,
  { _id }: Doc<"messages">,
  { delivery, waitMs }: { delivery: Delivery; waitMs: number },
): Promise<void> {
  const now = Date.now();
  await ctx.db.patch("messages", _id, {
    delivery: {
      state: "queued",
      ...continueDelivery(delivery, now),
      attempt: delivery.attempt + 1,
      notBefore: now + waitMs,
      waitsFor: "provider",
    },
  });
}

/** What became of its `delivery`: a state that ends it, or one in which nothing has ended. */
type Ending = { delivery: Delivery; state: Delivery["state"] | null; reason: string };

/** A text that will not arrive: it says why, and becomes somebody's task. */
export async function failSms(
  ctx: MutationCtx,
  message: Doc<"messages">,
  { delivery, state, reason }: Ending,
): Promise<void> {
  if (state !== "failed" && state !== "undelivered" && state !== "opted_out") return;
  await ctx.db.patch("messages", message._id, {
    delivery: { state, ...continueDelivery(delivery, Date.now()), reason },
  });
  if (state === "opted_out") return await optOut(ctx, message);
  if (delivery.purpose !== "consent")
    await makeStaffTask(ctx, message, didNotArrive(delivery, reason));
}

/** 21610: the carrier knows of a STOP that never reached us. */
async function optOut(ctx: MutationCtx, { conversationId }: Doc<"messages">): Promise<void> {
  const conversation = await ctx.db.get("conversations", conversationId);
  const user = conversation && (await ctx.db.get("users", conversation.userId));
  if (!user || user.smsConsent === "revoked") return;
  await setSmsConsent(ctx, user, "revoked", { reason: "21610, by the carrier", conversationId });
}

/**
 * Staff see which text it was, and have the conversation: the assistant would only text again. One that was set aside
 * is taken up, and one that was resolved with words that never arrived was not.
 */
export async function makeStaffTask(
  ctx: MutationCtx,
  { conversationId, author }: Doc<"messages">,
  { reason, what }: { reason: string; what: string },
): Promise<void> {
  const conversation = await ctx.db.get("conversations", conversationId);
  const user = conversation && (await ctx.db.get("users", conversation.userId));
  // Of somebody who is leaving nothing is opened again.
  if (!user || user.deletingAt !== undefined) return;
  await recordEvent(ctx, "sms_undelivered", { conversationId }, { reason });
  await ctx.db.insert("messages", {
    conversationId,
    author: { kind: "system" },
    visibility: "staff",
    status: "complete",
    text: `${what} Reach them another way.`,
    settledAt: Date.now(),
    turn: conversation.turn,
    episode: conversation.episode,
  });
  const { status, owner } = conversation;
  const unreadByStaff = conversation.unreadByStaff + 1;
  // A line of ours about what is settled is worth no episode of its own.
  const moot = status === "resolved" && author.kind === "system";
  if (owner.kind === "ai" && !moot) {
    await handOffConversation(ctx, conversation, {
      reason: "undelivered",
      summary: what,
      urgency: "normal",
    });
  } else if (status === "snoozed") await takeUpConversation(ctx, conversation, { unreadByStaff });
  else await changeConversation(ctx, conversation, { unreadByStaff });
}

const didNotArrive = ({ channel }: Delivery, reason: string) => ({
  reason,
  what: `${channel === "email" ? "An e-mail" : "A text"} to the customer did not arrive (${reason}).`,
});

/** Moves a text on by what the provider or the carrier says. What is not further changes nothing. */
export async function advanceDelivery(
  ctx: MutationCtx,
  message: Doc<"messages">,
  event: DeliveryEvent,
  { sid, reason = "unknown" }: { sid: string; reason?: string },
): Promise<void> {
  const { delivery } = message;
  if (delivery === undefined) return;
  const known = newIdOf(message, delivery, sid);
  const state = nextDeliveryState(delivery.state, event);
  if (state === "undelivered" || state === "failed") {
    await ctx.db.patch("messages", message._id, known);
    await failSms(ctx, message, { delivery, state, reason });
    if (reason === "21610") await optOut(ctx, message);
    return;
  }
  if (state !== "sent" && state !== "delivered") {
    if (Object.keys(known).length > 0) await ctx.db.patch("messages", message._id, known);
    return;
  }
  const segments = "segments" in delivery ? delivery.segments : 0;
  await ctx.db.patch("messages", message._id, {
    ...known,
    delivery: { state, ...continueDelivery(delivery, Date.now()), segments },
  });
}

/** The provider's id, if it is news; an e-mail's answer may be without one. */
function newIdOf(
  { smsSid, providerId }: Doc<"messages">,
  { channel }: Delivery,
  id: string,
): Pick<Doc<"messages">, "smsSid" | "providerId"> {
  if (channel !== "email") return smsSid === undefined ? { smsSid: id } : {};
  return providerId === undefined && id !== "" ? { providerId: id } : {};
}

export const vDeliveryStatusReport = v.object({
  sid: v.string(),
  status: v.string(),
  errorCode: v.optional(v.string()),
  /** From the callback's own URL: names the text even if the answer with its id was lost. */
  messageId: v.optional(v.string()),
  conversationId: v.optional(v.string()),
});

/** A status callback: once or often, in any order. */
export async function recordDeliveryStatus(
  ctx: MutationCtx,
  said: Infer<typeof vDeliveryStatusReport>,
): Promise<void> {
  const event = eventOfStatus(said.status);
  if (event === null || (event === "report_sent" && (await isSentKnown(ctx, said)))) return;
  const message = await reported(ctx, said);
  if (message === null) return;
  await advanceDelivery(ctx, message, event, {
    sid: said.sid,
    reason: said.errorCode ?? said.status,
  });
}

/** States in which it is news that the provider has a text, or under which id. */
const NOT_KNOWN_SENT = "queued sending unknown cancelled opted_out failed".split(
  " ",
) as DeliveryState[];

/**
 * Most texts have been settled when the carrier says the same: that none of their conversation is in another state is
 * read from ranges without a row.
 */
async function isSentKnown(
  ctx: Pick<QueryCtx, "db">,
  { conversationId }: Infer<typeof vDeliveryStatusReport>,
): Promise<boolean> {
  const id = conversationId && ctx.db.normalizeId("conversations", conversationId);
  if (!id) return false;
  for (const state of NOT_KNOWN_SENT) {
    const text = await ctx.db
      .query("messages")
      .withIndex("by_conversation_and_delivery", (q) =>
        q.eq("conversationId", id).eq("delivery.state", state),
      )
      .first();
    if (text !== null) return false;
  }
  return true;
}

async function reported(
  ctx: MutationCtx,
  { sid, messageId }: Infer<typeof vDeliveryStatusReport>,
): Promise<Doc<"messages"> | null> {
  const known = await findMessageBySid(ctx, sid);
  if (known !== null) return known;
  const id = messageId === undefined ? null : ctx.db.normalizeId("messages", messageId);
  const named = id && (await ctx.db.get("messages", id));
  return named?.delivery !== undefined && named.smsSid === undefined ? named : null;
}

/** The message of a text that came in or went out, by the provider's id. */
export function findMessageBySid(
  ctx: Pick<QueryCtx, "db">,
  sid: string,
): Promise<Doc<"messages"> | null> {
  return ctx.db
    .query("messages")
    .withIndex("by_sms_sid", (q) => q.eq("smsSid", sid))
    .unique();
}
