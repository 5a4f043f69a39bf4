/** What a new owner is led through, and how far they are. Rules: `model/desk/firstDay.ts`. */
import { v } from "convex/values";
import { adminMutation, adminQuery } from "./functions";
import * as FirstDay from "./model/desk/firstDay";
import { changeFirstDay } from "./model/knowledge/firstDay";
import { vFirstDayStep } from "./validators";

/**
 * The steps in their order, each `done`, `skipped` or `open`, and what of it is there. All but `question` and `widget`
 * go by what the shop has, however it came to it.
 */
export const state = adminQuery({
  args: {},
  returns: FirstDay.vFirstDay,
  handler: async (ctx) => await FirstDay.loadFirstDay(ctx),
});

/**
 * Skips a step, or takes it up again (`open`). `done` is for `widget` alone, which is on a site that nothing here sees:
 * the admin says so. Errors: `invalid_input`.
 */
export const mark = adminMutation({
  limit: "write",
  args: { step: vFirstDayStep, as: FirstDay.vMark },
  returns: v.null(),
  handler: async (ctx, { step, as }) => {
    await FirstDay.markStep(ctx, step, as);
    return null;
  },
});

/** Whether the desk of admins speaks of it. */
export const hide = adminMutation({
  limit: "write",
  args: { hidden: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { hidden }) => {
    await changeFirstDay(ctx, { hidden });
    return null;
  },
});

/** An admin has been led to it: the desk does so once. */
export const begin = adminMutation({
  limit: "write",
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await changeFirstDay(ctx, {});
    return null;
  },
});
