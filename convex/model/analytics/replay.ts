/**
 * The nightly replay: roll-ups, agents' totals and the list of unanswered questions are computed again from
 * the events, day by day in bounded batches, and compared. One row holds how far it is; the verdict is a row
 * of its own. With `repair` what differs is set to what the events come to, in the transaction that compares.
 *
 * Yesterday is replayed by two runs: an event that committed so late that the roll-up had passed it is in the
 * second one's sum. Once a week, and for a repair, it begins with the first event.
 */
import type { WithoutSystemFields } from "convex/server";
import type { Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { checkFields, Difference } from "../../validators";
import { logError } from "../../lib/log";
import { cutAtKey } from "../../lib/pages";
import { addCounts, countsOf, type Counts } from "./metrics";
import {
  compareAgents,
  compareDay,
  compareGaps,
  repairAgent,
  repairGap,
  repairPeriod,
} from "./comparison";
import { addToTotals, loadCursor, SETTLE_TIME, type EventRow } from "./rollups";
import { DAY, HOUR, MINUTE } from "../../lib/time";

/** Events per transaction. */
export const REPLAY_BATCH = 500;
/** Differences that a verdict names; it counts them all. */
const NAMED = 50;
/** A run that has not moved for this long is begun again. */
const STUCK = HOUR;
/** How often events are rolled up. */
const ROLL_UP_TIME = 5 * MINUTE;
const FULL_EVERY = 7 * DAY;
/** Verdicts kept. */
const KEPT = 90;

type Replay = Extract<Doc<"analytics">, { kind: "replay" }>;
type State = Omit<WithoutSystemFields<Replay>, "kind">;
type Check = { [K in keyof typeof checkFields]: Infer<(typeof checkFields)[K]> };
type Db = Pick<QueryCtx, "db">;

/** Begins a run, unless one is under way. False: there is nothing to replay. */
export async function start(
  ctx: MutationCtx,
  { full = false, repair = false }: { full?: boolean; repair?: boolean },
): Promise<boolean> {
  const now = Date.now();
  const last = await replayRow(ctx);
  if (last?.state === "running" && now - last.progressAt < STUCK) return false;
  const first = await firstEvent(ctx);
  const end = startOfDay(now - SETTLE_TIME);
  if (first === null || first._creationTime >= end) return false;
  const whole = full || repair || last === null || now - last.fullAt >= FULL_EVERY;
  const base = whole
    ? { upTo: startOfDay(first._creationTime), agents: [] }
    : { upTo: last.base.upTo, agents: last.base.agents };
  const state: State = {
    state: "running",
    startedAt: now,
    progressAt: now,
    repair,
    from: base.upTo,
    day: base.upTo,
    end,
    hours: [],
    agents: base.agents,
    base,
    fullAt: whole ? now : last.fullAt,
    events: 0,
    differences: [],
    differ: 0,
  };
  if (last === null) await ctx.db.insert("analytics", { kind: "replay", ...state });
  else await ctx.db.replace("analytics", last._id, { kind: "replay", ...state });
  return true;
}

/** One batch. Returns in how many ms to go on: later while the roll-up has yet to pass the day. Null: it is over. */
export async function step(ctx: MutationCtx): Promise<number | null> {
  const run = await replayRow(ctx);
  const rolledUpTo = (await loadCursor(ctx))?.upTo ?? 0;
  if (run?.state !== "running") return null;
  if (typeof run.cursor === "string") return await restartDay(ctx, run);
  if (run.day >= run.end) return await finish(ctx, run);
  if (await isUnrolled(ctx, rolledUpTo, run.day + DAY)) return ROLL_UP_TIME;
  const { events, after } = await eventsOfDay(ctx, run);
  const sums = { hours: addHours(run.hours, events), agents: addToTotals(run.agents, events) };
  const counted = { progressAt: Date.now(), events: run.events + events.length };
  if (after !== undefined) {
    await ctx.db.patch("analytics", run._id, { ...counted, ...sums, after });
    return 0;
  }
  const found = await compareDay(ctx, run.day, sums.hours);
  if (run.repair) for (const wrong of found.wrong) await repairPeriod(ctx, wrong);
  const next = run.day + DAY;
  await ctx.db.patch("analytics", run._id, {
    ...counted,
    ...noted(run, found.differences),
    agents: sums.agents,
    // The last day is replayed once more by the next run.
    base: next < run.end ? { upTo: next, agents: sums.agents } : run.base,
    day: next,
    after: undefined,
    cursor: undefined,
    hours: [],
  });
  return 0;
}

/** Agents' totals and gaps, each in one transaction with the events since the last closed day; the verdict. */
async function finish(ctx: MutationCtx, run: Replay): Promise<null> {
  const agents = await compareAgents(ctx, run);
  const gaps = await compareGaps(ctx);
  if (run.repair) {
    for (const wrong of agents?.wrong ?? []) await repairAgent(ctx, wrong);
    for (const wrong of gaps?.wrong ?? []) await repairGap(ctx, wrong);
  }
  const found = noted(run, [...(agents?.differences ?? []), ...(gaps?.differences ?? [])]);
  await ctx.db.patch("analytics", run._id, { state: "done", progressAt: Date.now(), ...found });
  const skipped = [agents === null ? "agents" : [], gaps === null ? "gaps" : []].flat();
  const check: Check = {
    at: Date.now(),
    from: run.from,
    to: run.end,
    events: run.events,
    repaired: run.repair,
    skipped,
    ...found,
  };
  await ctx.db.insert("analytics", { kind: "check", ...check });
  await forgetOld(ctx);
  if (check.differ > 0) logError(`Numbers differ from the events: ${words(check)}`);
  return null;
}

const words = ({ differ, repaired, differences }: Check) =>
  `${differ} in all${repaired ? ", repaired" : ""}. ` +
  differences
    .map(({ where, key, stored, replayed }) => `${where} ${key} ${stored}, not ${replayed}`)
    .slice(0, 5)
    .join("; ");

function noted(run: Pick<Replay, "differences" | "differ">, more: Difference[]) {
  return {
    differences: [...run.differences, ...more].slice(0, NAMED),
    differ: run.differ + more.length,
  };
}

function addHours(hours: Replay["hours"], events: EventRow[]): Replay["hours"] {
  const byStart = new Map<number, Counts>(hours.map(({ start, counts }) => [start, counts]));
  for (const event of events) {
    const start = Math.floor(event._creationTime / HOUR) * HOUR;
    byStart.set(start, addCounts(byStart.get(start) ?? {}, countsOf(event)));
  }
  return [...byStart].map(([start, counts]) => ({ start, counts }));
}

/** A stored cursor is no good after a move, or with a changed index. What was counted of the day is forgotten. */
async function restartDay(ctx: MutationCtx, { _id, base }: Replay): Promise<number> {
  const { upTo: day, agents } = base;
  const again = { day, agents, hours: [], after: undefined, cursor: undefined };
  await ctx.db.patch("analytics", _id, { ...again, progressAt: Date.now() });
  return 0;
}

/** The next events of the day; `after` is how far they go, if there are more. */
async function eventsOfDay(
  ctx: Db,
  { day, after }: Replay,
): Promise<{ events: EventRow[]; after?: number }> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => {
      const events = q
        .eq("kind", "event")
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", undefined);
      const from =
        after === undefined ? events.gte("_creationTime", day) : events.gt("_creationTime", after);
      return from.lt("_creationTime", day + DAY);
    })
    .take(REPLAY_BATCH);
  const page = cutAtKey(rows, REPLAY_BATCH, (row) => row._creationTime);
  const events = page.filter((row) => row.kind === "event");
  return rows.length < REPLAY_BATCH ? { events } : { events, after: page.at(-1)!._creationTime };
}

/** Whether the roll-up has yet to add an event from before `end`. */
async function isUnrolled(ctx: Db, rolledUpTo: number, end: number): Promise<boolean> {
  const waiting = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "event")
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", undefined)
        .gt("_creationTime", rolledUpTo)
        .lt("_creationTime", end),
    )
    .first();
  return waiting !== null;
}

function firstEvent(ctx: Db) {
  return ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "event"))
    .first();
}

async function replayRow(ctx: Db): Promise<Replay | null> {
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "replay"))
    .unique();
  return row?.kind === "replay" ? row : null;
}

/** The latest verdicts, newest first. */
export async function listChecks(ctx: Db, count: number): Promise<Check[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "check"))
    .order("desc")
    .take(count);
  return rows
    .filter((row) => row.kind === "check")
    .map(({ _id, _creationTime, kind: _kind, ...check }) => check);
}

async function forgetOld(ctx: MutationCtx): Promise<void> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "check"))
    .order("desc")
    .take(KEPT + 5);
  for (const { _id } of rows.slice(KEPT)) await ctx.db.delete("analytics", _id);
}

const startOfDay = (at: number) => Math.floor(at / DAY) * DAY;
