/**
 * Ranks what both halves of the search found, and says whether it answers at all. Pure: reciprocal rank fusion
 * (Cormack et al. 2009) of both halves, and the share of the question that a passage speaks of.
 */
import { v, type Infer } from "convex/values";
import { countSlips, stemsOf } from "./stems";

/** One thing that a question speaks of. Words have no endings here. */
export const vConcept = v.object({
  /**
   * `plain`: a word that the table of `words.ts` doesn't know, `wanted` if the shop is asked to do it or a part is one
   * of it; `other`: what the table knows as no business of the shop.
   */
  kind: v.union(
    v.literal("topic"),
    v.literal("device"),
    v.literal("aspect"),
    v.literal("plain"),
    v.literal("wanted"),
    v.literal("other"),
  ),
  written: v.array(v.string()),
  /** What the shop calls it. */
  named: v.array(v.string()),
});
export type Concept = Infer<typeof vConcept>;

/** Reciprocal rank fusion's constant. Small: the halves are short. */
const RRF_K = 10;
/** A full share of the question counts as much as being first in both halves, and more. */
const SHARE_WEIGHT = 0.35;
const WEIGHT: Record<Concept["kind"], number> = {
  topic: 1,
  plain: 1,
  wanted: 1,
  other: 1,
  device: 0.5,
  aspect: 0.35,
};
/** What a word is worth by where a passage has it. */
const PLACE = { heading: 1, title: 0.85, text: 0.6 };
/** What says that the question is about something the shop speaks of, by kind. */
const EVIDENCE: Record<Concept["kind"], number> = {
  topic: 1,
  plain: 1,
  wanted: 1,
  other: 1,
  device: 0.25,
  aspect: 0.1,
};
/** What a word that no passage has says against it; people tell much that matters to nobody, so few count. */
const AGAINST = { plain: 0.6, most: 0.8, wanted: 1.1, other: 1.3 };
/** A word of no table somewhere in a text is hardly a sign: "columbus" stands in the address. One with a digit is. */
const IN_PASSING = 0.4;
/** Less is no sign at all. */
const LEAST_EVIDENCE = 0.2;
/** "2026" stands in many texts; "0x80070070" in one that means it. */
const NUMBER = 0.1;
/** A question that needs the one before it counts for less than both together. */
const JOINED = 1.2;

export type Candidate<P> = {
  passage: P;
  title: string;
  heading: string;
  text: string;
};
export type Half<P> = Candidate<P>[];
export type Searched<P> = {
  concepts: Concept[];
  byVector: Half<P>;
  byText: Half<P>;
  /** The nearest vector is near enough to say that something answers, whatever the words. */
  near: boolean;
};
export type Ranked<P> = { passage: P; score: number };

type Words = { heading: Set<string>; title: Set<string>; text: Set<string> };

/** Best first. The first search is the question alone; a second one, if it needs that, has the one before it in front. */
export function rankPassages<P>(
  searched: Searched<P>[],
  keyOf: (passage: P) => string,
): Ranked<P>[] {
  const scores = new Map<string, Ranked<P>>();
  searched.forEach((one, i) => {
    for (const { passage, score } of rankOne(one, keyOf)) {
      const before = scores.get(keyOf(passage))?.score ?? 0;
      const weighted = i === 0 ? score : JOINED * score;
      scores.set(keyOf(passage), { passage, score: before + weighted });
    }
  });
  return [...scores.values()].sort((a, b) => b.score - a.score);
}

/** One search: nothing, if neither half speaks of what was asked. */
function rankOne<P>(
  { concepts, byVector, byText, near }: Searched<P>,
  keyOf: (passage: P) => string,
): Ranked<P>[] {
  const all = new Map<string, { passage: P; words: Words; score: number }>();
  for (const half of [byVector, byText]) {
    half.forEach((candidate, rank) => {
      const key = keyOf(candidate.passage);
      const one = all.get(key) ?? {
        passage: candidate.passage,
        words: readWords(candidate),
        score: 0,
      };
      one.score += 1 / (RRF_K + rank + 1);
      all.set(key, one);
    });
  }
  const found = [...all.values()];
  if (!near && !isSpokenOf(concepts, found)) return [];
  const weights = weighConcepts(concepts, found);
  const shares = found.map(({ words }) => shareOf(concepts, weights, words));
  return found
    .map(({ passage, score }, i) => ({ passage, score: score + SHARE_WEIGHT * shares[i]! }))
    .sort((a, b) => b.score - a.score);
}

const readWords = ({ heading, title, text }: Candidate<unknown>): Words => ({
  heading: new Set(stemsOf(heading)),
  title: new Set(stemsOf(title)),
  text: new Set(stemsOf(text)),
});

/** How much the passage that has most counts, beside all of them: "server" and "set up" don't bear each other out. */
const IN_ONE = 0.5;

/** Whether what the passages have of the question outweighs what none of them has. */
function isSpokenOf(concepts: Concept[], found: { words: Words }[]): boolean {
  let missing = 0;
  let others = 0;
  let wanted = 0;
  let together = 0;
  for (const concept of concepts) {
    const each = found.map(({ words }) => evidenceOf(concept, words));
    together += Math.max(0, ...each);
    const value = Math.max(0, ...found.map(({ words }) => valueOf(concept, words)));
    const isNumber = /^\d+$/.test(concept.written[0]!);
    // "Don't use a vacuum cleaner inside" offers none.
    const isOffered = value > PLACE.text;
    if (concept.kind === "other" && !isOffered) others += AGAINST.other;
    else if (isNumber) continue;
    else if (concept.kind === "plain" && value === 0) missing += AGAINST.plain;
    else if (concept.kind === "wanted" && !isOffered) wanted = AGAINST.wanted;
  }
  const inOne = Math.max(
    0,
    ...found.map(({ words }) => concepts.reduce((sum, one) => sum + evidenceOf(one, words), 0)),
  );
  const evidence = IN_ONE * inOne + (1 - IN_ONE) * together;
  return evidence > Math.max(others + wanted + Math.min(missing, AGAINST.most), LEAST_EVIDENCE);
}

/** How much a passage that has it says that the question is about something the shop speaks of. */
function evidenceOf(concept: Concept, words: Words): number {
  const value = valueOf(concept, words);
  if (concept.kind === "other" && value <= PLACE.text) return 0;
  const isPlain = concept.kind === "plain" || concept.kind === "wanted";
  if (isPlain && /^\d+$/.test(concept.written[0]!)) return Math.min(value, NUMBER);
  const passing = isPlain && value <= PLACE.text && !/\d/.test(concept.written[0]!);
  return EVIDENCE[concept.kind] * (passing ? Math.min(value, IN_PASSING) : value);
}

/** What few of the passages speak of tells them apart. */
function weighConcepts(concepts: Concept[], found: { words: Words }[]): number[] {
  return concepts.map((concept) => {
    const having = found.filter(({ words }) => valueOf(concept, words) > 0).length;
    if (having === 0) return WEIGHT[concept.kind];
    return WEIGHT[concept.kind] * (1.25 - (0.5 * having) / found.length);
  });
}

/** The share of the question, 0 to 1, that a passage speaks of. */
function shareOf(concepts: Concept[], weights: number[], words: Words): number {
  let total = 0;
  let sum = 0;
  concepts.forEach((concept, i) => {
    total += weights[i]!;
    sum += weights[i]! * valueOf(concept, words);
  });
  return total === 0 ? 0 : sum / total;
}

function valueOf(concept: Concept, { heading, title, text }: Words): number {
  return Math.max(
    PLACE.heading * hit(concept, heading),
    PLACE.title * hit(concept, title),
    PLACE.text * hit(concept, text),
  );
}

/** All of it as it was written, or as much of it as the shop's words for it have. */
function hit({ kind, written, named }: Concept, words: Set<string>): number {
  if (written.every((word) => words.has(word))) return 1;
  if (kind === "plain" || kind === "wanted") return isMisspelt(written[0]!, words) ? 0.8 : 0;
  return (named.filter((word) => words.has(word)).length / named.length) ** 2;
}

/** A slip in a word that only the shop's documents know. */
function isMisspelt(word: string, words: Set<string>): boolean {
  if (word.length < 5 || /\d/.test(word)) return false;
  for (const other of words) {
    if (other[0] === word[0] && countSlips(word, other, 1) <= 1) return true;
  }
  return false;
}
