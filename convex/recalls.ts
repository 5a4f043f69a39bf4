/** Who was told what is no longer true, and telling them. Rules: `model/recall/told.ts`, `model/recall/tell.ts`. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { adminMutation, internalMutation, staffQuery } from "./functions";
import { recordEvent } from "./model/analytics/events";
import { requireDocument } from "./model/knowledge/documents";
import { listRecalled, vRecalled } from "./model/recall/list";
import * as Tell from "./model/recall/tell";
import { vView } from "./model/recall/told";

const documentId = v.id("knowledge");
/**
 * Customers who were told what a document says no longer: open conversations, or those resolved up to 30 days before it
 * changed. A page goes through at most 10 conversations, of which few or none may be listed. Technicians' words are not
 * looked at. Errors: `not_found`, `invalid_input`.
 */
export const list = staffQuery({
  args: { documentId, view: vView, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vRecalled),
  handler: async (ctx, { documentId, view, paginationOpts }) => {
    const document = await requireDocument(ctx, documentId);
    return await listRecalled(ctx, document, view, paginationOpts);
  },
});

/**
 * Tells all of them, where their conversation is: on the page, or by text with its consents, within opening hours. Those
 * who have been told are not told again; answers that were being written when the document changed are waited for.
 * `text`, 459 characters at most, goes instead of what `list` shows as `correction`. Returns the process, whose step
 * counts them. Errors: `not_found`, `invalid_input`, `too_large`, `conflict` while the document is being read in.
 */
export const tell = adminMutation({
  limit: "knowledge",
  args: { documentId, text: v.optional(v.string()) },
  returns: v.id("workflows"),
  handler: async (ctx, { documentId, text }) => {
    const document = await requireDocument(ctx, documentId);
    const processId = await Tell.startTelling(ctx, document, text);
    await recordEvent(ctx, "recall_sent", { actorId: ctx.user._id, documentId });
    return processId;
  },
});

export const tellPage = internalMutation({
  args: { ...Tell.vTelling.fields, ...Tell.vPlace.fields },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Tell.tellPage(ctx, args);
    return null;
  },
});

export const tellOne = internalMutation({
  args: Tell.vTold.fields,
  returns: v.null(),
  handler: async (ctx, args) => {
    await Tell.tellOne(ctx, args);
    return null;
  },
});
