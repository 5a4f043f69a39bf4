/** Citation marks in an answer: which passages it used, and no mark that points at nothing. */
import type { Doc } from "../../_generated/dataModel";
import type { FoundPassage } from "../knowledge/search";
import { truncateText } from "../../lib/text";

type Citation = NonNullable<Doc<"messages">["citations"]>[number];

/** A few lines, enough to recognize where an answer comes from. */
export const EXCERPT_CHARS = 320;

/** `[1]`, `[2, 3]`, also with spaces inside; not the text of a Markdown link. */
const MARK = /\s?\[\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*\](?!\()/g;

/** Writes every mark as `[n]`, removes those without a passage, and returns the passages that are left, by number. */
export function citePassages(
  text: string,
  passages: FoundPassage[],
): { text: string; citations: Citation[] } {
  const used = new Set<number>();
  const cited = text.replace(MARK, (mark: string, list: string) => {
    const known = list
      .split(",")
      .map(Number)
      .filter((n) => passages[n - 1] !== undefined);
    known.forEach((n) => used.add(n));
    if (known.length === 0) return "";
    return `${/^\s/.test(mark) ? " " : ""}[${known.join("][")}]`;
  });
  const citations = [...used]
    .sort((a, b) => a - b)
    .map((n): Citation => {
      const { passageId, documentId, version, title, heading, text: passage } = passages[n - 1]!;
      return { n, passageId, documentId, version, title, heading, excerpt: excerpt(passage) };
    });
  return { text: cited.trim(), citations };
}

const excerpt = (text: string) =>
  text.length <= EXCERPT_CHARS ? text : `${truncateText(text, EXCERPT_CHARS - 1).trimEnd()}…`;
