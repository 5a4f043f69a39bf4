/** Words without their endings, and how near two spellings are: the same for what is asked and what is found. Pure. */

/** Lower case, without accents and apostrophes. */
export function wordsOf(text: string): string[] {
  const bare = text
    .normalize("NFKD")
    .replace(/[\p{M}'’]/gu, "")
    .toLowerCase();
  return bare.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Crude on purpose: endings only. */
export function stemWord(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  let stem = word;
  if (stem.endsWith("ies")) stem = `${stem.slice(0, -3)}y`;
  else if (/(?:ss|x|ch|sh|z)es$/.test(stem)) stem = stem.slice(0, -2);
  else if (/[^su]s$/.test(stem)) stem = stem.slice(0, -1);
  for (const ending of ["ement", "ment", "ation", "ing", "ed", "ly"]) {
    const base = stem.slice(0, -ending.length);
    if (stem.endsWith(ending) && base.length >= 3 && /[aeiouy]/.test(base)) {
      stem = base;
      break;
    }
  }
  return stem.replace(/e$/, "").replace(/([bdfglmnprt])\1$/, "$1");
}

/** The words of a text without their endings. */
export const stemsOf = (text: string) => wordsOf(text).map(stemWord);

/** Letters left out, added, changed, or swapped with their neighbour; more than `most` are not counted. */
export function countSlips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        slips = Math.min(slips, before[j - 2]! + 1);
      }
      next.push(slips);
    }
    if (Math.min(...next) > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.length]!;
}
