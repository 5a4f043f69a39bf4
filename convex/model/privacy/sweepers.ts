/** What upkeep goes through, kind by kind: which rows are due, what is done with a batch of them, and with one alone. */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id, TableNames } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { finishedCounters, REFUSALS_BATCH } from "../access/refusals";
import { recordRefusals } from "../analytics/refusals";
import * as Rollups from "../analytics/rollups";
import { restartTimer } from "../conversations/timers";
import { checkLease } from "../desk/availability";
import * as FollowUps from "../desk/followUps";
import * as Resolutions from "../desk/resolutions";
import { resumeAlert } from "../handoff/alertRequests";
import { resumeWeekly } from "../handoff/weeklyTimer";
import { asideIds } from "../handoff/setAside";
import * as Ingest from "../knowledge/ingest";
import { deleteFile, findFileRow } from "../knowledge/storedFiles";
import { deleteStaleBatch, lostStale, STALE_BATCH } from "../knowledge/vectors";
import { recoverProcess } from "../outbox/outbox";
import { expirePresence } from "../outbox/presence";
import { giveUpAssist } from "../replies/assists";
import { recoverReply } from "../replies/recovery";
import * as Cleanup from "./cleanup";
import { eraseConversation, eraseUser } from "./erase";
import * as Retention from "./retention";

const KINDS = [
  "conversation",
  "guest",
  "unsent",
  "upload",
  "event",
  "session",
  "process",
  "bucket",
  "silence",
  "verdict",
  "count",
  "refusal",
  "ingest",
  "stale",
] as const;
/** Rows that are dealt with one by one, each in a transaction of its own. */
const SINGLE_KINDS = ["lease", "timer", "text"] as const;
const vSweepKind = v.union(...KINDS.map((kind) => v.literal(kind)));
export const vRowKind = v.union(vSweepKind, ...SINGLE_KINDS.map((kind) => v.literal(kind)));
export type SweepKind = Infer<typeof vSweepKind>;
export type RowKind = Infer<typeof vRowKind>;
/** `after`: of what is looked at and stays, how far that has come, by creation. */
export const vSweepTask = v.object({ kind: vSweepKind, after: v.optional(v.number()) });
export type Task = Infer<typeof vSweepTask>;

/** Rows of a batch that failed are tried alone, so many at a time. */
const ISOLATED = 50;
type Db = Pick<QueryCtx, "db">;
type Row = { _id: string; _creationTime: number };
type Batches<R extends Row> = {
  /** For staff. */
  step: string;
  batch: number;
  due: (ctx: Db, count: number, after: number) => Promise<R[]>;
  act: (ctx: MutationCtx, rows: R[]) => Promise<unknown>;
  /** Rows that stay are gone through once, and this remembers how far. */
  scans?: boolean;
  passed?: (ctx: MutationCtx, last: R) => Promise<void>;
};
/** One that is tried alone, days later perhaps: if it is still due. True: nothing is left to do. */
type Alone = { actAlone: (ctx: MutationCtx, id: string) => Promise<boolean> };

/** Hides the type of its rows. */
function sweeper<R extends Row>(kind: SweepKind, source: Batches<R> & Alone) {
  /** The next batch, those set aside left out, and whether there may be more. */
  async function next(ctx: Db, after: number) {
    const aside = await asideIds(ctx);
    const count = source.batch + aside.size;
    const found = await source.due(ctx, count, after);
    const rows = found.filter(({ _id }) => !aside.has(aboutOf(kind, _id)));
    const kept = rows.slice(0, source.batch);
    const last = kept.length < rows.length ? kept.at(-1) : found.at(-1);
    return { rows: kept, last, more: found.length === count || kept.length < rows.length };
  }
  return {
    step: source.step,
    /** Has the next rows set aside, in the transaction that goes past them. */
    async isolate(ctx: MutationCtx, after: number, put: (about: string) => Promise<unknown>) {
      const rows = (await next(ctx, after)).rows.slice(0, ISOLATED);
      for (const { _id } of rows) await put(aboutOf(kind, _id));
      if (rows.length > 0) await source.passed?.(ctx, rows.at(-1)!);
      return rows.map(({ _id }) => aboutOf(kind, _id));
    },
    actAlone: source.actAlone,
    async sweep(ctx: MutationCtx, after: number): Promise<Task | null> {
      const { rows, last, more } = await next(ctx, after);
      if (rows.length > 0) await source.act(ctx, rows);
      if (last !== undefined) await source.passed?.(ctx, last);
      // Of a conversation a batch may be left.
      const again = more || (kind === "conversation" && rows.length > 0);
      return again ? { kind, after: source.scans ? last?._creationTime : undefined } : null;
    },
  };
}

/** Of rows with which the same is done alone as in a batch. */
function sweeperOf<T extends TableNames, R extends Doc<T> & Row>(
  kind: SweepKind,
  table: T,
  source: Batches<R> & { isDue: (row: Doc<T>) => boolean },
) {
  const actAlone = async (ctx: MutationCtx, id: string): Promise<boolean> => {
    const row = await ctx.db.get(table, id as Id<T>);
    if (row !== null && source.isDue(row)) await source.act(ctx, [row]);
    return true;
  };
  return sweeper<R>(kind, { ...source, actAlone });
}

/** Of sources that deal with each row by itself. */
const each =
  <R extends Row>(act: (ctx: MutationCtx, row: R) => Promise<unknown>) =>
  async (ctx: MutationCtx, rows: R[]): Promise<void> => {
    for (const row of rows) await act(ctx, row);
  };

export const aboutOf = (kind: RowKind, id: string) => `${kind}:${id}`;

const always = () => true;
const isEvent = ({ kind }: Doc<"analytics">) => kind === "event";

export const SWEEPERS: Record<SweepKind, ReturnType<typeof sweeper>> = {
  conversation: sweeper<Doc<"conversations">>("conversation", {
    step: "deleting a conversation by age",
    batch: 1,
    due: Retention.oldConversations,
    act: each(eraseConversation),
    actAlone: async (ctx, id) => {
      const row = await ctx.db.get("conversations", id as Id<"conversations">);
      if (row === null || !Retention.isOldConversation(row)) return true;
      return (await eraseConversation(ctx, row)).done;
    },
  }),
  guest: sweeper<Doc<"users">>("guest", {
    step: "deleting a guest by age",
    batch: Retention.SCAN_BATCH,
    scans: true,
    due: Retention.possibleGuests,
    act: each(async (ctx, guest) => {
      if (!(await Retention.isGone(ctx, guest))) return;
      const userId = guest._id;
      await ctx.scheduler.runAfter(0, internal.privacy.eraseGuest, { userId });
    }),
    actAlone: async (ctx, id) => {
      const guest = await ctx.db.get("users", id as Id<"users">);
      if (guest === null || !(await Retention.isGone(ctx, guest))) return true;
      return (await eraseUser(ctx, guest._id)).done;
    },
  }),
  unsent: sweeperOf("unsent", "workflows", {
    step: "deleting a file that was never sent",
    batch: Retention.SCAN_BATCH,
    due: Retention.unsentFiles,
    act: each(Cleanup.deleteProcess),
    isDue: ({ state }) => state === "running",
  }),
  upload: sweeper<{ _id: Id<"_storage">; _creationTime: number }>("upload", {
    step: "deleting a file that nothing names",
    batch: Retention.SCAN_BATCH,
    scans: true,
    due: Retention.oldFiles,
    act: each((ctx, { _id }) => deleteUnnamed(ctx, _id)),
    actAlone: (ctx, id) => deleteUnnamed(ctx, id as Id<"_storage">),
  }),
  event: sweeperOf("event", "analytics", {
    step: "taking names out of an old event",
    batch: Retention.EVENTS_BATCH,
    due: Retention.oldEvents,
    act: each(Retention.unlinkEvent),
    isDue: isEvent,
    passed: Retention.rememberUnlinked,
  }),
  session: sweeperOf("session", "sessions", {
    step: "deleting an expired session",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.expiredSessions,
    act: each((ctx, { _id }) => ctx.db.delete("sessions", _id)),
    isDue: always,
  }),
  process: sweeperOf("process", "workflows", {
    step: "deleting an ended process",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.endedProcesses,
    act: each(Cleanup.deleteProcess),
    isDue: ({ finishedAt }) => finishedAt !== undefined,
  }),
  bucket: sweeperOf("bucket", "rateLimits", {
    step: "deleting an idle rate limit",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.idleBuckets,
    act: each((ctx, { _id }) => ctx.db.delete("rateLimits", _id)),
    isDue: Cleanup.isIdleBucket,
  }),
  silence: sweeperOf("silence", "conversations", {
    step: "asking a silent customer",
    batch: FollowUps.FOLLOW_UP_BATCH,
    due: FollowUps.silentConversations,
    act: each(FollowUps.lookIntoSilence),
    isDue: FollowUps.isSilent,
  }),
  verdict: sweeperOf("verdict", "analytics", {
    step: "judging an episode",
    batch: Resolutions.JUDGE_BATCH,
    due: Resolutions.unjudgedEpisodes,
    act: each(Resolutions.judgeResolved),
    isDue: isEvent,
    passed: Resolutions.rememberJudged,
  }),
  count: sweeperOf("count", "analytics", {
    step: "counting an event",
    batch: Rollups.ROLLUP_BATCH,
    due: Rollups.uncountedEvents,
    act: Rollups.countEvents,
    isDue: isEvent,
    passed: Rollups.rememberCounted,
  }),
  refusal: sweeperOf("refusal", "rateLimits", {
    step: "recording refusals",
    batch: REFUSALS_BATCH,
    due: finishedCounters,
    act: recordRefusals,
    isDue: always,
  }),
  ingest: sweeperOf("ingest", "workflows", {
    step: "beginning a lost ingest again",
    batch: Ingest.RESUME_BATCH,
    due: Ingest.lostIngests,
    act: each(Ingest.resumeIngest),
    isDue: always,
  }),
  stale: sweeper<Doc<"knowledge">>("stale", {
    step: "deleting vectors that nothing uses",
    batch: STALE_BATCH,
    due: lostStale,
    scans: true,
    act: each(async (ctx, { _id: id }) => {
      await ctx.scheduler.runAfter(0, internal.privacy.tryRow, { kind: "stale", id });
    }),
    actAlone: async (ctx, id) => {
      await deleteStaleBatch(ctx, id as Id<"knowledge">);
      return true;
    },
  }),
};

type Single = Pick<ReturnType<typeof sweeper>, "step" | "actAlone">;
export const SINGLES: Record<Exclude<RowKind, SweepKind>, Single> = {
  lease: {
    step: "checking a lease that is over",
    actAlone: async (ctx, id) => {
      const workflowId = id as Id<"workflows">;
      const row = await ctx.db.get("workflows", workflowId);
      const kind = row?.kind;
      if (kind === "delivery") await recoverProcess(ctx, workflowId);
      else if (kind === "presence") await expirePresence(ctx, workflowId);
      else if (kind === "reply") await recoverReply(ctx, workflowId);
      else if (kind === "shift") await checkLease(ctx, workflowId);
      else if (kind === "lease" && row?.partOf) await checkLease(ctx, row.partOf);
      else if (kind === "assist") await giveUpAssist(ctx, workflowId);
      else if (kind === "trial") {
        // Not called: who sweeps need not load what runs trials.
        const { attempt } = row!;
        await ctx.scheduler.runAfter(0, internal.trials.check, { workflowId, attempt });
      }
      return true;
    },
  },
  timer: {
    step: "starting a lost timer again",
    actAlone: async (ctx, id) => {
      const timer = await ctx.db.get("workflows", id as Id<"workflows">);
      if (timer?.dueAt === undefined || timer.finishedAt !== undefined) return true;
      if (timer.kind === "alert") await resumeAlert(ctx, timer);
      else if (timer.kind === "weekly") await resumeWeekly(ctx, timer);
      else await restartTimer(ctx, timer);
      return true;
    },
  },
  // By the provider's id. What it says stays with the provider: people read it there, or it came in after all.
  text: {
    step: "taking in a text that the webhook missed",
    actAlone: async (ctx, sid) => {
      const message = await ctx.db
        .query("messages")
        .withIndex("by_sms_sid", (q) => q.eq("smsSid", sid))
        .first();
      if (message === null) throw new Error("It could not be taken in. Read it at Twilio.");
      return true;
    },
  },
};

async function deleteUnnamed(ctx: MutationCtx, id: Id<"_storage">): Promise<boolean> {
  if ((await findFileRow(ctx, id)) === null) await deleteFile(ctx, id);
  return true;
}
