/**
 * A reply's life in the database until it settles (`model/replies/settlement.ts`): enqueued, begun, flushed, stopped,
 * retried. The writer (an action, `model/replies/generation.ts`) holds no lock. Its fencing token is the attempt on
 * its `workflows` row, which every write compares in its own transaction: whoever bumps the turn cancels
 * that row in the transaction that does it (`model/conversations/turns.ts`). Leases: Gray & Cheriton 1989; fencing
 * tokens: Kleppmann 2016.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import {
  vAssignedAgent,
  vChecks,
  vChannel,
  vCitation,
  vHandoff,
  vMessageError,
  vUsage,
  type vActivity,
} from "../../validators";
import { findAnswerChannel, goesBySms } from "../outbox/channel";
import { pickAgent } from "../agents/agents";
import { reserveBudget, reserveOf, type Reservation } from "./budget";
import { loadContext, vContextMessage } from "./context";
import { loadForbiddenWords } from "../knowledge/guardrails";
import { countPictures, MAX_PICTURES, pickPictures } from "./pickPictures";
import { appError } from "../../lib/errors";
import { handOffConversation, type Handoff } from "../handoff/handoff";
import { findCallersSession } from "../access/access";
import { consumeLimit, ipOfRequest } from "../access/limits";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "../conversations/changes";
import { findLastBegun } from "../conversations/history";
import { insertSystemMessage } from "../outbox/systemLines";
import { excerptOf } from "../../lib/text";
import { bumpTurn, findStreamingReply } from "../conversations/turns";
import {
  REPLY_LEASE,
  type ReplyRef,
  vFence,
  type Fence,
  enqueueReply,
  findHeldProcess,
  findReplyProcess,
  endReplyProcess,
} from "../conversations/replyProcess";
/** Writers tried per turn; after the last one a technician takes over. */
export const MAX_ATTEMPTS = 2;

export const vAssignment = v.object({
  fence: vFence,
  agentId: v.id("agents"),
  /** The check that the writer was lost, where it may be called off. */
  checkId: v.optional(v.id("_scheduled_functions")),
  agent: vAssignedAgent,
  channel: vChannel,
  /** Oldest first; ends with the customer's unanswered burst. */
  context: v.array(vContextMessage),
  /** What earlier episodes of the conversation were about. */
  earlier: v.optional(v.string()),
  /** Words that the shop does not want said. */
  forbidden: v.optional(v.array(v.string())),
});
export type Assignment = Infer<typeof vAssignment>;

const vOutcome = v.union(
  v.object({
    kind: v.literal("complete"),
    gap: v.optional(v.string()),
    /** It says that it can't tell: a technician is offered at once. */
    unsure: v.optional(v.boolean()),
  }),
  v.object({ kind: v.literal("handoff"), handoff: vHandoff }),
  /** No model answered: a technician takes over. */
  v.object({
    kind: v.literal("failed"),
    error: vMessageError,
    /** Of the provider, in a word of `ProviderError`; absent for a failure of our own. */
    fault: v.optional(v.string()),
  }),
);
export const vResult = v.object({
  text: v.string(),
  citations: v.array(vCitation),
  usage: vUsage,
  /** The embeddings did not answer. */
  textOnly: v.optional(v.boolean()),
  checks: v.optional(vChecks),
  outcome: vOutcome,
});
export type ReplyResult = Infer<typeof vResult>;

/** Admits a writer: null tells it that it is too late, or that somebody else is writing. */
export async function admitWriter(ctx: MutationCtx, ref: ReplyRef): Promise<Assignment | null> {
  const process = await findReplyProcess(ctx, ref);
  const conversation = await ctx.db.get("conversations", ref.conversationId);
  if (process?.state !== "queued" || process.attempt !== ref.attempt || !conversation) return null;
  if (conversation.turn !== ref.turn || conversation.owner.kind !== "ai") {
    await endReplyProcess(ctx, process._id, { state: "cancelled", step: "overtaken" });
    return null;
  }
  const found = await findWriter(ctx, conversation);
  if ("step" in found) {
    await endReplyProcess(ctx, process._id, { state: "failed", step: found.step });
    return await giveUp(ctx, conversation, found);
  }
  const fence = await startWriting(ctx, conversation, { process, ...found });
  return await assign(ctx, conversation, { fence, ...found });
}

/**
 * Admits a writer whose words whoever asked reads along, in the transaction that stores the question: nothing is
 * scheduled but the check that it was lost. Null when people were brought in instead.
 */
export async function admitAtOnce(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
): Promise<Assignment | null> {
  const found = await findWriter(ctx, conversation);
  if ("step" in found) return await giveUp(ctx, conversation, found);
  const { _id: conversationId, turn } = conversation;
  const leaseExpiresAt = Date.now() + REPLY_LEASE;
  const workflowId = await ctx.db.insert("workflows", {
    kind: "reply",
    ...atWork(leaseExpiresAt, found.reserved),
    attempt: 1,
    conversationId,
    turn,
  });
  const checkId = await ctx.scheduler.runAfter(REPLY_LEASE, internal.replies.recover, {
    workflowId,
  });
  const messageId = await ctx.db.insert("messages", {
    ...newRow(conversation, workflowId),
    ...freshWords(found.agent, { attempt: 1, leaseExpiresAt }),
    readAlong: "drop_empty",
  });
  const fence = { workflowId, messageId, attempt: 1 };
  return { ...(await assign(ctx, conversation, { fence, ...found })), checkId };
}

type Found = {
  agent: Doc<"agents">;
  context: Assignment["context"];
  reserved: Reservation;
};
/** `step`: what the process says of it. */
type Refused = Pick<Handoff, "reason" | "summary"> & { step: string };

/** Which agent writes, from what, and whether the day's budget has room. */
async function findWriter(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
): Promise<Found | Refused> {
  const said = await loadContext(ctx, conversation);
  const question = said.findLast((m) => m.role === "customer")?.text;
  const agent = await pickAgent(ctx, conversation, question);
  if (agent === null) {
    const summary = "No AI agent is active.";
    return { step: "no agent is active", reason: "provider_error", summary };
  }
  const picked = pickPictures(said, agent.settings?.pictures ? MAX_PICTURES : 0);
  // A day that has no room for pictures may have some for words.
  for (const context of countPictures(picked) > 0 ? [picked, pickPictures(said, 0)] : [picked]) {
    const microUsd = reserveOf(countPictures(context));
    const reserved = await reserveBudget(ctx, conversation._id, microUsd);
    if (reserved !== null) return { agent, context, reserved };
  }
  const summary = excerptOf(question ?? "", 300);
  return { step: "the daily budget is used up", reason: "daily_budget", summary };
}

async function assign(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { fence, agent, context }: Pick<Found, "agent" | "context"> & { fence: Fence },
): Promise<Assignment> {
  const forbidden = await loadForbiddenWords(ctx);
  return {
    fence,
    agentId: agent._id,
    agent: {
      name: agent.name,
      prompt: agent.prompt,
      models: [agent.model, ...agent.fallbackModels],
      ...(agent.settings !== undefined && { settings: agent.settings }),
      tools: agent.tools,
    },
    channel: (await findAnswerChannel(ctx, conversation)) === "sms" ? "sms" : "web",
    context,
    ...(conversation.earlier !== undefined && { earlier: conversation.earlier }),
    ...(forbidden.length > 0 && { forbidden }),
  };
}

/** Nobody writes: a technician answers. */
async function giveUp(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { reason, summary }: Pick<Handoff, "reason" | "summary">,
): Promise<null> {
  await handOffConversation(ctx, conversation, { reason, summary, urgency: "normal" });
  return null;
}

type Writer = { process: Doc<"workflows">; agent: Doc<"agents">; reserved: Reservation };

/** The row that is written into, and the lease on it. A lost writer's row is taken over: the text starts again. */
async function startWriting(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { process: { _id: workflowId, attempt }, agent, reserved }: Writer,
): Promise<Fence> {
  const leaseExpiresAt = Date.now() + REPLY_LEASE;
  const fresh = freshWords(agent, { attempt, leaseExpiresAt });
  const lost = await findStreamingReply(ctx, conversation._id);
  if (lost !== null) await ctx.db.patch("messages", lost._id, { ...fresh, readAlong: undefined });
  const messageId =
    lost?._id ??
    (await ctx.db.insert("messages", { ...newRow(conversation, workflowId), ...fresh }));
  // Of a writer that was lost, the reservation stays booked: nobody knows what it cost.
  await ctx.db.patch("workflows", workflowId, atWork(leaseExpiresAt, reserved));
  return { workflowId, messageId, attempt };
}

const atWork = (leaseExpiresAt: number, reserved: Reservation) =>
  ({ state: "running", step: "writing", leaseExpiresAt, reserved }) as const;

const freshWords = (
  { _id: agentId, name }: Doc<"agents">,
  lease: { attempt: number; leaseExpiresAt: number },
) =>
  ({
    author: { kind: "agent", agentId, name },
    text: "",
    activity: "searching",
    ...lease,
  }) as const;

const newRow = (
  { _id: conversationId, turn, episode }: Doc<"conversations">,
  workflowId: Id<"workflows">,
) =>
  ({
    conversationId,
    visibility: "public",
    status: "streaming",
    turn,
    episode,
    workflowId,
  }) as const;

type Shown = { text: string; activity: Infer<typeof vActivity> };

/** Shows the text so far and renews the lease. Null: the writer has been overtaken and must stop. */
export async function flushReply(
  ctx: MutationCtx,
  fence: Fence,
  shown: Shown,
): Promise<Doc<"workflows"> | null> {
  const process = await findHeldProcess(ctx, fence);
  if (process === null) return null;
  const leaseExpiresAt = Date.now() + REPLY_LEASE;
  await ctx.db.patch("messages", fence.messageId, { ...shown, leaseExpiresAt });
  return process;
}

/**
 * The same of a writer whose words are read along as they come. `mayRead`: the reader's session has not ended;
 * `watched`: somebody else looks on.
 */
export async function checkpointReply(
  ctx: MutationCtx,
  fence: Fence,
  shown: Shown,
): Promise<{ mayRead: boolean; watched: boolean } | null> {
  const process = await flushReply(ctx, fence, shown);
  if (process === null) return null;
  const conversation =
    process.conversationId && (await ctx.db.get("conversations", process.conversationId));
  return {
    mayRead: (await findCallersSession(ctx)) !== undefined,
    watched: conversation?.watchedTurn === process.turn,
  };
}

/** Somebody looks on while a reply is written of which hardly anything is stored: its writer is told, once a reply. */
export async function watchReply(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
): Promise<void> {
  const { _id, turn, watchedTurn } = conversation;
  if (watchedTurn === turn) return;
  const reply = await findStreamingReply(ctx, _id);
  if (reply !== null && (reply.readAlong || goesBySms(conversation)))
    await changeConversation(ctx, conversation, { watchedTurn: turn });
}

/** Ends the turn without an answer, visibly: a stopped reply or, before it began, a line that says so. */
export async function stopReply(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
): Promise<void> {
  if (conversation.owner.kind !== "ai" || conversation.waitingSince === undefined) return;
  const writing = (await findStreamingReply(ctx, conversation._id)) !== null;
  const next = await bumpTurn(ctx, conversation, { waitingSince: undefined }, { keepEmpty: true });
  if (!writing) await insertSystemMessage(ctx, next, "Stopped before the answer began.");
}

/** A new turn for the same question. The stopped or failed reply stays in the history. */
export async function retryReply(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
): Promise<void> {
  if (conversation.owner.kind !== "ai" || conversation.status === "resolved") {
    throw appError("conflict", "The assistant doesn't have this conversation now.");
  }
  if ((await findStreamingReply(ctx, conversation._id)) !== null) {
    throw appError("conflict", "The answer is being written already.");
  }
  const last = await findLastBegun(ctx, conversation._id);
  const unanswered =
    last?.author.kind === "customer" || last?.status === "stopped" || last?.status === "failed";
  if (!unanswered) throw appError("conflict", "There is no question to answer again.");
  await consumeLimit(ctx, "repliesOfTheDay", { ip: await ipOfRequest(ctx) });
  const waitingSince = conversation.waitingSince ?? Date.now();
  await enqueueReply(ctx, await bumpTurn(ctx, conversation, { waitingSince }));
}

/** The `set_contact` tool, fenced like every other write of a writer. False: overtaken. */
export async function setContact(
  ctx: MutationCtx,
  fence: Fence,
  contact: Doc<"conversations">["contact"],
): Promise<boolean> {
  const process = await findHeldProcess(ctx, fence);
  const conversation =
    process?.conversationId && (await ctx.db.get("conversations", process.conversationId));
  if (!conversation) return false;
  await changeConversation(ctx, conversation, {
    contact: { ...conversation.contact, ...contact },
  });
  // By the AI, so without an actor, as the customer wrote it.
  const reason = Object.keys(contact ?? {}).join(", ");
  await recordEvent(ctx, "contact_changed", { conversationId: conversation._id }, { reason });
  return true;
}
