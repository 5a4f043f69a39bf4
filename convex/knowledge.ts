/** The shop's knowledge: documents in, passages found. Rules: `model/knowledge/documents.ts`, `model/knowledge/search.ts`. */
import { vWorkflowId } from "@convex-dev/workflow";
import { vResultValidator } from "@convex-dev/workpool";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import {
  adminMutation,
  internalAction,
  internalMutation,
  internalQuery,
  staffAction,
  staffQuery,
  userQuery,
} from "./functions";
import { recordEvent, recordAct } from "./model/analytics/events";
import { listGaps, vGap } from "./model/analytics/rollups";
import * as Administration from "./model/desk/administration";
import { endIngest } from "./model/knowledge/ingest";
import { workflow } from "./lib/workflow";
import * as Documents from "./model/knowledge/documents";
import { checkPageSize, withoutSplit } from "./lib/pages";
import { redactSecrets } from "./lib/redact";
import {
  rankHits,
  searchKnowledge,
  vFoundPassage,
  vVectorHit,
  type SearchResult,
} from "./model/knowledge/search";
import * as ShopHours from "./model/hours/stored";
import { cleanText } from "./lib/text";
import { embedTexts, EMBEDDING_BATCH } from "./providers/embeddings";
import { documentFields, vOpeningHours, vTimestamp } from "./validators";

const documentId = v.id("knowledge");

/**
 * Adds a document of 1 to 200,000 characters; it answers once it is read in (`state: "published"`).
 * Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`.
 */
export const addDocument = adminMutation({
  limit: "knowledge",
  args: Documents.vNewDocument.fields,
  returns: documentId,
  handler: async (ctx, document) =>
    await Administration.addDocument(ctx, document, { actorId: ctx.user._id }),
});

/**
 * Replaces a document's text, and publishes it; the old version answers until the new one is read in.
 * Errors: `not_found`, `conflict`.
 */
export const replaceDocument = adminMutation({
  limit: "knowledge",
  args: { documentId, ...Documents.vNewDocument.omit("slug").fields },
  returns: v.null(),
  handler: async (ctx, { documentId, ...text }) => {
    const document = await Documents.requireDocument(ctx, documentId);
    await Administration.replaceDocument(ctx, document, text, { actorId: ctx.user._id });
    return null;
  },
});

/** Answers from the document again. Errors: `not_found`, `conflict`. */
export const publish = adminMutation({
  limit: "knowledge",
  args: { documentId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const document = await Documents.requireDocument(ctx, args.documentId);
    await Administration.publishDocument(ctx, document, true, { actorId: ctx.user._id });
    return null;
  },
});

/** No longer answers from the document, but keeps it. Errors: `not_found`, `conflict`. */
export const unpublish = adminMutation({
  limit: "knowledge",
  args: { documentId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const document = await Documents.requireDocument(ctx, args.documentId);
    await Administration.publishDocument(ctx, document, false, { actorId: ctx.user._id });
    return null;
  },
});

/** Deletes the document. Answers keep the excerpts that they cited. Errors: `not_found`. */
export const remove = adminMutation({
  limit: "knowledge",
  args: { documentId },
  returns: v.null(),
  handler: async (ctx, args) => {
    const document = await Documents.requireDocument(ctx, args.documentId);
    await Administration.removeDocument(ctx, document, { actorId: ctx.user._id });
    return null;
  },
});

/**
 * Sets the opening hours: what hand-offs and timers count by, and what the document `hours-and-location`
 * says. Errors: `invalid_input` (an unknown zone, overlapping shifts, a date that does not exist),
 * `too_large`, `conflict` while that document is being read in.
 */
export const setHours = adminMutation({
  limit: "knowledge",
  args: { hours: vOpeningHours },
  returns: v.null(),
  handler: async (ctx, { hours }) => {
    const documentId = await ShopHours.storeHours(ctx, hours);
    await recordEvent(ctx, "hours_changed", { actorId: ctx.user._id, documentId });
    return null;
  },
});

/** For the CLI: as `setHours`, for whoever may deploy. */
export const setShopHours = internalMutation({
  args: { hours: vOpeningHours },
  returns: v.null(),
  handler: async (ctx, { hours }) => {
    const documentId = await ShopHours.storeHours(ctx, hours);
    await recordAct(ctx, "hours_changed", { documentId });
    return null;
  },
});

/**
 * The opening hours, and the exact openings of the fortnight from the hour in which `from` lies. Compare
 * them with the client's clock: the answer does not change when the shop opens. Errors: `invalid_input`.
 */
export const hours = userQuery({
  args: { from: vTimestamp },
  returns: v.object({
    hours: vOpeningHours,
    openings: v.array(v.object({ opensAt: vTimestamp, closesAt: vTimestamp })),
  }),
  handler: async (ctx, { from }) => {
    const hours = await ShopHours.loadHours(ctx);
    return { hours, openings: ShopHours.listUpcomingOpenings(hours, from) };
  },
});

/** Documents without their bodies, latest change first; at most 20 a page. */
export const list = staffQuery({
  args: { category: v.optional(v.string()), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(Documents.vDocumentSummary),
  handler: async (ctx, { category, paginationOpts }) => {
    const rows = ctx.db.query("knowledge");
    const range =
      category === undefined
        ? rows.withIndex("by_kind_and_updated", (q) => q.eq("kind", "document"))
        : rows.withIndex("by_kind_and_category", (q) =>
            q.eq("kind", "document").eq("category", category),
          );
    const page = withoutSplit(
      await range.order("desc").paginate(checkPageSize(paginationOpts, Documents.LIST_LIMIT)),
    );
    const documents = page.page.filter((row) => row.kind === "document");
    return { ...page, page: documents.map(Documents.documentSummary) };
  },
});

/** One document with its text. Errors: `not_found`. */
export const get = staffQuery({
  args: { documentId },
  returns: Documents.vDocumentSummary.extend({ body: documentFields.body }),
  handler: async (ctx, args) => {
    const row = await Documents.requireDocument(ctx, args.documentId);
    return { ...Documents.documentSummary(row), body: row.body };
  },
});

/** What the AI would find for a question of at most 400 characters. `mode` is `text` without an OpenAI key. */
export const search = staffAction({
  limit: "knowledge",
  args: { question: v.string() },
  returns: v.object({
    mode: v.union(v.literal("hybrid"), v.literal("text")),
    passages: v.array(vFoundPassage),
  }),
  handler: async (ctx, { question }): Promise<SearchResult> =>
    await searchKnowledge(ctx, redactSecrets(cleanText("The question", question, 400))),
});

/** Questions that found nothing, most frequent first, at most 100. Rolled up every five minutes. */
export const gaps = staffQuery({
  args: {},
  returns: v.array(vGap),
  handler: async (ctx) => await listGaps(ctx),
});

export const fuseHits = internalQuery({
  args: { question: v.string(), hits: v.array(vVectorHit) },
  returns: v.array(vFoundPassage),
  handler: async (ctx, args) => await rankHits(ctx, args),
});

/** Durable: split, embed in batches, switch. A crash resumes at the step it was in. */
export const ingest = workflow
  .define({ args: { documentId }, returns: v.null() })
  .handler(async (step, { documentId }): Promise<null> => {
    // Inline: in the workflow's own transaction, which saves a round through its queue.
    const inline = { inline: true } as const;
    const passages = await step.runMutation(internal.knowledge.split, { documentId }, inline);
    for (let i = 0; i < passages.length; i += EMBEDDING_BATCH) {
      const passageIds = passages.slice(i, i + EMBEDDING_BATCH);
      await step.runAction(internal.knowledge.embedBatch, { passageIds }, { retry: true });
    }
    await step.runMutation(internal.knowledge.switchVersion, { documentId }, inline);
    return null;
  });

export const ingestDone = internalMutation({
  args: {
    workflowId: vWorkflowId,
    result: vResultValidator,
    context: v.object({ documentId, processId: v.id("workflows") }),
  },
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    // Its journal is of no use any more: what people see is the `workflows` row.
    await workflow.cleanup(ctx, workflowId);
    await endIngest(ctx, context, result);
    return null;
  },
});

export const split = internalMutation({
  args: { documentId },
  returns: v.array(v.id("knowledge")),
  handler: async (ctx, args) =>
    await Documents.splitNextVersion(ctx, await Documents.requireDocument(ctx, args.documentId)),
});

export const embedBatch = internalAction({
  args: { passageIds: v.array(v.id("knowledge")) },
  returns: v.null(),
  handler: async (ctx, { passageIds }): Promise<null> => {
    const passages = await ctx.runQuery(internal.knowledge.textsToEmbed, { passageIds });
    if (passages.length === 0) return null;
    const embeddings = await embedTexts(passages.map(({ text }) => text));
    if (embeddings === null) return null;
    const vectors = passages.map(({ passageId }, i) => ({ passageId, embedding: embeddings[i]! }));
    await ctx.runMutation(internal.knowledge.storeVectors, { vectors });
    return null;
  },
});

export const textsToEmbed = internalQuery({
  args: { passageIds: v.array(v.id("knowledge")) },
  returns: v.array(v.object({ passageId: v.id("knowledge"), text: v.string() })),
  handler: async (ctx, { passageIds }) => {
    const rows = await Promise.all(passageIds.map((id) => ctx.db.get("knowledge", id)));
    return rows
      .filter((row) => row?.kind === "passage" && row.vectorId === undefined)
      .map((row) => ({ passageId: row!._id, text: (row as Documents.PassageRow).text }));
  },
});

export const storeVectors = internalMutation({
  args: {
    vectors: v.array(v.object({ passageId: v.id("knowledge"), embedding: v.array(v.float64()) })),
  },
  returns: v.null(),
  handler: async (ctx, { vectors }) => {
    await Documents.storeVectors(ctx, vectors);
    return null;
  },
});

export const switchVersion = internalMutation({
  args: { documentId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Documents.switchVersion(ctx, await Documents.requireDocument(ctx, args.documentId));
    return null;
  },
});
