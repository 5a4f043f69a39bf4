/**
 * Markdown from pieces of text and where they stand on their pages: lines, columns, tables, headings, lists. Pure. A
 * page's mark (`lib/places.ts`) stands before the first thing that begins on it.
 */
import { markPlace } from "../../lib/places";
import { joinLines } from "./hyphens";

export type PdfText = {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Names the type it is set in: what is bold has another one. */
  font: string;
};
type Segment = { text: string; left: number; right: number };
type Line = { segments: Segment[]; y: number; height: number; font: string };

export function writePages(pages: PdfText[][]): string {
  const lines = dropRepeated(orderPages(pages.map(linesOf)));
  const style = styleOf(lines.flat());
  const blocks: string[] = [];
  for (const [i, page] of lines.entries()) {
    const written = writePage(page, style);
    const last = blocks.at(-1);
    const first = written[0];
    // A sentence that goes over the page.
    if (last !== undefined && first !== undefined && goesOn(last, first)) {
      blocks[blocks.length - 1] = joinLines([last, first], style.words);
      written.shift();
    }
    if (written.length > 0) blocks.push(markPlace(`page=${i + 1}`), ...written);
  }
  return blocks.join("\n\n");
}

const textOf = (line: Line) => line.segments.map(({ text }) => text).join(" ");

const goesOn = (before: string, after: string) =>
  /^[\p{Ll}]/u.test(after) && /[\p{Ll},\u00ad-]$/u.test(before) && !/^[#|<]/.test(before);

/** Texts at one height, from left to right; a wide gap ends a segment. */
function linesOf(texts: PdfText[]): Line[] {
  const sorted = texts.filter((text) => text.height > 0).sort((a, b) => a.y - b.y || a.x - b.x);
  const rows: PdfText[][] = [];
  for (const text of sorted) {
    const row = rows.at(-1);
    const near =
      row !== undefined && text.y - row[0]!.y < 0.45 * Math.max(text.height, row[0]!.height);
    if (near) row.push(text);
    else rows.push([text]);
  }
  return rows.map((row) => ({
    segments: segmentsOf(row.sort((a, b) => a.x - b.x)),
    y: row[0]!.y,
    height: commonest(row.map((text) => [tenth(text.height), text.text.length])) ?? 0,
    font: commonest(row.map((text) => [text.font, text.text.length])) ?? "",
  }));
}

function segmentsOf(row: PdfText[]): Segment[] {
  const segments: Segment[] = [];
  let before: PdfText | undefined;
  for (const text of row) {
    const last = segments.at(-1);
    // Bold letters made by printing them twice.
    const twice = before?.text === text.text && Math.abs(text.x - before.x) < text.height / 5;
    if (twice) continue;
    const gap = last === undefined ? Infinity : text.x - last.right;
    const right = text.x + text.width;
    if (last === undefined || gap > 1.3 * text.height) {
      segments.push({ text: text.text.trim(), left: text.x, right });
    } else {
      const space = gap > 0.15 * text.height || /\s$/.test(before!.text) || /^\s/.test(text.text);
      last.text = `${last.text}${space ? " " : ""}${text.text.trim()}`;
      last.right = Math.max(last.right, right);
    }
    before = text;
  }
  return segments.filter(({ text }) => text !== "");
}

const MIN_COLUMN_LINES = 6;
/** Prose fills its column; the cells of a table are short. */
const MIN_COLUMN_CHARS = 25;

/** A page with a drawing in one of its columns has few pairs of lines: it is set as the others are. */
function orderPages(pages: Line[][]): Line[][] {
  const gaps = pages.map(findGap);
  const found = gaps.filter((gap) => gap !== null);
  const usual = found.sort((a, b) => a - b)[Math.floor(found.length / 2)];
  return pages.map((lines, i) => {
    const shared = usual !== undefined && found.length > 1 && isSetAround(lines, usual);
    return orderColumns(lines, gaps[i] ?? (shared ? usual : null));
  });
}

/** Hardly anything crosses the gap, and prose fills one side of it: the rows of a wide table have more cells. */
function isSetAround(lines: Line[], gap: number): boolean {
  const crossing = lines.filter(({ segments }) => segments.some(isAcross(gap)));
  const prose = [true, false].map((isLeft) => {
    const sides = lines.map(({ segments }) => segments.filter(({ left }) => left < gap === isLeft));
    return sides.filter((side) => side.length === 1 && side[0]!.text.length >= MIN_COLUMN_CHARS);
  });
  const most = Math.max(...prose.map(({ length }) => length));
  return (
    crossing.length <= lines.length / 6 && most >= Math.max(MIN_COLUMN_LINES, lines.length / 3)
  );
}

const isAcross = (gap: number) => (segment: Segment) => segment.left < gap && segment.right > gap;

/** Pages set in two columns, left one first; what crosses the gap between them stays where it is. */
function orderColumns(lines: Line[], gap: number | null): Line[] {
  if (gap === null) return lines;
  const ordered: Line[] = [];
  let left: Line[] = [];
  let right: Line[] = [];
  const flush = () => {
    ordered.push(...left, ...right);
    [left, right] = [[], []];
  };
  for (const line of lines) {
    if (line.segments.some(isAcross(gap))) {
      flush();
      ordered.push(line);
      continue;
    }
    const sides = [left, right] as const;
    for (const [i, side] of sides.entries()) {
      const segments = line.segments.filter((segment) => segment.left >= gap === (i === 1));
      if (segments.length > 0) side.push({ ...line, segments });
    }
  }
  flush();
  return ordered;
}

function findGap(lines: Line[]): number | null {
  const pairs = lines.filter(({ segments }) => segments.length === 2);
  if (pairs.length < MIN_COLUMN_LINES || pairs.length < lines.length / 3) return null;
  const chars = [0, 1].map((i) => average(pairs.map((line) => line.segments[i]!.text.length)));
  if (Math.min(...chars) < MIN_COLUMN_CHARS) return null;
  const from = Math.max(...pairs.map(({ segments }) => segments[0]!.right));
  const to = Math.min(...pairs.map(({ segments }) => segments[1]!.left));
  return to > from ? (from + to) / 2 : null;
}

const average = (numbers: number[]) =>
  numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

const EDGE_LINES = 2;
/** "Batteries . . . . . . 12": a table of contents finds what is not there. */
const LEADERS = /(?:\s?\.){5,}\s*(?:\d+|[ivxlc]+)$/;
const PAGE_NUMBER = /^(?:page |seite |- ?)?\d{1,4}(?:(?: of | von | ?\/ ?)\d{1,4})?(?: ?-)?$/i;

/** Without the heads and feet that pages repeat, and without their numbers. */
function dropRepeated(pages: Line[][]): Line[][] {
  const edgesOf = (page: Line[]) =>
    new Set([...page.slice(0, EDGE_LINES), ...page.slice(-EDGE_LINES)]);
  const keyOf = (line: Line) => textOf(line).replace(/\d+/g, "#");
  const seen = new Map<string, number>();
  for (const page of pages) {
    for (const key of new Set([...edgesOf(page)].map(keyOf))) {
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
  }
  const repeated = (line: Line) =>
    pages.length >= 3 && (seen.get(keyOf(line)) ?? 0) > 0.6 * pages.length;
  return pages.map((page) => {
    const edges = edgesOf(page);
    return page
      .filter((line) => !LEADERS.test(textOf(line)))
      .filter((line) => !edges.has(line) || !(repeated(line) || PAGE_NUMBER.test(textOf(line))));
  });
}

const tenth = (number: number) => Math.round(number * 10) / 10;

/** The value with the most weight. */
function commonest<T>(weighted: [value: T, weight: number][]): T | undefined {
  const sums = new Map<T, number>();
  for (const [value, weight] of weighted) sums.set(value, (sums.get(value) ?? 0) + weight);
  return [...sums].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** How the document is set: what differs from it is a heading. */
function styleOf(lines: Line[]) {
  const weighted = <T>(value: (line: Line) => T) =>
    commonest(lines.map((line) => [value(line), textOf(line).length]));
  const body = weighted(({ height }) => height) ?? 0;
  const font = weighted((line) => line.font) ?? "";
  const large = lines.filter((line) => isLarge(line, body)).map(({ height }) => height);
  const headings = [...new Set(large)].sort((a, b) => b - a);
  return { body, font, headings, words: lines.map(textOf).join("\n") };
}

const isLarge = (line: Line, body: number) =>
  line.height > 1.15 * body && line.segments.length === 1 && textOf(line).length <= 120;

/** 0 for what is no heading. A short line in another type is one if text follows it. */
function levelOf(line: Line, next: Line | undefined, style: Style): number {
  if (isLarge(line, style.body)) return Math.min(6, style.headings.indexOf(line.height) + 1);
  const bold =
    line.font !== style.font &&
    line.segments.length === 1 &&
    line.height >= 0.95 * style.body &&
    /^[\p{Lu}\p{N}].{0,78}[^.,;:-]$/u.test(textOf(line)) &&
    !NUMBERED_ITEM.test(textOf(line));
  const opens = next !== undefined && next.font === style.font && next.y > line.y;
  return bold && opens ? Math.min(6, style.headings.length + 1) : 0;
}

type Style = ReturnType<typeof styleOf>;

function writePage(lines: Line[], style: Style): string[] {
  const blocks: string[] = [];
  for (let i = 0; i < lines.length;) {
    const table = tableFrom(lines, i);
    const level = levelOf(lines[i]!, lines[i + 1], style);
    const goesOn = (line: Line, next: Line | undefined) =>
      level > 0
        ? line.height === lines[i]!.height && isLarge(line, style.body)
        : line.segments.length === 1 &&
          levelOf(line, next, style) === 0 &&
          !BULLET.test(textOf(line)) &&
          !NUMBERED_ITEM.test(textOf(line));
    const together = runOf(lines, i, goesOn);
    const text = joinLines(together.map(textOf), style.words);
    if (table !== null) blocks.push(table.markdown);
    else blocks.push(level > 0 ? `${"#".repeat(level)} ${text}` : writeParagraph(text));
    i += table?.count ?? together.length;
  }
  return joinLists(blocks);
}

const BULLET = /^[•▪◦‣●■–·∙*-]\s+(?=\S)/;
const NUMBERED_ITEM = /^\d{1,3}[.)]\s+\S/;

/** Lines from `i` that stand close below each other. */
function runOf(
  lines: Line[],
  i: number,
  belongs: (line: Line, next: Line | undefined) => boolean,
): Line[] {
  const run = [lines[i]!];
  for (let j = i + 1; j < lines.length; j++) {
    const before = lines[j - 1]!;
    const line = lines[j]!;
    const gap = line.y - before.y;
    if (gap < 0 || gap > 1.7 * Math.max(before.height, line.height) || !belongs(line, lines[j + 1]))
      break;
    run.push(line);
  }
  return run;
}

const writeParagraph = (text: string): string =>
  BULLET.test(text) ? text.replace(BULLET, "- ") : text.replace(/^(?=[#>]|\|)/, "\\");

/** Items that follow each other are one list. */
function joinLists(blocks: string[]): string[] {
  const joined: string[] = [];
  const isItem = (block = "") => block.startsWith("- ") || NUMBERED_ITEM.test(block);
  for (const block of blocks) {
    const last = joined.at(-1);
    if (isItem(block) && isItem(last)) joined[joined.length - 1] = `${last!}\n${block}`;
    else joined.push(block);
  }
  return joined;
}

/** Two or more lines of several segments each, set below each other. The first is the table's head. */
function tableFrom(lines: Line[], i: number): { markdown: string; count: number } | null {
  const rows: Line[] = [];
  let count = 0;
  for (let j = i; j < lines.length; j++) {
    const line = lines[j]!;
    const gap = j === i ? 0 : line.y - lines[j - 1]!.y;
    const far = gap < 0 || gap > 3 * line.height;
    if (far || line.segments.length < 2) break;
    rows.push(line);
    count++;
  }
  if (rows.length < 2) return null;
  const columns = columnsOf(rows);
  if (columns.length < 2) return null;
  const cells = rows.map(({ segments }) =>
    columns.map(({ left, right }) =>
      segments
        .filter((one) => one.left <= right && one.right >= left)
        .map(({ text }) => text.replace(/\|/g, "\\|"))
        .join(" "),
    ),
  );
  const written = cells.map((row) => `| ${row.join(" | ")} |`);
  written.splice(1, 0, `|${" --- |".repeat(columns.length)}`);
  return { markdown: written.join("\n"), count };
}

/** Stretches of the line that segments cover. Narrow ones first: a heading over two columns joins none. */
function columnsOf(rows: Line[]): { left: number; right: number }[] {
  const most = Math.max(...rows.map(({ segments }) => segments.length));
  const columns: { left: number; right: number }[] = [];
  const full = rows.filter(({ segments }) => segments.length === most);
  for (const { left, right } of full
    .flatMap(({ segments }) => segments)
    .sort((a, b) => a.left - b.left)) {
    const last = columns.at(-1);
    if (last !== undefined && left <= last.right) last.right = Math.max(last.right, right);
    else columns.push({ left, right });
  }
  return columns;
}
