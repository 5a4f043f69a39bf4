/** The shop's knowledge: documents in, passages found. Rules: `model/knowledge/documents.ts`, `model/knowledge/search.ts`. */
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
import { listGaps, vGap } from "./model/analytics/gaps";
import * as Entries from "./model/desk/documents";
import { readBody } from "./model/knowledge/bodies";
import { findDraftOf } from "./model/knowledge/drafts";
import { signVersion } from "./model/knowledge/history";
import { endIngest } from "./model/knowledge/ingest";
import { background, endedArgs } from "./lib/workflow";
import * as Documents from "./model/knowledge/documents";
import { checkPageSize, withoutSplit } from "./lib/pages";
import { redactSecrets } from "./lib/redact";
import {
  rankHits,
  searchKnowledge,
  vPage,
  vFused,
  vFusion,
  vSearchResult,
  type SearchResult,
} from "./model/knowledge/search";
import * as Vectors from "./model/knowledge/vectors";
import { vIngest, vVersionRef } from "./model/knowledge/vectors";
import { sweepOrIsolate } from "./model/privacy/sweep";
import * as Reading from "./model/knowledge/reading";
import * as Versions from "./model/knowledge/versions";
import * as HoursSetting from "./model/hours/setting";
import { changeLinkHosts } from "./model/knowledge/guardrailRows";
import { loadLinkHosts } from "./model/knowledge/links";
import * as ShopHours from "./model/hours/stored";
import { requireTrialOf } from "./model/replies/trialRows";
import { cleanText } from "./lib/text";
import { vOpeningHours, vTimestamp } from "./validators";

const documentId = v.id("knowledge");
const vHosts = v.array(v.string());
const vText = Documents.vNewDocument.omit("slug");

/**
 * Adds a document of 1 to 200,000 characters; it answers once it is read in (`state: "published"`). While embeddings
 * refuse it answers by its words (`embedded: false`, `error` says why), and its vectors follow by themselves.
 * Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`.
 */
export const addDocument = adminMutation({
  limit: "knowledge",
  args: Documents.vNewDocument.fields,
  returns: documentId,
  handler: async (ctx, document) =>
    await Entries.addDocument(ctx, document, { actorId: ctx.user._id }),
});

/**
 * Replaces a document's text, and publishes it; the old version answers until the new one is read in. `was`: the version
 * that the admin has read; another one meanwhile is a `conflict`. Errors: `not_found`, `conflict`.
 */
export const replaceDocument = adminMutation({
  limit: "knowledge",
  args: { documentId, was: v.optional(v.number()), ...vText.fields },
  returns: v.null(),
  handler: async (ctx, { documentId, was, ...text }) => {
    const document = await Documents.requireDocument(ctx, documentId, was);
    await Entries.replaceDocument(ctx, document, text, { actorId: ctx.user._id });
    return null;
  },
});

/** Answers from the document again. `trialId` as in `agents.updateAgent`. Errors: `not_found`, `conflict`. */
export const publish = adminMutation({
  limit: "knowledge",
  args: { documentId, trialId: v.optional(v.id("workflows")) },
  returns: v.null(),
  handler: async (ctx, { documentId, trialId }) => {
    const document = await Documents.requireDocument(ctx, documentId);
    if (trialId !== undefined) await requireTrialOf(ctx, trialId, { documentId, live: true });
    await Entries.publishDocument(ctx, document, true, { actorId: ctx.user._id, trialId });
    return null;
  },
});

/** No longer answers from the document, but keeps it. `trialId` as in `publish`. Errors: `not_found`, `conflict`. */
export const unpublish = adminMutation({
  limit: "knowledge",
  args: { documentId, trialId: v.optional(v.id("workflows")) },
  returns: v.null(),
  handler: async (ctx, { documentId, trialId }) => {
    const document = await Documents.requireDocument(ctx, documentId);
    if (trialId !== undefined) await requireTrialOf(ctx, trialId, { documentId, live: false });
    await Entries.publishDocument(ctx, document, false, { actorId: ctx.user._id, trialId });
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
    await Entries.removeDocument(ctx, document, { actorId: ctx.user._id });
    return null;
  },
});

/**
 * Sets the opening hours: what hand-offs and timers count by, and what the document `hours-and-location`
 * says. Errors: `invalid_input` (an unknown zone, overlapping shifts, a date that does not exist),
 * `too_large`, `conflict` while that document is being read in. `note` says when the AI quotes them, and how
 * they are found until then.
 */
export const setHours = adminMutation({
  limit: "knowledge",
  args: { hours: vOpeningHours },
  returns: HoursSetting.vSaved,
  handler: async (ctx, { hours }) => {
    const saved = await HoursSetting.storeHours(ctx, hours);
    const { documentId } = saved;
    const refs = { actorId: ctx.user._id, documentId };
    await signVersion(ctx, documentId, await recordEvent(ctx, "hours_changed", refs));
    return saved;
  },
});

/** For the CLI: as `setHours`, for whoever may deploy. */
export const setShopHours = internalMutation({
  args: { hours: vOpeningHours },
  returns: HoursSetting.vSaved,
  handler: async (ctx, { hours }) => {
    const saved = await HoursSetting.storeHours(ctx, hours);
    const { documentId } = saved;
    await signVersion(ctx, documentId, await recordAct(ctx, "hours_changed", { documentId }));
    return saved;
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

/**
 * Sets the hosts that the AI's answers may link to besides `ALLOWED_ORIGINS` and what passages name: at most 50, each
 * alone (`book.example.com`; `*.example.com` for it and all below it), kept by punycode. Returns them as they are kept.
 * Errors: `invalid_input`, and for an example that comes out otherwise (`guardrails.save`); `too_large`.
 */
export const setLinkHosts = adminMutation({
  limit: "knowledge",
  args: { hosts: vHosts },
  returns: vHosts,
  handler: async (ctx, { hosts }) => {
    const kept = await changeLinkHosts(ctx, hosts);
    await recordEvent(ctx, "link_hosts_changed", { actorId: ctx.user._id });
    return kept;
  },
});

/** The hosts that `setLinkHosts` has set. */
export const linkHosts = staffQuery({
  args: {},
  returns: vHosts,
  handler: async (ctx) => await loadLinkHosts(ctx),
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
  // `draftId`: what would take its text's place.
  returns: Documents.vDocumentSummary.extend({ body: v.string(), draftId: v.optional(documentId) }),
  handler: async (ctx, args) => {
    const row = await Documents.requireDocument(ctx, args.documentId);
    const [body, draft] = [await readBody(ctx, row), await findDraftOf(ctx, row._id)];
    return { ...Documents.documentSummary(row), body, draftId: draft?._id };
  },
});

/** What the AI would find for a question of at most 400 characters. `mode` is `text` without an OpenAI key. */
export const search = staffAction({
  limit: "knowledge",
  args: { question: v.string() },
  returns: vSearchResult,
  handler: async (ctx, { question }): Promise<SearchResult> =>
    await searchKnowledge(ctx, {
      question: redactSecrets(cleanText("The question", question, 400)),
    }),
});

/** Questions that found nothing, most frequent first, at most 100. Rolled up every five minutes. */
export const gaps = staffQuery({
  args: {},
  returns: v.array(vGap),
  handler: async (ctx) => await listGaps(ctx),
});

/** As `search`, without its limit: for `pnpm eval`, and for whoever may deploy. `before` is the question before. */
export const find = internalAction({
  args: { question: v.string(), before: v.optional(v.string()) },
  returns: vSearchResult,
  handler: async (ctx, { question, before }): Promise<SearchResult> =>
    await searchKnowledge(ctx, before === undefined ? { question } : { question, before }),
});

export const fuseHits = internalQuery({
  args: vFusion.fields,
  returns: vFused,
  handler: async (ctx, args) => await rankHits(ctx, args),
});

/** The document with the shop's hours and contact, and its list of hosts: an answer may rest on them, found or not. */
export const shopPage = internalQuery({
  args: {},
  returns: v.object({ pages: v.array(vPage), hosts: vHosts }),
  handler: async (ctx) => ({
    pages: await HoursSetting.loadShopPage(ctx),
    hosts: await loadLinkHosts(ctx),
  }),
});

const vReading = v.object({ ...vVersionRef.fields, processId: v.optional(v.id("workflows")) });

/** Durable, in one step, which goes on where it was: its text and its batches are stored as they come. */
export const ingest = background
  .define({ args: vReading.fields, returns: v.null() })
  .handler(async (step, reading): Promise<null> => {
    await step.runAction(internal.knowledge.readIn, reading, { retry: true });
    return null;
  });

export const ingestDone = internalMutation({
  args: endedArgs(vIngest),
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    // Its journal is of no use any more: what people see is the `workflows` row.
    await background.cleanup(ctx, workflowId);
    await endIngest(ctx, context, result);
    return null;
  },
});

/** `processId`: its text is still in its original. */
export const readIn = internalAction({
  args: vReading.fields,
  returns: v.null(),
  handler: async (ctx, { processId, ...ref }): Promise<null> => {
    await Reading.readInVersion(ctx, ref, processId);
    return null;
  },
});

/** One whose workflow was lost. What dies here is taken up by the cron again. */
export const readInLost = internalAction({
  args: vIngest.fields,
  returns: v.null(),
  handler: async (ctx, { ref, processId }): Promise<null> => {
    const error = await Reading.readInVersion(ctx, ref, processId).then(() => undefined, String);
    await ctx.runMutation(internal.knowledge.lostIngestDone, { ref, processId, error });
    return null;
  },
});

export const lostIngestDone = internalMutation({
  args: { ...vIngest.fields, error: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { error, ...ingest }) => {
    const result =
      error === undefined
        ? { kind: "success" as const, returnValue: null }
        : { kind: "failed" as const, error };
    await endIngest(ctx, ingest, result);
    return null;
  },
});

export const versionSource = internalQuery({
  args: { ref: vVersionRef },
  returns: v.union(Versions.vSource, v.null()),
  handler: async (ctx, { ref }) => await Versions.loadSource(ctx, ref),
});

export const storeVectors = internalMutation({
  args: { ...vVersionRef.fields, model: v.string(), vectors: v.array(Vectors.vNewVector) },
  returns: v.boolean(),
  handler: async (ctx, { vectors, ...ref }) => await Vectors.storeVectors(ctx, ref, vectors),
});

export const switchVersion = internalMutation({
  args: Versions.vSwitch.fields,
  returns: v.null(),
  handler: async (ctx, args) => {
    await Versions.switchVersion(ctx, args);
    return null;
  },
});

export const deleteStale = internalMutation({
  args: { staleId: v.id("knowledge") },
  returns: v.null(),
  handler: async (ctx, { staleId }) => {
    await Vectors.deleteStaleBatch(ctx, staleId);
    return null;
  },
});

/** Run by a cron: what lacks vectors of the model of today gets them, and what was lost goes on. */
export const maintain = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    // What a batch leaves is the next run's.
    for (const kind of ["ingest", "stale"] as const) await sweepOrIsolate(ctx, { kind });
    if (await Vectors.hasUnembedded(ctx)) {
      await ctx.scheduler.runAfter(0, internal.knowledge.embedUnembedded, {});
    }
    return null;
  },
});

export const embedUnembedded = internalAction({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    await Reading.embedUnembedded(ctx);
    return null;
  },
});

export const claimUnembedded = internalMutation({
  args: {},
  returns: v.union(vVersionRef, v.null()),
  handler: async (ctx) => await Vectors.claimUnembedded(ctx),
});

export const retryUnembedded = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await Vectors.retryUnembedded(ctx);
    return null;
  },
});

export const countUnembedded = internalQuery({
  args: {},
  returns: Vectors.vEmbeddingProgress,
  handler: async (ctx) => await Vectors.countUnembedded(ctx),
});

export const linkVectors = internalMutation({
  args: { ref: vVersionRef, ...Versions.vOutcome.fields },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Versions.linkVectors(ctx, args);
    return null;
  },
});
