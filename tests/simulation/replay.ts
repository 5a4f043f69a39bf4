/** 11. Counters equal what a replay of the events gives: roll-ups, the agents' totals, the day's budget. */
import type { Doc } from "../../convex/_generated/dataModel";
import { HOUR, MINUTE, SECOND } from "../../convex/lib/time";
import { must } from "./expect";
import type { Check } from "./world";

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
type Counts = Record<string, number>;

const eventsOf = (rows: Doc<"analytics">[]): EventRow[] =>
  rows.filter((row): row is EventRow => row.kind === "event");

const add = (counts: Counts, key: string, by = 1) => (counts[key] = (counts[key] ?? 0) + by);

/** A clock of the shop's zone, which changes at no time that is simulated. */
const clock = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  timeStyle: "medium",
  hourCycle: "h23",
});

/** By hours of the epoch, which lie in one day of that zone whole. */
const days = new Map<number, number>();

function dayOf(at: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.format(at).split(":").map(Number);
  return at - (at % SECOND) - hours * HOUR - minutes * MINUTE - seconds * SECOND;
}

/** The hour, or the shop's day, in which an instant lies. */
const STARTS = {
  hour: (at: number) => at - (at % HOUR),
  day: (at: number) => {
    const hour = at - (at % HOUR);
    const known = days.get(hour) ?? dayOf(hour);
    if (!days.has(hour)) days.set(hour, known);
    return known;
  },
};

function replay(events: EventRow[], period: keyof typeof STARTS): Record<number, Counts> {
  const periods: Record<number, Counts> = {};
  for (const { type, data, _creationTime } of events) {
    const counts = (periods[STARTS[period](_creationTime)] ??= {});
    const { score = 0, previousScore } = data;
    // A rating that replaces another is no second one.
    if (type === "rated") add(counts, "ratingSum", score - (previousScore ?? 0));
    if (previousScore !== undefined) continue;
    add(counts, type, data.count ?? 1);
    if (type === "escalated") add(counts, `escalated.${data.reason}`);
    if (data.usage) add(counts, "costMicroUsd", data.usage.costMicroUsd);
  }
  return periods;
}

/** The replayed keys of a stored row: it may hold more. */
function stored(rows: Doc<"analytics">[], period: "hour" | "day", like: Record<number, Counts>) {
  const periods: Record<number, Counts> = {};
  for (const row of rows) {
    if (row.kind !== "rollup" || row.period !== period) continue;
    const keys = Object.keys(like[row.start] ?? row.counts);
    periods[row.start] = Object.fromEntries(keys.map((key) => [key, row.counts[key] ?? 0]));
  }
  return periods;
}

/** What is stored of hours and days, and what the events give. */
export function compareRollUps(rows: Doc<"analytics">[], period: "hour" | "day") {
  const expected = replay(eventsOf(rows), period);
  return { stored: stored(rows, period, expected), expected };
}

/** What an agent's row says, and what the events give. */
export function compareTotals(rows: Doc<"analytics">[], { _id, metrics }: Doc<"agents">) {
  const expected = { replies: 0, failures: 0, handoffs: 0, costMicroUsd: 0 };
  for (const { type, agentId, data } of eventsOf(rows)) {
    if (agentId !== _id) continue;
    if (type === "reply_finished") expected.replies += 1;
    if (type === "reply_failed") expected.failures += 1;
    if (type === "escalated") expected.handoffs += 1;
    expected.costMicroUsd += data.usage?.costMicroUsd ?? 0;
  }
  const { replies, failures, handoffs, costMicroUsd } = metrics;
  return { stored: { replies, failures, handoffs, costMicroUsd }, expected };
}

const rollUps: Check = {
  name: "roll-ups equal a replay of the events",
  end: (world) => {
    for (const period of ["hour", "day"] as const) {
      const { stored, expected } = compareRollUps(world.engine.rows("analytics"), period);
      must(stored, expected);
    }
  },
};

const agentTotals: Check = {
  name: "an agent's totals equal a replay of its events",
  end: (world) => {
    for (const agent of world.engine.rows("agents")) {
      const { stored, expected } = compareTotals(world.engine.rows("analytics"), agent);
      must(stored, expected);
    }
  },
};

export const replayChecks: Check[] = [rollUps, agentTotals];
