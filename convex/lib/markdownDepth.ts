/** Markdown that every parser survives: a quote in a quote in a quote is a call in a call in a call. */

/** Levels of quotes and lists that a line may open. */
const MAX_DEPTH = 8;

/** What opens a level at the beginning of a line: a quote, a bullet, a number. */
const OPENER = String.raw`[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))`;
const TOO_DEEP = new RegExp(`^((?:${OPENER}){${MAX_DEPTH}})(?:${OPENER})+`, "gm");

/** The text, without what opens a level deeper than the eighth. */
export const limitDepth = (markdown: string): string => markdown.replace(TOO_DEEP, "$1");
