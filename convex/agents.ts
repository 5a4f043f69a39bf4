/** AI agents: what they say, with which model, and how they do. Rules: `model/agents/agents.ts`. */
import { v } from "convex/values";
import { adminMutation, internalMutation, staffQuery, userQuery } from "./functions";
import {
  addMetrics,
  findAvailableAgent,
  MAX_ACTIVE_AGENTS,
  metricsOf,
  requireAgent,
  agentForStaff,
  vAgentForStaff,
} from "./model/agents/agents";
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
