/** What documents are read from: files, pages of the web, sites. Rules: `model/desk/sources.ts`, `sites.ts`, `rechecks.ts`. */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { adminMutation, internalMutation, internalQuery, staffQuery } from "./functions";
import { truncateText } from "./lib/text";
import { SECOND } from "./lib/time";
import { background, endedArgs } from "./lib/workflow";
import { recordEvent } from "./model/analytics/events";
import * as Rechecks from "./model/desk/rechecks";
import * as Sites from "./model/desk/sites";
import * as Sources from "./model/desk/sources";
import { readBody } from "./model/knowledge/bodies";
import { diffPassages, vPassageChange } from "./model/knowledge/diff";
import { requireDocument } from "./model/knowledge/documents";
import { findDraftOf } from "./model/knowledge/drafts";
import { failReading as failIngestReading, markRead } from "./model/knowledge/ingest";
import { splitDocument } from "./model/knowledge/split";
import { vIngest, vVersionRef } from "./model/knowledge/vectors";
import { vWebSeen } from "./validators";

const documentId = v.id("knowledge");
const processId = v.id("workflows");

/**
 * Adds a document that is read from an uploaded file (`POST /files?for=document`): PDF, Word (.docx), HTML, Markdown or
 * text. It answers once it is read in (`state: "published"`); what can't be read fails alone, and the document's `error`
 * says why. Errors: `not_found` for what is no unused upload of the caller's, `conflict` for a slug that exists,
 * `invalid_input`, `too_large`.
 */
export const addFile = adminMutation({
  limit: "knowledge",
  args: { ...Sources.vFile.fields, ...Sources.vNewSource.fields },
  returns: documentId,
  handler: async (ctx, args) => await Sources.addFileDocument(ctx, args, { actorId: ctx.user._id }),
});

/**
 * Replaces a document by what an uploaded file says; the old version answers until that is read in, and on if it can't
 * be. Errors: `not_found`, `conflict`, `invalid_input`.
 */
export const replaceFile = adminMutation({
  limit: "knowledge",
  args: { documentId, ...Sources.vFile.fields },
  returns: v.null(),
  handler: async (ctx, { documentId, ...file }) => {
    const document = await requireDocument(ctx, documentId);
    await Sources.replaceByFile(ctx, document, file, { actorId: ctx.user._id });
    return null;
  },
});

/**
 * Adds a document that is read from a page of the web: any kind of `addFile`, that anybody can reach and robots.txt
 * allows. It is looked at again every day (`news`). Errors: `conflict` for a slug that exists, `invalid_input`.
 */
export const addUrl = adminMutation({
  limit: "knowledge",
  args: { url: v.string(), ...Sources.vNewSource.fields },
  returns: documentId,
  handler: async (ctx, args) => await Sources.addPageDocument(ctx, args, { actorId: ctx.user._id }),
});

/**
 * Adds the pages that a site's sitemap lists, at most `most` (200, up to 500) of that host; `url` is any page of it, or
 * the sitemap. What is a document already stays as it is. Answers a process, whose `step` says how far it is
 * (`workflows.get`). Errors: `invalid_input`, `conflict` while five sites are being read.
 */
export const addSite = adminMutation({
  limit: "knowledge",
  args: Sites.vNewSite.fields,
  returns: processId,
  handler: async (ctx, args) => await Sites.addSite(ctx, args, { actorId: ctx.user._id }),
});

/** Has a document's page looked at again now, not at its time. Errors: `not_found`, `conflict` if it is of no page. */
export const recheck = adminMutation({
  limit: "knowledge",
  args: { documentId },
  returns: v.null(),
  handler: async (ctx, { documentId }) => {
    await Rechecks.recheckSoon(ctx, await requireDocument(ctx, documentId));
    const refs = { actorId: ctx.user._id, documentId };
    await recordEvent(ctx, "process_retried", refs, { reason: "recheck" });
    await ctx.scheduler.runAfter(0, internal.sources.startRechecks, {});
    return null;
  },
});

/** Pages that have changed (what they say now is a draft), are gone, or can't be read any more; at most 100. */
export const news = staffQuery({
  args: {},
  returns: v.array(Rechecks.vNews),
  handler: async (ctx) => await Rechecks.listNews(ctx),
});

/** What would change with a document's draft, passage by passage; nothing where it has none. Errors: `not_found`. */
export const changes = staffQuery({
  args: { documentId },
  returns: v.array(vPassageChange),
  handler: async (ctx, { documentId }) => {
    const document = await requireDocument(ctx, documentId);
    const draft = await findDraftOf(ctx, documentId);
    if (draft === null) return [];
    const [before, after] = await Promise.all(
      [document, draft].map(async (row) => splitDocument(row.format, await readBody(ctx, row))),
    );
    return diffPassages(before!, after!);
  },
});

/**
 * What a document was read from: the file's address (`GET` with the access token), or the page's. `version` is that of a
 * citation, whose `place` ends the address. Null for one that was written by hand. Errors: `not_found`.
 */
export const original = staffQuery({
  args: { documentId, version: v.optional(v.number()) },
  returns: v.union(Sources.vOpened, v.null()),
  handler: async (ctx, { documentId, version }) =>
    await Sources.openOriginal(ctx, await requireDocument(ctx, documentId), version),
});

export const loadUnread = internalQuery({
  args: { ref: vVersionRef },
  returns: v.union(Sources.vUnread, v.null()),
  handler: async (ctx, { ref }) => await Sources.loadUnread(ctx, ref),
});

export const storeText = internalMutation({
  args: { ...vIngest.fields, text: Sources.vReadText, seen: v.optional(vWebSeen) },
  returns: v.boolean(),
  handler: async (ctx, { ref, processId, text, seen }) => {
    const document = await Sources.storeReadText(ctx, ref, text);
    if (document === null) return false;
    if (seen !== undefined) await Rechecks.keepWatch(ctx, document, seen);
    await markRead(ctx, processId);
    return true;
  },
});

export const failReading = internalMutation({
  args: { ...vIngest.fields, code: v.string(), message: v.string() },
  returns: v.null(),
  handler: async (ctx, { code, message, ...ingest }) => {
    await failIngestReading(ctx, ingest, { code, message });
    return null;
  },
});

/** Durable: lists a site's pages, and adds the next few while those before are read. */
export const readSite = background
  .define({ args: { processId }, returns: v.null() })
  .handler(async (step, site): Promise<null> => {
    if (!(await step.runAction(internal.documentReader.listSite, site, { retry: true })))
      return null;
    while (await step.runMutation(internal.sources.addPages, site, PACE));
    return null;
  });

/** Of a site: its server has other visitors, and replies share the deployment's jobs. */
const PACE = { runAfter: 5 * SECOND };

export const siteDone = internalMutation({
  args: endedArgs(v.object({ processId })),
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    await background.cleanup(ctx, workflowId);
    if (result.kind === "success") return null;
    const error =
      result.kind === "failed"
        ? { code: "site_failed", message: truncateText(result.error, 300) }
        : undefined;
    const state = result.kind === "failed" ? "failed" : "cancelled";
    await Sites.failSite(ctx, context.processId, { state, error });
    return null;
  },
});

export const loadUnlisted = internalQuery({
  args: { processId },
  returns: v.union(v.object({ url: v.string(), most: v.number() }), v.null()),
  handler: async (ctx, { processId }) => await Sites.loadUnlisted(ctx, processId),
});

export const storeListing = internalMutation({
  args: { processId, pages: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { processId, pages }) => {
    await Sites.storeListing(ctx, processId, pages);
    return null;
  },
});

export const failSite = internalMutation({
  args: { processId, code: v.string(), message: v.string() },
  returns: v.null(),
  handler: async (ctx, { processId, ...error }) => {
    await Sites.failSite(ctx, processId, { state: "failed", error });
    return null;
  },
});

export const addPages = internalMutation({
  args: { processId },
  returns: v.boolean(),
  handler: async (ctx, { processId }) => await Sites.addPages(ctx, processId),
});

/** Run by upkeep: pages whose time has come are looked at again, one batch a run (1,700 a day), so that one job does. */
export const startRechecks = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const processIds = await Rechecks.claimRechecks(ctx);
    if (processIds.length === 0) return null;
    await ctx.scheduler.runAfter(0, internal.documentReader.recheck, { processIds });
    return null;
  },
});

export const loadWatched = internalQuery({
  args: { processId },
  returns: v.union(Rechecks.vWatched, v.null()),
  handler: async (ctx, { processId }) => await Rechecks.loadWatched(ctx, processId),
});

export const endRecheck = internalMutation({
  args: { processId, look: Rechecks.vLook },
  returns: v.null(),
  handler: async (ctx, { processId, look }) => {
    await Rechecks.endRecheck(ctx, processId, look);
    return null;
  },
});
