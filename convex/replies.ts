/** The AI's replies: watching, stopping and retrying one; and the pipeline's own steps. */
import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel";
import type { MutationCtx } from "./_generated/server";
import {
  internalAction,
  internalMutation,
  internalUserMutation,
  userMutation,
  userQuery,
} from "./functions";
import { requireConversation, requireOwnConversation } from "./model/access/access";
import { requireUpload } from "./model/conversations/attachments";
import { liveReplyOf, vLiveReply } from "./model/conversations/publicMessage";
import { recoverReply, scheduleLostChecks } from "./model/replies/recovery";
import * as Admission from "./model/replies/admission";
import * as ReplyProcess from "./model/conversations/replyProcess";
import { sendAsCustomer } from "./model/desk/messages";
import { goesBySms } from "./model/outbox/channel";
import { giveBackRoomToRead, takeRoomToRead } from "./model/replies/readAlong";
import { chargeOvertaken, vEnding, vLeft } from "./model/replies/settlement";
import { normalizeContact } from "./lib/contact";
import { smsEnv } from "./env";
import { findStreamingReply } from "./model/conversations/turns";
import { vActivity, vContact } from "./validators";

const conversationId = v.id("conversations");

/** Only the reply being written, or null: re-runs per flush and reads one small row. */
export const subscribeToReply = userQuery({
  args: { conversationId },
  returns: v.union(vLiveReply, v.null()),
  handler: async (ctx, args) => {
    const { conversation } = await requireConversation(ctx, args.conversationId);
    const reply = await findStreamingReply(ctx, args.conversationId);
    return reply && liveReplyOf(reply, goesBySms(conversation));
  },
});

/** Stops the reply. What has been shown stays. Nothing to do if none is being written. */
export const stop = userMutation({
  limit: "write",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Admission.stopReply(ctx, await requireOwnConversation(ctx, args.conversationId));
    return null;
  },
});

/** Answers the last question again, after a stopped or failed reply. Errors: `conflict`, `rate_limited`. */
export const retry = userMutation({
  limit: "message",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Admission.retryReply(ctx, await requireOwnConversation(ctx, args.conversationId));
    return null;
  },
});

/**
 * Somebody looks on while the AI answers: call it once when you begin to show a reply that somebody else has asked for.
 * Its words are then stored every 1.2 s or sooner; without anybody who looks on they hardly are. Errors: `not_found`.
 */
export const watch = userMutation({
  limit: "write",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const { conversation } = await requireConversation(ctx, args.conversationId);
    await Admission.watchReply(ctx, conversation);
    return null;
  },
});

/**
 * Stores the question and admits the writer whose words whoever asked reads along: one transaction, through the doors
 * of `messages.sendMessage`. Without an assignment the question goes its usual way.
 */
export const ask = internalUserMutation({
  limit: "message",
  args: {
    conversationId: v.string(),
    text: v.string(),
    clientMessageId: v.optional(v.string()),
    attachments: v.optional(v.array(v.object({ storageId: v.string(), name: v.string() }))),
  },
  returns: v.object({
    conversationId,
    messageId: v.id("messages"),
    turn: v.number(),
    assignment: v.union(Admission.vAssignment, v.null()),
  }),
  handler: async (ctx, { attachments, ...draft }) => {
    const conversation = await requireOwnConversation(ctx, draft.conversationId);
    const admitted: { turn: number; assignment: Admission.Assignment | null } = {
      turn: conversation.turn,
      assignment: null,
    };
    const begin = async (_ctx: MutationCtx, next: Doc<"conversations">) => {
      if (!(await takeRoomToRead(ctx))) return false;
      admitted.turn = next.turn;
      admitted.assignment = await Admission.admitAtOnce(ctx, next);
      return true;
    };
    const messageId = await sendAsCustomer(
      ctx,
      conversation,
      {
        ...draft,
        attachments: attachments?.map((file) => requireUpload(ctx, file)),
        uploadedBy: ctx.caller.userId,
      },
      { ...ReplyProcess.AT_ONCE, begin },
    );
    return { conversationId: conversation._id, messageId, ...admitted };
  },
});

export const generate = internalAction({
  args: ReplyProcess.vReplyRef,
  returns: v.null(),
  handler: async (ctx, ref) => {
    // With the call: the mutations here are run with every flush, and would load the SDK each time.
    const { generateReply } = await import("./model/replies/generation");
    await generateReply(ctx, ref);
    return null;
  },
});

export const begin = internalMutation({
  args: ReplyProcess.vReplyRef,
  returns: v.union(Admission.vAssignment, v.null()),
  handler: async (ctx, ref) => await Admission.admitWriter(ctx, ref),
});

export const flush = internalMutation({
  args: { fence: ReplyProcess.vFence, text: v.string(), activity: vActivity },
  returns: v.boolean(),
  handler: async (ctx, { fence, ...shown }) =>
    (await Admission.flushReply(ctx, fence, shown)) !== null,
});

/** The same for a writer whose words are read along. Null: overtaken. */
export const checkpoint = internalMutation({
  args: { fence: ReplyProcess.vFence, text: v.string(), activity: vActivity },
  returns: v.union(v.object({ mayRead: v.boolean(), watched: v.boolean() }), v.null()),
  handler: async (ctx, { fence, ...shown }) => await Admission.checkpointReply(ctx, fence, shown),
});

export const recover = internalMutation({
  args: { workflowId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await recoverReply(ctx, workflowId);
    return null;
  },
});

/** Run by a cron: the net under the scheduled checks, in case one was lost. At most 100 a run. */
export const recoverAll = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await scheduleLostChecks(ctx);
    return null;
  },
});

/** The `set_contact` tool. False: the writer has been overtaken. */
export const setContact = internalMutation({
  args: { fence: ReplyProcess.vFence, contact: vContact },
  returns: v.boolean(),
  handler: async (ctx, { fence, contact }) =>
    await Admission.setContact(ctx, fence, normalizeContact(contact, smsEnv().home)),
});

/** What an overtaken writer used, and what of its words was judged. */
export const charge = internalMutation({
  args: { ...vEnding.fields, ...vLeft.fields },
  returns: v.null(),
  handler: async (ctx, { usage, checks, ...writer }) => {
    if (writer.heard !== undefined) await giveBackRoomToRead(ctx);
    await chargeOvertaken(ctx, writer, { usage, checks });
    return null;
  },
});
