/**
 * Rolling events up: each run reads a batch of events after a cursor and adds them to hourly and daily
 * rows, to the agents' totals and to the list of unanswered questions. Events are never patched, so a
 * replay of them must give the same numbers.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AgentMetrics } from "../../validators";
import { addMetrics, ZERO_METRICS } from "../agents/agents";
import { addCounts, countsOf, type Counts } from "./metrics";
import { DAY, HOUR, MINUTE } from "../../lib/time";

/** Events per run. */
export const ROLLUP_BATCH = 500;
/** A transaction that began earlier may commit later: events younger than this wait for the next run. */
export const SETTLE_TIME = MINUTE;

export type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
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

/** Adds events to the hours, the days, the unanswered questions and the agents' totals. */
export async function countEvents(ctx: MutationCtx, events: EventRow[]): Promise<void> {
  await addToPeriods(ctx, "hour", HOUR, events);
  await addToPeriods(ctx, "day", DAY, events);
  for (const event of events) {
    if (event.type === "knowledge_gap") await addGap(ctx, event);
  }
  for (const { agentId, metrics: add } of addToTotals([], events)) {
    await ctx.runMutation(internal.agents.updateAgentMetrics, { agentId, add });
  }
}

/** In the transaction that counts: each event is counted once. */
export async function rememberCounted(
  ctx: MutationCtx,
  { _creationTime: upTo }: EventRow,
): Promise<void> {
  const cursor = await loadCursor(ctx);
  if (cursor === null) await ctx.db.insert("analytics", { kind: "cursor", upTo });
  else await ctx.db.patch("analytics", cursor._id, { upTo });
}

async function addToPeriods(
  ctx: MutationCtx,
  period: "hour" | "day",
  length: number,
  events: EventRow[],
): Promise<void> {
  const byStart = new Map<number, Counts>();
  for (const event of events) {
    const start = Math.floor(event._creationTime / length) * length;
    byStart.set(start, addCounts(byStart.get(start) ?? {}, countsOf(event)));
  }
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

/** How the list of gaps spells a question. */
export const gapKeyOf = (question: string) => question.toLowerCase().replace(/\s+/g, " ").trim();

async function addGap(ctx: MutationCtx, { data, _creationTime: lastAt }: EventRow): Promise<void> {
  const question = gapKeyOf(data.question ?? "");
  if (!question) return;
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", undefined).eq("question", question),
    )
    .unique();
  if (row?.kind === "gap")
    await ctx.db.patch("analytics", row._id, { count: row.count + 1, lastAt });
  else await ctx.db.insert("analytics", { kind: "gap", question, count: 1, lastAt });
}

export const vGap = v.object({ question: v.string(), count: v.number(), lastAt: v.number() });

/** Questions that found nothing, most frequent first, at most 100. */
export async function listGaps(ctx: Pick<QueryCtx, "db">): Promise<Infer<typeof vGap>[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "gap").gt("count", 0))
    .order("desc")
    .take(100);
  return rows
    .filter((row) => row.kind === "gap")
    .map(({ question, count, lastAt }) => ({ question, count, lastAt }));
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
export async function loadCursor(ctx: Pick<QueryCtx, "db">) {
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "cursor"))
    .unique();
  return row?.kind === "cursor" ? row : null;
}

/** The first `count` roll-ups from `from` on, oldest first. */
export async function listRollups(
  ctx: Pick<QueryCtx, "db">,
  period: "hour" | "day",
  from: number,
  count: number,
): Promise<{ start: number; counts: Counts }[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q.eq("kind", "rollup").eq("count", undefined).eq("period", period).gte("start", from),
    )
    .take(count);
  return rows
    .filter((row) => row.kind === "rollup")
    .map(({ start, counts }) => ({ start, counts }));
}
