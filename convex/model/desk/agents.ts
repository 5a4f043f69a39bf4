/** What staff enter and change of agents, each with its event. As `documents.ts`: without an `actorId` it is the CLI. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { findAgentBySlug, checkAgent, ZERO_METRICS, type AgentInput } from "../agents/agents";
import { checkModelSettings } from "../agents/modelSettings";
import { keepVersion } from "../agents/versions";
import { recordAct } from "../analytics/events";

type By = { actorId?: Id<"users"> };

/** Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`. */
export async function addAgent(
  ctx: MutationCtx,
  input: AgentInput,
  { actorId }: By,
): Promise<Id<"agents">> {
  const fields = checkAgent({ ...input, settings: checkModelSettings(input.settings) });
  if ((await findAgentBySlug(ctx, fields.slug)) !== null) {
    throw appError("conflict", `An agent named "${fields.slug}" exists.`);
  }
  const agentId = await ctx.db.insert("agents", { ...fields, metrics: ZERO_METRICS });
  await recordAct(ctx, "agent_created", { actorId, agentId });
  return agentId;
}

/** Changes the given fields; replies that have begun are not affected. `trialId`: what it rests on. Errors: `invalid_input`, `too_large`. */
export async function changeAgent(
  ctx: MutationCtx,
  agent: Doc<"agents">,
  changes: Partial<Omit<AgentInput, "slug">>,
  { actorId, trialId }: By & { trialId?: Id<"workflows"> },
): Promise<void> {
  const { _id: agentId, _creationTime, metrics, ...current } = agent;
  const settings = checkModelSettings(changes.settings ?? current.settings);
  await ctx.db.patch("agents", agentId, checkAgent({ ...current, ...changes, settings }));
  await keepVersion(ctx, agent);
  const reason = Object.keys(changes).join(", ");
  await recordAct(ctx, "agent_changed", { actorId, agentId }, { reason, trialId });
}
