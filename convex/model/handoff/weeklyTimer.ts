/** When the mail with the week is due: Mondays at seven of the shop's clock. A row for each who wants it, which waits. */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { cancelTimer, takeTimerOver, type TimerRef } from "../conversations/timers";
import { listPeriods } from "../analytics/days";
import { localDate, localTime, type OpeningHours } from "../hours/hours";
import { loadHours } from "../hours/stored";

const AT = "07:00";

/** The first Monday, seven o'clock, after `now`. */
export function nextMonday(hours: OpeningHours, now: number): number {
  const [week] = listPeriods(hours.timeZone, "week", now, 1);
  const monday = localDate(hours, week!.start);
  const due = localTime(hours, monday, AT);
  return due > now ? due : localTime(hours, monday.add({ weeks: 1 }), AT);
}

/** The row of somebody who wants the mail, and has not taken that back. */
export async function findWeekly(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"workflows"> | null> {
  const row = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "weekly"))
    .order("desc")
    .first();
  return row?.finishedAt === undefined ? row : null;
}

/** From now on they have it, or no longer. False: it was so already. */
export async function setWeekly(
  ctx: MutationCtx,
  userId: Id<"users">,
  wanted: boolean,
): Promise<boolean> {
  const row = await findWeekly(ctx, userId);
  if (wanted === (row !== null)) return false;
  if (row !== null) await cancelTimer(ctx, row._id, "turned off");
  else {
    const dueAt = nextMonday(await loadHours(ctx), Date.now());
    const timerId = await ctx.db.insert("workflows", {
      ...{ kind: "weekly", state: "running", step: "waiting for Monday" },
      ...{ attempt: 1, userId, dueAt },
    });
    await scheduleWeekly(ctx, { timerId, attempt: 1 }, dueAt);
  }
  return true;
}

export async function scheduleWeekly(
  ctx: MutationCtx,
  ref: TimerRef,
  dueAt: number,
): Promise<void> {
  const jobId = await ctx.scheduler.runAt(dueAt, internal.weekly.send, ref);
  await ctx.db.patch("workflows", ref.timerId, { jobId });
}

/** One that was lost, or could not be mailed, is tried again: with the same key, so that it goes once. */
export async function resumeWeekly(ctx: MutationCtx, row: Doc<"workflows">): Promise<void> {
  const { ref, dueAt } = await takeTimerOver(ctx, row);
  await scheduleWeekly(ctx, ref, dueAt);
}
