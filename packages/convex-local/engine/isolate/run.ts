/**
 * One function run as in Convex's isolate: code finds its run from anywhere inside it, an unhandled rejection
 * ends it, and so does waiting for what can never come. Follows crates/isolate/src/environment/udf/mod.rs and
 * action/mod.rs of the open-source backend.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import process from "node:process";
import * as timers from "node:timers";

// As they are before any test holds them.
const { setImmediate, setTimeout, clearTimeout } = timers;

/** A run that has waited this long with nothing under way waits for ever. */
const IDLE_MS = 500;

export type IsolateKind = "query" | "mutation" | "action" | "httpAction";

export interface IsolateOptions {
  kind: IsolateKind;
  /** "node" has Node's globals; how it ends is the same. */
  runtime: "isolate" | "node";
  /** The deployment's variables. */
  readVariable: (name: string) => string | undefined;
  /** What an action may do at a time; without it, anything. */
  operations?: { acquire(): Promise<void>; release(): void };
  /** Of the run's random numbers; another for each run unless given. */
  seed?: Uint8Array;
}

const current = new AsyncLocalStorage<IsolateRun | null>();

/** The run that the current code belongs to; `null` for the host's own code. */
export function currentIsolate(): IsolateRun | null {
  return current.getStore() ?? null;
}

/** Runs code that belongs to no call at all. */
export const runOutside = AsyncLocalStorage.snapshot();

/** Runs code of the host that a function has called: it sees the host's globals. */
export function leaveIsolate<T>(body: () => T): T {
  return currentIsolate() === null ? body() : current.run(null, body);
}

/** When everything has run that is ready to. */
export async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** So long by the clock of the machine, whatever clock a test holds. */
export async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms));
}

export class IsolateRun {
  /** What the function itself has assigned to globals. */
  readonly assigned = new Map<string, unknown>();
  /** What is made once for a run: its clock, its random numbers. */
  readonly made = new Map<string, unknown>();
  readonly inTransaction: boolean;
  readonly isStrict: boolean;
  /** Milliseconds since the epoch, by the clock of the host. */
  readonly startedAt: number;
  private readonly cleanups = new Set<() => void>();
  /** Rejects when something other than the function itself has failed it. */
  readonly failed: Promise<never>;
  private reject: (error: unknown) => void = () => undefined;
  private failure: { error: unknown } | null = null;
  /** Operations under way that will let the function go on. */
  private open = 0;
  /** Operations that were ever begun. */
  private begun = 0;
  private ended = false;

  constructor(readonly options: IsolateOptions) {
    watchRejections();
    this.startedAt = leaveIsolate(() => Date.now());
    this.inTransaction = options.kind === "query" || options.kind === "mutation";
    this.isStrict = options.runtime === "isolate";
    this.failed = new Promise((_, reject) => (this.reject = reject));
    this.failed.catch(() => undefined);
  }

  get isOver(): boolean {
    return this.ended;
  }

  /** Runs the function's own code. */
  enter<T>(body: () => T): T {
    return current.run(this, body);
  }

  /** Ends the run, now or when its code has come to a stop; the first error counts. */
  fail(error: unknown): void {
    if (this.ended || this.failure !== null) return;
    this.failure = { error };
    this.reject(error);
  }

  /** Fails the run in a way that its code cannot catch. */
  terminate(message: string): never {
    const error = new Error(message);
    this.fail(error);
    throw error;
  }

  /** An operation of the host that the function may wait for. */
  async perform<T>(operation: () => T | Promise<T>): Promise<T> {
    const close = this.openOperation();
    try {
      return await leaveIsolate(operation);
    } finally {
      close();
    }
  }

  /** One of the few that an action may have under way: waits for its turn. Returns how it ends. */
  async beginOperation(): Promise<() => void> {
    const { operations } = this.options;
    if (operations === undefined) return () => undefined;
    await this.perform(() => operations.acquire());
    return () => operations.release();
  }

  openOperation(): () => void {
    this.open += 1;
    this.begun += 1;
    let closed = false;
    return () => {
      if (closed) return;
      closed = true;
      this.open -= 1;
    };
  }

  /** Told when the run is over, and with it its downloads and timers. Returns how to take that back. */
  onEnd(cleanup: () => void): () => void {
    this.cleanups.add(cleanup);
    return () => this.cleanups.delete(cleanup);
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const cleanup of this.cleanups) cleanup();
    this.cleanups.clear();
  }

  /** The result of the function, unless something else has failed meanwhile. The run stays open. */
  async complete<T>(body: () => T | Promise<T>): Promise<T> {
    const stopWatching = this.isStrict ? this.watchForIdleness() : () => undefined;
    let result: T;
    try {
      result = await Promise.race([this.enter(async () => await body()), this.failed]);
    } finally {
      stopWatching();
    }
    // A rejection counts as unhandled when nothing is left to run that could handle it.
    await leaveIsolate(nextTurn);
    if (this.failure !== null) throw this.failure.error;
    return result;
  }

  /** Fails the run once it waits with nothing under way. */
  private watchForIdleness(): () => void {
    let timer: NodeJS.Timeout;
    let seen = -1;
    const watch = (): void => {
      timer = setTimeout(() => {
        if (this.open === 0 && this.begun === seen) {
          this.fail(new Error("Returned promise will never resolve"));
        } else {
          seen = this.begun;
          watch();
        }
      }, IDLE_MS);
    };
    leaveIsolate(watch);
    return () => clearTimeout(timer);
  }
}

/** Runs a function from beginning to end. */
export async function runIsolated<T>(run: IsolateRun, body: () => T | Promise<T>): Promise<T> {
  try {
    return await run.complete(body);
  } finally {
    run.end();
  }
}

let watching = false;

/** Node tells of an unhandled rejection in the context of its promise: a run's is that run's alone. */
function watchRejections(): void {
  if (watching) return;
  watching = true;
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  const emitOthers = (event: string, ...args: unknown[]): boolean => {
    const run = event === "unhandledRejection" ? currentIsolate() : null;
    if (run === null) return emit(event, ...args);
    run.fail(args[0]);
    return true;
  };
  process.emit = emitOthers as typeof process.emit;
}
