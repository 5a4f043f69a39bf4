/** The shapes of the report, and how its values and dates are said. Pure. */
import type { api } from "../api";
import { duration } from "../ui/time";

export type Report = (typeof api.analytics.report)["_returnType"];
export type Period = Report["periods"][number];
export type Breakdown = (typeof api.analytics.breakdown)["_returnType"];
export type Unit = (typeof api.analytics.report)["_args"]["by"];
export type FigureName = (typeof api.analytics.behind)["_args"]["figure"];

/** What a number opens: the conversations behind it, and what their own value is. */
export type Opens = { figure: FigureName; of?: string; title: string };

export const COUNTS: Record<Unit, number> = { day: 28, week: 14, month: 13 };
/** Of days the same weekday: a Sunday is no Monday. */
export const PERIODS_BACK: Record<Unit, number> = { day: 7, week: 1, month: 1 };
export const BEFORE_WORDS: Record<Unit, string> = {
  day: "a week ago",
  week: "the week before",
  month: "the month before",
};

const say = (date: string, options: Intl.DateTimeFormatOptions) =>
  new Date(`${date}T12:00:00Z`).toLocaleDateString(undefined, { ...options, timeZone: "UTC" });

/** "Sunday, November 29", "Week of November 23", "November 2026". `date` is of the shop's calendar. */
export function periodName(by: Unit, date: string): string {
  if (by === "month") return say(date, { month: "long", year: "numeric" });
  if (by === "week") return `Week of ${say(date, { month: "long", day: "numeric" })}`;
  return say(date, { weekday: "long", month: "long", day: "numeric" });
}

/** For an axis. */
export const shortDate = (by: Unit, date: string): string =>
  by === "month"
    ? say(date, { month: "short", year: "2-digit" })
    : say(date, { month: "short", day: "numeric" });

export const whole = (value: number) => value.toLocaleString();
export const count = (n: number, one: string, many: string) =>
  `${whole(n)} ${n === 1 ? one : many}`;
export const percent = (share: number) => `${Math.round(share * 100)} %`;
export const time = (ms: number) =>
  ms < 60_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s` : duration(ms);
/** An axis in round numbers: what is one of its unit, and how many of them are said. */
export type Axis = { unit: number; say: (units: number) => string };

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

/** Of times up to `most` ms. */
export function timeAxis(most: number): Axis {
  if (most < 2 * MINUTE) return { unit: SECOND, say: (n) => `${n} s` };
  if (most < 2 * HOUR) return { unit: MINUTE, say: (n) => `${n} min` };
  if (most < 2 * DAY) return { unit: HOUR, say: (n) => `${n} h` };
  return { unit: DAY, say: (n) => `${n} d` };
}

export const dollars = (microUsd: number) => {
  const usd = microUsd / 1e6;
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
};

export type Outcome = "assistant" | "technician" | "nobody";

/** Resolved episodes by who settled them; together they are all. */
export function outcomesOf({ counts, metrics }: Period): Record<Outcome, number> {
  const assistant = counts["resolved.contained"] ?? 0;
  const technician = counts["resolved.withPeople"] ?? 0;
  return { assistant, technician, nobody: metrics.episodesResolved - assistant - technician };
}

/** The parts of a count that is kept by something (`cost.<model>`), largest first. */
export function partsOf(counts: Readonly<Record<string, number>>, prefix: string) {
  return Object.entries(counts)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, n]) => ({ key: key.slice(prefix.length), n }))
    .sort((a, b) => b.n - a.n);
}
