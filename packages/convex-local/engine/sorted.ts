/**
 * An index: documents ordered by a tuple of values. Kept as a list of short sorted runs, so that an
 * insertion into a large table moves hundreds of entries and not all of them.
 */
import { compareValues, getConvexSize, type Value } from "convex/values";
import type { Document } from "./internals";

export type KeyPart = Value | undefined;
export type Key = KeyPart[];

export interface Entry {
  key: Key;
  document: Document;
}

const MAX_RUN = 512;

/** Compares up to the shorter tuple's length: a prefix equals everything that starts with it. */
export function comparePrefix(a: Key, b: Key): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareParts(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Compares a document with a key, without building the document's own: most differ at once. */
export function compareDocument(document: Document, fields: readonly string[], key: Key): number {
  const length = Math.min(fields.length, key.length);
  for (let i = 0; i < length; i++) {
    const order = compareParts(getField(document, fields[i] as string), key[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: KeyPart, b: KeyPart): number {
  // The two common cases first; `compareValues` handles every type, at a price.
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  if (typeof a === "number" && typeof b === "number" && a !== b && a === a && b === b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return compareValues(a, b);
}

/** By UTF-8 bytes, as on Convex: JavaScript's own order puts what is above U+FFFF below U+E000. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === length) return a.length - b.length;
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
  if (isSurrogate(x) !== isSurrogate(y)) return isSurrogate(x) ? 1 : -1;
  return x - y;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The value at a dotted path; `undefined` if any part of the path is missing. */
export function getField(document: Document, path: string): KeyPart {
  if (!path.includes(".")) return document[path];
  let value: unknown = document;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[part];
  }
  return value as KeyPart;
}

export function buildKey(document: Document, fields: readonly string[]): Key {
  return fields.map((field) => getField(document, field));
}

/** What Convex bills for a row's key in an index: its id, each value, and the id once more (`IndexKey::size`). */
export function getKeySize(document: Document, fields: readonly string[]): number {
  let size = INTERNAL_ID + 2 + document._id.length;
  for (const field of fields) {
    if (field !== "_id") size += getPartSize(getField(document, field));
  }
  return size;
}

/** A row's number within its table, with the tag of its type. */
const INTERNAL_ID = 17;

function getPartSize(value: KeyPart): number {
  if (value === undefined) return 1;
  return typeof value === "string" ? Buffer.byteLength(value) + 2 : getConvexSize(value);
}

export class SortedIndex {
  private runs: Entry[][] = [];

  constructor(readonly fields: readonly string[]) {}

  insert(document: Document): void {
    const entry = { key: buildKey(document, this.fields), document };
    if (this.runs.length === 0) {
      this.runs.push([entry]);
      return;
    }
    const runIndex = Math.min(this.runAtOrAfter(entry.key), this.runs.length - 1);
    const run = this.runs[runIndex] as Entry[];
    run.splice(firstNotBefore(run, entry.key), 0, entry);
    if (run.length > MAX_RUN) this.runs.splice(runIndex + 1, 0, run.splice(run.length >> 1));
  }

  remove(document: Document): void {
    const key = buildKey(document, this.fields);
    for (let r = this.runAtOrAfter(key); r < this.runs.length; r++) {
      const run = this.runs[r] as Entry[];
      const at = firstNotBefore(run, key);
      const entry = run[at];
      if (entry === undefined) continue;
      if (entry.document._id !== document._id) return;
      run.splice(at, 1);
      if (run.length === 0) this.runs.splice(r, 1);
      return;
    }
  }

  /** Entries from the first at or above `from` (all, if `null`), ascending. */
  *ascending(from: Key | null): Generator<Entry> {
    let runIndex = from === null ? 0 : this.runAtOrAfter(from);
    let at = from === null ? 0 : firstNotBefore(this.runs[runIndex] ?? [], from);
    for (; runIndex < this.runs.length; runIndex++, at = 0) {
      const run = this.runs[runIndex] as Entry[];
      for (; at < run.length; at++) yield run[at] as Entry;
    }
  }

  /** Entries from the last at or below the prefix `from` (all, if `null`), descending. */
  *descending(from: Key | null): Generator<Entry> {
    let runIndex = this.runs.length - 1;
    if (from !== null) {
      runIndex = this.runAfter(from);
      if (runIndex === this.runs.length) runIndex -= 1;
    }
    for (; runIndex >= 0; runIndex--) {
      const run = this.runs[runIndex] as Entry[];
      let at = from === null ? run.length - 1 : firstAfter(run, from) - 1;
      for (; at >= 0; at--) yield run[at] as Entry;
    }
  }

  /** The first run whose last entry is not before `key`. */
  private runAtOrAfter(key: Key): number {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = this.runs[middle] as Entry[];
      if (comparePrefix((run[run.length - 1] as Entry).key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first run whose last entry is after `key`. */
  private runAfter(key: Key): number {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = this.runs[middle] as Entry[];
      if (comparePrefix((run[run.length - 1] as Entry).key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firstNotBefore(run: Entry[], key: Key): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePrefix((run[middle] as Entry).key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAfter(run: Entry[], key: Key): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePrefix((run[middle] as Entry).key, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
