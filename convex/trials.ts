/** Trials of a changed agent or set of documents. Rules: `model/replies/trials.ts`. */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import {
  adminAction,
  adminMutation,
  adminQuery,
  internalAction,
  internalMutation,
} from "./functions";
import { startTrial, vTrialInput } from "./model/replies/trialPlan";
import { loadTrialReport, vTrialReport } from "./model/replies/trialReport";
import * as Trials from "./model/replies/trials";
import { settleReservation } from "./model/replies/budget";
import { admitTry, vTried, vTryInput, vTryTask } from "./model/replies/tryout";
import { recordEvent } from "./model/analytics/events";
import { vReservation, vUsage } from "./validators";

/**
 * Runs a changed agent (`change`) or set of documents (unpublished ones added, published ones left out) beside the live
 * one: on the last answers of the agent, and on lines of an evaluation. Nothing is changed, sent or handed over by it;
 * what the models cost counts to the day's budget, and stops at `limitUsd`. `workflows.cancel` and `retry` end it and go
 * on with it. Errors: `not_found`, `invalid_input`, `too_large`, `conflict` while another one runs, or for a document
 * that is not as the change says.
 */
export const start = adminMutation({
  limit: "knowledge",
  args: { agentId: v.id("agents"), ...vTrialInput.fields },
  returns: v.id("workflows"),
  handler: async (ctx, input) => await startTrial(ctx, input, { actorId: ctx.user._id }),
});

/** What a trial has found so far: each exchange, and the totals of both sides. Errors: `not_found`. */
export const get = adminQuery({
  args: { trialId: v.id("workflows") },
  returns: vTrialReport,
  handler: async (ctx, { trialId }) => await loadTrialReport(ctx, trialId),
});

/**
 * What an agent with these changes would answer in a test chat: by the rules, else with the product's own search, prompt
 * and grounding. Nothing is stored, sent or handed over; what the models cost counts to the day's budget. At most 20
 * messages. Errors: `not_found`, `invalid_input`, `too_large`, `rate_limited`, `conflict` for a budget that is used up.
 */
export const ask = adminAction({
  limit: "assist",
  args: vTryInput.fields,
  returns: vTried,
  handler: async (ctx, input): Promise<Infer<typeof vTried>> => {
    const task = await ctx.runMutation(internal.trials.admit, input);
    if (task.kind === "rule") {
      const { reason } = task;
      const nothing = { text: "", citations: [], found: [], refused: 0, costMicroUsd: 0 };
      return { outcome: "handoff", reason, ...nothing, totalMs: 0 };
    }
    // With the call: the SDK.
    const { rehearseTry } = await import("./model/replies/rehearsal");
    const { tried, usage } = await rehearseTry(ctx, task);
    const { reserved } = task;
    const { userId: actorId } = ctx.caller;
    const { agentId } = input;
    await ctx.runMutation(internal.trials.settle, { reserved, usage, agentId, actorId });
    return tried;
  },
});

export const admit = internalMutation({
  args: vTryInput.fields,
  returns: vTryTask,
  handler: async (ctx, input) => await admitTry(ctx, input),
});

export const settle = internalMutation({
  args: { reserved: vReservation, usage: vUsage, agentId: v.id("agents"), actorId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { reserved, usage, ...refs }) => {
    await settleReservation(ctx, reserved, usage.costMicroUsd);
    await recordEvent(ctx, "assisted", refs, { reason: "test_chat", usage });
    return null;
  },
});

export const step = internalAction({
  args: Trials.vStep.fields,
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const task = await ctx.runMutation(internal.trials.take, args);
    if (task === null) return null;
    // With the call: the SDK.
    const { rehearseBoth } = await import("./model/replies/rehearsal");
    const done = await rehearseBoth(ctx, { ...args, ...task });
    await ctx.runMutation(internal.trials.store, { ...args, ...done });
    return null;
  },
});

export const take = internalMutation({
  args: Trials.vStep.fields,
  returns: v.union(Trials.vTask, v.null()),
  handler: async (ctx, args) => await Trials.takeExchange(ctx, args),
});

export const store = internalMutation({
  args: { ...Trials.vStep.fields, ...Trials.vDone.fields },
  returns: v.null(),
  handler: async (ctx, { workflowId, attempt, ...done }) => {
    await Trials.storeExchange(ctx, { workflowId, attempt }, done);
    return null;
  },
});

export const check = internalMutation({
  args: Trials.vStep.fields,
  returns: v.null(),
  handler: async (ctx, args) => {
    await Trials.checkTrial(ctx, args);
    return null;
  },
});
