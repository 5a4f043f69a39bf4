/**
 * Text search ranked by BM25, the family of scores that Convex uses, with its rule that the last
 * term of a query also matches as a prefix. `convex-test` alone returns matches unranked.
 */
import type { Document, SearchFilter } from "./internals";
import { decodeLiteral } from "./ranges";
import { comparePrefix, getField } from "./sorted";

const MAX_TERMS = 16;
const MAX_RESULTS = 1024;
const PREFIX_WEIGHT = 0.7;
const K1 = 1.2;
const B = 0.75;

const tokenCache = new WeakMap<Document, Map<string, string[]>>();

function tokenize(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function tokensOf(document: Document, field: string): string[] {
  let fields = tokenCache.get(document);
  if (fields === undefined) {
    fields = new Map();
    tokenCache.set(document, fields);
  }
  let tokens = fields.get(field);
  if (tokens === undefined) {
    const value = getField(document, field);
    tokens = typeof value === "string" ? tokenize(value) : [];
    fields.set(field, tokens);
  }
  return tokens;
}

/** The documents that pass the equalities of `filters` and match their text, best first. */
export function searchByText(
  documents: Iterable<Document>,
  filters: readonly SearchFilter[],
): Document[] {
  const text = filters.find((filter) => filter.type === "Search");
  if (text === undefined) return [];
  const equal = filters.flatMap((filter) =>
    filter.type === "Eq" ? [{ field: filter.fieldPath, value: decodeLiteral(filter.value) }] : [],
  );
  const candidates: Document[] = [];
  for (const document of documents) {
    const isCandidate = equal.every(
      ({ field, value }) => comparePrefix([getField(document, field)], [value]) === 0,
    );
    if (isCandidate) candidates.push(document);
  }
  return rankByText(candidates, text.fieldPath, text.value);
}

/** The documents that match any term of `query`, best first. */
function rankByText(documents: Document[], field: string, query: string): Document[] {
  const terms = tokenize(query).slice(0, MAX_TERMS);
  const last = terms[terms.length - 1];
  if (last === undefined) return [];
  const wanted = new Set(terms);
  const frequencies = new Map<string, number>();
  const candidates: { document: Document; counts: Map<string, number>; length: number }[] = [];
  let totalLength = 0;
  for (const document of documents) {
    const tokens = tokensOf(document, field);
    totalLength += tokens.length;
    const counts = new Map<string, number>();
    for (const token of tokens) {
      if (wanted.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
      else if (token.startsWith(last)) counts.set(last, (counts.get(last) ?? 0) + PREFIX_WEIGHT);
    }
    if (counts.size === 0) continue;
    for (const term of counts.keys()) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
    candidates.push({ document, counts, length: tokens.length });
  }
  const average = Math.max(1, totalLength / Math.max(1, documents.length));
  const scored = candidates.map(({ document, counts, length }) => {
    let score = 0;
    for (const [term, count] of counts) {
      const containing = frequencies.get(term) ?? 1;
      const idf = Math.log(1 + (documents.length - containing + 0.5) / (containing + 0.5));
      score += (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / average));
    }
    return { document, score };
  });
  scored.sort((a, b) => b.score - a.score || b.document._creationTime - a.document._creationTime);
  return scored.slice(0, MAX_RESULTS).map(({ document }) => document);
}
