/**
 * The time that a sentence names, in the shop's time zone and with the sense of people at a counter: "by
 * three" is this afternoon's three while that is ahead, and the next open day's after it; a day without a
 * time is that day's closing time. Pure. `chrono-node` reads dates and clock times (its parser is plain
 * JavaScript, and takes the instant and the offset to count from); what it leaves open is decided here.
 */
import * as chrono from "chrono-node/en";
import { Temporal } from "temporal-polyfill";
import {
  HORIZON,
  isOpen,
  localDate,
  localTime,
  findNextOpening,
  listOpenings,
  openingsOn,
  type OpeningHours,
} from "../hours/hours";
import { DAY, HOUR, MINUTE } from "../../lib/time";

type Clock = { hour: number; minute: number; half?: "am" | "pm" };
type Parts = chrono.ParsedResult["start"];
type Found = { day?: Temporal.PlainDate; weekday?: boolean; clock?: Clock; instant?: number };

const ONES = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const NUMBER = `(?:1[0-2]|0?[1-9]|${ONES.join("|")})`;
/** What may follow a time of day: anything else makes it a count, an address, a phone number. */
const AFTER =
  "(?=\\s*(?:$|[,;!)?]|[.:](?!\\d)|[-–—](?!\\d))|\\s+(?:(?:on|tomorrow|today|tonight|this|next|in|and|or|so|to|at|by|latest|sharp|with|then|when|for|from|but|as|the|I|we|you|(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\b))";
const BARE = new RegExp(
  `\\b(?:by|before|at|around|about|until|till|than|(?:between|from)\\s+\\S{1,12}\\s+(?:and|to))\\s+(?:(half past|quarter past|quarter to)\\s+)?(${NUMBER})(?:[:.]([0-5]\\d)|[ -](thirty|fifteen|forty-five))?(?:ish|\\s*o'clock)?${AFTER}`,
  "gi",
);
const DAYPARTS: [RegExp, Clock["half"], end: string | null][] = [
  [/\bmorning\b/i, "am", "12:00"],
  [/\bafternoon\b/i, "pm", null],
  [/\b(?:evening|tonight|night)\b/i, "pm", "20:00"],
];
const CLOSING =
  /\b(?:end of (?:the |this |our )?(?:business |working )?day|eod|close of business|cob|closing(?: time)?|(?:we|I|the shop) closes?)\b/i;
const WEEK = /\b(?:end of (?:the |this )?|this |(next ))week\b/i;
const WEEKDAY = /\b(?:sun|mon|tues|wednes|thurs|fri|satur)day\b/i;
/** Due within `AFTER_OPENING` of an opening. */
const AT_OPENING =
  /\bfirst thing\b|\b(?:when|once|after|as soon as) (?:we|the shop)(?:'re| are| is)? opens?\b/i;
const AFTER_OPENING = HOUR;
/** "The 30th": of this month, or of the next that has it ahead. */
const ORDINAL = /\b(?:(?:sun|mon|tues|wednes|thurs|fri|satur)day,? )?the (\d\d?)(?:st|nd|rd|th)\b/i;
const BUSINESS_DAYS = new RegExp(
  `\\b(?:in|within)\\s+(?:the next\\s+)?(?:\\d\\d?(?:\\s*[-–]\\s*|\\s+to\\s+))?(an?|\\d\\d?|${ONES.join("|")})\\s+(?:business|working)\\s+days?\\b`,
  "i",
);
/** When a shop that is closed all day would close: what "by Sunday" means then. */
const CLOSED_DAY_END = "18:00";
const CLOSED_DAY_START = "09:00";

/** The instant that `text` names, after `now`; null when it names none within a year. */
export function findTime(text: string, now: number, hours: OpeningHours): number | null {
  const dueAt = named(text, now, hours);
  return dueAt !== null && dueAt > now && dueAt <= now + HORIZON ? dueAt : null;
}

function named(text: string, now: number, hours: OpeningHours): number | null {
  const businessDays = BUSINESS_DAYS.exec(text)?.[1];
  if (businessDays !== undefined) return afterBusinessDays(numberOf(businessDays), now, hours);
  const week = WEEKDAY.test(text) ? null : WEEK.exec(text);
  if (week !== null) return endOfWeek(now + (week[1] === undefined ? 0 : 7 * DAY), hours);
  const found = read(text, now, hours);
  if (found.instant !== undefined) return found.instant;
  if (found.clock !== undefined) return atClock(found.clock, { text, found, now, hours });
  if (AT_OPENING.test(text)) return firstOpening(found.day, now, hours) + AFTER_OPENING;
  if (CLOSING.test(text)) return closingOf(found.day, now, hours);
  const part = DAYPARTS.find(([words]) => words.test(text));
  if (found.day === undefined && part === undefined) return null;
  if (part?.[2] != null) return localTime(hours, found.day ?? localDate(hours, now), part[2]);
  const due = closingOf(found.day ?? localDate(hours, now), now, hours);
  return found.weekday && due <= now ? closingOf(found.day?.add({ days: 7 }), now, hours) : due;
}

/** Date and time of day that the text states, whichever words they are in. */
function read(text: string, now: number, hours: OpeningHours): Found {
  const bare = [...text.matchAll(BARE)].at(-1);
  const rest = text
    .replace(ORDINAL, (_, day: string) => ordinal(Number(day), now, hours))
    .replace(BARE, " , ")
    .replace(CLOSING, " , ");
  const offset = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(hours.timeZone);
  const reference = {
    instant: new Date(now),
    timezone: offset.offsetNanoseconds / 1e6 / MINUTE,
  };
  const found: Found = bare === undefined ? {} : { clock: bareClock(bare) };
  for (const result of chrono.parse(rest, reference, { forwardDate: true })) {
    const last = result.end ?? result.start;
    if (last.isCertain("timezoneOffset")) return { instant: last.date().getTime() };
    const dated = (["day", "weekday"] as const).some((part) => result.start.isCertain(part));
    if (dated && found.day === undefined) {
      found.day = dayOf(result.start);
      found.weekday = !result.start.isCertain("day");
    }
    // A number alone that is no time of day above is none here either.
    const stated = last.isCertain("meridiem") || /[:.]\d\d|noon|midnight/i.test(result.text);
    if (last.isCertain("hour") && stated) found.clock ??= clockOf(last);
  }
  return found;
}

/** The date of the next month's day with that number, as chrono reads it; nothing if there is none. */
function ordinal(day: number, now: number, hours: OpeningHours): string {
  const today = localDate(hours, now);
  for (let i = 0; i < 62; i++) {
    const date = today.add({ days: i });
    if (date.day === day) return `on ${date.toString()}`;
  }
  return " , ";
}

const dayOf = (parts: Parts) =>
  Temporal.PlainDate.from({
    year: parts.get("year") ?? 0,
    month: parts.get("month") ?? 0,
    day: parts.get("day") ?? 0,
  });

function clockOf(parts: Parts): Clock {
  const hour = parts.get("hour") ?? 0;
  const minute = parts.get("minute") ?? 0;
  // Twelve is noon, and midnight is the hour that chrono gives as zero.
  if (!parts.isCertain("meridiem") && hour > 0 && hour < 12) return { hour, minute };
  return { hour, minute, half: hour < 12 ? "am" : "pm" };
}

function bareClock(match: RegExpExecArray): Clock {
  const [, before, number, digits, words] = match.map((group: string | undefined) =>
    group?.toLowerCase(),
  );
  const hour = numberOf(number ?? "");
  if (before === "quarter to") return { hour: hour === 1 ? 12 : hour - 1, minute: 45 };
  const spoken = { thirty: 30, fifteen: 15, "forty-five": 45 }[words ?? ""] ?? Number(digits ?? 0);
  const past = before === "half past" ? 30 : before === "quarter past" ? 15 : spoken;
  return { hour, minute: past };
}

const numberOf = (word: string): number =>
  /^an?$/i.test(word) ? 1 : Number(word) || ONES.indexOf(word.toLowerCase()) + 1;

/**
 * The first of the times that the clock may mean which lies ahead and finds the shop open (or just closing).
 * If none does: the first that lies ahead, by day from eight to seven, which is then out of hours.
 */
function atClock(
  clock: Clock,
  { text, found, now, hours }: { text: string; found: Found; now: number; hours: OpeningHours },
): number | null {
  const { day, weekday } = found;
  const today = localDate(hours, now);
  const days =
    day === undefined
      ? Array.from({ length: 8 }, (_, i) => today.add({ days: i }))
      : weekday
        ? [day, day.add({ days: 7 })]
        : [day];
  const half = clock.half ?? DAYPARTS.find(([words]) => words.test(text))?.[1];
  const ahead = days
    .flatMap((date) => meanings(clock, half).map((time) => localTime(hours, date, time)))
    .filter((at) => at > now);
  const open = ahead.find((at) => isOpen(hours, at) || isOpen(hours, at - 1));
  const usual = ahead.find((at) => {
    const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(hours.timeZone);
    return hour >= 8 && hour < 20;
  });
  return open ?? usual ?? ahead[0] ?? null;
}

function meanings({ hour, minute }: Clock, half: Clock["half"]): string[] {
  const time = (h: number) => `${String(h).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  // Midnight ends the day that is spoken of.
  if (hour === 0) return ["24:00"];
  if (hour > 12) return [time(hour)];
  const am = time(hour % 12);
  const pm = time((hour % 12) + 12);
  return half === "am" ? [am] : half === "pm" ? [pm] : [am, pm];
}

/** Closing time of a day; without one, of today while that is ahead, else of the next open day. */
function closingOf(day: Temporal.PlainDate | undefined, now: number, hours: OpeningHours): number {
  const closing = (date: Temporal.PlainDate) => openingsOn(hours, date).at(-1)?.closesAt;
  if (day !== undefined) return closing(day) ?? localTime(hours, day, CLOSED_DAY_END);
  const today = closing(localDate(hours, now)) ?? now;
  if (today > now) return today;
  const next = findNextOpening(hours, now) ?? now + DAY;
  return closing(localDate(hours, next)) ?? next;
}

/** The first opening of a day; without one, the next that is not under way. */
function firstOpening(
  day: Temporal.PlainDate | undefined,
  now: number,
  hours: OpeningHours,
): number {
  if (day !== undefined) {
    return openingsOn(hours, day)[0]?.opensAt ?? localTime(hours, day, CLOSED_DAY_START);
  }
  for (const { opensAt } of listOpenings(hours, now, now + HORIZON))
    if (opensAt > now) return opensAt;
  return now + DAY;
}

/** Closing time on the last open day of the week, which ends on Sunday. */
function endOfWeek(now: number, hours: OpeningHours): number | null {
  const today = localDate(hours, now);
  const closings = Array.from({ length: 8 - today.dayOfWeek }, (_, i) =>
    openingsOn(hours, today.add({ days: i })),
  ).flatMap((opened) => opened.map(({ closesAt }) => closesAt));
  return closings.at(-1) ?? null;
}

/** Closing time of the nth day from tomorrow, Monday to Friday, on which the shop opens. */
function afterBusinessDays(days: number, now: number, hours: OpeningHours): number | null {
  let left = days;
  for (let i = 1; i <= HORIZON / DAY; i++) {
    const date = localDate(hours, now).add({ days: i });
    const closesAt = openingsOn(hours, date).at(-1)?.closesAt;
    if (date.dayOfWeek > 5 || closesAt === undefined) continue;
    left -= 1;
    if (left <= 0) return closesAt;
  }
  return null;
}
