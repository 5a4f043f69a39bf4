/** AI agents and their totals. */
import { v, type Infer } from "convex/values";
import { literals, vCapability } from "./base";

export const vTool = literals("search_knowledge", "escalate_to_human", "set_contact");
export const vAgentStatus = literals("active", "paused");
/** What was measured how often, so that roll-ups add and the mean is of those that were measured. */
const vSum = v.object({ sum: v.number(), count: v.number() });

const agentCounts = {
  replies: v.number(),
  failures: v.number(),
  handoffs: v.number(),
  promptTokens: v.number(),
  completionTokens: v.number(),
  costMicroUsd: v.number(),
};
export const vAgentMetrics = v.object({
  ...agentCounts,
  /** Of replies that said a word: a hand-off without one has no first token. */
  firstTokenMs: vSum,
  totalMs: vSum,
});
export type AgentMetrics = Infer<typeof vAgentMetrics>;
/** Until `migrations/m0002_agent_metrics` has run everywhere: sums whose count was taken to be `replies`. */
const vFlatAgentMetrics = v.object({
  ...agentCounts,
  firstTokenMsSum: v.number(),
  totalMsSum: v.number(),
});

/** How OpenRouter runs an agent's models (`docs/providers.md`). Absent: little thought, any provider, no cache. */
export const vModelSettings = v.object({
  effort: v.optional(literals("none", "minimal", "low", "medium", "high", "xhigh")),
  /** Slugs of providers, tried in this order. */
  order: v.optional(v.array(v.string())),
  /** False: none but those of `order`. */
  allowFallbacks: v.optional(v.boolean()),
  /** `deny`: no provider that keeps or learns from what it is sent. */
  dataCollection: v.optional(literals("allow", "deny")),
  /** How long a provider keeps the beginning of a prompt at hand. */
  cacheFor: v.optional(literals("5m", "1h")),
  /** True: models that take pictures are given customers'. Nobody searches a picture for secrets. */
  pictures: v.optional(v.boolean()),
  /** Of one answer, with what the model thinks before it: 200 to 2,000, which it is without. */
  maxTokens: v.optional(v.number()),
});

export const agentFields = {
  slug: v.string(),
  name: v.string(),
  description: v.string(),
  prompt: v.string(),
  /** OpenRouter model id, for example `openai/gpt-5-mini`. */
  model: v.string(),
  /** Tried in order when `model` keeps failing. */
  fallbackModels: v.array(v.string()),
  settings: v.optional(vModelSettings),
  capabilities: v.array(vCapability),
  tools: v.array(vTool),
  status: vAgentStatus,
  /** The highest of the capable agents answers. */
  priority: v.number(),
  metrics: v.union(vAgentMetrics, vFlatAgentMetrics),
};

/** A change of these makes a version (`model/agents/versions.ts`). */
export const vVersionOfAgent = v.object({
  name: agentFields.name,
  description: agentFields.description,
  prompt: agentFields.prompt,
  model: agentFields.model,
  fallbackModels: agentFields.fallbackModels,
  settings: agentFields.settings,
  capabilities: agentFields.capabilities,
  tools: agentFields.tools,
  priority: agentFields.priority,
});

/** A model of OpenRouter's list. Prices in US dollars per million tokens. */
export const vListedModel = v.object({
  id: v.string(),
  name: v.string(),
  promptUsd: v.number(),
  completionUsd: v.number(),
  contextTokens: v.number(),
  /** Takes tools, which agents have. */
  tools: v.boolean(),
  pictures: v.boolean(),
});

/** What the writer of an answer needs of an agent. `models`: its own, then its fallbacks. */
export const vAssignedAgent = v.object({
  name: v.string(),
  prompt: v.string(),
  models: v.array(v.string()),
  settings: v.optional(vModelSettings),
  tools: v.array(vTool),
});
