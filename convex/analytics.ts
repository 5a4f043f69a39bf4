/** Numbers for the shop. Reads roll-ups only; events are for audits and replays. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { dailyBudgetMicroUsd } from "./env";
import { adminQuery, internalMutation, internalQuery, staffQuery } from "./functions";
import { budgetRenewsAt, sumSpentToday } from "./model/replies/budget";
import { appError } from "./lib/errors";
import { metricsOfCounts, vMetrics } from "./model/analytics/figures";
import { addCounts } from "./model/analytics/metrics";
import { checkPageSize, withoutSplit } from "./lib/pages";
import * as Replay from "./model/analytics/replay";
import { sweepOrIsolate } from "./model/privacy/sweep";
import * as Rollups from "./model/analytics/rollups";
import { DAY } from "./lib/time";
import { checkFields, vEventData, vEventType, vPeriod, vRollupCounts } from "./validators";

const vSeries = v.array(v.object({ start: v.number(), counts: vRollupCounts, metrics: vMetrics }));

/**
 * Totals from the start of the UTC day `from` (ms) on, at most 366 days, and the numbers that follow from them
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
    const from = startOfDay(args.from);
    const days = await Rollups.listRollups(ctx, "day", from, 366);
    const counts = days.reduce((sum, day) => addCounts(sum, day.counts), {});
    const [last] = await Replay.listChecks(ctx, 1);
    const check = last === undefined ? null : { at: last.at, differ: last.differ };
    return { from, counts, metrics: metricsOfCounts(counts), check };
  },
});

/** Roll-ups from `from` on, oldest first: at most 366 of either period. */
export const series = staffQuery({
  args: { period: vPeriod, from: v.number() },
  returns: vSeries,
  handler: async (ctx, { period, from }) => {
    const rows = await Rollups.listRollups(ctx, period, startOfDay(from), 366);
    return rows.map((row) => ({ ...row, metrics: metricsOfCounts(row.counts) }));
  },
});

/**
 * Events, latest first, optionally of one type or conversation; at most 100 a page. Every privileged act is
 * one: who (`actorId`; nobody for the CLI, the AI and timers), to whom or what, and when.
 */
export const events = adminQuery({
  args: {
    type: v.optional(vEventType),
    conversationId: v.optional(v.id("conversations")),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(
    v.object({
      _id: v.id("analytics"),
      _creationTime: v.number(),
      type: vEventType,
      conversationId: v.optional(v.id("conversations")),
      actorId: v.optional(v.id("users")),
      subjectId: v.optional(v.id("users")),
      agentId: v.optional(v.id("agents")),
      documentId: v.optional(v.id("knowledge")),
      data: vEventData,
    }),
  ),
  handler: async (ctx, { type, conversationId, paginationOpts }) => {
    const rows = ctx.db.query("analytics");
    const range =
      conversationId !== undefined
        ? rows.withIndex("by_conversation_and_question", (q) =>
            q.eq("conversationId", conversationId),
          )
        : type !== undefined
          ? rows.withIndex("by_type", (q) => q.eq("type", type))
          : rows.withIndex("by_kind_and_count", (q) => q.eq("kind", "event"));
    const page = withoutSplit(await range.order("desc").paginate(checkPageSize(paginationOpts)));
    const found = page.page.filter((row) => row.kind === "event");
    const wanted = found.filter((row) => type === undefined || row.type === type);
    return { ...page, page: wanted.map(({ kind: _kind, ...event }) => event) };
  },
});

/** What the nightly replays of the events found, newest first: the last 30. */
export const checks = adminQuery({
  args: {},
  returns: v.array(v.object(checkFields)),
  handler: async (ctx) => await Replay.listChecks(ctx, 30),
});

function startOfDay(at: number): number {
  if (!Number.isFinite(at) || at < 0) {
    throw appError("invalid_input", "`from` is a time in milliseconds since 1970.");
  }
  return Math.floor(at / DAY) * DAY;
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
      budgetMicroUsd: dailyBudgetMicroUsd(),
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
