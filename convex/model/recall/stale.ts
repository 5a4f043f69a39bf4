/**
 * What of an answer was true by a document's old lines, and no longer is. Pure: by the rule that answers are judged by
 * before they are shown (`replies/grounding.ts`), so that a price counts only as that of what it was the price of.
 */
import type { FactKind } from "../../lib/facts";
import { findMarks } from "../../lib/citationMarks";
import { toPlainText } from "../../lib/plainText";
import { truncateText } from "../../lib/text";
import { Grounding, type Held } from "../replies/grounding";
import { agrees, type Line } from "../replies/grounds";

export type Statement = {
  text: string;
  /** What was asked: "it costs $49" is about that. */
  question: string;
  /** Its marks that stand for the document. Absent: it names no source, and only what is about something counts. */
  marks?: readonly number[];
  /** The shop's own page is never cited: any fact may be from there. */
  isShopPage?: boolean;
};
/** A sentence as the customer read it, and what the document says instead, if anything. */
export type Stale = { said: string; now?: string };
type Grounds = { old: readonly Line[]; now: readonly Line[]; others: readonly Line[] };

/** Sentences and lines are quoted so far: two of each are two segments of a text. */
const QUOTED_CHARS = 120;
/** Of an old line's words a line that has taken its place has this share. */
const ALIKE = 0.6;

export function findStale(statement: Statement, { old, now, others }: Grounds): Stale[] {
  const told = heldBy(statement, old);
  if (told.every(({ held }) => held.length === 0)) return [];
  const still = [now, others].map((lines) => heldBy(statement, lines));
  const stale: Stale[] = [];
  for (const [i, { text, held }] of told.entries()) {
    if (!mayRestOn(statement, text)) continue;
    const gone = held.filter(
      ({ key, kind }) =>
        counts(statement, kind) && !still.some((one) => one[i]!.held.some((h) => h.key === key)),
    );
    if (gone.length === 0) continue;
    const said = quote(text);
    const instead = gone.map((one) => findReplacement(one, now)).find((line) => line !== null);
    stale.push(instead ? { said, now: quote(instead.text) } : { said });
  }
  return stale;
}

function heldBy({ text, question }: Statement, lines: readonly Line[]) {
  const grounding = new Grounding([{ role: "customer", text: question }]);
  grounding.addLines(lines);
  return grounding.findHeld(text);
}

/** A sentence with marks rests on what they stand for. */
function mayRestOn({ marks }: Statement, sentence: string): boolean {
  const cited = findMarks(sentence);
  return marks === undefined || cited.length === 0 || cited.some((n) => marks.includes(n));
}

/** "Three days" stands in many documents: without a source only an amount is about something. */
const counts = ({ marks, isShopPage }: Statement, kind: FactKind | "day") =>
  marks !== undefined || isShopPage === true || kind === "money";

/** The line that says of the same thing what the old one said, otherwise. */
function findReplacement({ kind, lines: [old] }: Held, now: readonly Line[]): Line | null {
  if (old === undefined) return null;
  let best: Line | null = null;
  let most = ALIKE * old.about.words.size;
  for (const line of now) {
    const speaks =
      kind === "day" ? line.days.size > 0 : line.facts.some((one) => one.kind === kind);
    if (!speaks || !agrees(old.about, line.about)) continue;
    const shared = [...old.about.words].filter((word) => line.about.words.has(word)).length;
    if (shared >= most) {
      // Of several the first, unless a later one is closer.
      most = shared + 0.5;
      best = line;
    }
  }
  return best;
}

/** A row of a table is its cells; marks of style and of sources are none of the words. */
function quote(text: string): string {
  const cells = text.trim().startsWith("|") ? text.split("|").map((cell) => cell.trim()) : [text];
  const plain = toPlainText(cells.filter(Boolean).join(", "));
  return plain.length <= QUOTED_CHARS
    ? plain
    : `${truncateText(plain, QUOTED_CHARS - 1).trimEnd()}…`;
}

const NOW = "It is now: ";

/** What a correction says that is true: not what it takes back. Of words of an admin's own, all. */
export function readCorrection(text: string): string {
  const said = text.split("\n").filter((line) => line.startsWith(NOW));
  return said.length === 0 ? text : said.map((line) => line.slice(NOW.length)).join("\n");
}

/** Sentences that one correction names; what is more is asked for. */
const NAMED = 3;

/** What customers read, on the page or as a text. */
export function writeCorrection(stale: readonly Stale[]): string {
  const lines = stale
    .slice(0, NAMED)
    .map(({ said, now }) =>
      now === undefined
        ? `We said: "${said}" That no longer holds.`
        : `We said: "${said}"\n${NOW}${now}`,
    );
  const isAll = stale.length <= NAMED && stale.every(({ now }) => now !== undefined);
  const ask = isAll ? [] : ["Ask us here before you rely on it."];
  return ["A correction to what we told you earlier.", ...lines, ...ask].join("\n");
}
