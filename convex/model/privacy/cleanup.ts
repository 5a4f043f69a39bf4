/** Deletes rows whose time is over, in bounded batches: sign-in attempts, sessions, processes, buckets. */
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { deleteFile } from "../conversations/attachments";
import { BUCKET_IDLE } from "../access/limits";
import { DAY } from "../../lib/time";

/** Rows of each kind per run. */
export const CLEANUP_BATCH = 200;
/** Ended processes are kept this long for people to look at. */
export const PROCESS_RETENTION = 30 * DAY;
/** Files of an export, from the day on which they were made. */
export const EXPORT_RETENTION = 7 * DAY;
/** Receipts of deletions, with the opt-outs they carry: the longest time in which a claim can be made. */
export const RECEIPT_RETENTION = 5 * 365 * DAY;

/** From the end on. Files of messages have no end of their own: they go with their conversation. */
const RETENTION: Record<Doc<"workflows">["kind"], number> = {
  reply: PROCESS_RETENTION,
  ingest: PROCESS_RETENTION,
  handoff: PROCESS_RETENTION,
  delivery: PROCESS_RETENTION,
  catch_up: PROCESS_RETENTION,
  follow_up: PROCESS_RETENTION,
  snooze: PROCESS_RETENTION,
  promise: PROCESS_RETENTION,
  alert: PROCESS_RETENTION,
  purge: RECEIPT_RETENTION,
  export: EXPORT_RETENTION,
  file: EXPORT_RETENTION,
  shift: PROCESS_RETENTION,
  presence: PROCESS_RETENTION,
};

export async function run(ctx: MutationCtx): Promise<void> {
  const now = Date.now();
  const sessions = await ctx.db
    .query("sessions")
    .withIndex("by_expiry", (q) => q.lt("expiresAt", now))
    .take(CLEANUP_BATCH);
  for (const { _id } of sessions) await ctx.db.delete("sessions", _id);

  const processes = await endedProcesses(ctx, now);
  for (const { _id, fileId } of processes) {
    if (fileId !== undefined) await deleteFile(ctx, fileId);
    await ctx.db.delete("workflows", _id);
  }

  const buckets = await ctx.db
    .query("rateLimits")
    .withIndex("by_ts", (q) => q.lt("ts", now - BUCKET_IDLE))
    .take(CLEANUP_BATCH);
  for (const { _id } of buckets) await ctx.db.delete("rateLimits", _id);

  const full = [sessions, processes, buckets].some((rows) => rows.length === CLEANUP_BATCH);
  if (full) await ctx.scheduler.runAfter(0, internal.workflows.cleanUp, {});
}

/** At most a batch of all kinds together. */
async function endedProcesses(ctx: MutationCtx, now: number): Promise<Doc<"workflows">[]> {
  const ended: Doc<"workflows">[] = [];
  for (const [kind, retention] of Object.entries(RETENTION) as [keyof typeof RETENTION, number][]) {
    if (ended.length === CLEANUP_BATCH) break;
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_finished", (q) =>
        q
          .eq("kind", kind)
          .gt("finishedAt", undefined)
          .lt("finishedAt", now - retention),
      )
      .take(CLEANUP_BATCH - ended.length);
    ended.push(...rows);
  }
  return ended;
}
