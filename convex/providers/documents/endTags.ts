/**
 * End tags that a page may leave out (HTML, 13.1.2.4), written in: of items, terms, cells, rows, parts of tables,
 * captions. The parser behind linkedom ends an element only while nothing else is open in it, so that a paragraph in a
 * cell would put the rest of its table into that cell. Paragraphs themselves it ends.
 */

const CELLS = ["td", "th", "caption", "colgroup"];
const ROWS = [...CELLS, "tr"];
const PARTS = [...ROWS, "thead", "tbody", "tfoot"];
const TERMS = ["dt", "dd"];

/** What the start of one ends. */
const ENDS = new Map([
  ["li", ["li"]],
  ["dt", TERMS],
  ["dd", TERMS],
  ["td", CELLS],
  ["th", CELLS],
  ["tr", ROWS],
  ["colgroup", ["caption"]],
  ["thead", PARTS],
  ["tbody", PARTS],
  ["tfoot", PARTS],
]);
/** Where it ends nothing further out: a list or a table within another's item or cell. */
const LIST = /^(?:ul|ol|menu|dl|td|th)$/;
const TABLE = /^table$/;

/** A comment, or a tag. What is never ended goes on to the last character, so that nothing is read twice. */
const PIECES =
  /<!--(?:[^]*?-->|[^]*)|<(\/?)([a-z][\w:-]*)(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^"'>])*(?:>|$)/gi;
const TEXT_ONLY = /^(?:script|style|textarea|title)$/;
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/;

export function writeEndTags(html: string): string {
  const open: string[] = [];
  return html.replace(PIECES, (piece: string, slash?: string, given?: string) => {
    const name = given?.toLowerCase() ?? "";
    const innermost = open.at(-1) ?? "";
    if (TEXT_ONLY.test(innermost) && !(slash === "/" && name === innermost)) return piece;
    if (slash === "/") {
      const last = open.lastIndexOf(name);
      if (last >= 0) open.length = last;
      return piece;
    }
    if (name === "" || VOID.test(name) || (name === "p" && innermost === "p")) return piece;
    const ended = findEnded(open, name);
    const end = ended === -1 ? "" : `</${open[ended]!}>`;
    if (ended !== -1) open.length = ended;
    open.push(name);
    return end + piece;
  });
}

/** Where the outermost element stands that the start of this one ends; -1 for none. */
function findEnded(open: string[], name: string): number {
  const ends = ENDS.get(name);
  if (ends === undefined) return -1;
  const border = name === "li" || TERMS.includes(name) ? LIST : TABLE;
  let ended = -1;
  for (let i = open.length - 1; i >= 0 && !border.test(open[i]!); i--) {
    if (ends.includes(open[i]!)) ended = i;
  }
  return ended;
}
