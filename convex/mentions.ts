/** Colleagues who are named in notes among staff. Rules: `model/desk/mentions.ts`; the note itself is `messages.addNote`. */
import { v } from "convex/values";
import { staffMutation, staffQuery } from "./functions";
import { requireStaffConversation } from "./model/access/access";
import * as Mentions from "./model/desk/mentions";

/** Whom a note can name: the staff who may work, by name, at most 100 of each role. */
export const colleagues = staffQuery({
  args: {},
  returns: v.array(Mentions.vColleague),
  handler: async (ctx) => await Mentions.listColleagues(ctx),
});

/** Where the caller was named, latest first, at most 30. It runs again when they are named or have seen it, and for nothing else. */
export const list = staffQuery({
  args: {},
  returns: v.array(Mentions.vMention),
  handler: async (ctx) => await Mentions.listMentions(ctx, ctx.user._id),
});

/** The caller has the conversation open, and so has seen where they are named in it. Errors: `not_found`. */
export const markSeen = staffMutation({
  limit: "write",
  args: { conversationId: v.id("conversations") },
  returns: v.null(),
  handler: async (ctx, args) => {
    const { _id } = await requireStaffConversation(ctx, args.conversationId);
    await Mentions.markMentionsSeen(ctx, _id, ctx.user._id);
    return null;
  },
});
