/**
 * Which unanswered questions mean the same: by the shop's words for what they speak of (`query.ts` puts spelling and
 * everyday words right), and by their vectors where there are some. A question joins the first one of a group that it
 * is nearest to, and stays there. Vectors are made for the comparison alone, and not stored: 300 short questions cost a
 * tenth of a cent, 300 vectors 4 MB of every look at the list. Pure.
 */
import type { Concept } from "./rank";
import { readQuestion } from "./query";

export type Asked = { id: string; question: string; group: string | null; vector?: number[] };

/** This share of all that two questions speak of, both do. */
const SAME_WORDS = 0.6;
/** Cosine of two questions; "how much is a screen" and "how much is a battery" come near it, and are kept apart. */
const SAME_VECTORS = 0.7;

/** The group of each question that has none yet. */
export function groupQuestions(asked: Asked[]): Map<string, string> {
  const leaders = new Map<string, Read>();
  for (const one of asked) {
    if (one.group !== null && !leaders.has(one.group)) leaders.set(one.group, read(one));
  }
  const groups = new Map<string, string>();
  for (const one of asked.filter(({ group }) => group === null)) {
    const question = read(one);
    let best = { group: one.id, likeness: 0 };
    for (const [group, leader] of leaders) {
      const likeness = compare(question, leader);
      if (likeness > best.likeness) best = { group, likeness };
    }
    groups.set(one.id, best.group);
    if (best.group === one.id) leaders.set(one.id, question);
  }
  return groups;
}

type Read = { words: Set<string>; named: Concept[]; vector?: number[] };

function read({ question, vector }: Asked): Read {
  const { concepts } = readQuestion(question);
  return { words: new Set(concepts.flatMap(({ named }) => named)), named: concepts, vector };
}

/** 0: they don't mean the same. */
function compare(a: Read, b: Read): number {
  if (differ(a, b)) return 0;
  const both = [...a.words].filter((word) => b.words.has(word)).length;
  const words = both / (a.words.size + b.words.size - both || 1);
  if (words >= SAME_WORDS) return 1 + words;
  const near = a.vector && b.vector ? cosine(a.vector, b.vector) : 0;
  return near >= SAME_VECTORS ? near : 0;
}

/** What the shop knows apart by name: a screen and a battery, a phone and a printer. */
const TOLD_APART: Concept["kind"][] = ["topic", "device", "other"];

/** Both name something of a kind, and not the same. */
const differ = (a: Read, b: Read) =>
  TOLD_APART.some((kind) => {
    const [first, second] = [wordsOf(a, kind), wordsOf(b, kind)];
    return first.length > 0 && second.length > 0 && !first.some((word) => second.includes(word));
  });

const wordsOf = ({ named }: Read, kind: Concept["kind"]) =>
  named.filter((concept) => concept.kind === kind).flatMap((concept) => concept.named);

function cosine(a: number[], b: number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / (Math.sqrt(aa * bb) || 1);
}
