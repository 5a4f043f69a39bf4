/** Puts slips in a question right by the words of the passages and of the trade, which are all the dictionary there is. */
import { findConcepts } from "./text";
import { CONCEPTS, RELATED, STOP } from "./vocabulary";

const WORD = /\p{L}{5,}/gu;
const VOCABULARY = [...CONCEPTS.flat(), ...Object.keys(RELATED)].filter((word) =>
  /^\p{L}{5,}$/u.test(word),
);

/** A question with each word that no passage has replaced by the nearest one of theirs, if one is near. */
export function correctSpelling(question: string, passages: string[]): string {
  const written = passages.flatMap((text) => text.toLowerCase().match(WORD) ?? []);
  const known = new Set([...written, ...VOCABULARY]);
  const concepts = findConcepts(passages.join(" "));
  return question.replace(WORD, (word) => {
    const lower = word.toLowerCase();
    const meant = [...findConcepts(lower)];
    if (known.has(lower) || STOP.has(lower) || meant.some((one) => concepts.has(one))) return word;
    const most = lower.length < 8 ? 1 : 2;
    let best = { word, slips: most + 1 };
    for (const other of known) {
      if (other[0] !== lower[0] || Math.abs(other.length - lower.length) > most) continue;
      const slips = countSlips(lower, other);
      if (slips < best.slips) best = { word: other, slips };
    }
    return best.word;
  });
}

/** Letters left out, added, changed, or swapped with their neighbour. */
function countSlips(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let slips = Math.min(row[j]! + 1, next[j - 1]! + 1, changed);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) slips = Math.min(slips, before[j - 2]! + 1);
      next.push(slips);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
