/**
 * What one person wrote to another, made fit for everybody: without their names, numbers and addresses, and without
 * secrets. Names are those that rows know; numbers and addresses are told by their form (`facts.ts`), those of orders
 * and devices by the words before them. It is shown to whoever keeps it: a word too many that goes is put back by hand.
 * Pure, and linear.
 */
import { findFacts } from "./facts";
import { redactSecrets } from "./redact";

export type Anonymized = { text: string; removed: { what: string; count: number }[] };
type Known = {
  /** Of both people. */
  names: string[];
  /** What the shop itself tells everybody, as `factKeys` gives it: stays. */
  shop: ReadonlySet<string>;
};

export function anonymizeText(raw: string, { names, shop }: Known): Anonymized {
  let text = redactSecrets(stripCourtesies(raw));
  // Addresses first: a name may be a part of one.
  text = text
    .split("\n")
    .map((line) => removeNumbers(line, shop))
    .join("\n");
  text = removeNames(text, names).trim();
  return { text, removed: countRemoved(text) };
}

/** What a text says of phones and addresses, to compare with. */
export function factKeys(text: string): Set<string> {
  const found = text.split("\n").flatMap((line) => findFacts(line));
  return new Set(found.flatMap(({ kind, values }) => values.map((value) => `${kind}:${value}`)));
}

/** "Hi Ann," in front and "Best, Dana" behind: nothing of the answer. */
const GREETING =
  /^\s*(?:hi|hello|hey|dear|hola|hallo|good (?:morning|afternoon|evening))\b(?:[ ,]+(?:there\b|again\b|\p{Lu}[\p{L}'’.-]{0,30})){0,3}\s*[,!.:–-]\s*/iu;
const CLOSING =
  /\n[ \t]*(?:best|(?:best|kind|warm) regards|regards|cheers|many thanks|thanks|thank you|sincerely|yours|take care|saludos|(?:viele |beste )?grüße)[,!.]?[ \t]{0,5}(?:\n{1,5}[^\n]{0,60})?\s{0,20}$/iu;

/** "This is Ann Miller." */
const INTRODUCTION =
  /^(?:this is|my name(?: is|['’]s)|i am|i['’]m|it['’]s)(?: \p{Lu}[\p{L}'’-]{0,30}){1,3}[.,!]\s+/iu;

function stripCourtesies(text: string): string {
  const hello = GREETING.exec(text)?.[0] ?? "";
  const greeting = hello + (INTRODUCTION.exec(text.slice(hello.length))?.[0] ?? "");
  const bare = text.slice(greeting.length).replace(CLOSING, "").trim();
  if (bare === "") return text;
  return greeting === "" ? bare : bare[0]!.toUpperCase() + bare.slice(1);
}

const REMOVED = {
  phone: "[phone number removed]",
  email: "[e-mail address removed]",
  address: "[address removed]",
} as const;

function removeNumbers(line: string, shop: ReadonlySet<string>): string {
  let safe = "";
  let at = 0;
  const between = (end: number) =>
    NUMBERS.reduce((text, [number, instead]) => text.replace(number, instead), line.slice(at, end));
  for (const { kind, values, start, end } of findFacts(line)) {
    if (kind !== "phone" && kind !== "email" && kind !== "address") continue;
    const isShops = values.some((value) => shop.has(`${kind}:${value}`));
    safe += between(start) + (isShops ? line.slice(start, end) : REMOVED[kind]);
    at = end;
  }
  return safe + between(line.length);
}

const OF =
  "order|ticket|invoice|receipt|case|claim|account|customer|repair|job|work order|rma|tracking|reference|ref|serial|imei|meid|service tag|asset tag|booking|reservation|confirmation|policy|member(?:ship)?|licen[cs]e|plate|case id|auftrag|rechnung|pedido|factura";
const NUMBERS: [RegExp, string][] = [
  // "order no. A-20412", "serial: 5CD1234XYZ", "IMEI 35…": a token with four digits in it.
  [
    new RegExp(
      `\\b((?:${OF})(?:'s)?(?: (?:number|no|nr|id|code)\\b\\.?)?(?: (?:is|was))?)[ :#=]{1,4}(?=[A-Z0-9-]{0,20}\\d[A-Z0-9-]{0,6}\\d[A-Z0-9-]{0,6}\\d[A-Z0-9-]{0,6}\\d)[A-Z0-9][A-Z0-9-]{3,30}`,
      "gi",
    ),
    "$1 [number removed]",
  ],
  [/(?<![\w&])#\d{3,20}\b/g, "[number removed]"],
  // A device's own: an Apple serial, a VIN. Error codes and updates are shorter, or have a small "x".
  [
    /\b(?=[A-Z0-9]{0,19}\d[A-Z0-9]{0,19}\d)(?=[A-Z0-9]{0,19}[A-Z])(?=\d{0,19}[A-Z][A-Z0-9]{0,19}[A-Z])[A-Z0-9]{10,20}\b/g,
    "[number removed]",
  ],
  // Whatever else has seven digits and more; dates and amounts of money have other forms.
  [
    /(?<![\w.,$€£/:#-])(?!\d{4}-\d\d-\d\d(?!\d))\d(?:[ -]?\d){6,30}(?![\w]|[.,]\d)/g,
    "[number removed]",
  ],
];

/** Names that are words as well: they are names in capitals, and not at the beginning of a sentence. */
const WORDS =
  /^(?:art|august|bill|bob|brown|chance|chase|chip|cook|dale|dawn|drew|faith|field|frank|grace|grant|gray|green|grey|guy|hope|iris|ivy|jack|jade|jay|jean|joy|june|lane|long|mark|may|miles|nick|pat|penny|price|rich|rob|rose|ruby|short|skip|small|stone|sue|summer|wade|ward|white|will|wood|young|an|do|so|to|in|on|we)$/;

function removeNames(text: string, names: string[]): string {
  const words = names.flatMap((name) => [name, ...name.split(/[\s,.]+/)]).map((one) => one.trim());
  // Longest first: a whole name goes as one.
  const known = [...new Set(words)]
    .filter((word) => /^\p{L}[\p{L}\p{M}'’. -]+$/u.test(word) && word.length <= 100)
    .sort((a, b) => b.length - a.length);
  let safe = text;
  for (const name of known) {
    const isWord = WORDS.test(name.toLowerCase());
    const before = isWord ? "(?<=[\\p{L}\\p{N},]['’]?[ \\t])" : "(?<![\\p{L}\\p{N}])";
    const pattern = new RegExp(
      `${before}${escape(name)}(?=['’]?s?(?![\\p{L}\\p{N}]))`,
      isWord ? "gu" : "giu",
    );
    safe = safe.replace(pattern, "[name removed]");
  }
  return safe.replace(/\[name removed\](?:[ ,.]{1,2}\[name removed\])+/g, "[name removed]");
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function countRemoved(text: string): Anonymized["removed"] {
  const counts = new Map<string, number>();
  for (const [, what] of text.matchAll(/\[([^\][\n]{1,40}?) removed\]/g)) {
    counts.set(what!, (counts.get(what!) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => ({ what, count }));
}
