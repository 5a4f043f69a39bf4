/** Digits as people's keyboards and clipboards have them, as plain ones. Pure. */

/** Zeros of the digits that NFKC leaves: Arabic, Persian, Devanagari, Bengali. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];

/** NFKC, with plain digits, and without what has no width: direction marks and joiners are pasted along. */
export const withPlainDigits = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/\p{Nd}/gu, digitOf)
    .replace(/\p{Cf}/gu, "");

function digitOf(char: string): string {
  const point = char.codePointAt(0)!;
  const zero = ZEROS.find((start) => point >= start && point < start + 10);
  return zero === undefined ? char : String(point - zero);
}
