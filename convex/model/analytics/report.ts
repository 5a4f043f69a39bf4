/** The shop's numbers by day, week or month of its own zone: sums of its days' roll-ups, and when it is asked most. */
import { v, type Infer } from "convex/values";
import type { QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { literals, vRollupCounts } from "../../validators";
import { WEEKDAYS, type OpeningHours } from "../hours/hours";
import { loadHours } from "../hours/stored";
import { listPeriods, wallClock, type Span, type Unit } from "./days";
import { metricsOfCounts, vMetrics } from "./figures";
import { addCounts, type Counts } from "./metrics";
import { isRepairing, lastCheck } from "./replay";
import { ASKED_AT, basisOf, findNewBasis, listRollups, loadCursor } from "./rollups";
import { withoutSketches } from "./sketch";

type Db = Pick<QueryCtx, "db">;

export const vUnit = literals("day", "week", "month");
/** Periods that one report has at most: 403 days are read for it. */
const MOST: Record<Unit, number> = { day: 31, week: 14, month: 13 };
const DAYS_READ = 420;
const HOURS_A_DAY = 24;

export const vPeriodReport = v.object({
  /** Its first day in the shop's zone, "2026-11-23". */
  date: v.string(),
  start: v.number(),
  /** Where the next one begins. */
  end: v.number(),
  counts: vRollupCounts,
  metrics: vMetrics,
});

export const vReport = v.object({
  /** The zone whose days these are. */
  timeZone: v.string(),
  /** They are being counted anew, for another zone or with more figures: until then they are not whole. */
  recounting: v.boolean(),
  /** The last comparison with the events: when, and how many numbers differed. Null before the first. */
  check: v.union(v.object({ at: v.number(), differ: v.number() }), v.null()),
  /** Oldest first. */
  periods: v.array(vPeriodReport),
  /** Customers' messages of all these periods by hour of the shop's week: Monday's 24 hours first. */
  asked: v.array(v.number()),
  /** The share of each of these hours in which the shop is open in an ordinary week, 0 to 1. */
  open: v.array(v.number()),
});

/** The last `count` days, weeks or months up to the one at `at`. Errors: `invalid_input`. */
export async function loadReport(
  ctx: Db,
  { by, at, count }: { by: Unit; at: number; count: number },
): Promise<Infer<typeof vReport>> {
  checkTime(at);
  if (!Number.isInteger(count) || count < 1 || count > MOST[by]) {
    throw appError("invalid_input", `At most ${MOST[by]} at a time, and one at least.`);
  }
  const cursor = await loadCursor(ctx);
  const hours = await loadHours(ctx);
  // Before anything is counted: that of the days to come.
  const timeZone = cursor === null ? hours.timeZone : basisOf(cursor).timeZone;
  const spans = listPeriods(timeZone, by, at, count);
  const range = { from: spans[0]!.start, to: spans.at(-1)!.end };
  const days = await listRollups(ctx, "day", range, DAYS_READ);
  const recounting = (await isRepairing(ctx)) || (await findNewBasis(ctx, cursor)) !== null;
  return {
    timeZone,
    recounting,
    check: await lastCheck(ctx),
    periods: spans.map((span) => ({ ...span, ...sumsWithin(days, span) })),
    asked: askedByHour(days, timeZone),
    open: openByHour(hours),
  };
}

/** Refuses what no calendar means. */
export function checkTime(at: number): void {
  if (!(at >= 0 && at <= Date.UTC(2100, 0))) {
    throw appError("invalid_input", "A time is in milliseconds since 1970, up to 2100.");
  }
}

type Day = { start: number; counts: Counts };

function sumsWithin(days: readonly Day[], { start, end }: Span) {
  const own = days.filter((day) => day.start >= start && day.start < end);
  const counts = own.reduce<Counts>((sum, day) => addCounts(sum, day.counts), {});
  return { counts: withoutSketches(counts), metrics: metricsOfCounts(counts) };
}

function askedByHour(days: readonly Day[], timeZone: string): number[] {
  const asked = Array<number>(7 * HOURS_A_DAY).fill(0);
  for (const { start, counts } of days) {
    const first = wallClock(timeZone, start).weekday * HOURS_A_DAY;
    for (let hour = 0; hour < HOURS_A_DAY; hour++)
      asked[first + hour] = asked[first + hour]! + (counts[`${ASKED_AT}${hour}`] ?? 0);
  }
  return asked;
}

/** By the week's hours alone: holidays are of no weekday. */
export function openByHour({ weekly }: Pick<OpeningHours, "weekly">): number[] {
  const minutes = Array<number>(7 * HOURS_A_DAY).fill(0);
  WEEKDAYS.forEach((weekday, day) => {
    for (const [opens, closes] of weekly[weekday]) {
      const from = minuteOf(opens);
      const to = closes <= opens ? minuteOf(closes) + HOURS_A_DAY * 60 : minuteOf(closes);
      for (let minute = from; minute < to; minute++) {
        const hour = (day * HOURS_A_DAY + Math.floor(minute / 60)) % minutes.length;
        minutes[hour] = minutes[hour]! + 1;
      }
    }
  });
  return minutes.map((open) => Math.min(1, open / 60));
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
