/**
 * Drafts: texts beside what is live. Whoever works at the shop writes them, imports and re-checks do too; an admin's
 * approval makes a document of one (`desk/documents.ts`). A document has one draft at most: two of them would each
 * take the other's change back.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { draftFields, vTimestamp } from "../../validators";
import { deleteBody, storeBody } from "./bodies";
import { checkDocument, requireDocument } from "./documents";
import { MAX_GAPS } from "./gapChecks";

export type DraftRow = Extract<Doc<"knowledge">, { kind: "draft" }>;

/** Drafts of a deployment: counting them reads each row, 350 bytes, with the first that a transaction adds. */
export const MAX_DRAFTS = 1_000;

export const vDraftText = v.object({
  title: draftFields.title,
  category: draftFields.category,
  format: draftFields.format,
  body: v.string(),
});
export type DraftText = Infer<typeof vDraftText>;
export type NewDraft = DraftText & Pick<DraftRow, "documentId" | "origin" | "gapIds">;

/** A draft without its text. */
export const vDraftSummary = v.object({
  _id: v.id("knowledge"),
  _creationTime: v.number(),
  documentId: draftFields.documentId,
  title: draftFields.title,
  category: draftFields.category,
  format: draftFields.format,
  origin: draftFields.origin,
  /** When it is to answer. */
  publishAt: v.optional(vTimestamp),
  /** Unanswered questions that it is to answer, of `gaps.list`. */
  gapIds: v.array(v.id("analytics")),
  updatedAt: draftFields.updatedAt,
});

export function draftSummary(row: DraftRow): Infer<typeof vDraftSummary> {
  const { _id, _creationTime, documentId, title, category, format, origin, updatedAt } = row;
  const gapIds = row.gapIds ?? [];
  const publishAt = row.publish?.at;
  const named = { documentId, title, category, format, origin };
  return { _id, _creationTime, ...named, publishAt, gapIds, updatedAt };
}

/** Errors: `not_found`. */
export async function requireDraft(
  ctx: Pick<QueryCtx, "db">,
  id: Id<"knowledge">,
): Promise<DraftRow> {
  const row = await ctx.db.get("knowledge", id);
  if (row?.kind !== "draft") throw appError("not_found", "There is no such draft.");
  return row;
}

/** The draft that would replace a document's text. */
export async function findDraftOf(
  ctx: Pick<QueryCtx, "db">,
  documentId: Id<"knowledge">,
): Promise<DraftRow | null> {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) => q.eq("documentId", documentId).eq("kind", "draft"))
    .unique();
  return row?.kind === "draft" ? row : null;
}

/** How many more drafts fit. */
export async function countRoom(ctx: Pick<QueryCtx, "db">): Promise<number> {
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_kind_and_updated", (q) => q.eq("kind", "draft"))
    .take(MAX_DRAFTS);
  return MAX_DRAFTS - rows.length;
}

/**
 * Keeps a text beside what is live. `room`: of `countRoom`, for whoever adds several in a transaction. Errors:
 * `conflict` if the document has a draft, `not_found`, `invalid_input`, `too_large`.
 */
export async function createDraft(
  ctx: MutationCtx,
  { documentId, origin, gapIds, ...text }: NewDraft,
  room?: number,
): Promise<Id<"knowledge">> {
  const { body, ...fields } = checkText(text);
  if ((room ?? (await countRoom(ctx))) <= 0) {
    const message = `There are ${MAX_DRAFTS} drafts. Approve or discard some first.`;
    throw appError("too_large", message);
  }
  const document = documentId && (await requireDocument(ctx, documentId));
  if (documentId !== undefined && (await findDraftOf(ctx, documentId)) !== null) {
    throw appError("conflict", "This document has a draft already. Change that one.");
  }
  const { bodyId } = await storeBody(ctx, body);
  return await ctx.db.insert("knowledge", {
    kind: "draft",
    documentId,
    version: document?.version,
    ...fields,
    bodyId,
    origin,
    gapIds: gapIds && (await checkGaps(ctx, gapIds)),
    updatedAt: Date.now(),
  });
}

/** Stores another text. Whoever saves has seen what is live: it is compared with today's version from here on. */
export async function editDraft(
  ctx: MutationCtx,
  draft: DraftRow,
  { gapIds, ...text }: DraftText & Pick<DraftRow, "gapIds">,
): Promise<void> {
  const { body, ...fields } = checkText(text);
  const gaps = gapIds && { gapIds: await checkGaps(ctx, gapIds) };
  await storeBody(ctx, body, draft);
  const document = draft.documentId && (await requireDocument(ctx, draft.documentId));
  const version = document?.version;
  // Never the same again: an approval names the text by it.
  const updatedAt = Math.max(Date.now(), draft.updatedAt + 1);
  await ctx.db.patch("knowledge", draft._id, { ...fields, ...gaps, version, updatedAt });
}

export async function discardDraft(ctx: MutationCtx, draft: DraftRow): Promise<void> {
  await deleteBody(ctx, draft);
  await ctx.db.delete("knowledge", draft._id);
}

/** The document is removed: what was to replace its text is a new one's. */
export async function detachDraft(ctx: MutationCtx, documentId: Id<"knowledge">): Promise<void> {
  const draft = await findDraftOf(ctx, documentId);
  if (draft === null) return;
  await ctx.db.patch("knowledge", draft._id, { documentId: undefined, version: undefined });
}

/** Errors: `not_found`, `too_large`. */
async function checkGaps(
  ctx: Pick<QueryCtx, "db">,
  gapIds: Id<"analytics">[],
): Promise<Id<"analytics">[]> {
  const ids = [...new Set(gapIds)];
  if (ids.length > MAX_GAPS) {
    throw appError("too_large", `A text can be for ${MAX_GAPS} questions at most.`);
  }
  for (const id of ids) {
    const row = await ctx.db.get("analytics", id);
    if (row?.kind !== "gap") throw appError("not_found", "There is no such question.");
  }
  return ids;
}

/** A draft's text is a document's, but for the slug, which its document has. */
function checkText(text: DraftText): DraftText {
  const { slug: _, ...checked } = checkDocument({ ...text, slug: "draft" });
  return checked;
}
