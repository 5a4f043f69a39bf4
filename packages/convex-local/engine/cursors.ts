/** Page cursors: the index key of a page's last row, and where a page should be split. */
import { convexToJson, jsonToConvex } from "convex/values";
import type { PaginateResult } from "./internals";
import type { KeyRange } from "./ranges";
import type { Key } from "./sorted";

/** The end of the whole range. */
export const END = "_end_cursor";

/** The part of a range that comes after a key. */
export function cutRangeAfter(range: KeyRange, after: Key, order: "asc" | "desc"): KeyRange {
  const bound = { key: after, inclusive: false };
  return order === "asc" ? { ...range, lower: bound } : { ...range, upper: bound };
}

/** Whether, and where, a page that read much more than it returned should be split. */
export function findSplitPoint(
  stop: string,
  cursors: Key[],
  pageSize: number,
): Pick<PaginateResult, "splitCursor" | "pageStatus"> {
  const middle = cursors[Math.floor((cursors.length - 1) / 2)];
  const status =
    stop === "limit" ? "SplitRequired" : cursors.length > pageSize + 1 ? "SplitRecommended" : null;
  const splittable = status !== null && cursors.length >= 2 && middle !== undefined;
  return { pageStatus: status, splitCursor: splittable ? encodeCursor(middle) : null };
}

/** `null` stands for an absent field; every other value is a string of JSON. */
export function encodeCursor(key: Key): string {
  return JSON.stringify(
    key.map((part) => (part === undefined ? null : JSON.stringify(convexToJson(part)))),
  );
}

export function decodeCursor(cursor: string): Key {
  const parts = JSON.parse(cursor) as (string | null)[];
  return parts.map((part) => (part === null ? undefined : jsonToConvex(JSON.parse(part) as never)));
}
