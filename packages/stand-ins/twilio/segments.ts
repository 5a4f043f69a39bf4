/**
 * How a text is cut into the parts that carriers bill: GSM 03.38, and UCS-2 for everything else. Also
 * runs in the phone's page.
 */
const GSM_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** Each takes an escape before it: two units. */
const GSM_EXTENSION = "\f^{}\\[~]|€";

export type Encoding = "GSM-7" | "UCS-2";

export interface Segments {
  encoding: Encoding;
  /** Septets of GSM-7, or 16-bit units of UCS-2. */
  units: number;
  count: number;
}

/** Units that fit alone, and into each of several parts, where 7 septets or 3 units are a header. */
const CAPACITY = { "GSM-7": [160, 153], "UCS-2": [70, 67] } as const;

/** The size of each character in GSM-7; nothing when one of them has no place there. */
function gsmSizes(characters: readonly string[]): number[] | undefined {
  const sizes: number[] = [];
  for (const character of characters) {
    if (GSM_BASIC.includes(character)) sizes.push(1);
    else if (GSM_EXTENSION.includes(character)) sizes.push(2);
    else return undefined;
  }
  return sizes;
}

/** An escape, or half a surrogate pair, never ends a part: the character goes to the next one whole. */
export function countSegments(text: string): Segments {
  const characters = [...text];
  const gsm = gsmSizes(characters);
  const encoding: Encoding = gsm ? "GSM-7" : "UCS-2";
  const sizes = gsm ?? characters.map((character) => character.length);
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [alone, joined] = CAPACITY[encoding];
  if (units <= alone) return { encoding, units, count: 1 };
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > joined) {
      count++;
      used = 0;
    }
    used += size;
  }
  return { encoding, units, count };
}
