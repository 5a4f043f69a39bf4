/** Setting the day's budget. Apart from `budget.ts`, which every reply loads. */
import type { MutationCtx } from "../../_generated/server";
import { dailyBudgetMicroUsd } from "../../env";
import { appError } from "../../lib/errors";
import { findOnlyRow, putOnlyRow } from "../knowledge/onlyRow";

/** Null: all that the deployment allows. Errors: `invalid_input`, `too_large`. */
export async function storeDailyBudget(ctx: MutationCtx, usd: number | null): Promise<void> {
  if (usd === null) {
    const row = await findOnlyRow(ctx, "daily_budget");
    if (row !== null) await ctx.db.delete("knowledge", row._id);
    return;
  }
  if (!(usd >= 0 && Number.isFinite(usd))) {
    throw appError("invalid_input", "The budget is a number of US dollars, 0 or more.");
  }
  const microUsd = Math.round(usd * 1e6);
  const most = dailyBudgetMicroUsd();
  if (microUsd > most) {
    const advice = "Whoever runs the deployment can raise it: AI_DAILY_BUDGET_USD.";
    throw appError("too_large", `At most $${most / 1e6} a day is allowed here. ${advice}`);
  }
  await putOnlyRow(ctx, { kind: "daily_budget", microUsd, updatedAt: Date.now() });
}
