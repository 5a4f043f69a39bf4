/**
 * A document's versions: its body in pieces, vectors for those that have none, and the transaction in which the next
 * version answers. Text answers by its words without vectors, too: they follow (`embedUnembedded`).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { ActionCtx, MutationCtx, QueryCtx } from "../../_generated/server";
import { documentFields, passageFields, type vMessageError } from "../../validators";
import { appError } from "../../lib/errors";
import { logError, logWarning } from "../../lib/log";
import { truncateText } from "../../lib/text";
import { MINUTE, SECOND } from "../../lib/time";
import { EMBEDDING_BATCH, embedTexts } from "../../providers/embeddings";
import { ProviderError } from "../../providers/errors";
import { readBody } from "./bodies";
import { splitDocument } from "./split";
import * as Vectors from "./vectors";
import { vVersionRef, type VersionRef } from "./vectors";

export type PassageRow = Extract<Doc<"knowledge">, { kind: "passage" }>;

/** Passages of one version: publishing writes each in one transaction. */
export const MAX_PASSAGES = 300;
/** A batch of vectors is 880 KB, and a deployment writes 4 MiB in a second: so long from one to the next. */
const BATCH_PAUSE = SECOND;
/** Text waits for its vectors no longer than this allows: 10 s twice. */
const TRIES = 2;
const PATIENCE = { timeoutMs: 10 * SECOND };

export const vPiece = v.object({
  heading: passageFields.heading,
  text: passageFields.text,
  contentHash: passageFields.contentHash,
});
type Piece = Infer<typeof vPiece>;

/** What is read of a version before it is split. */
export const vSource = v.object({
  title: documentFields.title,
  format: documentFields.format,
  body: v.string(),
  model: v.string(),
  /** Contents that have a vector already. */
  known: v.array(v.string()),
});

/** How far its vectors came: `error` is why some are missing. */
export const vOutcome = v.object({ error: v.optional(v.string()) });
type Outcome = Infer<typeof vOutcome>;

/** The passages of a document. Errors: `invalid_input` without text, `too_large`. */
export function piecesOf({
  title,
  format,
  body,
}: Pick<Infer<typeof vSource>, "title" | "format" | "body">) {
  const pieces = splitDocument(format, body);
  if (pieces.length === 0) {
    throw appError("invalid_input", "The document has no text to answer from.");
  }
  if (pieces.length > MAX_PASSAGES) {
    const message = `The document has ${pieces.length} passages; at most ${MAX_PASSAGES} fit. Split it.`;
    throw appError("too_large", message);
  }
  return pieces.map(({ heading, text }): Piece => {
    const full = [[title, heading].filter(Boolean).join(" › "), text].join("\n");
    // 128 bits: passages of one document, compared with each other only.
    return { heading, text: full, contentHash: hashOf(full) };
  });
}

const hashOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)).slice(0, 16));

/** Reads the next version in: vectors for what has none, and from then on it answers, with or without them. */
export async function readInVersion(ctx: ActionCtx, ref: VersionRef): Promise<void> {
  const source = await ctx.runQuery(internal.knowledge.versionSource, { ref });
  if (source === null) return;
  const { title, model } = source;
  const pieces = piecesOf(source);
  // One batch goes in with its passages: nothing has to remember it meanwhile.
  const vectors: Vectors.NewVector[] = [];
  const keep = (batch: Vectors.NewVector[]) => Promise.resolve(vectors.push(...batch) > 0);
  const store = pieces.length <= EMBEDDING_BATCH ? keep : storeBatch(ctx, ref, model);
  const { error } = await embedPieces(ctx, ref, { ...source, pieces, store });
  const made = { model, vectors };
  await ctx.runMutation(internal.knowledge.switchVersion, { ref, title, pieces, made, error });
}

/** How long one run goes on. */
const RUN_TIME = 5 * MINUTE;

/** Documents that lack vectors of the model of today get them, one after the other. Returns how many did. */
export async function embedUnembedded(ctx: ActionCtx, runTime = RUN_TIME): Promise<number> {
  const until = Date.now() + runTime;
  let made = 0;
  while (Date.now() < until) {
    const ref = await ctx.runMutation(internal.knowledge.claimUnembedded, {});
    if (ref === null) return made;
    try {
      const source = await ctx.runQuery(internal.knowledge.versionSource, { ref });
      if (source === null) continue;
      const store = storeBatch(ctx, ref, source.model);
      const outcome = await embedPieces(ctx, ref, { ...source, pieces: piecesOf(source), store });
      await ctx.runMutation(internal.knowledge.linkVectors, { ref, ...outcome });
      // What refuses one refuses the next.
      if (outcome.error !== undefined) return made;
      made += 1;
    } catch (error) {
      // Its turn comes again after those of the others.
      logError(`vectors of document ${ref.documentId}`, error);
    }
  }
  return made;
}

/** False: nobody awaits them any more. */
type Store = (batch: Vectors.NewVector[]) => Promise<boolean>;
/** Whoever begins again goes on after what is stored. */
const storeBatch =
  (ctx: ActionCtx, ref: VersionRef, model: string): Store =>
  (vectors) =>
    ctx.runMutation(internal.knowledge.storeVectors, { ...ref, model, vectors });

/** Makes the vectors that are missing, a batch at a time. */
async function embedPieces(
  ctx: ActionCtx,
  ref: VersionRef,
  { pieces, known, store }: { pieces: Piece[]; known: string[]; store: Store },
): Promise<Outcome> {
  const texts = new Map(pieces.map(({ contentHash, text }) => [contentHash, text]));
  for (const contentHash of known) texts.delete(contentHash);
  const missing = [...texts];
  for (let from = 0; from < missing.length; from += EMBEDDING_BATCH) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve, BATCH_PAUSE));
    const batch = missing.slice(from, from + EMBEDDING_BATCH);
    try {
      const embeddings = await embedPatiently(batch.map(([, text]) => text));
      if (embeddings === null) return {};
      if (from === 0) await noteEmbeddings(ctx, null);
      const vectors = batch.map(([contentHash], i) => ({ contentHash, embedding: embeddings[i]! }));
      if (!(await store(vectors))) return {};
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      await noteEmbeddings(ctx, error.fault);
      logWarning(`document ${ref.documentId} is found by its words only, for now`, error.message);
      return { error: error.message };
    }
  }
  return {};
}

async function embedPatiently(texts: string[]): Promise<number[][] | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await embedTexts(texts, PATIENCE);
    } catch (error) {
      const again = error instanceof ProviderError && error.retryable && attempt < TRIES;
      if (!again) throw error;
    }
  }
}

async function noteEmbeddings(ctx: ActionCtx, fault: string | null): Promise<void> {
  await ctx.runMutation(internal.health.noteProvider, { provider: "embeddings", fault, where: {} });
}

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
      live: true,
    });
  }
  const vectors = pieces.map(({ contentHash }) => vectorOf.get(contentHash));
  await retire(ctx, old, waiting, new Set(vectors));
  const now = Date.now();
  await ctx.db.patch("knowledge", documentId, {
    state: "published",
    version,
    nextVersion: undefined,
    passages: pieces.length,
    updatedAt: now,
    ...embeddedState(awaited.model, { vectors, error, since: now }),
  });
}

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
