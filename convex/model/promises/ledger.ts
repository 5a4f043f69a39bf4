/**
 * Promises to customers: "we call you by three". Each stands on its conversation, where the customer and staff
 * see it, and has a timer. In time it is kept or dropped by a person; late it is escalated, once, and stays on
 * the list until somebody has seen to it.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vOwner, vPromise } from "../../validators";
import { autoAssignWaiting } from "../handoff/assignment";
import { requestAlert } from "../handoff/alertRequests";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { handOffConversation } from "../handoff/handoff";
import { sayOpening, sayTime } from "../hours/hours";
import { mayOwnerContinue } from "../handoff/shifts";
import { findPromise, soundsLikePromise } from "./detect";
import { loadHours } from "../hours/stored";
import { noteForStaff, tellCustomer } from "../outbox/systemLines";
import { redactSecrets } from "../../lib/redact";
import { cleanText } from "../../lib/text";
import { DAY } from "../../lib/time";
import { changeConversation, type ConversationChange } from "../conversations/changes";
import { armTimer, cancelTimer, silencePatch, withoutTimer } from "../conversations/timers";
import { bumpTurn, queuedOwner } from "../conversations/turns";

type Conversation = Doc<"conversations">;
type Promised = Infer<typeof vPromise>;

/** Open ones of one conversation. */
export const MAX_PROMISES = 5;
const MAX_CHARS = 300;
/** How far ahead one may be due. */
const MAX_AHEAD = 30 * DAY;
/** Of the desk's list: late ones, and those to come. */
const LISTED = 50;

type Promisor = { kind: "agent" } | { kind: "technician"; userId: Id<"users"> };

/**
 * Writes a promise down and starts its timer. The AI can't call anybody: its promise is a person's work, and
 * hands the conversation over at once. Errors: `invalid_input`, `too_large`, `conflict` when the conversation is
 * resolved or has five open ones.
 */
export async function startPromise(
  ctx: MutationCtx,
  conversation: Conversation,
  promise: { text: string; dueAt: number; by: Promisor },
): Promise<{ workflowId: Id<"workflows">; conversation: Conversation }> {
  const text = cleanText("The promise", promise.text, MAX_CHARS);
  const { dueAt, by } = promise;
  const now = Date.now();
  if (!(dueAt > now && dueAt < now + MAX_AHEAD)) {
    throw appError("invalid_input", "Promise something for a time within the next 30 days.");
  }
  const open = conversation.promises ?? [];
  if (conversation.status === "resolved") {
    throw appError("conflict", "This conversation is resolved. Reopen it first.");
  }
  if (open.length >= MAX_PROMISES) {
    throw appError("conflict", "Keep or drop one of the promises to this customer first.");
  }
  const actorId = by.kind === "technician" ? by.userId : undefined;
  const workflowId = await armTimer(ctx, conversation, { kind: "promise", dueAt, userId: actorId });
  let next = await setPromises(ctx, conversation, [...open, { workflowId, text, dueAt }]);
  await recordEvent(ctx, "promise_made", { conversationId: next._id, actorId });
  if (by.kind === "agent") {
    const summary = `The assistant promised: ${text}`;
    next = await handOffConversation(ctx, next, {
      reason: "needs_technician",
      summary,
      urgency: "normal",
    });
  }
  return { workflowId, conversation: next };
}

/**
 * Writes down what a message promises by a time, if it does. A message never fails for it: what can't be written
 * down (five are open, a time months ahead) is left to whoever said it, and a time said twice is one promise.
 */
export async function notePromise(
  ctx: MutationCtx,
  conversation: Conversation,
  text: string,
  by: Promisor,
): Promise<void> {
  if (!soundsLikePromise(text)) return;
  const now = Date.now();
  const hours = await loadHours(ctx);
  const found = findPromise(text, now, hours);
  const open = conversation.promises ?? [];
  if (found === null || open.length >= MAX_PROMISES || found.dueAt >= now + MAX_AHEAD) return;
  if (open.some(({ dueAt }) => dueAt === found.dueAt)) return;
  const promise = { text: redactSecrets(found.text), dueAt: found.dueAt };
  const started = await startPromise(ctx, conversation, { ...promise, by });
  if (found.flagged) {
    await noteForStaff(
      ctx,
      started.conversation,
      closedWords(promise.text, sayOpening(hours, found.dueAt, now)),
    );
  }
}

/**
 * The same for words that take the place of others: a promise that only those made goes with them, without a line to the
 * customer, who reads the new words where the old ones stood.
 */
export async function renotePromise(
  ctx: MutationCtx,
  conversation: Conversation,
  { text: before, settledAt = 0 }: Doc<"messages">,
  text: string,
  by: Extract<Promisor, { kind: "technician" }>,
): Promise<void> {
  const said = soundsLikePromise(before)
    ? findPromise(before, settledAt, await loadHours(ctx))
    : null;
  const made = conversation.promises?.find(
    (one) => one.dueAt === said?.dueAt && one.text === redactSecrets(said.text),
  );
  if (made === undefined) return await notePromise(ctx, conversation, text, by);
  await cancelTimer(ctx, made.workflowId, "said otherwise");
  const rest = await takeOff(ctx, conversation, made.workflowId);
  await recordEvent(ctx, "promise_dropped", {
    conversationId: conversation._id,
    actorId: by.userId,
  });
  await notePromise(ctx, rest, text, by);
}

/** Asked back: nobody would be there to keep it. Until somebody answers it stays on the list. */
const closedWords = (text: string, time: string) =>
  `“${text}” is listed as a promise for a time at which we are closed (${time}). Is it meant so? If not, drop it and tell the customer another time.`;

/** Stores the open promises, and what they mean for the customer's silence: the next move is the shop's. */
async function setPromises(
  ctx: MutationCtx,
  conversation: Conversation,
  list: Promised[],
): Promise<Conversation> {
  const promises = list.length > 0 ? list : undefined;
  const { timers } = conversation;
  const patch: ConversationChange = { promises, ...silencePatch(conversation, { promises }) };
  if (promises !== undefined && timers?.follow_up !== undefined) {
    await cancelTimer(ctx, timers.follow_up);
    patch.timers = withoutTimer(timers, "follow_up");
  }
  return await changeConversation(ctx, conversation, patch);
}

const noPromise = () => appError("not_found", "There is no such open promise.");

/** A promise's row with its conversation; `not_found` for anything else, and for one that has ended. */
async function requireOpen(ctx: MutationCtx, workflowId: Id<"workflows">) {
  const timer = await ctx.db.get("workflows", workflowId);
  const conversation =
    timer?.conversationId && (await ctx.db.get("conversations", timer.conversationId));
  const promise = conversation?.promises?.find((one) => one.workflowId === workflowId);
  if (!timer || !conversation || !promise) throw noPromise();
  return { timer, conversation, promise };
}

/** Done, late or not. Errors: `not_found`. */
export async function keepPromise(
  ctx: MutationCtx,
  workflowId: Id<"workflows">,
  actorId: Id<"users">,
): Promise<void> {
  const { conversation, promise } = await requireOpen(ctx, workflowId);
  const step = promise.lateAt === undefined ? "kept" : "kept late";
  await cancelTimer(ctx, workflowId, step);
  await ctx.db.patch("workflows", workflowId, { state: "done", error: undefined });
  await takeOff(ctx, conversation, workflowId);
  const refs = { conversationId: conversation._id, actorId };
  await recordEvent(ctx, "promise_kept", refs, { reason: step });
}

/** Taken back, and the customer is told: they counted on it. Errors: `not_found`. */
export async function dropPromise(
  ctx: MutationCtx,
  workflowId: Id<"workflows">,
  actorId: Id<"users">,
): Promise<void> {
  const { conversation, promise } = await requireOpen(ctx, workflowId);
  await cancelTimer(ctx, workflowId, "dropped");
  const rest = await takeOff(ctx, conversation, workflowId);
  const now = Date.now();
  const next = await changeConversation(ctx, rest, {
    unreadByCustomer: rest.unreadByCustomer + 1,
    lastMessageAt: now,
  });
  await tellOfDropped(ctx, next, [promise]);
  await recordEvent(ctx, "promise_dropped", { conversationId: conversation._id, actorId });
}

/** A line for each, by its words. */
export async function tellOfDropped(
  ctx: MutationCtx,
  conversation: Conversation,
  dropped: readonly Promised[],
): Promise<void> {
  if (dropped.length === 0) return;
  const hours = await loadHours(ctx);
  for (const { text, dueAt } of dropped) {
    const due = sayOpening(hours, dueAt, Date.now());
    const words = `We had told you: “${text}”, due ${due}. That no longer stands. If you still need it, write here.`;
    await tellCustomer(ctx, conversation, words, "notice");
  }
}

const takeOff = (ctx: MutationCtx, conversation: Conversation, workflowId: Id<"workflows">) =>
  setPromises(
    ctx,
    conversation,
    (conversation.promises ?? []).filter((one) => one.workflowId !== workflowId),
  );

/**
 * `conflict` if the customer was promised something: closing would break the word silently. In words for staff, or for
 * the customer, whose word it is to let go.
 */
export function refuseOpenPromises(
  { promises = [] }: Conversation,
  { asCustomer = false } = {},
): void {
  if (promises.length === 0) return;
  const words = asCustomer
    ? "We have promised you something. If you no longer need it, write that here and we close this."
    : "The customer was promised something. Keep it, or drop it.";
  throw appError("conflict", words, { promises: promises.map(({ text }) => text) });
}

/**
 * Nobody has kept it in time. The customer is told so; whoever has the conversation is alerted, with the admins;
 * if nobody has it, it is put in the queue as urgent.
 */
export async function escalateLatePromise(
  ctx: MutationCtx,
  timer: Doc<"workflows">,
  before: Conversation,
): Promise<null> {
  const now = Date.now();
  const promise = before.promises?.find((one) => one.workflowId === timer._id);
  if (promise === undefined) throw new Error("A promise's timer has no promise.");
  await ctx.db.patch("workflows", timer._id, {
    state: "failed",
    step: "late",
    dueAt: undefined,
    error: { code: "promise_late", message: "It was not kept in time." },
  });
  const promises = before.promises?.map((one) => (one === promise ? { ...one, lateAt: now } : one));
  await recordEvent(ctx, "promise_late", { conversationId: before._id });
  const next = await toSomebody(ctx, { ...before, promises }, promise);
  await changeConversation(ctx, next, {
    promises,
    unreadByCustomer: next.unreadByCustomer + 1,
    lastMessageAt: now,
  });
  const hours = await loadHours(ctx);
  await tellCustomer(ctx, next, lateWords(sayTime(hours, promise.dueAt)), "notice");
  await requestAlert(ctx);
  // Where it has come back to the queue, from a snooze or from somebody who is gone, it may fit.
  if (next.owner.kind === "queue") await autoAssignWaiting(ctx);
  return null;
}

const lateWords = (time: string) =>
  `We promised you something by ${time} and are late. We're sorry: our team has been alerted, and it stays at the top of our list.`;

/** With a technician who can go on it stays, marked unread and awake; everybody else's goes to the queue as urgent. */
async function toSomebody(
  ctx: MutationCtx,
  conversation: Conversation,
  { text }: Promised,
): Promise<Conversation> {
  const { owner, unreadByStaff } = conversation;
  const handoff = {
    reason: "promise_late" as const,
    summary: `Promised: ${text}`,
    urgency: "high" as const,
  };
  if (owner.kind === "ai") return await handOffConversation(ctx, conversation, handoff);
  const awake = {
    status: "open" as const,
    snoozedUntil: undefined,
    unreadByStaff: unreadByStaff + 1,
  };
  if (owner.kind === "human" && (await mayOwnerContinue(ctx, owner))) {
    return await bumpTurn(ctx, conversation, awake);
  }
  return await bumpTurn(ctx, conversation, {
    ...awake,
    // At its place, and not for the one who returned it.
    owner: owner.kind === "queue" ? owner : queuedOwner(Date.now(), handoff),
    brief: { ...handoff, at: Date.now() },
  });
}

export const vListedPromise = v.object({
  ...vPromise.fields,
  conversationId: v.id("conversations"),
  owner: vOwner,
  /** The technician who gave it, by name; absent for the AI's, and once their account is gone. */
  by: v.optional(v.string()),
});

/** Open promises of all customers, due soonest first: at most 50 that are late and 50 to come. */
export async function listPromises(
  ctx: Pick<QueryCtx, "db">,
): Promise<Infer<typeof vListedPromise>[]> {
  const rows = [
    ...(await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "promise").eq("state", "failed"))
      .take(LISTED)),
    ...(await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_finished", (q) =>
        q.eq("kind", "promise").eq("finishedAt", undefined).gt("dueAt", undefined),
      )
      .take(LISTED)),
  ];
  const listed = await Promise.all(rows.map((row) => listedPromise(ctx, row)));
  return listed.filter((one) => one !== null).sort((a, b) => a.dueAt - b.dueAt);
}

async function listedPromise(ctx: Pick<QueryCtx, "db">, row: Doc<"workflows">) {
  const conversation =
    row.conversationId && (await ctx.db.get("conversations", row.conversationId));
  const promise = conversation?.promises?.find((one) => one.workflowId === row._id);
  if (!conversation || !promise) return null;
  const by = row.userId && (await ctx.db.get("users", row.userId))?.name;
  return { ...promise, conversationId: conversation._id, owner: conversation.owner, by };
}
