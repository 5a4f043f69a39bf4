/**
 * Real indexes for `convex-test`'s database, whose own queries scan every document of every table.
 * The mock keeps the documents, the write layers of open transactions and the validation; this file
 * takes over how a query finds its documents, and records what it read.
 */
import { getDocumentSize } from "convex/values";
import {
  CursorSeal,
  cutRangeAfter,
  decodePosition,
  encodePosition,
  END,
  findSplitPoint,
} from "./cursors";
import type {
  CompiledQuery,
  DatabaseFake,
  Document,
  PaginateArgs,
  PaginateResult,
  SearchFilter,
  SerializedQuery,
} from "./internals";
import { compileRange, describeScan, type Change, type KeyRange, type Read } from "./ranges";
import { comparePrefix, getKeySize, type Key } from "./sorted";
import { TableNumbers } from "./tableNumbers";
import { Tables } from "./tables";
import { searchByText } from "./textSearch";
import { findNearestVectors } from "./vectorSearch";

/** What the engine wants to know about the reads of the current run. */
export interface ReadObserver {
  /** `place`: `table.index`. `keyBytes`: of the index that it was found by. What a filter drops is read, and paid for, all the same. */
  documentRead(place: string, bytes: number, keyBytes: number): void;
  /** Something was read whose extent is final. */
  rangeRead(read: Read): void;
  /** A stream was opened; its extent is asked for when the query ends. */
  streamOpened(extent: () => Read | null): void;
}

/** The changes of an import to one component. */
export interface Installation {
  removed: ReadonlyMap<string, readonly Document[]>;
  /** The number of every table from then on. */
  numbers: ReadonlyMap<string, number>;
  added: ReadonlyMap<string, readonly Document[]>;
  files: ReadonlyMap<string, Blob>;
}

interface Stream {
  next(): Document | null;
}

const WHOLE: KeyRange = { lower: null, upper: null };

export class IndexedDatabase {
  readonly numbers = new TableNumbers();
  private readonly tables: Tables;
  private readonly cursors = new CursorSeal();
  private compiling = false;
  private readonly streams = new Map<number, Stream>();
  private nextStream = 1;
  /** Changes of the commit in progress, for the engine to collect. */
  private committed: Change[] = [];
  private readonly revisions = new Map<string, number>();

  constructor(
    readonly db: DatabaseFake,
    readonly component: string,
    private readonly observer: ReadObserver,
  ) {
    this.tables = new Tables(db, this.numbers);
    this.numberSchemaTables();
    const commit = db.commit.bind(db);
    const iterate = db._iterateDocs.bind(db);
    const getFile = db.getFile.bind(db);
    db.commit = (ts) => this.commit(commit, ts);
    db._generateId = (table) => this.numbers.newId(table);
    db._tableNameFromId = (id) =>
      db._documents[id] === undefined ? this.numbers.tableOf(id) : this.numbers.tableOfKnown(id);
    db._iterateDocs = (table, callback) => {
      if (!this.compiling) iterate(table, callback);
    };
    db.startQuery = (query) => this.startQuery(query);
    db.queryNext = (id) => this.queryNext(id);
    db.paginate = (args) => this.paginate(args);
    db.vectorSearch = (index, vector, expressions, limit) =>
      findNearestVectors({
        schema: db._schema,
        indexName: index,
        vector,
        documents: this.documents(tableName(index)),
        filter: this.filterOf(tableName(index), expressions),
        limit,
      });
    // An action may ask while a transaction of somebody else is open: show it committed files only.
    db.getFile = (id) =>
      db._documents[id] === undefined ? getFile(id) : (db._storage[id] ?? null);
  }

  schemaChanged(): void {
    this.numberSchemaTables();
    this.tables.forgetIndexes();
  }

  /** A table of the schema exists, and has its number, before its first document. */
  private numberSchemaTables(): void {
    for (const table of this.db._schema?.tables.keys() ?? []) this.numbers.numberOf(table);
  }

  /** Committed documents of a table. */
  documents(table: string): Iterable<Document> {
    return this.tables.documents(table);
  }

  /** Tables of the schema, and those that have documents. */
  tableNames(): string[] {
    const declared = this.db._schema?.tables.keys() ?? [];
    return [...new Set([...declared, ...this.tables.tableNames()])];
  }

  count(table: string): number {
    return this.tables.count(table);
  }

  /** Empty tables included. */
  allTables(): ReadonlyMap<string, number> {
    return this.numbers.entries();
  }

  /**
   * Makes an import part of the commit of the open transaction. It has been checked as a whole before:
   * nothing here can fail half-way.
   */
  install({ removed, numbers, added, files }: Installation): void {
    const { db } = this;
    const apply = (table: string, id: string, before: Document | null, after: Document | null) => {
      if (after === null) Reflect.deleteProperty(db._documents, id);
      else db._documents[id] = after;
      this.tables.apply(table, id, before, after);
      this.committed.push({ component: this.component, table, id, before, after });
    };
    for (const [table, documents] of removed) {
      for (const document of documents) {
        apply(table, document._id, document, null);
        Reflect.deleteProperty(db._storage, document._id);
      }
    }
    this.numbers.assign(numbers);
    for (const [table, documents] of added) {
      for (const document of documents) apply(table, document._id, null, document);
    }
    for (const [id, blob] of files) db.storeFile(id, blob);
  }

  /** Grows with every commit that writes to the table. */
  revision(table: string): number {
    return this.revisions.get(table) ?? 0;
  }

  takeChanges(): Change[] {
    const changes = this.committed;
    this.committed = [];
    return changes;
  }

  private commit(original: (ts: bigint | null) => void, ts: bigint | null): void {
    const { db } = this;
    if (db._writes.length !== 1) {
      original(ts);
      return;
    }
    const ids = Object.keys(db._writes[0] ?? {});
    const before = ids.map((id) => db._documents[id] ?? null);
    original(ts);
    ids.forEach((id, i) => {
      const old = before[i] ?? null;
      const now = db._documents[id] ?? null;
      if (old === null && now === null) return;
      const table = this.numbers.tableOfKnown(id);
      this.tables.apply(table, id, old, now);
      this.revisions.set(table, this.revision(table) + 1);
      this.committed.push({ component: this.component, table, id, before: old, after: now });
    });
  }

  /** Lets the mock validate the query and compile its filters, without loading a document. */
  private compile(query: SerializedQuery): CompiledQuery {
    this.compiling = true;
    try {
      return this.db._resolveQuerySource(query);
    } finally {
      this.compiling = false;
    }
  }

  private filterOf(table: string, expressions: unknown[]): (document: Document) => boolean {
    return this.compile({
      source: { type: "FullTableScan", tableName: table, order: null },
      operators: expressions.map((filter) => ({ filter })),
    }).filterFn;
  }

  private source(query: SerializedQuery, compiled: CompiledQuery) {
    const { source } = query;
    if (source.type === "Search") throw new Error("A search has no index range");
    const [table, name] =
      source.type === "FullTableScan"
        ? [source.tableName, "by_creation_time"]
        : splitIndex(source.indexName);
    const fields =
      name === "by_creation_time" ? ["_creationTime", "_id"] : compiled.fieldPathsToSortBy;
    const range = source.type === "IndexRange" ? compileRange(source.range) : WHOLE;
    const { component } = this;
    const index = this.tables.index(table, name, fields);
    const place = `${table}.${name}`;
    return { component, table, place, fields, range, order: compiled.order, index };
  }

  private startQuery(query: SerializedQuery): number {
    const id = this.nextStream++;
    this.streams.set(id, this.openStream(query));
    return id;
  }

  private queryNext(id: number): { value: Document | null; done: boolean } {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error("Bad queryId");
    const value = stream.next();
    if (value === null) this.streams.delete(id);
    return { value, done: value === null };
  }

  /** Streams of runs that ended without reading them to the end. */
  forgetStreams(): void {
    this.streams.clear();
  }

  private openStream(query: SerializedQuery): Stream {
    const compiled = this.compile(query);
    let remaining = compiled.limit ?? Infinity;
    if (query.source.type === "Search") {
      const { indexName, filters } = query.source;
      const found = this.search(indexName, filters, compiled.filterFn);
      return {
        next: () => {
          const document = remaining > 0 ? found.shift() : undefined;
          if (document === undefined) return null;
          remaining -= 1;
          this.observer.documentRead(indexName, getDocumentSize(document), 0);
          return document;
        },
      };
    }
    const { index, ...source } = this.source(query, compiled);
    const scan = this.tables.scan({ ...source, index, after: null });
    let last: Key | null = null;
    let exhausted = false;
    this.observer.streamOpened(() => describeScan(source, exhausted ? "all" : last));
    return {
      next: () => {
        while (remaining > 0) {
          const step = scan.next();
          if (step.done === true) {
            exhausted = true;
            return null;
          }
          last = step.value.key;
          const returned = compiled.filterFn(step.value.document);
          const found = step.value.document;
          const keyBytes = getKeySize(found, source.fields);
          this.observer.documentRead(source.place, getDocumentSize(found), keyBytes);
          if (!returned) continue;
          remaining -= 1;
          return step.value.document;
        }
        return null;
      },
    };
  }

  private search(
    indexName: string,
    filters: SearchFilter[],
    filterFn: (document: Document) => boolean,
  ): Document[] {
    const [table, name] = splitIndex(indexName);
    const declared = this.db._schema?.tables
      .get(table)
      ?.searchIndexes.some(({ indexDescriptor }) => indexDescriptor === name);
    if (declared !== true) {
      throw new Error(`Cannot use search index "${name}" for table "${table}": not in the schema.`);
    }
    this.observer.rangeRead({ kind: "search", component: this.component, table, filters });
    return searchByText(this.tables.visible(table), filters).filter(filterFn);
  }

  /** Opens and seals the cursors of a page: outside of here they are Convex's, opaque and of one query. */
  private paginate(args: PaginateArgs): PaginateResult {
    if (args.pageSize === 0) {
      throw new Error("Must request at least 1 document while paginating");
    }
    const compiled = this.compile(args.query);
    const query = JSON.stringify([args.query, compiled.order, compiled.fieldPathsToSortBy]);
    const open = (cursor: string | null) => (cursor ? this.cursors.open(cursor, query) : null);
    const opened = { ...args, cursor: open(args.cursor), endCursor: open(args.endCursor) };
    const found =
      args.query.source.type === "Search"
        ? this.paginateSearch(opened, compiled)
        : this.paginateRange(opened, compiled);
    const seal = (position: string) => this.cursors.seal(position, query);
    return {
      ...found,
      continueCursor: seal(found.continueCursor),
      splitCursor: found.splitCursor === null ? null : seal(found.splitCursor),
    };
  }

  private paginateRange(args: PaginateArgs, compiled: CompiledQuery): PaginateResult {
    const { index, ...source } = this.source(args.query, compiled);
    if (args.cursor === END) {
      return { page: [], isDone: true, continueCursor: END, splitCursor: null, pageStatus: null };
    }
    const after = args.cursor === null ? null : decodePosition(args.cursor);
    const until = args.endCursor && args.endCursor !== END ? decodePosition(args.endCursor) : null;
    const direction = compiled.order === "asc" ? 1 : -1;
    const page: Document[] = [];
    const cursors: Key[] = [];
    let bytes = 0;
    let stop: "end" | "boundary" | "full" | "limit" = "end";
    for (const { key, document } of this.tables.scan({ ...source, index, after })) {
      if (until !== null && direction * comparePrefix(key, until) > 0) {
        stop = "boundary";
        break;
      }
      const size = getDocumentSize(document);
      bytes += size;
      cursors.push(key);
      const returned = compiled.filterFn(document);
      this.observer.documentRead(source.place, size, getKeySize(document, source.fields));
      if (returned) page.push(document);
      // A page with a given end is read to it, whatever it holds.
      if (args.endCursor) continue;
      if (
        (args.maximumRowsRead && cursors.length >= args.maximumRowsRead) ||
        (args.maximumBytesRead && bytes >= args.maximumBytesRead)
      ) {
        stop = "limit";
        break;
      }
      if (page.length >= args.pageSize) {
        stop = "full";
        break;
      }
    }
    const last = cursors[cursors.length - 1] ?? null;
    const pageEnd = stop === "full" || stop === "limit" ? last : (until ?? "all");
    const range =
      after === null ? source.range : cutRangeAfter(source.range, after, compiled.order);
    const read = describeScan({ ...source, range }, pageEnd);
    if (read !== null) this.observer.rangeRead(read);
    const continueCursor = pageEnd === "all" || pageEnd === null ? END : encodePosition(pageEnd);
    const split = findSplitPoint(stop, cursors, args.pageSize);
    return { page, isDone: continueCursor === END, continueCursor, ...split };
  }

  /** Search results have no index order, so their cursor counts results. */
  private paginateSearch(args: PaginateArgs, compiled: CompiledQuery): PaginateResult {
    if (args.query.source.type !== "Search") throw new Error("Not a search");
    const found = this.search(
      args.query.source.indexName,
      args.query.source.filters,
      compiled.filterFn,
    );
    const at = (position: string) => (position === END ? found.length : Number(position));
    const from = args.cursor === null ? 0 : at(args.cursor);
    const page = found.slice(from, args.endCursor ? at(args.endCursor) : from + args.pageSize);
    const { indexName } = args.query.source;
    for (const row of page) this.observer.documentRead(indexName, getDocumentSize(row), 0);
    const isFull = page.length === args.pageSize;
    const continueCursor = args.endCursor ?? (isFull ? String(from + page.length) : END);
    const isDone = continueCursor === END;
    return { page, isDone, continueCursor, splitCursor: null, pageStatus: null };
  }
}

function splitIndex(indexName: string): [table: string, index: string] {
  const dot = indexName.indexOf(".");
  return [indexName.slice(0, dot), indexName.slice(dot + 1)];
}

function tableName(indexName: string): string {
  return splitIndex(indexName)[0];
}
