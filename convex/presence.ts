/** Who types, who looks, who has seen what, between a customer and the shop. Rules: `model/desk/presence.ts`. */
import { v } from "convex/values";
import { staffMutation, staffQuery, userMutation, userQuery } from "./functions";
import { requireOwnConversation, requireStaffConversation } from "./model/access/access";
import * as Presence from "./model/desk/presence";

const conversationId = v.id("conversations");

/**
 * For the customer: the technician who has the conversation, null while nobody has. Until when they type (ms; compare it
 * with a clock, no update says that it is over) and what they have seen; nothing of other staff, nor of notes.
 * Errors: `not_found`.
 */
export const ofTechnician = userQuery({
  args: { conversationId },
  returns: v.union(Presence.vTechnicianHere, v.null()),
  handler: async (ctx, args) =>
    await Presence.technicianHere(ctx, await requireOwnConversation(ctx, args.conversationId)),
});

/**
 * For the desk: until when the customer types and what their page has shown, and the colleagues who have the conversation
 * open, at most 20. Every `…Until` is to be compared with a clock. Errors: `not_found`.
 */
export const here = staffQuery({
  args: { conversationId },
  returns: Presence.vHere,
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    return await Presence.listHere(ctx, conversation, ctx.user._id);
  },
});

/**
 * The customer types: to be said every 7 s at most, and not after the last key. While no technician has the conversation
 * it does nothing. Errors: `not_found`, `rate_limited`.
 */
export const startTyping = userMutation({
  limit: "presence",
  args: { conversationId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Presence.typeAsCustomer(ctx, await requireOwnConversation(ctx, args.conversationId));
    return null;
  },
});

/**
 * The same of a technician. Of an `answer` the customer is told, if the conversation is the caller's; of a `note`
 * colleagues only. Errors: `not_found`, `rate_limited`.
 */
export const startWriting = staffMutation({
  limit: "presence",
  args: { conversationId, writes: Presence.vWriting },
  returns: v.null(),
  handler: async (ctx, { writes, ...args }) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await Presence.typeAsStaff(ctx, conversation, ctx.user, writes);
    return null;
  },
});

/**
 * The caller has the conversation open: said when it is opened, every minute while colleagues are `here` too, and with
 * `leaving` when it is closed. `saw`: the latest message that was shown; its customer is told so if the caller has the
 * conversation. Errors: `not_found`, `rate_limited`.
 */
export const lookAt = staffMutation({
  limit: "presence",
  args: { conversationId, saw: v.optional(v.id("messages")), leaving: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, args) => {
    const conversation = await requireStaffConversation(ctx, args.conversationId);
    await Presence.lookAt(ctx, conversation, ctx.user, args);
    return null;
  },
});
