/**
 * Splits a document into passages by its structure: sections by heading, then paragraphs, lists and tables
 * together up to a target size. Pure; the Markdown parser is `marked`.
 */
import { Lexer, type Token } from "marked";
import type { Infer } from "convex/values";
import type { vDocumentFormat } from "../../validators";
import { readFrontMatter } from "../../lib/frontMatter";
import { readPlace } from "../../lib/places";
import { truncateText } from "../../lib/text";

/** Passages aim at this size: one answerable thing each, five of them cheap to read and to prompt with. */
export const TARGET_CHARS = 700;
/** A block longer than this is cut at sentences. */
export const MAX_CHARS = 1_200;

type Piece = { heading: string; text: string; place?: string };
type Block = { text: string; place: string | undefined };

/** Pieces in reading order, each with its headings joined by " › ", and with where its first line stands in the original. */
export function splitDocument(format: Infer<typeof vDocumentFormat>, body: string): Piece[] {
  return format === "markdown"
    ? splitMarkdown(body)
    : pack("", body.split(/\n{2,}/).map(withoutPlace));
}

const withoutPlace = (text: string): Block => ({ text, place: undefined });

function splitMarkdown(body: string): Piece[] {
  const pieces: Piece[] = [];
  const { title, text } = readFrontMatter(body);
  const path: string[] = title === "" ? [] : [plainHeading(title)];
  let blocks: Block[] = [];
  /** What the last mark says, which holds for all that follows. */
  let place: string | undefined;
  /** The heading that stands last, while nothing stands under it. */
  let bare: (Block & { depth: number }) | null = null;
  const close = (next = 0) => {
    // A heading with headings below it has its text there; any other one says something by itself.
    if (blocks.length === 0 && bare !== null && bare.depth > 1 && next <= bare.depth) {
      blocks.push(bare);
    }
    // The first level is the document's own title.
    pieces.push(...pack(path.slice(1).filter(Boolean).join(" › ") || (path[0] ?? ""), blocks));
    blocks = [];
    bare = null;
  };
  for (const token of blocksOf(withLinks(text))) {
    const mark = token.type === "html" ? readPlace(token.raw) : null;
    if (mark !== null) {
      place = mark;
    } else if (token.type === "heading") {
      const depth = token.depth as number;
      close(depth);
      bare = { depth, text: plainHeading(String(token.text)), place };
      path.length = Math.min(path.length, depth - 1);
      while (path.length < depth - 1) path.push("");
      path.push(bare.text);
    } else if (token.type !== "space" && token.type !== "hr" && token.type !== "def") {
      blocks.push({ text: token.raw.trim(), place });
    }
  }
  close();
  return pieces;
}

/** `[text][name]` with its address in it: what names it may end up in another passage, or in none. */
function withLinks(body: string): string {
  const addresses = new Map(
    [...body.matchAll(/^ {0,3}\[([^\]^\n]{1,100})\]:[ \t]*<?(https?:[^\s>]+)/gm)].map(
      ([, name, address]) => [name!.toLowerCase(), address!] as const,
    ),
  );
  if (addresses.size === 0) return body;
  return body.replace(
    /\[([^\]\n]{1,200})\]\[([^\]\n]{0,100})\]/g,
    (all, text: string, name: string) => {
      const address = addresses.get((name || text).toLowerCase());
      return address === undefined ? all : `[${text}](${address})`;
    },
  );
}

/** Marks say nothing where nothing renders them: `**Bold**`, `[a link](…)`, "`code`", "{#anchor}". */
const plainHeading = (text: string) =>
  text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s*\{#[^}]*\}\s*$/, "")
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, "$2")
    .replace(/(^|\s)[*_](\S.*?\S|\S)[*_](?=\s|$|[.,:;!?])/g, "$1$2")
    .trim();

/** Blocks only: marks within a line need no parsing. What nests too deep for the parser is one block. */
function blocksOf(body: string): Token[] {
  try {
    return new Lexer().blockTokens(body);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [{ type: "paragraph", raw: body, text: body, tokens: [] }];
  }
}

/** Joins neighbouring blocks up to the target; a paragraph that introduces a list stays with it. */
function pack(heading: string, blocks: Block[]): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  let place: string | undefined;
  const end = () => {
    if (text !== "") pieces.push({ heading, text, ...(place === undefined ? {} : { place }) });
    text = "";
  };
  for (const block of blocks) {
    for (const part of cut(block.text)) {
      const introduces = text.endsWith(":");
      if (text.length + part.length > (introduces ? MAX_CHARS : TARGET_CHARS)) end();
      if (text === "") place = block.place;
      text = text === "" ? part : `${text}\n\n${part}`;
    }
  }
  end();
  return pieces;
}

/** Cuts a long block where its kind can be cut: a table keeps its head, code its fence, a list its items. */
function cut(block: string): string[] {
  const trimmed = block.trim();
  if (trimmed.length <= MAX_CHARS) return trimmed === "" ? [] : [trimmed];
  const lines = trimmed.split("\n");
  const [first = "", second = ""] = lines;
  if (/^\s*\|?[\s:|-]*-[\s:|-]*$/.test(second) && second.includes("|")) {
    const head = `${first}\n${second}\n`;
    if (head.length < MAX_CHARS / 3) return packLines(lines.slice(2), { before: head, after: "" });
  }
  const fence = /^ {0,3}(`{3,}|~{3,})[^\n]{0,80}$/.exec(first);
  if (fence !== null) {
    const closed = lines.length > 1 && lines.at(-1)!.trim() === fence[1];
    const inside = lines.slice(1, closed ? -1 : undefined);
    return packLines(inside, { before: `${first}\n`, after: `\n${fence[1]}` });
  }
  const items = trimmed.split(/\n(?=(?:[-*+]|\d{1,9}[.)])\s)/);
  if (items.length > 1) return packItems(items);
  return cutText(trimmed, MAX_CHARS);
}

/** Lines together up to the limit, each piece with what makes it a table or code. */
function packLines(lines: string[], { before, after }: { before: string; after: string }) {
  const room = MAX_CHARS - before.length - after.length;
  const pieces: string[] = [];
  let text = "";
  for (const line of lines.flatMap((line) => (line.length > room ? cutText(line, room) : [line]))) {
    if (text !== "" && text.length + line.length + 1 > room) {
      pieces.push(text);
      text = "";
    }
    text = text === "" ? line : `${text}\n${line}`;
  }
  if (text !== "") pieces.push(text);
  return pieces.filter((piece) => piece.trim() !== "").map((piece) => `${before}${piece}${after}`);
}

/** Steps together up to the limit: what is told under one stays with it. */
function packItems(items: string[]): string[] {
  const pieces: string[] = [];
  let text = "";
  for (const item of items.flatMap((item) => cutText(item, MAX_CHARS))) {
    if (text !== "" && text.length + item.length + 1 > MAX_CHARS) {
      pieces.push(text);
      text = "";
    }
    text = text === "" ? item : `${text}\n${item}`;
  }
  if (text !== "") pieces.push(text);
  return pieces;
}

/** At line ends, then sentence ends, then anywhere. */
function cutText(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const at = [head.lastIndexOf("\n"), head.lastIndexOf(". ") + 1, head.lastIndexOf(" ")].find(
      (index) => index > most / 3,
    );
    const part = at === undefined ? truncateText(rest, most) : rest.slice(0, at);
    parts.push(part.trim());
    rest = rest.slice(part.length).trim();
  }
  if (rest !== "") parts.push(rest);
  return parts;
}
