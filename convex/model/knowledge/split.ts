/**
 * Splits a document into passages by its structure: sections by heading, then paragraphs, lists and tables
 * together up to a target size. Pure; the Markdown parser is `marked`.
 */
import { Lexer, type Token } from "marked";
import type { Infer } from "convex/values";
import type { vDocumentFormat } from "../../validators";
import { truncateText } from "../../lib/text";

/** Passages aim at this size: one answerable thing each, five of them cheap to read and to prompt with. */
export const TARGET_CHARS = 700;
/** A block longer than this is cut at sentences. */
export const MAX_CHARS = 1_200;

type Piece = { heading: string; text: string };

/** Pieces in reading order, each with its headings joined by " › ". */
export function splitDocument(format: Infer<typeof vDocumentFormat>, body: string): Piece[] {
  return format === "markdown" ? splitMarkdown(body) : pack("", body.split(/\n{2,}/));
}

function splitMarkdown(body: string): Piece[] {
  const pieces: Piece[] = [];
  const path: string[] = [];
  let blocks: string[] = [];
  const close = () => {
    // The first level is the document's own title.
    pieces.push(...pack(path.slice(1).filter(Boolean).join(" › ") || (path[0] ?? ""), blocks));
    blocks = [];
  };
  for (const token of blocksOf(body)) {
    if (token.type === "heading") {
      close();
      const depth = token.depth as number;
      path.length = Math.min(path.length, depth - 1);
      while (path.length < depth - 1) path.push("");
      path.push(String(token.text));
    } else if (token.type !== "space" && token.type !== "hr" && token.type !== "def") {
      blocks.push(token.raw.trim());
    }
  }
  close();
  return pieces;
}

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
function pack(heading: string, blocks: string[]): Piece[] {
  const pieces: Piece[] = [];
  let text = "";
  for (const block of blocks.flatMap(cut)) {
    const introduces = text.endsWith(":");
    if (text !== "" && text.length + block.length > (introduces ? MAX_CHARS : TARGET_CHARS)) {
      pieces.push({ heading, text });
      text = "";
    }
    text = text === "" ? block : `${text}\n\n${block}`;
  }
  if (text !== "") pieces.push({ heading, text });
  return pieces;
}

/** Cuts a long block at line ends, then sentence ends, then anywhere. */
function cut(block: string): string[] {
  const trimmed = block.trim();
  if (trimmed.length <= MAX_CHARS) return trimmed === "" ? [] : [trimmed];
  const parts: string[] = [];
  let rest = trimmed;
  while (rest.length > MAX_CHARS) {
    const head = rest.slice(0, MAX_CHARS);
    const at = [head.lastIndexOf("\n"), head.lastIndexOf(". ") + 1, head.lastIndexOf(" ")].find(
      (index) => index > MAX_CHARS / 3,
    );
    const part = at === undefined ? truncateText(rest, MAX_CHARS) : rest.slice(0, at);
    parts.push(part.trim());
    rest = rest.slice(part.length).trim();
  }
  if (rest !== "") parts.push(rest);
  return parts;
}
