/** What upkeep goes through, kind by kind: which rows are due, what is done with a batch of them, and with one alone. */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { finishedCounters, REFUSALS_BATCH } from "../access/refusals";
import { recordRefusals } from "../analytics/refusals";
import * as Rollups from "../analytics/rollups";
import type { EventRow } from "../analytics/rollups";
import { deleteFile, findFileRow } from "../conversations/attachments";
import { restartTimer } from "../conversations/timers";
import { checkLease } from "../desk/availability";
import * as FollowUps from "../desk/followUps";
import * as Resolutions from "../desk/resolutions";
import { resumeAlert } from "../handoff/alerts";
import { asideIds } from "../handoff/setAside";
import * as Ingest from "../knowledge/ingest";
import { deleteStaleBatch, lostStale, STALE_BATCH } from "../knowledge/vectors";
import { recoverProcess } from "../outbox/outbox";
import { expirePresence } from "../outbox/presence";
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
type Source<R extends Row> = {
  /** For staff. */
  step: string;
  batch: number;
  due: (ctx: Db, count: number, after: number) => Promise<R[]>;
  act: (ctx: MutationCtx, rows: R[]) => Promise<unknown>;
  /** As `act`, of one that is tried alone, days later perhaps: if it is still due. True: nothing is left to do. */
  actAlone: (ctx: MutationCtx, id: R["_id"]) => Promise<boolean>;
  /** Rows that stay are gone through once, and this remembers how far. */
  scans?: boolean;
  passed?: (ctx: MutationCtx, last: R) => Promise<void>;
};

/** Hides the type of its rows. */
function sweeper<R extends Row>(kind: SweepKind, source: Source<R>) {
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
    actAlone: (ctx: MutationCtx, id: string) => source.actAlone(ctx, id),
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

/** Of sources that deal with each row by itself. */
const each =
  <R extends Row>(act: (ctx: MutationCtx, row: R) => Promise<unknown>) =>
  async (ctx: MutationCtx, rows: R[]): Promise<void> => {
    for (const row of rows) await act(ctx, row);
  };

export const aboutOf = (kind: RowKind, id: string) => `${kind}:${id}`;

export const SWEEPERS: Record<SweepKind, ReturnType<typeof sweeper>> = {
  conversation: sweeper<Doc<"conversations">>("conversation", {
    step: "deleting a conversation by age",
    batch: 1,
    due: Retention.oldConversations,
    act: each(eraseConversation),
    actAlone: async (ctx, id) => {
      const row = await ctx.db.get("conversations", id);
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
      const guest = await ctx.db.get("users", id);
      if (guest === null || !(await Retention.isGone(ctx, guest))) return true;
      return (await eraseUser(ctx, id)).done;
    },
  }),
  unsent: sweeper<Doc<"workflows">>("unsent", {
    step: "deleting a file that was never sent",
    batch: Retention.SCAN_BATCH,
    due: Retention.unsentFiles,
    act: each(Cleanup.deleteProcess),
    actAlone: (ctx, id) => deleteProcessIf(ctx, id, ({ state }) => state === "running"),
  }),
  upload: sweeper<{ _id: Id<"_storage">; _creationTime: number }>("upload", {
    step: "deleting a file that nothing names",
    batch: Retention.SCAN_BATCH,
    scans: true,
    due: Retention.oldFiles,
    act: each((ctx, { _id }) => deleteUnnamed(ctx, _id)),
    actAlone: deleteUnnamed,
  }),
  event: sweeper<Retention.EventRow>("event", {
    step: "taking names out of an old event",
    batch: Retention.EVENTS_BATCH,
    due: Retention.oldEvents,
    act: each(Retention.unlinkEvent),
    actAlone: async (ctx, id) => {
      const row = await ctx.db.get("analytics", id);
      if (row?.kind === "event") await Retention.unlinkEvent(ctx, row);
      return true;
    },
    passed: Retention.rememberUnlinked,
  }),
  session: sweeper<Doc<"sessions">>("session", {
    step: "deleting an expired session",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.expiredSessions,
    act: each((ctx, { _id }) => ctx.db.delete("sessions", _id)),
    actAlone: async (ctx, id) => {
      if ((await ctx.db.get("sessions", id)) !== null) await ctx.db.delete("sessions", id);
      return true;
    },
  }),
  process: sweeper<Doc<"workflows">>("process", {
    step: "deleting an ended process",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.endedProcesses,
    act: each(Cleanup.deleteProcess),
    actAlone: (ctx, id) => deleteProcessIf(ctx, id, ({ finishedAt }) => finishedAt !== undefined),
  }),
  bucket: sweeper<Doc<"rateLimits">>("bucket", {
    step: "deleting an idle rate limit",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.idleBuckets,
    act: each((ctx, { _id }) => ctx.db.delete("rateLimits", _id)),
    actAlone: async (ctx, id) => {
      const bucket = await ctx.db.get("rateLimits", id);
      if (bucket !== null && Cleanup.isIdleBucket(bucket)) await ctx.db.delete("rateLimits", id);
      return true;
    },
  }),
  silence: sweeper<Doc<"conversations">>("silence", {
    step: "asking a silent customer",
    batch: FollowUps.FOLLOW_UP_BATCH,
    due: FollowUps.silentConversations,
    act: each(FollowUps.lookIntoSilence),
    actAlone: async (ctx, id) => {
      const row = await ctx.db.get("conversations", id);
      if (row !== null && FollowUps.isSilent(row)) await FollowUps.lookIntoSilence(ctx, row);
      return true;
    },
  }),
  verdict: sweeper<EventRow>("verdict", {
    step: "judging an episode",
    batch: Resolutions.JUDGE_BATCH,
    due: Resolutions.unjudgedEpisodes,
    act: each(Resolutions.judgeResolved),
    actAlone: (ctx, id) => onEvent(ctx, id, Resolutions.judgeResolved),
    passed: Resolutions.rememberJudged,
  }),
  count: sweeper<EventRow>("count", {
    step: "counting an event",
    batch: Rollups.ROLLUP_BATCH,
    due: Rollups.uncountedEvents,
    act: Rollups.countEvents,
    actAlone: (ctx, id) => onEvent(ctx, id, (_, event) => Rollups.countEvents(ctx, [event])),
    passed: Rollups.rememberCounted,
  }),
  refusal: sweeper<Doc<"rateLimits">>("refusal", {
    step: "recording refusals",
    batch: REFUSALS_BATCH,
    due: finishedCounters,
    act: recordRefusals,
    actAlone: async (ctx, id) => {
      const counter = await ctx.db.get("rateLimits", id);
      if (counter !== null) await recordRefusals(ctx, [counter]);
      return true;
    },
  }),
  ingest: sweeper<Doc<"workflows">>("ingest", {
    step: "beginning a lost ingest again",
    batch: Ingest.RESUME_BATCH,
    due: Ingest.lostIngests,
    act: each(Ingest.resumeIngest),
    actAlone: async (ctx, id) => {
      const process = await ctx.db.get("workflows", id);
      if (process !== null) await Ingest.resumeIngest(ctx, process);
      return true;
    },
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
      await deleteStaleBatch(ctx, id);
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
      return true;
    },
  },
  timer: {
    step: "starting a lost timer again",
    actAlone: async (ctx, id) => {
      const timer = await ctx.db.get("workflows", id as Id<"workflows">);
      if (timer?.dueAt === undefined || timer.finishedAt !== undefined) return true;
      if (timer.kind === "alert") await resumeAlert(ctx, timer);
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

async function onEvent(
  ctx: MutationCtx,
  id: string,
  act: (ctx: MutationCtx, event: EventRow) => Promise<unknown>,
): Promise<boolean> {
  const row = await ctx.db.get("analytics", id as Id<"analytics">);
  if (row?.kind === "event") await act(ctx, row);
  return true;
}

async function deleteProcessIf(
  ctx: MutationCtx,
  id: Id<"workflows">,
  isDue: (row: Doc<"workflows">) => boolean,
): Promise<boolean> {
  const row = await ctx.db.get("workflows", id);
  if (row !== null && isDue(row)) await Cleanup.deleteProcess(ctx, row);
  return true;
}

async function deleteUnnamed(ctx: MutationCtx, id: Id<"_storage">): Promise<boolean> {
  if ((await findFileRow(ctx, id)) === null) await deleteFile(ctx, id);
  return true;
}
