/**
 * Words and phrases that an admin lists, found in a text as whole words: whatever their case, accents, apostrophes,
 * what stands between them, or marks of Markdown and citation in them. "guarantee*" finds each word that begins so.
 * Nothing that is typed becomes a pattern: a long list is a long loop and nothing worse. Pure.
 */

export type Phrase = {
  typed: string;
  words: { folded: string; begins: boolean }[];
};
type Word = { folded: string; start: number; end: number };

/** Letters, and what stands in a word without being one: apostrophes, joiners nobody sees, marks of Markdown. */
const WORD = /[\p{L}\p{M}\p{N}\p{Cf}'’‘‛´ʼ*~`]+/gu;
const CITATION = /\[\d{1,3}\]/g;
/** Written without blanks: a word is looked for anywhere in its row of letters. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const fold = (word: string): string =>
  word
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase();

function wordsOf(text: string): Word[] {
  const plain = text.replace(CITATION, (mark) => " ".repeat(mark.length));
  return [...plain.matchAll(WORD)]
    .filter(([word]) => fold(word) !== "")
    .map(({ 0: word, index }) => {
      const start = index + word.search(/[\p{L}\p{N}]/u);
      return { folded: fold(word), start, end: index + word.length };
    });
}

/** Null for what has no word to look for, or would find too much: fewer than three letters before a star. */
export function readPhrase(typed: string): Phrase | null {
  const words = [...typed.matchAll(WORD)]
    .map(([word]) => ({ folded: fold(word), begins: /\*$/.test(word) }))
    .filter(({ folded, begins }) => folded !== "" || begins);
  const isUsable = ({ folded, begins }: Phrase["words"][number]) =>
    begins ? folded.length >= 3 : folded !== "";
  return words.length > 0 && words.every(isUsable) ? { typed, words } : null;
}

/** For a text that is looked at while it is written, too. */
export class PhraseList {
  private readonly phrases: Phrase[];

  constructor(typed: readonly string[]) {
    this.phrases = typed.flatMap((one) => readPhrase(one) ?? []);
  }

  /** The first that stands in a text, as it stands there and as it is listed; null for none. */
  find(text: string): { found: string; typed: string } | null {
    if (this.phrases.length === 0) return null;
    const words = wordsOf(text);
    for (const [i, first] of words.entries()) {
      const phrase = this.phrases.find((one) => stands(one, words, i));
      if (phrase === undefined) continue;
      const last = words[i + phrase.words.length - 1]!;
      return { found: text.slice(first.start, last.end), typed: phrase.typed };
    }
    return null;
  }

  /** From where on a text that goes on may have one: what is before it can be shown. */
  heldFrom(text: string): number {
    if (this.phrases.length === 0) return text.length;
    const words = wordsOf(text);
    const isOpen = words.at(-1)?.end === text.length;
    const at = words.findIndex((_, i) =>
      this.phrases.some((one) => mayStand(one, words, i, isOpen)),
    );
    return at < 0 ? text.length : words[at]!.start;
  }
}

const isWanted = ({ folded, begins }: Phrase["words"][number], word: Word): boolean =>
  word.folded === folded ||
  (begins && word.folded.startsWith(folded)) ||
  (UNSPACED.test(folded) && word.folded.includes(folded));

const stands = ({ words: wanted }: Phrase, words: Word[], at: number): boolean =>
  at + wanted.length <= words.length && wanted.every((want, k) => isWanted(want, words[at + k]!));

/** `isOpen`: the last word may go on. */
const mayStand = ({ words: wanted }: Phrase, words: Word[], at: number, isOpen: boolean): boolean =>
  wanted.every((want, k) => {
    const word = words[at + k];
    if (word === undefined || isWanted(want, word)) return true;
    return isOpen && at + k === words.length - 1 && mayBecome(want.folded, word.folded);
  });

function mayBecome(wanted: string, begun: string): boolean {
  if (wanted.startsWith(begun)) return true;
  if (!UNSPACED.test(wanted)) return false;
  for (let cut = 1; cut < wanted.length; cut++) {
    if (begun.endsWith(wanted.slice(0, cut))) return true;
  }
  return false;
}
