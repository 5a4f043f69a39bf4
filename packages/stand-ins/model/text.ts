/**
 * Words as the stand-in model and the stand-in embeddings see them: lower case, stemmed, and mapped
 * to a concept where customers use several words for one thing (`vocabulary.ts`). One vocabulary for
 * both, so that what retrieval finds the model can also answer from.
 */
import { COMMON, CONCEPTS, OWNED, PHRASES, RELATED, STOP } from "./vocabulary";

const VOWEL = /[aeiouy]/;

/** A light suffix stemmer: enough to join "replacing", "replaced" and "replacement". */
function stemWord(word: string): string {
  let w = word.replace(/[’']s?$/, "");
  if (/\d/.test(w) || w.length < 3) return w;
  if (w.endsWith("ies") && w.length > 4) w = `${w.slice(0, -3)}y`;
  else if (/(?:ss|x|ch|sh|z)es$/.test(w)) w = w.slice(0, -2);
  else if (w.endsWith("s") && !/(?:ss|us|is)$/.test(w)) w = w.slice(0, -1);
  if (w.endsWith("ery") && w.length > 6) w = w.slice(0, -1);
  for (const suffix of ["ement", "ation", "ment", "ness", "ing", "ed", "ly"]) {
    const base = w.slice(0, -suffix.length);
    if (w.endsWith(suffix) && base.length >= 3 && VOWEL.test(base)) {
      w = base;
      break;
    }
  }
  w = w.replace(/e$/, "").replace(/y$/, "i");
  return w.replace(/([bdfglmnprt])\1$/, "$1");
}

const conceptByStem = new Map<string, string>();
const nameByConcept = new Map<string, string>();
const phrases: Array<[RegExp, string]> = [];
for (const [name, ...others] of CONCEPTS) {
  const concept = stemWord(name!);
  nameByConcept.set(concept, name!);
  for (const word of [name!, ...others]) {
    if (/[ -]/.test(word)) {
      const pattern = word.replace(/[- ]/g, "[- ]?").replace(/'/g, "[’']");
      phrases.push([new RegExp(`\\b${pattern}s?\\b`, "g"), ` ${name!} `]);
    } else conceptByStem.set(stemWord(word), concept);
  }
}

function conceptOfStem(s: string): string {
  return conceptByStem.get(s) ?? s;
}

/** The usual word for a concept that has several. */
export const nameConcept = (concept: string): string | undefined => nameByConcept.get(concept);

/** Concepts of which a customer usually owns one: a follow-up that names another replaces it. */
export const DEVICES = new Set(OWNED.map((word) => conceptOfStem(stemWord(word))));

const relatedByConcept = new Map(
  Object.entries(RELATED).map(([word, related]) => [
    conceptOfStem(stemWord(word)),
    related.map((r) => conceptOfStem(stemWord(r))),
  ]),
);

/** More general concepts of a concept; `[]` for most. */
export function listRelated(concept: string): string[] {
  return relatedByConcept.get(concept) ?? [];
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const DAY = "(mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?s?";
const DAY_RANGE = new RegExp(
  `\\b${DAY}\\b\\.?(?:\\s*(?:-|–|—|to|through|thru|until)\\s*${DAY}\\b)?`,
  "g",
);

/** The weekdays a text speaks of, ranges ("Mon–Fri", "weekdays", "every day") spelled out. */
export function findDays(text: string): string[] {
  const lower = text.toLowerCase();
  const found = new Set<string>();
  const index = (abbreviation: string) =>
    DAYS.findIndex((d) => d.startsWith(abbreviation.slice(0, 3)));
  for (const m of lower.matchAll(DAY_RANGE)) {
    const from = index(m[1]!);
    const to = m[2] ? index(m[2]) : from;
    for (let i = from; ; i = (i + 1) % 7) {
      found.add(DAYS[i]!);
      if (i === to) break;
    }
  }
  if (/\bweekdays?\b/.test(lower)) DAYS.slice(0, 5).forEach((d) => found.add(d));
  if (/\bweekends?\b/.test(lower)) DAYS.slice(5).forEach((d) => found.add(d));
  if (/\b(every day|daily|seven days|7 days a week)\b/.test(lower))
    DAYS.forEach((d) => found.add(d));
  return [...found];
}

export interface Term {
  /** Stemmed and mapped to its concept: what is compared. */
  concept: string;
  /** As written, lower case: what is shown, for example in a search query. */
  surface: string;
}

/** The words of a text in order, without stop words. */
export function readTerms(text: string): Term[] {
  let lower = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/’/g, "'");
  for (const [pattern, name] of PHRASES) lower = lower.replace(pattern, name);
  for (const [pattern, name] of phrases) lower = lower.replace(pattern, name);
  const out: Term[] = [];
  for (const m of lower.matchAll(/[a-z0-9]+(?:['.-][a-z0-9]+)*/g)) {
    const surface = m[0];
    if (STOP.has(surface)) continue;
    const parts = surface.includes("-")
      ? surface.split("-").filter((p) => !STOP.has(p))
      : [surface];
    for (const part of parts) {
      if (part.length < 2) continue;
      out.push({ concept: conceptOfStem(stemWord(part)), surface: part });
    }
  }
  return out;
}

/** The concepts of a text, for overlap. */
export function findConcepts(text: string): Set<string> {
  return new Set(readTerms(text).map((t) => t.concept));
}

const common = findConcepts(COMMON);

/** Whether a concept is one that nearly every question and passage of the trade has. */
export const isCommon = (concept: string): boolean => common.has(concept);

/** A small stable hash (FNV-1a, 32 bit), for choices that must not change between runs. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let h = seed >>> 0;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193) >>> 0;
  }
  // FNV's low bits are weak on short keys; one avalanche round evens them out.
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d) >>> 0;
  return (h ^ (h >>> 13)) >>> 0;
}

/** OpenAI's rule of thumb: about four characters of English to a token. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
