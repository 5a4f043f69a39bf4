/**
 * Facts that a sentence states and that must not be invented: amounts of money, phone numbers, addresses, hosts,
 * times, percentages, durations, warranty terms. Pure, and linear: bounded gaps, no nested repetition. "Windows 11",
 * "step 3", "F8", sizes and model numbers are none. The table of cases is `facts.test.ts`.
 */
import { hostOf } from "./hosts";
import { NUMBER_WORD, readNumber } from "./numberWords";

export type FactKind =
  "money" | "phone" | "email" | "address" | "host" | "time" | "percent" | "duration" | "warranty";
/**
 * `values`: what the words may mean, normalized; one of them must be known. Money `usd:4900` (hundredths), times in
 * minutes of the day, durations `m:120` (minutes) or `mo:12` (months), phone numbers their last ten digits.
 */
export type Fact = { kind: FactKind; values: string[]; start: number; end: number };

const SYMBOLS: Record<string, string> = { $: "usd", "€": "eur", "£": "gbp", "¥": "jpy" };
const CURRENCY =
  "(?:US[ -]?dollars?|dollars?|bucks|dólares|usd|euros?|eur|gbp|quid|pounds sterling|cents?)";
const AMOUNT = "\\d{1,3}(?:[ ,.']\\d{3}){1,3}(?:[.,]\\d{1,2})?|\\d{1,7}(?:[.,]\\d{1,2})?";
const DASH = "(?:\\s?[-–—‑]\\s?|\\s(?:to|and|or|bis|a|y)\\s)";

const MONEY = new RegExp(
  [
    // "$49", "US$ 1,299.00", "$129–329", "€20"
    `(?:US)?([$€£¥])\\s?(${AMOUNT})(k\\b)?(?:${DASH}(?![$€£¥])(${AMOUNT})(?!\\s?(?:%|[a-zà-ÿ]*(?:day|hour|hr|min|week|month|year|tag|stunde)))(?![\\d:]))?`,
    // "49 dollars", "49–59 €", "99 cents"
    `(?<![\\d.,:$€£¥])(?:(${AMOUNT})${DASH})?(${AMOUNT})\\s?([$€£¥](?!\\d)|${CURRENCY}\\b)`,
    // "forty-nine dollars"
    `\\b((?:${NUMBER_WORD})(?:[\\s-]+(?:and\\s+)?(?:${NUMBER_WORD})){0,8})[\\s-]+(${CURRENCY})\\b`,
    // "costs 49", "the price is about 49 plus tax"
    `\\b(?:costs?|priced?|prices|fee|fees|pay|charge|charges|charged|quote[ds]?|estimate[ds]?|kostet|cuesta)\\b(?:\\s(?:you|is|are|of|at|for|just|about|only|around|comes?|to|starts?|from|be|will|would|roughly|approximately|nur|etwa|solo|it)){0,5}\\s(${AMOUNT})(?!\\s?(?:[%$€£]|${CURRENCY}|percent|per\\s?cent|minutes?|mins?\\b|hours?|hrs?\\b|(?:business|working)?\\s?days?|weeks?|months?|years?|gb\\b|tb\\b|am\\b|pm\\b|inch|st\\b|nd\\b|rd\\b|th\\b)|[-–:.]?\\d|\\s?[-–]\\s?\\d)`,
  ].join("|"),
  "gi",
);

const FREE =
  /\b(?:free of (?:charge|cost)|for free|at no (?:extra |additional )?(?:charge|cost)|no (?:[a-z]{3,15} )?(?:charge|cost|fee)s?\b|complimentary|kostenlos|gratis|(?:is|are|it's|its|be|completely|totally|absolutely|entirely) free(?=[\s]*(?:[.,;!?)[|]|$|for|if|with|when)))|\bfree (?:diagnos\w+|estimates?|quotes?|pick-?up|delivery|shipping|replacement|repair|inspection|consultation|check-?up|case|charger|screen|battery|upgrade|service)\b/gi;

const CLOCK =
  /(?<![\d$€£.,:/-])([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?\s?(a\.?\s?m\b\.?|p\.?\s?m\b\.?|o'?clock\b|uhr\b)|(?<![\d$€£.,:/-])([01]?\d|2[0-4]):([0-5]\d)(?![\d:]|\s?(?:min|h\b))|\b(noon|midday|midnight|mittags|mitternacht|mediodía|medianoche)\b|\b(24\s?\/\s?7|around the clock|24 hours a day)\b/gi;
/** "9–6 pm", "9 to 17": a number before another time. */
const CLOCK_RANGE =
  /(?<![\d$€£.,:/-])([01]?\d|2[0-3])(?::([0-5]\d))?\s?(?:[-–—]|to|until|till|and|bis)\s?$/i;
const SHOP_TIME =
  /\b(?:open|opens|opening|close[sd]?|closing|hours|until|till|drop[- ]?off|pick[- ]?up|appointment|slot|come (?:in|by)|geöffnet|abierto|abrimos)\b/i;
const BARE_TIME = new RegExp(
  `\\b(?:at|until|till|from|between|before|after|by|opens?|closes?|to|bis|ab|um|von)\\s(\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\\b(?!\\s?(?:[:%/.]\\d|%|[$€£]|(?:business|working)?\\s?(?:days?|hours?|hrs?|min|weeks?|months?|years?)|inch|gb|tb|dollars|euros?|bucks|a\\.?m|p\\.?m|o'?clock|uhr|st\\b|nd\\b|rd\\b|th\\b)|[-‑]\\w)`,
  "gi",
);

/** "open 9-6", "Mon–Fri 9–6": hours by their place. */
const BARE_RANGE =
  /\b(?:open|hours|from|daily|weekdays|weekends?|(?:mon|tues?|wed|wednes|thur?s?|fri|sat|satur|sun)(?:day)?s?):?\s(\d{1,2})\s?[-–—]\s?(\d{1,2})\b(?!\s?(?:[%/.:]\d|inch|(?:business|working)?\s?(?:days?|hours?|min|weeks?|months?|years?)))/gi;

const PERCENT = new RegExp(
  `(?<![\\d.,])(\\d{1,3}(?:[.,]\\d{1,2})?)\\s?(?:%|percent\\b|per cent\\b|prozent\\b|por ciento\\b)|\\b((?:${NUMBER_WORD})(?:[\\s-]+(?:${NUMBER_WORD})){0,3})\\s(?:percent|per cent)\\b|\\b(half[- ](?:off|price))\\b`,
  "gi",
);

const UNIT =
  "(minutes?|mins?|hours?|hrs?|(?:business |working |week)?days?|weeks?|months?|years?|yrs?|minuten?|stunden?|(?:werk|arbeits)?tage?n?|wochen?|monate?n?|jahre?n?|minutos?|horas?|días?(?: hábiles)?|semanas?|mes(?:es)?|años?)";
const SPAN = `(?:\\d{1,4}(?:[.,]\\d)?|(?:${NUMBER_WORD})(?:[\\s-]+(?:${NUMBER_WORD})){0,3}|half an?|an?|a couple of|a few|several)`;
const DURATION = new RegExp(
  `(?<![\\w$€£.,:])(?:(\\d{1,4}(?:[.,]\\d)?|(?:${NUMBER_WORD})(?:-(?:${NUMBER_WORD}))?)\\s?(?:[-–—‑]|to|or|bis|oder|a|o)\\s?)?(${SPAN})(\\s?½|\\s1\\/2|\\sand a half)?[\\s-]?(?:full\\s|calendar\\s)?${UNIT}(?![a-zà-ÿ])(\\sand a half)?|\\b(same[- ]day|overnight|next[- ]day|within the hour|while you wait)\\b`,
  "gi",
);
/** What is done for so long, not promised: "hold the button for ten minutes" stays, it is advice. */
const VAGUE = /^(?:an?|a few|several)$/i;
const PROMISING =
  /(?:\b(?:within|in|about|around|takes?|taking|costs?|is|be|less than|under|up to|for|than|after|only|just|lasts?|approximately)\s|[—:(]\s?|\*\*\s?)$/i;

const PHONE =
  /(?<![\w$€£.,/+-])(?:\+?\d{1,3}[\s.‑-]?)?(?:\(\d{2,4}\)[\s.‑-]?|\d{3}[\s.‑-])\d{3}[\s.‑-]?\d{4}(?!\w)|(?<![\w$€£.,/-])\+\d[\d\s().‑-]{6,18}\d(?!\w)|(?<![\w$€£.,/:+-])\d{3}[.‑-]\d{4}(?![\w.-])|(?<![\w$€£.,/:+-])(?:\d{10,11})(?!\w)|\b1?[-\s]?8(?:00|88|77|66|55|44|33)[-\s][A-Z\d](?:[-\s]?[A-Z\d]){5,9}\b/g;
const EMAIL = /[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g;
const TLDS =
  "com|org|net|io|co|us|info|biz|shop|store|support|example|de|at|ch|es|mx|app|dev|me|ly|gl|xyz|top|site|online|help|tech|repair|ai|uk|ca|gov|edu|eu|test|invalid|ru|cn|tv|cc|click|link|live|page|cloud";
const HOST = new RegExp(
  `(?:https?:\\/\\/|\\/\\/|www\\.)(?:[^\\s/@<>()\\[\\]"'|]{1,100}@)?([\\p{L}\\d.-]{1,200})|(?<![@\\p{L}\\d./_-])((?:[\\p{L}\\d-]{1,63}\\.){1,4}(?:${TLDS}))(?![\\p{L}\\d_(@-]|\\.\\p{L})`,
  "giu",
);
const ADDRESS = new RegExp(
  `(?<![\\w$€£.,:-])(\\d{1,5}\\s(?:[NSEW]\\.?\\s|(?:North|South|East|West)\\s)?(?:[A-Z\\d][\\w'.-]{0,30}\\s){1,3}(?:St|Ave|Rd|Road|Blvd|Ln|Lane|Dr|Drive|Way|Hwy|Highway|Pkwy|Parkway|Ct|Court|Pl|Place|Sq|Square|Plaza|Street|Avenue|Boulevard)\\b|\\d{1,5}\\s(?:[a-z\\d][\\w'.-]{0,30}\\s){1,2}(?:street|avenue|boulevard)\\b)`,
  "g",
);

const WARRANTY = /\b(?:warrant(?:y|ies|ied)|guarantee[ds]?|garantie|garantía)\b/i;
const FOREVER =
  /\b(?:lifetime|life-time|life time|unlimited|forever|for life|lebenslang\w*|de por vida)\b/i;

/** Of one sentence or row, in its order. What stands in a link's address is a host, nothing else. */
export function findFacts(sentence: string): Fact[] {
  const found: Fact[] = [];
  const free = (start: number, end: number) =>
    found.every((one) => end <= one.start || start >= one.end);
  const add = (kind: FactKind, values: string[], start: number, end: number) => {
    if (values.length > 0 && free(start, end)) found.push({ kind, values, start, end });
  };
  // First: "https://shop.example@evil.example" is no address of anybody's.
  addHosts(sentence, add);
  for (const m of sentence.matchAll(EMAIL)) {
    add("email", [m[0].toLowerCase().replace(/[.-]+$/, "")], m.index, m.index + m[0].length);
  }
  for (const m of sentence.matchAll(MONEY)) addMoney(m, add);
  for (const m of sentence.matchAll(FREE)) add("money", ["free"], m.index, m.index + m[0].length);
  addPhones(sentence, add);
  for (const m of sentence.matchAll(ADDRESS)) {
    add("address", [normalizeAddress(m[0])], m.index, m.index + m[0].length);
  }
  for (const m of sentence.matchAll(PERCENT)) addPercent(sentence, m, add);
  addDurations(sentence, add);
  addTimes(sentence, add);
  const forever = WARRANTY.test(sentence) && FOREVER.exec(sentence);
  if (forever) add("warranty", ["lifetime"], forever.index, forever.index + forever[0].length);
  return found.sort((a, b) => a.start - b.start);
}

type Add = (kind: FactKind, values: string[], start: number, end: number) => void;

const asCurrency = (word: string): string => {
  const known = SYMBOLS[word];
  if (known !== undefined) return known;
  return /^eur/i.test(word) ? "eur" : /^(?:gbp|quid|pound)/i.test(word) ? "gbp" : "usd";
};

/** "1,299.00" and "1.299,00" are one amount; a lone separator before three digits stands for thousands. */
function hundredths(amount: string): number {
  const plain = amount.replace(/[ ']/g, "");
  const last = Math.max(plain.lastIndexOf(","), plain.lastIndexOf("."));
  const decimals = last < 0 ? 0 : plain.length - last - 1;
  const isDecimal = decimals === 1 || decimals === 2;
  const number = isDecimal
    ? `${plain.slice(0, last).replace(/[.,]/g, "")}.${plain.slice(last + 1)}`
    : plain.replace(/[.,]/g, "");
  return Math.round(Number(number) * 100);
}

function addMoney(m: RegExpMatchArray & { index: number }, add: Add): void {
  const [whole, symbol, first, thousands, second, low, high, unit, words, wordUnit, bare] = m;
  const put = (currency: string, amount: number, from: number, to: number) =>
    add("money", [`${currency}:${amount}`], m.index + from, m.index + to);
  if (first !== undefined) {
    const end = whole.indexOf(first) + first.length + (thousands?.length ?? 0);
    put(asCurrency(symbol!), hundredths(first) * (thousands ? 1000 : 1), 0, end);
    if (second !== undefined) put(asCurrency(symbol!), hundredths(second), end, whole.length);
  } else if (high !== undefined) {
    const factor = /^cent/i.test(unit!) ? 0.01 : 1;
    const from = low === undefined ? 0 : low.length;
    if (low !== undefined) put(asCurrency(unit!), hundredths(low) * factor, 0, from);
    put(asCurrency(unit!), Math.round(hundredths(high) * factor), from, whole.length);
  } else if (words !== undefined) {
    const amount = readNumber(words);
    if (amount === null) return;
    const factor = /^cent/i.test(wordUnit!) ? 1 : 100;
    put(asCurrency(wordUnit!), amount * factor, 0, whole.length);
  } else if (bare !== undefined) {
    const amount = hundredths(bare);
    const values = ["usd", "eur", "gbp"].map((currency) => `${currency}:${amount}`);
    add("money", values, m.index + whole.length - bare.length, m.index + whole.length);
  }
}

function addHosts(sentence: string, add: Add): void {
  for (const m of sentence.matchAll(HOST)) {
    const link = sentence.slice(m.index, m.index + m[0].length + 500);
    const path = /^[^\s)>\]"'|]*/.exec(link.slice(m[0].length))![0];
    const host = hostOf(m[1] === undefined ? m[0] : link);
    add("host", [host], m.index, m.index + m[0].length + path.length);
  }
}

function addPhones(sentence: string, add: Add): void {
  for (const m of sentence.matchAll(PHONE)) {
    const digits = spellDigits(m[0]);
    if (digits.length < 7 || digits.length > 15) continue;
    // "1-800-FIX-ITNOW": letters past the tenth place are dialled for nothing.
    const dialled = /[A-Z]/.test(m[0]) ? digits.replace(/^1/, "").slice(0, 10) : digits.slice(-10);
    add("phone", [dialled], m.index, m.index + m[0].length);
  }
}

const KEYPAD = ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"];
const spellDigits = (number: string) =>
  number
    .replace(/[A-Z]/g, (letter) => String(KEYPAD.findIndex((key) => key.includes(letter)) + 2))
    .replace(/\D/g, "");

const SUFFIXES: [RegExp, string][] = [
  [/\bstreet\b|\bst\b/g, "st"],
  [/\bavenue\b|\bave\b/g, "ave"],
  [/\broad\b|\brd\b/g, "rd"],
  [/\bboulevard\b|\bblvd\b/g, "blvd"],
  [/\blane\b|\bln\b/g, "ln"],
  [/\bdrive\b|\bdr\b/g, "dr"],
  [/\bhighway\b|\bhwy\b/g, "hwy"],
  [/\bparkway\b|\bpkwy\b/g, "pkwy"],
  [/\bcourt\b|\bct\b/g, "ct"],
  [/\bplace\b|\bpl\b/g, "pl"],
  [/\bsquare\b|\bsq\b/g, "sq"],
  [/\bnorth\b/g, "n"],
  [/\bsouth\b/g, "s"],
  [/\beast\b/g, "e"],
  [/\bwest\b/g, "w"],
];

function normalizeAddress(address: string): string {
  let text = address.toLowerCase().replace(/[.,]/g, "").replace(/\s+/g, " ").trim();
  for (const [pattern, short] of SUFFIXES) text = text.replace(pattern, short);
  return text;
}

function addPercent(sentence: string, m: RegExpMatchArray & { index: number }, add: Add): void {
  const [whole, digits, words, half] = m;
  // "100 % sure" says how sure, not how much.
  if (/^\s(?:sure|certain|positive|correct|right)\b/i.test(sentence.slice(m.index + whole.length)))
    return;
  const number = half ? 50 : digits ? Number(digits.replace(",", ".")) : readNumber(words!);
  if (number !== null) add("percent", [String(number)], m.index, m.index + whole.length);
}

const MINUTES: [RegExp, number][] = [
  [/^min/i, 1],
  [/^(?:h|stund|hora)/i, 60],
  [/^(?:w(?:o|ee?)[ck]|weeks?|semana)/i, 7 * 1440],
  [/(?:day|tag|día)/i, 1440],
];

function inUnits(count: number, unit: string): string | null {
  if (/^(?:mo|mes)/i.test(unit)) return `mo:${count}`;
  if (/^(?:y|jahr|año)/i.test(unit)) return `mo:${count * 12}`;
  const minutes = MINUTES.find(([pattern]) => pattern.test(unit))?.[1];
  return minutes === undefined ? null : `m:${Math.round(count * minutes)}`;
}

function addDurations(sentence: string, add: Add): void {
  const isWarranty = WARRANTY.test(sentence);
  const kind = isWarranty ? "warranty" : "duration";
  for (const m of sentence.matchAll(DURATION)) {
    const [whole, low, count, half, unit, andHalf, phrase] = m;
    const end = m.index + whole.length;
    if (phrase !== undefined) {
      add("duration", [phrase.toLowerCase().replace(/-/g, " ")], m.index, end);
      continue;
    }
    const before = sentence.slice(Math.max(0, m.index - 20), m.index);
    if (
      !isWarranty &&
      !andHalf &&
      VAGUE.test(count!) &&
      low === undefined &&
      !PROMISING.test(before)
    )
      continue;
    if (isRecurring(sentence, m.index, end)) continue;
    const more = half || andHalf ? 0.5 : 0;
    const values = [low, count].flatMap((one) => spanOf(one, unit!, one === count ? more : 0));
    const [first] = values;
    if (low !== undefined && values.length === 2) {
      const middle = m.index + whole.indexOf(low) + low.length;
      add(kind, [first!], m.index, middle);
      add(kind, [values[1]!], middle, end);
    } else add(kind, values.slice(-1), m.index, end);
  }
}

/** "5 days a week", "twice a day": how often, and no time that anybody waits. */
const isRecurring = (sentence: string, start: number, end: number) =>
  /^\s(?:a|per)\s(?:day|week|month|year)\b/i.test(sentence.slice(end, end + 12)) ||
  /\b(?:once|twice|times|every)\s$/i.test(sentence.slice(Math.max(0, start - 8), start)) ||
  /^[\s-]old\b/i.test(sentence.slice(end, end + 5));

function spanOf(count: string | undefined, unit: string, more: number): string[] {
  if (count === undefined) return [];
  const word = count.toLowerCase();
  if (word === "a few" || word === "several") return [`few:${unit.toLowerCase().slice(0, 3)}`];
  const number = word.startsWith("half")
    ? 0.5
    : /^an?$/.test(word)
      ? 1
      : word === "a couple of"
        ? 2
        : /^\d/.test(word)
          ? Number(word.replace(",", "."))
          : readNumber(word);
  const value = number === null ? null : inUnits(number + more, unit);
  return value === null ? [] : [value];
}

function addTimes(sentence: string, add: Add): void {
  for (const m of sentence.matchAll(CLOCK)) {
    const [whole, hour, minute = "00", suffix, hour24, minute24, name, always] = m;
    const end = m.index + whole.length;
    if (always !== undefined) add("time", ["24/7"], m.index, end);
    else if (name !== undefined) {
      const isNoon = /^(?:noon|midday|mitt|medio)/i.test(name) && !/^mitter/i.test(name);
      add("time", isNoon ? ["720"] : ["0", "1440"], m.index, end);
    } else if (hour24 !== undefined) {
      add("time", minutesOf(Number(hour24), Number(minute24), ""), m.index, end);
    } else {
      const meridiem = /^([ap])/i.exec(suffix!)?.[1]?.toLowerCase() ?? "";
      add("time", minutesOf(Number(hour), Number(minute), meridiem), m.index, end);
      const before = sentence.slice(Math.max(0, m.index - 14), m.index);
      const range = CLOCK_RANGE.exec(before);
      if (range === null) continue;
      const start = m.index - before.length + range.index;
      add("time", minutesOf(Number(range[1]), Number(range[2] ?? 0), ""), start, m.index);
    }
  }
  if (!SHOP_TIME.test(sentence)) return;
  for (const m of sentence.matchAll(BARE_RANGE)) {
    const [whole, opens, closes] = m;
    const end = m.index + whole.length;
    const start = end - /\d{1,2}\s?[-–—]\s?\d{1,2}$/.exec(whole)![0].length;
    add("time", minutesOf(Number(opens), 0, ""), start, start + opens!.length);
    add("time", minutesOf(Number(closes), 0, ""), end - closes!.length, end);
  }
  for (const m of sentence.matchAll(BARE_TIME)) {
    const hour = /^\d/.test(m[1]!) ? Number(m[1]) : readNumber(m[1]!)!;
    const start = m.index + m[0].length - m[1]!.length;
    if (hour >= 1 && hour <= 24) add("time", minutesOf(hour, 0, ""), start, m.index + m[0].length);
  }
}

/** Without "am" or "pm" an hour up to twelve is either. */
function minutesOf(hour: number, minute: number, meridiem: string): string[] {
  const at = (h: number) => String(h * 60 + minute);
  if (meridiem === "a") return [at(hour % 12)];
  if (meridiem === "p") return [at((hour % 12) + 12)];
  return hour > 12 || hour === 0 ? [at(hour)] : [at(hour % 12), at((hour % 12) + 12)];
}
