/**
 * Holidays that a file names, or that are public where the shop is: what each of them would close. What is set already
 * stays, whoever set it, so nothing is closed twice and a day with hours of its own keeps them. Pure.
 */
import { Temporal } from "temporal-polyfill";
import { v, type Infer } from "convex/values";
import { isBlank, truncateText } from "../../lib/text";
import type { FoundHoliday } from "../../validators";
import { WEEKDAYS, type Holiday, type OpeningHours } from "./hours";
import { MAX_NAME_CHARS } from "./rules";

export const vHolidayPlan = v.object({
  days: v.array(
    v.object({
      date: v.string(),
      name: v.optional(v.string()),
      verdict: v.union(
        v.literal("closes"),
        /** The date has an entry, by hand or from an earlier import. */
        v.literal("set_already"),
        v.literal("closed_anyway"),
        /** The shop would be open on the holiday itself, and closes then. */
        v.literal("observed_on_the_day"),
        v.literal("left_out"),
      ),
    }),
  ),
  timed: v.number(),
});
type Plan = Infer<typeof vHolidayPlan>["days"];

/** What would become of each date, once each and in order. `except`: dates on which the shop opens all the same. */
export function planHolidays(
  hours: OpeningHours,
  found: FoundHoliday[],
  except: readonly string[],
): Plan {
  const byDate = new Map<string, FoundHoliday>();
  for (const one of found) {
    // The day itself comes before one that is given for another.
    const known = byDate.get(one.date);
    if (known === undefined || (known.insteadOf !== undefined && one.insteadOf === undefined)) {
      byDate.set(one.date, one);
    }
  }
  return [...byDate.values()]
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map((one) => ({
      date: one.date,
      ...(isBlank(one.name) ? {} : { name: truncateText(one.name.trim(), MAX_NAME_CHARS) }),
      verdict: verdictOn(one, hours, except),
    }));
}

function verdictOn(
  { date, insteadOf }: FoundHoliday,
  hours: OpeningHours,
  except: readonly string[],
): Plan[number]["verdict"] {
  if (hours.holidays.some((holiday) => holiday.date === date)) return "set_already";
  if (except.includes(date)) return "left_out";
  if (!opensOn(hours, date)) return "closed_anyway";
  return insteadOf !== undefined && opensOn(hours, insteadOf) ? "observed_on_the_day" : "closes";
}

function opensOn({ weekly }: OpeningHours, date: string): boolean {
  return weekly[WEEKDAYS[Temporal.PlainDate.from(date).dayOfWeek - 1]!].length > 0;
}

/** The entries that a plan adds. */
export const closuresOf = (plan: Plan): Holiday[] =>
  plan
    .filter(({ verdict }) => verdict === "closes")
    .map(({ date, name }) => ({ date, ...(name === undefined ? {} : { name }) }));
