/**
 * Whose device a text names: makers, and models by their numbers. A price is no other maker's and no other model's:
 * "A Nokia screen costs $179" doesn't rest on a row for iPhones, nor "iPhone 17" on one that ends with 15. Pure.
 */

/** Each maker: what its devices are called, and which kinds it makes (`DEVICES` of grounds.ts); none: any kind. */
const TABLE = `
apple =
samsung =
google =
microsoft =
sony, vaio, bravia =
lg =
nokia = phone
motorola, moto = phone
oneplus = phone
xiaomi, redmi, poco = phone
huawei = phone tablet laptop
oppo = phone
realme = phone
htc = phone
blackberry = phone
fairphone = phone
zte = phone
alcatel = phone
lenovo, thinkpad, ideapad = laptop tablet desktop
dell, xps, inspiron, alienware = laptop desktop
hp, elitebook, probook = laptop desktop printer
asus, zenbook, vivobook = laptop phone desktop
acer = laptop desktop
msi = laptop desktop
razer = laptop
toshiba, dynabook = laptop drive
fujitsu, medion, gigabyte = laptop desktop
kindle, kobo, remarkable tablet = tablet
canon, epson, xerox, kyocera = printer
steam deck, valve = console
sega, atari = console
garmin, fitbit = watch
gopro, nikon, dji, tesla, bose, sonos, jbl, roku, vizio, hisense, peloton, dyson = other
`;

type Make = { name: string; pattern: RegExp; kinds: string[] };
const MAKES = TABLE.trim()
  .split("\n")
  .map((line): Make => {
    const [words = "", kinds = ""] = line.split("=").map((part) => part.trim());
    const names = words.split(", ");
    const pattern = new RegExp(`\\b(?:${names.join("|")})s?\\b(?! (?:pay|account|photos)\\b)`);
    return { name: names[0]!, pattern, kinds: kinds.split(" ").filter(Boolean) };
  });
const KINDS = new Map(MAKES.map(({ name, kinds }) => [name, kinds]));

/** Devices that one maker makes. */
const MAKER_OF: Record<string, string> = {
  iphone: "apple",
  ipad: "apple",
  macbook: "apple",
  imac: "apple",
  airpods: "apple",
  galaxy: "samsung",
  galaxytab: "samsung",
  pixel: "google",
  surface: "microsoft",
  xbox: "microsoft",
  playstation: "sony",
  nintendo: "nintendo",
};

/** In lower case. */
export const findMakes = (plain: string, devices: Set<string>): Set<string> =>
  new Set([
    ...MAKES.filter(({ pattern }) => pattern.test(plain)).map(({ name }) => name),
    ...[...devices].flatMap((device) => MAKER_OF[device] ?? []),
  ]);

/** Numbers with these are sizes. */
const SIZES = /\b\d+(?:[.,]\d+)?[\s-]?(?:inch(?:es)?|in\b|"|gb|tb|hz|mah|zoll|mm|cm)/g;
const MODEL = "[a-z]?\\d{1,3}[a-z]?|se|x[rs]?|z|fold|flip|note";
const ORDINAL = /\b(\d{1,2})(?:st|nd|rd|th)\b/g;
const RANGE = /\b([a-z]?)(\d{1,2})\s*(?:-|–|—|to|through|bis)\s*\1(\d{1,2})\b/g;
/** "S21 to S24" is four models. */
const MAX_RANGE = 20;

/** A list of models behind the device whose they are: "iphone 12, 13 mini or 14 pro". */
const NUMBERED = "iphones?|galaxy(?: tab)?|pixels?|ipads?";
const BETWEEN =
  "[\\s,/()+&-]+|\\b(?:or|and|to|through|oder|und|bis|o|y|mini|plus|pro|max|ultra|air|gen|generation|models?)\\b";
const LIST = new RegExp(
  `\\b(?:${NUMBERED})((?:${BETWEEN}){1,6}(?:(?:${MODEL})\\b(?:${BETWEEN}){0,6}){1,8})`,
  "g",
);
const ONE = new RegExp(`\\b(?:${MODEL})\\b`, "g");

const readable = (plain: string) => plain.replace(SIZES, " ").replace(ORDINAL, "$1");

/** The models that a sentence names behind their device. */
export function findModels(plain: string): Set<string> {
  const text = readable(plain);
  return new Set([...text.matchAll(LIST)].flatMap(([, list]) => list!.match(ONE) ?? []));
}

/** The models that a row is for; `any`: no others are left out but by number. */
export type Listed = { models: Set<string>; series: Set<string>; any: boolean };

export function listModels(plain: string): Listed {
  const text = readable(plain)
    .replace(/\b(?:mini|plus|pro|max|ultra)\b/g, "")
    .replace(/\b(?:up to|until|bis) (?:models? )?(\d{1,2})\b/g, "1 to $1")
    .replace(/\b(\d{1,2}) (?:or|and) (?:older|earlier)\b/g, "1 to $1")
    .replace(
      /\b(\d{1,2}) (?:or|and) (?:newer|later|up)\b/g,
      (_, from) => `${from} to ${Number(from) + MAX_RANGE}`,
    );
  const models = new Set<string>(text.match(ONE) ?? []);
  for (const [, prefix, from, to] of text.matchAll(RANGE)) {
    const [first, last] = [Number(from), Number(to)];
    if (last - first > MAX_RANGE) continue;
    for (let model = first; model <= last; model++) models.add(`${prefix}${model}`);
  }
  const series = new Set(
    [...text.matchAll(/\b([a-z])[\s-]series\b/g)].map(([, letter]) => letter!),
  );
  return { models, series, any: /\b(?:any|all|every)\b/.test(text) };
}

function isListed(model: string, { models, series, any }: Listed): boolean {
  if (models.size + series.size === 0 || models.has(model)) return true;
  if (any && !/^\d+$/.test(model)) return true;
  return series.has(model[0]!) && /^[a-z]\d/.test(model);
}

/** Capitalized, and no maker's: "the Zorbo screen", "a screen for a Zorbo", "Zorbo 5: …". */
const STRANGER =
  /(?:\b(?:[Aa]n?|[Tt]he|[Yy]our|[Aa]ny|[Tt]his|[Ff]or|of|on)\s|(^|[|*:.!?-]\s?))([A-Z][a-z]+[A-Za-z]*)(?=(?:'s)?(?:\s(\d{1,3}\b)?|[.,;:!?]|$))/g;
const NO_STRANGER = new Set(
  "windows android linux mac chrome office retina liquid amoled original genuine aftermarket premium standard express basic touch magsafe lightning thunderbolt bluetooth certified option step tier level plan phase item choice room version generation type category monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december christmas".split(
    " ",
  ),
);
/** Languages in which every noun has a capital. */
const GERMAN = /\b(?:der|die|das|ein|eine|einen|kostet|kosten|ist|für|und|mit|wir|beträgt)\b/i;

/** Names that no table has; `isWord` says what is none. */
export function findStrangers(raw: string, isWord: (word: string) => boolean): Set<string> {
  if (GERMAN.test(raw)) return new Set();
  const found = new Set<string>();
  for (const [, start, name, model] of raw.matchAll(STRANGER)) {
    const word = name!.toLowerCase();
    // A sentence begins with a capital, whatever it is about.
    if (start !== undefined && model === undefined) continue;
    if (word.length > 2 && !NO_STRANGER.has(word) && !isWord(word)) found.add(word);
  }
  return found;
}

/** Around what stands from `start` to `end`, up to the next comma or conjunction. */
export function clauseOf(sentence: string, { start, end }: { start: number; end: number }): string {
  const cut = /[,;]\s|[.!?]\s|\s(?:and|plus|but|or|while|und|oder|y|o)\s/gi;
  let from = 0;
  let to = sentence.length;
  for (const { index, 0: mark } of sentence.matchAll(cut)) {
    if (index + mark.length <= start) from = index + mark.length;
    else if (index >= end) {
      to = index;
      break;
    }
  }
  return sentence.slice(from, to);
}

const DENIED = /\b(?:not|no|never|instead|unlike|rather|nicht|kein\w*)\b|n't\b/i;
type Span = { start: number; end: number };

/** What a price is said of: "Nokia, Motorola and Pixel phones: $99" is of three, "$79 for an iPhone and $99 for" of one. */
export function reachOf(sentence: string, price: Span, prices: Span[]): string {
  const clause = clauseOf(sentence, price);
  const earlier = prices.filter(({ end }) => end <= price.start);
  const last = earlier.at(-1);
  // "$149 to $269" is said of one thing.
  const isRange =
    last !== undefined && /^\s*(?:to|bis|a|-|–|—)\s*$/.test(sentence.slice(last.end, price.start));
  if (isRange) return reachOf(sentence, last, earlier);
  const before = last?.end ?? 0;
  const from = sentence.indexOf(clause);
  if (from <= before) return clause.slice(before - from);
  const parts = sentence.slice(before, from).split(/[,;]\s|\s(?:but|while|aber|pero)\s/);
  return [...parts.filter((part) => !DENIED.test(part)), clause].join(", ");
}

/** What a sentence names, and what a line is for. */
export type Named = { makes: Set<string>; models: Set<string>; devices: Set<string> };
type Row = {
  about: Named & { words: Set<string> };
  listed: Listed;
  /** Makers that its section names. */
  headed: Set<string>;
};
/** Whether of two devices one is a kind of the other. */
type Related = (a: string, b: string) => boolean;

/** Whether a price's line can be of all that a sentence names. */
export const isOf = (named: Named, row: Row, related: Related): boolean =>
  [...named.models].every((model) => isListed(model, row.listed)) &&
  ([...named.makes].every((make) => isMadeBy(make, named.devices, row.about, related)) ||
    isOfSection(named, row));

/** "Samsung and Pixel screens: $149 to $269" is of a section that names both, and of a row that is for one of them. */
const isOfSection = ({ makes }: Named, { about, headed }: Row): boolean =>
  makes.size > 1 &&
  [...makes].every((make) => headed.has(make)) &&
  [...makes].some((make) => about.makes.has(make));

/** Whether it can be of one of the things that were asked about. */
export const isOfAny = (asked: Named, row: Row, related: Related): boolean =>
  (asked.models.size === 0 || [...asked.models].some((model) => isListed(model, row.listed))) &&
  (asked.makes.size === 0 ||
    [...asked.makes].some((make) => isMadeBy(make, asked.devices, row.about, related)));

function isMadeBy(make: string, said: Set<string>, about: Row["about"], related: Related): boolean {
  if (about.makes.has(make) || about.words.has(make)) return true;
  if (about.makes.size > 0) return false;
  if (about.devices.size === 0) return true;
  // A maker of whatever: what it is must have been said.
  const kinds = KINDS.get(make) ?? [];
  const devices = kinds.length > 0 ? kinds : [...said];
  return devices.some((kind) => [...about.devices].some((device) => related(kind, device)));
}
