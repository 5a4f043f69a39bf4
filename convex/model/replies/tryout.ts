/**
 * A test chat with a changed agent: admitted and paid as a reply is, with nothing kept of it. The rules are asked first,
 * as in the chat.
 */
import { v, type Infer } from "convex/values";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanText, MAX_MESSAGE_CHARS } from "../../lib/text";
import { vTrialAgent, vReservation } from "../../validators";
import { requireAgent } from "../agents/agents";
import { decideHandoff } from "../handoff/triggers";
import { loadOwnTopics } from "../knowledge/guardrails";
import { reserveBudget } from "./budget";
import { vContextMessage } from "./context";
import { changedAgent, sideOf } from "./trialPlan";

/** Of a test chat, its last messages. */
const MAX_SAID = 20;

export const vTryInput = v.object({
  agentId: v.id("agents"),
  /** What differs from the agent as it is. */
  change: v.optional(v.object(vTrialAgent.partial().fields)),
  /** Oldest first; ends with what the customer asks. */
  said: v.array(
    v.object({ role: v.union(v.literal("customer"), v.literal("agent")), text: v.string() }),
  ),
});

/** A rule hands it off, or a model is asked. */
export const vTryTask = v.union(
  v.object({ kind: v.literal("rule"), reason: v.string() }),
  v.object({
    kind: v.literal("ask"),
    agent: vTrialAgent,
    context: v.array(vContextMessage),
    reserved: vReservation,
  }),
);

/** Errors: `not_found`, `invalid_input`, `too_large`, `conflict` for a budget that is used up. */
export async function admitTry(
  ctx: MutationCtx,
  { agentId, change = {}, said }: Infer<typeof vTryInput>,
): Promise<Infer<typeof vTryTask>> {
  const agent = sideOf(changedAgent(await requireAgent(ctx, agentId), change));
  if (said.length > MAX_SAID) {
    throw appError("too_large", `A test chat has at most ${MAX_SAID} messages. Begin another one.`);
  }
  const context = said.map(({ role, text }) => ({
    role,
    text: cleanText("A message", text, MAX_MESSAGE_CHARS),
  }));
  const question = context.at(-1);
  if (question?.role !== "customer") {
    throw appError("invalid_input", "A test chat ends with what the customer asks.");
  }
  const decision = decideHandoff(question.text, {
    ...{ owner: "ai", aiReplies: 0, failures: 0, declined: false, offer: null },
    ownTopics: await loadOwnTopics(ctx),
  });
  if (decision.kind === "hand_off") {
    return { kind: "rule", reason: decision.own ?? decision.reason };
  }
  const reserved = await reserveBudget(ctx, agentId);
  if (reserved === null) {
    throw appError("conflict", "Today's budget for the AI is used up. It is whole again tomorrow.");
  }
  return { kind: "ask", agent, context, reserved };
}

export const vTried = v.object({
  outcome: v.union(
    v.literal("answered"),
    v.literal("unsure"),
    v.literal("handoff"),
    v.literal("failed"),
  ),
  text: v.string(),
  /** Why it was handed off, or failed. */
  reason: v.optional(v.string()),
  citations: v.array(v.object({ n: v.number(), title: v.string() })),
  /** Titles of the passages that the model was given. */
  found: v.array(v.string()),
  /** Answers that were sent back for what nothing bears out, or for a word that may not be said. */
  refused: v.number(),
  model: v.optional(v.string()),
  costMicroUsd: v.number(),
  totalMs: v.number(),
});
