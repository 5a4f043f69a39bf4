/** Conversations as customers and staff use them. Rules: `model/desk/lifecycle.ts`, `model/handoff/handoff.ts`. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { staffMutation, staffQuery, userMutation, userQuery } from "./functions";
import {
  loadCallerUser,
  refuseLinkHolder,
  requireConversation,
  requireOwnConversation,
  requireStaffConversation,
} from "./model/access/access";
import * as Channel from "./model/outbox/channel";
import * as Lifecycle from "./model/desk/lifecycle";
import { askForTechnician } from "./model/handoff/handoff";
import * as Details from "./model/conversations/details";
import { listLabelled, listView } from "./model/desk/lists";
import * as Messages from "./model/desk/messages";
import {
  publicConversation,
  listStaffConversations,
  staffConversation,
  vPublicConversation,
  vStaffConversation,
} from "./model/conversations/publicConversation";
import * as Ownership from "./model/desk/ownership";
import { answerStandingOffer } from "./model/handoff/offers";
import { checkPageSize, withoutSplit } from "./lib/pages";
import { searchConversations, vFound } from "./model/desk/search";
import * as Ledger from "./model/promises/ledger";
import * as Status from "./model/desk/statusChanges";
import { cleanOptionalText, MAX_MESSAGE_CHARS } from "./lib/text";
import { rateLimitedError } from "./model/access/limits";
import { vContact, vConversationStatus, vQueueView } from "./validators";

const conversationId = v.id("conversations");

/**
 * Starts a conversation, with its first message in the same transaction if one is given.
 * Errors: `rate_limited`, `invalid_input`, `too_large`.
 */
export const createConversation = userMutation({
  limit: "conversation",
  args: {
    message: v.optional(v.object({ text: v.string(), clientMessageId: v.optional(v.string()) })),
  },
  returns: v.object({ conversationId, messageId: v.optional(v.id("messages")) }),
  handler: async (ctx, { message }) => {
    const conversation = await Lifecycle.createConversation(ctx, ctx.caller.userId);
    const messageId = message && (await Messages.sendAsCustomer(ctx, conversation, message));
    return { conversationId: conversation._id, messageId };
  },
});

/** The caller's conversations, latest message first. At most 100 a page. */
export const getUserConversations = userQuery({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vPublicConversation),
  handler: async (ctx, { paginationOpts }) => {
    const page = withoutSplit(
      await ctx.db
        .query("conversations")
        .withIndex("by_user_and_last_message", (q) => q.eq("userId", ctx.caller.userId))
        .order("desc")
        .paginate(checkPageSize(paginationOpts)),
    );
    return { ...page, page: page.page.map(publicConversation) };
  },
});

/** One conversation of the caller's. Errors: `not_found`. */
export const get = userQuery({
  args: { conversationId },
  returns: vPublicConversation,
  handler: async (ctx, args) =>
    publicConversation((await requireConversation(ctx, args.conversationId)).conversation),
});

/**
 * Changes how the shop may reach the customer about this conversation (unverified, and not an account change), its
 * status, or both. Its customer may resolve it and, once it is resolved, open it again; staff may also set it aside, with
 * `snoozedUntil` in ms, at most 90 days ahead, and take it up. The status that it has already is no error and changes
 * nothing. Errors: `not_found`, `invalid_input`, `forbidden` for a customer who sets it aside or has it by the link of
 * an e-mail and gives a contact, `conflict` in words that
 * say what to do: while something is promised (with `promises`), or to set a resolved one aside.
 */
export const updateConversation = userMutation({
  limit: "change",
  args: {
    conversationId,
    contact: v.optional(vContact),
    status: v.optional(vConversationStatus),
    snoozedUntil: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, { conversationId, contact, ...change }) => {
    const { conversation, asStaff } = await requireConversation(ctx, conversationId);
    const by = { actorId: ctx.caller.userId, asStaff };
    Status.requireChange({ contact, ...change });
    if (contact !== undefined) refuseLinkHolder(ctx, conversation);
    if (contact !== undefined) await Details.changeContact(ctx, conversation, contact, by);
    await Status.changeStatus(ctx, conversation, change, by);
    return null;
  },
});

/** Asks for a technician. The AI is mute from here on. Errors: `not_found`, `too_large`. */
export const escalateConversation = userMutation({
  limit: "escalate",
  args: { conversationId, note: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, args) => {
    const { conversation, asStaff } = await requireConversation(ctx, args.conversationId);
    const by = { actorId: ctx.caller.userId, asStaff };
    await askForTechnician(ctx, conversation, { note: args.note, ...by });
    return null;
  },
});

/**
 * Answers the offer of a technician (`offer` of the conversation). Accepted, people have it; declined, the AI goes on.
 * Without an offer nothing happens. Errors: `not_found`, `rate_limited`.
 */
export const answerOffer = userMutation({
  limit: "message",
  args: { conversationId, accept: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { accept, ...args }) => {
    const conversation = await requireOwnConversation(ctx, args.conversationId);
    await answerStandingOffer(ctx, conversation, { accept, actorId: ctx.caller.userId });
    return null;
  },
});

/**
 * The customer's place in the queue, from 1, live; null while nobody is waited for. `more`: beyond 5, which is where
 * counting ends: at least as many are ahead. Errors: `not_found`.
 */
export const position = userQuery({
  args: { conversationId },
  returns: v.union(v.object({ place: v.number(), more: v.boolean() }), v.null()),
  handler: async (ctx, args) => {
    const { conversation } = await requireConversation(ctx, args.conversationId);
    const place = await Lifecycle.findPlaceInQueue(ctx, conversation);
    if (place === null) return null;
    const more = place > Lifecycle.MAX_PLACE;
    return { place: more ? Lifecycle.MAX_PLACE : place, more };
  },
});

/**
 * Goes on by text, at the caller's confirmed number, while their page is gone; or (`on: false`) not any more. It is
 * consent to texts. Errors: `not_found`, `conflict` with `obstacle`: `phone` if none is confirmed, `opted_out` after
 * STOP, which only a text of START undoes.
 */
export const continueByText = userMutation({
  limit: "change",
  args: { conversationId, on: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { conversationId, on }) => {
    const conversation = await requireOwnConversation(ctx, conversationId);
    refuseLinkHolder(ctx, conversation);
    if (!on) await Channel.stopSms(ctx, conversation);
    else await Channel.continueBySms(ctx, conversation, await loadCallerUser(ctx));
    return null;
  },
});

/**
 * The page shows the conversation, up to the message `shows`: every 20 s and after each message, while the
 * conversation goes on by text. `leaving`: it is hidden or closed. Errors: `not_found`.
 */
export const onPage = userMutation({
  limit: "write",
  args: { conversationId, shows: v.optional(v.id("messages")), leaving: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { conversationId, ...page }) => {
    const conversation = await requireOwnConversation(ctx, conversationId);
    await Channel.recordPage(ctx, conversation, page);
    return null;
  },
});

/** The customer has seen everything up to now; for staff, the same on their side. */
export const markRead = userMutation({
  limit: "write",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const { conversation, asStaff } = await requireConversation(ctx, args.conversationId);
    await Details.markRead(ctx, conversation, { asStaff });
    return null;
  },
});

/**
 * Rates the conversation from 1 (bad) to 5 (good). A later rating replaces it, also one that comes by text: customers
 * whose conversation goes by text are asked there. Errors: `not_found`, `invalid_input`, `too_large`, `rate_limited`.
 */
export const rate = userMutation({
  limit: "change",
  args: { conversationId, score: v.number(), comment: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { conversationId, ...rating }) => {
    const conversation = await requireOwnConversation(ctx, conversationId);
    const wait = await Details.rateConversation(ctx, conversation, rating, ctx.caller.userId);
    if (wait !== null) throw rateLimitedError(wait);
    return null;
  },
});

/**
 * The desk's lists, at most 50 rows: `waiting` (longest first), `mine` and `all` open ones (latest first),
 * `snoozed` (latest first), `resolved` (latest resolved first). Subscribed to, it runs again for every word in any of
 * them: a page that stays open has `desk.list`, and `desk.lines` of what it shows. With `label`, a key of `labels.list`:
 * those that have it, of the whole list as far as search finds them (200 of a label are read).
 */
export const queue = staffQuery({
  args: { view: vQueueView, label: v.optional(v.string()) },
  returns: v.array(vStaffConversation),
  handler: async (ctx, { view, label }) => {
    const rows =
      label === undefined ? await listView(ctx, view) : await listLabelled(ctx, view, label);
    return await listStaffConversations(ctx, rows);
  },
});

/**
 * Conversations by a customer's name, number in any spelling or e-mail, by words of messages and notes, device, reason
 * or label: the best matches, at most 50, latest first. All words must be there, the last may be only begun; of a
 * message that matches, `message` says which. Not for subscriptions: ask again when somebody types. Errors: `too_large`.
 */
export const search = staffQuery({
  args: { text: v.string() },
  returns: v.array(vFound),
  handler: async (ctx, { text }) => await searchConversations(ctx, text),
});

/** One conversation as the desk shows it. Errors: `not_found`. */
export const getForStaff = staffQuery({
  args: { conversationId },
  returns: vStaffConversation,
  handler: async (ctx, args) =>
    await staffConversation(ctx, await requireStaffConversation(ctx, args.conversationId)),
});

/**
 * Takes a conversation over from the queue or the AI. Of two technicians exactly one wins; the other gets
 * `conflict` with `claimedBy`. From a colleague only by naming them (`from`): they see it leave their list, and a note
 * among staff says who has it. If somebody else has it by then: `conflict`.
 */
export const claim = staffMutation({
  limit: "write",
  args: { conversationId, from: v.optional(v.id("users")) },
  returns: v.null(),
  handler: async (ctx, { from, ...args }) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await Ownership.claimConversation(ctx, conversation, ctx.user, from);
    return null;
  },
});

/** Gives it back to the AI, which answers at once if the customer is waiting. */
export const release = staffMutation({
  limit: "write",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await Ownership.releaseConversation(ctx, conversation, ctx.user._id);
    return null;
  },
});

/**
 * Hands it to a colleague who is on a shift and has room, with a `note` among staff; somebody else's only by an
 * admin. Errors: `not_found`, `invalid_input` if that is no technician, `conflict` with `claimedBy`, or with
 * `obstacle`: `offline`, `full` or `blocked`.
 */
export const assign = staffMutation({
  limit: "write",
  args: { conversationId, userId: v.id("users"), note: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    const technician = await Ownership.requireTechnician(ctx, args.userId);
    const note = cleanOptionalText("The note", args.note ?? "", MAX_MESSAGE_CHARS);
    await Ownership.assignConversation(ctx, conversation, { technician, caller: ctx.user, note });
    return null;
  },
});

/**
 * Gives it back to the queue, at its old place, for a colleague; admins anybody's. Errors: `not_found`, `conflict`
 * (with `claimedBy` if it is somebody else's).
 */
export const requeue = staffMutation({
  limit: "write",
  args: { conversationId, note: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    const note = cleanOptionalText("The note", args.note ?? "", MAX_MESSAGE_CHARS);
    await Ownership.requeueConversation(ctx, conversation, { caller: ctx.user, note });
    return null;
  },
});

/** Sets it aside until a time in ms, at most 90 days ahead; `turn` as for `resolve`. Errors: `invalid_input`, `conflict`. */
export const snooze = staffMutation({
  limit: "write",
  args: { conversationId, until: v.number(), turn: v.optional(v.number()) },
  returns: v.null(),
  handler: async (ctx, { conversationId, until, turn }) => {
    const conversation = await requireStaffConversation(ctx, conversationId);
    await Lifecycle.requireTurn(ctx, conversation, { turn, staffId: ctx.user._id });
    await Lifecycle.snoozeConversation(ctx, conversation, until, ctx.user._id);
    return null;
  },
});

/**
 * Settled: out of the queue, and the customer is told. Their next message reopens it. With the `turn` that the
 * desk showed, what has come in since, but for the caller's own answers, is not closed unseen: `conflict`. So is one
 * with open promises (`promises` lists them), unless they are dropped. `summary`: what came of it, for colleagues and
 * for the AI when the customer comes back.
 */
export const resolve = staffMutation({
  limit: "write",
  args: {
    conversationId,
    turn: v.optional(v.number()),
    summary: v.optional(v.string()),
    dropPromises: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await Lifecycle.requireTurn(ctx, conversation, { turn: args.turn, staffId: ctx.user._id });
    const summary = cleanOptionalText("The summary", args.summary ?? "", 1000);
    const { dropPromises } = args;
    await Lifecycle.resolveConversation(
      ctx,
      conversation,
      { by: "staff", actorId: ctx.user._id },
      { summary, dropPromises },
    );
    return null;
  },
});

/** A new episode of a resolved conversation, with the AI. */
export const reopen = staffMutation({
  limit: "write",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await Lifecycle.reopenConversation(ctx, conversation, ctx.user._id);
    return null;
  },
});

/** Open promises to customers, due soonest first: at most 50 that are late and 50 to come. */
export const promises = staffQuery({
  args: {},
  returns: v.array(Ledger.vListedPromise),
  handler: async (ctx) => await Ledger.listPromises(ctx),
});

/**
 * Promises the customer something by a time in ms, at most 30 days ahead: both sides see it until it is kept,
 * and it is escalated when it is late. Errors: `not_found`, `invalid_input`, `too_large`, `conflict`.
 */
export const makePromise = staffMutation({
  limit: "write",
  args: { conversationId, text: v.string(), dueAt: v.number() },
  returns: v.id("workflows"),
  handler: async (ctx, { conversationId, text, dueAt }) => {
    const conversation = await requireStaffConversation(ctx, conversationId);
    const by = { kind: "technician" as const, userId: ctx.user._id };
    return (await Ledger.startPromise(ctx, conversation, { text, dueAt, by })).workflowId;
  },
});

/** The promise is kept, late or not. Taking one back is `workflows.cancel`. Errors: `not_found`. */
export const keepPromise = staffMutation({
  limit: "write",
  args: { workflowId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await Ledger.keepPromise(ctx, workflowId, ctx.user._id);
    return null;
  },
});
