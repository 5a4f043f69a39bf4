/**
 * The shop's days, and the weeks and months that are made of them. A day lasts from one local midnight to the next: 23
 * or 25 hours where the clock changes. Its hours are counted from its midnight, so that they fit into it in zones half an
 * hour off, too. Weeks begin on Monday. Pure.
 */
import { Temporal } from "temporal-polyfill";
import { HOUR, MINUTE } from "../../lib/time";

export type Span = { start: number; end: number };
export type Unit = "day" | "week" | "month";
/** The calendar before the shop's zone was asked for, and of a zone that is not known any more. */
export const UTC = "UTC";

const zoned = (timeZone: string, at: number) =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);

const midnight = (timeZone: string, date: Temporal.PlainDate) =>
  date.toZonedDateTime(timeZone).epochMilliseconds;

function spanOf(timeZone: string, date: Temporal.PlainDate, unit: Unit): Span {
  const next = date.add(
    unit === "day" ? { days: 1 } : unit === "week" ? { weeks: 1 } : { months: 1 },
  );
  return { start: midnight(timeZone, date), end: midnight(timeZone, next) };
}

function beginningOf(date: Temporal.PlainDate, unit: Unit): Temporal.PlainDate {
  if (unit === "month") return date.with({ day: 1 });
  return unit === "week" ? date.subtract({ days: date.dayOfWeek - 1 }) : date;
}

/** The shop's day at an instant. */
export const dayAt = (timeZone: string, at: number): Span =>
  spanOf(timeZone, zoned(timeZone, at).toPlainDate(), "day");

/** The last `count` days, weeks or months up to the one at `at`, oldest first, each with its first local date. */
export function listPeriods(
  timeZone: string,
  unit: Unit,
  at: number,
  count: number,
): (Span & { date: string })[] {
  const last = beginningOf(zoned(timeZone, at).toPlainDate(), unit);
  return Array.from({ length: count }, (_, i) => {
    const back = count - 1 - i;
    const date = last.subtract(
      unit === "day" ? { days: back } : unit === "week" ? { weeks: back } : { months: back },
    );
    return { date: date.toString(), ...spanOf(timeZone, date, unit) };
  });
}

/** What the wall clock shows: 0 to 23, and the day of the week, Monday 0. */
export function wallClock(timeZone: string, at: number): { hour: number; weekday: number } {
  const { hour, dayOfWeek } = zoned(timeZone, at);
  return { hour, weekday: dayOfWeek - 1 };
}

export const sayDate = (timeZone: string, at: number): string =>
  zoned(timeZone, at).toPlainDate().toString();

/** "2026-11-25T14:00-05:00": of two hours that the clock shows alike each is named. */
export const sayHour = (timeZone: string, at: number): string =>
  zoned(timeZone, at).toString({ smallestUnit: "minute", timeZoneName: "never" });

/** Clocks change at quarters of an hour only. */
const QUARTER = 15 * MINUTE;

/** Where instants lie in the shop's calendar; each quarter of an hour is looked up once. */
export function calendarOf(timeZone: string) {
  const known = new Map<number, { day: Span; hour: number }>();
  return (at: number): { day: Span; hourStart: number; hour: number } => {
    const quarter = Math.floor(at / QUARTER) * QUARTER;
    const found = known.get(quarter) ?? {
      day: dayAt(timeZone, quarter),
      hour: wallClock(timeZone, quarter).hour,
    };
    known.set(quarter, found);
    const { start } = found.day;
    return { ...found, hourStart: start + Math.floor((at - start) / HOUR) * HOUR };
  };
}
