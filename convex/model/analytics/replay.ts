/**
 * The nightly replay: roll-ups, agents' totals and the list of unanswered questions are computed again from
 * the events, day by day in bounded batches, and compared. One row holds how far it is; the verdict is a row
 * of its own. With `repair` what differs is set to what the events come to, in the transaction that compares.
 *
 * Yesterday is replayed by two runs: an event that committed so late that the roll-up had passed it is in the
 * second one's sum. Once a week, and for a repair, it begins with the first event. When the shop moves to another zone, or
 * more is counted than before, the roll-ups are repaired, today's as well.
 */
import type { WithoutSystemFields } from "convex/server";
import type { Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { checkFields, Difference } from "../../validators";
import { logError, logWarning } from "../../lib/log";
import { cutAtKey } from "../../lib/pages";
import { addCounts } from "./metrics";
import {
  compareAgents,
  compareDay,
  compareGaps,
  repairAgent,
  repairGap,
  repairPeriod,
  rolledUpSince,
  rollUpsIn,
} from "./comparison";
import { dayAt, type Span } from "./days";
import {
  addToTotals,
  basisOf,
  findNewBasis,
  loadCursor,
  SETTLE_TIME,
  sumByPeriod,
  type EventRow,
} from "./rollups";
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
/** From the beginning of the longest day to its end, and a bit. */
const FARTHEST = 26 * HOUR;
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
  const cursor = await loadCursor(ctx);
  const moved = await findNewBasis(ctx, cursor);
  // One that was lost on its way is begun again as what it was.
  const unfinished = last?.again === true || (last?.state === "running" && last.repair);
  const repairs = repair || moved !== null || unfinished;
  const { timeZone } = moved ?? basisOf(cursor);
  const first = await firstEvent(ctx, { start: 0, end: Infinity });
  const end = dayAt(timeZone, now - SETTLE_TIME).start;
  if (first === null || (!repairs && first >= end)) return false;
  if (moved !== null && cursor !== null) await ctx.db.patch("analytics", cursor._id, moved);
  const whole = full || repairs || last === null || now - last.fullAt >= FULL_EVERY;
  // Days of another zone may have begun a day before their first event's own.
  const from = Math.min(end, dayAt(timeZone, first - (repairs ? FARTHEST : 0)).start);
  const base = whole
    ? { upTo: from, agents: [] }
    : { upTo: last.base.upTo, agents: last.base.agents };
  const state: State = {
    state: "running",
    startedAt: now,
    progressAt: now,
    repair: repairs,
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
  const cursor = await loadCursor(ctx);
  if (run?.state !== "running") return null;
  if (typeof run.cursor === "string") return await restartDay(ctx, run);
  const { timeZone } = basisOf(cursor);
  if (run.day >= run.end) return await finish(ctx, run, timeZone);
  const day = dayAt(timeZone, run.day);
  if (await isUnrolled(ctx, cursor?.upTo ?? 0, day.end)) return ROLL_UP_TIME;
  const { events, after } = await eventsOfDay(ctx, run, day);
  const hours = addHours(run.hours, events, timeZone);
  const sums = { hours, agents: addToTotals(run.agents, events) };
  const counted = { progressAt: Date.now(), events: run.events + events.length };
  if (after !== undefined) {
    await ctx.db.patch("analytics", run._id, { ...counted, ...sums, after });
    return 0;
  }
  const found = await compareDay(ctx, { ...day, timeZone }, hours);
  if (run.repair) for (const wrong of found.wrong) await repairPeriod(ctx, wrong);
  const isSilent = hours.length === 0 && found.wrong.length === 0;
  const next = isSilent ? await nextDayOf(ctx, { timeZone, from: day.end, run }) : day.end;
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

/**
 * The next day that has an event, or a number that no event stands for; at the latest the run's last one, so that the
 * next run has it as it is. A shop that is left alone isn't gone through day by day, however long it has been there.
 */
async function nextDayOf(
  ctx: Db,
  { timeZone, from, run }: { timeZone: string; from: number; run: Replay },
): Promise<number> {
  const lastDay = dayAt(timeZone, run.end - 1).start;
  if (from >= lastDay) return from;
  const span = { start: from, end: lastDay };
  const found = await Promise.all([
    firstEvent(ctx, span),
    firstRollUp(ctx, "hour", span),
    firstRollUp(ctx, "day", span),
  ]);
  return dayAt(timeZone, Math.min(lastDay, ...found.flatMap((at) => at ?? []))).start;
}

async function firstRollUp(ctx: Db, period: "hour" | "day", span: Span): Promise<number | null> {
  const row = await rollUpsIn(ctx, period, span).first();
  return row?.kind === "rollup" ? row.start : null;
}

/** Agents' totals and gaps, each in one transaction with the events since the last closed day; the verdict. */
async function finish(ctx: MutationCtx, run: Replay, timeZone: string): Promise<null> {
  const since = await rolledUpSince(ctx, run.end);
  const agents = since && (await compareAgents(ctx, run.agents, since));
  const gaps = await compareGaps(ctx);
  if (run.repair) {
    for (const wrong of agents?.wrong ?? []) await repairAgent(ctx, wrong);
    for (const wrong of gaps?.wrong ?? []) await repairGap(ctx, wrong);
    if (since !== null) await repairSince(ctx, run.end, { timeZone, events: since });
  }
  const found = noted(run, [...(agents?.differences ?? []), ...(gaps?.differences ?? [])]);
  const again = run.repair && since === null ? true : undefined;
  const ended = { state: "done" as const, progressAt: Date.now(), again };
  await ctx.db.patch("analytics", run._id, { ...ended, ...found });
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
  // What was set right, after a move to another zone for one, alarms nobody.
  const log = check.repaired ? logWarning : logError;
  if (check.differ > 0) log(`Numbers differ from the events: ${words(check)}`);
  return null;
}

/** Days that are not closed: rows of theirs may be of another zone, or without what is counted now. */
async function repairSince(
  ctx: MutationCtx,
  from: number,
  { timeZone, events }: { timeZone: string; events: EventRow[] },
): Promise<void> {
  const now = Date.now();
  for (let day = dayAt(timeZone, from); day.start <= now; day = dayAt(timeZone, day.end)) {
    const { start, end } = day;
    const own = events.filter(({ _creationTime: at }) => at >= start && at < end);
    const { wrong } = await compareDay(ctx, { ...day, timeZone }, addHours([], own, timeZone));
    for (const period of wrong) await repairPeriod(ctx, period);
  }
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

function addHours(hours: Replay["hours"], events: EventRow[], timeZone: string): Replay["hours"] {
  const sums = new Map(hours.map(({ start, counts }) => [start, counts]));
  for (const [start, counts] of sumByPeriod(events, timeZone).hours)
    sums.set(start, addCounts(sums.get(start) ?? {}, counts));
  return [...sums].map(([start, counts]) => ({ start, counts }));
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
  { after }: Replay,
  day: Span,
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
        after === undefined
          ? events.gte("_creationTime", day.start)
          : events.gt("_creationTime", after);
      return from.lt("_creationTime", day.end);
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

/** When the first one was written. */
async function firstEvent(ctx: Db, { start, end }: Span): Promise<number | null> {
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "event")
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", undefined)
        .gte("_creationTime", start)
        .lt("_creationTime", end),
    )
    .first();
  return row?._creationTime ?? null;
}

async function replayRow(ctx: Db): Promise<Replay | null> {
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "replay"))
    .unique();
  return row?.kind === "replay" ? row : null;
}

/** Whether numbers are being set to what the events come to. */
export async function isRepairing(ctx: Db): Promise<boolean> {
  const run = await replayRow(ctx);
  return run?.state === "running" && run.repair;
}

/** The last verdict in short: how many numbers are wrong still. Null before the first. */
export async function lastCheck(ctx: Db): Promise<{ at: number; differ: number } | null> {
  const [last] = await listChecks(ctx, 1);
  return last === undefined ? null : { at: last.at, differ: last.repaired ? 0 : last.differ };
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
