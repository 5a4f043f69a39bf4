/**
 * The numbers by the shop's own calendar, beside the events counted by hand: with `Intl` for the calendar and plain
 * lists for medians, so that nothing of what rolls up judges itself.
 */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { SETTLE_TIME } from "../../convex/model/analytics/rollups";
import { seedOpeningHours } from "../../convex/model/hours/example";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { admin, clockedDeployment, snapshot, technician, type Deployment } from "../setup";

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
type NewEvent = Pick<EventRow, "type" | "data">;

const drain = (t: Deployment) => t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
async function rollUp(t: Deployment) {
  await t.mutation(internal.analytics.rollUp, {});
  await drain(t);
}
const setZone = (t: Deployment, timeZone: string) =>
  t.run(async (ctx) => {
    const row = await ctx.db
      .query("knowledge")
      .withIndex("by_kind_and_updated", (q) => q.eq("kind", "hours"))
      .unique();
    const hours = { ...seedOpeningHours, timeZone };
    if (row === null) await ctx.db.insert("knowledge", { kind: "hours", hours, updatedAt: 1 });
    else await ctx.db.patch("knowledge", row._id, { hours });
  });
const eventsOf = async (t: Deployment) =>
  ((await snapshot(t)).analytics as Doc<"analytics">[]).filter((row) => row.kind === "event");

/** What the shop's clock and calendar show, by `Intl`. */
function local(timeZone: string, at: number) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    ...{ timeZone, year: "numeric", month: "2-digit", day: "2-digit", weekday: "short" },
    ...{ hour: "2-digit", hourCycle: "h23" },
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)!.value;
  const date = `${of("year")}-${of("month")}-${of("day")}`;
  const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(of("weekday"));
  return { date, weekday, hour: Number(of("hour")) };
}

/** The first date of the period that a local date is in. */
function periodOf(by: "day" | "week" | "month", date: string): string {
  if (by === "day") return date;
  if (by === "month") return `${date.slice(0, 7)}-01`;
  const noon = Date.parse(`${date}T12:00:00Z`);
  const sinceMonday = (new Date(noon).getUTCDay() + 6) % 7;
  return new Date(noon - sinceMonday * DAY).toISOString().slice(0, 10);
}

/** Nearest rank: the smallest of which the share is not exceeded. */
const rank = (times: number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.ceil(share * times.length) - 1] ?? null;

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ; x = (x * 48_271) % 2_147_483_647) yield x / 2_147_483_647;
}

function inventEvent(next: () => number): NewEvent {
  const pick = Math.floor(next() * 5);
  const waitedMs = Math.round(100 * 10 ** (next() * 5));
  const first = next() < 0.7 ? true : undefined;
  if (pick === 0) return { type: "message_received", data: {} };
  if (pick === 1) return { type: "reply_finished", data: { waitedMs, first } };
  if (pick === 2)
    return { type: "staff_replied", data: { waitedMs, waitedOpenMs: waitedMs / 2, first } };
  if (pick === 3) return { type: "rated", data: { score: 1 + Math.floor(next() * 5) } };
  const contained = next() < 0.5;
  const episode = {
    ...{ number: 1, customerMessages: 1, aiAnswers: 1, contained, costMicroUsd: 10 },
    humanMessages: contained || next() < 0.3 ? 0 : 1,
    ...{ resolutionMs: waitedMs * 10, resolutionOpenMs: waitedMs },
  };
  return { type: "resolved", data: { reason: "staff", episode } };
}

/** Events of some weeks at odd times, rolled up now and then; it is then `until`, and all of them are. */
async function weeksOf(t: Deployment, { from, until }: { from: number; until: number }) {
  const random = numbers(7);
  const next = () => random.next().value as number;
  for (let at = from; at < until - HOUR; at += Math.ceil(next() * 5 * HOUR)) {
    vi.setSystemTime(at);
    const event = inventEvent(next);
    await t.run((ctx) => ctx.db.insert("analytics", { kind: "event", ...event }));
    if (next() < 0.1) {
      vi.setSystemTime(at + SETTLE_TIME + 1);
      await rollUp(t);
    }
  }
  vi.setSystemTime(until);
  await rollUp(t);
}

async function reportOf(t: Deployment, by: "day" | "week" | "month", count: number) {
  const { t: dana } = await technician(t);
  return await dana.query(api.analytics.report, { by, at: Date.now(), count });
}

/** Each period of a report beside the events of its local dates. */
async function compareByHand(t: Deployment, timeZone: string, by: "day" | "week" | "month") {
  const report = await reportOf(t, by, { day: 31, week: 6, month: 3 }[by]);
  const events = await eventsOf(t);
  expect(report).toMatchObject({ timeZone, recounting: false });
  let seen = 0;
  for (const { date, start, end, counts, metrics } of report.periods) {
    const own = events.filter(
      ({ _creationTime }) => periodOf(by, local(timeZone, _creationTime).date) === date,
    );
    seen += own.length;
    expect(local(timeZone, start)).toMatchObject({ date, hour: 0 });
    expect(local(timeZone, end - 1).hour).toBe(23);
    const many = (type: string, holds: (data: EventRow["data"]) => boolean = () => true) =>
      own.filter((event) => event.type === type && holds(event.data)).length;
    expect(counts["message_received"] ?? 0).toBe(many("message_received"));
    expect(metrics.episodesResolved).toBe(many("resolved"));
    expect(counts["resolved.contained"] ?? 0).toBe(
      many("resolved", ({ episode }) => episode!.contained),
    );
    expect(counts["resolved.withPeople"] ?? 0).toBe(
      many("resolved", ({ episode }) => episode!.humanMessages > 0),
    );
    expect(counts["rated.satisfied"] ?? 0).toBe(many("rated", ({ score }) => score! > 3));
    const times = (type: string, of: (data: EventRow["data"]) => number | undefined) =>
      own.filter((event) => event.type === type).flatMap(({ data }) => of(data) ?? []);
    const firsts = (type: string) =>
      times(type, ({ first, waitedMs }) => (first ? waitedMs : undefined));
    expectTimes(metrics.firstResponseAiMs, firsts("reply_finished"));
    expectTimes(metrics.firstResponseHumanMs, firsts("staff_replied"));
    expectTimes(
      metrics.resolutionMs,
      times("resolved", ({ episode }) => episode!.resolutionMs),
    );
  }
  return { seen, events, report };
}

type Times = { value: number | null; of: number; median: number | null; p90: number | null };
function expectTimes({ value, of, median, p90 }: Times, times: number[]) {
  expect(of).toBe(times.length);
  if (times.length === 0) return expect([value, median, p90]).toEqual([null, null, null]);
  expect(value).toBeCloseTo(times.reduce((sum, one) => sum + one, 0) / times.length);
  for (const [shown, exact] of [
    [median!, rank(times, 0.5)!],
    [p90!, rank(times, 0.9)!],
  ] as const)
    expect(Math.abs(shown / exact - 1)).toBeLessThanOrEqual(0.0501);
}

const CASES = [
  // Clocks go back an hour on November 1.
  ["America/New_York", Date.parse("2026-10-12T05:00:00Z"), Date.parse("2026-11-11T15:00:00Z")],
  // Ten and a half hours ahead, and eleven from October 4 on.
  ["Australia/Lord_Howe", Date.parse("2026-09-14T03:00:00Z"), Date.parse("2026-10-13T15:00:00Z")],
] as const;

test.each(CASES)(
  "%s, across its clock change: days, weeks, months and hours are what the events come to",
  async (timeZone, from, until) => {
    const t = clockedDeployment();
    vi.setSystemTime(from);
    await setZone(t, timeZone);
    await weeksOf(t, { from, until });
    for (const by of ["day", "week", "month"] as const) {
      const { seen, events, report } = await compareByHand(t, timeZone, by);
      expect(seen).toBe(events.length);
      const asked = Array<number>(168).fill(0);
      for (const { type, _creationTime } of events) {
        const { weekday, hour } = local(timeZone, _creationTime);
        if (type === "message_received") asked[weekday * 24 + hour]! += 1;
      }
      expect(report.asked).toEqual(asked);
    }
    // The nightly check works by the same calendar, and finds nothing.
    vi.setSystemTime(until + DAY);
    await t.mutation(internal.analytics.check, { full: true });
    await drain(t);
    const { t: sam } = await admin(t);
    const [check] = await sam.query(api.analytics.checks, {});
    expect(check).toMatchObject({ differ: 0, skipped: [] });
    expect(check!.events).toBe((await eventsOf(t)).length);
  },
);

test("a shop that moves to another zone has its days counted anew, today's too, and each event once", async () => {
  const t = clockedDeployment();
  const from = Date.parse("2026-10-20T03:00:00Z");
  const until = Date.parse("2026-11-04T20:00:00Z");
  vi.setSystemTime(from);
  await weeksOf(t, { from, until });
  await setZone(t, "Asia/Kathmandu");
  expect(await reportOf(t, "day", 31)).toMatchObject({
    timeZone: "America/New_York",
    recounting: true,
  });
  // The first event after it sets it off.
  await t.run((ctx) =>
    ctx.db.insert("analytics", { kind: "event", type: "hours_changed", data: {} }),
  );
  vi.setSystemTime(until + SETTLE_TIME + MINUTE);
  await rollUp(t);
  const { seen, events } = await compareByHand(t, "Asia/Kathmandu", "day");
  expect(seen).toBe(events.length);
  vi.setSystemTime(until + 2 * DAY);
  await t.mutation(internal.analytics.check, { full: true });
  await drain(t);
  const { t: sam } = await admin(t);
  expect((await sam.query(api.analytics.checks, {}))[0]).toMatchObject({ differ: 0 });
});

test("sums from before there were zones and medians are counted anew with the first event", async () => {
  const t = clockedDeployment();
  const from = Date.parse("2026-10-20T03:00:00Z");
  const until = Date.parse("2026-11-04T20:00:00Z");
  vi.setSystemTime(from);
  await weeksOf(t, { from, until });
  await t.run(async (ctx) => {
    for (const row of await ctx.db.query("analytics").collect()) {
      if (row.kind === "cursor")
        await ctx.db.patch("analytics", row._id, { timeZone: undefined, counting: undefined });
      // As they were: days of UTC, without a sketch.
      if (row.kind === "rollup" && row.period === "day") {
        const start = Math.floor(row.start / DAY) * DAY;
        await ctx.db.patch("analytics", row._id, { start, counts: { message_received: 1 } });
      }
    }
  });
  await t.run((ctx) => ctx.db.insert("analytics", { kind: "event", type: "note_added", data: {} }));
  vi.setSystemTime(until + SETTLE_TIME + MINUTE);
  await rollUp(t);
  const { seen, events } = await compareByHand(t, "America/New_York", "day");
  expect(seen).toBe(events.length);
});

test("a report of more than it may have, or of no time, is refused", async () => {
  const { t } = await technician(clockedDeployment());
  const at = Date.now();
  for (const args of [
    { by: "day" as const, at, count: 32 },
    { by: "month" as const, at, count: 0 },
    { by: "week" as const, at: -1, count: 1 },
  ])
    await expect(t.query(api.analytics.report, args)).rejects.toThrow(/invalid_input/);
});
