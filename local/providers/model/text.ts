/**
 * Words as the stand-in model and the stand-in embeddings see them: lower case, stemmed, and mapped
 * to a concept where a repair shop's customers use several words for one thing. One vocabulary for
 * both, so that what retrieval finds the model can also answer from.
 */

/** Words that name the same thing; the first names the concept. Multi-word phrases are allowed. */
const CONCEPTS: string[][] = [
  ["price", "cost", "fee", "pricing", "how much", "quote", "expensive", "cheap", "affordable"],
  ["turnaround", "how long", "how soon", "how quickly", "how fast", "duration", "same-day"],
  ["hours", "open", "opening", "closed", "close", "closing", "what time"],
  ["location", "located", "address", "where are you", "directions", "where is your shop"],
  ["screen", "display", "lcd", "panel", "glass"],
  ["laptop", "notebook", "ultrabook", "chromebook"],
  ["phone", "mobile", "smartphone", "cellphone", "handset", "android"],
  ["desktop", "tower"],
  ["computer", "pc", "machine"],
  ["tablet"],
  ["mac", "apple"],
  ["repair", "fix", "mend", "service"],
  ["replace", "replacement", "swap"],
  ["break", "broken", "broke", "crack", "shatter", "smash"],
  ["slow", "sluggish", "performance", "lag", "speed up", "faster"],
  ["virus", "malware", "spyware", "adware", "trojan", "infected", "infection", "popup", "pop-up"],
  [
    "recover",
    "recovery",
    "restore",
    "retrieve",
    "deleted",
    "get back",
    "get them back",
    "get it back",
    "rescue",
  ],
  ["data", "file", "photo", "picture", "document"],
  ["warranty", "guarantee", "guaranteed", "warranties"],
  ["liquid", "water", "spill", "wet", "coffee", "juice", "moisture"],
  ["wifi", "wi-fi", "wireless", "internet", "network", "router"],
  ["backup", "back up", "backed up", "back-up"],
  ["memory", "ram"],
  ["drive", "ssd", "hdd", "disk", "storage"],
  ["pay", "apple pay", "google pay", "payment", "card", "cash", "paypal", "invoice"],
  ["appointment", "book", "booking", "schedule", "reserve", "walk-in", "walk in", "drop in"],
  ["refund", "money back"],
  [
    "onsite",
    "on-site",
    "home visit",
    "house call",
    "callout",
    "call-out",
    "come to my",
    "come to our",
  ],
  ["pickup", "pick up", "pick it up", "pick-up", "collect", "courier", "deliver", "delivery"],
  ["boot", "turn on", "power on", "boot up", "won't start", "not starting", "dead"],
  ["overheat", "hot", "heat", "fan", "noisy"],
  ["diagnose", "diagnosis", "diagnostic", "diagnostics", "inspect", "inspection", "assessment"],
  ["private", "privacy", "confidential", "safe", "secure"],
  ["charge", "charger", "charging"],
  ["password", "passcode", "login", "log in"],
  ["business", "company", "office", "firm"],
  ["insurance", "insurer", "claim"],
  ["recycle", "recycling", "dispose", "disposal", "trade-in"],
];

/** A specific thing also counts, less, as the general one: "iPhone" is a phone. */
const RELATED: Record<string, string[]> = {
  macbook: ["laptop", "mac"],
  imac: ["desktop", "mac"],
  iphone: ["phone", "mac"],
  ipad: ["tablet", "mac"],
  galaxy: ["phone"],
  pixel: ["phone"],
  thinkpad: ["laptop"],
  dell: ["laptop"],
  ransomware: ["virus"],
  laptop: ["computer"],
  desktop: ["computer"],
  computer: ["laptop", "desktop"],
  device: ["computer", "phone"],
};

const STOP = new Set(
  `a about above actually after again ago all almost already also although always am an and another any anybody
  anyone anything anyway are aren't around as ask asked at away back bad be because been before being best better
  big both bring bringing brought but buy by came can can't cannot could couldn't customer day days did didn't different do does
  doesn't doing don't done down each either else end even ever every everything exactly far fell few fine first for
  found from gave general get gets getting give go goes going gone good got great guess guy guys had happen happened
  happens happy has have haven't having he hello help her here hey hi him his hope hour how however i i'd i'll i'm i've if
  in instead into is isn't issue it it'd it'll it's its itself just keep keeps kind kinda know last late later least
  left less let like little long look looking lot made make makes making many matter may maybe me mean might mine
  minute minutes month months more morning most much must my myself near need needed needs never new next nice no not nothing now
  of off offer offers often ok okay old on once one ones only onto or other our out over own part people perhaps person
  place please point possible probably problem put question quick quickly quite rather really right said same saw say
  says see seem seems several shall she should shop show side since so some somebody someone something sometimes soon
  sorry sort still stopped store stuff such suddenly suggest sure take takes taken taking tell than thank thanks that that's
  the their them then there there's these they thing things think this those though thought through time times to
  today together told tomorrow tonight too took tried try trying type typically under until up upon us use used using
  usual usually very want wanted wants was wasn't way we week weeks well went were what what's whatever when where
  whether which while who whole why will wish with without won't wonder wondering work working works would wouldn't wrong year years
  yes yesterday yet you you'd you'll you're your yours do handle require required possibly currently involve start starts
  yourself super lately extremely constantly recently randomly honestly friend accident accidentally able there're let's ain't gonna wanna hoping supposed able dropped drop nearly roughly approximately total`
    .split(/\s+/)
    .filter(Boolean),
);

const VOWEL = /[aeiouy]/;

/** A light suffix stemmer: enough to join "replacing", "replaced" and "replacement". */
export function stem(word: string): string {
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
const phrases: Array<[RegExp, string]> = [];
for (const [name, ...others] of CONCEPTS) {
  const concept = stem(name!);
  for (const word of [name!, ...others]) {
    if (/[ -]/.test(word)) {
      const pattern = word.replace(/[- ]/g, "[- ]?").replace(/'/g, "[’']");
      phrases.push([new RegExp(`\\b${pattern}s?\\b`, "g"), ` ${name!} `]);
    } else conceptByStem.set(stem(word), concept);
  }
}

function conceptOfStem(s: string): string {
  return conceptByStem.get(s) ?? s;
}

/** Concepts of which a customer usually owns one: a follow-up that names another replaces it. */
export const DEVICES = new Set(
  ["laptop", "phone", "tablet", "desktop", "mac", "macbook", "iphone", "ipad", "printer"].map((w) =>
    conceptOfStem(stem(w)),
  ),
);

const relatedByConcept = new Map(
  Object.entries(RELATED).map(([word, related]) => [
    conceptOfStem(stem(word)),
    related.map((r) => conceptOfStem(stem(r))),
  ]),
);

/** More general concepts of a concept; `[]` for most. */
export function relatedTo(concept: string): string[] {
  return relatedByConcept.get(concept) ?? [];
}

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const DAY = "(mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?s?";
const DAY_RANGE = new RegExp(
  `\\b${DAY}\\b\\.?(?:\\s*(?:-|–|—|to|through|thru|until)\\s*${DAY}\\b)?`,
  "g",
);

/** The weekdays a text speaks of, ranges ("Mon–Fri", "weekdays", "every day") spelled out. */
export function daysIn(text: string): string[] {
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
export function terms(text: string): Term[] {
  let lower = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/’/g, "'");
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
      out.push({ concept: conceptOfStem(stem(part)), surface: part });
    }
  }
  return out;
}

/** The concepts of a text, for overlap. */
export function conceptsIn(text: string): Set<string> {
  return new Set(terms(text).map((t) => t.concept));
}

/** A small stable hash (FNV-1a, 32 bit), for choices that must not change between runs. */
export function hash(text: string, seed = 0x811c9dc5): number {
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
