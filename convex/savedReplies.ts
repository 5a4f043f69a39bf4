/** The shop's saved replies, as staff use them and admins keep them. Rules: `model/knowledge/savedReplies.ts`. */
import { v } from "convex/values";
import { adminMutation, staffQuery } from "./functions";
import { recordEvent } from "./model/analytics/events";
import {
  listSavedReplies,
  removeSavedReply,
  storeSavedReply,
  vSavedReply,
} from "./model/knowledge/savedReplies";

/** All saved replies, at most 100, by shortcut. Whoever inserts one puts its variables in (`lib/replyVariables.ts`). */
export const list = staffQuery({
  args: {},
  returns: v.array(vSavedReply),
  handler: async (ctx) => await listSavedReplies(ctx),
});

/**
 * Saves a reply of at most 2,000 characters under a shortcut of at most 30, in the place of the one that has it; with
 * `was`, that one is called anew. Returns the shortcut as it is kept, in lower case. Errors: `invalid_input`, with
 * `variable` for what stands in braces and is none; `conflict` if `was` is to be called like another; `not_found`,
 * `too_large`.
 */
export const save = adminMutation({
  limit: "write",
  args: { ...vSavedReply.fields, was: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, reply) => {
    const { id, shortcut } = await storeSavedReply(ctx, reply);
    await recordEvent(ctx, "saved_reply_changed", { actorId: ctx.user._id, documentId: id });
    return shortcut;
  },
});

/** Removes a saved reply. Errors: `invalid_input`, `not_found`. */
export const remove = adminMutation({
  limit: "write",
  args: { shortcut: v.string() },
  returns: v.null(),
  handler: async (ctx, { shortcut }) => {
    const id = await removeSavedReply(ctx, shortcut);
    await recordEvent(ctx, "saved_reply_removed", { actorId: ctx.user._id, documentId: id });
    return null;
  },
});
