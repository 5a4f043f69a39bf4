/**
 * What fits in a text message. Every segment is paid for and a long text is many, so an answer of the AI is
 * plain text of two segments at most, in the 7-bit alphabet where that is possible. Pure.
 */
import type { Token, Tokens } from "marked";
import { writeMarks } from "../../lib/citationMarks";
import { decodeEntities, stripTags } from "../../lib/html";
import { parseMarkdown } from "../../lib/markdown";
import { truncateText } from "../../lib/text";
import { mostCharsIn, sizeOf, tidyText, toPlainTypography } from "../outbox/segments";

/** Segments that an answer of the AI may have. */
const ANSWER_SEGMENTS = 2;
/** Of an answer this much is read: many times what fits, with its marks. */
const READ_CHARS = 4_000;
/** What is further on in a text can't be in it any more: nothing beyond is tried. */
const MOST_CHARS = mostCharsIn(ANSWER_SEGMENTS);

const EMOJI = /\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}\u{1f1e6}-\u{1f1ff}]|\ufe0f|\u20e3/gu;

/** An answer of the AI as the text that is sent: at most `ANSWER_SEGMENTS`, with where it comes from. */
export function answerText(markdown: string, sources: readonly { title: string }[] = []): string {
  const words = markdownToSmsText(truncateText(markdown, READ_CHARS));
  const body = tidyText(toPlainTypography(words.replace(EMOJI, "")));
  const source = body === "" ? "" : toPlainTypography(sourceLine(sources));
  return fit(body, source);
}

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
  const link = body.match(URLS)?.find((url) => url.length < MOST_CHARS);
  const start = body.slice(0, MOST_CHARS + 1);
  // A source that leaves no room for a sentence with it is dropped before words are.
  for (const line of source === "" ? [""] : [source, ""]) {
    for (const end of sentenceEnds(start)) {
      const cut = withLink(start.slice(0, end).trimEnd(), link, line);
      if (fits(cut)) return cut;
    }
  }
  for (const end of wordEnds(start)) {
    const cut = withLink(`${start.slice(0, end).trimEnd()}...`, link, "");
    if (fits(cut)) return cut;
  }
  return hardCut(start);
}

const URLS = /\b(?:https?:\/\/|www\.)\S*[^\s.,;:!?)\]'"]/gi;

const withLink = (head: string, link: string | undefined, source: string): string =>
  joinLines(head, head.match(URLS) === null ? link : undefined, source);

/** The latest first. A dot in a number or an address ends no sentence. */
const sentenceEnds = (text: string): number[] =>
  [...text.matchAll(/[.!?]["')]?(?=\s)|\n/g)].map((m) => m.index + m[0].length).reverse();

const wordEnds = (text: string): number[] =>
  [...text.matchAll(/\s+/g)].map(({ index }) => index).reverse();

/** For one word that is too long by itself: `text` may end within a character. */
function hardCut(text: string): string {
  const chars = [...text];
  while (!fits(`${chars.join("")}...`)) chars.pop();
  return `${chars.join("")}...`;
}

/** Lines of words: lists keep their marks, links their address; marks of style and of sources go. */
export function markdownToSmsText(markdown: string): string {
  return tidyText(blocks(parseMarkdown(writeMarks(markdown, () => ""))));
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
      return `${(token as Tokens.Code).text}\n`;
    case "html":
      return `${decodeEntities(stripTags(token.raw))}\n`;
    default:
      return `${inline([token])}\n`;
  }
}

function listed({ ordered, start, items }: Tokens.List): string {
  const first = Number(start) || 1;
  const line = (item: Tokens.ListItem, i: number) =>
    `${ordered ? `${first + i}.` : "-"} ${tidyText(blocks(item.tokens))}\n`;
  return items.map(line).join("");
}

function inline(tokens: Token[]): string {
  let said = "";
  let end = "";
  let struckBy: string | null = null;
  for (const [i, token] of tokens.entries()) {
    const tag = token.type === "html" ? STRUCK.exec(token.raw) : null;
    if (tag !== null) struckBy = tag[1] === "" ? tag[2]! : null;
    else if (struckBy === null) {
      const next = word(token, end, tokens[i + 1]);
      said += next;
      end = (end + next).slice(-PATH_CHARS);
    }
  }
  return said;
}

/** "<del>", "</s>". */
const STRUCK = /^<(\/?)(del|s|strike)>$/i;
/** What a path of Windows' ends in: the backslash behind it escapes nothing. */
const PATH = /(?:^|[\s"'(])(?:[a-z]:\\|\\\\|%\w+%)\S*$/i;
/** As long as a path may be there: further back nothing is looked at, or an escape after each character took long. */
const PATH_CHARS = 260;

/** `before` is the end of what its line says already. */
function word(token: Token, before: string, next: Token | undefined): string {
  switch (token.type) {
    // The old price of "~~$149~~ $129" holds no more.
    case "del":
      return "";
    case "escape":
      return PATH.test(before) ? token.raw : String((token as Tokens.Escape).text);
    case "em":
    case "strong": {
      // "2*3*4" is a product.
      const within = /\w$/.test(before) && next !== undefined && /^\w/.test(next.raw);
      return within ? token.raw : inline((token as Tokens.Em).tokens);
    }
    case "link":
      return linked(token as Tokens.Link);
    case "br":
      return "\n";
    case "html":
      return stripTags(token.raw);
    case "codespan":
      return String((token as Tokens.Codespan).text);
    default: {
      const nested = "tokens" in token ? token.tokens : undefined;
      if (nested) return inline(nested);
      return "text" in token ? decodeEntities(String(token.text)) : "";
    }
  }
}

/** A link that says its own address is said once. */
function linked({ href, tokens }: Tokens.Link): string {
  const text = inline(tokens);
  const address = href.replace(/^(?:mailto|tel):/, "");
  return text.includes(address) || address.endsWith(`//${text}`) ? text : `${text}: ${address}`;
}
