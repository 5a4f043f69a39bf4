/**
 * Text as a search index holds it, and a search as it is asked: words in lower case without accents, each once. Convex
 * splits at what is no letter or digit, drops words of 32 bytes and more, takes 16 of a query, and finds what has any
 * of them, the last also as a beginning. So a word is cut before it is dropped, and what must have all is looked through
 * again here.
 */

/** Longest word in UTF-8 bytes: one byte more, and Convex drops it. */
const MAX_WORD_BYTES = 31;
export const MAX_SEARCH_TERMS = 16;
/** Enough for a long message: an 8,000-character one has some 4,000 characters of different words. */
const MAX_WORDS_CHARS = 2_000;

/** Digits of a number that are the same with a country's code, with the trunk's 0, and with neither. */
const NUMBER_TAIL = 9;
/** What may be a phone number in a text, however it is spaced. */
const NUMBER = /(?<![\p{L}\p{N}])\+?\(?\d(?:[\s()./-]{0,3}\d){6,17}(?![\p{L}\p{N}])/gu;

const encoder = new TextEncoder();

/** One word as it is compared. */
export const foldWord = (word: string): string =>
  cutWord(word.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC").toLowerCase());

function cutWord(word: string): string {
  let bytes = encoder.encode(word).length;
  if (bytes <= MAX_WORD_BYTES) return word;
  const letters = [...word];
  while (bytes > MAX_WORD_BYTES) bytes -= encoder.encode(letters.pop()).length;
  return letters.join("");
}

/** A word with its accents, which may be marks of their own. */
export const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** What numbers with seven digits or more come to, in any spelling. */
export const numbersIn = (text: string): string[] =>
  [...text.matchAll(NUMBER)].map(([number]) => number.replace(/\D/g, "").slice(-NUMBER_TAIL));

/** The different words of a text, its numbers first, as they are stored: bounded. */
export function searchTextOf(text: string, maxChars = MAX_WORDS_CHARS): string {
  const words = new Set([...numbersIn(text), ...foldedWords(text)]);
  let stored = "";
  for (const word of words) {
    if (stored.length + word.length + 1 > maxChars) break;
    stored += stored === "" ? word : ` ${word}`;
  }
  return stored;
}

const foldedWords = (text: string): string[] =>
  [...text.matchAll(WORD)].map(([word]) => foldWord(word)).filter((word) => word !== "");

/** What somebody looks for, as the index is asked: a number as one, whatever its spaces; else each word. */
export function searchTermsOf(asked: string): string[] {
  const [number] = numbersIn(asked);
  if (number !== undefined && !/\p{L}/u.test(asked)) return [number];
  return [...new Set(foldedWords(asked))].slice(0, MAX_SEARCH_TERMS);
}

/** Whether a stored text has all that is looked for, the last as a beginning: somebody may still be typing it. */
export function hasAllTerms(stored: string, terms: string[]): boolean {
  const words = stored.split(" ");
  const known = new Set(words);
  return terms.every((term, at) =>
    at === terms.length - 1 ? words.some((word) => word.startsWith(term)) : known.has(term),
  );
}

export type Part = { text: string; hit: boolean };

/** What an excerpt begins before its first hit. */
const LEAD = 50;

/** A piece of the text around the first word that is looked for, in parts; its beginning if there is none. */
export function excerptAround(text: string, terms: string[], maxChars: number): Part[] {
  const hits = hitsIn(text, terms);
  const start = startOf(text, hits[0]?.at ?? 0);
  const end = text.length - start > maxChars ? start + maxChars : text.length;
  const parts: Part[] = [];
  const add = (part: string, hit: boolean) => {
    if (part !== "") parts.push({ text: part, hit });
  };
  let done = start;
  if (start > 0) add("…", false);
  for (const { at, length } of hits) {
    if (at < done || at + length > end) continue;
    add(text.slice(done, at), false);
    add(text.slice(at, at + length), true);
    done = at + length;
  }
  add(text.slice(done, end).replace(/[\ud800-\udbff]$/, ""), false);
  if (end < text.length) add("…", false);
  return parts;
}

/** At a word's beginning. */
function startOf(text: string, hit: number): number {
  if (hit <= LEAD) return 0;
  const space = text.slice(hit - LEAD, hit).search(/\s/);
  return space === -1 ? hit : hit - LEAD + space + 1;
}

function hitsIn(text: string, terms: string[]): { at: number; length: number }[] {
  const last = terms.at(-1);
  const wanted = new Set(terms);
  const words = [...text.matchAll(WORD)]
    .filter(([word]) => {
      const folded = foldWord(word);
      return wanted.has(folded) || (last !== undefined && folded.startsWith(last));
    })
    .map(({ 0: word, index }) => ({ at: index, length: word.length }));
  const numbers = [...text.matchAll(NUMBER)]
    .filter(([number]) => wanted.has(number.replace(/\D/g, "").slice(-NUMBER_TAIL)))
    .map(({ 0: number, index }) => ({ at: index, length: number.length }));
  return [...numbers, ...words].sort((a, b) => a.at - b.at || b.length - a.length);
}
