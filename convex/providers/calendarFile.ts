"use node";
/**
 * All-day events of a calendar file (RFC 5545), by ical.js. What it would repeat without an end, look for without ever
 * finding, or count wrong is refused before it is asked: its iterator has no bound of its own.
 */
import ICAL from "ical.js";
import { appError } from "../lib/errors";
import { DAY } from "../lib/time";
import type { FoundHoliday } from "../validators";

/** Local dates, both included: "2026-12-25". */
export type DateRange = { from: string; to: string };

const MAX_EVENTS = 2_000;
/** Repetitions that are gone through in a whole file: a daily one since 1985. */
const MAX_STEPS = 15_000;

/** The days that a file names, and how many of its events have a time of day and are left out. Errors: `invalid_input`, `too_large`. */
export function readCalendarFile(
  text: string,
  range: DateRange,
): { found: FoundHoliday[]; timed: number } {
  const events = readable(() => eventsOf(text));
  if (events.length > MAX_EVENTS) {
    throw appError("too_large", `There are ${events.length} events; at most ${MAX_EVENTS} fit.`);
  }
  const allDay = events.filter(isAllDay);
  const repeated = new Set(allDay.filter((event) => !isException(event)).map(uidOf));
  const exceptions = new Map<string, Event[]>();
  for (const event of allDay.filter(isException)) {
    exceptions.set(uidOf(event), [...(exceptions.get(uidOf(event)) ?? []), event]);
  }
  const left = { steps: MAX_STEPS };
  const found: FoundHoliday[] = [];
  for (const event of allDay) {
    // What takes the place of one of a series is gone through with it.
    if (isException(event) && repeated.has(uidOf(event))) continue;
    const itsOwn = isException(event) ? [] : (exceptions.get(uidOf(event)) ?? []);
    found.push(...readable(() => daysOf(event, itsOwn, range, left)));
  }
  return { found, timed: events.length - allDay.length };
}

/** ical.js throws errors of all kinds for what is none. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || "data" in error) throw error;
    throw appError(
      "invalid_input",
      `That is no calendar file that can be read: ${error.message.slice(0, 200)}`,
    );
  }
}

type Event = ICAL.Component;

function eventsOf(text: string): Event[] {
  if (!/^\s*BEGIN:VCALENDAR/i.test(text)) {
    throw new Error("it does not begin with BEGIN:VCALENDAR. Export it as .ics (iCalendar).");
  }
  const parsed = ICAL.parse(text.trim()) as unknown[];
  // Several calendars in one file come as a list of them.
  const calendars = (typeof parsed[0] === "string" ? [parsed] : parsed) as unknown[][];
  return calendars.flatMap((calendar) =>
    new ICAL.Component(
      calendar as ConstructorParameters<typeof ICAL.Component>[0],
    ).getAllSubcomponents("vevent"),
  );
}

const uidOf = (event: Event) => String(event.getFirstPropertyValue("uid") ?? "");
const isException = (event: Event) => event.hasProperty("recurrence-id");
const isCancelled = (event: Event) =>
  String(event.getFirstPropertyValue("status") ?? "").toUpperCase() === "CANCELLED";

function isAllDay(event: Event): boolean {
  const start = event.getFirstProperty("dtstart");
  return start?.type === "date";
}

function daysOf(
  component: Event,
  exceptions: Event[],
  range: DateRange,
  left: { steps: number },
): FoundHoliday[] {
  if (isCancelled(component)) return [];
  checkDates(component);
  for (const rule of component.getAllProperties("rrule")) {
    const start = component.getFirstPropertyValue("dtstart") as ICAL.Time;
    checkRule(rule.getFirstValue() as ICAL.Recur, start);
  }
  const event = new ICAL.Event(component, { strictExceptions: true, exceptions });
  if (!event.isRecurring()) return daysFrom(event, event.startDate, event.endDate, range);
  const days: FoundHoliday[] = [];
  const occurrences = event.iterator();
  for (let at = occurrences.next(); at && dateOf(at) <= range.to; at = occurrences.next()) {
    if (--left.steps < 0) {
      throw appError("too_large", "Its events repeat too often to be holidays. Leave those out.");
    }
    const { item, startDate, endDate } = event.getOccurrenceDetails(at);
    if (!isCancelled(item.component)) days.push(...daysFrom(item, startDate, endDate, range));
  }
  return days;
}

const dateOf = (time: ICAL.Time): string => time.toString().slice(0, 10);

/** ical.js makes the 31st of December of a 13th month. */
function checkDates(event: Event): void {
  for (const name of ["dtstart", "dtend"]) {
    const written = (event.getFirstProperty(name)?.jCal as string[] | undefined)?.[3];
    if (written === undefined) continue;
    const read = new Date(`${written}T00:00Z`);
    if (Number.isNaN(read.getTime()) || read.toISOString().slice(0, 10) !== written) {
      throw new Error(`"${written.slice(0, 20)}" is no date.`);
    }
  }
}

/** From its first day to the one before its end, as far as they lie in the range. */
function daysFrom(
  { summary }: ICAL.Event,
  start: ICAL.Time,
  end: ICAL.Time,
  { from, to }: DateRange,
): FoundHoliday[] {
  const name = (summary as string | null) ?? "";
  const days: FoundHoliday[] = [{ date: dateOf(start), name }];
  const last = new Date(`${dateOf(end)}T00:00Z`).getTime() - DAY;
  const first = new Date(`${dateOf(start) < from ? from : dateOf(start)}T00:00Z`).getTime();
  for (let day = first; day <= last; day += DAY) {
    const date = new Date(day).toISOString().slice(0, 10);
    if (date > to) break;
    if (date !== days[0]!.date) days.push({ date, name });
  }
  return days.filter(({ date }) => date >= from && date <= to);
}

type Parts = Record<string, (string | number)[]>;
const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Rules that come true again and again: of days, weeks, months and years, by weekday, month and day of the month. Any
 * other ("the 30th of February", "every seventh day if it is a Tuesday") might never.
 */
function checkRule(rule: ICAL.Recur, start: ICAL.Time): void {
  const { freq, interval, parts } = rule;
  const { BYDAY = [], BYMONTH = [], BYMONTHDAY = [], BYSETPOS = [], ...others } = parts as Parts;
  const ordinals = BYDAY.map((day) => parseInt(String(day), 10)).filter((n) => !Number.isNaN(n));
  const months = BYMONTH.length === 0 ? MONTH_LENGTHS.map((_, i) => i + 1) : BYMONTH.map(Number);
  const longest = Math.max(...months.map((month) => MONTH_LENGTHS[month - 1] ?? 0));
  const byDay = BYMONTH.length + BYMONTHDAY.length + BYSETPOS.length + ordinals.length === 0;
  const fits =
    Object.keys(others).length === 0 &&
    (interval === 1 || Object.keys(parts).length === 0 || (freq === "WEEKLY" && byDay)) &&
    (freq === "YEARLY" ||
      (freq === "MONTHLY" && BYMONTH.length === 0) ||
      ((freq === "WEEKLY" || freq === "DAILY") && byDay)) &&
    months.every((month) => month >= 1 && month <= 12) &&
    BYMONTHDAY.every((day) => Math.abs(Number(day)) >= 1 && Math.abs(Number(day)) <= longest) &&
    ordinals.every((n) => Math.abs(n) >= 1 && Math.abs(n) <= 5 && BYMONTHDAY.length === 0) &&
    BYSETPOS.every((n) => Math.abs(Number(n)) >= 1 && Math.abs(Number(n)) <= 4) &&
    (BYSETPOS.length === 0 || (BYDAY.length > 0 && ordinals.length + BYMONTHDAY.length === 0));
  if (!fits || (freq === "YEARLY" && !isCountedRight(parts, start))) {
    throw new Error("an event repeats by a rule that is too complicated. List its days instead.");
  }
}

/**
 * Of a year's rule ical.js counts days in one month for all of them, with days of the week none from the end, and sets
 * month by month; of a day that a month lacks it makes the 1st of the next.
 */
function isCountedRight(parts: ICAL.Recur["parts"], start: ICAL.Time): boolean {
  const { BYDAY = [], BYMONTH = [], BYMONTHDAY = [], BYSETPOS = [] } = parts as Parts;
  if (BYMONTHDAY.length + BYSETPOS.length > 0) {
    return (
      BYMONTH.length === 1 && (BYDAY.length === 0 || BYMONTHDAY.every((day) => Number(day) > 0))
    );
  }
  const months = BYMONTH.length > 0 ? BYMONTH.map(Number) : [start.month];
  // The 29th of February is there in some years only.
  const lengths = months.map((month) => (month === 2 ? 28 : (MONTH_LENGTHS[month - 1] ?? 0)));
  return BYDAY.length > 0 || start.day <= Math.min(...lengths);
}
