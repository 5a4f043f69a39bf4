/**
 * The arithmetic of a week that is drawn: shifts as the shop stores them, and the same as minutes since the day's
 * midnight, which may run into the next day. Pure.
 */
import type { FunctionArgs } from "convex/server";
import type { api } from "../../../api";

export type Hours = FunctionArgs<typeof api.knowledge.setHours>["hours"];
export type Weekday = keyof Hours["weekly"];
export type Shift = string[];
export type Span = { from: number; to: number };

export const WEEK: readonly { day: Weekday; name: string }[] = [
  { day: "mon", name: "Monday" },
  { day: "tue", name: "Tuesday" },
  { day: "wed", name: "Wednesday" },
  { day: "thu", name: "Thursday" },
  { day: "fri", name: "Friday" },
  { day: "sat", name: "Saturday" },
  { day: "sun", name: "Sunday" },
];

const DAY = 24 * 60;
/** What a track shows: the day, and the small hours after it, into which a late shift runs. */
export const TRACK = 30 * 60;
/** To what drawing and keys round. */
export const STEP = 15;

const minutesOf = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
};

const two = (value: number) => String(value).padStart(2, "0");
const timeOf = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

export function spanOf([opens = "", closes = ""]: Shift): Span {
  const from = minutesOf(opens);
  const to = minutesOf(closes);
  return { from, to: to > from ? to : to + DAY };
}

export const shiftOf = ({ from, to }: Span): Shift => [
  timeOf(from),
  to <= DAY ? timeOf(to) : timeOf(to - DAY),
];

/** Of the day before, what is still open after midnight. */
export const nightOf = (dayBefore: readonly Shift[]): Span[] =>
  dayBefore
    .map(spanOf)
    .filter(({ to }) => to > DAY)
    .map(({ to }) => ({ from: 0, to: to - DAY }));

/** What an end may be moved to: after midnight only what began before, and no shift is longer than a day. */
function fit({ from, to }: Span): Span {
  const start = Math.min(Math.max(from, 0), DAY - STEP);
  return { from: start, to: Math.min(Math.max(to, start + STEP), TRACK, start + DAY) };
}

const byStart = (a: Span, b: Span) => a.from - b.from;

/** With one more, which swallows what it overlaps or touches. */
export function addSpan(shifts: readonly Shift[], drawn: Span): Shift[] {
  let merged = fit(drawn);
  const apart: Span[] = [];
  for (const span of shifts.map(spanOf).sort(byStart)) {
    if (span.to < merged.from || span.from > merged.to) apart.push(span);
    else merged = { from: Math.min(span.from, merged.from), to: Math.max(span.to, merged.to) };
  }
  return [...apart, merged].sort(byStart).map(shiftOf);
}

export type Grip = "from" | "to" | "both";

/**
 * One shift with an end, or both, moved by so many minutes: never over the ones beside it, nor past its own other end.
 * An end that stands between two steps goes to the next one.
 */
export function moveSpan(shifts: readonly Shift[], index: number, grip: Grip, by: number): Shift[] {
  const spans = shifts.map(spanOf);
  const span = spans[index];
  if (span === undefined) return [...shifts];
  const others = spans.filter((_, i) => i !== index);
  const low = Math.max(0, ...others.filter(({ to }) => to <= span.from).map(({ to }) => to));
  const high = Math.min(TRACK, ...others.filter((o) => o.from >= span.to).map((o) => o.from));
  const clamp = (value: number, least: number, most: number) =>
    Math.min(Math.max(value, least), Math.max(most, least));
  const step = (value: number) =>
    by < 0 ? Math.ceil((value + by) / STEP) * STEP : Math.floor((value + by) / STEP) * STEP;
  const moved = { ...span };
  if (grip === "both") {
    const length = span.to - span.from;
    moved.from = clamp(step(span.from), low, Math.min(high - length, DAY - STEP));
    moved.to = moved.from + length;
  } else if (grip === "from") {
    moved.from = clamp(step(span.from), low, Math.min(span.to, DAY) - STEP);
  } else moved.to = clamp(step(span.to), span.from + STEP, high);
  return spans.map((one, i) => shiftOf(i === index ? fit(moved) : one));
}

/** The hours as they may be saved: each day's shifts in order, whatever the order in which they were written. */
export function inOrder(hours: Hours): Hours {
  const sorted = (shifts: Shift[]) =>
    [...shifts].sort(([a = ""], [b = ""]) => (a < b ? -1 : Number(a > b)));
  const days = WEEK.map(({ day }) => [day, sorted(hours.weekly[day])] as const);
  return {
    ...hours,
    weekly: Object.fromEntries(days) as Hours["weekly"],
    holidays: hours.holidays.map((holiday) =>
      holiday.open === undefined ? holiday : { ...holiday, open: sorted(holiday.open) },
    ),
  };
}

/** "9:00 AM", as the reader writes times; "2:00 AM the next day". */
export function sayMinutes(minutes: number): string {
  const time = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toLocaleTimeString(undefined, {
    hour: "numeric",
    minute: "2-digit",
    timeZone: "UTC",
  });
  return minutes > DAY ? `${time} the next day` : time;
}
