/**
 * A document's versions as they are stored: what is read of one before it is read in (`reading.ts`), and the
 * transaction in which the next version answers. Text answers by its words without vectors, too: they follow.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { documentFields, passageFields, type vMessageError } from "../../validators";
import { truncateText } from "../../lib/text";
import { readBody } from "./bodies";
import { startCheck } from "./gapChecks";
import * as Vectors from "./vectors";
import { vVersionRef, type VersionRef } from "./vectors";

export type PassageRow = Extract<Doc<"knowledge">, { kind: "passage" }>;

/** Passages of one version: publishing writes each in one transaction. */
export const MAX_PASSAGES = 300;
export const vPiece = v.object({
  heading: passageFields.heading,
  text: passageFields.text,
  contentHash: passageFields.contentHash,
  place: passageFields.place,
  url: passageFields.url,
});
export type Piece = Infer<typeof vPiece>;

/** What is read of a version before it is split. */
export const vSource = v.object({
  title: documentFields.title,
  format: documentFields.format,
  body: v.string(),
  url: passageFields.url,
  model: v.string(),
  /** Contents that have a vector already. */
  known: v.array(v.string()),
});

/** How far its vectors came: `error` is why some are missing. */
export const vOutcome = v.object({ error: v.optional(v.string()) });
export type Outcome = Infer<typeof vOutcome>;

/** What a version is made of, or null if nobody awaits its vectors: it was overtaken, or is there already. */
export async function loadSource(
  ctx: Pick<QueryCtx, "db">,
  ref: VersionRef,
): Promise<Infer<typeof vSource> | null> {
  const awaited = await Vectors.findAwaited(ctx, ref);
  const document = awaited && (await ctx.db.get("knowledge", ref.documentId));
  if (document?.kind !== "document") return null;
  const passages = awaited!.reuse ? await passagesOf(ctx, ref.documentId) : [];
  const { title, format } = document;
  return {
    title,
    format,
    body: await readBody(ctx, document),
    url: document.page?.url,
    model: awaited!.model,
    known: [...passages.filter(({ vectorId }) => vectorId !== undefined), ...awaited!.vectors].map(
      ({ contentHash }) => contentHash,
    ),
  };
}

export const vSwitch = v.object({
  ref: vVersionRef,
  title: documentFields.title,
  pieces: v.array(vPiece),
  /** Vectors that are stored with them. */
  made: v.optional(v.object({ model: v.string(), vectors: v.array(Vectors.vNewVector) })),
  ...vOutcome.fields,
});

/** The next version answers from this transaction on, and the old one is gone. Repeating it changes nothing. */
export async function switchVersion(
  ctx: MutationCtx,
  { ref, title, pieces, made, error }: Infer<typeof vSwitch>,
): Promise<void> {
  const { documentId, version } = ref;
  // Read once: after a long document it is 25 KB.
  const waiting = await Vectors.listAwaited(ctx, documentId);
  const awaited = waiting.find((row) => row.version === version);
  if (awaited === undefined) return;
  const document = await ctx.db.get("knowledge", documentId);
  // Its time was over before it was read in.
  const live = document?.kind === "document" && !hasExpired(document);
  const old = await passagesOf(ctx, documentId);
  const vectorOf = new Map<string, Id<"knowledge"> | undefined>();
  const fresh = made?.model === awaited.model ? made.vectors : [];
  for (const { contentHash, vectorId } of [
    ...(awaited.reuse ? old : []),
    ...awaited.vectors,
    ...(await Vectors.insertVectors(ctx, awaited.model, fresh)),
  ]) {
    vectorOf.set(contentHash, vectorId);
  }
  for (const [ordinal, piece] of pieces.entries()) {
    await ctx.db.insert("knowledge", {
      kind: "passage",
      documentId,
      version,
      ordinal,
      title,
      ...piece,
      vectorId: vectorOf.get(piece.contentHash),
      live,
    });
  }
  const vectors = pieces.map(({ contentHash }) => vectorOf.get(contentHash));
  await retire(ctx, old, waiting, new Set(vectors));
  const now = Date.now();
  await ctx.db.patch("knowledge", documentId, {
    state: live ? "published" : "unpublished",
    version,
    nextVersion: undefined,
    passages: pieces.length,
    updatedAt: now,
    ...embeddedState(awaited.model, { vectors, error, since: now }),
  });
  await startCheck(ctx, documentId);
}

/** "Prices valid until": the moment itself is past it. */
export const hasExpired = ({ expiresAt }: Pick<Vectors.DocumentRow, "expiresAt">) =>
  expiresAt !== undefined && expiresAt <= Date.now();

/** The passages that answer take the vectors that were made for them, once all are there. */
export async function linkVectors(
  ctx: MutationCtx,
  { ref, error }: { ref: VersionRef } & Outcome,
): Promise<void> {
  const awaited = await Vectors.findAwaited(ctx, ref);
  const document = awaited && (await ctx.db.get("knowledge", ref.documentId));
  if (awaited === null || document?.kind !== "document") return;
  if (document.version !== ref.version) return await Vectors.discardAwaited(ctx, [awaited]);
  const rows = await passagesOf(ctx, ref.documentId, ref.version);
  const made = new Map(awaited.vectors.map((one) => [one.contentHash, one.vectorId]));
  const vectors = rows.map(
    (row) => made.get(row.contentHash) ?? (awaited.reuse ? row.vectorId : undefined),
  );
  const state = embeddedState(awaited.model, { vectors, error, since: document.updatedAt });
  if (!state.embedded) {
    // What there is so far goes on being awaited, and is not made again.
    const { embedAt, error } = state;
    return await ctx.db.patch("knowledge", ref.documentId, { embedAt, error });
  }
  for (const [i, { _id, vectorId }] of rows.entries()) {
    if (vectorId !== vectors[i]) await ctx.db.patch("knowledge", _id, { vectorId: vectors[i] });
  }
  await retireVectors(ctx, rows, [awaited], new Set(vectors));
  await ctx.db.patch("knowledge", ref.documentId, state);
  await startCheck(ctx, ref.documentId);
}

/** What a document says of its vectors, and when those that are missing are asked for again. */
function embeddedState(
  model: string,
  { vectors, error, since }: { vectors: unknown[]; error: string | undefined; since: number },
) {
  const embedded = !vectors.includes(undefined);
  return {
    embedded,
    embeddedBy: Vectors.embeddedBy(model, embedded),
    // Without an error there is no key: the day there is one it is tried at once.
    embedAt: embedded || error === undefined ? undefined : Vectors.nextTry(Date.now(), since),
    error: embedded || error === undefined ? undefined : notEmbedded(error),
  };
}

const notEmbedded = (reason: string): Infer<typeof vMessageError> => ({
  code: "not_embedded",
  message: `Answers already, found by its words only. It is tried again by itself: ${truncateText(reason, 200)}`,
});

/** Deletes passages, and has the vectors deleted that nothing uses any more. */
export async function retire(
  ctx: MutationCtx,
  passages: PassageRow[],
  awaited: Vectors.Awaited[],
  used: ReadonlySet<Id<"knowledge"> | undefined> = new Set(),
): Promise<void> {
  for (const { _id } of passages) await ctx.db.delete("knowledge", _id);
  await retireVectors(ctx, passages, awaited, used);
}

async function retireVectors(
  ctx: MutationCtx,
  passages: PassageRow[],
  awaited: Vectors.Awaited[],
  used: ReadonlySet<Id<"knowledge"> | undefined>,
): Promise<void> {
  for (const { _id } of awaited) await ctx.db.delete("knowledge", _id);
  const had = new Set(
    [...passages, ...awaited.flatMap(({ vectors }) => vectors)].map(({ vectorId }) => vectorId),
  );
  const stale = [...had].filter((id) => id !== undefined && !used.has(id)) as Id<"knowledge">[];
  await Vectors.deleteLater(ctx, stale);
}

/** The passages of one version in order, or those of all. */
export async function passagesOf(
  ctx: Pick<QueryCtx, "db">,
  documentId: Id<"knowledge">,
  version?: number,
): Promise<PassageRow[]> {
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_document_and_version", (q) => {
      const all = q.eq("documentId", documentId).eq("kind", "passage");
      return version === undefined ? all : all.eq("version", version);
    })
    // Two: the one that answers, and one that an ingest of before had begun.
    .take(2 * MAX_PASSAGES);
  return rows.filter((row) => row.kind === "passage");
}
