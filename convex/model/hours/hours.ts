/**
 * The shop's opening hours: open now, open next, how much opening time has passed. Pure: no `ctx`, no
 * clock; every instant is milliseconds since 1970 and comes in as an argument.
 *
 * Dates are `Temporal`'s, the language's own calendar and time zones, by `temporal-polyfill`: it takes
 * its zones from `Intl`, whose full data Convex loads into its default runtime (as Node and browsers do),
 * so no copy of the zone database ages in the bundle, and it says what a local time that a clock change
 * skips or repeats shall mean, which older libraries leave open.
 *
 * A local time means the first instant at which the shop's wall clock shows it **or a later time**. So
 * across a clock change a shift has its real length, one that would open in the skipped hour opens when
 * that hour is skipped, and shifts never swap their order. A shift belongs to the day on which it opens:
 * one that runs past midnight is closed by a holiday on its first day only.
 */
import { Temporal } from "temporal-polyfill";
import { remember } from "../../lib/remember";
import { DAY } from "../../lib/time";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Local times "HH:MM". A closing time of "24:00" is midnight; one before `opens` is of the next day. */
export type Shift = [opens: string, closes: string];

/** A local date with hours of its own: closed all day, unless `open` says otherwise. */
export type Holiday = { date: string; name?: string; open?: Shift[] };

export type OpeningHours = {
  /** An IANA name: "America/New_York". */
  timeZone: string;
  weekly: Record<Weekday, Shift[]>;
  holidays: Holiday[];
};

/** Open from `opensAt` up to, and not at, `closesAt`. */
export type Opening = { opensAt: number; closesAt: number };

/** How far ahead anything is looked for: whoever does not open within a year has no next opening. */
export const HORIZON = 366 * DAY;

/** True while the shop is open at `at`. */
export function isOpen(hours: OpeningHours, at: number): boolean {
  return findOpeningAt(hours, at) !== null;
}

/** The shift that is under way at `at`; null while closed. */
function findOpeningAt(hours: OpeningHours, at: number): Opening | null {
  const [opening] = listOpenings(hours, at, at + 1);
  return opening ?? null;
}

/** When the shop opens next: `at` itself while it is open; null when it does not within `HORIZON`. */
export function findNextOpening(hours: OpeningHours, at: number): number | null {
  for (const { opensAt } of listOpenings(hours, at, at + HORIZON)) return Math.max(opensAt, at);
  return null;
}

/** How much opening time passed from `from` to `to`, in milliseconds; 0 when `to` is not later. */
export function openMsBetween(hours: OpeningHours, from: number, to: number): number {
  let passed = 0;
  for (const { opensAt, closesAt } of listOpenings(hours, from, to)) {
    passed += Math.min(closesAt, to) - Math.max(opensAt, from);
  }
  return passed;
}

/**
 * When `ms` of opening time will have passed since `from`: the earliest such instant, so a shift's worth
 * ends when that shift closes. Timers wait for what it returns, so it is always finite: `from + HORIZON`
 * when the shop does not open for that long within the horizon.
 */
export function addOpenMs(hours: OpeningHours, from: number, ms: number): number {
  if (ms <= 0) return from;
  let left = ms;
  for (const { opensAt, closesAt } of listOpenings(hours, from, from + HORIZON)) {
    const start = Math.max(opensAt, from);
    if (closesAt - start >= left) return Math.min(start + left, from + HORIZON);
    left -= closesAt - start;
  }
  return from + HORIZON;
}

/**
 * Why the shop is closed at `at`: the holiday's name when one closes that local date, or keeps it shut at a time of it at
 * which the week has it open; otherwise an empty object (night, lunch, a closed weekday). Null while it is open.
 */
export function findClosedReason(hours: OpeningHours, at: number): { holiday?: string } | null {
  if (isOpen(hours, at)) return null;
  const holiday = holidayOn(hours, localDate(hours, at).toString());
  if (holiday?.name === undefined) return {};
  const allDay = (holiday.open ?? []).length === 0;
  return allDay || isOpen({ ...hours, holidays: [] }, at) ? { holiday: holiday.name } : {};
}

/**
 * An opening in words, in the shop's time, for a sentence such as "We open …": "at 9:00 AM EST" (today),
 * "tomorrow at 9:00 AM EST", "on Monday, November 30 at 9:00 AM EST".
 */
export function sayOpening(hours: OpeningHours, opensAt: number, now: number): string {
  const today = localDate(hours, now);
  const day = localDate(hours, opensAt);
  const time = sayTime(hours, opensAt);
  if (day.equals(today)) return `at ${time}`;
  if (day.equals(today.add({ days: 1 }))) return `tomorrow at ${time}`;
  const date = format(hours, opensAt, { weekday: "long", month: "long", day: "numeric" });
  return `on ${date} at ${time}`;
}

/** "9:00 AM EST", in the shop's time: whoever reads it may be elsewhere. */
export function sayTime(hours: OpeningHours, at: number): string {
  return format(hours, at, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
}

/** "Sunday, November 29, 2026 at 4:23 AM EST". */
export function sayMoment(hours: OpeningHours, at: number): string {
  const day = { weekday: "long", month: "long", day: "numeric", year: "numeric" } as const;
  return `${format(hours, at, day)} at ${sayTime(hours, at)}`;
}

/** Plain spaces: a narrow one, as `Intl` puts before "AM", more than doubles the price of an SMS. */
function format(hours: OpeningHours, at: number, options: Intl.DateTimeFormatOptions): string {
  const { timeZone } = hours;
  const words = remember(formats, JSON.stringify({ timeZone, ...options }), () =>
    Intl.DateTimeFormat("en-US", { ...options, timeZone }),
  );
  return words.format(at).replace(/\s/g, " ");
}
const formats = new Map<string, Intl.DateTimeFormat>();

/** The shop's calendar date at an instant. */
export function localDate(
  { timeZone }: Pick<OpeningHours, "timeZone">,
  at: number,
): Temporal.PlainDate {
  return remember(dates, `${at} ${timeZone}`, () =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate(),
  );
}
const dates = new Map<string, Temporal.PlainDate>();

/** The first instant at which the shop's wall clock shows `time` ("HH:MM", "24:00" too) of `date` or later. */
export function localTime(hours: OpeningHours, date: Temporal.PlainDate, time: string): number {
  const { timeZone } = hours;
  return remember(times, `${date.toString()} ${time} ${timeZone}`, () =>
    findLocalTime(timeZone, date, time),
  );
}
const times = new Map<string, number>();

function findLocalTime(timeZone: string, date: Temporal.PlainDate, time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const wall = date
    .add({ days: Math.floor(hour / 24) })
    .toPlainDateTime({ hour: hour % 24, minute });
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds;
  // The clock skips it: `earlier` lies before the change, and the change is when it is passed.
  return (earlier.getTimeZoneTransition("next") ?? earlier).epochMilliseconds;
}

/** The shifts that open on a local date, holidays considered, in order. */
export function openingsOn(hours: OpeningHours, date: Temporal.PlainDate): Opening[] {
  const holiday = holidayOn(hours, date.toString());
  const weekday = WEEKDAYS[date.dayOfWeek - 1] ?? "mon";
  const shifts = holiday === undefined ? hours.weekly[weekday] : (holiday.open ?? []);
  return shifts.map(([opens, closes]) => ({
    opensAt: localTime(hours, date, opens),
    closesAt: localTime(hours, closes <= opens ? date.add({ days: 1 }) : date, closes),
  }));
}

/**
 * The openings that overlap [from, to), in order, each after the one before; shifts that touch stay
 * apart. The first may have begun before `from` and the last may end after `to`.
 */
export function* listOpenings(hours: OpeningHours, from: number, to: number): Generator<Opening> {
  if (to <= from) return;
  // A shift of yesterday may run past midnight.
  let date = localDate(hours, from).subtract({ days: 1 });
  const last = localDate(hours, to).add({ days: 1 });
  let covered = -Infinity;
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const { opensAt, closesAt } of openingsOn(hours, date)) {
      // A holiday's own hours may begin before last night's shift ends.
      const start = Math.max(opensAt, covered);
      if (start >= to) return;
      if (closesAt > Math.max(start, from)) yield { opensAt: start, closesAt };
      covered = Math.max(covered, closesAt);
    }
  }
}

function holidayOn(hours: OpeningHours, date: string): Holiday | undefined {
  return hours.holidays.find((holiday) => holiday.date === date);
}
