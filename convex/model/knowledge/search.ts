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
import {
  EMBEDDING_MODEL,
  OLD_VECTOR_TYPE,
  passageFields,
  vDocumentSet,
  vectorType,
} from "../../validators";
import { SECOND } from "../../lib/time";
import * as Proposed from "./proposed";
import { rankPassages, vConcept, type Candidate, type Ranked, type Searched } from "./rank";
import { shardsOf } from "./vectors";

/** Passages given to the model. */
export const MAX_FOUND_PASSAGES = 8;
/** Candidates of each half. */
const CANDIDATES = 8;
/** Vectors asked for: those of an unpublished document, awaited and stale ones are passed over. */
const NEAREST = 64;
/** Searches at a time: an action has 8 operations. */
const AT_ONCE = 8;
/**
 * Cosine similarities: below `noise` a vector match is none; from `near` on something answers, whatever the words.
 * `docs/evaluating.md` says how they were measured: of OpenAI's model they are careful guesses, of any other model
 * they hold for those that were tried.
 */
const SIMILARITY = {
  openAi: { noise: 0.2, near: 0.6 },
  other: { noise: 0.2, near: 0.7 },
};
const similarityOf = (model: string | null) =>
  model === EMBEDDING_MODEL ? SIMILARITY.openAi : SIMILARITY.other;

export const vFoundPassage = v.object({
  passageId: v.id("knowledge"),
  documentId: passageFields.documentId,
  version: passageFields.version,
  title: passageFields.title,
  heading: passageFields.heading,
  text: passageFields.text,
  place: passageFields.place,
  url: passageFields.url,
  /** Fused score, higher is better; comparable within one search only. */
  score: v.number(),
});
/** Without its place. */
export const vPage = vFoundPassage.pick("title", "heading", "text");
export type FoundPassage = Infer<typeof vFoundPassage>;

export const vVectorHit = v.object({ vectorId: v.id("knowledge"), similarity: v.number() });
/** One search: what was asked, as `query.ts` reads it, and the vectors that are nearest to it. */
export const vSearch = v.object({
  concepts: v.array(vConcept),
  terms: v.array(v.string()),
  hits: v.array(vVectorHit),
});
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
  passages: v.array(v.union(vFoundPassage, Proposed.vRanked)),
  /** Live passages among those of the vectors. */
  live: v.number(),
});
/** What `fuseHits` is asked. */
export const vFusion = v.object({
  searches: v.array(vSearch),
  documents: v.optional(vDocumentSet),
  proposals: v.optional(v.array(Proposed.vProposal)),
});

/** Another set of documents, for a trial, and a text that is none yet. */
export type DocumentSet = Infer<typeof vDocumentSet> & { proposed?: Proposed.ProposedText };

/** What a customer asks, and what they asked before. */
export type Query = { question: string; before?: string; documents?: DocumentSet };

/** Finds at most `MAX_FOUND_PASSAGES` live passages for a question. For actions. */
export async function searchKnowledge(
  ctx: ActionCtx,
  query: Query,
  where: Where = {},
): Promise<SearchResult> {
  const asked = await readQuery(query);
  const embedded = await embedQuestions(
    ctx,
    asked.map(({ question }) => question),
    where,
  );
  const fuse = fuseWith(ctx, query.documents);
  if (embedded === null) {
    const { passages } = await fuse(asked, []);
    return { passages, mode: "text" };
  }
  const { vectors } = embedded;
  const hits = await Promise.all(vectors.map((vector) => nearest(ctx, embedded, vector)));
  const found = await fuse(asked, hits, vectors);
  // What is nearest is mostly stale. A part of the vectors at a time: a live one can't be crowded out.
  const crowded = found.live < CANDIDATES && hits[0]!.length === NEAREST;
  if (!crowded) return { passages: found.passages, mode: "hybrid" };
  const all = await nearestByShard(ctx, embedded, vectors[0]!);
  const { passages } = await fuse(asked, [all, ...hits.slice(1)], vectors);
  return { passages, mode: "hybrid" };
}

type Asked = Omit<Infer<typeof vSearch>, "hits"> & { question: string };

/** The question alone, and, if it names too little to be understood alone, with the one before it as well. */
async function readQuery({ question, before }: Query): Promise<Asked[]> {
  // Its table is 15 KB, which no query needs.
  const { readQuestion } = await import("./query");
  const read = (text: string) => {
    const { concepts, terms, leans } = readQuestion(text);
    return { question: text, concepts, terms, leans };
  };
  const { leans, ...alone } = read(question);
  if (!leans || before === undefined) return [alone];
  const { leans: _, ...joined } = read(`${before}\n${question}`);
  return [alone, joined];
}

/** Both searches in one query, each with what is nearest to it. */
const fuseWith =
  (ctx: ActionCtx, { proposed, ...documents }: Partial<DocumentSet> = {}) =>
  async (asked: Asked[], hits: VectorHit[][], vectors: number[][] = []) => {
    const { add = [], remove = [] } = documents;
    const isOther = add.length + remove.length > 0 || proposed !== undefined;
    const { passages, live }: Infer<typeof vFused> = await ctx.runQuery(
      internal.knowledge.fuseHits,
      {
        searches: asked.map(({ concepts, terms }, i) => ({ concepts, terms, hits: hits[i] ?? [] })),
        ...(isOther && { documents: { add, remove } }),
        ...(proposed && { proposals: Proposed.pickProposals(proposed, asked, vectors) }),
      },
    );
    const found = passages.map((hit) => ("n" in hit ? asFound(proposed!, hit) : hit));
    return { passages: found, live };
  };

type Embedded = { vectors: number[][]; model: string };

/** Null: by text only, without a key or with a provider that fails. */
async function embedQuestions(
  ctx: ActionCtx,
  questions: string[],
  where: Where,
): Promise<Embedded | null> {
  try {
    const model = embeddingModel();
    if (model === null || questions[0]!.trim() === "") return null;
    // A customer waits, and a lease runs: no retry here (a Retry-After may be long), text search does.
    const vectors = await embedTexts(questions, { timeoutMs: 5 * SECOND });
    return vectors === null ? null : { vectors, model };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const failure = { provider: "embeddings" as const, fault: error.fault, where };
    await ctx.runMutation(internal.health.noteProvider, failure);
    return null;
  }
}

/** Convex's filter has `or`, and no `and`. Every vector is active, and a passage of its own says whether it counts. */
const nearest = (ctx: ActionCtx, { model }: Embedded, vector: number[]) =>
  vectorHits(ctx, vector, "type", [vectorType(model), OLD_VECTOR_TYPE]);

/** As many again of each sixteenth. What has no shard yet was asked with the others. */
async function nearestByShard(
  ctx: ActionCtx,
  { model }: Embedded,
  vector: number[],
): Promise<VectorHit[]> {
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
    .filter(({ _score }) => _score >= similarityOf(embeddingModel()).noise)
    .map(({ _id, _score }) => ({ vectorId: _id, similarity: _score }));
}

/** Ranks both halves of each search, the question alone first. */
export async function rankHits(
  ctx: Pick<QueryCtx, "db">,
  { searches, documents, proposals = [] }: Infer<typeof vFusion>,
): Promise<Infer<typeof vFused>> {
  const isLive = liveIn(documents);
  const searched: Searched<Passage | Proposed.Proposal>[] = [];
  let live = 0;
  for (const [i, { concepts, terms, hits }] of searches.entries()) {
    const found = await (documents === undefined
      ? textMatches(ctx, terms, true, CANDIDATES)
      : textMatchesOf(ctx, terms, isLive));
    const stored = await nearestLive(ctx, hits, { known: found, isLive });
    if (i === 0) live = stored.length;
    const own = Proposed.byNearness(proposals, i);
    const nearest = Math.max(hits[0]?.similarity ?? 0, own[0]?.similarities[i] ?? 0);
    searched.push({
      concepts,
      byVector: [
        ...stored,
        ...own.map((one) => ({ passage: one, similarity: one.similarities[i]! })),
      ]
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, CANDIDATES)
        .map(({ passage }) => candidate(passage)),
      byText: inTurn<Passage | Proposed.Proposal>(found, Proposed.byWords(proposals, terms))
        .slice(0, CANDIDATES)
        .map(candidate),
      near: nearest >= similarityOf(embeddingModel()).near,
    });
  }
  const passages = rankPassages(searched, keyOf).slice(0, MAX_FOUND_PASSAGES).map(describeHit);
  return { passages, live };
}

const keyOf = (passage: Passage | Proposed.Proposal): string =>
  "n" in passage ? `proposed ${passage.n}` : passage._id;

const describeHit = ({ passage, score }: Ranked<Passage | Proposed.Proposal>) =>
  "n" in passage ? { n: passage.n, score } : found(passage, score);

/** Two lists, each by relevance: their ranks are all that can be compared. */
const inTurn = <T>(first: readonly T[], second: readonly T[]): T[] => [
  ...first.flatMap((one, i) => [one, ...second.slice(i, i + 1)]),
  ...second.slice(first.length),
];

const candidate = <P extends Passage | Proposed.Proposal>(passage: P): Candidate<P> => ({
  passage,
  title: passage.title,
  heading: passage.heading,
  text: "n" in passage ? passage.text : bodyOf(passage),
});

type Passage = Extract<Doc<"knowledge">, { kind: "passage" }>;

/**
 * The first live passages of the nearest vectors. One after the other: mostly the first ones are. What the words have
 * found is `known`, and not read a second time.
 */
async function nearestLive(
  ctx: Pick<QueryCtx, "db">,
  hits: VectorHit[],
  { known, isLive }: { known: Passage[]; isLive: IsLive },
): Promise<{ passage: Passage; similarity: number }[]> {
  const live: { passage: Passage; similarity: number }[] = [];
  for (const { vectorId, similarity } of hits) {
    if (live.length === CANDIDATES) break;
    const read = known.find((passage) => passage.vectorId === vectorId);
    const passage = read ?? (await passageOfVector(ctx, vectorId, isLive));
    if (passage !== null) live.push({ passage, similarity });
  }
  return live;
}

async function passageOfVector(
  ctx: Pick<QueryCtx, "db">,
  vectorId: Id<"knowledge">,
  isLive: IsLive,
) {
  // Two passages of one text share a vector.
  const rows = await ctx.db
    .query("knowledge")
    .withIndex("by_vector", (q) => q.eq("vectorId", vectorId))
    .take(2);
  return rows.find((row): row is Passage => row.kind === "passage" && isLive(row)) ?? null;
}

type IsLive = (passage: Passage) => boolean;
function liveIn(documents: DocumentSet | undefined): IsLive {
  if (documents === undefined) return ({ live }) => live;
  const [add, remove] = [new Set(documents.add), new Set(documents.remove)];
  return ({ live, documentId }) => (live || add.has(documentId)) && !remove.has(documentId);
}

/** Of a trial's documents: those that answer now, and the unpublished ones, in the order of both. */
async function textMatchesOf(
  ctx: Pick<QueryCtx, "db">,
  terms: string[],
  isLive: IsLive,
): Promise<Passage[]> {
  const [live, rest] = [
    await textMatches(ctx, terms, true, NEAREST),
    await textMatches(ctx, terms, false, NEAREST),
  ].map((rows) => rows.filter(isLive));
  return inTurn(live!, rest!).slice(0, CANDIDATES);
}

async function textMatches(
  ctx: Pick<QueryCtx, "db">,
  terms: string[],
  live: boolean,
  limit: number,
): Promise<Passage[]> {
  if (terms.length === 0) return [];
  const rows = await queryPassages(ctx, terms.join(" "), live).take(limit);
  return rows.filter((row) => row.kind === "passage");
}

/** Passages with any of the words, best first. */
export const queryPassages = (ctx: Pick<QueryCtx, "db">, words: string, live: boolean) =>
  ctx.db
    .query("knowledge")
    .withSearchIndex("search_text", (q) => q.search("text", words).eq("live", live));

/** Title and heading stand in the row's text for the text search; readers get them as fields. */
const bodyOf = ({ text }: Passage) => text.slice(text.indexOf("\n") + 1);

function found(passage: Passage, score: number): FoundPassage {
  const { _id: passageId, documentId, version, title, heading, place, url } = passage;
  return {
    passageId,
    documentId,
    version,
    title,
    heading,
    text: bodyOf(passage),
    place,
    url,
    score,
  };
}

/** A passage of a text that is tried, as one that was found. No row has its id: nothing that is made of it is stored. */
function asFound(
  { documentId, passages }: Proposed.ProposedText,
  { n, score }: Infer<typeof Proposed.vRanked>,
): FoundPassage {
  const { title, heading, text } = passages[n]!;
  const passageId = `${PROPOSED}${n}` as Id<"knowledge">;
  return {
    passageId,
    documentId: documentId ?? passageId,
    version: 0,
    title,
    heading,
    text,
    score,
  };
}

const PROPOSED = "proposed-";
export const isProposed = (id: Id<"knowledge">): boolean => id.startsWith(PROPOSED);
