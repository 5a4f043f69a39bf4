/** What the file routes call (`http/files.ts`). Nothing here is public: the routes are the door. */
import { v } from "convex/values";
import { internalMutation, internalQuery } from "./functions";
import { requireCaller } from "./model/access/access";
import { consumeLimit, ipOfRequest } from "./model/access/limits";
import * as Attachments from "./model/conversations/attachments";

const uploadId = v.id("workflows");
const fileId = v.id("_storage");

/** Whether the caller may upload one more file. Errors: `unauthenticated`, `session_expired`, `rate_limited`. */
export const admitUpload = internalMutation({
  args: {},
  returns: uploadId,
  handler: async (ctx) => {
    const { userId } = await requireCaller(ctx);
    const ip = await ipOfRequest(ctx);
    await consumeLimit(ctx, "upload", { user: userId, ip });
    return await Attachments.admitUpload(ctx, userId);
  },
});

/** Errors: `session_expired` and `not_found` when the caller has left while their file came. */
export const keepUpload = internalMutation({
  args: { uploadId, fileId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await requireCaller(ctx);
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
