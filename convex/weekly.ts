/** The mail with the week, on Mondays, for staff who want it. Rules: `model/handoff/weekly.ts`. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation, staffMutation, staffQuery } from "./functions";
import { recordEvent } from "./model/analytics/events";
import * as Health from "./model/analytics/health";
import { vTimerRef } from "./model/conversations/timers";
import { vTally } from "./model/handoff/alerts";
import { mailLetters } from "./model/handoff/letters";
import { composeWeekly, finishWeekly, vWeekly } from "./model/handoff/weekly";
import { findWeekly, setWeekly } from "./model/handoff/weeklyTimer";

/** Whether the caller has it, and when the next one is due (ms since the epoch; null without it). */
export const get = staffQuery({
  args: {},
  returns: v.object({ wanted: v.boolean(), dueAt: v.union(v.number(), v.null()) }),
  handler: async (ctx) => {
    const row = await findWeekly(ctx, ctx.user._id);
    return { wanted: row !== null, dueAt: row?.dueAt ?? null };
  },
});

/** Has the caller mailed the shop's week each Monday at seven of its clock, or no longer. What it is already changes nothing. */
export const set = staffMutation({
  limit: "write",
  args: { wanted: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { wanted }) => {
    if (!(await setWeekly(ctx, ctx.user._id, wanted))) return null;
    const reason = wanted ? "on" : "off";
    await recordEvent(ctx, "weekly_mail_changed", { actorId: ctx.user._id }, { reason });
    return null;
  },
});

/** Scheduled for Monday. What dies here is taken up by upkeep. */
export const send = internalAction({
  args: vTimerRef.fields,
  returns: v.null(),
  handler: async (ctx, ref): Promise<null> => {
    const weekly: Infer<typeof vWeekly> | null = await ctx.runMutation(internal.weekly.begin, ref);
    if (weekly === null) return null;
    const { letter, weekEnd } = weekly;
    const mailed = await mailLetters([letter], {
      key: `weekly-${ref.timerId}-${weekEnd}`,
      text: () => Promise.resolve(),
    });
    await ctx.runMutation(internal.weekly.finish, { ref, weekEnd, ...mailed });
    return null;
  },
});

export const begin = internalMutation({
  args: vTimerRef.fields,
  returns: v.union(vWeekly, v.null()),
  handler: async (ctx, ref) => await composeWeekly(ctx, ref),
});

export const finish = internalMutation({
  args: {
    ref: vTimerRef,
    weekEnd: v.number(),
    tally: vTally,
    fault: v.optional(v.union(v.string(), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, { ref, fault, ...mailed }) => {
    await Health.noteProvider(ctx, "email", fault);
    await finishWeekly(ctx, ref, mailed);
    return null;
  },
});
