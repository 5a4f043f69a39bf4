/**
 * The committed documents by table, with their indexes, and scans over an index range in which the
 * open transaction's own writes are merged.
 */
import { peekTableNumber } from "./ids";
import type { DatabaseFake, Document } from "./internals";
import { isInRange, isAbove, isBelow, type KeyRange } from "./ranges";
import { comparePrefix, buildKey, SortedIndex, type Entry, type Key } from "./sorted";
import type { TableNumbers } from "./tableNumbers";

interface Scan {
  table: string;
  index: SortedIndex;
  range: KeyRange;
  order: "asc" | "desc";
  /** The last key that has been read, if the scan goes on from there. */
  after: Key | null;
}

export class Tables {
  private readonly tables = new Map<string, Map<string, Document>>();
  private readonly indexes = new Map<string, SortedIndex>();

  constructor(
    private readonly db: DatabaseFake,
    readonly numbers: TableNumbers,
  ) {}

  /** Indexes are built on first use, so a new schema has only to forget the old ones. */
  forgetIndexes(): void {
    this.indexes.clear();
  }

  /** Committed documents of a table. */
  *documents(table: string): Iterable<Document> {
    const documents = this.tables.get(table);
    if (documents !== undefined) yield* documents.values();
  }

  tableNames(): string[] {
    return [...this.tables].filter(([, documents]) => documents.size > 0).map(([name]) => name);
  }

  count(table: string): number {
    return this.tables.get(table)?.size ?? 0;
  }

  /** Takes in one committed change. */
  apply(table: string, id: string, old: Document | null, now: Document | null): void {
    let documents = this.tables.get(table);
    if (documents === undefined) {
      documents = new Map();
      this.tables.set(table, documents);
    }
    if (now === null) documents.delete(id);
    else documents.set(id, now);
    const prefix = `${table}.`;
    for (const [name, index] of this.indexes) {
      if (!name.startsWith(prefix)) continue;
      if (old !== null) index.remove(old);
      if (now !== null) index.insert(now);
    }
  }

  /** The index of that name, built if it is not there yet. */
  index(table: string, name: string, fields: readonly string[]): SortedIndex {
    const key = `${table}.${name}`;
    let index = this.indexes.get(key);
    if (index === undefined) {
      index = new SortedIndex(fields);
      for (const document of this.documents(table)) index.insert(document);
      this.indexes.set(key, index);
    }
    return index;
  }

  /** Documents of `table` that the open transaction has written, as it sees them. */
  pending(table: string): Map<string, Document | null> {
    const result = new Map<string, Document | null>();
    const number = this.numbers.find(table);
    for (const layer of this.db._writes) {
      for (const id in layer) {
        if (peekTableNumber(id) === number) result.set(id, layer[id] ?? null);
      }
    }
    return result;
  }

  /** Documents of `table` as the open transaction sees them, its own writes last. */
  *visible(table: string): Iterable<Document> {
    const pending = this.pending(table);
    for (const document of this.documents(table)) {
      if (!pending.has(document._id)) yield document;
    }
    for (const document of pending.values()) if (document !== null) yield document;
  }

  /** Scans an index range in order, own pending writes merged in. */
  *scan({ table, index, range, order, after }: Scan): Generator<Entry> {
    const direction = order === "asc" ? 1 : -1;
    const pending = this.pending(table);
    const own: Entry[] = [];
    for (const document of pending.values()) {
      if (document === null) continue;
      const key = buildKey(document, index.fields);
      if (isInRange(range, key) && (after === null || direction * comparePrefix(key, after) > 0)) {
        own.push({ key, document });
      }
    }
    own.sort((a, b) => direction * comparePrefix(a.key, b.key));
    let nextOwn = 0;
    const stored =
      order === "asc"
        ? index.ascending(after ?? range.lower?.key ?? null)
        : index.descending(after ?? range.upper?.key ?? null);
    for (const entry of stored) {
      if (order === "asc" ? isAbove(range, entry.key) : isBelow(range, entry.key)) break;
      if (order === "asc" ? isBelow(range, entry.key) : isAbove(range, entry.key)) continue;
      if (after !== null && direction * comparePrefix(entry.key, after) <= 0) continue;
      if (pending.has(entry.document._id)) continue;
      for (; nextOwn < own.length; nextOwn++) {
        const mine = own[nextOwn] as Entry;
        if (direction * comparePrefix(mine.key, entry.key) > 0) break;
        yield mine;
      }
      // The loop body that consumes this scan may have changed the document meanwhile.
      const current = this.db.get(table, entry.document._id);
      if (current !== null) yield { key: entry.key, document: current };
    }
    for (; nextOwn < own.length; nextOwn++) yield own[nextOwn] as Entry;
  }
}
