/**
 * Hybrid search: vector and text, fused by reciprocal rank (Cormack et al. 2009), thresholded. Without an
 * embeddings key, and when the embeddings provider fails, text search alone answers.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { ActionCtx, QueryCtx } from "../../_generated/server";
import { embedTexts, embeddingModel } from "../../providers/embeddings";
import { ProviderError } from "../../providers/errors";
import { OLD_VECTOR_TYPE, passageFields, vectorType } from "../../validators";
import { SECOND } from "../../lib/time";
import { shardsOf } from "./vectors";

/** Passages given to the model. */
export const MAX_FOUND_PASSAGES = 5;
/** Candidates of each half. */
const CANDIDATES = 4;
/** Vectors asked for: those of an unpublished document, awaited and stale ones are passed over. */
const NEAREST = 64;
/** Searches at a time: an action has 8 operations. */
const AT_ONCE = 8;
/** Cosine similarity below which a vector match is noise. */
const MIN_SIMILARITY = 0.2;
/** Reciprocal rank fusion's constant, as in the paper. */
const RRF_K = 60;

export const vFoundPassage = v.object({
  passageId: v.id("knowledge"),
  documentId: passageFields.documentId,
  version: passageFields.version,
  title: passageFields.title,
  heading: passageFields.heading,
  text: passageFields.text,
  /** Fused score, higher is better; comparable within one search only. */
  score: v.number(),
});
export type FoundPassage = Infer<typeof vFoundPassage>;

export const vVectorHit = v.object({ vectorId: v.id("knowledge"), similarity: v.number() });
/** Of the reply that asks, for the log. */
type Where = {
  conversationId?: Id<"conversations">;
  workflowId?: Id<"workflows">;
  attempt?: number;
};

type VectorHit = Infer<typeof vVectorHit>;

export const vSearchResult = v.object({
  mode: v.union(v.literal("hybrid"), v.literal("text")),
  passages: v.array(vFoundPassage),
});
export type SearchResult = Infer<typeof vSearchResult>;

export const vFused = v.object({
  passages: v.array(vFoundPassage),
  /** Live passages among those of the vectors. */
  live: v.number(),
});

/** Finds at most `MAX_FOUND_PASSAGES` live passages for a question. For actions. */
export async function searchKnowledge(
  ctx: ActionCtx,
  question: string,
  where: Where = {},
): Promise<SearchResult> {
  const embedded = await embedQuestion(ctx, question, where);
  const hits = embedded === null ? [] : await nearest(ctx, embedded);
  const found = await fuse(ctx, question, hits);
  // What is nearest is mostly stale. A part of the vectors at a time: a live one can't be crowded out.
  const crowded = found.live < CANDIDATES && hits.length === NEAREST;
  const { passages } =
    embedded !== null && crowded
      ? await fuse(ctx, question, await nearestByShard(ctx, embedded))
      : found;
  return { passages, mode: embedded === null ? "text" : "hybrid" };
}

const fuse = (ctx: ActionCtx, question: string, hits: VectorHit[]): Promise<Infer<typeof vFused>> =>
  ctx.runQuery(internal.knowledge.fuseHits, { question, hits });

type Embedded = { vector: number[]; model: string };

/** Null: by text only, without a key or with a provider that fails. */
async function embedQuestion(
  ctx: ActionCtx,
  question: string,
  where: Where,
): Promise<Embedded | null> {
  try {
    const model = embeddingModel();
    if (model === null || question.trim() === "") return null;
    // A customer waits, and a lease runs: no retry here (a Retry-After may be long), text search does.
    const [vector] = (await embedTexts([question], { timeoutMs: 5 * SECOND })) ?? [];
    return vector === undefined ? null : { vector, model };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const failure = { provider: "embeddings" as const, fault: error.fault, where };
    await ctx.runMutation(internal.health.noteProvider, failure);
    return null;
  }
}

/** Convex's filter has `or`, and no `and`. Every vector is active, and a passage of its own says whether it counts. */
const nearest = (ctx: ActionCtx, { vector, model }: Embedded) =>
  vectorHits(ctx, vector, "type", [vectorType(model), OLD_VECTOR_TYPE]);

/** As many again of each sixteenth. What has no shard yet was asked with the others. */
async function nearestByShard(ctx: ActionCtx, { vector, model }: Embedded): Promise<VectorHit[]> {
  const shards = shardsOf(vectorType(model));
  const found: VectorHit[] = [];
  for (let from = 0; from < shards.length; from += AT_ONCE) {
    const some = shards.slice(from, from + AT_ONCE);
    const hits = await Promise.all(some.map((shard) => vectorHits(ctx, vector, "shard", [shard])));
    found.push(...hits.flat());
  }
  return found.sort((a, b) => b.similarity - a.similarity);
}

async function vectorHits(
  ctx: ActionCtx,
  vector: number[],
  field: "type" | "shard",
  values: string[],
): Promise<VectorHit[]> {
  const found = await ctx.vectorSearch("knowledge", "by_embedding", {
    vector,
    limit: NEAREST,
    filter: (q) => q.or(...values.map((value) => q.eq(field, value))),
  });
  return found
    .filter(({ _score }) => _score >= MIN_SIMILARITY)
    .map(({ _id, _score }) => ({ vectorId: _id, similarity: _score }));
}

/** Ranks both halves. A passage that both find comes before one that only one finds. */
export async function rankHits(
  ctx: Pick<QueryCtx, "db">,
  { question, hits }: { question: string; hits: VectorHit[] },
): Promise<Infer<typeof vFused>> {
  const byText = await textMatches(ctx, question);
  const byVector = await nearestLive(ctx, hits, byText);
  const fused = new Map<Id<"knowledge">, { passage: Passage; score: number }>();
  for (const ranked of [byVector, byText]) {
    ranked.forEach((passage, rank) => {
      const score = (fused.get(passage._id)?.score ?? 0) + 1 / (RRF_K + rank + 1);
      fused.set(passage._id, { passage, score });
    });
  }
  const passages = [...fused.values()]
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_FOUND_PASSAGES)
    .map(({ passage, score }) => found(passage, score));
  return { passages, live: byVector.length };
}

type Passage = Extract<Doc<"knowledge">, { kind: "passage" }>;

/**
 * The first live passages of the nearest vectors. One after the other: mostly the first ones are. What the words have
 * found is `known`, and not read a second time.
 */
async function nearestLive(
  ctx: Pick<QueryCtx, "db">,
  hits: VectorHit[],
  known: Passage[],
): Promise<Passage[]> {
  const live: Passage[] = [];
  for (const { vectorId } of hits) {
    if (live.length === CANDIDATES) break;
    const read = known.find((passage) => passage.vectorId === vectorId);
    const passage = read ?? (await passageOfVector(ctx, vectorId));
    if (passage !== null) live.push(passage);
  }
  return live;
}

async function passageOfVector(ctx: Pick<QueryCtx, "db">, vectorId: Id<"knowledge">) {
  // Two passages of one text share a vector.
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_vector", (q) => q.eq("vectorId", vectorId))
    .take(2);
  return rows.find((row): row is Passage => row.kind === "passage" && row.live) ?? null;
}

async function textMatches(ctx: Pick<QueryCtx, "db">, question: string): Promise<Passage[]> {
  const terms = searchTerms(question);
  if (terms.length === 0) return [];
  const rows = await ctx.db
    .query("knowledge")
    .withSearchIndex("search_text", (q) => q.search("text", terms.join(" ")).eq("live", true))
    .take(CANDIDATES);
  return rows
    .filter((row) => row.kind === "passage")
    .map((row) => ({ row, overlap: overlap(terms, row.text) }))
    .filter(({ overlap }) => overlap > 0)
    .sort((a, b) => b.overlap - a.overlap)
    .map(({ row }) => row);
}

/** Convex's text search takes 16 terms. */
const MAX_TERMS = 16;
const STOP_WORDS = new Set(
  "a about after all also an and any are as at be been but by can could did do does for from get had has have how i i'm if in into is it it's its just like me my need no not of on or our out please should so some that the their them then there they this to up us want was we what when where which who why will with would you your".split(
    " ",
  ),
);

/** The words of a question that say what it is about: stop words match everything. */
export function searchTerms(question: string): string[] {
  const words = question.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [];
  return [...new Set(words.filter((word) => word.length > 1 && !STOP_WORDS.has(word)))].slice(
    0,
    MAX_TERMS,
  );
}

/** Share of the terms that a text has, by prefix. */
function overlap(terms: string[], text: string): number {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? []);
  const stems = [...words].map(stem);
  const hit = terms.filter((term) => stems.includes(stem(term)));
  return hit.length / terms.length;
}

/** Crude on purpose: plural and tense endings only. */
const stem = (word: string) => word.replace(/(?:'s|ing|ed|es|s)$/, "");

function found(
  { _id, documentId, version, title, heading, text }: Passage,
  score: number,
): FoundPassage {
  // Title and heading stand in the row's text for the text search; readers get them as fields.
  const body = text.slice(text.indexOf("\n") + 1);
  return { passageId: _id, documentId, version, title, heading, text: body, score };
}
