/**
 * What changed between two versions of a document: passages that went, came, or say something else. Pure. Where a
 * passage stands is no change: each answers by itself.
 */
import { v, type Infer } from "convex/values";

type Passage = { heading: string; text: string };
/** Without `before` it is new, without `after` it is gone. */
export const vPassageChange = v.object({
  heading: v.string(),
  before: v.optional(v.string()),
  after: v.optional(v.string()),
});
export type PassageChange = Infer<typeof vPassageChange>;

/** From here on, of the words of both, a passage is taken for the other's new text. Under its own heading any is. */
const ALIKE = 0.5;

/** New and changed passages in their order, then those that are gone in theirs. */
export function diffPassages(
  before: readonly Passage[],
  after: readonly Passage[],
): PassageChange[] {
  const gone = withoutThose(before, after);
  const come = withoutThose(after, before);
  const pairs = pairUp(gone, come);
  const changes = come.map((one): PassageChange => {
    const { heading, text } = one;
    const old = pairs.get(one);
    return { heading, after: text, ...(old !== undefined && { before: old.text }) };
  });
  const replaced = new Set(pairs.values());
  const removed = gone.filter((one) => !replaced.has(one));
  return [...changes, ...removed.map(({ heading, text }) => ({ heading, before: text }))];
}

const keyOf = ({ heading, text }: Passage) => `${heading}\n${text}`;

/** What `others` doesn't hold, each as often as it is there once more. */
function withoutThose(passages: readonly Passage[], others: readonly Passage[]): Passage[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  return passages.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0;
    if (count > 0) left.set(keyOf(one), count - 1);
    return count === 0;
  });
}

/** Each new passage with the old one whose place it has taken: the most alike first, under the same heading before others. */
function pairUp(gone: readonly Passage[], come: readonly Passage[]): Map<Passage, Passage> {
  const words = new Map([...gone, ...come].map((one) => [one, wordsOf(one)]));
  const likely = come
    .flatMap((after) =>
      gone.map((before) => {
        const alike = likeness(words.get(before)!, words.get(after)!);
        return { after, before, alike, same: before.heading === after.heading };
      }),
    )
    .filter(({ same, alike }) => same || alike >= ALIKE)
    .sort((a, b) => Number(b.same) - Number(a.same) || b.alike - a.alike);
  const pairs = new Map<Passage, Passage>();
  const taken = new Set<Passage>();
  for (const { after, before } of likely) {
    if (pairs.has(after) || taken.has(before)) continue;
    pairs.set(after, before);
    taken.add(before);
  }
  return pairs;
}

const wordsOf = ({ text }: Passage) => new Set(text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []);

/** The share of words that both have: 0 to 1. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}
