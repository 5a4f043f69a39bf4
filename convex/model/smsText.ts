/**
 * What fits in a text message. Every segment is paid for and a long text is many, so an answer of the AI is
 * plain text of two segments at most, in the 7-bit alphabet where that is possible: one curly quote makes
 * a text of 160 characters one of three segments. Pure: 3GPP TS 23.038 (alphabet), 23.040 (joined parts).
 */
import { Lexer, type Token, type Tokens } from "marked";

/** Segments that an answer of the AI may have, and a technician's. */
export const ANSWER_SEGMENTS = 2;
export const STAFF_SEGMENTS = 10;

export type Encoding = "gsm7" | "ucs2";
export type Size = { encoding: Encoding; segments: number };

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Two septets each: an escape and the character, which a segment's end doesn't part. */
const EXTENDED = new Set("^{}\\[~]|€");

/** Units of one segment alone, and of one that is joined with others. */
const CAPACITY: Record<Encoding, { alone: number; joined: number }> = {
  gsm7: { alone: 160, joined: 153 },
  ucs2: { alone: 70, joined: 67 },
};

export function encodingOf(text: string): Encoding {
  for (const char of text) if (!BASIC.has(char) && !EXTENDED.has(char)) return "ucs2";
  return "gsm7";
}

/** How a text is sent and in how many segments. An empty one has none. */
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
  [/[\u2018\u2019\u201a\u201b\u2032\u00b4`]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, "-"],
  [/\u2026/g, "..."],
  [/[\u2022\u25aa\u25cf\u25e6\u2023\u00b7]/g, "-"],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]/g, " "],
  [/[\u200b-\u200d\u2060\ufeff\u00ad]/g, ""],
  [/\u2192/g, "->"],
  [/\u00d7/g, "x"],
  [/\u00bd/g, "1/2"],
  [/\u00bc/g, "1/4"],
  [/\u00be/g, "3/4"],
  [/\u2122/g, "(TM)"],
  [/\u00ae/g, "(R)"],
  [/\u00a9/g, "(C)"],
];

/** Quotes, dashes, bullets and spaces as the 7-bit alphabet has them. Letters stay: names have accents. */
export function plainTypography(text: string): string {
  return TYPOGRAPHY.reduce((all, [from, to]) => all.replace(from, to), text);
}

const EMOJI = /\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}\u{1f1e6}-\u{1f1ff}]|\ufe0f|\u20e3/gu;

/** An answer of the AI as the text that is sent: at most `ANSWER_SEGMENTS`, with where it comes from. */
export function answerText(markdown: string, sources: readonly { title: string }[] = []): string {
  const body = tidy(plainTypography(fromMarkdown(markdown).replace(EMOJI, "")));
  const source = body === "" ? "" : plainTypography(sourceLine(sources));
  return fit(body, source);
}

/** What a person wrote, or a line of ours: whole, with plain typography. */
export const wholeText = (text: string): string => tidy(plainTypography(text));

const SOURCE_CHARS = 60;

function sourceLine(sources: readonly { title: string }[]): string {
  const titles = [...new Set(sources.map(({ title }) => title))];
  if (titles.length === 0) return "";
  const two = titles.slice(0, 2).join(", ");
  const named = two.length <= SOURCE_CHARS ? two : titles[0]!.slice(0, SOURCE_CHARS).trim();
  return `${titles.length > 1 && named === two ? "Sources" : "Source"}: ${named}`;
}

const fits = (text: string) => sizeOf(text).segments <= ANSWER_SEGMENTS;
const joinLines = (...lines: (string | undefined)[]) => lines.filter(Boolean).join("\n");

/** The most that fits: whole, or to the end of a sentence, or of a word. The first link is not lost. */
function fit(body: string, source: string): string {
  const whole = joinLines(body, source);
  if (fits(whole)) return whole;
  // A source that leaves no room for a sentence with it is dropped before words are.
  for (const line of source === "" ? [""] : [source, ""]) {
    for (const end of sentenceEnds(body)) {
      const cut = withLink(body, body.slice(0, end).trimEnd(), line);
      if (fits(cut)) return cut;
    }
  }
  for (const end of wordEnds(body)) {
    const cut = withLink(body, `${body.slice(0, end).trimEnd()}...`, "");
    if (fits(cut)) return cut;
  }
  return hardCut(body);
}

const URLS = /\b(?:https?:\/\/|www\.)\S*[^\s.,;:!?)\]'"]/gi;

function withLink(body: string, head: string, source: string): string {
  const link = body.match(URLS)?.find((url) => !head.includes(url));
  return joinLines(head, head.match(URLS) === null ? link : undefined, source);
}

/** The latest first. A dot in a number or an address ends no sentence. */
const sentenceEnds = (text: string): number[] =>
  [...text.matchAll(/[.!?]["')]?(?=\s)|\n/g)].map((m) => m.index + m[0].length).reverse();

const wordEnds = (text: string): number[] =>
  [...text.matchAll(/\s+/g)].map(({ index }) => index).reverse();

/** For one word that is too long by itself. */
function hardCut(text: string): string {
  const chars = [...text];
  while (!fits(`${chars.join("")}...`)) chars.pop();
  return `${chars.join("")}...`;
}

const tidy = (text: string) =>
  text
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{2,}/g, "\n")
    .trim();

/** Lines of words: lists keep their marks, links their address; marks of style and of sources go. */
export function fromMarkdown(markdown: string): string {
  const words = blocks(new Lexer().lex(markdown));
  return tidy(words.replace(/\s?\[\d{1,3}(?:, ?\d{1,3})*\]/g, ""));
}

const blocks = (tokens: Token[]): string => tokens.map(block).join("");

function block(token: Token): string {
  switch (token.type) {
    case "list":
      return listed(token as Tokens.List);
    case "table": {
      const { header, rows } = token as Tokens.Table;
      const line = (cells: Tokens.TableCell[]) =>
        `${cells.map((cell) => inline(cell.tokens)).join(", ")}\n`;
      return [header, ...rows].map(line).join("");
    }
    case "blockquote":
      return blocks((token as Tokens.Blockquote).tokens);
    case "hr":
    case "space":
    case "def":
      return "\n";
    case "code":
    case "html":
      return `${token.type === "code" ? (token as Tokens.Code).text : ""}\n`;
    default:
      return `${inline([token])}\n`;
  }
}

function listed({ ordered, start, items }: Tokens.List): string {
  const first = Number(start) || 1;
  const line = (item: Tokens.ListItem, i: number) =>
    `${ordered ? `${first + i}.` : "-"} ${tidy(blocks(item.tokens))}\n`;
  return items.map(line).join("");
}

const inline = (tokens: Token[]): string => tokens.map(word).join("");

function word(token: Token): string {
  switch (token.type) {
    case "link":
      return linked(token as Tokens.Link);
    case "br":
      return "\n";
    case "html":
      return "";
    default: {
      const nested = "tokens" in token ? token.tokens : undefined;
      return nested ? inline(nested) : "text" in token ? String(token.text) : "";
    }
  }
}

/** A link that says its own address is said once. */
function linked({ href, tokens }: Tokens.Link): string {
  const text = inline(tokens);
  const address = href.replace(/^(?:mailto|tel):/, "");
  return text.includes(address) || address.endsWith(`//${text}`) ? text : `${text}: ${address}`;
}
