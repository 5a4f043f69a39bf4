/** What the AI writes for staff. Nothing of it reaches a customer by itself. Rules: `model/replies/assists.ts`. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, staffAction, staffMutation, staffQuery } from "./functions";
import { appError } from "./lib/errors";
import * as Assists from "./model/replies/assists";
import * as Translations from "./model/replies/translations";
import * as Summaries from "./model/replies/summaries";

const conversationId = v.id("conversations");
const workflowId = v.id("workflows");

/**
 * Has an answer drafted for the caller, who has the conversation: from the shop's documents, with sources, checked as a
 * reply is; `instruction` is what it is to say, at most 500 characters. The words are in `current`, from the first one
 * on; this ends when they are whole. Nothing is sent, stored in the conversation or counted as an answer. Errors:
 * `not_found`, `conflict` for a conversation that is not the caller's or a used-up budget, `rate_limited`,
 * `invalid_input`.
 */
export const draft = staffAction({
  limit: "assist",
  args: { conversationId, instruction: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const { userId } = ctx.caller;
    const task = await ctx.runMutation(internal.assists.admit, { ...args, userId });
    // With the call: the SDK.
    const { writeDraft } = await import("./model/replies/drafting");
    await writeDraft(ctx, task);
    return null;
  },
});

/**
 * The caller's own draft in a conversation, while it is written and after; null without one. `takenOut` are sentences
 * that nothing bears out; `turn` lower than the conversation's: somebody has written since. Kept until it is sent,
 * discarded, replaced, or a day old. Errors: `not_found`.
 */
export const current = staffQuery({
  args: { conversationId },
  returns: v.union(Assists.vDraft, v.null()),
  handler: async (ctx, args) => await Assists.findDraft(ctx, ctx.user._id, args.conversationId),
});

/** Calls a draft off, or throws it away. Errors: `not_found`. */
export const discard = staffMutation({
  limit: "write",
  args: { draftId: workflowId },
  returns: v.null(),
  handler: async (ctx, { draftId }) => {
    await Assists.discardDraft(ctx, ctx.user._id, draftId);
    return null;
  },
});

/**
 * Has a long conversation summed up for staff: its episode, the latest 60 messages, and what was before. Whoever asks
 * again gets the same until somebody has written since (`summary`). Errors: `not_found`, `conflict` where there is
 * nothing to sum up or the budget is used up, `rate_limited`.
 */
export const summarize = staffAction({
  limit: "assist",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const { userId } = ctx.caller;
    const task = await ctx.runMutation(internal.assists.admitSummary, { ...args, userId });
    if (task === null) return null;
    // With the call: the SDK.
    const { writeSummary } = await import("./model/replies/summarizing");
    await writeSummary(ctx, task);
    return null;
  },
});

/** The summary of a conversation, as it was at `upTo`; null without one. Errors: `not_found`. */
export const summary = staffQuery({
  args: { conversationId },
  returns: v.union(Summaries.vSummary, v.null()),
  handler: async (ctx, args) => await Summaries.findSummary(ctx, args.conversationId),
});

/**
 * Has the customer's latest messages translated into a language (ISO 639), at most 10 of them a call; those that are in
 * it already come back as they are. Staff see them with each message (`translation`). Errors: `not_found`,
 * `invalid_input`, `conflict`, `rate_limited`, `provider_unavailable`.
 */
export const translateMessages = staffAction({
  limit: "translate",
  args: { conversationId, to: v.string() },
  returns: v.null(),
  handler: async (ctx, args): Promise<null> => {
    const { userId } = ctx.caller;
    const task = await ctx.runMutation(internal.assists.admitReading, { ...args, userId });
    if (task === null) return null;
    // With the call: the SDK.
    const { translateMessages } = await import("./model/replies/translating");
    await translateMessages(ctx, task);
    return null;
  },
});

/**
 * An answer of the caller's in the customer's language, to read and send (`messages.sendStaffMessage` with `original`).
 * `differs`: prices, times, numbers and addresses that only one of the two has. Nothing is kept. Errors: as
 * `translateMessages`, `conflict` also for a conversation that is not the caller's, `too_large`.
 */
export const translateAnswer = staffAction({
  limit: "translate",
  args: { conversationId, text: v.string(), to: v.string() },
  returns: v.object({ text: v.string(), differs: v.array(v.string()) }),
  handler: async (ctx, args): Promise<{ text: string; differs: string[] }> => {
    const { userId } = ctx.caller;
    const task = await ctx.runMutation(internal.assists.admitAnswer, { ...args, userId });
    const { translateAnswer } = await import("./model/replies/translating");
    return await translateAnswer(ctx, task);
  },
});

export const admitReading = internalMutation({
  args: { conversationId, userId: v.id("users"), to: v.string() },
  returns: v.union(Translations.vTranslationTask, v.null()),
  handler: async (ctx, { conversationId, ...asked }) => {
    const conversation = await ctx.db.get("conversations", conversationId);
    if (conversation === null) throw appError("not_found", "There is no such conversation.");
    return await Translations.admitReading(ctx, conversation, asked);
  },
});

export const admitAnswer = internalMutation({
  args: { conversationId, userId: v.id("users"), to: v.string(), text: v.string() },
  returns: Translations.vTranslationTask.omit("texts").extend({ text: v.string() }),
  handler: async (ctx, { conversationId, ...asked }) => {
    const conversation = await ctx.db.get("conversations", conversationId);
    if (conversation === null) throw appError("not_found", "There is no such conversation.");
    return await Translations.admitAnswer(ctx, conversation, asked);
  },
});

export const settleTranslation = internalMutation({
  args: Translations.vTranslationEnd.fields,
  returns: v.null(),
  handler: async (ctx, end) => {
    await Translations.settleTranslation(ctx, end);
    return null;
  },
});

export const admitSummary = internalMutation({
  args: { conversationId, userId: v.id("users") },
  returns: v.union(Summaries.vSummaryTask, v.null()),
  handler: async (ctx, { conversationId, userId }) => {
    const conversation = await ctx.db.get("conversations", conversationId);
    if (conversation === null) throw appError("not_found", "There is no such conversation.");
    return await Summaries.admitSummary(ctx, conversation, userId);
  },
});

export const admit = internalMutation({
  args: { conversationId, userId: v.id("users"), instruction: v.optional(v.string()) },
  returns: Assists.vAssistTask,
  handler: async (ctx, { conversationId, ...asked }) => {
    const conversation = await ctx.db.get("conversations", conversationId);
    if (conversation === null) throw appError("not_found", "There is no such conversation.");
    return await Assists.admitDraft(ctx, conversation, asked);
  },
});

export const flush = internalMutation({
  args: { workflowId, text: v.string() },
  returns: v.boolean(),
  handler: async (ctx, args) => await Assists.flushAssist(ctx, args.workflowId, args.text),
});

export const settle = internalMutation({
  args: Assists.vAssistEnd.fields,
  returns: v.null(),
  handler: async (ctx, end) => {
    await Assists.settleAssist(ctx, end);
    return null;
  },
});

export const giveUp = internalMutation({
  args: { workflowId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Assists.giveUpAssist(ctx, args.workflowId);
    return null;
  },
});
