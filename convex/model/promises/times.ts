/**
 * The time that a sentence names, in the shop's time zone and with the sense of people at a counter: "by
 * three" is this afternoon's three while that is ahead, and the next open day's after it; a day without a
 * time is that day's closing time. Pure. `timeWords.ts` reads the words; what they leave open is decided here.
 */
import { Temporal } from "temporal-polyfill";
import {
  HORIZON,
  isOpen,
  localDate,
  localTime,
  findNextOpening,
  listOpenings,
  openingsOn,
  type Opening,
  type OpeningHours,
} from "../hours/hours";
import { DAY, HOUR, MINUTE } from "../../lib/time";
import {
  readBusinessDays,
  readClocks,
  readDay,
  readStretch,
  tidyTimes,
  type Clock,
  type DayWords,
  type Stretch,
} from "./timeWords";

/** When somebody says something, and where. */
type Here = { now: number; hours: OpeningHours };
/** The days that are meant: one, or the first of them that is ahead. */
type Days = [Temporal.PlainDate, ...Temporal.PlainDate[]];

/** Times of day that are no clock's, and when they end; null: when the shop closes. */
const DAYPARTS: [RegExp, "am" | "pm", end: string | null][] = [
  [/\bmid-?\s?morning\b/, "am", "11:00"],
  [/\bmorning\b/, "am", "12:00"],
  [/\bearly(?: in the| this)? afternoon\b/, "pm", "14:00"],
  [/\bmid-?\s?afternoon\b/, "pm", "15:30"],
  [/\bafternoon\b/, "pm", null],
  [/\b(?:dinner|supper)(?:[ -]?time)?\b/, "pm", "18:00"],
  [/\b(?:evening|tonight|night)\b/, "pm", "20:00"],
];
const CLOSING =
  /\b(?:end of (?:the |this |our )?(?:business |working )?(?:day|play)|eod|close of (?:business|play)|cob|closing(?: time)?|(?:we|i|the shop) closes?|(?:in|within) the (?:next )?day)\b/;
/** Due within `AFTER_OPENING` of an opening. */
const FIRST_THING = /\bfirst thing\b/;
const AT_OPENING = /\b(?:when|once|after|as soon as) (?:we|the shop)(?:'re| are| is)? opens?\b/;
const AFTER_OPENING = HOUR;
/** When the shop is open is said beside the promise: "by three, we close at six". */
const SHOP_TIMES = /\b(?:we|the shop)(?:'re| are)? (?:opens?|closes?|closed|closing)[^,;.]*/g;
/** What a weekday stands beside is that day's matter. */
const WEEK =
  /\b(?:(early|mid|midway|middle|late|later|start|beginning|end|first half|second half)[ -](?:of )?(?:in )?)?(?:the )?(?:(week after next)|(next|coming|following|this) week|(?<=of (?:the )?)week)\b|\bmid-?week\b|\b(?:in|within) the week\b/;
const WEEKEND =
  /\b(by|before|over|on|at|after|during|until)? ?(?:the |this |(next ))?(?:coming )?weekend\b/;
const MONTH_END = /\bend of (?:the |this |(next ))?month\b/;
/** When a shop that is closed all day would close: what "by Sunday" means then. */
const CLOSED_DAY_END = "18:00";
const CLOSED_DAY_START = "09:00";
const NOON = "12:00";
/** Where the shop has no lunch break. */
const LUNCH_OVER = "13:00";
/** A break that ends before, or begins after, is none for lunch. */
const LUNCH_EARLIEST = "11:30";
const LUNCH_LATEST = "14:30";
const ZONES: Record<string, string> = {
  u: "UTC",
  g: "UTC",
  e: "America/New_York",
  c: "America/Chicago",
  m: "America/Denver",
  p: "America/Los_Angeles",
};

/** The instant that `text` names, after `now`; null when it names none within a year. */
export function findTime(text: string, now: number, hours: OpeningHours): number | null {
  const dueAt = named(tidyTimes(text), { now, hours });
  return dueAt !== null && dueAt > now && dueAt <= now + HORIZON ? dueAt : null;
}

function named(tidy: string, here: Here): number | null {
  const businessDays = readBusinessDays(tidy);
  if (businessDays !== null) return afterBusinessDays(businessDays, here);
  const said = tidy.replace(SHOP_TIMES, (words) => (/\d|\bat\b/.test(words) ? " , " : words));
  const clock = readClocks(said).at(-1);
  const stretch = readStretch(tidy);
  const days = daysOf(readDay(said), here) ?? daysIn(stretch, here);
  if (clock !== undefined) {
    const at = atClock(clock, { tidy, days, ...here });
    return stretch !== null && "minutes" in stretch && at !== null
      ? Math.max(at, afterStretch(stretch, here))
      : at;
  }
  if (stretch !== null && ("minutes" in stretch || stretch.days % 1 !== 0)) {
    return afterStretch(stretch, here);
  }
  return days === null ? (vague(tidy, here) ?? ofDay(tidy, null, here)) : ofDay(tidy, days, here);
}

/** A day without a time of day; without a day, what part of it is named. */
function ofDay(tidy: string, days: Days | null, { now, hours }: Here): number | null {
  const day = days?.[0];
  const morning = FIRST_THING.test(tidy);
  if (morning || AT_OPENING.test(tidy)) {
    return firstOpening(day, { now, hours }, morning) + AFTER_OPENING;
  }
  const part = DAYPARTS.find(([words]) => words.test(tidy));
  if (part?.[2] != null) return localTime(hours, day ?? localDate(hours, now), part[2]);
  if (CLOSING.test(tidy)) return closingOf(day, { now, hours });
  if (day === undefined && part === undefined) return null;
  const meant = day ?? localDate(hours, now);
  const due = closingOf(meant, { now, hours });
  // "This afternoon", of a day on which there is none.
  const shut = part?.[1] === "pm" && due <= localTime(hours, meant, NOON);
  if (shut && openingsOn(hours, meant).length > 0) return localTime(hours, meant, CLOSED_DAY_END);
  return days?.[1] !== undefined && due <= now ? closingOf(days[1], { now, hours }) : due;
}

const daysFrom = (today: Temporal.PlainDate, from: number, to: number) =>
  Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => today.add({ days: from + i }));

/** The days that words may mean, the likeliest first. */
function daysOf(words: DayWords | null, { now, hours }: Here): Days | null {
  if (words === null) return null;
  const today = localDate(hours, now);
  if ("inDays" in words) return [today.add({ days: words.inDays })];
  if ("dayOfMonth" in words) {
    const date = daysFrom(today, 0, 62).find(({ day }) => day === words.dayOfMonth);
    return date === undefined ? null : [date];
  }
  if ("date" in words) return dateAhead(words.date, today);
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  if (words.which === "next") return [monday.add({ days: 6 + words.weekday })];
  const ahead = (words.weekday - today.dayOfWeek + 7) % 7;
  const first = today.add({ days: ahead + 7 * words.plusWeeks });
  // "Monday week" said on a Monday is a week from now.
  return words.plusWeeks > 0 ? [first] : [first, first.add({ days: 7 })];
}

/** A date without a year is the next of its kind, and one that does not exist is none. */
function dateAhead(
  { year, month, day }: { year?: number; month: number; day: number },
  today: Temporal.PlainDate,
): Days | null {
  for (const candidate of year === undefined ? [today.year, today.year + 1] : [year]) {
    const first = Temporal.PlainDate.from({ year: candidate, month, day: 1 });
    if (day > first.daysInMonth) continue;
    const date = first.with({ day });
    if (year !== undefined || Temporal.PlainDate.compare(date, today) >= 0) return [date];
  }
  return null;
}

function daysIn(stretch: Stretch | null, { now, hours }: Here): Days | null {
  if (stretch === null || !("days" in stretch) || stretch.days % 1 !== 0) return null;
  return [localDate(hours, now).add({ days: stretch.days })];
}

/** By the clock; half days end when somebody is there: an hour after the shop opens, if it is closed then. */
function afterStretch(stretch: Stretch, { now, hours }: Here): number {
  if ("minutes" in stretch) return now + Math.round(stretch.minutes * MINUTE);
  const whole = Math.floor(stretch.days);
  const at = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(hours.timeZone)
    .add({ days: whole, minutes: Math.round((stretch.days - whole) * 24 * 60) }).epochMilliseconds;
  if (isOpen(hours, at)) return at;
  return (findNextOpening(hours, at) ?? at) + AFTER_OPENING;
}

/**
 * The first of the times that the clock may mean which lies ahead and finds the shop open (or just closing).
 * If none does: the first that lies ahead, by day from eight to eight, which is then out of hours.
 */
function atClock(
  clock: Clock,
  { tidy, days, now, hours }: Here & { tidy: string; days: Days | null },
): number | null {
  const dates = days ?? daysFrom(localDate(hours, now), 0, 7);
  const half = DAYPARTS.find(([words]) => words.test(tidy))?.[1];
  const ahead = dates
    .flatMap((date) => instantsOf(clock, date, half, hours))
    .filter((at) => at > now);
  const open = ahead.find((at) => isOpen(hours, at) || isOpen(hours, at - 1));
  const usual = ahead.find((at) => {
    const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
    return hour >= 8 && hour < 20;
  });
  if (usual !== undefined && isShutMeanwhile(usual, dates[0]!, hours)) return usual;
  return open ?? usual ?? ahead[0] ?? null;
}

/**
 * Whether the shop opens on a day and is closed at `at` of it: over lunch, or for an afternoon. Who says "at one" then
 * means that day's, not that of the next that has one.
 */
function isShutMeanwhile(at: number, day: Temporal.PlainDate, hours: OpeningHours): boolean {
  const openings = openingsOn(hours, day);
  if (openings.length === 0 || !localDate(hours, at).equals(day)) return false;
  if (isOpen(hours, at) || isOpen(hours, at - 1)) return false;
  const between = openings.some((o) => o.closesAt <= at) && openings.some((o) => o.opensAt > at);
  return between || isOpen({ ...hours, holidays: [] }, at);
}

/** What a clock may mean on one day. */
function instantsOf(
  clock: Clock,
  date: Temporal.PlainDate,
  half: "am" | "pm" | undefined,
  hours: OpeningHours,
): number[] {
  if ("lunch" in clock) return [lunchOn(date, clock.lunch, hours)];
  const zone = clock.zone === undefined ? undefined : ZONES[clock.zone[0] ?? ""];
  const there = zone === undefined ? hours : { ...hours, timeZone: zone };
  return meanings(clock, half).map((time) => localTime(there, date, time));
}

function meanings(
  { hour, minute, half: said }: Exclude<Clock, { lunch: string }>,
  part: "am" | "pm" | undefined,
): string[] {
  const time = (h: number) => `${String(h).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  const half = said ?? part;
  // Midnight ends the day that is spoken of.
  if (hour === 24 || (hour === 0 && minute === 0)) return ["24:00"];
  if (hour === 0 || hour > 12) return [time(hour)];
  const am = time(hour % 12);
  const pm = time((hour % 12) + 12);
  return half === "am" ? [am] : half === "pm" ? [pm] : [am, pm];
}

/** The shop's break around noon, where it has one; "after lunch" leaves an hour. */
function lunchOn(date: Temporal.PlainDate, which: "begins" | "over", hours: OpeningHours): number {
  const openings = openingsOn(hours, date);
  for (const [i, { closesAt }] of openings.entries()) {
    const opensAt = openings[i + 1]?.opensAt ?? closesAt;
    const atNoon =
      closesAt < localTime(hours, date, LUNCH_LATEST) &&
      opensAt > localTime(hours, date, LUNCH_EARLIEST);
    if (opensAt > closesAt && atNoon) return which === "begins" ? closesAt : opensAt + HOUR;
  }
  return which === "begins"
    ? localTime(hours, date, NOON)
    : localTime(hours, date, LUNCH_OVER) + HOUR;
}

/** Weeks, weekends and months, of which only the last days are named. */
function vague(tidy: string, here: Here): number | null {
  const week = WEEK.exec(tidy);
  const monday = mondayOf(here);
  if (week !== null) {
    const [, part = /mid-?week/.test(week[0]) ? "mid" : "end", afterNext, which] = week;
    const weeks = afterNext !== undefined ? 2 : which === undefined || which === "this" ? 0 : 1;
    return closingIn(monday.add({ days: 7 * weeks }), PARTS[part] ?? [1, 7], here);
  }
  const weekend = WEEKEND.exec(tidy);
  if (weekend !== null) {
    const start = weekend[2] === undefined ? monday : monday.add({ days: 7 });
    if (weekend[1] === "after") return closingIn(monday.add({ days: 7 }), [1, 5], here, "first");
    const before = weekend[1] === "by" || weekend[1] === "before" || weekend[1] === "until";
    return closingIn(start, before ? [1, 5] : [6, 7], here);
  }
  const month = MONTH_END.exec(tidy);
  if (month === null) return null;
  const today = localDate(here.hours, here.now);
  const first = today.with({ day: 1 }).add({ months: month[1] === undefined ? 0 : 1 });
  return closingIn(first, [1, first.daysInMonth], here);
}

/** Which days of a week, Monday to Sunday, its parts are. */
const PARTS: Record<string, [from: number, to: number]> = {
  early: [1, 2],
  start: [1, 2],
  beginning: [1, 2],
  "first half": [1, 3],
  mid: [1, 3],
  midway: [1, 3],
  middle: [1, 3],
};

function mondayOf({ now, hours }: Here): Temporal.PlainDate {
  const today = localDate(hours, now);
  return today.subtract({ days: today.dayOfWeek - 1 });
}

/** The last closing time of some days, or the first; of those that are over, none. */
function closingIn(
  start: Temporal.PlainDate,
  [from, to]: [number, number],
  { now, hours }: Here,
  which: "first" | "last" = "last",
): number | null {
  const closings = daysFrom(start, from - 1, to - 1)
    .map((date) => lastClosing(openingsOn(hours, date)))
    .filter((at): at is number => at !== undefined && at > now);
  // All of them closed, as on a holiday: the next day that is not.
  return (
    closings.at(which === "first" ? 0 : -1) ?? nextClosing(start.add({ days: to }), hours, now)
  );
}

const lastClosing = (openings: Opening[]) => openings.at(-1)?.closesAt;

function nextClosing(from: Temporal.PlainDate, hours: OpeningHours, now: number): number | null {
  const after = Math.max(localTime(hours, from, "00:00"), now);
  const next = findNextOpening(hours, after);
  return next === null ? null : (lastClosing(openingsOn(hours, localDate(hours, next))) ?? null);
}

/** Closing time of a day; without one, of today while that is ahead, else of the next open day. */
function closingOf(day: Temporal.PlainDate | undefined, { now, hours }: Here): number {
  const closing = (date: Temporal.PlainDate) => lastClosing(openingsOn(hours, date));
  if (day !== undefined) return closing(day) ?? localTime(hours, day, CLOSED_DAY_END);
  const today = closing(localDate(hours, now)) ?? now;
  if (today > now) return today;
  const next = findNextOpening(hours, now) ?? now + DAY;
  return closing(localDate(hours, next)) ?? next;
}

/** The first opening of a day; without one, the next that is not under way, or (`morning`) that begins a day. */
function firstOpening(
  day: Temporal.PlainDate | undefined,
  { now, hours }: Here,
  morning: boolean,
): number {
  if (day !== undefined) {
    return openingsOn(hours, day)[0]?.opensAt ?? localTime(hours, day, CLOSED_DAY_START);
  }
  for (const { opensAt } of listOpenings(hours, now, now + HORIZON)) {
    const [first] = openingsOn(hours, localDate(hours, opensAt));
    if (opensAt > now && (!morning || first?.opensAt === opensAt)) return opensAt;
  }
  return now + DAY;
}

/** Closing time of the nth day from tomorrow, Monday to Friday, on which the shop opens. */
function afterBusinessDays(days: number, { now, hours }: Here): number | null {
  let left = days;
  for (let i = 1; i <= HORIZON / DAY; i++) {
    const date = localDate(hours, now).add({ days: i });
    const closesAt = lastClosing(openingsOn(hours, date));
    if (date.dayOfWeek > 5 || closesAt === undefined) continue;
    left -= 1;
    if (left <= 0) return closesAt;
  }
  return null;
}
