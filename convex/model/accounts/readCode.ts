/** The code in what somebody typed or pasted: digits of any width, with marks between them and words around. Pure. */
import { withPlainDigits } from "../../lib/digits";

const DIGITS = 6;
/** A whole mail's first lines, pasted. */
const MAX_CHARS = 400;
const CODE = new RegExp(`(?<!\\d)\\d(?:[\\s\\p{Pd}.·_]{0,3}\\d){${DIGITS - 1}}(?!\\d)`, "u");

/** Six digits in a row, whatever parts them; without any, all digits there are. */
export function readCode(typed: string): string {
  const plain = withPlainDigits(typed.slice(0, MAX_CHARS));
  return (CODE.exec(plain)?.[0] ?? plain).replace(/\D/g, "").slice(0, 40);
}
