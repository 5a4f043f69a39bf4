/** What documents said, and from when to when they answer. Rules: `model/knowledge/history.ts`, `model/desk/schedules.ts`. */
import { v } from "convex/values";
import { adminMutation, staffQuery } from "./functions";
import { takeBackDocument } from "./model/desk/documents";
import * as Schedules from "./model/desk/schedules";
import { diffPassages, vPassageChange } from "./model/knowledge/diff";
import { requireDocument } from "./model/knowledge/documents";
import { requireDraft } from "./model/knowledge/drafts";
import * as History from "./model/knowledge/history";
import { splitDocument } from "./model/knowledge/split";
import { appError } from "./lib/errors";
import { vTimestamp } from "./validators";

const documentId = v.id("knowledge");
/** A document's versions, latest first: the last 12 are kept. Errors: `not_found`. */
export const list = staffQuery({
  args: { documentId },
  returns: v.array(History.vVersion),
  handler: async (ctx, args) => {
    const document = await requireDocument(ctx, args.documentId);
    return await History.describeVersions(ctx, document);
  },
});

/**
 * What a version said, and what changed to it from another: by default the one before it that is kept. `since` is absent
 * when there is none: then all of its passages are new. Errors: `not_found`.
 */
export const get = staffQuery({
  args: { documentId, version: v.number(), since: v.optional(v.number()) },
  returns: History.vVersionText.extend({
    version: v.number(),
    since: v.optional(v.number()),
    changes: v.array(vPassageChange),
  }),
  handler: async (ctx, { documentId, version, since: wanted }) => {
    const document = await requireDocument(ctx, documentId);
    const text = await History.requireVersion(ctx, document, version);
    const kept = await History.listVersions(ctx, documentId);
    const since = wanted ?? kept.find((row) => row.version < version)?.version;
    const before = since === undefined ? null : await History.requireVersion(ctx, document, since);
    const changes = diffPassages(
      before === null ? [] : splitDocument(before.format, before.body),
      splitDocument(text.format, text.body),
    );
    return { ...text, version, since, changes };
  },
});

/**
 * Has a document say what an earlier version said: a new version with its text, read in like any other. Errors:
 * `not_found`; `conflict` if it says that already, and while it is being read in.
 */
export const takeBack = adminMutation({
  limit: "knowledge",
  args: { documentId, to: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, to }) => {
    const document = await requireDocument(ctx, documentId);
    await takeBackDocument(ctx, document, to, { actorId: ctx.user._id });
    return null;
  },
});

/**
 * From `at` on, two years ahead at most, a draft answers as if it was approved then, or an unpublished document answers
 * again; null calls it off. `updatedAt` is that of the draft as the admin has read it: one that changes afterwards is not
 * published, and admins are told. Errors: `not_found`, `invalid_input`, `conflict`.
 */
export const publishAt = adminMutation({
  limit: "knowledge",
  args: {
    what: v.union(
      v.object({ documentId }),
      v.object({ draftId: v.id("knowledge"), updatedAt: vTimestamp }),
    ),
    at: v.union(vTimestamp, v.null()),
  },
  returns: v.null(),
  handler: async (ctx, { what, at }) => {
    const by = { actorId: ctx.user._id };
    if ("documentId" in what) {
      const document = await requireDocument(ctx, what.documentId);
      await Schedules.setPublishAt(ctx, document, at, by);
      return null;
    }
    const draft = await requireDraft(ctx, what.draftId);
    if (draft.updatedAt !== what.updatedAt) {
      throw appError("conflict", "The draft has changed since you read it. Read it again.");
    }
    await Schedules.setPublishAt(ctx, draft, at, by);
    return null;
  },
});

/**
 * "Valid until": from `expiresAt` on, two years ahead at most, a document no longer answers, and admins are told a week
 * before; null takes the time away. A later text keeps it. Errors: `not_found`, `invalid_input`.
 */
export const setExpiry = adminMutation({
  limit: "knowledge",
  args: { documentId, expiresAt: v.union(vTimestamp, v.null()) },
  returns: v.null(),
  handler: async (ctx, { documentId, expiresAt }) => {
    const document = await requireDocument(ctx, documentId);
    await Schedules.setExpiry(ctx, document, expiresAt, { actorId: ctx.user._id });
    return null;
  },
});
