/**
 * Where in its original a piece of a document stands, as the end of an address says it: "page=3" of a PDF, "prices"
 * for the heading of that id. In Markdown it is a comment on a line of its own, so it survives an edit by hand, and
 * no renderer shows it.
 */
const MARK = /^<!-- place: ([^\s<>]{1,100}) -->\s*$/;
/** What may stand in an id and in a comment as it is. */
const PLACE = /^(?!.*--)[\p{L}\p{N}_.:=~!$&'()*+,;@/?%-]{1,100}$/u;

/** The line that says so, or "" for what no address could say. */
export const markPlace = (place: string): string =>
  PLACE.test(place) ? `<!-- place: ${place} -->` : "";

/** The place that a block of Markdown is the mark of, or null. */
export const readPlace = (block: string): string | null => MARK.exec(block.trim())?.[1] ?? null;
