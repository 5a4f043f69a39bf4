/** Documents by the words that they or their titles have, whether they answer or not: for staff who look for one. */
import { v, type Infer } from "convex/values";
import type { QueryCtx } from "../../_generated/server";
import { cleanText, truncateText } from "../../lib/text";
import { documentSummary, vDocumentSummary } from "./documents";
import { queryPassages } from "./search";

/** Passages looked at of those that answer, and of those that don't. */
const PASSAGES = 32;
const DOCUMENTS = 20;
const EXCERPT_CHARS = 400;

export const vFoundDocument = vDocumentSummary.extend({
  /** Where the words stand: the headings of the passage that fits best, and what it says. */
  heading: v.string(),
  excerpt: v.string(),
});

/** Best first, at most 20. One that was never read in has no passage, and is not found. Errors: `invalid_input`. */
export async function findDocuments(
  ctx: Pick<QueryCtx, "db">,
  raw: string,
): Promise<Infer<typeof vFoundDocument>[]> {
  const words = cleanText("What to look for", raw, 200);
  const found = new Map<string, Infer<typeof vFoundDocument>>();
  for (const live of [true, false]) {
    for (const passage of await queryPassages(ctx, words, live).take(PASSAGES)) {
      if (found.size === DOCUMENTS) break;
      if (passage.kind !== "passage" || found.has(passage.documentId)) continue;
      const document = await ctx.db.get("knowledge", passage.documentId);
      // What an older version said is no longer looked for.
      if (document?.kind !== "document" || passage.version !== document.version) continue;
      const { heading, text } = passage;
      const excerpt = truncateText(text.slice(text.indexOf("\n") + 1), EXCERPT_CHARS);
      found.set(passage.documentId, { ...documentSummary(document), heading, excerpt });
    }
  }
  return [...found.values()];
}
