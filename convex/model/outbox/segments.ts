/**
 * How many segments a text takes, and the plain typography that keeps it in the 7-bit alphabet: one curly quote makes
 * a text of 160 characters one of three segments. Pure, and shared with clients that count while somebody types:
 * 3GPP TS 23.038 (alphabet), 23.040 (joined parts).
 */

/** Segments that a technician's text may have. */
export const STAFF_SEGMENTS = 10;

export type Encoding = "gsm7" | "ucs2";
export type Size = { encoding: Encoding; segments: number };

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Two septets each: an escape and the character, which a segment's end doesn't part. */
const EXTENDED = new Set("\f^{}\\[~]|€");

/** Units of one segment alone, and of one that is joined with others. */
const CAPACITY: Record<Encoding, { alone: number; joined: number }> = {
  gsm7: { alone: 160, joined: 153 },
  ucs2: { alone: 70, joined: 67 },
};

/** Of these texts joined from more than one segment, none has more characters. */
export const mostCharsIn = (segments: number): number => segments * CAPACITY.gsm7.joined;

export function encodingOf(text: string): Encoding {
  for (const char of text) if (!BASIC.has(char) && !EXTENDED.has(char)) return "ucs2";
  return "gsm7";
}

/**
 * How a text is sent and in how many segments. An empty one has none. Characters stay whole, as 23.040 asks; what a
 * screen joins to one picture (a flag, a family) may be parted, as the phone joins the segments before it draws.
 */
export function sizeOf(text: string): Size {
  const encoding = encodingOf(text);
  const widths = Array.from(text, (char) =>
    encoding === "ucs2" ? char.length : EXTENDED.has(char) ? 2 : 1,
  );
  const { alone, joined } = CAPACITY[encoding];
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= alone) return { encoding, segments: units === 0 ? 0 : 1 };
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > joined) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return { encoding, segments };
}

const TYPOGRAPHY: [RegExp, string][] = [
  [/[\u2018\u2019\u201a\u201b\u2032\u00b4`\u2039\u203a]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, "-"],
  [/\u2026/g, "..."],
  [/[\u2022\u25aa\u25cf\u25e6\u2023\u00b7]/g, "-"],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]/g, " "],
  [/[\u200b-\u200d\u2060\ufeff\u00ad]/g, ""],
  [/\u2192/g, "->"],
  [/\u00d7/g, "x"],
  [/[\u00f7\u2044\u2215]/g, "/"],
  // "2½" is no 21/2.
  [/(?<=\d)(?=[\u00bc-\u00be])/g, " "],
  [/\u00bd/g, "1/2"],
  [/\u00bc/g, "1/4"],
  [/\u00be/g, "3/4"],
  [/\u2122/g, "(TM)"],
  [/\u00ae/g, "(R)"],
  [/\u00a9/g, "(C)"],
];

/** Quotes, dashes, bullets and spaces as the 7-bit alphabet has them. Letters stay: names have accents. */
export function toPlainTypography(text: string): string {
  const narrow = text.replace(/[\uff01-\uff5e]/g, (wide) => wide.normalize("NFKC"));
  return TYPOGRAPHY.reduce((all, [from, to]) => all.replace(from, to), narrow);
}

/** What a person wrote, or a line of ours: whole, with plain typography. */
export const wholeText = (text: string): string => tidyText(toPlainTypography(text));

/** Without what nobody sees: runs of spaces, empty lines, white space around. */
export const tidyText = (text: string) =>
  text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{2,}/g, "\n")
    .trim();
