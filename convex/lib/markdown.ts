/** Markdown of anybody, parsed without harm: marked calls itself for what stands in something, as deep as that goes. */
import { getDefaults, Lexer, Tokenizer, type Token, type Tokens } from "marked";

/** Nobody nests deeper to say something. */
const MAX_DEPTH = 8;
/** The mark of a quote or of a list's item, where one may stand: at the start of a line or after another. */
const MARK = /[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]))/y;

/** Marks of style in a row: two of them are a level. */
const RUN = /([*_~])\1{15,}/g;

/** "~1 hour (~$50)" strikes nothing out: one tilde is a word's, two are the mark. */
class TwoTildes extends Tokenizer {
  override del(...[src, ...rest]: Parameters<Tokenizer["del"]>): Tokens.Del | undefined {
    return src.startsWith("~~") ? super.del(src, ...rest) : undefined;
  }
}

/**
 * The tokens of a text, in which quotes, lists and marks in a row are `MAX_DEPTH` deep at most: those beyond are left
 * out. What is nested deeper than the stack in some other way is taken for the plain text that it is.
 */
export function parseMarkdown(markdown: string): Token[] {
  const text = limitDepth(markdown).replace(RUN, (run) => run.slice(0, 2 * MAX_DEPTH));
  try {
    return new Lexer({ ...getDefaults(), tokenizer: new TwoTildes() }).lex(text);
  } catch (error) {
    if ((error as Error).name !== "RangeError") throw error;
    return [{ type: "text", raw: text, text }];
  }
}

/** The text, without what opens a level of quotes and lists deeper than the eighth. */
export const limitDepth = (markdown: string): string =>
  markdown.split("\n").map(limitLine).join("\n");

function limitLine(line: string): string {
  let kept = 0;
  let end = 0;
  MARK.lastIndex = 0;
  for (let depth = 1; MARK.test(line); depth++) {
    end = MARK.lastIndex;
    if (depth <= MAX_DEPTH) kept = end;
  }
  return line.slice(0, kept) + line.slice(end);
}
