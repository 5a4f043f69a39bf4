/**
 * A trial's rows, for whoever only looks them up: a change that rests on one, the report, the clean-up. Apart from what
 * runs trials, which publishing a document needn't load.
 */
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { vTrialAgent } from "../../validators";
import { appError } from "../../lib/errors";

export const MAX_EXCHANGES = 50;
export const MAX_LINES = 200;

export type Result = Extract<Doc<"analytics">, { kind: "trial_result" }>;
type Spec = Extract<Doc<"analytics">, { kind: "trial" }>;

type Activated =
  | { agentId: Id<"agents">; changes: Partial<Infer<typeof vTrialAgent>> }
  | { documentId: Id<"knowledge">; live: boolean };

/** The trial that a change rests on. Errors: `not_found`; `conflict` if it didn't end well, or tried another change. */
export async function requireTrialOf(
  ctx: Pick<QueryCtx, "db">,
  id: Id<"workflows">,
  activated: Activated,
): Promise<void> {
  const process = await ctx.db.get("workflows", id);
  if (process?.kind !== "trial") throw appError("not_found", "There is no such trial.");
  const spec = await findSpec(ctx, process._creationTime);
  if (process.state !== "done" || spec === null) {
    throw appError("conflict", "This trial was not run to its end.");
  }
  if (!isTried(spec, activated)) throw appError("conflict", "This trial tried another change.");
}

/** Whatever the order of its fields: a stored row's are sorted. */
const written = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : JSON.stringify(value);

const TRIED = ["prompt", "model", "fallbackModels", "settings", "tools"] as const;

function isTried(spec: Spec, activated: Activated): boolean {
  if ("documentId" in activated) {
    const { add, remove } = spec.documents;
    return (activated.live ? add : remove).includes(activated.documentId);
  }
  const { agentId, changes } = activated;
  const isSame = (name: (typeof TRIED)[number]) =>
    changes[name] === undefined || written(changes[name]) === written(spec.changed[name]);
  return agentId === spec.agentId && TRIED.every(isSame);
}

/** Before its process is: at most 251 rows. */
export async function deleteTrialRows(
  ctx: MutationCtx,
  { _creationTime }: Doc<"workflows">,
): Promise<void> {
  for (const row of await listResults(ctx, _creationTime)) {
    await ctx.db.delete("analytics", row._id);
  }
  const spec = await findSpec(ctx, _creationTime);
  if (spec !== null) await ctx.db.delete("analytics", spec._id);
}

/** After a time of creation, in their order. */
export const rowsOf = (
  ctx: Pick<QueryCtx, "db">,
  kind: "trial" | "trial_result",
  start: number,
  after = 0,
) =>
  ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", kind)
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", start)
        .gt("_creationTime", after),
    );

export async function findSpec(ctx: Pick<QueryCtx, "db">, start: number) {
  const row = await rowsOf(ctx, "trial", start).unique();
  return row?.kind === "trial" ? row : null;
}

/** In their order; at most as many as a trial may have. */
export async function listResults(ctx: Pick<QueryCtx, "db">, start: number): Promise<Result[]> {
  const rows = await rowsOf(ctx, "trial_result", start).take(MAX_EXCHANGES + MAX_LINES);
  return rows.filter((row): row is Result => row.kind === "trial_result");
}
