/** What is stored beside what the events come to: one day's roll-ups, the agents' totals, the list of gaps. */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AgentMetrics, Difference } from "../../validators";
import { metricsOf, ZERO_METRICS } from "../agents/agents";
import { addCounts, type Counts } from "./metrics";
import { gapKeyOf } from "./gaps";
import { addToTotals, loadCursor, type AgentTotal, type EventRow } from "./rollups";
import { sayHour, sayDate, type Span } from "./days";

type Db = Pick<QueryCtx, "db">;
/** What is compared in one transaction, at most: a rest of a day, 400 days of unanswered questions. */
const COMPARE_LIMIT = 4_000;

type Compared<Wrong> = { differences: Difference[]; wrong: Wrong[] };

type Row = Extract<Doc<"analytics">, { kind: "rollup" }>;
type WrongPeriod = { row: Row | undefined; period: "hour" | "day"; start: number; counts: Counts };

/** Rows of one day: 25 hours and itself at most, and as many that were counted for another zone. */
const ROWS_OF_DAY = 60;

/** A day's hours and the day itself. Rows that no event stands for are wrong too. */
export async function compareDay(
  ctx: Db,
  { timeZone, ...day }: Span & { timeZone: string },
  hours: { start: number; counts: Counts }[],
): Promise<Compared<WrongPeriod>> {
  const whole = hours.reduce((sum, { counts }) => addCounts(sum, counts), {});
  const days = hours.length > 0 ? [{ start: day.start, counts: whole }] : [];
  const name = nameIn(timeZone);
  const [byHour, byDay] = [
    comparePeriods("hour", await rowsOfDay(ctx, "hour", day), hours, name),
    comparePeriods("day", await rowsOfDay(ctx, "day", day), days, name),
  ];
  return {
    differences: [...byDay.differences, ...byHour.differences],
    wrong: [...byDay.wrong, ...byHour.wrong],
  };
}

async function rowsOfDay(ctx: Db, period: "hour" | "day", day: Span): Promise<Row[]> {
  const rows = await rollUpsIn(ctx, period, day).take(ROWS_OF_DAY);
  return rows.filter((row) => row.kind === "rollup");
}

/** The stored roll-ups that begin in a stretch of time, in order. */
export const rollUpsIn = (ctx: Db, period: "hour" | "day", { start, end }: Span) =>
  ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "rollup")
        .eq("count", undefined)
        .eq("period", period)
        .gte("start", start)
        .lt("start", end),
    );

function comparePeriods(
  period: "hour" | "day",
  rows: Row[],
  replayed: { start: number; counts: Counts }[],
  name: (period: "hour" | "day", start: number) => string,
): Compared<WrongPeriod> {
  const compared: Compared<WrongPeriod> = { differences: [], wrong: [] };
  const starts = new Set([...rows, ...replayed].map(({ start }) => start));
  for (const start of [...starts].sort((a, b) => a - b)) {
    const row = rows.find((one) => one.start === start);
    const counts = replayed.find((one) => one.start === start)?.counts ?? {};
    const differences = differ(name(period, start), row?.counts ?? {}, counts);
    if (differences.length === 0) continue;
    compared.differences.push(...differences);
    compared.wrong.push({ row, period, start, counts });
  }
  return compared;
}

const nameIn = (timeZone: string) => (period: "hour" | "day", start: number) =>
  `${period} ${(period === "day" ? sayDate : sayHour)(timeZone, start)}`;

/** Key by key; a key that is missing counts nothing. */
function differ(where: string, stored: Counts, replayed: Counts): Difference[] {
  const keys = new Set([...Object.keys(stored), ...Object.keys(replayed)]);
  return [...keys]
    .map((key) => ({ where, key, stored: stored[key] ?? 0, replayed: replayed[key] ?? 0 }))
    .filter((one) => one.stored !== one.replayed);
}

export async function repairPeriod(
  ctx: MutationCtx,
  { row, period, start, counts }: WrongPeriod,
): Promise<void> {
  const empty = Object.keys(counts).length === 0;
  if (row === undefined)
    await ctx.db.insert("analytics", { kind: "rollup", period, start, counts });
  else if (empty) await ctx.db.delete("analytics", row._id);
  else await ctx.db.patch("analytics", row._id, { counts });
}

/** Events since the last closed day that are rolled up. Null: too many of them for one transaction. */
export async function rolledUpSince(ctx: Db, end: number): Promise<EventRow[] | null> {
  const upTo = (await loadCursor(ctx))?.upTo ?? 0;
  const rest = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "event")
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", undefined)
        .gte("_creationTime", end)
        .lte("_creationTime", upTo),
    )
    .take(COMPARE_LIMIT + 1);
  if (rest.length > COMPARE_LIMIT) return null;
  return rest.filter((row): row is EventRow => row.kind === "event");
}

/** Every agent's totals beside the closed days' and those of the events since. */
export async function compareAgents(
  ctx: Db,
  closed: AgentTotal[],
  since: EventRow[],
): Promise<Compared<AgentTotal>> {
  const totals = addToTotals(closed, since);
  const compared: Compared<AgentTotal> = { differences: [], wrong: [] };
  for (const agent of await ctx.db.query("agents").take(COMPARE_LIMIT)) {
    const found = totals.find(({ agentId }) => agentId === agent._id);
    const metrics = found?.metrics ?? ZERO_METRICS;
    const where = `agent ${agent.slug}`;
    const differences = differ(where, flat(metricsOf(agent)), flat(metrics));
    if (differences.length === 0) continue;
    compared.differences.push(...differences);
    compared.wrong.push({ agentId: agent._id, metrics });
  }
  return compared;
}

function flat({ firstTokenMs, totalMs, ...counts }: AgentMetrics): Counts {
  return {
    ...counts,
    firstTokenMs: firstTokenMs.sum,
    firstTokens: firstTokenMs.count,
    totalMs: totalMs.sum,
    totals: totalMs.count,
  };
}

export async function repairAgent(
  ctx: MutationCtx,
  { agentId, metrics }: AgentTotal,
): Promise<void> {
  await ctx.db.patch("agents", agentId, { metrics });
}

type Gap = Extract<Doc<"analytics">, { kind: "gap" }>;
type WrongGap = { question: string; row: Gap | undefined; count: number; lastAt: number };

/**
 * The list of gaps beside the questions that events still hold: all in one transaction, since deletion takes
 * questions out of both at any time. Null: too many of them. No difference names a question: they are
 * numbered, and customers' words stay out of logs.
 */
export async function compareGaps(ctx: Db): Promise<Compared<WrongGap> | null> {
  const cursor = await loadCursor(ctx);
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "gap"))
    .take(COMPARE_LIMIT + 1);
  const events = await ctx.db
    .query("analytics")
    .withIndex("by_type", (q) =>
      q
        .eq("type", "knowledge_gap")
        .gt("_creationTime", cursor?.unlinkedUpTo ?? 0)
        .lte("_creationTime", cursor?.upTo ?? 0),
    )
    .take(COMPARE_LIMIT + 1);
  if (Math.max(rows.length, events.length) > COMPARE_LIMIT) return null;
  const asked = countQuestions(events);
  const stored = new Map(rows.flatMap((row) => (row.kind === "gap" ? [[row.question, row]] : [])));
  const compared: Compared<WrongGap> = { differences: [], wrong: [] };
  for (const question of new Set([...stored.keys(), ...asked.keys()])) {
    const row = stored.get(question);
    const { count, lastAt } = asked.get(question) ?? { count: 0, lastAt: 0 };
    if ((row?.count ?? 0) === count) continue;
    const key = row?._id ?? "not listed";
    compared.differences.push({
      where: "unanswered question",
      key,
      stored: row?.count ?? 0,
      replayed: count,
    });
    compared.wrong.push({ question, row, count, lastAt });
  }
  return compared;
}

function countQuestions(
  events: Doc<"analytics">[],
): Map<string, { count: number; lastAt: number }> {
  const asked = new Map<string, { count: number; lastAt: number }>();
  for (const row of events) {
    if (row.kind !== "event") continue;
    const question = gapKeyOf(row.data.question ?? "");
    if (question === "") continue;
    const count = (asked.get(question)?.count ?? 0) + 1;
    asked.set(question, { count, lastAt: row._creationTime });
  }
  return asked;
}

export async function repairGap(
  ctx: MutationCtx,
  { question, row, count, lastAt }: WrongGap,
): Promise<void> {
  if (row === undefined) {
    await ctx.db.insert("analytics", { kind: "gap", question, count, lastAt });
  } else if (count === 0) await ctx.db.delete("analytics", row._id);
  else await ctx.db.patch("analytics", row._id, { count });
}
