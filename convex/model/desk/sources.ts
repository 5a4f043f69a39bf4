/** Documents that are read from originals: what staff give, and what becomes of it once it was read. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { DOCUMENT_TYPES } from "../../lib/fileType";
import { cleanText, truncateText } from "../../lib/text";
import { documentFields } from "../../validators";
import { recordAct } from "../analytics/events";
import { fileUrlOf, noUpload } from "../conversations/attachments";
import { restoreHours } from "../hours/setting";
import * as Documents from "../knowledge/documents";
import { findVersion, MAX_VERSIONS } from "../knowledge/history";
import { startIngest } from "../knowledge/ingest";
import { addOriginal, findOriginal, type Original } from "../knowledge/originals";
import { findFileRow } from "../knowledge/storedFiles";

type By = { actorId?: Id<"users"> };
type DocumentRow = Documents.DocumentRow;

export const vFile = v.object({
  /** As `POST /files?for=document` has answered it. */
  storageId: v.string(),
  /** The file's name: plain text of the name `.md` is Markdown. */
  name: v.string(),
});
export const vNewSource = v.object({
  slug: v.optional(documentFields.slug),
  /** The original's own, or its name, if absent. */
  title: v.optional(documentFields.title),
  /** What a Markdown file's front matter names, or "general", if absent. */
  category: v.optional(documentFields.category),
});
type NewSource = Infer<typeof vNewSource>;

/** Where an original belongs until it was read, and if nobody says. */
const UNNAMED = "general";
/** What an original is called until it was read. */
export const titleOfFile = (name: string): string => name.replace(/\.[a-z0-9]{1,8}$/i, "") || name;

/** Adds a document that is read from a file. Errors: `not_found` for the file, `conflict`, `invalid_input`. */
export async function addFileDocument(
  ctx: MutationCtx,
  { storageId, name, title, slug, category = UNNAMED }: NewSource & Infer<typeof vFile>,
  { actorId }: By,
): Promise<Id<"knowledge">> {
  const upload = await findUpload(ctx, { storageId, name }, actorId);
  const next = await Documents.addUnread(ctx, {
    ...{ slug, category },
    title: title ?? titleOfFile(upload.original.name),
  });
  await takeOriginal(ctx, next.documentId, upload);
  await startIngest(ctx, next);
  const { documentId } = next;
  const reason = upload.original.contentType;
  const eventId = await recordAct(ctx, "document_added", { actorId, documentId }, { reason });
  await Documents.signUnread(ctx, documentId, eventId);
  return documentId;
}

/** The old version answers until the file is read in, and on if it can't be. Errors: `not_found`, `conflict`. */
export async function replaceByFile(
  ctx: MutationCtx,
  document: DocumentRow,
  file: Infer<typeof vFile>,
  { actorId }: By,
): Promise<void> {
  const upload = await findUpload(ctx, file, actorId);
  const next = await Documents.replaceUnread(ctx, document);
  await takeOriginal(ctx, document._id, upload);
  await startIngest(ctx, next);
  const reason = upload.original.contentType;
  const refs = { actorId, documentId: document._id };
  const eventId = await recordAct(ctx, "document_replaced", refs, { reason });
  await Documents.signUnread(ctx, document._id, eventId);
}

type Upload = { row: Doc<"workflows">; original: Omit<Original, "version"> };

/** An upload of the caller's own that nothing has taken yet. */
async function findUpload(
  ctx: MutationCtx,
  { storageId, name }: Infer<typeof vFile>,
  userId: Id<"users"> | undefined,
): Promise<Upload> {
  const fileId = ctx.db.system.normalizeId("_storage", storageId);
  const row = fileId && (await findFileRow(ctx, fileId));
  if (!fileId || row?.state !== "running" || row.userId !== userId) throw noUpload();
  const file = await ctx.db.system.get("_storage", fileId);
  if (file?.contentType === undefined) throw noUpload();
  const { contentType, size } = file;
  if (!(DOCUMENT_TYPES as readonly string[]).includes(contentType)) {
    throw appError("invalid_input", "No document can be read from a file of this kind.");
  }
  return {
    row,
    original: { fileId, name: cleanText("The file name", name, 200), contentType, size },
  };
}

/** From here on the file is the document's, and goes with it. */
async function takeOriginal(
  ctx: MutationCtx,
  documentId: Id<"knowledge">,
  { row, original }: Upload,
): Promise<void> {
  await ctx.db.patch("workflows", row._id, {
    state: "done",
    step: "a document's",
    documentId,
    userId: undefined,
  });
  const document = await Documents.requireDocument(ctx, documentId);
  const next = { ...original, version: document.version + 1 };
  await ctx.db.patch("knowledge", documentId, await addOriginal(ctx, document, next));
}

const MAX_URL_CHARS = 2_000;

/** An address of a page as it is kept. What it leads to is looked at when it is fetched. Errors: `invalid_input`. */
export function checkAddress(address: string): string {
  const given = cleanText("The address", address, MAX_URL_CHARS);
  const url = URL.canParse(given) ? new URL(given) : null;
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === "";
  if (!isWeb) throw appError("invalid_input", "That is no address of a page: https://… is one.");
  url.hash = "";
  return url.href;
}

/** What a page is called until it was read: "shop.example/prices". */
export function titleOfPage(url: string): string {
  const { host, pathname, search } = new URL(url);
  return truncateText(`${host}${pathname}${search}`.replace(/\/$/, ""), 200);
}

/** One page, one slug: two long addresses may begin alike. */
export function slugOfPage(url: string): string {
  const slug = Documents.slugOf({ title: titleOfPage(url) });
  const mark = bytesToHex(sha256(utf8ToBytes(url)).slice(0, 4));
  return slug.length < LONG_SLUG && !url.includes("?")
    ? slug
    : `${slug.slice(0, LONG_SLUG)}-${mark}`;
}
const LONG_SLUG = 70;

/** Adds a document that is read from a page of the web. Errors: `conflict`, `invalid_input`. */
export async function addPageDocument(
  ctx: MutationCtx,
  { url: address, title, slug, category = UNNAMED }: NewSource & { url: string },
  { actorId, partOf }: By & Pick<Doc<"workflows">, "partOf">,
): Promise<Id<"knowledge">> {
  const url = checkAddress(address);
  const names = { slug: slug ?? slugOfPage(url), title: title ?? titleOfPage(url), category };
  const next = await Documents.addUnread(ctx, names, { page: { url } });
  await startIngest(ctx, next, { partOf });
  const { documentId } = next;
  const reason = "a page";
  const eventId = await recordAct(ctx, "document_added", { actorId, documentId }, { reason });
  await Documents.signUnread(ctx, documentId, eventId);
  return documentId;
}

/** What an action needs to read a document's next version. */
export const vUnread = v.object({
  fileId: v.optional(v.id("_storage")),
  name: v.string(),
  url: v.optional(v.string()),
});

/** Null for what nobody waits for any more, or has been read. */
export async function loadUnread(
  ctx: Pick<QueryCtx, "db">,
  { documentId, version }: VersionRef,
): Promise<Infer<typeof vUnread> | null> {
  const document = await ctx.db.get("knowledge", documentId);
  if (document?.kind !== "document" || document.nextVersion !== version) return null;
  if (document.unread === undefined) return null;
  if (document.page !== undefined) return { name: document.title, url: document.page.url };
  const original = findOriginal(document, version);
  return original && { fileId: original.fileId, name: original.name };
}

type VersionRef = { documentId: Id<"knowledge">; version: number };

export const vReadText = v.object({
  title: v.string(),
  category: v.optional(v.string()),
  format: documentFields.format,
  body: v.string(),
});

/** An original's text is the document's. Null: nobody waits for it any more. Errors: `too_large`. */
export async function storeReadText(
  ctx: MutationCtx,
  ref: VersionRef,
  { title, category, ...text }: Infer<typeof vReadText>,
): Promise<DocumentRow | null> {
  const document = await ctx.db.get("knowledge", ref.documentId);
  if (document?.kind !== "document" || document.nextVersion !== ref.version) return null;
  const named = title !== "" && document.title === unreadTitle(document, ref.version);
  const belongs = document.category === UNNAMED ? (category ?? UNNAMED) : document.category;
  const names = { title: named ? title : document.title, category: belongs };
  const input = { slug: document.slug, ...names, ...text };
  await Documents.storeText(ctx, document, await restoreHours(ctx, input));
  return document;
}

function unreadTitle(document: DocumentRow, version: number): string | null {
  if (document.page !== undefined) return titleOfPage(document.page.url);
  const original = findOriginal(document, version);
  return original && titleOfFile(original.name);
}

export const vOpened = v.object({
  /** Absent for a page of the web. */
  file: v.optional(v.object({ name: v.string(), contentType: v.string(), size: v.number() })),
  /** Of a file: answered to staff by their access token. */
  url: v.string(),
});

/** What a version of a document was read from, or null for one that was written by hand. */
export async function openOriginal(
  ctx: Pick<QueryCtx, "db">,
  document: DocumentRow,
  version: number = document.version,
): Promise<Infer<typeof vOpened> | null> {
  if (document.page !== undefined) return { url: document.page.url };
  const original = findOriginal(document, await versionOfText(ctx, document, version));
  if (original === null) return null;
  const { fileId, name, contentType, size } = original;
  return { url: fileUrlOf(fileId), file: { name, contentType, size } };
}

/** One that has an earlier one's text again has its original, too. */
async function versionOfText(
  ctx: Pick<QueryCtx, "db">,
  { _id: documentId }: DocumentRow,
  version: number,
): Promise<number> {
  let of = version;
  for (let i = 0; i < MAX_VERSIONS; i++) {
    const earlier = (await findVersion(ctx, { documentId, version: of }))?.textOf;
    if (earlier === undefined) break;
    of = earlier;
  }
  return of;
}
