/**
 * Ranges of an index, and the read set of a query: the ranges and single documents it depends on.
 * A query has to run again exactly when a committed document, in its old or its new version, lies in
 * one of them.
 */
import { jsonToConvex } from "convex/values";
import type { Document, RangeFilter, SearchFilter } from "./internals";
import { compareDocument, comparePrefix, getField, type Key, type KeyPart } from "./sorted";

interface Bound {
  key: Key;
  inclusive: boolean;
}

/** All keys between two bounds; a bound shorter than the key covers every key that starts with it. */
export interface KeyRange {
  lower: Bound | null;
  upper: Bound | null;
}

export function isInRange(range: KeyRange, key: Key): boolean {
  return !isBelow(range, key) && !isAbove(range, key);
}

export function isBelow({ lower }: KeyRange, key: Key): boolean {
  if (lower === null) return false;
  const order = comparePrefix(key, lower.key);
  return order < 0 || (order === 0 && !lower.inclusive);
}

export function isAbove({ upper }: KeyRange, key: Key): boolean {
  if (upper === null) return false;
  const order = comparePrefix(key, upper.key);
  return order > 0 || (order === 0 && !upper.inclusive);
}

function documentInRange(
  { lower, upper }: KeyRange,
  document: Document,
  fields: readonly string[],
): boolean {
  if (lower !== null) {
    const order = compareDocument(document, fields, lower.key);
    if (order < 0 || (order === 0 && !lower.inclusive)) return false;
  }
  if (upper === null) return true;
  const order = compareDocument(document, fields, upper.key);
  return order < 0 || (order === 0 && upper.inclusive);
}

export function decodeLiteral(value: unknown): KeyPart {
  if (typeof value === "object" && value !== null && "$undefined" in value) return undefined;
  return jsonToConvex(value as never);
}

/** The range of an index that `withIndex(...)` describes: equalities, then at most one interval. */
export function compileRange(filters: readonly RangeFilter[]): KeyRange {
  const prefix: Key = [];
  let lower: Bound | null = null;
  let upper: Bound | null = null;
  for (const { type, value } of filters) {
    const part = decodeLiteral(value);
    if (type === "Eq") prefix.push(part);
    else if (type === "Gt" || type === "Gte") {
      lower = { key: [...prefix, part], inclusive: type === "Gte" };
    } else {
      upper = { key: [...prefix, part], inclusive: type === "Lte" };
    }
  }
  const whole: Bound | null = prefix.length > 0 ? { key: prefix, inclusive: true } : null;
  return { lower: lower ?? whole, upper: upper ?? whole };
}

/** One thing that a query read. */
export type Read =
  | { kind: "document"; component: string; table: string; id: string }
  | {
      kind: "range";
      component: string;
      table: string;
      fields: readonly string[];
      range: KeyRange;
    }
  | { kind: "search"; component: string; table: string; filters: readonly SearchFilter[] };

/** One index range that is being read in one direction. */
interface RangeScan {
  component: string;
  table: string;
  fields: readonly string[];
  range: KeyRange;
  order: "asc" | "desc";
}

/** What a scan has read: all of its range, or the part up to and including `last`. */
export function describeScan(scan: RangeScan, last: Key | "all" | null): Read | null {
  if (last === null) return null;
  const { order, range, ...place } = scan;
  if (last === "all") return { kind: "range", ...place, range };
  const cut = { key: last, inclusive: true };
  const read = order === "asc" ? { ...range, upper: cut } : { ...range, lower: cut };
  return { kind: "range", ...place, range: read };
}

/** One committed change of a document; an insertion has no old version, a deletion no new one. */
export interface Change {
  component: string;
  table: string;
  id: string;
  before: Document | null;
  after: Document | null;
}

export function touchesRead(read: Read, change: Change): boolean {
  if (read.kind === "document") return read.id === change.id;
  return matches(read, change.before) || matches(read, change.after);
}

function matches(read: Exclude<Read, { kind: "document" }>, document: Document | null): boolean {
  if (document === null) return false;
  if (read.kind === "range") return documentInRange(read.range, document, read.fields);
  return read.filters.every(
    (filter) =>
      filter.type !== "Eq" ||
      comparePrefix([getField(document, filter.fieldPath)], [decodeLiteral(filter.value)]) === 0,
  );
}
