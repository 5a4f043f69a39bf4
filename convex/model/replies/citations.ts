/** Citation marks in an answer: which passages it used, and no mark that points at nothing. */
import type { Doc } from "../../_generated/dataModel";
import type { FoundPassage } from "../knowledge/search";
import { findMarks, writeMarks } from "../../lib/citationMarks";
import { truncateText } from "../../lib/text";

type Citation = NonNullable<Doc<"messages">["citations"]>[number];

/** A few lines, enough to recognize where an answer comes from. */
export const EXCERPT_CHARS = 320;

/** Writes every mark as `[n]`, removes those without a passage, and returns the passages that are left, by number. */
export function citePassages(
  text: string,
  passages: FoundPassage[],
): { text: string; citations: Citation[] } {
  const cited = writeMarks(text, (numbers) => {
    const known = numbers.filter((n) => passages[n - 1] !== undefined);
    return known.map((n) => `[${n}]`).join("");
  });
  const used = findMarks(cited);
  const citations = used
    .sort((a, b) => a - b)
    .map((n): Citation => {
      const { text: passage, score: _, place, url, ...cited } = passages[n - 1]!;
      return { n, ...cited, excerpt: excerpt(passage), ...openedAt({ place, url }) };
    });
  return { text: cited.trim(), citations };
}

/** Where it opens: an address ends in the place. Absent for what was written by hand. */
function openedAt({ place, url }: Pick<FoundPassage, "place" | "url">) {
  return {
    ...(place === undefined ? {} : { place }),
    ...(url === undefined ? {} : { url: place === undefined ? url : `${url}#${place}` }),
  };
}

const excerpt = (text: string) =>
  text.length <= EXCERPT_CHARS ? text : `${truncateText(text, EXCERPT_CHARS - 1).trimEnd()}…`;
