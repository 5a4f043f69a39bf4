/**
 * Passages of a text that is stored nowhere, for a search that ranks them among those that are: what would be found if
 * it was published. Pure. Their place in the text half is a guess: what no index has can't be compared with what it says.
 */
import { v, type Infer } from "convex/values";
import type { Id } from "../../_generated/dataModel";

type ProposedPassage = { title: string; heading: string; text: string; vector?: number[] };
export type ProposedText = {
  /** The document whose text it would be. */
  documentId?: Id<"knowledge">;
  passages: ProposedPassage[];
};

/** What a search needs to know of one: with the similarity to what was asked, in each search. */
export const vProposal = v.object({
  n: v.number(),
  title: v.string(),
  heading: v.string(),
  text: v.string(),
  similarities: v.array(v.union(v.number(), v.null())),
});
export type Proposal = Infer<typeof vProposal>;

export const vRanked = v.object({ n: v.number(), score: v.number() });

/** Of a text, at most: the nearest ones, and those with most of the words. */
const OF_EACH = 8;

/** Those that may be found: each search's nearest, and those with most of its words. `vectors`: of what is asked. */
export function pickProposals(
  { passages }: ProposedText,
  asked: { terms: string[] }[],
  vectors: number[][],
): Proposal[] {
  const all = passages.map(({ vector, ...passage }, n) => ({
    ...{ n, ...passage },
    similarities: asked.map((_, i) =>
      vector === undefined || vectors[i] === undefined ? null : cosineOf(vector, vectors[i]),
    ),
  }));
  const picked = asked.flatMap(({ terms }, i) => [
    ...byNearness(all, i).slice(0, OF_EACH),
    ...byWords(all, terms).slice(0, OF_EACH),
  ]);
  return [...new Set(picked)];
}

export const byNearness = (all: readonly Proposal[], search: number): Proposal[] =>
  all
    .filter(({ similarities }) => similarities[search] != null)
    .sort((a, b) => b.similarities[search]! - a.similarities[search]!);

/** Those with any of the words, most of them first. */
export function byWords(all: readonly Proposal[], terms: readonly string[]): Proposal[] {
  return all
    .map((proposal) => ({ proposal, having: countWords(proposal, terms) }))
    .filter(({ having }) => having > 0)
    .sort((a, b) => b.having - a.having)
    .map(({ proposal }) => proposal);
}

function countWords({ title, heading, text }: Proposal, terms: readonly string[]): number {
  const words = new Set(`${title} ${heading} ${text}`.toLowerCase().match(/[\p{L}\d]+/gu) ?? []);
  return terms.filter((term) => words.has(term.toLowerCase())).length;
}

function cosineOf(a: readonly number[], b: readonly number[]): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    ofA += a[i]! ** 2;
    ofB += b[i]! ** 2;
  }
  return ofA === 0 || ofB === 0 ? 0 : dot / Math.sqrt(ofA * ofB);
}
