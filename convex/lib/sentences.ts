/** Text in sentences and rows, in order and without a gap: together they are the text. Pure. */

export type Sentence = {
  text: string;
  start: number;
  /** Nothing that follows belongs to it any more. */
  ended: boolean;
};

/** A mark of the end, what closes with it, its citation marks; then something that can begin another sentence. */
const END =
  /[.!?…]+["')\]*_”’]*(?:[^\S\n]{0,3}\[\d{1,3}\]){0,10}[^\S\n]+(?=[^\s[a-z\d]|i[A-Z]|\[[^\d\s])|\n+(?=[^\n])/g;
const SHORT =
  /(?:\b(?:a\.?m|p\.?m|e\.g|i\.e|approx|St|Dr|Mr|Mrs|Ms|vs|No|Inc|Ave|Rd|z\.\s?B|bzw|ca|Nr))\.\s*$/;

/** `isWhole`: nothing more comes, so that the last one has ended too. */
export function splitSentences(text: string, isWhole: boolean): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  for (const match of text.matchAll(END)) {
    const end = match.index + match[0].length;
    if (!match[0].includes("\n") && SHORT.test(text.slice(Math.max(start, end - 12), end)))
      continue;
    sentences.push({ text: text.slice(start, end), start, ended: true });
    start = end;
  }
  if (start < text.length) sentences.push({ text: text.slice(start), start, ended: isWhole });
  return sentences;
}
