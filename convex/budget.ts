/** What the AI may cost in a day, and what it has cost today. Rules: `model/replies/budget.ts`. */
import { v } from "convex/values";
import { dailyBudgetMicroUsd } from "./env";
import { adminMutation, adminQuery } from "./functions";
import { LIMITS } from "./model/access/limits";
import { recordEvent } from "./model/analytics/events";
import { REPLY_CAP } from "./model/handoff/triggers";
import * as Budget from "./model/replies/budget";
import { storeDailyBudget } from "./model/replies/dailyBudget";
import { vTimestamp } from "./validators";

/**
 * Today (UTC), in millionths of a US dollar: what is spent, and reserved by what is being answered; the day's budget as
 * the shop has set it, and the most that `AI_DAILY_BUDGET_USD` lets it set. `now` (ms since the epoch) is an argument
 * because a subscribed query must not decide by the clock.
 */
export const today = adminQuery({
  args: { now: vTimestamp },
  returns: v.object({
    spentMicroUsd: v.number(),
    budgetMicroUsd: v.number(),
    mostMicroUsd: v.number(),
    renewsAt: vTimestamp,
    /** That hold besides, and nobody sets. */
    limits: v.object({
      /** Of the AI in one episode of a conversation, before a person takes over. */
      answers: v.number(),
      /** Of a customer. */
      messagesPerMinute: v.number(),
      /** From one network. */
      questionsPerDay: v.number(),
    }),
  }),
  handler: async (ctx, { now }) => ({
    spentMicroUsd: await Budget.sumSpentToday(ctx, now),
    budgetMicroUsd: await Budget.loadDailyBudget(ctx),
    mostMicroUsd: dailyBudgetMicroUsd(),
    renewsAt: Budget.budgetRenewsAt(now),
    limits: {
      answers: REPLY_CAP,
      messagesPerMinute: LIMITS.message.user.rate,
      questionsPerDay: LIMITS.repliesOfTheDay.ip.rate,
    },
  }),
});

/**
 * Sets the day's budget in US dollars, at once; null: all that `AI_DAILY_BUDGET_USD` allows. With 0 the AI answers
 * nobody. Errors: `invalid_input`, `too_large` beyond what that allows.
 */
export const set = adminMutation({
  limit: "write",
  args: { usd: v.union(v.number(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { usd }) => {
    await storeDailyBudget(ctx, usd);
    await recordEvent(ctx, "budget_changed", { actorId: ctx.user._id });
    return null;
  },
});
