/** Pages of lists: their size is the caller's, within ours. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import { appError } from "./errors";

/** Rows of a page at most. */
const PAGE_LIMIT = 100;

/**
 * Refuses a page size that isn't one, rather than reading what the caller asks for. An `endCursor` is refused
 * too: Convex reads all that lies before it, however much that is.
 */
export function checkPageSize(options: PaginationOptions, limit = PAGE_LIMIT): PaginationOptions {
  const { numItems, endCursor } = options;
  if (!Number.isInteger(numItems) || numItems < 1 || numItems > limit) {
    throw appError("invalid_input", `numItems is a whole number from 1 to ${limit}.`);
  }
  if (endCursor) throw appError("invalid_input", "endCursor is not taken. Ask for a smaller page.");
  return options;
}

/**
 * The page without the split that Convex offers once a page that is kept open has grown: `usePaginatedQuery`
 * would take it, with the `endCursor` that is refused here, and end in an error. Such a page grows with what
 * is written while it is open.
 */
export const withoutSplit = <T>(page: PaginationResult<T>): PaginationResult<T> => ({
  ...page,
  splitCursor: null,
  pageStatus: null,
});

/**
 * What a page by key holds of the `count` rows that were asked for, in order: none with the last key if there may be
 * more of it, so that the next page begins behind a key. A page has more rows than share a key. Unlike a cursor, which
 * is one deployment's and one index's, a key can be stored.
 */
export function cutAtKey<R>(rows: R[], count: number, keyOf: (row: R) => number): R[] {
  if (rows.length < count) return rows;
  const last = keyOf(rows.at(-1)!);
  const whole = rows.filter((row) => keyOf(row) < last);
  return whole.length > 0 ? whole : rows;
}
