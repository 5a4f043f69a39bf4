/** Rules of repetition that are let pass, held to what RFC 5545 (3.3.10) says of each day of some years. */
import { expect, test } from "vitest";
import { isAppError } from "../lib/errors";
import { DAY } from "../lib/time";
import { readCalendarFile } from "./calendarFile";

const RANGE = { from: "2026-01-01", to: "2032-12-31" };
const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

type Freq = "YEARLY" | "MONTHLY";
type Rule = { freq: Freq; months: number[]; days: number[]; weekdays: string[]; at: number[] };

/** A day by all that a rule may name it by: a number, and one from the end. */
const DAYS = Array.from(
  { length: (Date.parse(RANGE.to) - Date.parse(RANGE.from)) / DAY + 1 },
  (_, i) => {
    const at = new Date(Date.parse(RANGE.from) + i * DAY);
    const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const ofYear = Math.round((at.getTime() - Date.UTC(year, 0, 0)) / DAY);
    const lastOfYear = Math.round((Date.UTC(year + 1, 0, 0) - Date.UTC(year, 0, 0)) / DAY);
    const weeks = (n: number, end: number) => [Math.ceil(n / 7), -Math.ceil((end - n + 1) / 7)];
    return {
      date: at.toISOString().slice(0, 10),
      month,
      days: [day, day - last - 1],
      weekday: WEEKDAYS[at.getUTCDay()]!,
      nth: { YEARLY: weeks(ofYear, lastOfYear), MONTHLY: weeks(day, last) },
    };
  },
);
type Day = (typeof DAYS)[number];

function isNamed({ month, days, weekday, nth }: Day, rule: Rule): boolean {
  const counted = rule.freq === "YEARLY" && rule.months.length === 0 ? "YEARLY" : "MONTHLY";
  return (
    (rule.months.length === 0 || rule.months.includes(month)) &&
    (rule.days.length === 0 || rule.days.some((one) => days.includes(one))) &&
    (rule.weekdays.length === 0 ||
      [weekday, ...nth[counted].map((n) => `${n}${weekday}`)].some((one) =>
        rule.weekdays.includes(one),
      ))
  );
}

/** From `start` on, whose month and day are meant where the rule names none. */
function daysOf(rule: Rule, start: Day): string[] {
  const isBare = rule.days.length + rule.weekdays.length === 0;
  const ownMonth = isBare && rule.freq === "YEARLY" && rule.months.length === 0;
  const whole = {
    ...rule,
    ...(isBare && { days: start.days.slice(0, 1) }),
    ...(ownMonth && { months: [start.month] }),
  };
  const named = DAYS.filter((day) => isNamed(day, whole)).map(({ date }) => date);
  const periodOf = (date: string) => date.slice(0, rule.freq === "YEARLY" ? 4 : 7);
  const sets = new Map<string, string[]>();
  for (const date of named) sets.set(periodOf(date), [...(sets.get(periodOf(date)) ?? []), date]);
  const isPicked = (date: string) => {
    const set = sets.get(periodOf(date))!;
    const i = set.indexOf(date);
    return rule.at.length === 0 || rule.at.includes(i + 1) || rule.at.includes(i - set.length);
  };
  return named.filter((date) => date >= start.date && isPicked(date));
}

function textOf({ freq, months, days, weekdays, at }: Rule): string {
  const parts = { BYMONTH: months, BYMONTHDAY: days, BYDAY: weekdays, BYSETPOS: at };
  return Object.entries(parts)
    .filter(([, values]) => values.length > 0)
    .reduce((text, [name, values]) => `${text};${name}=${values.join()}`, `FREQ=${freq}`);
}

/** Null for one that is refused. */
function read(rule: string, start: string): string[] | null {
  const event = [`DTSTART;VALUE=DATE:${start.replaceAll("-", "")}`, `RRULE:${rule}`];
  const lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR"];
  try {
    return readCalendarFile(lines.join("\r\n"), RANGE).found.map(({ date }) => date);
  } catch (error) {
    if (isAppError(error) && error.data.code === "invalid_input") return null;
    throw error;
  }
}

const RULES = (["YEARLY", "MONTHLY"] as const).flatMap((freq) =>
  [[], [2], [6], [12], [6, 12], [12, 6], [1, 2]].flatMap((months) =>
    [[], [1], [29], [31], [-1], [15, 1], [31, 7], [2, 3, 4, 5, 6, 7, 8]].flatMap((days) =>
      [[], ["MO"], ["1MO"], ["-1FR"], ["MO", "TU", "WE", "TH", "FR"]].flatMap((weekdays) =>
        [[], [1], [-1]].map((at): Rule => ({ freq, months, days, weekdays, at })),
      ),
    ),
  ),
);
/** Days to look for a first one from: of every month, of a short one, of most, of leap years. */
const STARTS = ["2026-01-15", "2026-02-01", "2026-01-31", "2028-02-29"];

test("a rule that is let pass names the days that the standard says, and no other", () => {
  let passed = 0;
  const wrong = [];
  for (const rule of RULES) {
    // A first day that is none of the rule's has no meaning.
    for (const start of DAYS.filter(({ date }) => STARTS.includes(date))) {
      const first = daysOf(rule, start)[0];
      if (first === undefined) continue;
      const expected = daysOf(
        rule,
        DAYS.find(({ date }) => date === first)!,
      );
      const found = read(textOf(rule), first);
      if (found === null) continue;
      passed++;
      if (found.join() !== expected.join()) wrong.push({ rule: textOf(rule), found, expected });
    }
  }
  expect(wrong).toEqual([]);
  expect(passed).toBeGreaterThan(300);
});

test("the day of each month, and a place among all days of a year, are refused: ical.js counts them wrong", () => {
  for (const rule of ["BYMONTH=6,12;BYMONTHDAY=-1", "BYMONTHDAY=15", "BYDAY=MO;BYSETPOS=1"]) {
    expect([rule, read(`FREQ=YEARLY;${rule}`, "2027-01-04")]).toEqual([rule, null]);
  }
});
