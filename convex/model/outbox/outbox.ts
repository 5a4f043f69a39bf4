/**
 * The outbox: a message's row is its own entry, written in the transaction that causes the text or the e-mail, together
 * with the process that sends it. One process per conversation sends one after another, so what belongs together
 * arrives in order. What is mailed: technicians' messages, and answers to what came by mail (`channel.ts`).
 *
 * What is texted: answers of the AI, technicians' messages, of our own lines those that the customer must know or
 * answer (`tellCustomer` in `model/outbox/systemLines.ts`: the notice of a hand-off, that it takes longer, an offer, the question
 * whether it is solved, that a promise is late, that something we said holds no longer, that it is closed with
 * the question how it was), and what carriers require us to answer. What is not: that somebody has joined, that the
 * assistant is back: nobody wants to pay for these.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Delivery } from "../../validators";
import { canMail, goesBySms, hasAgreedToSms } from "./channel";
import { MAIL_PATIENCE } from "./presence";
import { appError } from "../../lib/errors";
import { listPublicMessages } from "../conversations/history";
import { endReplyProcess } from "../conversations/replyProcess";
import { cancelJob } from "../conversations/timers";
import { sizeOf, STAFF_SEGMENTS, wholeText } from "./segments";
import { HOUR, MINUTE } from "../../lib/time";

/**
 * Within which a sender has begun and sent its first text. One whose job waited longer for its turn finds that another
 * attempt has its process.
 */
const START_WITHIN = 2 * MINUTE;
/** After their text somebody is in a conversation, and is answered at any time of the day. */
const TALKING = 12 * HOUR;
/** What a process is at, in words for staff. After a look-up that ended without a word its text is looked for again. */
export const SENDING = "sending";
export const LOOKING = "looking a text up";
export const LOOKING_AGAIN = "looking a text up again";
export const WAITING = { state: "queued", step: "waiting" } as const;

export const vProcessRef = v.object({ processId: v.id("workflows"), attempt: v.number() });
type ProcessRef = Infer<typeof vProcessRef>;

/**
 * What a message's row says of a text or an e-mail that is to go. To be stored with it, and followed by `startOutbox`. A
 * page that is there has the time to show it before it is mailed.
 */
export const newDelivery = (
  purpose: Delivery["purpose"],
  channel: NonNullable<Delivery["channel"]> = "sms",
): Extract<Delivery, { state: "queued" }> => {
  const at = Date.now();
  const patience = { notBefore: at + MAIL_PATIENCE, waitsFor: "page" as const };
  const waits = channel === "email" ? patience : {};
  return { state: "queued", channel, purpose, attempt: 1, at, ...waits };
};

/** The process at work in a conversation, or the one that waits for its time: another begins when it has ended. */
async function processOf(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
): Promise<Doc<"workflows"> | null> {
  const latest = await ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "delivery"),
    )
    .order("desc")
    .first();
  return latest?.state === "running" || latest?.state === "queued" ? latest : null;
}

/**
 * Has what is queued sent: whether it may go is decided when it is claimed. Starts the process, or wakes the one that
 * waits; with `notBefore` at that time. One that is running looks again before it ends.
 */
export async function startOutbox(
  ctx: MutationCtx,
  { _id: conversationId }: Pick<Doc<"conversations">, "_id">,
  { notBefore }: Pick<Extract<Delivery, { state: "queued" }>, "notBefore"> = {},
): Promise<void> {
  const process = await processOf(ctx, conversationId);
  if (process?.state === "running") return;
  if (process !== null) {
    if (notBefore === undefined) return await startSender(ctx, process);
    const { leaseExpiresAt = 0 } = process;
    if (leaseExpiresAt > notBefore) await holdProcessUntil(ctx, process, notBefore, {});
    return;
  }
  if (notBefore !== undefined) {
    await ctx.db.insert("workflows", {
      kind: "delivery",
      ...WAITING,
      attempt: 1,
      conversationId,
      ...(await scheduleCheck(ctx, conversationId, notBefore)),
    });
    return;
  }
  const processId = await ctx.db.insert("workflows", {
    kind: "delivery",
    state: "running",
    step: SENDING,
    attempt: 1,
    conversationId,
    ...(await scheduleCheck(ctx, conversationId, Date.now() + START_WITHIN)),
  });
  await ctx.scheduler.runAfter(0, internal.smsSender.deliver, { processId, attempt: 1 });
}

/** Puts another sender to work; its attempt fences one that was given up on. */
async function startSender(
  ctx: MutationCtx,
  process: Doc<"workflows">,
  step = SENDING,
): Promise<void> {
  const attempt = process.attempt + 1;
  const progress = { state: "running" as const, step, attempt, componentId: undefined };
  await holdProcessUntil(ctx, process, Date.now() + START_WITHIN, progress);
  await ctx.scheduler.runAfter(0, internal.smsSender.deliver, { processId: process._id, attempt });
}

type Progress = Partial<Pick<Doc<"workflows">, "state" | "step" | "attempt" | "componentId">>;

/** Until `at` somebody is taken to be at work on it, or it waits for its time. */
export async function holdProcessUntil(
  ctx: MutationCtx,
  process: Doc<"workflows">,
  at: number,
  progress: Progress,
): Promise<void> {
  await cancelJob(ctx, process);
  const check = await scheduleCheck(ctx, process.conversationId!, at);
  await ctx.db.patch("workflows", process._id, { ...progress, ...check });
}

/** By conversation, so that a row can be inserted with it: what is to be done the row says that is there then. */
const scheduleCheck = async (
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  at: number,
) => ({
  leaseExpiresAt: at,
  jobId: await ctx.scheduler.runAt(at, internal.sms.checkOutbox, { conversationId }),
});

/** The process of a sender that may still act, or null. */
export async function findHeldOutbox(
  ctx: Pick<QueryCtx, "db">,
  { processId, attempt }: ProcessRef,
): Promise<Doc<"workflows"> | null> {
  const process = await ctx.db.get("workflows", processId);
  return process?.state === "running" && process.attempt === attempt ? process : null;
}

/** Nothing waits any more. */
export async function endOutboxProcess(ctx: MutationCtx, process: Doc<"workflows">): Promise<void> {
  await cancelJob(ctx, process);
  await endReplyProcess(ctx, process._id, { state: "done", step: "sent" });
}

/** Scheduled for when a process is due, or its sender must have been lost. `endShown`: nothing has to be sent any more. */
export async function checkOutbox(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  endShown: () => Promise<boolean>,
): Promise<void> {
  const process = await processOf(ctx, conversationId);
  if (process === null) return;
  const isDue = process.state === "queued" && (process.leaseExpiresAt ?? 0) <= Date.now();
  if (!isDue || !(await endShown())) return await recoverProcess(ctx, process._id);
  await endOutboxProcess(ctx, { ...process, jobId: undefined });
}

/** Puts a sender to work on a process that is due, or whose sender or waking was lost. */
export async function recoverProcess(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  if (process?.state !== "running" && process?.state !== "queued") return;
  const { leaseExpiresAt = 0, state, step } = process;
  // Something has gone on with it, and has scheduled a check of its own.
  if (leaseExpiresAt > Date.now()) return;
  const looked = state === "running" && (step === LOOKING || step === LOOKING_AGAIN);
  // Its job is the caller, or lost. One that cancelled itself would cancel what it schedules.
  const free = { ...process, jobId: undefined };
  await startSender(ctx, free, looked ? LOOKING_AGAIN : SENDING);
}

/** A workflow from before senders were scheduled gives its process to one. */
export async function takeOutboxOver(ctx: MutationCtx, ref: ProcessRef): Promise<void> {
  const process = await findHeldOutbox(ctx, ref);
  if (process !== null) await startSender(ctx, process);
}

/** Whose phone a conversation's texts go to, or null when they are gone. */
export async function findRecipient(
  ctx: Pick<QueryCtx, "db">,
  { userId }: Doc<"conversations">,
): Promise<(Doc<"users"> & { textsFrom: string }) | null> {
  const user = await ctx.db.get("users", userId);
  if (user?.textsFrom === undefined || user.deletingAt !== undefined) return null;
  return { ...user, textsFrom: user.textsFrom };
}

/**
 * Whether a technician's message goes by text. One that can't go out is refused before it stands in a conversation by
 * text as if it had; on a page it stands all the same, and is only refused if it is too long to be texted.
 */
async function willGoBySms(
  ctx: Pick<QueryCtx, "db">,
  conversation: Doc<"conversations">,
  text: string,
): Promise<boolean> {
  if (!goesBySms(conversation)) return false;
  const user = await findRecipient(ctx, conversation);
  if (conversation.channel === "web" && (user === null || !hasAgreedToSms(user))) return false;
  if (user === null) throw appError("conflict", "There is no phone number to text to any more.");
  if (user.smsConsent === "revoked") {
    throw appError("conflict", "The customer has opted out of texts. Only they can undo that.");
  }
  const { segments } = sizeOf(wholeText(text));
  if (segments > STAFF_SEGMENTS) {
    throw appError(
      "too_large",
      `That is ${segments} text messages; at most ${STAFF_SEGMENTS} go out at once. Shorten it.`,
      { segments, maxSegments: STAFF_SEGMENTS },
    );
  }
  return true;
}

/** Over what a technician's message is to go if the page doesn't show it, as far as is known by now; null for the page. */
export async function findStaffChannel(
  ctx: Pick<QueryCtx, "db">,
  conversation: Doc<"conversations">,
  { text, attachments }: Pick<Doc<"messages">, "text" | "attachments">,
): Promise<"sms" | "email" | null> {
  if (attachments === undefined) {
    if (await willGoBySms(ctx, conversation, text)) return "sms";
  } else if (goesBySms(conversation) && !(await canMail(ctx, conversation))) {
    throw appError("conflict", "By text only words go. Send it without files.");
  }
  if (conversation.channel === "sms") return null;
  return (await canMail(ctx, conversation)) ? "email" : null;
}

/** A technician's message is an answer while the customer waits or has just written. */
export async function purposeOfStaffMessage(
  ctx: Pick<QueryCtx, "db">,
  { _id, waitingSince }: Doc<"conversations">,
): Promise<"answer" | "notice"> {
  if (waitingSince !== undefined) return "answer";
  const theirs = (await listPublicMessages(ctx, _id)).find(
    ({ author }) => author.kind === "customer",
  );
  return theirs !== undefined && theirs._creationTime > Date.now() - TALKING ? "answer" : "notice";
}
