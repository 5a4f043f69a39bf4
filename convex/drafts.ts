/** Texts beside what is live: staff propose, admins approve. Rules: `model/knowledge/drafts.ts`. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { adminMutation, staffMutation, staffQuery } from "./functions";
import { appError } from "./lib/errors";
import { checkPageSize, withoutSplit } from "./lib/pages";
import { recordEvent } from "./model/analytics/events";
import { requireStaffConversation } from "./model/access/access";
import { approveDraft, callOff } from "./model/desk/documents";
import * as Proposals from "./model/desk/proposals";
import { readBody } from "./model/knowledge/bodies";
import * as Drafts from "./model/knowledge/drafts";
import { vTimestamp } from "./validators";

const draftId = v.id("knowledge");
const conversationId = v.id("conversations");

/** Drafts without their texts, latest change first; at most 100 a page. */
export const list = staffQuery({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(Drafts.vDraftSummary),
  handler: async (ctx, { paginationOpts }) => {
    const page = withoutSplit(
      await ctx.db
        .query("knowledge")
        .withIndex("by_kind_and_updated", (q) => q.eq("kind", "draft"))
        .order("desc")
        .paginate(checkPageSize(paginationOpts)),
    );
    const drafts = page.page.filter((row) => row.kind === "draft");
    return { ...page, page: drafts.map(Drafts.draftSummary) };
  },
});

/** One draft with its text. Errors: `not_found`. */
export const get = staffQuery({
  args: { draftId },
  returns: Drafts.vDraftSummary.extend({ body: v.string() }),
  handler: async (ctx, args) => {
    const row = await Drafts.requireDraft(ctx, args.draftId);
    return { ...Drafts.draftSummary(row), body: await readBody(ctx, row) };
  },
});

/**
 * Keeps a text as a draft: a new one, of a new document or of `documentId`, or with `draftId` in the place of what that
 * one said. A document has one draft at most, a deployment 1,000. `gapIds`: questions of `gaps.list` that it is to
 * answer, at most 20; they close when a search for them finds its document. Errors: `not_found`, `conflict`,
 * `invalid_input`, `too_large`.
 */
export const save = staffMutation({
  limit: "knowledge",
  args: {
    draftId: v.optional(draftId),
    documentId: v.optional(v.id("knowledge")),
    gapIds: v.optional(v.array(v.id("analytics"))),
    ...Drafts.vDraftText.fields,
  },
  returns: draftId,
  handler: async (ctx, { draftId, documentId, gapIds, ...text }) => {
    const actorId = ctx.user._id;
    if (draftId === undefined) {
      const draft = { ...text, documentId, gapIds, origin: { kind: "written" as const } };
      const added = await Drafts.createDraft(ctx, draft);
      await recordEvent(ctx, "draft_saved", { actorId, documentId: added });
      return added;
    }
    const draft = await Drafts.requireDraft(ctx, draftId);
    if (documentId !== undefined && documentId !== draft.documentId) {
      throw appError("invalid_input", "A draft stays its document's. Leave documentId out.");
    }
    await Drafts.editDraft(ctx, draft, { ...text, gapIds });
    await recordEvent(ctx, "draft_saved", { actorId, documentId: draftId });
    return draftId;
  },
});

/**
 * What technicians answered, as a text for everybody: one message, or without `messageId` all of theirs in the
 * conversation's episode. Names, numbers, addresses and secrets are taken out by code, and nothing is kept: show it, and
 * give what it has become to `saveAnswer`. Errors: `not_found` without an answer of theirs.
 */
export const propose = staffQuery({
  args: { conversationId, messageId: v.optional(v.id("messages")) },
  returns: Proposals.vProposal,
  handler: async (ctx, { conversationId, messageId }) => {
    const conversation = await requireStaffConversation(ctx, conversationId);
    return await Proposals.proposeAnswer(ctx, conversation, messageId);
  },
});

/**
 * Keeps a text as a draft, exactly as it is given: that of `propose` as it was shown, or edited since. `gapIds` as of
 * `save`. Errors: `not_found`, `too_large`, `invalid_input`, also for a text with the customer's own address or number.
 */
export const saveAnswer = staffMutation({
  limit: "knowledge",
  args: { conversationId, ...Proposals.vKeptAnswer.fields },
  returns: draftId,
  handler: async (ctx, { conversationId, gapIds, ...text }) => {
    const conversation = await requireStaffConversation(ctx, conversationId);
    return await Proposals.keepAnswer(ctx, conversation, { text, gapIds, actorId: ctx.user._id });
  },
});

/**
 * Conversations to make a draft of with `propose`: of the latest 50 that are resolved, those that people were handed and
 * answered, latest first, until there is a draft of one.
 */
export const solved = staffQuery({
  args: {},
  returns: v.array(Proposals.vSolved),
  handler: async (ctx) => await Proposals.listSolved(ctx),
});

/**
 * Makes a document of a draft, or the new text of its document, and has it read in. `updatedAt` is that of the draft as
 * the admin has read it. Errors: `not_found`; `conflict` if the draft or its document has changed since, while that one
 * is being read in, and for a slug that exists.
 */
export const approve = adminMutation({
  limit: "knowledge",
  args: { draftId, updatedAt: vTimestamp, slug: v.optional(v.string()) },
  returns: v.id("knowledge"),
  handler: async (ctx, { draftId, updatedAt, slug }) => {
    const draft = await Drafts.requireDraft(ctx, draftId);
    if (draft.updatedAt !== updatedAt) {
      throw appError("conflict", "The draft has changed since you read it. Read it again.");
    }
    return await approveDraft(ctx, draft, { actorId: ctx.user._id, slug });
  },
});

/** Deletes a draft. Errors: `not_found`. */
export const discard = adminMutation({
  limit: "knowledge",
  args: { draftId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const draft = await Drafts.requireDraft(ctx, args.draftId);
    await callOff(ctx, draft);
    await Drafts.discardDraft(ctx, draft);
    const refs = { actorId: ctx.user._id, documentId: draft._id };
    await recordEvent(ctx, "draft_discarded", refs);
    return null;
  },
});
