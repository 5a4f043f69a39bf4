/** Messages as customers and staff write and read them. Rules: `model/desk/messages.ts`. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internalMutation, staffMutation, userMutation, userQuery } from "./functions";
import {
  requireConversation,
  requireCustomersMessage,
  requireOwnConversation,
  requireOwnMessage,
  requireOwnStaffMessage,
  requireStaffConversation,
} from "./model/access/access";
import { recordEvent } from "./model/analytics/events";
import * as Messages from "./model/desk/messages";
import { changeWords } from "./model/desk/edits";
import { insertNote } from "./model/desk/notes";
import { appError } from "./lib/errors";
import { checkPageSize, withoutSplit } from "./lib/pages";
import { publicConversation, vPublicConversation } from "./model/conversations/publicConversation";
import { publicMessage, vPublicMessage } from "./model/conversations/publicMessage";
import { refuseGaps } from "./model/knowledge/savedReplies";
import * as Admission from "./model/replies/admission";
import { takeKept } from "./model/replies/assists";
import { checkOriginal } from "./model/replies/translations";
import { giveBackRoomToRead } from "./model/replies/readAlong";
import { settleReply, vEnding } from "./model/replies/settlement";
import { cleanOptionalText } from "./lib/text";
import { findStreamingReply } from "./model/conversations/turns";
import { vFeedback } from "./validators";

const conversationId = v.id("conversations");
const vNewFiles = v.optional(v.array(v.object({ storageId: v.id("_storage"), name: v.string() })));

/**
 * Sends a customer's message, 1 to 8,000 characters, and starts the AI's reply if the AI has the
 * conversation. A retry with the same `clientMessageId` (8–64 of `[A-Za-z0-9_-]`) changes nothing.
 * Files are uploaded first, to the HTTP route `/files`, and named here within the hour: at most 5 of 10 MiB; images,
 * PDF or plain text. Errors: `not_found`, `invalid_input`, `too_large`, `rate_limited`.
 */
export const sendMessage = userMutation({
  limit: "message",
  args: {
    conversationId,
    text: v.string(),
    clientMessageId: v.optional(v.string()),
    attachments: vNewFiles,
  },
  returns: v.id("messages"),
  handler: async (ctx, args) => {
    const conversation = await requireOwnConversation(ctx, args.conversationId);
    const uploadedBy = ctx.caller.userId;
    return await Messages.sendAsCustomer(ctx, conversation, { ...args, uploadedBy });
  },
});

/**
 * Settled messages, newest first, at most 100 a page; staff also see notes, and customers' messages
 * without their secrets (`hidden`, `openOriginal`). The reply being written is in
 * `replies.subscribeToReply`, so that writing it doesn't re-run this. With `before` (ms, by `settledAt`) nothing new
 * does either: that is in `live`. Errors: `not_found`, `invalid_input`.
 */
export const getMessages = userQuery({
  args: { conversationId, before: v.optional(v.number()), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vPublicMessage),
  handler: async (ctx, { before = Number.MAX_VALUE, ...args }) => {
    const { conversation, asStaff } = await requireConversation(ctx, args.conversationId);
    const settled = Messages.querySettledMessages(ctx, conversation._id, { asStaff, before });
    const page = withoutSplit(await settled.paginate(checkPageSize(args.paginationOpts)));
    return { ...page, page: page.page.map((row) => publicMessage(row, asStaff)) };
  },
});

/**
 * What is new, for a long-lived page that has the rest by `getMessages` with the same moment: the conversation, and what
 * has been settled since `after` (ms), oldest first, the latest 100; staff also see notes. `watchedTurn` of a reply that
 * somebody else looks on at. Errors: `not_found`.
 */
export const live = userQuery({
  args: { conversationId, after: v.number() },
  returns: v.object({
    conversation: vPublicConversation,
    watchedTurn: v.optional(v.number()),
    messages: v.array(vPublicMessage),
  }),
  handler: async (ctx, { after, ...args }) => {
    const { conversation, asStaff } = await requireConversation(ctx, args.conversationId);
    const settled = Messages.querySettledMessages(ctx, conversation._id, { asStaff, after });
    const rows = await settled.take(Messages.LIVE_LIMIT);
    return {
      conversation: publicConversation(conversation),
      watchedTurn: conversation.watchedTurn,
      messages: rows.reverse().map((row) => publicMessage(row, asStaff)),
    };
  },
});

/**
 * The conversation live, in one subscription: the latest 30 settled messages, oldest first, and as the last
 * element the reply being written, `status: "streaming"`; it keeps its `_id` once it is settled. Staff also
 * see notes, and no secrets (`hidden`). For a long-lived page `getMessages` with `replies.subscribeToReply` is cheaper: this re-reads
 * the window for every flush. Errors: `not_found`.
 */
export const subscribeToMessages = userQuery({
  args: { conversationId },
  returns: v.array(vPublicMessage),
  handler: async (ctx, args) => {
    const { conversation, asStaff } = await requireConversation(ctx, args.conversationId);
    const settled = Messages.querySettledMessages(ctx, conversation._id, { asStaff });
    const rows = await settled.take(Messages.LIVE_WINDOW);
    const reply = await findStreamingReply(ctx, conversation._id);
    const shown = [...rows.reverse(), ...(reply === null ? [] : [reply])];
    return shown.map((row) => publicMessage(row, asStaff));
  },
});

/** The reply pipeline's last word: settles the row that it was admitted to write. False: the turn had gone on. */
export const sendAgentMessage = internalMutation({
  args: { ...vEnding.fields, result: Admission.vResult },
  returns: v.boolean(),
  handler: async (ctx, { result, ...writer }) => {
    if (writer.heard !== undefined) await giveBackRoomToRead(ctx);
    return await settleReply(ctx, writer, result);
  },
});

/**
 * A technician's answer, with files as `sendMessage` takes them, the caller's own uploads. `draftId`: it was made of this
 * draft of theirs (`assists.current`), which is gone then; how much of it was kept is counted. `original`: what the
 * technician wrote, where `text` is its translation (`assists.translateAnswer`); staff see both. Errors: `conflict` unless
 * the caller has claimed the conversation, and for files where it goes by text; `not_found`, `too_large`, `invalid_input`,
 * with the `variable` while a saved reply in it has a gap.
 */
export const sendStaffMessage = staffMutation({
  limit: "write",
  args: {
    conversationId,
    text: v.string(),
    clientMessageId: v.optional(v.string()),
    draftId: v.optional(v.id("workflows")),
    original: v.optional(v.object({ text: v.string(), to: v.string() })),
    attachments: vNewFiles,
  },
  returns: v.id("messages"),
  handler: async (ctx, { draftId, original, ...args }) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    refuseGaps(args.text);
    const keptPercent = await takeKept(ctx, { ...args, draftId, userId: ctx.user._id });
    return await Messages.sendAsStaff(ctx, conversation, ctx.user, {
      ...args,
      keptPercent,
      original: original && checkOriginal(original),
    });
  },
});

/**
 * Changes the words of the caller's own message while it is the last that its customer has, for a minute from when it was
 * sent; both sides see that it was. Errors: `not_found`, `invalid_input`, `too_large`, `conflict` with `obstacle`: `late`,
 * `overtaken` (something was said since, or the conversation is no longer the caller's), `sent` where it has left by text or by e-mail.
 */
export const editStaffMessage = staffMutation({
  limit: "write",
  args: { messageId: v.id("messages"), text: v.string() },
  returns: v.null(),
  handler: async (ctx, { messageId, text }) => {
    const own = await requireOwnStaffMessage(ctx, messageId);
    refuseGaps(text);
    await changeWords(ctx, own, ctx.user, text);
    return null;
  },
});

/**
 * A note among staff. Customers can't see it on any path. `mentions`: colleagues whom it names as "@" and their name, at
 * most 10; their desks tell them (`mentions.list`). Errors: `not_found` for whoever doesn't work here, `invalid_input` for
 * one whom it doesn't name, `too_large`.
 */
export const addNote = staffMutation({
  limit: "write",
  args: { conversationId, text: v.string(), mentions: v.optional(v.array(v.id("users"))) },
  returns: v.id("messages"),
  handler: async (ctx, { text, mentions, ...args }) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    return await insertNote(ctx, conversation, ctx.user, text, mentions);
  },
});

/**
 * The whole text of a customer's message that staff see with its secrets hidden: a device's PIN for its repair, say.
 * An event says who opened it. Errors: `not_found`.
 */
export const openOriginal = staffMutation({
  limit: "write",
  args: { messageId: v.id("messages") },
  returns: v.string(),
  handler: async (ctx, { messageId }) => {
    const { message, conversation } = await requireCustomersMessage(ctx, messageId);
    const refs = { conversationId: conversation._id, actorId: ctx.user._id };
    await recordEvent(ctx, "original_opened", refs);
    return message.text;
  },
});

/** Thumbs on an answer, replaceable. Errors: `not_found` for anything but an answer in an own conversation. */
export const rateMessage = userMutation({
  limit: "change",
  args: {
    messageId: v.id("messages"),
    score: vFeedback.fields.score,
    comment: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { messageId, score, ...args }) => {
    const { message, conversation } = await requireOwnMessage(ctx, messageId);
    const comment = cleanOptionalText("The comment", args.comment ?? "", 1000) || undefined;
    const agentId = Messages.requireAnsweringAgent(message);
    await ctx.db.patch("messages", messageId, { feedback: { score, comment, at: Date.now() } });
    if (message.feedback !== undefined) return null;
    const refs = { conversationId: conversation._id, actorId: ctx.caller.userId, agentId };
    await recordEvent(ctx, "feedback", refs, { score: score === "up" ? 1 : -1 });
    return null;
  },
});

/**
 * On record that the caller opens source `n` of an answer: which document, for customers get its excerpt with the
 * answer and no other way to it. The page calls it once a source. Errors: `not_found`.
 */
export const markSourceRead = userMutation({
  limit: "change",
  args: { messageId: v.id("messages"), n: v.number() },
  returns: v.null(),
  handler: async (ctx, { messageId, n }) => {
    const { message, conversation } = await requireOwnMessage(ctx, messageId);
    const source = message.citations?.find((citation) => citation.n === n);
    if (source === undefined) throw appError("not_found", "This answer has no such source.");
    const { documentId } = source;
    const refs = { conversationId: conversation._id, actorId: ctx.caller.userId, documentId };
    await recordEvent(ctx, "document_read", refs);
    return null;
  },
});
