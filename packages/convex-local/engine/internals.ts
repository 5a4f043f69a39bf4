/**
 * The parts of `convex-test` that the engine reaches into. They are not its public API: this file
 * names them all, for the pinned version, so that an update has one place to check.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { convexTest } from "convex-test";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import type { Value } from "convex/values";

export type Document = Record<string, Value> & { _id: string; _creationTime: number };
export type Schema = SchemaDefinition<GenericSchema, boolean>;
export type Modules = Record<string, () => Promise<unknown>>;

export interface RangeFilter {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: unknown;
}

export type SearchFilter =
  | { type: "Search"; fieldPath: string; value: string }
  | { type: "Eq"; fieldPath: string; value: unknown };

type QuerySource =
  | { type: "FullTableScan"; tableName: string; order: "asc" | "desc" | null }
  | { type: "IndexRange"; indexName: string; range: RangeFilter[]; order: "asc" | "desc" | null }
  | { type: "Search"; indexName: string; filters: SearchFilter[] };

export interface SerializedQuery {
  source: QuerySource;
  operators: ({ filter: unknown } | { limit: number })[];
}

/** What `_resolveQuerySource` compiles a query to. */
export interface CompiledQuery {
  sortedDocs: Document[];
  filterFn: (document: Document) => boolean;
  limit: number | null;
  fieldPathsToSortBy: string[];
  order: "asc" | "desc";
}

export interface PaginateArgs {
  query: SerializedQuery;
  cursor: string | null;
  endCursor: string | null;
  pageSize: number;
  maximumRowsRead?: number | null;
  maximumBytesRead?: number | null;
}

export interface PaginateResult {
  page: Document[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRequired" | "SplitRecommended" | null;
}

interface VectorIndex {
  indexDescriptor: string;
  vectorField: string;
  dimensions: number;
  filterFields: string[];
}

interface TableSchema {
  indexes: { indexDescriptor: string; fields: string[] }[];
  searchIndexes: { indexDescriptor: string; searchField: string; filterFields: string[] }[];
  vectorIndexes: VectorIndex[];
  documentType: unknown;
}

export interface ExportedSchema {
  schemaValidation: boolean;
  tables: Map<string, TableSchema>;
}

export interface DatabaseFake {
  _documents: Record<string, Document>;
  _writes: Record<string, Document | null>[];
  _schema: ExportedSchema | null;
  _storage: Record<string, Blob>;
  _lastCreationTime: number;
  get(table: string | undefined, id: string): Document | null;
  insert(table: string, value: Record<string, unknown>): string;
  patch(table: string, id: string, value: Record<string, unknown>): void;
  delete(table: string, id: string): void;
  commit(commitTs: bigint | null): void;
  startQuery(query: SerializedQuery): number;
  queryNext(queryId: number): { value: Document | null; done: boolean };
  paginate(args: PaginateArgs): PaginateResult;
  vectorSearch(
    index: string,
    vector: number[],
    expressions: unknown[],
    limit: number,
  ): { _id: string; _score: number }[];
  storeFile(storageId: string, blob: Blob): void;
  /** Added by our patch, so that IDs can have another format: the table of an ID, `null` if none. */
  _tableNameFromId(id: string): string | null;
  _generateId(table: string): string;
  getFile(storageId: string): Blob | null;
  _iterateDocs(table: string, callback: (document: Document) => void): void;
  _resolveQuerySource(query: SerializedQuery): CompiledQuery;
  _validate(table: string, document: Record<string, unknown>): void;
}

interface MetricsTracker {
  trackRead(bytes: number): void;
  trackScheduledFunction?(bytes: number): void;
}

export interface TransactionManager {
  _lastCommitTs: bigint;
  begin(isNested: boolean, limits?: unknown): Promise<void>;
  commit(isNested: boolean): bigint | null;
  rollback(isNested: boolean): void;
  isInTransaction(): boolean;
  getMetricsTracker(): MetricsTracker | null;
  _endTransaction(isNested: boolean): void;
}

export interface ConvexGlobal {
  components: Record<
    string,
    { db: DatabaseFake; modules: (path: string) => Promise<Record<string, unknown>> }
  >;
  transactionManager: TransactionManager;
  syscall: (op: string, args: string) => string;
  asyncSyscall: (op: string, args: string) => Promise<string>;
  jsSyscall: (op: string, args: Record<string, unknown>) => Promise<unknown>;
}

export interface FunctionPath {
  componentPath: string;
  udfPath: string;
}

/** The accessor that `convexTest` returns, with the members that its types leave out. */
interface Accessor {
  queryFromPath(this: void, path: FunctionPath, args: unknown): Promise<unknown>;
  mutationFromPath(this: void, path: FunctionPath, args: unknown): Promise<unknown>;
  actionFromPath(this: void, path: FunctionPath, args: unknown): Promise<unknown>;
  action<T>(handler: (ctx: Record<string, unknown>) => Promise<T>, args: object): Promise<T>;
  finishInProgressScheduledFunctions(): Promise<void>;
  registerComponent(path: string, schema: Schema | null, modules: Modules): void;
}

export interface TestInstance {
  accessor: Accessor;
  global: ConvexGlobal;
  /** Runs `callback` with this instance as the current one. */
  within: <T>(callback: () => T) => T;
}

/**
 * Creates a `convexTest` and gets hold of its state, which it keeps to itself: every accessor runs
 * inside an `AsyncLocalStorage` whose store is that state, so one call with `run` watched shows both.
 */
export function createTestInstance(): TestInstance {
  const accessor = convexTest({
    modules: { "./_generated/api.js": () => Promise.resolve({}) },
    transactionLimits: true,
  }) as unknown as Accessor;
  let global: ConvexGlobal | undefined;
  let storage: AsyncLocalStorage<unknown> | undefined;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the receiver below
  const original = AsyncLocalStorage.prototype.run;
  AsyncLocalStorage.prototype.run = function (
    this: AsyncLocalStorage<unknown>,
    store: unknown,
    callback: (...args: unknown[]) => unknown,
    ...args: unknown[]
  ) {
    if (global === undefined && isConvexGlobal(store)) {
      global = store;
      // eslint-disable-next-line @typescript-eslint/no-this-alias -- this is what is being looked for
      storage = this;
    }
    return original.call(this, store, callback, ...args);
  } as typeof original;
  try {
    void accessor.finishInProgressScheduledFunctions();
  } finally {
    AsyncLocalStorage.prototype.run = original;
  }
  if (global === undefined || storage === undefined) {
    throw new Error("This version of convex-test keeps its state elsewhere; see internals.ts");
  }
  const state = global;
  const instance = storage;
  return { accessor, global: state, within: (callback) => instance.run(state, callback) };
}

function isConvexGlobal(value: unknown): value is ConvexGlobal {
  return (
    typeof value === "object" &&
    value !== null &&
    "transactionManager" in value &&
    "components" in value
  );
}
