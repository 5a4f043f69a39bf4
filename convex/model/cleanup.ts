/** Deletes rows whose time is over, in bounded batches: sign-in attempts, sessions, processes, buckets. */
import { internal } from "../_generated/api";
import type { MutationCtx } from "../_generated/server";
import { BUCKET_IDLE } from "./limits";
import { DAY } from "./time";

/** Rows of each kind per run. */
export const CLEANUP_BATCH = 200;
/** Ended processes are kept this long for people to look at. */
export const PROCESS_RETENTION = 30 * DAY;

export async function run(ctx: MutationCtx): Promise<void> {
  const now = Date.now();
  const sessions = await ctx.db
    .query("sessions")
    .withIndex("by_expiry", (q) => q.lt("expiresAt", now))
    .take(CLEANUP_BATCH);
  for (const { _id } of sessions) await ctx.db.delete("sessions", _id);

  const processes = await ctx.db
    .query("workflows")
    .withIndex("by_finished", (q) =>
      q.gt("finishedAt", undefined).lt("finishedAt", now - PROCESS_RETENTION),
    )
    .take(CLEANUP_BATCH);
  for (const { _id } of processes) await ctx.db.delete("workflows", _id);

  const buckets = await ctx.db
    .query("rateLimits")
    .withIndex("by_ts", (q) => q.lt("ts", now - BUCKET_IDLE))
    .take(CLEANUP_BATCH);
  for (const { _id } of buckets) await ctx.db.delete("rateLimits", _id);

  const full = [sessions, processes, buckets].some((rows) => rows.length === CLEANUP_BATCH);
  if (full) await ctx.scheduler.runAfter(0, internal.workflows.cleanUp, {});
}
