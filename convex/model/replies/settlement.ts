/** How a reply ends: complete, handed off or failed, exactly once, with what it used charged in any case. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { vChecks, vUsage, type Delivery, type EventData } from "../../validators";
import { settleReservation } from "./budget";
import { findAnswerChannel } from "../outbox/channel";
import { recordEvent, type EventRefs } from "../analytics/events";
import { handOffConversation, type Handoff } from "../handoff/handoff";
import { noteFailure } from "../analytics/health";
import { HANDED_OFF, firstResponseOf } from "../analytics/metrics";
import { changesAfterAnswer, announceOffer, handOffByRule } from "../handoff/offers";
import { endReplyProcess, findHeldProcess, vFence } from "../conversations/replyProcess";
import { type ReplyResult } from "./admission";
import { withoutOffer } from "./unknown";
import { vHeard, wordsHeardBefore, type Heard } from "./heard";
import { toPlainText } from "../../lib/plainText";
import { notePromise } from "../promises/ledger";
import { newDelivery, startOutbox } from "../outbox/outbox";
import { previewOf } from "../../lib/text";
import { changeConversation } from "../conversations/changes";
import { silencePatch } from "../conversations/timers";
import { wordsToFind } from "../conversations/wordsToFind";

const UNANSWERED = "The assistant couldn't finish this answer. A technician takes over.";

/** Whoever ends a reply: what it holds, and what somebody who read along has been sent since it last wrote. */
export const vEnding = v.object({
  fence: vFence,
  agentId: v.id("agents"),
  heard: v.optional(vHeard),
  checkId: v.optional(v.id("_scheduled_functions")),
});
type Writer = Infer<typeof vEnding>;

/** What is left of a writer that was overtaken. */
export const vLeft = v.object({ usage: vUsage, checks: v.optional(vChecks) });

/**
 * Settles the row. An overtaken writer's words are dropped but for those that had been heard, its usage is charged all
 * the same: false.
 */
export async function settleReply(
  ctx: MutationCtx,
  writer: Writer,
  said: ReplyResult,
): Promise<boolean> {
  const { fence, agentId, checkId } = writer;
  const process = await findHeldProcess(ctx, fence);
  const conversation =
    process?.conversationId && (await ctx.db.get("conversations", process.conversationId));
  // The process says it all; the conversation is compared too because its row is at hand.
  const admitted = conversation && conversation.turn === process.turn;
  if (!admitted || conversation.owner.kind !== "ai") {
    await chargeOvertaken(ctx, writer, said);
    return false;
  }
  if (checkId !== undefined) await ctx.scheduler.cancel(checkId);
  const { outcome } = said;
  const answered = outcome.kind === "complete";
  const { changes, then } = answered
    ? changesAfterAnswer(
        conversation,
        outcome.gap !== undefined || outcome.unsure === true,
        outcome.unsure,
      )
    : { changes: {}, then: null };
  // People come in by the rules: the model's own offer would be a second one.
  const result = then === null ? said : { ...said, text: withoutOffer(said.text) };
  if (process.reserved !== undefined) {
    await settleReservation(ctx, process.reserved, result.usage.costMicroUsd);
  }
  const error = outcome.kind === "failed" ? outcome.error : undefined;
  const channel = await findAnswerChannel(ctx, conversation);
  const handoff = handoffOf(outcome);
  // A failed answer is no answer: what goes out is the notice of the hand-off.
  const sent = channel !== "web" && error === undefined && result.text !== "";
  const delivery = sent ? newDelivery("answer", channel) : undefined;
  await settleRow(ctx, fence.messageId, { ...result, delivery }, handoff);
  const state = error ? "failed" : "done";
  await endReplyProcess(ctx, fence.workflowId, { state, step: outcome.kind, error });
  const waitedMs = answered ? waited(conversation) : undefined;
  const { first, answeredBy } = firstResponseOf(conversation.answeredBy, "ai", waitedMs);
  // What it rests on first of all: the topic that is counted.
  const documentId = answered ? result.citations[0]?.documentId : undefined;
  const refs = { conversationId: conversation._id, agentId, documentId };
  await recordOutcome(ctx, refs, result, { waitedMs, first });
  if (outcome.kind === "failed" && outcome.fault !== undefined) {
    const { workflowId, attempt } = fence;
    const where = { conversationId: conversation._id, workflowId, attempt };
    await noteFailure(ctx, "model", outcome.fault, where);
  }
  const update = {
    ...changes,
    agentId,
    lastMessageAt: Date.now(),
    preview: result.text === "" ? conversation.preview : previewOf(toPlainText(result.text)),
    unreadByCustomer: conversation.unreadByCustomer + 1,
    waitingSince: answered ? undefined : conversation.waitingSince,
    ...(answered && silencePatch(conversation, { waitingSince: undefined })),
    aiReplies: conversation.aiReplies + (answered ? 1 : 0),
    answeredBy,
  };
  const settled = await changeConversation(ctx, conversation, update);
  if (delivery) await startOutbox(ctx, conversation, delivery);
  await bringPeopleIn(ctx, settled, { handoff, then });
  // The prompt forbids it. What is said all the same is kept: a person will.
  if (answered && then === null) await notePromise(ctx, settled, result.text, { kind: "agent" });
  return true;
}

/** A hand-off that the reply ends in, or what an answer without a source comes to. */
async function bringPeopleIn(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { handoff, then }: { handoff: Handoff | null; then: "offer" | "hand_off" | null },
): Promise<void> {
  if (handoff !== null) await handOffConversation(ctx, conversation, handoff);
  if (then === "hand_off") {
    await handOffByRule(ctx, conversation, { reason: "no_source", topic: null });
  }
  if (then === "offer") await announceOffer(ctx, conversation, "no_source");
}

/** A hand-off without a word of the AI leaves no row of it: the notice says what happens. */
async function settleRow(
  ctx: MutationCtx,
  messageId: Id<"messages">,
  { text, citations, usage, checks, outcome, delivery }: ReplyResult & { delivery?: Delivery },
  handoff: Handoff | null,
): Promise<void> {
  if (text === "" && handoff !== null) return await ctx.db.delete("messages", messageId);
  const failed = outcome.kind === "failed";
  await ctx.db.patch("messages", messageId, {
    status: failed ? "failed" : "complete",
    text,
    searchText: wordsToFind({ text }),
    settledAt: Date.now(),
    citations: citations.length > 0 ? citations : undefined,
    usage,
    checks,
    delivery,
    // The provider's reason is for staff: it stands on the process.
    error: failed ? { code: outcome.error.code, message: UNANSWERED } : undefined,
    activity: undefined,
    attempt: undefined,
    workflowId: undefined,
    leaseExpiresAt: undefined,
    readAlong: undefined,
  });
}

const waited = ({ waitingSince }: Doc<"conversations">) =>
  waitingSince && Date.now() - waitingSince;

/** `answer`: how long the customer waited for it. A hand-off has ended no wait: a person will. */
async function recordOutcome(
  ctx: MutationCtx,
  refs: EventRefs,
  { outcome, usage, textOnly, checks }: ReplyResult,
  answer: Pick<EventData, "waitedMs" | "first">,
): Promise<void> {
  if (outcome.kind === "failed") {
    const { error, fault } = outcome;
    await recordEvent(ctx, "reply_failed", refs, {
      reason: error.code,
      usage,
      fault,
      checks,
    });
    return;
  }
  const reason = outcome.kind === "handoff" ? HANDED_OFF : undefined;
  await recordEvent(ctx, "reply_finished", refs, { usage, reason, textOnly, checks, ...answer });
  if (outcome.kind === "complete" && outcome.gap !== undefined) {
    await recordEvent(ctx, "knowledge_gap", refs, { question: outcome.gap });
  }
}

/** A question without an answer is a technician's. */
function handoffOf(outcome: ReplyResult["outcome"]): Handoff | null {
  if (outcome.kind === "handoff") return outcome.handoff;
  if (outcome.kind === "complete") return null;
  return { reason: "provider_error", summary: outcome.error.message, urgency: "normal" };
}

/**
 * Books what an overtaken writer has used, and what was judged: on its row, if that kept any words, and as an event.
 * What was heard before
 * the turn went on stays.
 */
export async function chargeOvertaken(
  ctx: MutationCtx,
  { fence, agentId, heard, checkId }: Writer,
  { usage, checks }: Infer<typeof vLeft>,
): Promise<void> {
  const process = await ctx.db.get("workflows", fence.workflowId);
  const isOwn = process?.attempt === fence.attempt;
  // This writer has settled already, and only the answer to its call was lost.
  if (isOwn && /^(done|failed)$/.test(process.state)) return;
  if (isOwn && checkId !== undefined) await ctx.scheduler.cancel(checkId);
  if (isOwn) await settleBudget(ctx, process, usage);
  const row = await ctx.db.get("messages", fence.messageId);
  // A row that is streaming again, or was settled by another writer, keeps its own figures.
  if (row?.status === "stopped" && row.attempt === fence.attempt) {
    const text = heard === undefined ? row.text : withHeard(row, heard);
    if (text === "" && row.readAlong === "drop_empty") await ctx.db.delete("messages", row._id);
    else {
      const searchText = wordsToFind({ text });
      const patch = { usage, checks, text, searchText, readAlong: undefined };
      await ctx.db.patch("messages", row._id, patch);
    }
  }
  const refs = { conversationId: process?.conversationId, agentId };
  await recordEvent(ctx, "usage_charged", refs, { usage, checks });
}

/** What is stored, or what goes on from there and had been heard when the turn moved. */
function withHeard({ text, settledAt = 0 }: Doc<"messages">, heard: Heard): string {
  const words = wordsHeardBefore(heard, settledAt, Date.now());
  return words.startsWith(text) ? words : text;
}

async function settleBudget(
  ctx: MutationCtx,
  { _id, reserved }: Doc<"workflows">,
  { costMicroUsd }: Infer<typeof vUsage>,
): Promise<void> {
  if (reserved === undefined) return;
  await settleReservation(ctx, reserved, costMicroUsd);
  // Once: a call whose answer was lost comes again.
  await ctx.db.patch("workflows", _id, { reserved: undefined });
}
