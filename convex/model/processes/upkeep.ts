/**
 * Upkeep, in one call: looks what there is to do, and starts only that, each in a transaction of its own. A cron of its
 * own for each would be a call each, all month, for nothing found.
 */
import type { FunctionReference } from "convex/server";
import { internal } from "../../_generated/api";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { uncountedEvents } from "../analytics/rollups";
import { finishedCounters } from "../access/refusals";
import { listOverdueTimers } from "../conversations/timers";
import { dueRechecks } from "../desk/rechecks";
import { lostIngests } from "../knowledge/ingest";
import { hasUnembedded, lostStale } from "../knowledge/vectors";
import { oldFiles, unsentFiles } from "../privacy/retention";
import { unsentSince } from "../privacy/sweep";
import { listLost } from "../replies/recovery";
import { isCatchUpDue, startCatchUp } from "../sms/catchUp";

type Db = Pick<QueryCtx, "db">;
type Job = {
  run: FunctionReference<"mutation", "internal", Record<string, never>, null>;
  /** Whether there is anything for it: reads a row or two where there is not. */
  isDue: (ctx: Db) => Promise<boolean>;
};

const isAny = async (rows: Promise<unknown[]>) => (await rows).length > 0;

const JOBS: Job[] = [
  { run: internal.replies.recoverAll, isDue: (ctx) => isAny(listLost(ctx, 1)) },
  {
    run: internal.analytics.rollUp,
    isDue: async (ctx) =>
      (await isAny(finishedCounters(ctx, 1))) || (await isAny(uncountedEvents(ctx, 1))),
  },
  {
    run: internal.knowledge.maintain,
    isDue: async (ctx) =>
      (await isAny(lostIngests(ctx, 1))) ||
      (await isAny(lostStale(ctx, 1))) ||
      (await hasUnembedded(ctx)),
  },
  { run: internal.sources.startRechecks, isDue: (ctx) => isAny(dueRechecks(ctx, 1)) },
  { run: internal.privacy.resumePurges, isDue: hasUnfinished },
  {
    run: internal.privacy.deleteUnsent,
    isDue: async (ctx) =>
      (await isAny(unsentFiles(ctx, 1))) || (await isAny(oldFiles(ctx, 1, unsentSince()))),
  },
  { run: internal.workflows.rearmTimers, isDue: (ctx) => isAny(listOverdueTimers(ctx, 1)) },
];

export async function startDueUpkeep(ctx: MutationCtx): Promise<void> {
  for (const { run, isDue } of JOBS) {
    if (await isDue(ctx)) await ctx.scheduler.runAfter(0, run, {});
  }
  if (await isCatchUpDue(ctx, Date.now())) await startCatchUp(ctx);
}

/** Deletions and exports that have not ended: whether they stand still is for those who go on with them. */
async function hasUnfinished(ctx: Db): Promise<boolean> {
  for (const kind of ["purge", "export"] as const) {
    for (const state of ["failed", "running"] as const) {
      const row = await ctx.db
        .query("workflows")
        .withIndex("by_kind_and_state", (q) => q.eq("kind", kind).eq("state", state))
        .first();
      if (row !== null) return true;
    }
  }
  return false;
}
