/**
 * Documents and their versions. An ingest builds the next version beside the one that answers and switches
 * in one transaction; unchanged passages keep their vector; a failed ingest leaves the old version
 * answering. The steps run as a durable workflow (`knowledge.ingest`).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { documentFields, vDocumentFormat, VECTOR_TYPE, type vMessageError } from "../../validators";
import { appError } from "../../lib/errors";
import { splitDocument } from "./split";
import { cleanText } from "../../lib/text";

export type DocumentRow = Extract<Doc<"knowledge">, { kind: "document" }>;
export type PassageRow = Extract<Doc<"knowledge">, { kind: "passage" }>;

/** Characters of a document's body; a document is one row, and Convex's rows end at 1 MiB. */
const MAX_BODY_CHARS = 200_000;
/** Documents of one page: their bodies, 600 KB at most, are read with them. */
export const LIST_LIMIT = 20;
/** Passages of one version: switching patches each in one transaction. */
const MAX_PASSAGES = 300;

export const vNewDocument = v.object({
  /** Stable name of the document, `a-z0-9-`; made from the title if absent. */
  slug: v.optional(v.string()),
  title: v.string(),
  category: v.string(),
  format: vDocumentFormat,
  body: v.string(),
});
export type NewDocument = Infer<typeof vNewDocument>;

/** A document without its body. */
export const vDocumentSummary = v.object({
  _id: v.id("knowledge"),
  _creationTime: v.number(),
  slug: documentFields.slug,
  title: documentFields.title,
  category: documentFields.category,
  format: documentFields.format,
  state: documentFields.state,
  version: documentFields.version,
  passages: documentFields.passages,
  embedded: documentFields.embedded,
  error: documentFields.error,
  updatedAt: documentFields.updatedAt,
});

export function documentSummary(row: DocumentRow): Infer<typeof vDocumentSummary> {
  return {
    _id: row._id,
    _creationTime: row._creationTime,
    slug: row.slug,
    title: row.title,
    category: row.category,
    format: row.format,
    state: row.state,
    version: row.version,
    passages: row.passages,
    embedded: row.embedded,
    error: row.error,
    updatedAt: row.updatedAt,
  };
}

export async function requireDocument(
  ctx: Pick<QueryCtx, "db">,
  id: Id<"knowledge">,
): Promise<DocumentRow> {
  const row = await ctx.db.get("knowledge", id);
  if (row?.kind !== "document") throw noDocument();
  return row;
}

/** The document with a slug. Errors: `not_found`. */
export async function requireDocumentBySlug(
  ctx: Pick<QueryCtx, "db">,
  slug: string,
): Promise<DocumentRow> {
  const row = await findDocumentBySlug(ctx, slug);
  if (row === null) throw noDocument();
  return row;
}

const noDocument = () => appError("not_found", "There is no such document.");

/** Inserts the row that an ingest then fills. Errors: `conflict` if the slug is taken. */
export async function addDocument(ctx: MutationCtx, input: NewDocument): Promise<Id<"knowledge">> {
  const fields = checked(input);
  if ((await findDocumentBySlug(ctx, fields.slug)) !== null) {
    throw appError("conflict", `A document named "${fields.slug}" exists. Replace it instead.`);
  }
  return await ctx.db.insert("knowledge", {
    kind: "document",
    ...fields,
    state: "ingesting",
    version: 0,
    nextVersion: 1,
    passages: 0,
    embedded: false,
    updatedAt: Date.now(),
  });
}

/** Stores a new body; the old version answers until its ingest is done. */
export async function replaceDocument(
  ctx: MutationCtx,
  document: DocumentRow,
  input: NewDocument,
): Promise<void> {
  if (document.nextVersion !== undefined) {
    throw appError("conflict", "This document is being read in. Try again when that is done.");
  }
  const fields = checked({ ...input, slug: document.slug });
  await ctx.db.patch("knowledge", document._id, {
    ...fields,
    state: "ingesting",
    nextVersion: document.version + 1,
    error: undefined,
    updatedAt: Date.now(),
  });
}

/** Reads the body that is stored in again, after a failed ingest. Errors: `conflict` while it is being read in. */
export async function reingestDocument(ctx: MutationCtx, document: DocumentRow): Promise<void> {
  const { title, category, format, body } = document;
  await replaceDocument(ctx, document, { title, category, format, body });
}

export async function findDocumentBySlug(
  ctx: Pick<QueryCtx, "db">,
  slug: string,
): Promise<DocumentRow | null> {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_slug", (q) => q.eq("slug", slug))
    .unique();
  return row?.kind === "document" ? row : null;
}

function checked({ slug, ...input }: NewDocument) {
  const title = cleanText("The title", input.title, 200);
  const fields = {
    slug: slugOf({ slug, title }),
    title,
    category: cleanText("The category", input.category, 60),
    format: input.format,
    body: cleanText("The document", input.body, MAX_BODY_CHARS),
  };
  if (!/^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/.test(fields.slug)) {
    throw appError("invalid_input", "A slug has 1 to 100 lower-case letters, digits and hyphens.");
  }
  return fields;
}

/** The slug that a document gets: its own, or one made from its title. */
export const slugOf = ({ slug, title }: Pick<NewDocument, "slug" | "title">): string =>
  slug ?? slugify(title);

const slugify = (title: string) =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 80)
    .replace(/-+$/, "");

/** Step 1: the passages of the next version, not live yet. Repeating it changes nothing. */
export async function splitNextVersion(
  ctx: MutationCtx,
  document: DocumentRow,
): Promise<Id<"knowledge">[]> {
  const version = document.nextVersion;
  if (version === undefined) return [];
  const pieces = splitDocument(document.format, document.body);
  if (pieces.length === 0)
    throw appError("invalid_input", "The document has no text to answer from.");
  if (pieces.length > MAX_PASSAGES) {
    throw appError(
      "too_large",
      `The document has ${pieces.length} passages; at most ${MAX_PASSAGES} fit. Split it.`,
    );
  }
  await deletePassages(ctx, await passagesOf(ctx, document._id, version));
  const known = new Map(
    (await passagesOf(ctx, document._id, document.version)).map((row) => [
      row.contentHash,
      row.vectorId,
    ]),
  );
  const fresh: Id<"knowledge">[] = [];
  for (const [ordinal, { heading, text }] of pieces.entries()) {
    const full = [[document.title, heading].filter(Boolean).join(" › "), text].join("\n");
    // 128 bits: passages of one document, compared with each other only.
    const contentHash = bytesToHex(sha256(utf8ToBytes(full)).slice(0, 16));
    const vectorId = known.get(contentHash);
    const id = await ctx.db.insert("knowledge", {
      kind: "passage",
      documentId: document._id,
      version,
      ordinal,
      title: document.title,
      heading,
      text: full,
      contentHash,
      vectorId,
      live: false,
    });
    if (vectorId === undefined) fresh.push(id);
  }
  return fresh;
}

/** Step 2, per batch: stores vectors, whose passages are not live yet. A passage that has one by now keeps it. */
export async function storeVectors(
  ctx: MutationCtx,
  vectors: { passageId: Id<"knowledge">; embedding: number[] }[],
): Promise<void> {
  for (const { passageId, embedding } of vectors) {
    const passage = await ctx.db.get("knowledge", passageId);
    if (passage?.kind !== "passage" || passage.vectorId !== undefined) continue;
    const vectorId = await ctx.db.insert("knowledge", {
      kind: "vector",
      documentId: passage.documentId,
      embedding,
      type: VECTOR_TYPE,
      active: true,
    });
    await ctx.db.patch("knowledge", passageId, { vectorId });
  }
}

/** Step 3: the next version answers from this transaction on, and the old one is gone. */
export async function switchVersion(ctx: MutationCtx, document: DocumentRow): Promise<void> {
  const version = document.nextVersion;
  if (version === undefined) return;
  const next = await passagesOf(ctx, document._id, version);
  const old = await passagesOf(ctx, document._id, document.version);
  await deletePassages(ctx, old, new Set(next.map((row) => row.vectorId)));
  for (const { _id } of next) await ctx.db.patch("knowledge", _id, { live: true });
  await ctx.db.patch("knowledge", document._id, {
    state: "published",
    version,
    nextVersion: undefined,
    passages: next.length,
    embedded: next.every((row) => row.vectorId !== undefined),
    error: undefined,
    updatedAt: Date.now(),
  });
}

/** The next version is dropped; the old one, if any, goes on as it was: answering, or unpublished. */
export async function failIngest(
  ctx: MutationCtx,
  document: DocumentRow,
  error: Infer<typeof vMessageError>,
): Promise<void> {
  const version = document.nextVersion;
  if (version === undefined) return;
  const old = await passagesOf(ctx, document._id, document.version);
  const kept = new Set(old.map((row) => row.vectorId));
  await deletePassages(ctx, await passagesOf(ctx, document._id, version), kept);
  const before = old.some((row) => row.live) ? "published" : "unpublished";
  await ctx.db.patch("knowledge", document._id, {
    state: document.version > 0 ? before : "failed",
    nextVersion: undefined,
    error,
    updatedAt: Date.now(),
  });
}

/** Whether the document answers. Its passages and vectors stay either way. */
export async function setPublished(
  ctx: MutationCtx,
  document: DocumentRow,
  live: boolean,
): Promise<void> {
  if (document.nextVersion !== undefined || document.version === 0) {
    throw appError("conflict", "This document has not been read in. Wait for it, or replace it.");
  }
  for (const { _id } of await passagesOf(ctx, document._id, document.version)) {
    await ctx.db.patch("knowledge", _id, { live });
  }
  await ctx.db.patch("knowledge", document._id, {
    state: live ? "published" : "unpublished",
    updatedAt: Date.now(),
  });
}

/** Deletes the document with its passages and vectors. Messages keep the excerpts that they cited. */
export async function removeDocument(ctx: MutationCtx, document: DocumentRow): Promise<void> {
  for (const version of [document.version, document.nextVersion]) {
    if (version !== undefined)
      await deletePassages(ctx, await passagesOf(ctx, document._id, version));
  }
  await ctx.db.delete("knowledge", document._id);
}

/** The passages of one version, in order. */
async function passagesOf(
  ctx: Pick<QueryCtx, "db">,
  documentId: Id<"knowledge">,
  version: number,
): Promise<PassageRow[]> {
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) =>
      q.eq("documentId", documentId).eq("kind", "passage").eq("version", version),
    )
    .take(MAX_PASSAGES);
  return rows.filter((row): row is PassageRow => row.kind === "passage");
}

async function deletePassages(
  ctx: MutationCtx,
  passages: PassageRow[],
  keptVectors: ReadonlySet<Id<"knowledge"> | undefined> = new Set(),
): Promise<void> {
  for (const { _id, vectorId } of passages) {
    await ctx.db.delete("knowledge", _id);
    if (vectorId !== undefined && !keptVectors.has(vectorId)) {
      await ctx.db.delete("knowledge", vectorId);
    }
  }
}
