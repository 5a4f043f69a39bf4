/** What is at work, what waits and what has failed, over all kinds of processes: for the page that shows a shop's health. */
import { v, type Infer } from "convex/values";
import {
  vProcessKind,
  vProcessState,
  vReceipt,
  vMessageError,
  processFields,
} from "../../validators";
import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { refusalsOf } from "./processes";

type Db = Pick<QueryCtx, "db">;
type Kind = Doc<"workflows">["kind"];

/** Rows that only go by the table's name: what a page or a person leaves there, not work. */
const NO_WORK: ReadonlySet<Kind> = new Set([
  "file",
  "presence",
  "desk",
  "lease",
  "suppression",
  "person_note",
  "mention",
]);
const KINDS = vProcessKind.members.map(({ value }) => value).filter((kind) => !NO_WORK.has(kind));

/** Counted of one kind and state at most: a shop with more has a problem whose size does not matter. */
const COUNTED = 50;

export const vKindOfWork = v.object({
  kind: vProcessKind,
  /** So many, 50 at most. */
  queued: v.number(),
  running: v.number(),
  failed: v.number(),
  /** Since when the oldest of those counted waits. */
  waitingSince: v.optional(v.number()),
  /** Timers: when the next of them is due. Long ago: it was lost, and upkeep starts it again. */
  nextDueAt: v.optional(v.number()),
  /** Why nobody may cancel, or retry, one of this kind. Null: somebody may. */
  refusals: v.object({
    cancel: v.union(v.string(), v.null()),
    retry: v.union(v.string(), v.null()),
  }),
});

/** Kinds of which something is at work, waits, or has failed. */
export async function countWork(ctx: Db): Promise<Infer<typeof vKindOfWork>[]> {
  const all = await Promise.all(KINDS.map((kind) => countKind(ctx, kind)));
  return all.filter(({ queued, running, failed }) => queued + running + failed > 0);
}

async function countKind(ctx: Db, kind: Kind): Promise<Infer<typeof vKindOfWork>> {
  const [queued, running, failed] = await Promise.all(
    (["queued", "running", "failed"] as const).map((state) =>
      ctx.db
        .query("workflows")
        .withIndex("by_kind_and_state", (q) => q.eq("kind", kind).eq("state", state))
        .take(COUNTED),
    ),
  );
  const dueTimes = running!.flatMap(({ dueAt }) => dueAt ?? []);
  const since = queued!.map(({ _creationTime }) => _creationTime);
  return {
    kind,
    queued: queued!.length,
    running: running!.length,
    failed: failed!.length,
    ...(since.length > 0 ? { waitingSince: Math.min(...since) } : {}),
    ...(dueTimes.length > 0 ? { nextDueAt: Math.min(...dueTimes) } : {}),
    refusals: refusalsOf(kind),
  };
}

/** Shown of each kind. */
const REQUESTS = 50;

export const vDataRequest = v.object({
  _id: v.id("workflows"),
  kind: v.union(v.literal("export"), v.literal("purge")),
  state: vProcessState,
  step: processFields.step,
  requestedAt: v.number(),
  finishedAt: v.optional(v.number()),
  error: v.optional(vMessageError),
  /** Of a deletion that is done. */
  receipt: v.optional(vReceipt),
  /** Whose data it is: a name or an address. Absent once it is deleted, and of a guest without either. */
  person: v.optional(v.string()),
});

/** What people asked for: a copy of their data, or its end. Latest first, 50 of each kind. */
export async function listDataRequests(ctx: Db): Promise<Infer<typeof vDataRequest>[]> {
  const rows = await Promise.all(
    (["export", "purge"] as const).map(async (kind) => {
      const some = await ctx.db
        .query("workflows")
        .withIndex("by_kind_and_finished", (q) => q.eq("kind", kind))
        .order("desc")
        .take(REQUESTS);
      const live = await ctx.db
        .query("workflows")
        .withIndex("by_kind_and_finished", (q) => q.eq("kind", kind).eq("finishedAt", undefined))
        .order("desc")
        .take(REQUESTS);
      const ids = new Set(some.map(({ _id }) => _id));
      return [...some, ...live.filter(({ _id }) => !ids.has(_id))].map((row) => ({ row, kind }));
    }),
  );
  const shown = await Promise.all(
    rows.flat().map(async ({ row, kind }) => {
      const user = row.userId && (await ctx.db.get("users", row.userId));
      const person = user?.name ?? user?.email;
      const { _id, state, step, finishedAt, error, receipt, _creationTime: requestedAt } = row;
      return { _id, kind, state, step, requestedAt, finishedAt, error, receipt, person };
    }),
  );
  return shown.sort((a, b) => b.requestedAt - a.requestedAt);
}
