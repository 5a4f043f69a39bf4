/** The people whom the shop helps, as its staff deal with them. How they sign in is in `auth.ts`, accounts are in `users.ts`. */
import { v } from "convex/values";
import { staffMutation, staffQuery } from "./functions";
import { requireStaffConversation } from "./model/access/access";
import * as Merge from "./model/accounts/merge";
import * as Notes from "./model/accounts/personNotes";
import * as Panel from "./model/desk/customerPanel";
import { vMergeProof } from "./validators";

const userId = v.id("users");
const noteId = v.id("workflows");

/**
 * The customer of a conversation: how they are reached and what they have agreed to, notes about them, their latest
 * other conversations, and what is known from all of these: devices, files, ratings, open promises. Nothing of it
 * changes with what is said in this one. Errors: `not_found`.
 */
export const panel = staffQuery({
  args: { conversationId: v.id("conversations") },
  returns: Panel.vCustomerPanel,
  handler: async (ctx, args) =>
    await Panel.describeCustomer(ctx, await requireStaffConversation(ctx, args.conversationId)),
});

/**
 * A note about a person, among staff, at most 1,000 characters; 20 of them. Customers get it with the export of their
 * data, and see it nowhere else. Errors: `not_found`, `invalid_input`, `too_large`, `conflict` when there is no room.
 */
export const addNote = staffMutation({
  limit: "write",
  args: { userId, text: v.string() },
  returns: noteId,
  handler: async (ctx, about) => await Notes.addNote(ctx, ctx.user, about),
});

/**
 * Another text for a note; `at` as it was shown with. Errors: `not_found`, `invalid_input`, `too_large`, `conflict` if a
 * colleague has changed it since.
 */
export const changeNote = staffMutation({
  limit: "write",
  args: { userId, noteId, text: v.string(), at: v.number() },
  returns: v.null(),
  handler: async (ctx, change) => {
    await Notes.changeNote(ctx, ctx.user, change);
    return null;
  },
});

/** Removes a note for good. Errors: `not_found`. */
export const removeNote = staffMutation({
  limit: "write",
  args: { userId, noteId },
  returns: v.null(),
  handler: async (ctx, which) => {
    await Notes.removeNote(ctx, ctx.user, which);
    return null;
  },
});

/**
 * What merging a person with another would do: who stays (whoever has proved more), what moves, what wins, what is
 * dropped, what of it is proved, and why it can't be done. `other`: an e-mail address, a number that texts come from, a
 * conversation's id or its address at the desk; null if that is nobody's. Errors: `not_found`, `invalid_input`.
 */
export const previewMerge = staffQuery({
  args: { userId, other: v.string() },
  returns: v.union(Merge.vMergePreview, v.null()),
  handler: async (ctx, args) => {
    const user = await Notes.requireCustomer(ctx, args.userId);
    const other = await Panel.findPerson(ctx, args.other);
    return other && (await Merge.previewMerge(ctx, user, other));
  },
});

/**
 * Makes two people one, as `previewMerge` showed it, for good: `version` is that preview's, `proof` how one knows. The
 * sessions of who goes end. Answers who is left. Errors: `not_found`, `conflict` with `obstacle`: why not, or `changed`.
 */
export const merge = staffMutation({
  limit: "change",
  args: { userId, otherId: userId, version: v.string(), proof: vMergeProof },
  returns: userId,
  handler: async (ctx, { userId: a, otherId: b, ...act }) =>
    await Merge.mergePeople(ctx, { a, b, ...act, actorId: ctx.user._id }),
});
