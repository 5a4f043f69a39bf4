/** Rows whose time is over: sign-in attempts, sessions, processes, buckets. `sweep.ts` goes through them. */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { deleteFile } from "../knowledge/storedFiles";
import { deleteTrialRows } from "../replies/trialRows";
import { BUCKET_IDLE } from "../access/limits";
import { DAY } from "../../lib/time";

type Db = Pick<QueryCtx, "db">;

/** Rows of each kind per run. */
export const CLEANUP_BATCH = 200;
/** Each goes with the 251 rows that it may have. */
const TRIALS_BATCH = 5;
/** Ended processes are kept this long for people to look at. */
export const PROCESS_RETENTION = 30 * DAY;
/** What the AI wrote for staff and nobody has used. */
const ASSIST_RETENTION = DAY;
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
  // Goes with its shift.
  lease: PROCESS_RETENTION,
  presence: PROCESS_RETENTION,
  desk: PROCESS_RETENTION,
  publish: PROCESS_RETENTION,
  expire: PROCESS_RETENTION,
  recall: PROCESS_RETENTION,
  trial: PROCESS_RETENTION,
  site: PROCESS_RETENTION,
  // Goes with its document.
  recheck: PROCESS_RETENTION,
  // Never ended: what bounced or was complained of stays so.
  suppression: PROCESS_RETENTION,
  assist: ASSIST_RETENTION,
  // Never ended: it goes with its person.
  person_note: PROCESS_RETENTION,
  weekly: PROCESS_RETENTION,
  // Never ended: it goes with its conversation, or with whom it names.
  mention: PROCESS_RETENTION,
  // Never ended: it goes when what it is about has gone.
  set_aside: PROCESS_RETENTION,
};

export const expiredSessions = (ctx: Db, count: number) =>
  ctx.db
    .query("sessions")
    .withIndex("by_expiry", (q) => q.lt("expiresAt", Date.now()))
    .take(count);

export const idleBuckets = (ctx: Db, count: number) =>
  ctx.db
    .query("rateLimits")
    .withIndex("by_ts", (q) => q.lt("ts", idleBefore()))
    .take(count);

const idleBefore = () => Date.now() - BUCKET_IDLE;
export const isIdleBucket = ({ ts }: Doc<"rateLimits">) => ts < idleBefore();

/** Of all kinds together. */
export async function endedProcesses(ctx: Db, count: number): Promise<Doc<"workflows">[]> {
  const ended: Doc<"workflows">[] = [];
  for (const [kind, retention] of Object.entries(RETENTION) as [keyof typeof RETENTION, number][]) {
    if (ended.length === count) break;
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_finished", (q) =>
        q
          .eq("kind", kind)
          .gt("finishedAt", undefined)
          .lt("finishedAt", Date.now() - retention),
      )
      .take(Math.min(count - ended.length, kind === "trial" ? TRIALS_BATCH : count));
    ended.push(...rows);
  }
  return ended;
}

export async function deleteProcess(ctx: MutationCtx, process: Doc<"workflows">): Promise<void> {
  const { _id, kind, fileId, site } = process;
  const list = site?.listId && (await ctx.db.get("knowledge", site.listId));
  if (list) await ctx.db.delete("knowledge", list._id);
  if (kind === "trial") await deleteTrialRows(ctx, process);
  if (fileId !== undefined) await deleteFile(ctx, fileId);
  await ctx.db.delete("workflows", _id);
}
