/**
 * What hours a shop may set, refused in words that say what to change. Pure. Whatever has passed here is
 * what `hours.ts` relies on: shifts in order that don't overlap, dates that exist, a zone that is known.
 */
import { Temporal } from "temporal-polyfill";
import type { Infer } from "convex/values";
import type { vOpeningHours } from "../../validators";
import { appError } from "../../lib/errors";
import { WEEKDAYS, type Holiday, type OpeningHours, type Shift, type Weekday } from "./hours";
import { cleanText } from "../../lib/text";
import { DAY, HOUR, MINUTE } from "../../lib/time";

export const MAX_SHIFTS_A_DAY = 6;
/** Five years of holidays, and the row stays small: it is read whenever somebody is handed over. */
export const MAX_HOLIDAYS = 100;
export const MAX_NAME_CHARS = 80;

const DAY_NAMES: Record<Weekday, string> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};

type Input = Infer<typeof vOpeningHours>;
/** Milliseconds of the wall clock since the day's midnight; `to` may lie in the next day. */
type Span = { from: number; to: number };

/**
 * The hours as they may be stored, holidays by date. `isStored`: they are already, by a rule of before, and a shop
 * whose zone would be refused today must not stand still. Errors: `invalid_input`, `too_large`.
 */
export function checkHours(
  { timeZone, weekly, holidays }: Input,
  { isStored = false } = {},
): OpeningHours {
  if (holidays.length > MAX_HOLIDAYS) {
    throw appError(
      "too_large",
      `There are ${holidays.length} holidays; at most ${MAX_HOLIDAYS} fit.`,
    );
  }
  const days = WEEKDAYS.map((day) => [day, checkShifts(DAY_NAMES[day], weekly[day])] as const);
  for (const [i, [day, shifts]] of days.entries()) {
    const [next, tomorrow] = days[(i + 1) % days.length]!;
    checkNight(`${DAY_NAMES[day]}'s`, shifts, DAY_NAMES[next], tomorrow);
  }
  return {
    timeZone: checkZone(timeZone, isStored),
    weekly: Object.fromEntries(days) as Record<Weekday, Shift[]>,
    holidays: checkHolidays(holidays),
  };
}

function checkZone(timeZone: string, isStored: boolean): string {
  // An offset such as "-05:00" is a zone to `Intl`, but one that no clock change reaches.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,49}$/.test(timeZone)) throw unknownZone(timeZone);
  if (!isStored && OFFSET_ZONE.test(timeZone)) {
    throw appError(
      "invalid_input",
      `"${timeZone}" is an offset by another name, which no clock change reaches. Use the zone of your city, such as "America/New_York".`,
    );
  }
  try {
    new Intl.DateTimeFormat("en-US", { timeZone });
    return timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unknownZone(timeZone);
  }
}

const OFFSET_ZONE = /^(?:EST|MST|HST|Etc\/GMT[+-]?\d+|GMT[+-]?\d+)$/i;

const unknownZone = (timeZone: string) =>
  appError(
    "invalid_input",
    `"${timeZone.slice(0, 50)}" is no time zone. Use an IANA name such as "America/New_York".`,
  );

function checkShifts(day: string, shifts: string[][]): Shift[] {
  if (shifts.length > MAX_SHIFTS_A_DAY) {
    throw appError(
      "too_large",
      `${day} has ${shifts.length} shifts; at most ${MAX_SHIFTS_A_DAY} fit.`,
    );
  }
  const checked = shifts.map((shift) => checkShift(day, shift));
  for (const [i, shift] of checked.entries()) {
    const before = checked[i - 1];
    if (before === undefined || spanOf(before).to <= spanOf(shift).from) continue;
    throw appError(
      "invalid_input",
      `On ${day}, ${said(shift)} begins before ${said(before)} ends. List the shifts in order, without overlaps.`,
    );
  }
  return checked;
}

function checkShift(day: string, [opens, closes, ...more]: string[]): Shift {
  if (opens === undefined || closes === undefined || more.length > 0) {
    throw appError("invalid_input", `A shift on ${day} needs two times: ["09:00", "18:00"].`);
  }
  if (!TIME.test(opens) || !(TIME.test(closes) || closes === "24:00")) {
    throw appError(
      "invalid_input",
      `On ${day}, "${opens.slice(0, 10)}" to "${closes.slice(0, 10)}" is no shift. Times are "00:00" to "23:59"; a shift may close at "24:00".`,
    );
  }
  if (opens === closes) {
    throw appError(
      "invalid_input",
      `On ${day}, a shift opens and closes at ${opens}. Around the clock is ["00:00", "24:00"]; closed is no shift.`,
    );
  }
  return [opens, closes];
}

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function spanOf([opens, closes]: Shift): Span {
  const from = wallMs(opens);
  return { from, to: wallMs(closes) + (closes < opens ? DAY : 0) };
}

function wallMs(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * HOUR + minute * MINUTE;
}

const said = ([opens, closes]: Shift) => `${opens}–${closes}`;

/** A shift past midnight must end before the next day's first begins. */
function checkNight(whose: string, shifts: Shift[], next: string, tomorrow: Shift[]): void {
  const late = shifts.at(-1);
  const early = tomorrow[0];
  if (late === undefined || early === undefined) return;
  if (spanOf(late).to - DAY <= spanOf(early).from) return;
  throw appError(
    "invalid_input",
    `${whose} ${said(late)} runs past ${next}'s opening at ${early[0]}. Shifts may not overlap.`,
  );
}

function checkHolidays(holidays: Input["holidays"]): Holiday[] {
  const seen = new Set<string>();
  const checked = holidays.map(({ date, name, open }): Holiday => {
    const day = checkDate(date);
    if (seen.has(day))
      throw appError("invalid_input", `${day} is listed twice among the holidays.`);
    seen.add(day);
    return {
      date: day,
      ...(name === undefined ? {} : { name: cleanName(name) }),
      ...(open === undefined ? {} : { open: checkShifts(day, open) }),
    };
  });
  return checked.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** One line, without what would end a cell of the document's table. */
const cleanName = (name: string) =>
  cleanText("A holiday's name", name.replace(/[\s|]+/g, " "), MAX_NAME_CHARS);

function checkDate(date: string): string {
  const problem = () =>
    appError("invalid_input", `"${date.slice(0, 20)}" is no date. Write it as 2026-12-25.`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw problem();
  try {
    return Temporal.PlainDate.from(date).toString();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw problem();
  }
}
