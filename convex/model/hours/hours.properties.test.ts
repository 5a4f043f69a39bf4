/**
 * Opening hours against an oracle that knows nothing but the clock on the wall: it asks `Intl` what the
 * clock shows at every minute, and opens and closes the shop when a shift's time is reached or passed.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addOpenMs,
  HORIZON,
  isOpen,
  findNextOpening,
  listOpenings,
  openMsBetween,
  WEEKDAYS,
  type Holiday,
  type OpeningHours,
  type Shift,
  type Weekday,
} from "./hours";
import { checkHours } from "./rules";
import { DAY, HOUR, MINUTE } from "../../lib/time";

const RUNS = 150;

/** Around every change of the clock of 2026 and 2027, and a week without one. */
const ZONES: Record<string, string[]> = {
  "America/New_York": ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07", "2026-07-01"],
  "Europe/Berlin": ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"],
  // Half an hour.
  "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2027-04-04", "2027-10-03"],
  // Skipped the 30th of December 2011.
  "Pacific/Apia": ["2011-12-30", "2026-06-01"],
  "Asia/Kolkata": ["2026-11-25"],
  // Goes back for Ramadan.
  "Africa/Casablanca": ["2026-02-15", "2026-03-22", "2027-02-07", "2027-03-14"],
  // At midnight: the day begins at one o'clock.
  "Africa/Cairo": ["2026-04-24", "2026-10-29"],
};

/** What the wall shows, as a number that grows with it: YYYYMMDDHHMM. */
function wallClock(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (at) => Number(format.format(at).replace(/\D/g, ""));
}

/** The calendar alone, without any zone: the day after, and its weekday. */
const dayAfter = (date: string, days = 1) =>
  new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
const weekdayOf = (date: string): Weekday =>
  WEEKDAYS[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7]!;

const key = (date: string, time: string) =>
  time === "24:00"
    ? Number(`${dayAfter(date).replaceAll("-", "")}0000`)
    : Number(`${date}${time}`.replace(/\D/g, ""));

/** From the day before a change to the third after it. */
const DAYS = 4;
/** What lets shifts that began before run into the time that is asked for. */
const BEFORE = 2 * DAY;
const clocks = new Map<string, number[]>();

/** What the wall shows in each minute from `BEFORE` the day before `day`. */
function clockAround(timeZone: string, day: string): number[] {
  const known = clocks.get(timeZone + day);
  if (known !== undefined) return known;
  const wall = wallClock(timeZone);
  const begin = Date.parse(`${day}T00:00Z`) - DAY - BEFORE;
  const minutes = ((DAYS + 1) * DAY + BEFORE) / MINUTE;
  const shown = Array.from({ length: minutes }, (_, i) => wall(begin + i * MINUTE));
  clocks.set(timeZone + day, shown);
  return shown;
}

/** For each minute of `DAYS` days from `from`, whether the shop is open. */
function minuteByMinute({ hours, day, from }: World): boolean[] {
  const shown = clockAround(hours.timeZone, day);
  const firstAtOrAfter = (time: number) => {
    const i = shown.findIndex((clock) => clock >= time);
    return i === -1 ? shown.length : i;
  };
  const open = new Array<boolean>(shown.length).fill(false);
  for (let i = -5; i <= DAYS + 2; i++) {
    const date = dayAfter(day, i);
    const holiday = hours.holidays.find((one) => one.date === date);
    const shifts = holiday === undefined ? hours.weekly[weekdayOf(date)] : (holiday.open ?? []);
    for (const [opens, closes] of shifts) {
      const closing = key(closes > opens ? date : dayAfter(date), closes);
      open.fill(true, firstAtOrAfter(key(date, opens)), firstAtOrAfter(closing));
    }
  }
  const begin = Date.parse(`${day}T00:00Z`) - DAY - BEFORE;
  const first = (from - begin) / MINUTE;
  return open.slice(first, first + (DAYS * DAY) / MINUTE);
}

const anyTime = fc
  .integer({ min: 0, max: 24 * 12 })
  .map(
    (n) =>
      `${String(Math.floor(n / 12)).padStart(2, "0")}:${String((n % 12) * 5).padStart(2, "0")}`,
  );

/** Up to three shifts in order; the last may run past midnight. */
const anyShifts: fc.Arbitrary<Shift[]> = fc
  .tuple(fc.uniqueArray(anyTime, { maxLength: 6 }), fc.boolean())
  .map(([times, night]) => {
    const sorted = times.sort();
    const shifts: Shift[] = [];
    for (let i = 0; i + 1 < sorted.length; i += 2) shifts.push([sorted[i]!, sorted[i + 1]!]);
    const odd = sorted.length % 2 === 1 ? sorted.at(-1) : undefined;
    if (night && odd !== undefined && odd > "00:00" && odd < "24:00") shifts.push([odd, "00:00"]);
    return shifts;
  });

type World = { hours: OpeningHours; day: string; from: number };
const anyWorld: fc.Arbitrary<World> = fc
  .tuple(
    fc.constantFrom(
      ...Object.entries(ZONES).flatMap(([zone, days]) => days.map((day) => [zone, day] as const)),
    ),
    fc.tuple(...WEEKDAYS.map(() => anyShifts)),
    fc.array(
      fc.record({
        offset: fc.integer({ min: -2, max: 4 }),
        open: fc.option(anyShifts, { nil: undefined }),
      }),
      {
        maxLength: 2,
      },
    ),
    fc.integer({ min: 0, max: 24 * 60 }),
  )
  .map(([[timeZone, day], week, holidays, minute]) => {
    const byDate = new Map<string, Holiday>();
    for (const { offset, open } of holidays) {
      const date = dayAfter(day, offset);
      byDate.set(date, { date, ...(open === undefined ? {} : { open }) });
    }
    const weekly = Object.fromEntries(
      WEEKDAYS.map((name, i) => [name, week[i]!]),
    ) as OpeningHours["weekly"];
    return {
      day,
      hours: { timeZone, weekly, holidays: [...byDate.values()] },
      from: Date.parse(`${day}T00:00Z`) - DAY + minute * MINUTE,
    };
  });

test("the generated hours are such as may be set", () => {
  fc.assert(
    fc.property(anyWorld, ({ hours }) => {
      expect(checkHours(hours)).toMatchObject({ timeZone: hours.timeZone, weekly: hours.weekly });
    }),
    { numRuns: 300 },
  );
});

test("every minute around every clock change is open or closed as the clock on the wall says", () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const { hours, from } = world;
      const oracle = minuteByMinute(world);
      const open = new Array<boolean>(oracle.length).fill(false);
      for (const { opensAt, closesAt } of listOpenings(hours, from, from + DAYS * DAY)) {
        open.fill(true, Math.max(0, (opensAt - from) / MINUTE), (closesAt - from) / MINUTE);
      }
      const wrong = oracle.findIndex((is, i) => open[i] !== is);
      expect(wrong === -1 ? "as the wall says" : new Date(from + wrong * MINUTE)).toBe(
        "as the wall says",
      );
      for (const [i, is] of oracle.entries()) {
        if (is !== oracle[i - 1]) expect(isOpen(hours, from + i * MINUTE)).toBe(is);
      }
      const counted = oracle.filter(Boolean).length * MINUTE;
      expect(openMsBetween(hours, from, from + DAYS * DAY)).toBe(counted);
      const next = oracle.indexOf(true);
      if (next === -1)
        expect(findNextOpening(hours, from) ?? Infinity).toBeGreaterThanOrEqual(from + DAYS * DAY);
      else expect(findNextOpening(hours, from)).toBe(from + next * MINUTE);
    }),
    { numRuns: RUNS },
  );
});

const anyOffset = fc.integer({ min: 0, max: DAYS * DAY });

test("opening time adds up, and never exceeds the time that passed", () => {
  fc.assert(
    fc.property(anyWorld, anyOffset, anyOffset, ({ hours, from }, a, b) => {
      const [first, second] = a < b ? [a, b] : [b, a];
      const whole = openMsBetween(hours, from, from + second);
      const parts =
        openMsBetween(hours, from, from + first) +
        openMsBetween(hours, from + first, from + second);
      expect(parts).toBe(whole);
      expect(whole).toBeLessThanOrEqual(second);
    }),
    { numRuns: 2 * RUNS },
  );
});

test("adding opening time is the inverse of measuring it, at the earliest such instant", () => {
  fc.assert(
    fc.property(anyWorld, fc.integer({ min: 1, max: 30 * HOUR }), ({ hours, from }, ms) => {
      const end = addOpenMs(hours, from, ms);
      if (end === from + HORIZON) {
        expect(openMsBetween(hours, from, end)).toBeLessThanOrEqual(ms);
        return;
      }
      expect(openMsBetween(hours, from, end)).toBe(ms);
      expect(openMsBetween(hours, from, end - 1)).toBe(ms - 1);
    }),
    { numRuns: 2 * RUNS },
  );
});

test("the next opening is open, and no time before it is", () => {
  fc.assert(
    fc.property(anyWorld, anyOffset, ({ hours, from }, offset) => {
      const now = from + offset;
      const next = findNextOpening(hours, now);
      if (next === null) {
        expect(openMsBetween(hours, now, now + HORIZON)).toBe(0);
        return;
      }
      expect(isOpen(hours, next)).toBe(true);
      expect(next).toBeGreaterThanOrEqual(now);
      expect(openMsBetween(hours, now, next)).toBe(0);
    }),
    { numRuns: 2 * RUNS },
  );
});
