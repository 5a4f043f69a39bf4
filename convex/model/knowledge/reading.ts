/**
 * Reading a version in, by an action: its body in pieces, vectors for those that have none. Apart from what mutations
 * need (`versions.ts`): the parser of Markdown and the provider of embeddings are a fifth of what a call would load.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ActionCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { logError, logWarning } from "../../lib/log";
import { MINUTE, SECOND } from "../../lib/time";
import { EMBEDDING_BATCH, embedTexts } from "../../providers/embeddings";
import { ProviderError } from "../../providers/errors";
import { splitDocument } from "./split";
import type { NewVector, VersionRef } from "./vectors";
import { MAX_PASSAGES, type Outcome, type Piece, type vSource } from "./versions";

/** A batch of vectors is 880 KB, and a deployment writes 4 MiB in a second: so long from one to the next. */
const BATCH_PAUSE = SECOND;
/** Text waits for its vectors no longer than this allows: 10 s twice. */
const TRIES = 2;
const PATIENCE = { timeoutMs: 10 * SECOND };

/** The passages of a document. Errors: `invalid_input` without text, `too_large`. */
export function piecesOf({
  title,
  format,
  body,
  url,
}: Pick<Infer<typeof vSource>, "title" | "format" | "body" | "url">) {
  const pieces = splitDocument(format, body);
  if (pieces.length === 0) {
    throw appError("invalid_input", "The document has no text to answer from.");
  }
  if (pieces.length > MAX_PASSAGES) {
    const message = `The document has ${pieces.length} passages; at most ${MAX_PASSAGES} fit. Split it.`;
    throw appError("too_large", message);
  }
  return pieces.map(({ heading, text, place }): Piece => {
    const full = [[title, heading].filter(Boolean).join(" › "), text].join("\n");
    // 128 bits: passages of one document, compared with each other only.
    return { heading, text: full, contentHash: hashOf(full), place, url };
  });
}

const hashOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)).slice(0, 16));

/**
 * Reads the next version in: its original, if its text is still in it, then vectors for what has none, and from then on
 * it answers, with or without them.
 */
export async function readInVersion(
  ctx: ActionCtx,
  ref: VersionRef,
  processId?: Id<"workflows">,
): Promise<void> {
  const original = processId && { ref, processId };
  if (original && !(await ctx.runAction(internal.documentReader.read, original))) return;
  const source = await ctx.runQuery(internal.knowledge.versionSource, { ref });
  if (source === null) return;
  const { title, model } = source;
  const pieces = piecesOf(source);
  // One batch goes in with its passages: nothing has to remember it meanwhile.
  const vectors: NewVector[] = [];
  const keep = (batch: NewVector[]) => Promise.resolve(vectors.push(...batch) > 0);
  const store = pieces.length <= EMBEDDING_BATCH ? keep : storeBatch(ctx, ref, model);
  const { error } = await embedPieces(ctx, ref, { ...source, pieces, store });
  const made = { model, vectors };
  await ctx.runMutation(internal.knowledge.switchVersion, { ref, title, pieces, made, error });
}

/** How long one run goes on: until just before the cron begins the next. */
const RUN_TIME = 9 * MINUTE;

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
type Store = (batch: NewVector[]) => Promise<boolean>;
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
