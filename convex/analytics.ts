/** Numbers for the shop. Reads roll-ups only; events are for audits and replays. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { adminQuery, internalMutation, internalQuery, staffQuery } from "./functions";
import { budgetRenewsAt, loadDailyBudget, sumSpentToday } from "./model/replies/budget";
import type { QueryCtx } from "./_generated/server";
import * as Behind from "./model/analytics/behind";
import * as Breakdown from "./model/analytics/breakdown";
import { dayAt } from "./model/analytics/days";
import { metricsOfCounts, vMetrics } from "./model/analytics/figures";
import { addCounts } from "./model/analytics/metrics";
import { checkPageSize } from "./lib/pages";
import { listNamedEvents, vNamedEvent } from "./model/analytics/audit";
import * as Replay from "./model/analytics/replay";
import * as Report from "./model/analytics/report";
import { sweepOrIsolate } from "./model/privacy/sweep";
import * as Rollups from "./model/analytics/rollups";
import { withoutSketches } from "./model/analytics/sketch";
import { checkFields, vEventType, vPeriod, vRollupCounts } from "./validators";

const vSeries = v.array(v.object({ start: v.number(), counts: vRollupCounts, metrics: vMetrics }));

/**
 * Totals from the start of the shop's day at `from` (ms) on, at most 366 days, and the numbers that follow from them
 * (`metrics`; docs/numbers.md has the definitions). Rolled up every five minutes. `from` is an argument because a subscribed query must not decide by the clock. Keys of `counts` are event
 * types (`reply_finished`, `escalated`, `escalated.<reason>`, …) and sums (`costMicroUsd`, `promptTokens`,
 * `completionTokens`, `firstTokenMs` over `firstTokens`, `ratingSum` over `rated`, …).
 */
export const overview = staffQuery({
  args: { from: v.number() },
  returns: v.object({
    from: v.number(),
    counts: vRollupCounts,
    metrics: vMetrics,
    /** The last comparison with the events: when, and how many numbers differed. Null before the first. */
    check: v.union(v.object({ at: v.number(), differ: v.number() }), v.null()),
  }),
  handler: async (ctx, args) => {
    const from = await startOfDay(ctx, args.from);
    const days = await Rollups.listRollups(ctx, "day", { from }, 366);
    const counts = days.reduce((sum, day) => addCounts(sum, day.counts), {});
    const check = await Replay.lastCheck(ctx);
    return { from, counts: withoutSketches(counts), metrics: metricsOfCounts(counts), check };
  },
});

/** Roll-ups from the start of the shop's day at `from` on, oldest first: at most 366 of either period. */
export const series = staffQuery({
  args: { period: vPeriod, from: v.number() },
  returns: vSeries,
  handler: async (ctx, { period, from }) => {
    const range = { from: await startOfDay(ctx, from) };
    const rows = await Rollups.listRollups(ctx, period, range, 366);
    return rows.map(({ start, counts }) => ({
      start,
      counts: withoutSketches(counts),
      metrics: metricsOfCounts(counts),
    }));
  },
});

/**
 * The last `count` days (31 at most), weeks (14) or months (13) of the shop's zone up to the one at `at` (ms), each with
 * its counts and numbers, and when customers write by hour of the week. Rolled up every five minutes. Errors:
 * `invalid_input`.
 */
export const report = staffQuery({
  args: { by: Report.vUnit, at: v.number(), count: v.number() },
  returns: Report.vReport,
  handler: async (ctx, args) => await Report.loadReport(ctx, args),
});

/**
 * Technicians, agents, documents and ratings of a time, from its latest 2,000 events of each kind and 100 ratings.
 * Errors: `invalid_input`.
 */
export const breakdown = staffQuery({
  args: { from: v.number(), to: v.number() },
  returns: Breakdown.vBreakdown,
  handler: async (ctx, range) => await Breakdown.loadBreakdown(ctx, range),
});

/**
 * The conversations behind a number, latest first, at most 50 a page: go on with `next` as `to`. `of` is the one reason,
 * model, document, label, agent or technician. Errors: `invalid_input`.
 */
export const behind = staffQuery({
  args: { figure: Behind.vFigure, of: v.optional(v.string()), from: v.number(), to: v.number() },
  returns: Behind.vBehindPage,
  handler: async (ctx, args) => await Behind.listBehind(ctx, args),
});

/**
 * Events, latest first, optionally of one type, conversation or actor, or `acts` alone: what is done with the shop, not
 * what its chats come to. At most 100 a page, which filters beyond the first leave shorter. Every privileged act is
 * one: who (`actorId`; nobody for the CLI, the AI and timers), to whom or what, and when. `actor`, `subject`: their
 * names, as long as they are here.
 */
export const events = adminQuery({
  args: {
    type: v.optional(vEventType),
    conversationId: v.optional(v.id("conversations")),
    actorId: v.optional(v.id("users")),
    acts: v.optional(v.boolean()),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vNamedEvent),
  handler: async (ctx, { paginationOpts, ...wanted }) =>
    await listNamedEvents(ctx, wanted, checkPageSize(paginationOpts)),
});

/** What the nightly replays of the events found, newest first: the last 30. */
export const checks = adminQuery({
  args: {},
  returns: v.array(v.object(checkFields)),
  handler: async (ctx) => await Replay.listChecks(ctx, 30),
});

async function startOfDay(ctx: Pick<QueryCtx, "db">, at: number): Promise<number> {
  Report.checkTime(at);
  return dayAt(Rollups.basisOf(await Rollups.loadCursor(ctx)).timeZone, at).start;
}

/** For the CLI: what the AI has cost and reserved today (UTC), and what it may, in millionths of a US dollar. */
export const budget = internalQuery({
  args: {},
  returns: v.object({
    spentMicroUsd: v.number(),
    budgetMicroUsd: v.number(),
    renewsAt: v.number(),
  }),
  handler: async (ctx) => {
    const now = Date.now();
    return {
      spentMicroUsd: await sumSpentToday(ctx, now),
      budgetMicroUsd: await loadDailyBudget(ctx),
      renewsAt: budgetRenewsAt(now),
    };
  },
});

/** Run by a cron: what is counted by the hour becomes events, and events numbers; goes on while there are some. */
export const rollUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const refusals = await sweepOrIsolate(ctx, { kind: "refusal" });
    const events = await sweepOrIsolate(ctx, { kind: "count" });
    if (refusals || events) await ctx.scheduler.runAfter(0, internal.analytics.rollUp, {});
    return null;
  },
});

/** Run by a cron: judges episodes 72 hours after they were resolved; goes on while there are some. */
export const judge = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await sweepOrIsolate(ctx, { kind: "verdict" }))
      await ctx.scheduler.runAfter(0, internal.analytics.judge, {});
    return null;
  },
});

/**
 * Compares every number with a replay of the events; run by a cron each night, and by the CLI with
 * `{"full": true}` for all days. `analytics.checks` has what it found.
 */
export const check = internalMutation({
  args: { full: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { full }) => {
    if (await Replay.start(ctx, { full })) {
      await ctx.scheduler.runAfter(0, internal.analytics.replay, {});
    }
    return null;
  },
});

/** For the CLI: as `check` of all days, and sets what differs to what the events come to. */
export const rebuild = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await Replay.start(ctx, { repair: true })) {
      await ctx.scheduler.runAfter(0, internal.analytics.replay, {});
    }
    return null;
  },
});

/** One batch of a replay, and the next. */
export const replay = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const goOnIn = await Replay.step(ctx);
    if (goOnIn !== null) await ctx.scheduler.runAfter(goOnIn, internal.analytics.replay, {});
    return null;
  },
});
