/**
 * The outbox: a message's row is its own entry, written in the transaction that causes the text, together
 * with the process that sends it. One process per conversation sends one text after another, so what
 * belongs together arrives in order.
 *
 * What is texted: answers of the AI, technicians' messages, of our own lines those that the customer must know or
 * answer (`tellCustomer` in `model/outbox/systemLines.ts`: the notice of a hand-off, that it takes longer, an offer, the question
 * whether it is solved, that a promise is late, that it is closed with the question how it was), and what carriers
 * require us to answer. What is not: that somebody has joined, that the assistant is back: nobody wants to pay for these.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { Delivery } from "../../validators";
import { goesBySms, hasAgreedToSms } from "./channel";
import { appError } from "../../lib/errors";
import { listPublicMessages } from "../conversations/history";
import { workflow } from "../../lib/workflow";
import { sizeOf, STAFF_SEGMENTS, wholeText } from "./segments";
import { HOUR, MINUTE } from "../../lib/time";

/** A process that has not taken a step for this long is lost. Longer than any step of it. */
const PROCESS_LEASE = 5 * MINUTE;
/** After their text somebody is in a conversation, and is answered at any time of the day. */
const TALKING = 12 * HOUR;

/** Queues a message of a conversation by SMS. Whether it may go is decided when it is claimed. */
export async function queueSms(
  ctx: MutationCtx,
  { _id: conversationId }: Pick<Doc<"conversations">, "_id">,
  messageId: Id<"messages">,
  purpose: Delivery["purpose"],
): Promise<void> {
  const delivery: Delivery = { state: "queued", purpose, attempt: 1, at: Date.now() };
  await ctx.db.patch("messages", messageId, { delivery });
  await ensureOutboxProcess(ctx, conversationId);
}

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

/** Starts the process, or wakes the one that waits. One that is running looks again before it ends. */
async function ensureOutboxProcess(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
): Promise<void> {
  const process = await processOf(ctx, conversationId);
  if (process?.state === "running") return;
  if (process !== null) return await start(ctx, process._id, process.attempt + 1);
  const processId = await ctx.db.insert("workflows", {
    kind: "delivery",
    state: "running",
    step: "sending",
    attempt: 1,
    conversationId,
  });
  await start(ctx, processId, 1);
}

export const leaseEndsAt = () => Date.now() + PROCESS_LEASE;

/** Puts the durable workflow to work; `attempt` fences one that was given up on. */
async function start(ctx: MutationCtx, processId: Id<"workflows">, attempt: number): Promise<void> {
  const ref = { processId, attempt };
  const componentId: string = await workflow.start(ctx, internal.sms.deliver, ref, {
    onComplete: internal.sms.deliverDone,
    context: ref,
    startAsync: true,
  });
  await ctx.db.patch("workflows", processId, {
    state: "running",
    step: "sending",
    attempt,
    componentId,
    leaseExpiresAt: leaseEndsAt(),
  });
}

/** Lets a process wait: it ends its workflow and is started again at `at`. */
export async function sleepProcessUntil(
  ctx: MutationCtx,
  { _id: processId, attempt }: Doc<"workflows">,
  at: number,
): Promise<void> {
  await ctx.db.patch("workflows", processId, {
    state: "queued",
    step: "waiting",
    leaseExpiresAt: at,
  });
  await ctx.scheduler.runAt(at, internal.sms.wake, { processId, attempt });
}

/** Starts a process that waits, unless something has woken it before. */
export async function wakeProcess(
  ctx: MutationCtx,
  { processId, attempt }: { processId: Id<"workflows">; attempt: number },
): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  if (process?.state !== "queued" || process.attempt !== attempt) return;
  await start(ctx, processId, attempt + 1);
}

/** A workflow that ended without a word about its process has failed: the process goes on in a minute. */
export async function handleProcessEnd(
  ctx: MutationCtx,
  { processId, attempt }: { processId: Id<"workflows">; attempt: number },
): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  if (process?.state !== "running" || process.attempt !== attempt) return;
  await sleepProcessUntil(ctx, process, Date.now() + MINUTE);
}

/** Starts a process again whose workflow was lost, or whose waking was. */
export async function recoverProcess(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  if (process?.state !== "running" && process?.state !== "queued") return;
  if ((process.leaseExpiresAt ?? 0) > Date.now()) return;
  await start(ctx, processId, process.attempt + 1);
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
export async function willGoBySms(
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
