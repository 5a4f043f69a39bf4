/** Markdown that every parser survives: a quote in a quote in a quote is a call in a call in a call. */

/** Levels of quotes and lists that a line may open. */
const MAX_DEPTH = 8;

/** What opens levels at the beginning of a line: quotes, bullets, numbers. */
const OPENERS = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/gm;
const OPENER = />|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])/g;

/** The text, without what opens a level deeper than the eighth. */
export function limitDepth(markdown: string): string {
  return markdown.replace(OPENERS, (opened) => {
    const marks = [...opened.matchAll(OPENER)];
    const deepest = marks[MAX_DEPTH - 1];
    if (deepest === undefined || marks.length === MAX_DEPTH) return opened;
    return opened.slice(0, deepest.index + deepest[0].length);
  });
}
