/**
 * Reads a question before it is searched for: Convex's text search knows no typing errors, no endings and no other
 * word for a thing, and takes 16 terms. Pure; the words are in `words.ts`.
 */
import type { Concept } from "./rank";
import { countSlips, stemWord, wordsOf } from "./stems";
import { ASPECTS, DEVICES, GENERAL, OTHERS, TOPICS } from "./words";

/** One thing that a question speaks of, as `rank.ts` takes it, and the words to search for. */
type Found = Concept & { terms: string[] };

export type Reading = {
  concepts: Concept[];
  terms: string[];
  /** It needs the question before to be understood: it names nothing, or points back. */
  leans: boolean;
};

type Entry = { kind: Concept["kind"]; named: string[]; terms: string[]; line: number };

/** Convex's text search takes so many; the last is a prefix. */
const MAX_TERMS = 16;
/** Of a question: the rest of a letter says nothing that these don't. */
const MAX_WORDS = 200;
const LONGEST_PHRASE = 4;

type Table = {
  entries: Map<string, Entry>;
  general: Set<string>;
  /** The words of `OTHERS`, without endings. */
  foreign: Set<string>;
  /** What a misspelt word may have been meant as, by length. */
  spellings: Map<number, string[]>;
};

let table: Table | undefined;

/** Made when the first question is read, not with every call that imports this. */
function readTable(): Table {
  if (table !== undefined) return table;
  const entries = new Map<string, Entry>();
  const known = new Set<string>();
  const general = new Set(wordsOf(GENERAL).map(stemWord));
  const foreign = new Set(wordsOf(OTHERS).map(stemWord));
  let line = 0;
  for (const [kind, text] of [
    ["topic", TOPICS],
    ["device", DEVICES],
    ["other", OTHERS],
    ["aspect", ASPECTS],
  ] as const) {
    for (const row of text.trim().split("\n")) {
      const [written = "", names = ""] = row.split(" = ");
      const terms = wordsOf(names);
      const entry: Entry = { kind, terms, named: terms.map(stemWord), line: line++ };
      for (const phrase of [...written.split(","), ...(terms.length === 1 ? [names] : [])]) {
        const words = wordsOf(phrase);
        // Nobody who slips means another trade.
        if (kind !== "other") for (const word of words) known.add(word);
        const key = words.map(stemWord).join(" ");
        if (!entries.has(key)) entries.set(key, entry);
      }
      for (const word of terms) known.add(word);
    }
  }
  for (const word of wordsOf(GENERAL)) known.add(word);
  const spellings = new Map<number, string[]>();
  for (const word of known) {
    if (word.length < 4) continue;
    spellings.set(word.length, [...(spellings.get(word.length) ?? []), word]);
  }
  table = { entries, general, foreign, spellings };
  return table;
}

/** What a question speaks of, and the terms to search for. */
export function readQuestion(question: string): Reading {
  const words = wordsOf(question)
    .slice(0, MAX_WORDS)
    .flatMap(splitModel)
    .map((word) => correctSpelling(word));
  const concepts: Found[] = [];
  const seen = new Set<number | string>();
  for (let i = 0; i < words.length;) {
    const { concept, length, id } = conceptAt(words, i);
    i += length;
    if (concept === null || seen.has(id)) continue;
    seen.add(id);
    concepts.push(concept);
  }
  if (isPurchase(words, concepts)) concepts.push(PURCHASE);
  const whole = wholeOf(concepts, words);
  const wanted = question.length <= MAX_REQUEST && REQUEST.test(question);
  return {
    concepts: concepts.map(({ kind, written, named }) => ({
      kind: kind === "plain" && (wanted || written[0] === whole) ? "wanted" : kind,
      written,
      named,
    })),
    terms: termsOf(concepts),
    leans: leansOnBefore(question, concepts),
  };
}

/** "Do you …": what it names is what the shop would have to do. A longer text tells more than it asks. */
const REQUEST =
  /^\W*(?:(?:hi|hello|hey|hola|hallo)\b\W*)?(?:(?:do|can|could|will|would) (?:you|u|ya|yall|y'all)|is it possible to|(?:hacen|venden|reparan|arreglan|alquilan|pueden)|(?:macht|verkauft|repariert|könnt|vermietet) ihr)\b/i;
const MAX_REQUEST = 60;

const PURCHASE: Found = { kind: "other", written: ["purchase"], named: ["purchase"], terms: [] };

/** "How much is a new iPhone 15": a device's own price, where nothing is named that is done to it. */
function isPurchase(words: string[], concepts: Found[]): boolean {
  const device = concepts.find(({ kind }) => kind === "device");
  if (device === undefined || concepts.some(({ kind }) => kind === "topic")) return false;
  const at = words.findIndex((word) => stemWord(word) === device.written[0]);
  return words[at - 1] === "new" && concepts.some(({ named }) => named.includes("pric"));
}

const PARTS = new Set(["screen", "battery", "keyboard", "touchpad", "port", "charger"]);
const MACHINE = stemWord("machine");
/** "Crappy", "busted", "original": they tell which, not what. */
const QUALITY = /(?:y|ed|ing|en|er|ful|less|ous|al|ic|ive|ble)$/;

/** "In my", "for a", between a part and what it is of. */
const OF = /^(?:in|of|on|for|from)$/;
const ITS = /^(?:my|a|an|the|our|his|her|this)$/;

/**
 * "Hoverboard battery", "the battery in my hoverboard", "espresso machine": what no table has beside a part, where no
 * device is named, is what the part is one of.
 */
function wholeOf(concepts: Found[], words: string[]): string | undefined {
  const isMachine = ({ written }: Found) => written[0] === MACHINE;
  if (concepts.some((one) => one.kind === "device" && !isMachine(one))) return undefined;
  const isPart = (one: Found) =>
    isMachine(one) || (one.kind === "topic" && one.terms.some((term) => PARTS.has(term)));
  const parts: (string | undefined)[] = concepts.filter(isPart).map(({ written }) => written[0]);
  const stems = words.map(stemWord);
  return concepts.find(({ kind, written, terms }) => {
    if (kind !== "plain" || QUALITY.test(terms[0]!) || /\d/.test(terms[0]!)) return false;
    const at = stems.indexOf(written[0]!);
    if (parts.includes(stems[at + 1])) return true;
    return (
      ITS.test(words[at - 1] ?? "") && OF.test(words[at - 2] ?? "") && parts.includes(stems[at - 3])
    );
  })?.written[0];
}

function conceptAt(words: string[], from: number) {
  const { entries, general } = readTable();
  const stems = words.slice(from, from + LONGEST_PHRASE).map(stemWord);
  for (let length = stems.length; length > 0; length--) {
    const key = stems.slice(0, length).join(" ");
    const entry = entries.get(key) ?? (length === 1 ? modelOf(words[from]!) : undefined);
    if (entry === undefined) continue;
    const written = stems.slice(0, length);
    const terms = [...new Set([...entry.terms, ...words.slice(from, from + length)])];
    const { kind, named } = entry;
    // What isn't the shop's has no other word there.
    if (kind === "other") {
      const id = written.join(" ");
      return { length, id, concept: { kind, named: written, written, terms } };
    }
    return { length, id: entry.line, concept: { kind, named, written, terms } };
  }
  const word = words[from]!;
  const stem = stems[0]!;
  if (word.length < 2 || general.has(stem)) return { length: 1, id: stem, concept: null };
  const concept: Found = { kind: "plain", written: [stem], named: [stem], terms: [word] };
  return { length: 1, id: stem, concept };
}

/** "iphone14" and "16gb" are two words. */
function splitModel(word: string): string[] {
  const parts = /^(\p{L}{4,})(\d+\p{L}*)$/u.exec(word) ?? /^(\d+)(gb|tb|hz|inch|in)$/.exec(word);
  return parts === null ? [word] : [parts[1]!, parts[2]!];
}

/** Makers' short names for what the shop calls by its kind. */
const MODELS: [RegExp, string][] = [
  [/^(?:s|a)[1-5]\d(?:e|s)?$|^note\d+$/, "galaxy"],
  [/^[tlexp]\d{2,3}[sp]?$|^x1$/, "thinkpad"],
  [/^m[1-5]$/, "mac"],
];

function modelOf(word: string): Entry | undefined {
  const model = MODELS.find(([pattern]) => pattern.test(word));
  return model && readTable().entries.get(stemWord(model[1]));
}

/** The word that was meant: one slip in five letters, two in eight. Words of the table are right as they are. */
function correctSpelling(word: string): string {
  if (word.length < 5 || /\d/.test(word)) return word;
  const { entries, general, foreign, spellings } = readTable();
  const stem = stemWord(word);
  // "Vacuum cleaners" are no slip of "cleaned".
  if (entries.has(stem) || general.has(stem) || foreign.has(stem)) return word;
  const most = word.length < 8 ? 1 : 2;
  let best = { word, slips: most + 1 };
  for (let length = word.length - most; length <= word.length + most; length++) {
    for (const other of spellings.get(length) ?? []) {
      if (other === word) return word;
      // Who slips does so later in the word, as a rule; and short words are near one another.
      if (other[0] !== word[0]) continue;
      const slips = countSlips(word, other, best.slips - 1);
      if (slips < best.slips) best = { word: other, slips };
    }
  }
  return best.word;
}

const ORDER: Record<Concept["kind"], number> = {
  topic: 0,
  other: 1,
  wanted: 1,
  plain: 1,
  device: 2,
  aspect: 3,
};

/** Last behind short terms: as a prefix "bus" would find all that is about business. */
const NO_WORD = "qqqqq";

/** The telling ones first, and one that may have endings last, where a prefix is enough. */
function termsOf(concepts: Found[]): string[] {
  const ordered = [...concepts].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
  const terms = [...new Set(ordered.flatMap(({ terms }) => terms))]
    .filter((term) => !readTable().general.has(term))
    .slice(0, MAX_TERMS - 1);
  const last = terms.findLast((term) => term.length > 4 && !/\d/.test(term));
  if (last === undefined) return terms.length === 0 ? [] : [...terms, NO_WORD];
  return [...terms.filter((term) => term !== last), stemWord(last)];
}

function leansOnBefore(question: string, concepts: Concept[]): boolean {
  if (/^\s*(?:(?:ok|okay|so|and|but|y|und)\s+)*(?:and|what about|how about)\b/i.test(question)) {
    return true;
  }
  const points = /\b(?:it|that|this|one|ones|those|them)\b/i.test(question);
  const named = concepts.filter(({ kind }) => kind !== "device" && kind !== "aspect");
  return named.length === 0 || (points && named.length === 1 && concepts.length <= 2);
}

/** "ok trying that now" and "thanks, that did it": turns that ask nothing, so that nothing is missing. */
const ASKS_NOTHING =
  /^(?:(?:ok|okay|k|alright|all right|great|perfect|awesome|cool|nice|super|thanks?|thank you|thx|ty|cheers|got it|i see|understood|sounds good|good|sure|yes|yeah|yep|no|nope|hi|hello|hey|bye|goodbye|done|gracias|danke|vale)\b[\s,.!:)]*)+(?:(?:i(?:'m| am|'ll| will)?|im|ill|let me|will|gonna|going to)?\s*(?:just\s+)?(?:try(?:ing)?|do(?:ing)?|check(?:ing)?|give|wait(?:ing)?|be|look(?:ing)?)\b[^?]{0,60}|(?:so|very) much[^?]{0,40}|(?:that|it|this)(?:'s| is| did| has| was| worked| works| helped| helps)?\b[^?]{0,40}|for (?:the|your)\b[^?]{0,40})?$/i;

/** A question has at least so many telling words. */
const MIN_TELLING = 2;

/** Whether a turn asks anything that an answer could be missing for. */
export function asksSomething(text: string): boolean {
  const lines = text.split("\n").filter((line) => !ASKS_NOTHING.test(line.trim()));
  const { concepts } = readQuestion(lines.join("\n"));
  // "Do you fix microwaves" has one, and asks.
  if (concepts.some(({ kind }) => kind === "other")) return true;
  return concepts.flatMap(({ written }) => written).length >= MIN_TELLING;
}
