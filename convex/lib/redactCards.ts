/**
 * Finding card numbers in text: 13 to 19 digits of any script, in groups or not, whose first digits belong to
 * a card scheme and whose last one is right by Luhn (ISO/IEC 7812-1). A number beside the card's own (an expiry
 * date, a CVC) doesn't hide it: every run of whole groups is looked at.
 */

/** Between two digits of one number: spaces and dashes of any kind, dots, nothing that can be seen. */
const BETWEEN =
  "[ \\t\\n/\\u00a0\\u1680\\u2000-\\u200d\\u202f\\u205f\\u2060\\u3000\\u00ad._\\u2010-\\u2015\\u2212-]{1,3}";
const RUN = new RegExp(`\\p{Nd}(?:(?:${BETWEEN})?\\p{Nd}){12,}`, "gu");
const GROUP = /\p{Nd}+/gu;

/** Visa, Maestro and Mastercard, Amex, Diners, JCB, Discover and UnionPay, Mir, RuPay, Troy. */
const SCHEME = /^(?:4|5[0-8]|2[2-7]|3[04-9]|6|8[12]|9792)/;
/** 15 digits are a phone's IMEI, unless they are of a scheme that has cards of that length. */
const FIFTEEN = /^(?:3[47]|2131|1800|2014|2149)/;
/** More groups than this are no card as people write it. */
const MAX_GROUPS = 8;

export function redactCards(text: string, replacement: string): string {
  return text.replace(RUN, (run: string, at: number) => {
    const groups = [...run.matchAll(GROUP)].map(({ 0: digits, index }) => ({
      start: index,
      end: index + digits.length,
      digits: ascii(digits),
    }));
    const spans = cardSpans(groups, text[at - 1] === "+");
    let out = "";
    let done = 0;
    for (const { start, end } of spans) {
      out += run.slice(done, start) + replacement;
      done = end;
    }
    return out + run.slice(done);
  });
}

type Group = { start: number; end: number; digits: string };

/** From the left, the longest number that is a card. */
function cardSpans(groups: Group[], afterPlus: boolean): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (let first = 0; first < groups.length; first++) {
    const last = lastOfCard(groups, first, afterPlus && first === 0);
    if (last === null) continue;
    spans.push({ start: groups[first]!.start, end: groups[last]!.end });
    first = last;
  }
  return spans;
}

function lastOfCard(groups: Group[], first: number, phone: boolean): number | null {
  let digits = "";
  let found: number | null = null;
  const limit = Math.min(groups.length, first + MAX_GROUPS + 11);
  for (let last = first; last < limit; last++) {
    digits += groups[last]!.digits;
    if (digits.length > 19) break;
    // E.164 numbers have 15 digits at most.
    if (phone && digits.length <= 15) continue;
    const count = last - first + 1;
    const whole = first === 0 && last === groups.length - 1;
    if ((whole || asWritten(groups.slice(first, last + 1), count)) && isCard(digits)) found = last;
  }
  return found;
}

/** Groups of four or more, the last one apart: what is shorter is a phone number's, or a date's. */
const asWritten = (groups: Group[], count: number) =>
  count <= MAX_GROUPS && groups.slice(0, -1).every(({ digits }) => digits.length >= 4);

function isCard(digits: string): boolean {
  if (digits.length < 13 || !SCHEME.test(digits)) {
    // Two old schemes begin with a 1.
    if (!(digits.length === 15 && FIFTEEN.test(digits))) return false;
  }
  if (digits.length === 15 && !FIFTEEN.test(digits)) return false;
  return luhn(digits);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Digits of any script as 0 to 9: each script's ten stand in a row, from a zero on. */
function ascii(digits: string): string {
  return [...digits].map((digit) => (digit <= "9" ? digit : valueOf(digit))).join("");
}

function valueOf(digit: string): string {
  let code = digit.codePointAt(0)!;
  for (let value = 0; value < 10; value++, code--) {
    if (!/\p{Nd}/u.test(String.fromCodePoint(code - 1))) return String(value);
  }
  // Mathematical digits of several styles follow each other: NFKC knows them.
  return digit.normalize("NFKC");
}
