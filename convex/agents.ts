/** AI agents: what they say, with which model, and how they do. Rules: `model/agents/agents.ts`. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import {
  adminAction,
  adminMutation,
  adminQuery,
  internalMutation,
  internalQuery,
  staffQuery,
  userQuery,
} from "./functions";
import { appError } from "./lib/errors";
import { logWarning } from "./lib/log";
import { HOUR } from "./lib/time";
import {
  addMetrics,
  findAvailableAgent,
  MAX_ACTIVE_AGENTS,
  metricsOf,
  requireAgent,
  agentForStaff,
  vAgentForStaff,
} from "./model/agents/agents";
import { loadModelList, storeModelList, vModelList, type ModelList } from "./model/agents/models";
import { listVersions, requireVersion, vAgentVersion } from "./model/agents/versions";
import { addAgent, changeAgent } from "./model/desk/agents";
import { requireTrialOf } from "./model/replies/trialRows";
import { agentFields, vAgentMetrics, vCapability } from "./validators";

const agentId = v.id("agents");
const {
  slug,
  name,
  description,
  prompt,
  model,
  fallbackModels,
  settings,
  capabilities,
  tools,
  status,
  priority,
} = agentFields;

/** Adds an agent. Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`. */
export const createAgent = adminMutation({
  limit: "write",
  args: {
    slug,
    name,
    description,
    prompt,
    model,
    fallbackModels,
    settings,
    capabilities,
    tools,
    status,
    priority,
  },
  returns: agentId,
  handler: async (ctx, args) => await addAgent(ctx, args, { actorId: ctx.user._id }),
});

/**
 * Changes the given fields of an agent; replies that have begun are not affected. `trialId` is the finished trial that
 * the change rests on (`trials.start`): it goes on record. Errors: as `createAgent`, `not_found`; `conflict` for a trial
 * that was not run to its end, or of another change.
 */
export const updateAgent = adminMutation({
  limit: "write",
  args: {
    agentId,
    name: v.optional(name),
    description: v.optional(description),
    prompt: v.optional(prompt),
    model: v.optional(model),
    fallbackModels: v.optional(fallbackModels),
    settings,
    capabilities: v.optional(capabilities),
    tools: v.optional(tools),
    status: v.optional(status),
    priority: v.optional(priority),
    trialId: v.optional(v.id("workflows")),
  },
  returns: v.null(),
  handler: async (ctx, { agentId, trialId, ...changes }) => {
    const agent = await requireAgent(ctx, agentId);
    if (trialId !== undefined) await requireTrialOf(ctx, trialId, { agentId, changes });
    await changeAgent(ctx, agent, changes, { actorId: ctx.user._id, trialId });
    return null;
  },
});

/** All agents, active first, the highest priority first; at most 40. */
export const list = staffQuery({
  args: {},
  returns: v.array(vAgentForStaff),
  handler: async (ctx) => {
    const byStatus = (wanted: "active" | "paused") =>
      ctx.db
        .query("agents")
        .withIndex("by_status_and_priority", (q) => q.eq("status", wanted))
        .order("desc")
        .take(MAX_ACTIVE_AGENTS);
    return [...(await byStatus("active")), ...(await byStatus("paused"))].map(agentForStaff);
  },
});

/** What an agent was before each of its latest 20 changes, latest first. */
export const versions = adminQuery({
  args: { agentId },
  returns: v.array(vAgentVersion),
  handler: async (ctx, args) => await listVersions(ctx, args.agentId),
});

/** Has an agent be again what it was in a version; what it is now becomes one. Errors: `not_found`. */
export const takeBack = adminMutation({
  limit: "write",
  args: { agentId, versionId: v.id("knowledge") },
  returns: v.null(),
  handler: async (ctx, { agentId, versionId }) => {
    const agent = await requireAgent(ctx, agentId);
    const fields = await requireVersion(ctx, agentId, versionId);
    const changes = { ...fields, settings: fields.settings ?? {} };
    await changeAgent(ctx, agent, changes, { actorId: ctx.user._id });
    return null;
  },
});

/** How long a list of models is good. */
const LIST_TTL = HOUR;

/**
 * OpenRouter's models that write, with prices in US dollars per million tokens; asked for once an hour. While OpenRouter
 * can't be reached, the list of before (`asOf`). Errors: `not_configured`, `provider_unavailable`.
 */
export const models = adminAction({
  limit: "write",
  args: {},
  returns: vModelList,
  handler: async (ctx): Promise<ModelList> => {
    const known = await ctx.runQuery(internal.agents.modelList, {});
    if (known !== null && Date.now() - known.asOf < LIST_TTL) return known;
    // With the call: the SDK.
    const { listModels } = await import("./providers/openrouter");
    const { ModelError } = await import("./providers/errors");
    try {
      const list = { models: await listModels(), asOf: Date.now() };
      await ctx.runMutation(internal.agents.storeModels, list);
      return list;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      logWarning(`the list of models can't be had (${error.fault})`);
      if (known !== null) return known;
      throw appError("provider_unavailable", "OpenRouter's list of models can't be had just now.");
    }
  },
});

export const modelList = internalQuery({
  args: {},
  returns: v.union(vModelList, v.null()),
  handler: async (ctx) => await loadModelList(ctx),
});

export const storeModels = internalMutation({
  args: vModelList.fields,
  returns: v.null(),
  handler: async (ctx, list) => {
    await storeModelList(ctx, list);
    return null;
  },
});

/** The agent that would answer a question of this kind, or null if none is active. */
export const getAvailableAgent = userQuery({
  args: { capability: v.optional(vCapability) },
  returns: v.union(v.object({ _id: agentId, name, description, capabilities }), v.null()),
  handler: async (ctx, { capability = "triage" }) => {
    const agent = await findAvailableAgent(ctx, capability);
    return (
      agent && {
        _id: agent._id,
        name: agent.name,
        description: agent.description,
        capabilities: agent.capabilities,
      }
    );
  },
});

/** Adds to an agent's totals. Called by the roll-up, never per reply: the row is read by every reply. */
export const updateAgentMetrics = internalMutation({
  args: { agentId, add: vAgentMetrics },
  returns: v.null(),
  handler: async (ctx, { agentId, add }) => {
    const before = metricsOf(await requireAgent(ctx, agentId));
    await ctx.db.patch("agents", agentId, { metrics: addMetrics(before, add) });
    return null;
  },
});
