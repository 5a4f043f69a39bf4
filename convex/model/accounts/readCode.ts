/** The code in what somebody typed or pasted: digits of any width, with marks between them and words around. Pure. */

const DIGITS = 6;
/** A whole mail's first lines, pasted. */
const MAX_CHARS = 400;
/** Zeros of the digits that people's keyboards have and NFKC leaves: Arabic, Persian, Devanagari, Bengali. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6];
const CODE = new RegExp(`(?<!\\d)\\d(?:[\\s\\p{Pd}.·_]{0,3}\\d){${DIGITS - 1}}(?!\\d)`, "u");

/** Six digits in a row, whatever parts them; without any, all digits there are. */
export function readCode(typed: string): string {
  const plain = typed
    .slice(0, MAX_CHARS)
    .normalize("NFKC")
    .replace(/\p{Nd}/gu, digitOf)
    // What has no width: direction marks and joiners are pasted along.
    .replace(/\p{Cf}/gu, "");
  return (CODE.exec(plain)?.[0] ?? plain).replace(/\D/g, "").slice(0, 40);
}

function digitOf(char: string): string {
  const point = char.codePointAt(0)!;
  const zero = ZEROS.find((start) => point >= start && point < start + 10);
  return zero === undefined ? char : String(point - zero);
}
