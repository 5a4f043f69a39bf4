/**
 * Reads the passages out of a prompt and splits each into the units an answer is built from:
 * sentences, list items and table rows, each with the headings it stands under. Passages are data:
 * a unit that reads like an instruction to an assistant is dropped, and nothing here is executed.
 */
import { findConcepts, findDays } from "./text";

export interface Passage {
  n: number;
  title: string;
  heading: string;
  text: string;
}

export interface Unit {
  passage: Passage;
  kind: "sentence" | "item" | "row";
  /** Markdown, one line, without list marker. */
  text: string;
  /** Units of one paragraph, list or table share a block number within the passage. */
  block: number;
  index: number;
  /** The line that introduces a list ("Before you come in:"), when there is one. */
  intro?: string;
  /** An ordered list keeps its numbers. */
  ordered?: boolean;
  concepts: Set<string>;
  /** What tells the unit from its neighbours: a row's first cell, an item's bold label, or all. */
  key: Set<string>;
  /** Title, headings, list introduction and table header: what the text is about. */
  context: Set<string>;
  days: Set<string>;
}

const INSTRUCTION =
  /\b(ignore|disregard|forget)\b.{0,30}\b(instruction|prompt|rule|previous|above)|system prompt|you are now\b|\bas an ai\b|\b(reply|respond|answer) only with\b|\btell (the|every) (customer|user)s?\b/i;

const decode = (s: string) =>
  s
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");

/** Every `<passage>` inside a `<passages>` block of the given texts; a later `n` wins. */
export function parsePassages(texts: string[]): Passage[] {
  const byNumber = new Map<number, Passage>();
  for (const text of texts) {
    for (const [, block] of text.matchAll(/<passages>([\s\S]*?)<\/passages>/g)) {
      for (const [, attributes, body] of block!.matchAll(
        /<passage\b([^>]*)>([\s\S]*?)<\/passage>/g,
      )) {
        const read = (name: string) =>
          decode(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes!)?.[1] ?? "");
        const n = Number(read("n"));
        if (!Number.isInteger(n) || n < 1) continue;
        byNumber.set(n, {
          n,
          title: read("title"),
          heading: read("heading"),
          text: decode(body!).trim(),
        });
      }
    }
  }
  return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

const ABBREVIATION =
  /(?:\b(?:e\.g|i\.e|approx|incl|excl|etc|vs|no|st|ave|mr|mrs|ms|dr|a\.m|p\.m|mon|tue|wed|thu|fri|sat|sun|max|min))\.$/i;

/** Splits a paragraph into sentences, keeping abbreviations and decimals whole. */
export function splitSentences(paragraph: string): string[] {
  const out: string[] = [];
  let current = "";
  for (const piece of paragraph.split(/(?<=[.!?][)"'*_]{0,3})\s+/)) {
    current = current ? `${current} ${piece}` : piece;
    // A bare "Yes." says nothing without what follows it.
    if (/^(?:yes|no)\.$/i.test(current)) continue;
    if (ABBREVIATION.test(current) || !/[.!?:][)"'*_]{0,3}$/.test(current)) continue;
    out.push(current);
    current = "";
  }
  if (current) out.push(current);
  return out;
}

const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((c) => c.trim());

const plain = (s: string) => s.replace(/[*_`]/g, "").trim();

/** Columns whose cells say by themselves what they are. */
const GENERIC_COLUMN =
  /price|cost|fee|time|date|open|hours|when|warranty|deposit|return|credit|cause|shipping/i;

/** A table row as a phrase: the first cell bold, the others behind the name of their column. */
function rowText(header: string[], row: string[]): string {
  const rest = row.slice(1).flatMap((cell, i) => {
    if (!cell || /^[-–—]$/.test(cell)) return [];
    const name = plain(header[i + 1] ?? "").toLowerCase();
    return [row.length <= 2 || !name || GENERIC_COLUMN.test(name) ? cell : `${name} ${cell}`];
  });
  const join = rest.some((cell) => /,\s/.test(cell)) ? "; " : ", ";
  return `**${plain(row[0] ?? "")}:** ${rest.join(join)}`;
}

/** "S21 to S24" also means S22 and S23: what a customer has is often inside a range. */
function inRanges(text: string): string[] {
  const range = /\b([a-z]?)(\d{1,2})(?:th)?\b[^,;|]{0,6}?\s?(?:to|–|-)\s?\1(\d{1,2})\b/gi;
  return [...text.matchAll(range)].flatMap(([, letter, from, to]) => {
    const count = Number(to) - Number(from) + 1;
    if (count < 2 || count > 20) return [];
    return Array.from({ length: count }, (_, i) => `${letter!.toLowerCase()}${Number(from) + i}`);
  });
}

interface Draft {
  kind: Unit["kind"];
  text: string;
  block: number;
  intro?: string;
  ordered?: boolean;
  context: string;
}

/** The units of one passage, in the order they stand in it. */
export function splitPassage(passage: Passage): Unit[] {
  const drafts: Draft[] = [];
  let block = 0;
  let heading = "";
  let pendingIntro = "";
  let paragraph: string[] = [];
  let header: string[] | undefined;

  const flush = () => {
    if (paragraph.length === 0) return;
    block++;
    let asked = "";
    for (const sentence of splitSentences(paragraph.join(" ").replace(/\s+/g, " "))) {
      const bare = plain(sentence);
      if (bare.endsWith("?")) asked = bare;
      else if (bare.endsWith(":")) pendingIntro = sentence;
      else drafts.push({ kind: "sentence", text: sentence, block, context: `${heading} ${asked}` });
      if (!bare.endsWith(":")) pendingIntro = "";
    }
    paragraph = [];
  };

  const lines = passage.text.split(/\r?\n/);
  lines.forEach((line, i) => {
    const item = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)$/.exec(line);
    const title = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    if (title) {
      flush();
      heading = plain(title[1]!);
      pendingIntro = "";
      header = undefined;
      block++;
    } else if (/^\s*\|.*\|\s*$/.test(line)) {
      flush();
      if (/^[\s|:-]+$/.test(line)) return;
      if (!header) {
        header = cells(line);
        if (/^[\s|:-]+$/.test(lines[i + 1] ?? "")) {
          block++;
          return;
        }
      }
      drafts.push({
        kind: "row",
        text: rowText(header, cells(line)),
        block,
        ...(pendingIntro ? { intro: pendingIntro } : {}),
        context: `${heading} ${pendingIntro} ${header.join(" ")}`,
      });
    } else if (item) {
      const newList = drafts.at(-1)?.kind !== "item" || paragraph.length > 0;
      flush();
      if (newList) block++;
      const intro = pendingIntro || (newList ? "" : (drafts.at(-1)?.intro ?? ""));
      drafts.push({
        kind: "item",
        text: item[3]!.replace(/^\[[ x]\]\s+/i, ""),
        block,
        ...(intro ? { intro } : {}),
        ordered: item[2] !== undefined,
        context: `${heading} ${intro}`,
      });
      pendingIntro = intro;
    } else if (!line.trim() || /^\s*(?:```|-{3,}|\*{3,})/.test(line)) {
      flush();
      if (header) pendingIntro = "";
      header = undefined;
    } else if (drafts.at(-1)?.kind === "item" && /^\s{2,}\S/.test(line) && paragraph.length === 0) {
      drafts.at(-1)!.text += ` ${line.trim()}`;
    } else {
      header = undefined;
      paragraph.push(line.replace(/^\s*>\s?/, "").trim());
    }
  });
  flush();
  return drafts.flatMap((draft, index) => toUnit(passage, draft, index) ?? []);
}

function toUnit(passage: Passage, draft: Draft, index: number): Unit | undefined {
  const text = draft.text.replace(/\s*\[\d+\]/g, "").trim();
  if (plain(text).length < 4 || INSTRUCTION.test(text)) return undefined;
  const { context, ...rest } = draft;
  const label = draft.kind === "sentence" ? text : (/^\*\*(.+?)\*\*/.exec(text)?.[1] ?? text);
  return {
    ...rest,
    passage,
    index,
    text,
    concepts: findConcepts(text),
    key: new Set([...findConcepts(label), ...inRanges(label)]),
    context: findConcepts(`${passage.title}. ${passage.heading}. ${context}`),
    days: new Set(findDays(text)),
  };
}
