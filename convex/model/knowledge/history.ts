/**
 * What a document's versions were. Each has a small row; its text stands in the document until the next one takes its
 * place, and moves to the row then. Who made it the audit knows: the row names the event, so that deletion and retention
 * find one place with a name in it.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vEventType, versionFields } from "../../validators";
import { appError } from "../../lib/errors";
import { deleteBody, readBody, storeBody } from "./bodies";
import type { DocumentRow, VersionRef } from "./vectors";

export type VersionRow = Extract<Doc<"knowledge">, { kind: "version" }>;
type Db = Pick<QueryCtx, "db">;

/** Versions of one document, the one that answers and one that is being read in among them. Older ones are deleted. */
export const MAX_VERSIONS = 12;

/** What a version says. */
export const vVersionText = v.object({
  title: versionFields.title,
  category: versionFields.category,
  format: versionFields.format,
  body: v.string(),
});
export type VersionText = Infer<typeof vVersionText>;
type Named = Omit<VersionText, "body">;

/** Latest first. */
export async function listVersions(ctx: Db, documentId: Id<"knowledge">): Promise<VersionRow[]> {
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) =>
      q.eq("documentId", documentId).eq("kind", "version"),
    )
    .order("desc")
    .take(MAX_VERSIONS + 1);
  return rows.filter((row) => row.kind === "version");
}

export async function findVersion(
  ctx: Db,
  { documentId, version }: VersionRef,
): Promise<VersionRow | null> {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) =>
      q.eq("documentId", documentId).eq("kind", "version").eq("version", version),
    )
    .unique();
  return row?.kind === "version" ? row : null;
}

/** Notes the version that is read in next. One that came to nothing had the same number: it is that row's text no more. */
export async function recordVersion(
  ctx: MutationCtx,
  { documentId, version }: VersionRef,
  named: Named & Pick<VersionRow, "textOf">,
): Promise<void> {
  const { title, category, format, textOf } = named;
  const fields = { title, category, format, textOf, savedAt: Date.now() };
  const known = await findVersion(ctx, { documentId, version });
  if (known !== null) return await ctx.db.patch("knowledge", known._id, fields);
  await ctx.db.insert("knowledge", { kind: "version", documentId, version, ...fields });
  for (const row of (await listVersions(ctx, documentId)).slice(MAX_VERSIONS)) {
    await deleteVersion(ctx, row);
  }
}

/**
 * A document gets another text. Moves the one of the version that answers to that version's row; returns where the new
 * one goes: a row of its own, or in the place of one that never came to answer.
 */
export async function makeWay(
  ctx: MutationCtx,
  document: DocumentRow,
): Promise<Pick<DocumentRow, "bodyId">> {
  const { _id: documentId, version, title, category, format, updatedAt } = document;
  if (version === 0 || (await holdsFailedText(ctx, document))) return document;
  const { bodyId } =
    document.bodyId === undefined
      ? await storeBody(ctx, await readBody(ctx, document))
      : { bodyId: document.bodyId };
  const known = await findVersion(ctx, { documentId, version });
  if (known !== null) await ctx.db.patch("knowledge", known._id, { bodyId });
  else {
    // From before versions were kept.
    const fields = { title, category, format, bodyId, savedAt: updatedAt };
    await ctx.db.insert("knowledge", { kind: "version", documentId, version, ...fields });
  }
  return {};
}

/** Whether the text that a document holds is of a version that could not be read in, not of the one that answers. */
const holdsFailedText = async (
  ctx: Db,
  { _id: documentId, version, error, unread }: DocumentRow,
): Promise<boolean> =>
  // What is still in its original was never here.
  unread === undefined &&
  (/^ingest_/.test(error?.code ?? "") ||
    (await findVersion(ctx, { documentId, version: version + 1 })) !== null);

/** The latest version is of this act: its row names the event, which says who and when. */
export async function signVersion(
  ctx: MutationCtx,
  documentId: Id<"knowledge">,
  eventId: Id<"analytics">,
): Promise<void> {
  const [latest] = await listVersions(ctx, documentId);
  if (latest !== undefined) await ctx.db.patch("knowledge", latest._id, { eventId });
}

/** What a version said; null if that is not kept. */
export async function readVersion(
  ctx: Db,
  document: DocumentRow,
  version: number,
): Promise<VersionText | null> {
  const row = await findVersion(ctx, { documentId: document._id, version });
  const isNext = version > document.version;
  // The document's own text: of the version that is read in or has failed, else of the one that answers.
  const isIts =
    row === null
      ? version === document.version && !(await holdsFailedText(ctx, document))
      : isNext || (version === document.version && row.bodyId === undefined);
  if (isIts && version > 0) {
    const { title, category, format } = document;
    return { title, category, format, body: await readBody(ctx, document) };
  }
  if (row?.bodyId === undefined) return null;
  const { title, category, format } = row;
  return { title, category, format, body: await readBody(ctx, row) };
}

/** As `readVersion`. Errors: `not_found`. */
export async function requireVersion(
  ctx: Db,
  document: DocumentRow,
  version: number,
): Promise<VersionText> {
  const text = await readVersion(ctx, document, version);
  if (text !== null) return text;
  throw appError("not_found", `Version ${version} is not kept. The last ${MAX_VERSIONS} are.`);
}

/** For whoever looks at what a document was. */
export const vVersion = v.object({
  version: v.number(),
  /** Of the one that answers, or did last, `live`; of one that is being read in, or could not be, `next`. */
  place: v.union(v.literal("live"), v.literal("next"), v.literal("past")),
  title: versionFields.title,
  category: versionFields.category,
  savedAt: versionFields.savedAt,
  /** What was done: `document_added`, `hours_changed`. Absent for one from before versions were kept. */
  act: v.optional(vEventType),
  /** Who: absent for the CLI and for what was done at its time, and once their account or the event's time is over. */
  by: v.optional(v.object({ userId: v.id("users"), name: v.optional(v.string()) })),
  textOf: versionFields.textOf,
});

/** Latest first. */
export async function describeVersions(
  ctx: Db,
  document: DocumentRow,
): Promise<Infer<typeof vVersion>[]> {
  const rows = await listVersions(ctx, document._id);
  return await Promise.all(rows.map((row) => describeVersion(ctx, document, row)));
}

async function describeVersion(
  ctx: Db,
  document: DocumentRow,
  { version, title, category, savedAt, textOf, eventId }: VersionRow,
): Promise<Infer<typeof vVersion>> {
  const place =
    version === document.version ? "live" : version > document.version ? "next" : "past";
  const event = eventId && (await ctx.db.get("analytics", eventId));
  const act = event?.kind === "event" ? event.type : undefined;
  const userId = event?.kind === "event" ? event.actorId : undefined;
  const user = userId && (await ctx.db.get("users", userId));
  const by = user ? { userId: user._id, name: user.name } : undefined;
  return { version, place, title, category, savedAt, textOf, act, by };
}

/** With their document. */
export async function deleteVersions(ctx: MutationCtx, documentId: Id<"knowledge">): Promise<void> {
  for (const row of await listVersions(ctx, documentId)) await deleteVersion(ctx, row);
}

async function deleteVersion(ctx: MutationCtx, row: VersionRow): Promise<void> {
  await deleteBody(ctx, row);
  await ctx.db.delete("knowledge", row._id);
}
