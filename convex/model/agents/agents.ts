/** Which agent answers: the active one with the highest priority that can do what the question needs. */
import { v, type Infer } from "convex/values";
import {
  agentFields,
  vAgentMetrics,
  vVersionOfAgent,
  type AgentMetrics,
  type Capability,
} from "../../validators";
import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { capabilityFor } from "./routing";
import { cleanText } from "../../lib/text";

/** Active agents looked at when routing. A shop has a handful. */
export const MAX_ACTIVE_AGENTS = 20;

export const ZERO_METRICS: AgentMetrics = {
  replies: 0,
  failures: 0,
  handoffs: 0,
  promptTokens: 0,
  completionTokens: 0,
  costMicroUsd: 0,
  firstTokenMs: { sum: 0, count: 0 },
  totalMs: { sum: 0, count: 0 },
};

/** An agent's totals in today's shape. Flat ones keep the mean they showed: their sums over `replies`. */
export function metricsOf({ metrics }: Pick<Doc<"agents">, "metrics">): AgentMetrics {
  if (!("firstTokenMsSum" in metrics)) return metrics;
  const { firstTokenMsSum, totalMsSum, ...counts } = metrics;
  return {
    ...counts,
    firstTokenMs: { sum: firstTokenMsSum, count: counts.replies },
    totalMs: { sum: totalMsSum, count: counts.replies },
  };
}

export function addMetrics(a: AgentMetrics, b: AgentMetrics): AgentMetrics {
  return {
    replies: a.replies + b.replies,
    failures: a.failures + b.failures,
    handoffs: a.handoffs + b.handoffs,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
    firstTokenMs: addSums(a.firstTokenMs, b.firstTokenMs),
    totalMs: addSums(a.totalMs, b.totalMs),
  };
}

const addSums = (a: AgentMetrics["totalMs"], b: AgentMetrics["totalMs"]) => ({
  sum: a.sum + b.sum,
  count: a.count + b.count,
});

/** The best active agent for a capability; any active one rather than none. */
export async function findAvailableAgent(
  ctx: Pick<QueryCtx, "db">,
  capability: Capability,
): Promise<Doc<"agents"> | null> {
  const active = ctx.db
    .query("agents")
    .withIndex("by_status_and_priority", (q) => q.eq("status", "active"))
    .order("desc");
  let first: Doc<"agents"> | null = null;
  let seen = 0;
  // Prompts are long: no row is read after the one that fits.
  for await (const agent of active) {
    if (agent.capabilities.includes(capability)) return agent;
    first ??= agent;
    if (++seen === MAX_ACTIVE_AGENTS) break;
  }
  return first;
}

/** A conversation keeps its agent while that is active, so that the voice doesn't change mid-way. */
export async function pickAgent(
  ctx: Pick<QueryCtx, "db">,
  conversation: Doc<"conversations">,
  question = "",
): Promise<Doc<"agents"> | null> {
  const current = conversation.agentId && (await ctx.db.get("agents", conversation.agentId));
  if (current && current.status === "active") return current;
  return await findAvailableAgent(ctx, capabilityFor(question));
}

export async function requireAgent(
  ctx: Pick<QueryCtx, "db">,
  id: Id<"agents">,
): Promise<Doc<"agents">> {
  const agent = await ctx.db.get("agents", id);
  if (agent === null) throw noAgent();
  return agent;
}

export function findAgentBySlug(
  ctx: Pick<QueryCtx, "db">,
  slug: string,
): Promise<Doc<"agents"> | null> {
  return ctx.db
    .query("agents")
    .withIndex("by_slug", (q) => q.eq("slug", slug))
    .unique();
}

/** The agent with a slug. Errors: `not_found`. */
export async function requireAgentBySlug(
  ctx: Pick<QueryCtx, "db">,
  slug: string,
): Promise<Doc<"agents">> {
  const agent = await findAgentBySlug(ctx, slug);
  if (agent === null) throw noAgent();
  return agent;
}

const noAgent = () => appError("not_found", "There is no such agent.");

export type AgentInput = Omit<WithoutSystemFields<Doc<"agents">>, "metrics">;

/** Bounds: the prompt is read and sent with every reply. */
export function checkAgent(input: AgentInput): AgentInput {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(input.slug)) {
    throw appError("invalid_input", "A slug has 1 to 40 lower-case letters, digits and hyphens.");
  }
  for (const model of [input.model, ...input.fallbackModels]) {
    if (!/^[\w.:/@-]{1,100}$/.test(model)) {
      throw appError("invalid_input", "A model is an OpenRouter id like openai/gpt-5-mini.");
    }
  }
  if (input.fallbackModels.length > 5) {
    throw appError("too_large", "At most 5 fallback models fit.");
  }
  if (!Number.isFinite(input.priority))
    throw appError("invalid_input", "The priority is a number.");
  return {
    ...input,
    name: cleanText("The name", input.name, 60),
    description: cleanText("The description", input.description, 300),
    prompt: cleanText("The prompt", input.prompt, 6_000),
    capabilities: [...new Set(input.capabilities)],
    tools: [...new Set(input.tools)],
  };
}

export const vAgentForStaff = vVersionOfAgent.extend({
  _id: v.id("agents"),
  slug: agentFields.slug,
  status: agentFields.status,
  metrics: vAgentMetrics,
});

export function agentForStaff({
  _creationTime,
  ...agent
}: Doc<"agents">): Infer<typeof vAgentForStaff> {
  return { ...agent, metrics: metricsOf(agent) };
}
