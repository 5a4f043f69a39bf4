"use node";
/** Public holidays of a country and its state, by date-holidays. */
import Holidays from "date-holidays";
import { appError } from "../lib/errors";
import { DAY, HOUR } from "../lib/time";
import type { FoundHoliday } from "../validators";
import type { DateRange } from "./calendarFile";

const REGION = /^[A-Z]{2}(?:-[A-Z0-9]{1,4}){0,2}$/;
/** From a holiday to the day that is given for it. */
const SUBSTITUTE_WITHIN = 4 * DAY;

/**
 * The public holidays of a region: "US-OH", as ISO 3166-2; a country whose states differ needs the state. Errors:
 * `invalid_input`.
 */
export function listPublicHolidays(
  region: string,
  { from, to, timeZone }: DateRange & { timeZone: string },
): FoundHoliday[] {
  const calendar = calendarOf(region);
  calendar.setTimezone(timeZone);
  // Over New Year too: a substitute may lie in the year before its holiday.
  const years = [Number(from.slice(0, 4)) - 1, Number(to.slice(0, 4)) + 1] as const;
  const days: (FoundHoliday & { isSubstitute: boolean })[] = [];
  for (let year = years[0]; year <= years[1]; year++) {
    for (const { start, end, name, type, substitute } of calendar.getHolidays(year)) {
      if (type !== "public") continue;
      const isSubstitute = substitute === true;
      for (const date of datesBetween(start, end, timeZone))
        days.push({ date, name, isSubstitute });
    }
  }
  return days
    .filter(({ date }) => date >= from && date <= to)
    .map(({ date, name, isSubstitute }) => {
      const real = isSubstitute ? days.find((one) => isFor(name, date, one)) : undefined;
      return real === undefined ? { date, name } : { date, name: real.name, insteadOf: real.date };
    });
}

const isFor = (
  name: string,
  date: string,
  real: FoundHoliday & { isSubstitute: boolean },
): boolean =>
  !real.isSubstitute &&
  name.startsWith(real.name) &&
  Math.abs(Date.parse(date) - Date.parse(real.date)) <= SUBSTITUTE_WITHIN;

function calendarOf(region: string): Holidays {
  const [country = "", state, place] = region.split("-");
  const known = new Holidays();
  const states = (known.getStates(country) ?? {}) as Record<string, string>;
  if (!REGION.test(region) || !(country in known.getCountries())) {
    throw appError(
      "invalid_input",
      `No holidays are known of "${region.slice(0, 20)}". Give a country and its state, as "US-OH", or import a calendar file.`,
    );
  }
  if (state === undefined ? Object.keys(states).length > 0 : !(state in states)) {
    throw appError(
      "invalid_input",
      `Holidays of ${country} differ by state. Name one that there is: ${country}-${Object.keys(states).join(", ")}.`.slice(
        0,
        400,
      ),
    );
  }
  const places = (state === undefined ? {} : (known.getRegions(country, state) ?? {})) as Record<
    string,
    string
  >;
  if (place !== undefined && !(place in places)) {
    throw appError(
      "invalid_input",
      `${country}-${state ?? ""} has no part "${place}" with holidays of its own.`,
    );
  }
  return new Holidays(country, state ?? "", place ?? "");
}

/** Days whose noon lies between: some holidays begin at sunset, and dates as text are a day off then. */
function datesBetween(start: Date, end: Date, timeZone: string): string[] {
  const clock = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const dates: string[] = [];
  for (let at = start.getTime(); at < end.getTime(); at += HOUR) {
    const [date = "", time = ""] = clock.format(at).split(" ");
    if (time.startsWith("12:")) dates.push(date);
  }
  return dates;
}
