/**
 * A site's pages as documents: listed from its sitemap, added a few at a time while the ones before are read, each with
 * an ingest of its own. What is a document already stays as it is; what can't be read fails alone.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanText } from "../../lib/text";
import { background } from "../../lib/workflow";
import { recordAct } from "../analytics/events";
import { endWorkflow } from "../conversations/timers";
import { findDocumentBySlug } from "../knowledge/documents";
import { changeSite } from "../knowledge/sites";
import { addPageDocument, checkAddress, slugOfPage } from "./sources";

type Process = Doc<"workflows">;
type Site = NonNullable<Process["site"]>;

export const MAX_SITE_PAGES = 500;
const STANDARD_PAGES = 200;
/** Added in one transaction. The next ones wait in the same pool, behind the reading of these. */
const PAGES_BATCH = 5;
/** Sites that are being read. */
const MAX_SITES = 5;

export const vNewSite = v.object({
  url: v.string(),
  category: v.string(),
  /** Pages at most. */
  most: v.optional(v.number()),
});

/** Begins to add a site's pages. Errors: `invalid_input`, `rate_limited` while others are being read. */
export async function addSite(
  ctx: MutationCtx,
  { url, category, most = STANDARD_PAGES }: Infer<typeof vNewSite>,
  { actorId }: { actorId?: Id<"users"> },
): Promise<Id<"workflows">> {
  if (!Number.isInteger(most) || most < 1 || most > MAX_SITE_PAGES) {
    throw appError("invalid_input", `A site has 1 to ${MAX_SITE_PAGES} pages at most.`);
  }
  await requireFewSites(ctx);
  const site: Site = {
    url: checkAddress(url),
    category: cleanText("The category", category, 60),
    most,
    userId: actorId,
    ...{ of: 0, at: 0, added: 0, read: 0, failed: 0, known: 0 },
  };
  const processId = await ctx.db.insert("workflows", {
    kind: "site",
    state: "running",
    step: "listing its pages",
    attempt: 1,
    site,
  });
  await startReading(ctx, processId);
  await recordAct(ctx, "site_added", { actorId }, {});
  return processId;
}

async function requireFewSites(ctx: MutationCtx): Promise<void> {
  const running = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "site").eq("state", "running"))
    .take(MAX_SITES);
  if (running.length < MAX_SITES) return;
  throw appError("conflict", `${MAX_SITES} sites are being read. Wait for one, or cancel it.`);
}

async function startReading(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  const componentId: string = await background.start(
    ctx,
    internal.sources.readSite,
    { processId },
    { onComplete: internal.sources.siteDone, context: { processId } },
  );
  await ctx.db.patch("workflows", processId, { componentId });
}

/** Goes on where it stopped. For staff's retry. */
export async function resumeSite(ctx: MutationCtx, { _id }: Process): Promise<void> {
  await requireFewSites(ctx);
  const again = { state: "running", error: undefined, finishedAt: undefined } as const;
  await ctx.db.patch("workflows", _id, again);
  await startReading(ctx, _id);
}

/** What is to be listed; null once it is, or was cancelled. */
export async function loadUnlisted(
  ctx: Pick<QueryCtx, "db">,
  processId: Id<"workflows">,
): Promise<{ url: string; most: number } | null> {
  const row = await ctx.db.get("workflows", processId);
  if (row?.site === undefined || row.state !== "running" || row.site.listId !== undefined) {
    return null;
  }
  const { url, most } = row.site;
  return { url, most };
}

export async function storeListing(
  ctx: MutationCtx,
  processId: Id<"workflows">,
  pages: string[],
): Promise<void> {
  const row = await ctx.db.get("workflows", processId);
  if (row?.site === undefined || row.site.listId !== undefined) return;
  const listId = await ctx.db.insert("knowledge", { kind: "body", body: pages.join("\n") });
  await changeSite(ctx, row, { ...row.site, listId, of: pages.length });
}

/** The next pages. False: there are no more. */
export async function addPages(ctx: MutationCtx, processId: Id<"workflows">): Promise<boolean> {
  const row = await ctx.db.get("workflows", processId);
  if (row?.site?.listId === undefined || row.state !== "running") return false;
  const { site } = row;
  const list = await ctx.db.get("knowledge", row.site.listId);
  if (list?.kind !== "body") throw new Error("A site has lost the list of its pages.");
  const urls = list.body.split("\n").slice(site.at, site.at + PAGES_BATCH);
  let added = 0;
  for (const url of urls) {
    if ((await findDocumentBySlug(ctx, slugOfPage(url))) !== null) continue;
    const { category, userId: actorId } = site;
    await addPageDocument(ctx, { url, category }, { actorId, partOf: processId });
    added++;
  }
  const known = site.known + urls.length - added;
  const next = { ...site, at: site.at + urls.length, added: site.added + added, known };
  await changeSite(ctx, row, next);
  return next.at < next.of;
}

/** No more of its pages are added. For staff's `workflows.cancel`. */
export async function cancelSite(ctx: MutationCtx, process: Process): Promise<void> {
  await endWorkflow(ctx, process);
  await failSite(ctx, process._id, { state: "cancelled" });
}

/** It could not be read to its end. */
export async function failSite(
  ctx: MutationCtx,
  processId: Id<"workflows">,
  end: { state: "failed" | "cancelled"; error?: { code: string; message: string } },
): Promise<void> {
  const row = await ctx.db.get("workflows", processId);
  if (row?.state !== "running") return;
  await ctx.db.patch("workflows", processId, { ...end, finishedAt: Date.now() });
}
