/**
 * The files that documents were read from. Each is kept with the versions that were read from it, so that a citation
 * opens what it cites, and goes with its document. Its `file` row in `workflows` names the document.
 */
import type { Infer } from "convex/values";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { vOriginal } from "../../validators";
import { deleteFile, findFileRow } from "./storedFiles";
import type { DocumentRow } from "./vectors";

export type Original = Infer<typeof vOriginal>;

/** Of one document. Older ones go: what they said is cited as an excerpt. */
const MAX_ORIGINALS = 5;

type Kept = Pick<DocumentRow, "originals" | "version">;

/** With one more, for the version that is read from it; what is too old, or was never read in, is deleted. */
export async function addOriginal(
  ctx: MutationCtx,
  document: Kept,
  original: Original,
): Promise<{ originals: Original[] }> {
  const all = [...(await withoutUnread(ctx, document)), original];
  const gone = all.slice(0, Math.max(0, all.length - MAX_ORIGINALS));
  for (const { fileId } of gone) await deleteOriginal(ctx, fileId);
  return { originals: all.slice(-MAX_ORIGINALS) };
}

/** What a document's text by hand leaves of its originals: those that were read in. */
export async function dropUnread(
  ctx: MutationCtx,
  document: Kept,
): Promise<Pick<DocumentRow, "originals" | "unread">> {
  if (document.originals === undefined) return { unread: undefined };
  return { originals: await withoutUnread(ctx, document), unread: undefined };
}

async function withoutUnread(
  ctx: MutationCtx,
  { originals = [], version }: Kept,
): Promise<Original[]> {
  for (const one of originals) {
    if (one.version > version) await deleteOriginal(ctx, one.fileId);
  }
  return originals.filter((one) => one.version <= version);
}

/** The one that a version was read from; a text by hand is still that of the last one. */
export const findOriginal = ({ originals = [] }: Kept, version: number): Original | null =>
  originals.findLast((one) => one.version <= version) ?? null;

/** Its files, and what looks at its page again. */
export async function deleteOriginals(
  ctx: MutationCtx,
  { originals = [], page }: Pick<DocumentRow, "originals" | "page">,
): Promise<void> {
  for (const { fileId } of originals) await deleteOriginal(ctx, fileId);
  const recheck = page?.recheckId && (await ctx.db.get("workflows", page.recheckId));
  if (recheck) await ctx.db.delete("workflows", recheck._id);
}

async function deleteOriginal(ctx: MutationCtx, fileId: Id<"_storage">): Promise<void> {
  const row = await findFileRow(ctx, fileId);
  if (row !== null) await ctx.db.delete("workflows", row._id);
  await deleteFile(ctx, fileId);
}
