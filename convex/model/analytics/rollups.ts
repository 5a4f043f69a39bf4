/**
 * Rolling events up: each run reads a batch of events after a cursor and adds them to hourly and daily
 * rows of the shop's zone, to the agents' totals and to the list of unanswered questions. Events are never patched, so a
 * replay of them must give the same numbers.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AgentMetrics } from "../../validators";
import { addMetrics, ZERO_METRICS } from "../agents/agents";
import { loadHours } from "../hours/stored";
import { calendarOf, UTC } from "./days";
import { addGaps } from "./gaps";
import { addCounts, countsOf, type Counts } from "./metrics";
import { MINUTE } from "../../lib/time";

/** Events per run. */
export const ROLLUP_BATCH = 500;
/** A transaction that began earlier may commit later: events younger than this wait for the next run. */
export const SETTLE_TIME = MINUTE;

/** One more with every change of what `countsOf` counts: sums of before are then counted anew (`replay.ts`). */
const COUNTING = 2;

export type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
/** Whose days the sums are of, and which code counted them. */
type Basis = { timeZone: string; counting: number };
type Cursor = Extract<Doc<"analytics">, { kind: "cursor" }>;
export type AgentTotal = { agentId: Id<"agents">; metrics: AgentMetrics };

/** Events that are in no sum yet, in order. `model/privacy/sweep.ts` goes through them. */
export async function uncountedEvents(
  ctx: Pick<QueryCtx, "db">,
  count: number,
): Promise<EventRow[]> {
  const upTo = (await loadCursor(ctx))?.upTo ?? 0;
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "event")
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", undefined)
        .gt("_creationTime", upTo)
        .lte("_creationTime", Date.now() - SETTLE_TIME),
    )
    .take(count);
  return rows.filter((row) => row.kind === "event");
}

/** Of the sums that are stored. */
export const basisOf = (cursor: Cursor | null): Basis => ({
  timeZone: cursor?.timeZone ?? UTC,
  counting: cursor?.counting ?? 1,
});

/** What they should be of: null if they are. Where nothing is counted yet there is nothing to change. */
export async function findNewBasis(
  ctx: Pick<QueryCtx, "db">,
  cursor: Cursor | null,
): Promise<Basis | null> {
  const wanted = await wantedBasis(ctx);
  const { timeZone, counting } = cursor === null ? wanted : basisOf(cursor);
  return timeZone === wanted.timeZone && counting === wanted.counting ? null : wanted;
}

const wantedBasis = async (ctx: Pick<QueryCtx, "db">): Promise<Basis> => ({
  timeZone: (await loadHours(ctx)).timeZone,
  counting: COUNTING,
});

/** Adds events to the hours, the days, the unanswered questions and the agents' totals. */
export async function countEvents(ctx: MutationCtx, events: EventRow[]): Promise<void> {
  const cursor = await loadCursor(ctx);
  const { timeZone } = cursor === null ? await wantedBasis(ctx) : basisOf(cursor);
  const { hours, days } = sumByPeriod(events, timeZone);
  await addToPeriods(ctx, "hour", hours);
  await addToPeriods(ctx, "day", days);
  await addGaps(ctx, events);
  for (const { agentId, metrics: add } of addToTotals([], events)) {
    await ctx.runMutation(internal.agents.updateAgentMetrics, { agentId, add });
  }
  if ((await findNewBasis(ctx, cursor)) !== null)
    await ctx.scheduler.runAfter(0, internal.analytics.check, {});
}

/** In the transaction that counts: each event is counted once. */
export async function rememberCounted(
  ctx: MutationCtx,
  { _creationTime: upTo }: EventRow,
): Promise<void> {
  const cursor = await loadCursor(ctx);
  if (cursor !== null) await ctx.db.patch("analytics", cursor._id, { upTo });
  else await ctx.db.insert("analytics", { kind: "cursor", upTo, ...(await wantedBasis(ctx)) });
}

type Sums = Map<number, Counts>;

/** What events come to in each hour and day of the shop's; of questions also at which hour of its clock they came. */
export function sumByPeriod(
  events: readonly EventRow[],
  timeZone: string,
): { hours: Sums; days: Sums } {
  const placeOf = calendarOf(timeZone);
  const sums = { hours: new Map<number, Counts>(), days: new Map<number, Counts>() };
  for (const event of events) {
    const { day, hour, hourStart } = placeOf(event._creationTime);
    const counts = countsOf(event);
    if (event.type === "message_received") counts[`${ASKED_AT}${hour}`] = 1;
    sums.hours.set(hourStart, addCounts(sums.hours.get(hourStart) ?? {}, counts));
    sums.days.set(day.start, addCounts(sums.days.get(day.start) ?? {}, counts));
  }
  return sums;
}

/** With the hour of the shop's clock, 0 to 23: messages of customers that came then. */
export const ASKED_AT = "message_received.at.";

async function addToPeriods(
  ctx: MutationCtx,
  period: "hour" | "day",
  byStart: Sums,
): Promise<void> {
  for (const [start, counts] of byStart) {
    const row = await ctx.db
      .query("analytics")
      .withIndex("by_kind_and_count", (q) =>
        q.eq("kind", "rollup").eq("count", undefined).eq("period", period).eq("start", start),
      )
      .unique();
    if (row?.kind === "rollup") {
      await ctx.db.patch("analytics", row._id, { counts: addCounts(row.counts, counts) });
    } else {
      await ctx.db.insert("analytics", { kind: "rollup", period, start, counts });
    }
  }
}

/** `totals` and what the events add to them. */
export function addToTotals(totals: AgentTotal[], events: EventRow[]): AgentTotal[] {
  const byAgent = new Map(totals.map(({ agentId, metrics }) => [agentId, metrics]));
  for (const event of events) {
    if (event.agentId === undefined) continue;
    const sum = byAgent.get(event.agentId) ?? ZERO_METRICS;
    byAgent.set(event.agentId, addMetrics(sum, metricsOfEvent(event)));
  }
  return [...byAgent].map(([agentId, metrics]) => ({ agentId, metrics }));
}

function metricsOfEvent({ type, data: { usage } }: EventRow): AgentMetrics {
  const replied = type === "reply_finished";
  const measured = (ms: number | undefined) =>
    replied && ms !== undefined ? { sum: ms, count: 1 } : { sum: 0, count: 0 };
  return {
    replies: replied ? 1 : 0,
    failures: type === "reply_failed" ? 1 : 0,
    handoffs: type === "escalated" ? 1 : 0,
    promptTokens: usage?.promptTokens ?? 0,
    completionTokens: usage?.completionTokens ?? 0,
    costMicroUsd: usage?.costMicroUsd ?? 0,
    firstTokenMs: measured(usage?.firstTokenMs),
    totalMs: measured(usage?.totalMs),
  };
}

/** The roll-up's cursor; null until the first event is rolled up. */
export async function loadCursor(ctx: Pick<QueryCtx, "db">): Promise<Cursor | null> {
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "cursor"))
    .unique();
  return row?.kind === "cursor" ? row : null;
}

/** The first `count` roll-ups from `from` on, and before `to`, oldest first. */
export async function listRollups(
  ctx: Pick<QueryCtx, "db">,
  period: "hour" | "day",
  { from, to = Infinity }: { from: number; to?: number },
  count: number,
): Promise<{ start: number; counts: Counts }[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "rollup")
        .eq("count", undefined)
        .eq("period", period)
        .gte("start", from)
        .lt("start", to),
    )
    .take(count);
  return rows
    .filter((row) => row.kind === "rollup")
    .map(({ start, counts }) => ({ start, counts }));
}
