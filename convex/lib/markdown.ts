/** Markdown of anybody, parsed without harm: marked calls itself for each quote or list in another, and would not return. */
import { Lexer, type Token } from "marked";

/** Nobody nests deeper to say something. */
const MAX_DEPTH = 8;
/** The mark of a quote or of a list's item, where one may stand: at the start of a line or after another. */
const MARK = /[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))/y;

/** The tokens of a text, in which quotes and lists are `MAX_DEPTH` deep at most: marks beyond are left out. */
export function parseMarkdown(markdown: string): Token[] {
  return new Lexer().lex(markdown.split("\n").map(limitDepth).join("\n"));
}

function limitDepth(line: string): string {
  let kept = 0;
  let end = 0;
  MARK.lastIndex = 0;
  for (let depth = 1; MARK.test(line); depth++) {
    end = MARK.lastIndex;
    if (depth <= MAX_DEPTH) kept = end;
  }
  return line.slice(0, kept) + line.slice(end);
}
