/**
 * Lines of print as one text. A hyphen at the end of a line is either the printer's ("ser-" "vice") or the word's own
 * ("Wi-" "Fi", "e-" "mail"): its own stays before a capital or a digit, after a single letter, and where the document
 * writes the word so elsewhere.
 */

/** `words` is the whole document, in which other occurrences are looked for. */
export function joinLines(lines: string[], words: string): string {
  let text = "";
  for (const line of lines.map((one) => one.trim()).filter((one) => one !== "")) {
    text = text === "" ? line : joinTwo(text, line, words);
  }
  return text;
}

function joinTwo(before: string, after: string, words: string): string {
  if (before.endsWith("\u00ad")) return `${before.slice(0, -1)}${after}`;
  const left = /([\p{L}\p{N}]+)[-\u2010]$/u.exec(before)?.[1];
  if (left === undefined) return `${before} ${after}`;
  const right = /^\p{L}+/u.exec(after)?.[0] ?? "";
  const own =
    !/^\p{Ll}{2}/u.test(after) ||
    !/^\p{L}{2,}$/u.test(left) ||
    words.toLowerCase().includes(`${left}-${right}`.toLowerCase());
  return own ? `${before}${after}` : `${before.slice(0, -1)}${after}`;
}
