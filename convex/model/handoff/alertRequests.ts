/** Asking for a digest of what waits. What one says is another file's (`alerts.ts`), which much more is behind. */
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { takeTimerOver, type TimerRef } from "../conversations/timers";
import { MINUTE } from "../../lib/time";

/** From one digest to the next: nobody gets two e-mails within it. */
const ALERT_INTERVAL = 2 * MINUTE;

/** Asks for a digest. One that has not begun to be written will say it too. */
export async function requestAlert(ctx: MutationCtx): Promise<void> {
  const running = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "alert").eq("state", "running"))
    .order("desc")
    .first();
  if (running !== null && running.progressAt === undefined) return;
  const last = running ?? (await lastEnded(ctx));
  const now = Date.now();
  await start(ctx, Math.max(now, (last?.progressAt ?? 0) + ALERT_INTERVAL));
}

function lastEnded(ctx: Pick<QueryCtx, "db">): Promise<Doc<"workflows"> | null> {
  return ctx.db
    .query("workflows")
    .withIndex("by_kind_and_finished", (q) => q.eq("kind", "alert").gt("finishedAt", undefined))
    .order("desc")
    .first();
}

async function start(ctx: MutationCtx, dueAt: number): Promise<void> {
  const timerId = await ctx.db.insert("workflows", {
    kind: "alert",
    state: "running",
    step: "collecting",
    attempt: 1,
    dueAt,
  });
  await schedule(ctx, { timerId, attempt: 1 }, dueAt);
}

async function schedule(ctx: MutationCtx, ref: TimerRef, dueAt: number): Promise<void> {
  const jobId = await ctx.scheduler.runAt(dueAt, internal.workflows.sendAlert, ref);
  await ctx.db.patch("workflows", ref.timerId, { jobId });
}

/** A digest that was lost is written again, for those who have not had it. */
export async function resumeAlert(ctx: MutationCtx, alert: Doc<"workflows">): Promise<void> {
  const { ref, dueAt } = await takeTimerOver(ctx, alert);
  await schedule(ctx, ref, dueAt);
}
