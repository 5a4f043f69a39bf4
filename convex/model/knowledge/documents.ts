/**
 * Documents. An ingest (`knowledge.ingest`, durable) makes the vectors of the next version beside the one that
 * answers, and switches in one transaction; unchanged passages keep their vector; one that fails leaves the old
 * version answering.
 */
import { v, type Infer } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { documentFields, vDocumentFormat, vTimestamp, type vMessageError } from "../../validators";
import { appError } from "../../lib/errors";
import { cleanText } from "../../lib/text";
import { deleteBody, readBody, storeBody } from "./bodies";
import { deleteVersions, makeWay, recordVersion, signVersion } from "./history";
import { deleteOriginals, dropUnread } from "./originals";
import {
  awaitVectors,
  discardAwaited,
  findAwaited,
  listAwaited,
  type DocumentRow,
  type VersionRef,
} from "./vectors";
import { hasExpired, passagesOf, retire } from "./versions";

export type { DocumentRow } from "./vectors";

/** Characters of a document's body; it is one row, and Convex's rows end at 1 MiB. */
const MAX_BODY_CHARS = 200_000;
/** Documents of one page: before `m0006_document_body` their texts, 600 KB at most, are read with them. */
export const LIST_LIMIT = 20;
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
  /** Unanswered questions that it was written for, and that a search doesn't find it by yet. */
  gapIds: documentFields.gapIds,
  /** The name of the file that it was read from last: `sources.original` opens it. */
  fileName: v.optional(v.string()),
  /** The page of the web that it was read from. */
  url: v.optional(v.string()),
  expiresAt: documentFields.expiresAt,
  /** When an admin has it answer again. */
  publishAt: v.optional(vTimestamp),
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
    gapIds: row.gapIds,
    fileName: row.originals?.at(-1)?.name,
    url: row.page?.url,
    expiresAt: row.expiresAt,
    publishAt: row.publish?.at,
    updatedAt: row.updatedAt,
  };
}

/** Errors: `not_found`; `conflict` where another version than `was` answers by now. */
export async function requireDocument(
  ctx: Pick<QueryCtx, "db">,
  id: Id<"knowledge">,
  was?: number,
): Promise<DocumentRow> {
  const row = await ctx.db.get("knowledge", id);
  if (row?.kind !== "document") throw noDocument();
  if (was === undefined || was === row.version) return row;
  throw appError("conflict", "The document has changed since you read it. Compare the two.");
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

/** Inserts the row of a document; `startIngest` with what it gives reads it in. Errors: `conflict` if the slug is taken. */
export async function addDocument(ctx: MutationCtx, input: NewDocument): Promise<VersionRef> {
  const { body, ...fields } = checkDocument(input);
  return await insertDocument(ctx, fields, () => storeBody(ctx, body));
}

type Named = Omit<NewDocument, "body" | "format">;

/** As `addDocument`, for one whose text is still in its original (`unread`). */
export async function addUnread(
  ctx: MutationCtx,
  input: Named,
  from: Pick<DocumentRow, "page"> = {},
): Promise<VersionRef> {
  const fields = { ...checkNames(input), format: "markdown" as const, unread: {}, ...from };
  return await insertDocument(ctx, fields, () => Promise.resolve({}));
}

async function insertDocument(
  ctx: MutationCtx,
  fields: ReturnType<typeof checkNames> & Pick<DocumentRow, "format" | "unread" | "page">,
  storeText: () => Promise<Pick<DocumentRow, "bodyId">>,
): Promise<VersionRef> {
  if ((await findDocumentBySlug(ctx, fields.slug)) !== null) {
    throw appError("conflict", `A document named "${fields.slug}" exists. Replace it instead.`);
  }
  const documentId = await ctx.db.insert("knowledge", {
    kind: "document",
    ...fields,
    ...(await storeText()),
    state: "ingesting",
    version: 0,
    nextVersion: 1,
    passages: 0,
    embedded: false,
    updatedAt: Date.now(),
  });
  const next = { documentId, version: 1 };
  await recordVersion(ctx, next, fields);
  await awaitVectors(ctx, next, {});
  return next;
}

/**
 * Stores a new body; the old version answers until its ingest is done. `textOf`: the earlier version that it is again. A
 * new text has no end of its own where the old one's has passed.
 */
export async function replaceDocument(
  ctx: MutationCtx,
  document: DocumentRow,
  input: NewDocument,
  textOf?: number,
): Promise<VersionRef> {
  const { body, ...fields } = checkDocument({ ...input, slug: document.slug });
  return await beginVersion(ctx, document, async (next) => {
    const place = await makeWay(ctx, document);
    await recordVersion(ctx, next, { ...fields, textOf });
    const stored = await storeBody(ctx, body, place);
    return { ...fields, ...stored, ...(await dropUnread(ctx, document)) };
  });
}

/**
 * As `replaceDocument`, by an original that is still to be read: until then the document holds the text that answers.
 * Errors: `conflict`.
 */
export const replaceUnread = (ctx: MutationCtx, document: DocumentRow): Promise<VersionRef> =>
  beginVersion(ctx, document, () => Promise.resolve({ unread: document.unread ?? {} }));

/** The act that made the version that is still to be read. */
export const signUnread = (
  ctx: MutationCtx,
  documentId: Id<"knowledge">,
  eventId: Id<"analytics">,
): Promise<void> => ctx.db.patch("knowledge", documentId, { unread: { eventId } });

async function beginVersion(
  ctx: MutationCtx,
  document: DocumentRow,
  change: (next: VersionRef) => Promise<Partial<DocumentRow>>,
): Promise<VersionRef> {
  if (document.nextVersion !== undefined) {
    throw appError("conflict", "This document is being read in. Try again when that is done.");
  }
  const next = { documentId: document._id, version: document.version + 1 };
  await ctx.db.patch("knowledge", document._id, {
    ...(await change(next)),
    state: "ingesting",
    nextVersion: next.version,
    error: undefined,
    ...(hasExpired(document) && { expiresAt: undefined }),
    updatedAt: Date.now(),
  });
  await awaitVectors(ctx, next, document);
  return next;
}

/** The text of the next version, as it was read. Errors: `too_large`. */
export async function storeText(
  ctx: MutationCtx,
  document: DocumentRow,
  input: NewDocument,
): Promise<void> {
  const { slug: _, body, ...fields } = checkDocument(input);
  const { _id: documentId, version, unread } = document;
  const place = await makeWay(ctx, document);
  await recordVersion(ctx, { documentId, version: version + 1 }, fields);
  if (unread?.eventId !== undefined) await signVersion(ctx, documentId, unread.eventId);
  const stored = await storeBody(ctx, body, place);
  await ctx.db.patch("knowledge", documentId, { ...fields, ...stored, unread: undefined });
}

/** Reads what is stored in again, after a failed ingest. Errors: `conflict` while it is being read in. */
export async function reingestDocument(
  ctx: MutationCtx,
  document: DocumentRow,
): Promise<VersionRef> {
  if (document.unread !== undefined) return await replaceUnread(ctx, document);
  const { title, category, format } = document;
  const body = await readBody(ctx, document);
  return await replaceDocument(ctx, document, { title, category, format, body });
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

/** What is stored of a document that somebody gives. Errors: `invalid_input`, `too_large`. */
export const checkDocument = ({ format, body, ...names }: NewDocument) => ({
  ...checkNames(names),
  format,
  body: cleanText("The document", body, MAX_BODY_CHARS),
});

function checkNames({ slug, ...input }: Named) {
  const title = cleanText("The title", input.title, 200);
  const fields = {
    slug: slugOf({ slug, title }),
    title,
    category: cleanText("The category", input.category, 60),
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

/** The next version is dropped; the old one, if any, goes on as it was: answering, or unpublished. */
export async function failIngest(
  ctx: MutationCtx,
  { documentId, version }: VersionRef,
  error: Infer<typeof vMessageError>,
): Promise<void> {
  const document = await ctx.db.get("knowledge", documentId);
  if (document?.kind !== "document" || document.nextVersion !== version) return;
  const awaited = await findAwaited(ctx, { documentId, version });
  if (awaited !== null) await discardAwaited(ctx, [awaited]);
  const old = await passagesOf(ctx, documentId, document.version);
  const before = old.some((row) => row.live) ? "published" : "unpublished";
  await ctx.db.patch("knowledge", documentId, {
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
  await setLive(ctx, document, live);
  await ctx.db.patch("knowledge", document._id, {
    state: live ? "published" : "unpublished",
    ...(live && hasExpired(document) && { expiresAt: undefined }),
    updatedAt: Date.now(),
  });
}

async function setLive(ctx: MutationCtx, document: DocumentRow, live: boolean): Promise<void> {
  for (const { _id } of await passagesOf(ctx, document._id, document.version)) {
    await ctx.db.patch("knowledge", _id, { live });
  }
}

/** What it says holds no longer. A text that is being read in won't answer either (`versions.ts`). */
export async function expireDocument(ctx: MutationCtx, document: DocumentRow): Promise<void> {
  await setLive(ctx, document, false);
  await ctx.db.patch("knowledge", document._id, {
    ...(document.state === "published" && { state: "unpublished" }),
    expireTimer: undefined,
    updatedAt: Date.now(),
  });
}

/** Deletes the document with its passages, and its vectors after them. Messages keep the excerpts that they cited. */
export async function removeDocument(ctx: MutationCtx, document: DocumentRow): Promise<void> {
  const { _id } = document;
  await retire(ctx, await passagesOf(ctx, _id), await listAwaited(ctx, _id));
  await deleteVersions(ctx, _id);
  await deleteBody(ctx, document);
  await deleteOriginals(ctx, document);
  await ctx.db.delete("knowledge", _id);
}
