/** The shop's labels, and which conversations have them. Rules: `model/knowledge/labels.ts`, `model/desk/labelling.ts`. */
import { v } from "convex/values";
import { adminMutation, staffMutation, staffQuery } from "./functions";
import { requireStaffConversation } from "./model/access/access";
import { recordEvent } from "./model/analytics/events";
import { putLabels } from "./model/desk/labelling";
import * as Labels from "./model/knowledge/labels";
import { vLabel } from "./validators";

/** The shop's labels by name, at most 40. */
export const list = staffQuery({
  args: {},
  returns: v.array(vLabel),
  handler: async (ctx) => await Labels.loadLabels(ctx),
});

/**
 * Adds a label, or with its `key` gives it another name or colour: conversations keep it. Errors: `invalid_input`,
 * `too_large` beyond 40 or 30 characters, `conflict` with a name that there is, `not_found`.
 */
export const save = adminMutation({
  limit: "write",
  args: Labels.vLabelChange.fields,
  returns: vLabel,
  handler: async (ctx, change) => {
    const label = await Labels.storeLabel(ctx, change);
    await recordEvent(ctx, "labels_changed", { actorId: ctx.user._id }, { reason: "saved" });
    return label;
  },
});

/** Takes a label off the list: conversations that have it no longer show it. One that is not there is no error. */
export const remove = adminMutation({
  limit: "write",
  args: { key: v.string() },
  returns: v.null(),
  handler: async (ctx, { key }) => {
    if (!(await Labels.removeLabel(ctx, key))) return null;
    await recordEvent(ctx, "labels_changed", { actorId: ctx.user._id }, { reason: "removed" });
    return null;
  },
});

/** Puts a label on a conversation, or takes it off; at most 8. What it is already changes nothing. Errors: `not_found`, `too_large`. */
export const put = staffMutation({
  limit: "write",
  args: { conversationId: v.id("conversations"), key: v.string(), on: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { conversationId, ...put }) => {
    const conversation = await requireStaffConversation(ctx, conversationId);
    await putLabels(ctx, conversation, put, ctx.user._id);
    return null;
  },
});
