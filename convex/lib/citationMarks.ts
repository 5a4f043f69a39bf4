/**
 * Citation marks as models write them: `[1]`, `[1, 2]`, `[1-2]`, `[Passage 1]`, `【1†source】`. One rule for the answer
 * that is stored, the page, texts and previews. Pure. What stands in code, in a link, or is an index (`list()[0]`) is
 * no mark. The rule's table is its test.
 */

const NAME = "(?:passages?|sources?|citations?|cite|refs?|documents?|docs?|quellen?|fuentes?)";
const GAP = "[^\\S\\n]{0,4}";
const NUMBER = `(?:${NAME}${GAP}:?${GAP})?#?\\d{1,3}`;
const LIST = `${NUMBER}(?:${GAP}(?:[,;&–-]|and|und|y)${GAP}${NUMBER}){0,20}`;
/** OpenAI's: the place in its list of files (`4:0`), and a name or lines behind a dagger. */
const OPENAI = `${GAP}(${LIST})(?::\\d{1,3})?(?:†[^\\]】\\n]{0,80})?${GAP}`;
/** After a link's text, in a definition (`[1]: https://…`), after a pattern (`[1]+`): what goes before is no mark. */
const NO_MARK_BEFORE = "(?:[(+{]|:\\s?<?[a-z][a-z0-9+.-]{0,20}://)";
const MARK = `(?:\\[${OPENAI}\\](?!${NO_MARK_BEFORE})|【${OPENAI}】)`;
const ONE = new RegExp(MARK, "iy");
const LINKS = new RegExp(`^${NO_MARK_BEFORE}`, "i");
const START = /[[【]/g;

/** Sources between the ends of `[1-4]`. More is no list of sources. */
const MAX_RANGE = 10;

/** Marks in a row: from the space before them to the last bracket. `floor`: where those before them end. */
type Run = { lead: number; start: number; end: number; numbers: number[]; floor: number };
/** How marks in a row are written: nothing takes them out, with the space before them. */
type Write = (numbers: number[]) => string;

const writePlain: Write = (numbers) => `[${numbers.join("][")}]`;

/** The text with its marks written anew, by default in the form that is stored: `[1][2]`. */
export function writeMarks(markdown: string, write: Write = writePlain): string {
  let text = markdown;
  // What is taken out may leave a mark: `[1[9]]`. Nobody nests deeper to say something.
  for (let pass = 0; pass < 8; pass++) {
    const before = text;
    text = writeOnce(before, write);
    if (text === before) break;
  }
  return text;
}

/** The numbers of the sources that a text names, in its order. */
export const findMarks = (markdown: string): number[] => [
  ...new Set(findRuns(markdown).flatMap(({ numbers }) => numbers)),
];

/** For a text that goes on: without the end that may become a mark. */
export function withoutHalfMark(text: string): string {
  const start = text.search(HALF);
  return start < 0 ? text : text.slice(0, start);
}

const LETTERS = "passages|sources|citations|documents|refs|quellen|fuentes"
  .split("|")
  .flatMap((name) => [...name].map((_, i) => name.slice(0, i + 1)))
  .join("|");
const HALF = new RegExp(
  `(?:【[^】\\n]{0,100}|\\[\\s{0,4}(?:${LETTERS})?[\\d\\s:#,;&–-]{0,40}(?:†[^\\]\\n]{0,80})?)$`,
  "i",
);

function writeOnce(text: string, write: Write): string {
  let written = "";
  let from = 0;
  for (const run of findRuns(text)) {
    const marks = write(run.numbers);
    const space = run.lead < run.start ? " " : "";
    const isFirst = run.lead === 0 || text[run.lead - 1] === "\n";
    written += text.slice(from, isFirst ? run.start : run.lead);
    from = run.end;
    if (marks === "") continue;
    // Another form than it had must not become an index, nor a link.
    const apart = space || isFirst || !isIndex(text, run) ? "" : " ";
    const next = LINKS.test(text.slice(run.end, run.end + 30)) ? " " : "";
    written += `${isFirst ? "" : space}${apart}${marks}${next}`;
  }
  return written + text.slice(from);
}

function findRuns(text: string): Run[] {
  const runs: Run[] = [];
  if (!/[[【]/.test(text)) return runs;
  const spans = quotedSpans(text);
  let span = 0;
  for (let at = nextStart(text, 0); at >= 0; at = nextStart(text, at)) {
    while (span < spans.length && spans[span]!.end <= at) span++;
    if (span < spans.length && spans[span]!.start <= at) {
      at = spans[span]!.end;
      continue;
    }
    const mark = readMark(text, at);
    const last = runs.at(-1);
    if (mark === null) at += 1;
    else if (last !== undefined && /^[^\S\n]{0,4}$/.test(text.slice(last.end, at))) {
      last.numbers = [...new Set([...last.numbers, ...mark.numbers])];
      last.end = at = mark.end;
    } else {
      const lead = at - /[^\S\n]*$/.exec(text.slice(Math.max(0, at - 20), at))![0].length;
      const run = { lead, start: at, floor: last?.end ?? 0, ...mark };
      const isMark = text[at] === "【" || !isIndex(text, run);
      if (isMark) runs.push(run);
      at = isMark ? mark.end : at + 1;
    }
  }
  return runs;
}

function nextStart(text: string, from: number): number {
  START.lastIndex = from;
  return START.exec(text)?.index ?? -1;
}

function readMark(text: string, at: number): { end: number; numbers: number[] } | null {
  ONE.lastIndex = at;
  const [whole, square, lenticular] = ONE.exec(text) ?? [];
  if (whole === undefined) return null;
  const numbers = numbersOf((square ?? lenticular)!);
  return numbers && { end: at + whole.length, numbers };
}

/** Null: a range that no list of sources has, as `[0-9]`. */
function numbersOf(list: string): number[] | null {
  const numbers = new Set<number>();
  for (const part of list.split(/[,;&]|\band\b|\bund\b|\by\b/i)) {
    const [first, last = first] = (part.match(/\d+/g) ?? []).map(Number) as [number, number?];
    const isRange = last !== first;
    if (last < first || last - first > MAX_RANGE || (isRange && first === 0)) return null;
    for (let n = first; n <= last; n++) numbers.add(n);
  }
  return [...numbers];
}

/**
 * Whether square brackets in this place are an index or escaped. Right after a word many models cite (`$149[1]`);
 * a word of a program is known by its looks, or by what follows.
 */
function isIndex(text: string, { start, end, numbers, floor }: Run): boolean {
  const word = /\S*$/.exec(text.slice(Math.max(floor, start - 200), start))![0];
  if (/[)\]}'"\\]$/.test(word) || /:\/\/|^www\./i.test(word)) return true;
  if (!/\w$/.test(word)) return false;
  const follows = text.slice(end, end + 10);
  return numbers.includes(0) || CODE_WORD.test(word) || /^(?:\.\w|\s?[-+*/]?=)/.test(follows);
}

const CODE_WORD = /(?:[$@]\w*[a-z]\w*|_\w*|(?:::|->|\\)\w+|\b(?:argv|args|arr|array))$/i;

type Span = { start: number; end: number };

/** Fenced blocks, code in a line, links, addresses: in order, none in another. */
function quotedSpans(text: string): Span[] {
  const fences = fencedSpans(text);
  const spans: Span[] = [];
  let from = 0;
  for (const fence of [...fences, { start: text.length, end: text.length }]) {
    spans.push(...inlineSpans(text.slice(from, fence.start), from), fence);
    from = fence.end;
  }
  return spans;
}

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)$/;

/** One without an end goes on to the end of the text. */
function fencedSpans(text: string): Span[] {
  const spans: Span[] = [];
  let open: { start: number; mark: string } | null = null;
  let at = 0;
  for (const line of text.split("\n")) {
    const [, mark, info] = FENCE.exec(line) ?? [];
    const end = Math.min(text.length, at + line.length + 1);
    if (open === null) {
      const opens = mark !== undefined && !(mark.startsWith("`") && info!.includes("`"));
      if (opens) open = { start: at, mark };
    } else if (mark?.startsWith(open.mark) && info!.trim() === "") {
      spans.push({ start: open.start, end });
      open = null;
    }
    at = end;
  }
  if (open !== null) spans.push({ start: open.start, end: text.length });
  return spans;
}

/** Code ends with as many backticks as it began with, in its paragraph. */
const CODE = "(?<![\\\\`])(`+)(?!`)(?:(?!\\n[^\\S\\n]*\\n)[^])*?(?<!`)\\1(?!`)";
const LINK = "\\[(?:[^[\\]\\n]|\\[[^[\\]\\n]{0,300}\\]){1,300}\\]\\([^()\\s]{0,2000}\\)";
const URL = "(?:https?://|www\\.)[^\\s<【`]*";
const INLINE = new RegExp(`${CODE}|${LINK}|${URL}`, "gi");

const inlineSpans = (text: string, offset: number): Span[] =>
  [...text.matchAll(INLINE)].map((match) => ({
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }));
