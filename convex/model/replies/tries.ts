/**
 * A question that an admin tries: its money is reserved and booked as a reply's. Nothing else is written of it but, the
 * first time, that one was answered; should its writer die, a job books what it may have cost. What answers is in `trying.ts`.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { MutationCtx } from "../../_generated/server";
import { vAssignedAgent, vReservation, vUsage } from "../../validators";
import { appError } from "../../lib/errors";
import { MINUTE } from "../../lib/time";
import { findAvailableAgent } from "../agents/agents";
import { capabilityFor } from "../agents/routing";
import { recordEvent } from "../analytics/events";
import { cancelJob } from "../conversations/timers";
import { decideHandoff } from "../handoff/triggers";
import { noteTried } from "../knowledge/firstDay";
import { loadOwnTopics } from "../knowledge/guardrails";
import { estimateUsage, LOST_PROMPT_CHARS, reserveBudget, settleReservation } from "./budget";

/** Longer than a reply takes. */
const LEASE = 3 * MINUTE;

const held = {
  agentId: v.id("agents"),
  reserved: vReservation,
  jobId: v.id("_scheduled_functions"),
};
/** A rule hands it over, or a model is asked. */
export const vTry = v.union(
  v.object({ kind: v.literal("rule"), reason: v.string() }),
  v.object({ kind: v.literal("ask"), ...held, agent: vAssignedAgent }),
);

/** The rule that hands it over, as in a chat, or the agent that answers and the money for it. Errors: `conflict` without either. */
export async function admitTry(ctx: MutationCtx, question: string): Promise<Infer<typeof vTry>> {
  const decision = decideHandoff(question, {
    ...{ owner: "ai", aiReplies: 0, failures: 0, declined: false, offer: null },
    ownTopics: await loadOwnTopics(ctx),
  });
  if (decision.kind === "hand_off") {
    return { kind: "rule", reason: decision.own ?? decision.reason };
  }
  const row = await findAvailableAgent(ctx, capabilityFor(question));
  if (row === null) throw appError("conflict", "No AI agent is active.");
  const reserved = await reserveBudget(ctx, row._id);
  if (reserved === null) {
    throw appError("conflict", "Today's budget for the AI is used up. It is whole again tomorrow.");
  }
  const { costMicroUsd } = estimateUsage({ promptChars: LOST_PROMPT_CHARS, receivedChars: 0 });
  const lost = { reserved, costMicroUsd };
  const jobId = await ctx.scheduler.runAfter(LEASE, internal.editing.bookLost, lost);
  const { name, prompt, model, fallbackModels, settings, tools } = row;
  const models = [model, ...fallbackModels];
  const agent = { name, prompt, models, tools, ...(settings !== undefined && { settings }) };
  return { kind: "ask", agentId: row._id, agent, reserved, jobId };
}

export const vTried = v.object({
  ...held,
  userId: v.id("users"),
  usage: vUsage,
  /** It was answered from a document that customers are answered from. */
  isBorneOut: v.boolean(),
});

/** Books what it used, unless it was taken for lost. */
export async function settleTry(
  ctx: MutationCtx,
  { agentId, reserved, jobId, userId: actorId, usage, isBorneOut }: Infer<typeof vTried>,
): Promise<void> {
  await recordEvent(ctx, "assisted", { actorId, agentId }, { reason: "try", usage });
  if (isBorneOut) await noteTried(ctx);
  const job = await ctx.db.system.get("_scheduled_functions", jobId);
  if (job?.state.kind !== "pending") return;
  await cancelJob(ctx, { jobId });
  await settleReservation(ctx, reserved, usage.costMicroUsd);
}
