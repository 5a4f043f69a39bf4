/** How far documents have come with vectors of today's model, as after a change of it. Rules: `model/knowledge/vectors.ts`. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { adminMutation, staffQuery } from "./functions";
import { recordEvent } from "./model/analytics/events";
import { countUnembedded, retryUnembedded, vEmbeddingProgress } from "./model/knowledge/vectors";

/**
 * How many documents have vectors of today's model, and how many wait for them, found by their words until then; why
 * one of them has none. `model` is null without a key.
 */
export const progress = staffQuery({
  args: {},
  returns: vEmbeddingProgress,
  handler: async (ctx) => await countUnembedded(ctx),
});

/** Goes on at once, also with what failed: not when its time comes by itself, within ten minutes at first. */
export const resume = adminMutation({
  limit: "knowledge",
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await retryUnembedded(ctx);
    await ctx.scheduler.runAfter(0, internal.knowledge.embedUnembedded, {});
    await recordEvent(ctx, "embedding_resumed", { actorId: ctx.user._id });
    return null;
  },
});
