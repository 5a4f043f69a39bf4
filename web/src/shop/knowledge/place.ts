/** Where in a document's text to begin: the line that somebody came for. Pure. */
export type Sought = { words: string; heading: string };

/**
 * From and to, in characters; null: nowhere in particular. Under the heading, the line with most of the words; in it the
 * price, if there is one alone or one that was looked for: to type another is to correct it.
 */
export function findPlace(body: string, { words, heading }: Sought): [number, number] | null {
  const lines = body.split("\n");
  const begin = headingLine(lines, heading);
  const wanted = new Set(wordsOf(words));
  if (begin === null && wanted.size === 0) return null;
  const first = begin ?? 0;
  const end = begin === null ? lines.length : sectionEnd(lines, begin);
  let [best, most] = [begin, 0];
  for (let i = first; i < end; i++) {
    const having = [...new Set(wordsOf(lines[i]!))].filter((word) => wanted.has(word)).length;
    if (having > most) [best, most] = [i, having];
  }
  if (best === null) return null;
  const start = lines.slice(0, best).reduce((sum, line) => sum + line.length + 1, 0);
  const [from, to] = priceIn(lines[best]!, wanted) ?? [0, lines[best]!.length];
  return [start + from, start + to];
}

function priceIn(line: string, wanted: ReadonlySet<string>): [number, number] | null {
  const prices = [...line.matchAll(/[$€£]\s?\d+(?:[.,]\d+)*/g)];
  const named = prices.filter(([price]) => wordsOf(price).every((word) => wanted.has(word)));
  const [price, ...others] = named.length > 0 ? named : prices;
  if (price === undefined || others.length > 0) return null;
  return [price.index, price.index + price[0].length];
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];

/** Search names a passage by its headings, outermost first: "Prices › Laptops". */
function headingLine(lines: readonly string[], heading: string): number | null {
  const last = heading.split(" › ").at(-1)!;
  if (last === "") return null;
  const found = lines.findIndex((line) => /^#/.test(line) && line.includes(last));
  return found === -1 ? null : found;
}

function sectionEnd(lines: readonly string[], begin: number): number {
  const next = lines.findIndex((line, i) => i > begin && /^#/.test(line));
  return next === -1 ? lines.length : next;
}
