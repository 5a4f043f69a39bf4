/** What people see of durable processes, and the clean-up of what nobody needs any more. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internalMutation, staffQuery } from "./functions";
import { appError } from "./model/errors";
import * as Cleanup from "./model/cleanup";
import { boundedPage } from "./model/messages";
import { processForStaff, vProcessForStaff } from "./model/projections";
import { vWorkflowKind, vWorkflowState } from "./validators";

/** Processes of one kind, latest first, at most 100 a page. */
export const list = staffQuery({
  args: {
    kind: vWorkflowKind,
    state: v.optional(vWorkflowState),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vProcessForStaff),
  handler: async (ctx, { kind, state, paginationOpts }) => {
    const page = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => {
        const ofKind = q.eq("kind", kind);
        return state === undefined ? ofKind : ofKind.eq("state", state);
      })
      .order("desc")
      .paginate(boundedPage(paginationOpts));
    return { ...page, page: page.page.map((row) => processForStaff(row, ctx.user)) };
  },
});

/** One process. Errors: `not_found`. */
export const get = staffQuery({
  args: { workflowId: v.id("workflows") },
  returns: vProcessForStaff,
  handler: async (ctx, { workflowId }) => {
    const row = await ctx.db.get("workflows", workflowId);
    if (row === null) throw appError("not_found", "There is no such process.");
    return processForStaff(row, ctx.user);
  },
});

/** Run by a cron: deletes a batch of everything that is past its time, and goes on while there is more. */
export const cleanUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await Cleanup.run(ctx);
    return null;
  },
});
