/** The AI's replies: watching, stopping and retrying one; and the pipeline's own steps. */
import { v } from "convex/values";
import { internalAction, internalMutation, userMutation, userQuery } from "./functions";
import { requireConversation, requireOwnConversation } from "./model/access";
import * as Generation from "./model/generation";
import { liveReply, vLiveReply } from "./model/projections";
import { recover as recoverLost } from "./model/recovery";
import * as Replies from "./model/replies";
import { checkContact } from "./model/text";
import { streamingReply } from "./model/turns";
import { vContact } from "./validators";

const conversationId = v.id("conversations");

/** Only the reply being written, or null: re-runs per flush and reads one small row. */
export const subscribeToReply = userQuery({
  args: { conversationId },
  returns: v.union(vLiveReply, v.null()),
  handler: async (ctx, args) => {
    await requireConversation(ctx, args.conversationId);
    const reply = await streamingReply(ctx, args.conversationId);
    return reply && liveReply(reply);
  },
});

/** Stops the reply. What has been shown stays. Nothing to do if none is being written. */
export const stop = userMutation({
  limit: "write",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Replies.stop(ctx, await requireOwnConversation(ctx, args.conversationId));
    return null;
  },
});

/** Answers the last question again, after a stopped or failed reply. Errors: `conflict`, `rate_limited`. */
export const retry = userMutation({
  limit: "message",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Replies.retry(ctx, await requireOwnConversation(ctx, args.conversationId));
    return null;
  },
});

export const generate = internalAction({
  args: Replies.vReplyRef,
  returns: v.null(),
  handler: async (ctx, ref) => {
    await Generation.generate(ctx, ref);
    return null;
  },
});

export const begin = internalMutation({
  args: Replies.vReplyRef,
  returns: v.union(Replies.vAssignment, v.null()),
  handler: async (ctx, ref) => await Replies.begin(ctx, ref),
});

export const flush = internalMutation({
  args: Replies.flushFields,
  returns: v.boolean(),
  handler: async (ctx, args) => await Replies.flush(ctx, args),
});

export const recover = internalMutation({
  args: { workflowId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await recoverLost(ctx, workflowId);
    return null;
  },
});

/** The `set_contact` tool. Returns what to tell the model when the contact isn't one. */
export const setContact = internalMutation({
  args: { messageId: v.id("messages"), turn: v.number(), attempt: v.number(), contact: vContact },
  returns: v.boolean(),
  handler: async (ctx, { contact, ...ref }) =>
    await Replies.setContact(ctx, ref, checkContact(contact)),
});

export const charge = internalMutation({
  args: { messageId: v.id("messages"), usage: Replies.vResult.fields.usage },
  returns: v.null(),
  handler: async (ctx, { messageId, usage }) => {
    await Replies.charge(ctx, messageId, usage);
    return null;
  },
});
