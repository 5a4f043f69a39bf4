/** What an agent was before each change: the latest twenty, by which a change is taken back. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { vVersionOfAgent } from "../../validators";

const KEPT = 20;

type Agent = Doc<"agents">;
type Fields = Infer<typeof vVersionOfAgent>;

export const vAgentVersion = v.object({
  versionId: v.id("knowledge"),
  /** Until when it was live. */
  until: v.number(),
  fields: vVersionOfAgent,
});

/** What a version is of: all but whether it answers at all, and its figures. */
export const versionOf = (agent: Agent): Fields => ({
  name: agent.name,
  description: agent.description,
  prompt: agent.prompt,
  model: agent.model,
  fallbackModels: agent.fallbackModels,
  ...(agent.settings !== undefined && { settings: agent.settings }),
  capabilities: agent.capabilities,
  tools: agent.tools,
  priority: agent.priority,
});

/** No document has a slug like it. */
const slugOf = (agentId: Id<"agents">) => `agent ${agentId}`;

const rowsOf = (ctx: Pick<QueryCtx, "db">, agentId: Id<"agents">) =>
  ctx.db
    .query("knowledge")
    .withIndex("by_slug", (q) => q.eq("slug", slugOf(agentId)))
    .order("desc")
    .take(KEPT + 1);

/** Keeps what an agent was `before` a change, unless the change is none of a version. */
export async function keepVersion(ctx: MutationCtx, before: Agent): Promise<void> {
  const after = await ctx.db.get("agents", before._id);
  const fields = versionOf(before);
  if (after === null || JSON.stringify(versionOf(after)) === JSON.stringify(fields)) return;
  const slug = slugOf(before._id);
  await ctx.db.insert("knowledge", { kind: "agent_version", slug, fields, updatedAt: Date.now() });
  for (const row of (await rowsOf(ctx, before._id)).slice(KEPT)) {
    await ctx.db.delete("knowledge", row._id);
  }
}

/** Latest first. */
export async function listVersions(
  ctx: Pick<QueryCtx, "db">,
  agentId: Id<"agents">,
): Promise<Infer<typeof vAgentVersion>[]> {
  const rows = await rowsOf(ctx, agentId);
  return rows.flatMap((row) =>
    row.kind === "agent_version"
      ? [{ versionId: row._id, until: row.updatedAt, fields: row.fields }]
      : [],
  );
}

/** Errors: `not_found`, also for another agent's. */
export async function requireVersion(
  ctx: Pick<QueryCtx, "db">,
  agentId: Id<"agents">,
  versionId: Id<"knowledge">,
): Promise<Fields> {
  const row = await ctx.db.get("knowledge", versionId);
  if (row?.kind === "agent_version" && row.slug === slugOf(agentId)) return row.fields;
  throw appError("not_found", "There is no such version of this agent.");
}
