/** The desk of the staff as a page that stays open all day. Rules: `model/desk/lists.ts`. */
import { v } from "convex/values";
import { staffMutation, staffQuery } from "./functions";
import { requireStaffConversation } from "./model/access/access";
import { markUnread as markConversationUnread } from "./model/conversations/details";
import {
  listStaffConversations,
  vStaffConversation,
} from "./model/conversations/publicConversation";
import { checkListLimit, LIST_LIMIT, listView, loadLines, vListed } from "./model/desk/lists";
import { vQueueView } from "./validators";

/**
 * Which conversations a list of the desk holds, in its order (`conversations.queue`), at most 50, or `limit`, up to 500.
 * What they say is `lines` of those in sight, so that a word in one of them is sent to the desks that show it, and comes
 * to nothing new in a list but `all` and `mine`, where the latest comes first. Errors: `invalid_input`.
 */
export const list = staffQuery({
  args: { view: vQueueView, limit: v.optional(v.number()) },
  returns: v.array(vListed),
  handler: async (ctx, { view, limit = LIST_LIMIT }) => {
    const rows = await listView(ctx, view, checkListLimit(limit));
    return rows.map(({ _id, unreadByStaff }) =>
      view === "mine" ? { _id, unread: unreadByStaff } : { _id },
    );
  },
});

/**
 * The conversations of a list that are in sight, at most 50, as the desk shows them. Those that have been deleted
 * meanwhile are left out. Errors: `too_large`.
 */
export const lines = staffQuery({
  args: { conversationIds: v.array(v.id("conversations")) },
  returns: v.array(vStaffConversation),
  handler: async (ctx, { conversationIds }) =>
    await listStaffConversations(ctx, await loadLines(ctx, conversationIds)),
});

/** Shows it as unread again, for whoever comes back to it; the next look of who has it ends that. Errors: `not_found`. */
export const markUnread = staffMutation({
  limit: "write",
  args: { conversationId: v.id("conversations") },
  returns: v.null(),
  handler: async (ctx, { conversationId }) => {
    await markConversationUnread(ctx, await requireStaffConversation(ctx, conversationId));
    return null;
  },
});
