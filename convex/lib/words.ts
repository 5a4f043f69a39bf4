/**
 * A customer's message as rules read it: lower case, without accents and punctuation, in clauses of words. All
 * patterns over it are linear: bounded gaps, no nested repetition, and the text is cut before anything looks at it.
 * What changes no meaning changes nothing here: case, apostrophes of any kind, composed letters or not, a greeting
 * in front, punctuation at the end.
 */
import { correctSpelling } from "./spelling";

/** The start of a message and its end: what matters is said in one of them. */
const HEAD = 1_500;
const TAIL = 500;

/** Ends of clauses, and conjunctions that turn a sentence around. */
const BREAK = /[.!?;:,\n()"“”„…¿¡]| -+ | [–—] | (?:but|because|cuz|aber|weil|pero|porque) /;

/** Whatever people type for one: the accent key, the modifier letter, the prime. Some decompose to a blank. */
const APOSTROPHES = /[’‘‛`´ʼʹ′＇]/g;

/** Text with one kind of apostrophe, in its composed form. */
export const unifyApostrophes = (text: string): string =>
  text.replace(APOSTROPHES, "'").normalize("NFC");

/** Spellings that people mean alike, contractions first. */
const SPELLINGS: [RegExp, string][] = [
  [/\b(?:cannot|can'?t|canot|cnat)\b/g, "can not"],
  [/\bwon'?t\b/g, "will not"],
  [/\b(?:dosen'?t|dosn'?t|doesen'?t|doens'?t|dose not)\b/g, "does not"],
  [/\b(?:din'?t|did'?nt|ddint)\b/g, "did not"],
  [/\b(do|does|did|is|was|were|are|has|have|had|would|could|should)n'?t\b/g, "$1 not"],
  [/\b(?:ain'?t)\b/g, "is not"],
  [/\bwanna\b/g, "want to"],
  [/\b(?:gotta|hafta)\b/g, "have to"],
  [/\bgonna\b/g, "going to"],
  [/\bgimme\b/g, "give me"],
  [/\blemme\b/g, "let me"],
  [/\bu\b/g, "you"],
  [/\bur\b/g, "your"],
  [/\b(?:w|wit)\/?(?= )/g, "with"],
  [/\b(?:thru|throu|trough)\b/g, "through"],
  [/\b(?:plz|pls|pleas|plese|plis)\b/g, "please"],
  [/\b(?:humen|hunan|humna|humam|hooman|humann|huamn|humman)\b/g, "human"],
  [/\b(?:peron|preson|perosn|pers0n|persn|persson)\b/g, "person"],
  [
    /\b(?:te?ch?nit?[ck]i?[ao]n|techin?ician|techi[ao]n|technicion|technitian|tecnician)\b/g,
    "technician",
  ],
  [
    /\b(?:rep[er]{1,2}[sz][ae]n(?:[ae]?t[ai]?t?|te?r)i?ve|reprasentative|representitive|representive)\b/g,
    "representative",
  ],
  [/\b(?:speek|spaek|speack|spek|tlak|takl|tallk|speak)\b/g, "talk"],
  [/\b(?:somone|sumone|some1|sum1|sum one|someon|somoene)\b/g, "someone"],
  [/\b(?:sombody|somebdy|sb)\b/g, "somebody"],
  [/\b(?:agnet|aget|agant)\b/g, "agent"],
  [/\b(?:smok|smoek|smkoe|smoks)\b/g, "smoke"],
  [/\b(?:buldging|buldgeing|bulgin|buldge?d)\b/g, "bulging"],
  [/\b(?:smokeing|smokin)\b/g, "smoking"],
  [/\b(?:refound|refun|re-fund|refudn|reefund|refnd)\b/g, "refund"],
  [/\b(?:batery|battry|batterie|baterry|baterie|akkus?|baterias?)\b/g, "battery"],
  [/\b(?:swolen|swollan|swoolen|swolled|swoll|swole|swollened)\b/g, "swollen"],
  [/\b(?:lap top|labtop|laptob)\b/g, "laptop"],
  [/\b(?:computr|compter|conputer|puter)\b/g, "computer"],
  [/\b(?:cell ?phones?|fone|cellphone)\b/g, "phone"],
  [/\btrack pad\b/g, "trackpad"],
  [/\btouch pad\b/g, "touchpad"],
  [/\b(?:ransome-?ware|ransom-ware|ransom ware|randsom(?:e)?ware)\b/g, "ransomware"],
  [/\b(?:skam|scamm|scamd)(?=m?(?:ed|ers?)?\b)/g, "scam"],
  [/\b(?:scamers?|skamm?ers?)\b/g, "scammer"],
  [/\b(?:skamm?ed|scamed)\b/g, "scammed"],
  [/\b(?:fotos|phots|pics|pix|picutres)\b/g, "photos"],
  [/\b(?:hardrives?|harddrives?|hard-drives?)\b/g, "hard drive"],
  [/\b(?:acidentally|accidently|acidently|accidentaly|by accident)\b/g, "accidentally"],
  [/\b(?:evrything|everthing|everythng)\b/g, "everything"],
  [/\$(?=[\s.!?,]|$)/g, "money"],
  [/\b(?:mony|moeny|monney)\b/g, "money"],
  [/\b(?:wrok|wrk|wokr)(?=(?:ing|ed|s)?\b)/g, "work"],
  [/\b(?:sucess|succes|sucsess)\b/g, "success"],
  [/\b(?:stil|sitll)\b/g, "still"],
];

/** Words with single spaces between them. */
export type Clause = { words: string };

/** A greeting says nothing: "hi, stop" is "stop". */
const GREETING =
  /^(?:(?:hi|hello|hey|heya|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|hallo|moin|servus|guten (?:tag|morgen|abend)|hola|buenas|buenos dias|buenas (?:tardes|noches)|dear)(?: (?:there(?! (?:is|are|was|were)\b)|guys|team|everyone|folks|again|sir|zusammen|computer guys))?(?: |$))+/;

/** The clauses of a message, in order. */
export function clausesOf(raw: string): Clause[] {
  const cut = raw.length <= HEAD + TAIL ? raw : `${raw.slice(0, HEAD)}\n${raw.slice(-TAIL)}`;
  let text = unifyApostrophes(cut)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\S\n]+/g, " ");
  // The dot of a file's ending ends no clause.
  text = text.replace(/(^|\s)\.(?=[a-z])/g, "$1");
  for (const [pattern, spelling] of SPELLINGS) text = text.replace(pattern, spelling);
  const clauses = text.split(BREAK).map((part) => readWords(part));
  const first = clauses.findIndex((words) => words.replace(GREETING, "") !== "");
  if (first < 0) return [];
  clauses[first] = clauses[first]!.replace(GREETING, "");
  return clauses
    .slice(first)
    .filter((words) => words !== "")
    .map((words) => ({ words }));
}

const readWords = (part: string): string =>
  part
    .replace(/'/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .replace(/[a-z]{5,}/g, correctSpelling);

const DENIAL = /\b(?:not|no|never|without|instead of|rather than|nicht|kein|keine|keinen|sin)\b/;
/** Denials that deny nothing: "not sure if…", "why can't I…", "no, I…". */
const NO_DENIAL =
  /\b(?:not (?:sure|certain|only)|(?:do|does) not know|why (?:can|do|does) (?:i |you )?not|why is there no|no (?=i |just |please |get |give |let |thats |it ))/g;

/** What begins a wish anew, after whatever was said not to be wanted. */
const ANEW =
  /^.* (?=(?:i (?:just )?(?:want|need|said|asked)|get me|give me|let me|connect me|put me)\b)/;

/** True if what follows `before` in its clause is said not to be so, or not to be wanted. */
export function isDenied(before: string): boolean {
  const said = before
    .replace(ANEW, "")
    .replace(NO_DENIAL, " ")
    .split(/ (?:and|und|y|so) /);
  return DENIAL.test(said.at(-1) ?? "");
}
