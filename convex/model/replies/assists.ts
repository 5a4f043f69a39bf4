/**
 * What the AI writes for staff: a row of `workflows`, which only they can read. It reserves and settles the day's budget
 * as a reply does, and touches nothing of its conversation: no message, no turn, no owner, whoever has it meanwhile. An
 * action writes (`drafting.ts`); it is called off by its row's state, given up on after `ASSIST_LEASE`.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vAssignedAgent, vAssist, vChannel, vMessageError, vUsage } from "../../validators";
import { writeMarks } from "../../lib/citationMarks";
import { appError } from "../../lib/errors";
import { cleanOptionalText } from "../../lib/text";
import { MINUTE } from "../../lib/time";
import { pickAgent } from "../agents/agents";
import { recordEvent } from "../analytics/events";
import { cancelJob } from "../conversations/timers";
import { findAnswerChannel } from "../outbox/channel";
import { estimateUsage, LOST_PROMPT_CHARS, reserveBudget, settleReservation } from "./budget";
import { loadContext, vContextMessage } from "./context";
import { keptPercentOf } from "./kept";
import { pickPictures } from "./pickPictures";

/** Longer than any of them takes. */
export const ASSIST_LEASE = 3 * MINUTE;
export const MAX_INSTRUCTION_CHARS = 500;
/** Of one technician, or of one conversation, looked at. */
export const LOOKED_AT = 100;

type Process = Doc<"workflows">;
type Assist = Infer<typeof vAssist>;
export type Held = Process & { assist: Assist };

export const vAssistTask = v.object({
  workflowId: v.id("workflows"),
  agentId: v.id("agents"),
  agent: vAssignedAgent,
  channel: vChannel,
  context: v.array(vContextMessage),
  earlier: v.optional(v.string()),
  instruction: v.optional(v.string()),
});
export type AssistTask = Infer<typeof vAssistTask>;

export const vAssistEnd = v.object({
  workflowId: v.id("workflows"),
  agentId: v.id("agents"),
  usage: vUsage,
  /** Absent: it failed, and `error` says why. */
  assist: v.optional(vAssist),
  error: v.optional(vMessageError),
});

/** Admits the writer of a draft. One that the technician has had of this conversation makes room for it. */
export async function admitDraft(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { userId, instruction: said = "" }: { userId: Id<"users">; instruction?: string | undefined },
): Promise<AssistTask> {
  const { owner, earlier } = conversation;
  if (owner.kind !== "human" || owner.userId !== userId) {
    throw appError("conflict", "Claim the conversation before you have an answer drafted.");
  }
  const instruction = cleanOptionalText("What it is to say", said, MAX_INSTRUCTION_CHARS);
  // Told what came, and not shown it.
  const context = pickPictures(await loadContext(ctx, conversation), 0);
  const question = context.findLast(({ role }) => role === "customer")?.text;
  if (question === undefined && instruction === "") {
    throw appError("conflict", "The customer has asked nothing yet. Say what the draft is to say.");
  }
  for (const row of await listOwn(ctx, userId, conversation._id)) await endAssist(ctx, row);
  const { workflowId, agentId, agent } = await startAssist(ctx, conversation, {
    ...{ task: "draft", userId, question },
  });
  return {
    ...{ workflowId, agentId, context },
    // What hands over and what stores a contact is for the AI's own answers.
    agent: { ...agent, tools: agent.tools.filter((tool) => tool === "search_knowledge") },
    channel: (await findAnswerChannel(ctx, conversation)) === "sms" ? "sms" : "web",
    ...(earlier !== undefined && { earlier }),
    ...(instruction !== "" && { instruction }),
  };
}

type NewAssist = {
  task: Assist["task"];
  userId: Id<"users">;
  question?: string | undefined;
  /** The most that it may cost; absent: as a reply. */
  microUsd?: number;
};

/** Reserves the money, and has whoever is lost given up on. */
export async function startAssist(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { task, userId, question, microUsd }: NewAssist,
): Promise<Pick<AssistTask, "workflowId" | "agentId" | "agent">> {
  const agent = await pickAgent(ctx, conversation, question);
  if (agent === null) throw appError("conflict", "No AI agent is active.");
  const workflowId = await ctx.db.insert("workflows", {
    kind: "assist",
    state: "running",
    step: task,
    attempt: 1,
    conversationId: conversation._id,
    userId,
    turn: conversation.turn,
    leaseExpiresAt: Date.now() + ASSIST_LEASE,
    assist: { task, text: "" },
  });
  const reserved = await reserveBudget(ctx, workflowId, microUsd);
  if (reserved === null) {
    throw appError("conflict", "Today's budget for the AI is used up. It is whole again tomorrow.");
  }
  const jobId = await ctx.scheduler.runAfter(ASSIST_LEASE, internal.assists.giveUp, { workflowId });
  await ctx.db.patch("workflows", workflowId, { reserved, jobId });
  const { name, prompt, model, fallbackModels, settings, tools } = agent;
  const models = [model, ...fallbackModels];
  const asked = { name, prompt, models, tools, ...(settings !== undefined && { settings }) };
  return { workflowId, agentId: agent._id, agent: asked };
}

export const isAssist = (row: Process | null): row is Held =>
  row?.kind === "assist" && row.assist !== undefined;

/** Shows what there is so far. False: it was called off. */
export async function flushAssist(
  ctx: MutationCtx,
  workflowId: Id<"workflows">,
  text: string,
): Promise<boolean> {
  const row = await ctx.db.get("workflows", workflowId);
  if (!isAssist(row) || row.state !== "running") return false;
  if (row.assist.text !== text)
    await ctx.db.patch("workflows", workflowId, { assist: { ...row.assist, text } });
  return true;
}

/** Books what it used, whatever has become of it, and keeps what it wrote for whoever asked, if they still want it. */
export async function settleAssist(
  ctx: MutationCtx,
  { workflowId, agentId, usage, assist, error }: Infer<typeof vAssistEnd>,
): Promise<void> {
  const row = await ctx.db.get("workflows", workflowId);
  if (!isAssist(row) || row.reserved === undefined) return;
  await settleReservation(ctx, row.reserved, usage.costMicroUsd);
  const { conversationId, userId: actorId } = row;
  const refs = { conversationId, actorId, agentId };
  await recordEvent(ctx, "assisted", refs, { reason: row.assist.task, usage });
  await cancelJob(ctx, row);
  if (row.state !== "running") return await ctx.db.delete("workflows", workflowId);
  await ctx.db.patch("workflows", workflowId, {
    ...(assist === undefined ? { state: "failed", error } : { state: "done", assist }),
    ...ENDED,
    finishedAt: Date.now(),
  });
}

const ENDED = { reserved: undefined, leaseExpiresAt: undefined, jobId: undefined };

/** One whose writer never came back: taken to have cost what its words come to. */
export async function giveUpAssist(ctx: MutationCtx, workflowId: Id<"workflows">): Promise<void> {
  const row = await ctx.db.get("workflows", workflowId);
  if (!isAssist(row) || row.reserved === undefined) return;
  const receivedChars = row.assist.text.length;
  const lost = estimateUsage({ promptChars: LOST_PROMPT_CHARS, receivedChars });
  await settleReservation(ctx, row.reserved, lost.costMicroUsd);
  if (row.state !== "running") return await ctx.db.delete("workflows", workflowId);
  const error = { code: "provider_unavailable", message: "The assistant was interrupted." };
  const finishedAt = Date.now();
  await ctx.db.patch("workflows", workflowId, { state: "failed", error, ...ENDED, finishedAt });
}

/** Nobody wants it any more: what is being written is called off, and goes once it has said what it used. */
export async function endAssist(ctx: MutationCtx, { _id, state }: Process): Promise<void> {
  if (state === "running") await ctx.db.patch("workflows", _id, { state: "cancelled" });
  else if (state !== "cancelled") await ctx.db.delete("workflows", _id);
}

/** Errors: `not_found`, also for a colleague's. */
export async function discardDraft(
  ctx: MutationCtx,
  userId: Id<"users">,
  draftId: Id<"workflows">,
): Promise<void> {
  const row = await ctx.db.get("workflows", draftId);
  if (!isAssist(row) || row.userId !== userId || row.assist.task !== "draft") {
    throw appError("not_found", "There is no such draft.");
  }
  await endAssist(ctx, row);
}

/**
 * How much of their draft a technician sends, in per cent, counted from what is stored here. It has served then, and is
 * gone. Undefined for what is no draft of theirs for this: nobody's message fails for a number.
 */
export async function takeKept(
  ctx: MutationCtx,
  {
    draftId,
    userId,
    conversationId,
    text,
  }: {
    draftId: Id<"workflows"> | undefined;
    userId: Id<"users">;
    conversationId: Id<"conversations">;
    text: string;
  },
): Promise<number | undefined> {
  const row = draftId === undefined ? null : await ctx.db.get("workflows", draftId);
  if (!isAssist(row) || row.userId !== userId || row.conversationId !== conversationId) return;
  if (row.assist.task !== "draft" || row.state !== "done") return;
  await ctx.db.delete("workflows", row._id);
  return keptPercentOf(plainOf(row.assist.text), text);
}

/** As it goes into the composer: without the marks of its sources. */
export const plainOf = (text: string): string => writeMarks(text, () => "").trim();

async function listOwn(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
  conversationId: Id<"conversations">,
): Promise<Held[]> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "assist"))
    .order("desc")
    .take(LOOKED_AT);
  return rows.filter(
    (row): row is Held =>
      isAssist(row) && row.conversationId === conversationId && row.assist.task === "draft",
  );
}

export const vDraft = v.object({
  draftId: v.id("workflows"),
  state: v.union(v.literal("running"), v.literal("done"), v.literal("failed")),
  /** With the marks of its sources, `[1]`. */
  text: v.string(),
  /** The same without them, as it may be sent. */
  plain: v.string(),
  citations: vAssist.fields.citations,
  takenOut: vAssist.fields.takenOut,
  error: v.optional(vMessageError),
  /** The conversation's turn when it was begun: whoever is further has been written to since. */
  turn: v.number(),
});

/** The technician's own draft for a conversation, as far as it is. */
export async function findDraft(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
  conversationId: Id<"conversations">,
): Promise<Infer<typeof vDraft> | null> {
  const rows = await listOwn(ctx, userId, conversationId);
  const row = rows.find(({ state }) => state !== "cancelled");
  if (row === undefined) return null;
  const { _id: draftId, assist, error, turn = 0 } = row;
  const { text, citations, takenOut } = assist;
  const state = row.state === "running" || row.state === "done" ? row.state : "failed";
  return { draftId, state, text, plain: plainOf(text), citations, takenOut, error, turn };
}
