/**
 * Pages that documents were read from, looked at again: one row each (`recheck`), which says when. What has changed
 * waits as a draft, what is gone as news on the row: nothing that answers changes by itself.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DAY, HOUR } from "../../lib/time";
import { vMessageError, vWebSeen } from "../../validators";
import { recordEvent } from "../analytics/events";
import * as Drafts from "../knowledge/drafts";
import type { DocumentRow } from "../knowledge/vectors";
import { vReadText } from "./sources";

type Process = Doc<"workflows">;

const INTERVAL = DAY;
/** Looked at by one action, one after another: half a minute to fetch and one to read at most, of the ten it has. */
export const RECHECK_BATCH = 6;
/** An action that died has its pages looked at again by then. */
const CLAIMED_FOR = HOUR;
/** Pages that can't be reached are news after so many tries, a week. */
const MAX_TRIES = 10;
const MAX_NEWS = 100;

/** From now on the page is looked at again. */
export async function keepWatch(
  ctx: MutationCtx,
  { _id: documentId, page }: DocumentRow,
  web: Infer<typeof vWebSeen>,
): Promise<void> {
  if (page === undefined) return;
  const dueAt = Date.now() + INTERVAL;
  const known = page.recheckId && (await ctx.db.get("workflows", page.recheckId));
  if (known) return await ctx.db.patch("workflows", known._id, { web, dueAt });
  const recheckId = await ctx.db.insert("workflows", {
    kind: "recheck",
    state: "running",
    step: WAITING,
    attempt: 1,
    documentId,
    web,
    dueAt,
  });
  await ctx.db.patch("knowledge", documentId, { page: { ...page, recheckId } });
}

const WAITING = "waiting to look at its page again";

export const dueRechecks = (ctx: Pick<QueryCtx, "db">, count: number) =>
  ctx.db
    .query("workflows")
    .withIndex("by_kind_and_finished", (q) =>
      q.eq("kind", "recheck").eq("finishedAt", undefined).lte("dueAt", Date.now()),
    )
    .take(count);

/** The next ones, which nobody else takes meanwhile. */
export async function claimRechecks(ctx: MutationCtx): Promise<Id<"workflows">[]> {
  const due = await dueRechecks(ctx, RECHECK_BATCH);
  for (const { _id } of due) {
    await ctx.db.patch("workflows", _id, { dueAt: Date.now() + CLAIMED_FOR });
  }
  return due.map(({ _id }) => _id);
}

/** Looked at by the next upkeep, not at its time. Errors: `conflict` for a document that is of no page. */
export async function recheckSoon(ctx: MutationCtx, { page }: DocumentRow): Promise<void> {
  const row = page?.recheckId && (await ctx.db.get("workflows", page.recheckId));
  if (!row || row.finishedAt !== undefined) {
    throw appError("conflict", "This document is of no page that is looked at again.");
  }
  await ctx.db.patch("workflows", row._id, { dueAt: Date.now() });
}

export const vWatched = v.object({ url: v.string(), seen: vWebSeen });

export async function loadWatched(
  ctx: Pick<QueryCtx, "db">,
  processId: Id<"workflows">,
): Promise<Infer<typeof vWatched> | null> {
  const row = await ctx.db.get("workflows", processId);
  const document = row?.documentId && (await ctx.db.get("knowledge", row.documentId));
  if (row?.web === undefined || row.finishedAt !== undefined) return null;
  if (document?.kind !== "document" || document.page === undefined) return null;
  return { url: document.page.url, seen: row.web };
}

export const vLook = v.union(
  /** Its text is what it was; what its server says of it may be new. */
  v.object({ kind: v.literal("same"), seen: vWebSeen }),
  v.object({ kind: v.literal("changed"), seen: vWebSeen, text: vReadText }),
  /** Gone, closed to machines, without text: in words. */
  v.object({ kind: v.literal("refused"), error: vMessageError }),
  v.object({ kind: v.literal("unreachable"), error: vMessageError }),
);
type Look = Infer<typeof vLook>;

/** What somebody has found who looked at a page again. */
export async function endRecheck(
  ctx: MutationCtx,
  processId: Id<"workflows">,
  look: Look,
): Promise<void> {
  const row = await ctx.db.get("workflows", processId);
  const document = row?.documentId && (await ctx.db.get("knowledge", row.documentId));
  if (!row || row.finishedAt !== undefined || document?.kind !== "document") return;
  if (look.kind === "same") return await noteSame(ctx, row, look);
  if (look.kind === "changed") return await proposeChange(ctx, row, { document, look });
  if (look.kind === "unreachable" && row.attempt < MAX_TRIES) {
    const wait = Math.min(HOUR * 2 ** row.attempt, INTERVAL);
    return await ctx.db.patch("workflows", processId, {
      attempt: row.attempt + 1,
      dueAt: Date.now() + wait,
    });
  }
  await noteNews(ctx, row, { error: look.error });
}

async function noteSame(
  ctx: MutationCtx,
  { _id, documentId, error }: Process,
  { seen }: Extract<Look, { kind: "same" }>,
): Promise<void> {
  const times = { attempt: 1, progressAt: Date.now(), dueAt: Date.now() + INTERVAL, web: seen };
  // A draft of an earlier change still waits.
  const draft = error?.code === CHANGED && (await Drafts.findDraftOf(ctx, documentId!));
  if (draft) return await ctx.db.patch("workflows", _id, times);
  const state = { state: "running", step: WAITING, error: undefined } as const;
  await ctx.db.patch("workflows", _id, { ...times, ...state });
}

const CHANGED = "page_changed";

async function proposeChange(
  ctx: MutationCtx,
  row: Process,
  { document, look }: { document: DocumentRow; look: Extract<Look, { kind: "changed" }> },
): Promise<void> {
  const { _id: documentId, category, title } = document;
  const { format, body } = look.text;
  const text = { title, category, format, body };
  const draft = await Drafts.findDraftOf(ctx, documentId);
  if (draft !== null && draft.origin.kind !== "source") {
    const message =
      "The page has changed, and its document has a draft. Approve or discard that one.";
    // Not yet seen: it is looked at again.
    return await noteNews(ctx, row, { error: { code: CHANGED, message } });
  }
  if (draft !== null) await Drafts.editDraft(ctx, draft, text);
  else {
    const name = document.page?.url ?? title;
    const origin = { kind: "source" as const, name, processId: row._id };
    await Drafts.createDraft(ctx, { ...text, documentId, origin });
  }
  const message = "The page has changed: what it says now waits as a draft.";
  await noteNews(ctx, row, { error: { code: CHANGED, message }, web: look.seen });
}

async function noteNews(
  ctx: MutationCtx,
  { _id, documentId, error: before }: Process,
  news: { error: Infer<typeof vMessageError>; web?: Infer<typeof vWebSeen> },
): Promise<void> {
  await ctx.db.patch("workflows", _id, {
    ...news,
    state: "failed",
    step: "has news for staff",
    attempt: 1,
    progressAt: Date.now(),
    dueAt: Date.now() + INTERVAL,
  });
  const { code } = news.error;
  if (before?.code === code && news.web === undefined) return;
  await recordEvent(ctx, "source_changed", { documentId }, { reason: code });
}

export const vNews = v.object({
  processId: v.id("workflows"),
  documentId: v.id("knowledge"),
  title: v.string(),
  url: v.string(),
  /** `page_changed`, `url_gone` or why else it can't be read, in words. */
  error: vMessageError,
  /** Of a change: what the page says now, beside what answers. */
  draftId: v.optional(v.id("knowledge")),
  since: v.number(),
});

/** Pages that staff should look at, latest first. A change is news while its draft waits. */
export async function listNews(ctx: Pick<QueryCtx, "db">): Promise<Infer<typeof vNews>[]> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "recheck").eq("state", "failed"))
    .order("desc")
    .take(MAX_NEWS);
  const news: Infer<typeof vNews>[] = [];
  for (const { _id: processId, documentId, error, progressAt, _creationTime } of rows) {
    const document = documentId && (await ctx.db.get("knowledge", documentId));
    if (document?.kind !== "document" || document.page === undefined || !error) continue;
    const draft = error.code === CHANGED ? await Drafts.findDraftOf(ctx, document._id) : null;
    if (error.code === CHANGED && draft === null) continue;
    news.push({
      ...{ processId, documentId: document._id, title: document.title, url: document.page.url },
      ...{ error, draftId: draft?._id, since: progressAt ?? _creationTime },
    });
  }
  return news;
}

/** Nobody looks at the page any more. For staff's `workflows.cancel`. */
export const stopWatch = (ctx: MutationCtx, { _id }: Process): Promise<void> =>
  ctx.db.patch("workflows", _id, { state: "cancelled", step: "cancelled", finishedAt: Date.now() });

/** It is looked at now. For staff's `workflows.retry`. */
export const watchAgain = (ctx: MutationCtx, { _id }: Process): Promise<void> =>
  ctx.db.patch("workflows", _id, {
    ...{ state: "running", step: WAITING, error: undefined },
    ...{ finishedAt: undefined, dueAt: Date.now() },
  });
