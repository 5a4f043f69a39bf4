/** How much of a draft a technician sent: of its words, those that stand in the same order in what went out. Pure. */

/** Longest texts have fewer; what is beyond is not compared. */
const MAX_WORDS = 2_000;

const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MAX_WORDS);

/** Whole per cent, 0 to 100, of the draft's words: the longest common subsequence (Hunt & McIlroy 1976). */
export function keptPercentOf(draft: string, sent: string): number {
  const [a, b] = [wordsOf(draft), wordsOf(sent)];
  if (a.length === 0) return 0;
  // Two rows are enough, in turns: the rest of the table is never looked at again.
  let above = new Uint16Array(b.length + 1);
  let row = new Uint16Array(b.length + 1);
  for (const word of a) {
    for (let j = 1; j <= b.length; j++) {
      row[j] = word === b[j - 1] ? above[j - 1]! + 1 : Math.max(above[j]!, row[j - 1]!);
    }
    [above, row] = [row, above];
  }
  return Math.round((100 * above[b.length]!) / a.length);
}
