/**
 * Deleting what is past its time, a bounded batch a transaction. A row that can't be deleted fails its batch: then each
 * of that batch is set aside and tried alone, those that go are gone, and the others are listed
 * (`model/handoff/setAside.ts`), tried once a day, and passed over. So no row stops what comes after it.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { ActionCtx, MutationCtx, QueryCtx } from "../../_generated/server";
import { logError } from "../../lib/log";
import { MINUTE } from "../../lib/time";
import { deleteFile, findFileRow, UNSENT_RETENTION } from "../conversations/attachments";
import { asideIds, keepAside, listAside, setAside } from "../handoff/setAside";
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
] as const;
export const vSweepKind = v.union(...KINDS.map((kind) => v.literal(kind)));
type Kind = Infer<typeof vSweepKind>;
/** `after`: of what is looked at and stays, how far that has come, by creation. */
export const vSweepTask = v.object({ kind: vSweepKind, after: v.optional(v.number()) });
type Task = Infer<typeof vSweepTask>;

/** Rows of a batch that failed are tried alone, so many at a time. */
const ISOLATED = 50;
/** How long one run goes on before the next takes over. */
const RUN_TIME = 5 * MINUTE;

type Db = Pick<QueryCtx, "db">;
type Row = { _id: string; _creationTime: number };
type Source<R extends Row> = {
  /** For staff. */
  step: string;
  batch: number;
  due: (ctx: Db, count: number, after: number) => Promise<R[]>;
  act: (ctx: MutationCtx, row: R) => Promise<unknown>;
  /** As `act`, of one that is tried alone, days later perhaps: if it is still due. True: nothing is left to do. */
  actAlone: (ctx: MutationCtx, id: R["_id"]) => Promise<boolean>;
  /** Rows that stay are gone through once, and this remembers how far. */
  scans?: boolean;
  passed?: (ctx: MutationCtx, last: R) => Promise<void>;
};

/** Hides the type of its rows. */
function sweeper<R extends Row>(kind: Kind, source: Source<R>) {
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
    dueIds: async (ctx: Db, after: number): Promise<string[]> =>
      (await next(ctx, after)).rows.map(({ _id }) => _id),
    actAlone: (ctx: MutationCtx, id: string) => source.actAlone(ctx, id),
    async sweep(ctx: MutationCtx, after: number): Promise<Task | null> {
      const { rows, last, more } = await next(ctx, after);
      for (const row of rows) await source.act(ctx, row);
      if (last !== undefined) await source.passed?.(ctx, last);
      // Of a conversation a batch may be left.
      const again = more || (kind === "conversation" && rows.length > 0);
      return again ? { kind, after: source.scans ? last?._creationTime : undefined } : null;
    },
  };
}

const aboutOf = (kind: Kind, id: string) => `${kind}:${id}`;

const SWEEPERS: Record<Kind, ReturnType<typeof sweeper>> = {
  conversation: sweeper<Doc<"conversations">>("conversation", {
    step: "deleting a conversation by age",
    batch: 1,
    due: Retention.oldConversations,
    act: eraseConversation,
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
    act: async (ctx, guest) => {
      if (!(await Retention.isGone(ctx, guest))) return;
      const userId = guest._id;
      await ctx.scheduler.runAfter(0, internal.privacy.eraseGuest, { userId });
    },
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
    act: Cleanup.deleteProcess,
    actAlone: (ctx, id) => deleteProcessIf(ctx, id, ({ state }) => state === "running"),
  }),
  upload: sweeper<{ _id: Id<"_storage">; _creationTime: number }>("upload", {
    step: "deleting a file that nothing names",
    batch: Retention.SCAN_BATCH,
    scans: true,
    due: Retention.oldFiles,
    act: (ctx, { _id }) => deleteUnnamed(ctx, _id),
    actAlone: deleteUnnamed,
  }),
  event: sweeper<Retention.EventRow>("event", {
    step: "taking names out of an old event",
    batch: Retention.EVENTS_BATCH,
    due: Retention.oldEvents,
    act: Retention.unlinkEvent,
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
    act: (ctx, { _id }) => ctx.db.delete("sessions", _id),
    actAlone: async (ctx, id) => {
      if ((await ctx.db.get("sessions", id)) !== null) await ctx.db.delete("sessions", id);
      return true;
    },
  }),
  process: sweeper<Doc<"workflows">>("process", {
    step: "deleting an ended process",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.endedProcesses,
    act: Cleanup.deleteProcess,
    actAlone: (ctx, id) => deleteProcessIf(ctx, id, ({ finishedAt }) => finishedAt !== undefined),
  }),
  bucket: sweeper<Doc<"rateLimits">>("bucket", {
    step: "deleting an idle rate limit",
    batch: Cleanup.CLEANUP_BATCH,
    due: Cleanup.idleBuckets,
    act: (ctx, { _id }) => ctx.db.delete("rateLimits", _id),
    actAlone: async (ctx, id) => {
      const bucket = await ctx.db.get("rateLimits", id);
      if (bucket !== null && Cleanup.isIdleBucket(bucket)) await ctx.db.delete("rateLimits", id);
      return true;
    },
  }),
};

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

/** One batch. Returns what is left to do, or null. */
export const sweepBatch = (ctx: MutationCtx, { kind, after = 0 }: Task): Promise<Task | null> =>
  SWEEPERS[kind].sweep(ctx, after);

/**
 * A batch failed: its rows are set aside, and each is tried alone. Returns those that were not aside before; if there
 * are none it was no row's fault, and another try would fail likewise.
 */
export async function isolateBatch(ctx: MutationCtx, { kind, after = 0 }: Task): Promise<string[]> {
  const { step, dueIds } = SWEEPERS[kind];
  const known = await asideIds(ctx);
  const abouts = (await dueIds(ctx, after)).slice(0, ISOLATED).map((id) => aboutOf(kind, id));
  for (const about of abouts) {
    const asideId = await setAside(ctx, { about, step });
    await ctx.scheduler.runAfter(0, internal.privacy.tryAside, { asideId });
  }
  return abouts.filter((about) => !known.has(about));
}

/** One batch, within a mutation. Whether there may be more. */
export async function sweepOrIsolate(ctx: MutationCtx, task: Task): Promise<boolean> {
  try {
    return (await ctx.runMutation(internal.privacy.sweep, { task })) !== null;
  } catch (error) {
    logError(`deleting what is past its time (${task.kind})`, error);
    if ((await isolateBatch(ctx, task)).length === 0) throw error;
    return true;
  }
}

/** How far back a look reaches: one that is late or lost is made up for, and every file is looked at twice or so. */
const UNSENT_WINDOW = 30 * MINUTE;

/**
 * What nothing names is gone within minutes of its hour, however it came: an upload whose message was never sent, and
 * what an action that died had stored. `startSweeps` looks at all files, once a day.
 */
export async function sweepUnsent(ctx: MutationCtx): Promise<void> {
  const after = Date.now() - UNSENT_RETENTION - UNSENT_WINDOW;
  const unsent = await sweepOrIsolate(ctx, { kind: "unsent" });
  const unnamed = await sweepOrIsolate(ctx, { kind: "upload", after });
  if (unsent) await ctx.scheduler.runAfter(0, internal.privacy.deleteUnsent, {});
  if (unnamed)
    await ctx.scheduler.runAfter(0, internal.privacy.retain, { task: { kind: "upload", after } });
}

/** Batch after batch, until nothing is left that can go. Ends with the error of a batch that setting aside didn't help. */
export async function sweepAll(ctx: ActionCtx, first: Task): Promise<void> {
  const until = Date.now() + RUN_TIME;
  const isolated = new Set<string>();
  for (let task: Task | null = first; task !== null;) {
    if (Date.now() >= until) {
      await ctx.scheduler.runAfter(0, internal.privacy.retain, { task });
      return;
    }
    const now: Task = task;
    try {
      task = await ctx.runMutation(internal.privacy.sweep, { task: now });
    } catch (error) {
      logError(`deleting what is past its time (${now.kind})`, error);
      const aside = await ctx.runMutation(internal.privacy.isolate, { task: now });
      if (aside.length === 0 || aside.some((about) => isolated.has(about))) throw error;
      for (const about of aside) isolated.add(about);
    }
  }
}

/** All sweeps of a day, and another try of what is set aside. */
export async function startSweeps(ctx: MutationCtx): Promise<void> {
  for (const row of await listAside(ctx)) await tryAside(ctx, row);
  for (const kind of ["conversation", "guest", "upload", "event"] as const) {
    await ctx.scheduler.runAfter(0, internal.privacy.retain, { task: { kind } });
  }
}

export async function tryAside(ctx: MutationCtx, { _id }: Doc<"workflows">): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.privacy.tryAside, { asideId: _id });
}

/** One that is set aside, alone. In a transaction of its own within this one: what it wrote is undone if it fails. */
export async function runAside(ctx: MutationCtx, asideId: Id<"workflows">): Promise<void> {
  const aside = await ctx.db.get("workflows", asideId);
  if (aside?.kind !== "set_aside" || aside.about === undefined) return;
  const [kind, id] = aside.about.split(":") as [Kind, string];
  let done: boolean;
  try {
    done = await ctx.runMutation(internal.privacy.sweepOne, { kind, id });
  } catch (error) {
    return await keepAside(ctx, aside, error instanceof Error ? error.message : String(error));
  }
  if (done) await ctx.db.delete("workflows", asideId);
  else await tryAside(ctx, aside);
}

export const sweepOne = (ctx: MutationCtx, { kind, id }: { kind: Kind; id: string }) =>
  SWEEPERS[kind].actAlone(ctx, id);

/** A guest whose time is over, whole. One who can't be erased is set aside. */
export async function eraseGuest(ctx: ActionCtx, userId: Id<"users">): Promise<void> {
  try {
    while (!(await ctx.runMutation(internal.privacy.sweepOne, { kind: "guest", id: userId })));
  } catch (error) {
    logError(`deleting guest ${userId}`, error);
    await ctx.runMutation(internal.privacy.setGuestAside, { userId });
  }
}

export async function setGuestAside(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const about = aboutOf("guest", userId);
  const asideId = await setAside(ctx, { about, step: SWEEPERS.guest.step });
  await ctx.scheduler.runAfter(0, internal.privacy.tryAside, { asideId });
}
