/** What the file routes call (`http/files.ts`). Nothing here is public: the routes are the door. */
import { v } from "convex/values";
import { internalMutation, internalQuery } from "./functions";
import { requireAdmin, requireCaller } from "./model/access/access";
import { consumeLimit, ipOfRequest } from "./model/access/limits";
import * as Attachments from "./model/conversations/attachments";

const uploadId = v.id("workflows");
const fileId = v.id("_storage");

/**
 * Whether the caller may upload one more file: for a message, or as an admin for a document. Errors: `unauthenticated`,
 * `session_expired`, `forbidden`, `rate_limited`.
 */
export const admitUpload = internalMutation({
  args: { forDocument: v.optional(v.boolean()) },
  returns: uploadId,
  handler: async (ctx, { forDocument = false }) => {
    const caller = await requireCaller(ctx);
    const { userId } = caller;
    if (forDocument) {
      await requireAdmin({ ...ctx, caller });
      await consumeLimit(ctx, "knowledge", { user: userId });
    } else {
      await consumeLimit(ctx, "upload", { user: userId, ip: await ipOfRequest(ctx) });
    }
    return await Attachments.admitUpload(ctx, userId);
  },
});

export const admitTicket = internalMutation({
  args: { secret: v.string() },
  returns: uploadId,
  handler: async (ctx, { secret }) => await Attachments.admitTicket(ctx, secret),
});

/** Upload by the ticket that `cli:admitUpload` gave: it lets one file in. Errors: `unauthenticated`. */
export const redeemTicket = internalMutation({
  args: { ticket: v.string() },
  returns: uploadId,
  handler: async (ctx, { ticket }) => await Attachments.redeemTicket(ctx, ticket),
});

/** Errors: `session_expired` and `not_found` when the caller has left while their file came. */
export const keepUpload = internalMutation({
  args: { uploadId, fileId, byTicket: v.boolean() },
  returns: v.null(),
  handler: async (ctx, args) => {
    if (!args.byTicket) await requireCaller(ctx);
    await Attachments.keepUpload(ctx, args.uploadId, args.fileId);
    return null;
  },
});

export const dropUpload = internalMutation({
  args: { uploadId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Attachments.dropUpload(ctx, args.uploadId);
    return null;
  },
});

/** Errors: `unauthenticated`, `session_expired`, `not_found`. */
export const findReadable = internalQuery({
  args: { id: v.string() },
  returns: fileId,
  handler: async (ctx, { id }) => {
    const caller = await requireCaller(ctx);
    return await Attachments.findReadableFile({ ...ctx, caller }, id);
  },
});
