/** Whether Markdown can be drawn: what nests too deep or makes too many cells stops a page for seconds, or for good. */

/** Characters. Answers are far below; the parser needs some 3 ms for a thousand. */
const MAX_LENGTH = 20_000;
/** Quotes and lists inside each other on one line: each level is a call inside a call, of the parser and of React. */
const MAX_DEPTH = 20;
/** By pipes. Every row is filled up to the columns of its head, so two short lines can ask for a million cells. */
const MAX_COLUMNS = 30;
const MAX_CELLS = 3_000;
/** `*`, `_` and `~` in one run: matching them takes time by the square. */
const MAX_MARKERS = 200;

const CONTAINERS = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*/;
const CONTAINER = />|[-+*]|\d+[.)]/g;
const MARKERS = new RegExp(`[*_~]{${MAX_MARKERS + 1}}`);
/** `false` for a text that is to be shown as it is written. Linear in its length. */
export function isDrawable(text: string): boolean {
  if (text.length > MAX_LENGTH || MARKERS.test(text)) return false;
  let columns = 0;
  let cells = 0;
  for (const line of text.split("\n")) {
    if (depthOf(line) > MAX_DEPTH) return false;
    if (isBelowHead(line)) columns = Math.max(1, line.split("|").length - 1);
    if (columns > MAX_COLUMNS) return false;
    if (line.trim() === "") columns = 0;
    cells += columns;
  }
  return cells <= MAX_CELLS;
}

function depthOf(line: string): number {
  return (CONTAINERS.exec(line)?.[0].match(CONTAINER) ?? []).length;
}

/** The line of dashes that makes a table: without one, pipes are text. */
function isBelowHead(line: string): boolean {
  const cells = line.replace(/^[\s>]+/, "").split("|");
  return line.includes("-") && cells.every((cell) => /^:?-*:?$/.test(cell.trim()));
}
