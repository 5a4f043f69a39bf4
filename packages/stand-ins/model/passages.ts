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
function splitSentences(paragraph: string): string[] {
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

const splitCells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((c) => c.trim());

/** "MEMORY_MANAGEMENT" is a name, "_soon_" a mark. */
const plain = (s: string) => s.replace(/[*`]|(?<!\w)_|_(?!\w)/g, "").trim();

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

const TABLE_RULE = /^[\s|:-]+$/;

/** Reads Markdown line by line; what a line means depends on the ones before it. */
class PassageReader {
  readonly drafts: Draft[] = [];
  private block = 0;
  private heading = "";
  /** A line that ends with a colon, until the list or table that it leads to. */
  private intro = "";
  private paragraph: string[] = [];
  private header: string[] | undefined;

  read(line: string, next = ""): void {
    const title = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
    const last = this.drafts.at(-1);
    if (title) this.readTitle(title[1]!);
    else if (/^\s*\|.*\|\s*$/.test(line)) this.readRow(line, next);
    else if (item) this.readItem(item[2]!, item[1] !== undefined);
    else if (!line.trim() || /^\s*(?:```|-{3,}|\*{3,})/.test(line)) this.readBreak();
    else if (last?.kind === "item" && /^\s{2,}\S/.test(line) && this.paragraph.length === 0) {
      last.text += ` ${line.trim()}`;
    } else {
      this.header = undefined;
      this.paragraph.push(line.replace(/^\s*>\s?/, "").trim());
    }
  }

  /** The sentences of the paragraph that ends here. */
  flush(): void {
    if (this.paragraph.length === 0) return;
    this.block++;
    let asked = "";
    for (const sentence of splitSentences(this.paragraph.join(" ").replace(/\s+/g, " "))) {
      const bare = plain(sentence);
      const leads = bare.endsWith(":");
      this.intro = leads ? sentence : "";
      if (bare.endsWith("?")) asked = bare;
      else if (!leads) {
        const context = `${this.heading} ${asked}`;
        this.drafts.push({ kind: "sentence", text: sentence, block: this.block, context });
      }
    }
    this.paragraph = [];
  }

  private readTitle(title: string): void {
    this.flush();
    this.heading = plain(title);
    this.intro = "";
    this.header = undefined;
    this.block++;
  }

  private readRow(line: string, next: string): void {
    this.flush();
    if (TABLE_RULE.test(line)) return;
    if (!this.header) {
      this.header = splitCells(line);
      if (TABLE_RULE.test(next)) {
        this.block++;
        return;
      }
    }
    this.drafts.push({
      kind: "row",
      text: rowText(this.header, splitCells(line)),
      block: this.block,
      ...(this.intro ? { intro: this.intro } : {}),
      context: `${this.heading} ${this.intro} ${this.header.join(" ")}`,
    });
  }

  private readItem(text: string, ordered: boolean): void {
    const newList = this.drafts.at(-1)?.kind !== "item" || this.paragraph.length > 0;
    this.flush();
    if (newList) this.block++;
    const intro = this.intro || (newList ? "" : (this.drafts.at(-1)?.intro ?? ""));
    this.drafts.push({
      kind: "item",
      text: text.replace(/^\[[ x]\]\s+/i, ""),
      block: this.block,
      ...(intro ? { intro } : {}),
      ordered,
      context: `${this.heading} ${intro}`,
    });
    this.intro = intro;
  }

  private readBreak(): void {
    this.flush();
    if (this.header) this.intro = "";
    this.header = undefined;
  }
}

/** The units of one passage, in the order they stand in it. */
export function splitPassage(passage: Passage): Unit[] {
  const reader = new PassageReader();
  const lines = passage.text.split(/\r?\n/);
  lines.forEach((line, i) => reader.read(line, lines[i + 1]));
  reader.flush();
  return reader.drafts.flatMap((draft, index) => toUnit(passage, draft, index) ?? []);
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
