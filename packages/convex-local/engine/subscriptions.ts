/**
 * Live queries. Each distinct (function, arguments, identity, journal) is computed once, however many
 * subscribe to it. A commit marks the computations whose read sets it touches; they run again in one
 * batch, at one timestamp, and everybody is told after the batch.
 */
import type { Caller, ReadLog, RequestInfo } from "./context";
import { touchesRead, type Change, type Read } from "./ranges";
import type { FunctionResult } from "./results";

export interface QueryRequest {
  path: string;
  componentPath: string;
  /** Encoded arguments, as on the wire. */
  args: unknown;
  identity: RequestInfo["identity"];
  /** May the caller run internal functions? */
  admin: boolean;
  journal: string | null;
}

interface QueryRunner {
  /** Runs a query while the caller holds the transaction lock. */
  runLocked(
    query: QueryRequest,
    caller: Caller,
    readLog: ReadLog,
    journal: string | null,
  ): Promise<FunctionResult>;
  acquire(): Promise<void>;
  release(): void;
  /** The timestamp of the last commit. */
  timestamp(): bigint;
}

export interface Computation {
  readonly query: QueryRequest;
  /** `null` until the first run. */
  result: FunctionResult | null;
  journal: string | null;
  /** Grows with every change of the result. */
  version: number;
  /** How often it ran. */
  runs: number;
}

interface State extends Computation {
  key: string;
  subscribers: number;
  reads: Read[];
  fingerprint: string;
}

type BatchListener = (ts: bigint) => void;

export class Subscriptions {
  private readonly states = new Map<string, State>();
  private readonly dirty = new Set<State>();
  /** Who reads which table, so that a commit looks at those only. */
  private readonly byTable = new Map<string, Set<State>>();
  private readonly listeners = new Set<BatchListener>();
  private batchWanted = false;
  private flushing = false;
  private idle: (() => void)[] = [];

  constructor(private readonly runner: QueryRunner) {}

  /** Starts or joins a computation. Its result is there after the next batch. */
  add(query: QueryRequest): { computation: Computation; remove: () => void } {
    const key = keyOf(query);
    let state = this.states.get(key);
    if (state === undefined) {
      state = {
        key,
        query,
        result: null,
        journal: query.journal,
        version: 0,
        runs: 0,
        subscribers: 0,
        reads: [],
        fingerprint: "",
      };
      this.states.set(key, state);
      this.dirty.add(state);
    }
    state.subscribers += 1;
    this.requestBatch();
    const joined = state;
    let removed = false;
    return {
      computation: joined,
      remove: () => {
        if (removed) return;
        removed = true;
        joined.subscribers -= 1;
        if (joined.subscribers === 0) this.drop(joined);
      },
    };
  }

  /** Calls `onChange` with each new result. */
  watch(
    query: QueryRequest,
    onChange: (result: FunctionResult) => void,
  ): { readonly runs: number; unsubscribe(): void } {
    const { computation, remove } = this.add(query);
    let seen = 0;
    const off = this.onBatch(() => {
      if (computation.version === seen || computation.result === null) return;
      seen = computation.version;
      onChange(computation.result);
    });
    return {
      get runs() {
        return computation.runs;
      },
      unsubscribe: () => {
        off();
        remove();
      },
    };
  }

  /** Called after every batch with its timestamp: all results are valid at it. */
  onBatch(listener: BatchListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Marks what a commit touches. */
  committed(changes: readonly Change[]): void {
    for (const change of changes) {
      const readers = this.byTable.get(tableKey(change.component, change.table));
      if (readers === undefined) continue;
      for (const state of readers) {
        if (this.dirty.has(state)) continue;
        const touched = state.reads.some(
          (read) =>
            read.table === change.table &&
            read.component === change.component &&
            touchesRead(read, change),
        );
        if (touched) this.dirty.add(state);
      }
    }
    if (this.dirty.size > 0) this.requestBatch();
  }

  /** After a push every query may answer differently. */
  invalidateAll(): void {
    for (const state of this.states.values()) this.dirty.add(state);
    this.requestBatch();
  }

  /** Asks for a batch even if nothing is dirty: somebody waits to be told the current timestamp. */
  requestBatch(): void {
    this.batchWanted = true;
    if (!this.flushing) {
      this.flushing = true;
      queueMicrotask(() => void this.flush());
    }
  }

  get size(): number {
    return this.states.size;
  }

  /** Resolves once no batch is wanted. */
  async settled(): Promise<void> {
    if (!this.flushing) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private async flush(): Promise<void> {
    while (this.batchWanted) {
      await this.runner.acquire();
      try {
        this.batchWanted = false;
        const batch = [...this.dirty];
        this.dirty.clear();
        for (const state of batch) {
          if (state.subscribers > 0) await this.compute(state);
        }
        const ts = this.runner.timestamp();
        for (const listener of [...this.listeners]) listener(ts);
      } finally {
        this.runner.release();
      }
    }
    this.flushing = false;
    const waiting = this.idle;
    this.idle = [];
    for (const resolve of waiting) resolve();
  }

  private async compute(state: State): Promise<void> {
    const log: ReadLog = { reads: [], open: [] };
    const caller = state.runs === 0 ? "client" : "subscription";
    const result = await this.runner.runLocked(state.query, caller, log, state.journal);
    state.runs += 1;
    state.journal = result.journal ?? state.journal;
    this.index(state, log.reads);
    const fingerprint = JSON.stringify(
      result.ok ? [true, result.value] : [false, result.errorMessage, result.errorData],
    );
    if (state.runs > 1 && fingerprint === state.fingerprint) return;
    state.fingerprint = fingerprint;
    state.result = result;
    state.version += 1;
  }

  private index(state: State, reads: Read[]): void {
    for (const key of tablesOf(state.reads)) this.byTable.get(key)?.delete(state);
    state.reads = reads;
    if (state.subscribers === 0) return;
    for (const key of tablesOf(reads)) {
      const readers = this.byTable.get(key);
      if (readers === undefined) this.byTable.set(key, new Set([state]));
      else readers.add(state);
    }
  }

  private drop(state: State): void {
    this.states.delete(state.key);
    this.dirty.delete(state);
    for (const key of tablesOf(state.reads)) this.byTable.get(key)?.delete(state);
  }
}

function tableKey(component: string, table: string): string {
  return `${component}\n${table}`;
}

function tablesOf(reads: Read[]): Set<string> {
  return new Set(reads.map(({ component, table }) => tableKey(component, table)));
}

function keyOf({ path, componentPath, args, identity, admin, journal }: QueryRequest): string {
  return JSON.stringify([componentPath, path, args, identity, admin, journal]);
}
