/**
 * A customer's message as rules read it: lower case, without accents and punctuation, in clauses of words. All
 * patterns over it are linear: bounded gaps, no nested repetition, and the text is cut before anything looks at it.
 */

/** The start of a message and its end: what matters is said in one of them. */
const HEAD = 1_500;
const TAIL = 500;

/** Ends of clauses, and conjunctions that turn a sentence around. */
const BREAK = /[.!?;:,\n()"“”…]| -+ | [–—] | (?:but|because|aber|weil|pero|porque) /;

/** Spellings that people mean alike, contractions first. */
const SPELLINGS: [RegExp, string][] = [
  [/[’‘`´]/g, "'"],
  [/\b(?:cannot|can'?t)\b/g, "can not"],
  [/\bwon'?t\b/g, "will not"],
  [/\b(do|does|did|is|was|were|are|has|have|had|would|could|should)n'?t\b/g, "$1 not"],
  [/\bwanna\b/g, "want to"],
  [/\bgotta\b/g, "have to"],
  [/\bgimme\b/g, "give me"],
  [/\b(?:plz|pls|pleas|plese)\b/g, "please"],
  [/\b(?:humen|hunan|humna|hooman)\b/g, "human"],
  [/\b(?:persn|preson|perosn|peron)\b/g, "person"],
  [
    /\b(?:technican|technicain|tecnician|techician|technicion|techinician|technitian)\b/g,
    "technician",
  ],
  [/\b(?:speek|spaek|tlak|takl|speak)\b/g, "talk"],
  [/\b(?:agnet|aget)\b/g, "agent"],
  [/\b(?:refound|refun|re-fund|refudn)\b/g, "refund"],
  [/\b(?:batery|battry|batterie|baterry|akku|bateria)\b/g, "battery"],
  [/\b(?:swolen|swollan|swoolen)\b/g, "swollen"],
  [/\b(?:ransomeware|ransom-ware|ransom ware|randsomware)\b/g, "ransomware"],
];

/** Words with single spaces between them. `asked`: their sentence ended in a question mark. */
export type Clause = { words: string; asked: boolean };

/** The clauses of a message, in order. */
export function clausesOf(raw: string): Clause[] {
  const cut = raw.length <= HEAD + TAIL ? raw : `${raw.slice(0, HEAD)}\n${raw.slice(-TAIL)}`;
  let text = cut
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\S\n]+/g, " ");
  for (const [pattern, spelling] of SPELLINGS) text = text.replace(pattern, spelling);
  return text.split(/(?<=[.!?\n])/).flatMap((sentence) =>
    sentence
      .split(BREAK)
      .map((part) => ({
        words: part
          .replace(/'/g, "")
          .replace(/[^\p{L}\p{N}]+/gu, " ")
          .trim(),
        asked: sentence.trimEnd().endsWith("?"),
      }))
      .filter(({ words }) => words !== ""),
  );
}

const DENIAL = /\b(?:not|no|never|without|instead of|rather than|nicht|kein|keine|keinen|sin)\b/;
/** Denials that deny nothing: "not sure if…", "why can't I…", "no, I…". */
const NO_DENIAL =
  /\b(?:not (?:sure|certain|only)|(?:do|does) not know|why (?:can|do|does) (?:i |you )?not|why is there no|no (?=i |just |please |get |give |let |thats |it ))/g;

/** True if what follows `before` in its clause is said not to be so, or not to be wanted. */
export function isDenied(before: string): boolean {
  const said = before.replace(NO_DENIAL, " ").split(/ (?:and|und|y|so) /);
  return DENIAL.test(said.at(-1) ?? "");
}
