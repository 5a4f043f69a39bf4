/** Who is running: the record of one function run, found from anywhere inside it. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { UserIdentity } from "convex/server";
import type { Change, Read } from "./ranges";

export type UdfType = "query" | "mutation" | "action" | "httpAction";
type IdentityType = "unknown" | "user" | "instance_admin" | "member_acting_user" | "system";
export type Transport = "http" | "sync" | "tester";
export type Caller = "client" | "subscription" | "action" | "scheduler" | "cron" | "http";

/** One run of one function, as the meter and the log see it. */
export interface FunctionEvent {
  path: string;
  /** `""` is the app itself. */
  componentPath: string;
  udfType: UdfType;
  /** What started the run. A run inside another query or mutation has the caller of the outermost. */
  caller: Caller;
  /** True for `ctx.runQuery`/`ctx.runMutation` inside a query or mutation: no call of its own. */
  nested: boolean;
  /** Own reads and writes, without those of nested runs. Bytes by Convex's size rules. */
  documentsRead: number;
  bytesRead: number;
  documentsWritten: number;
  bytesWritten: number;
  /** Of index keys, which Convex bills like documents: of every row found by an index, of all indexes of a row written. */
  keyBytesRead: number;
  keyBytesWritten: number;
  /** The same by `table.index` of what was read (`by_id`: got by its id), and by `table` of what was written. */
  rows: { read: Map<string, RowCost>; written: Map<string, RowCost> };
  durationMs: number;
  requestId: string;
  /** One for each run; all runs of a request share its `requestId`. */
  executionId: string;
  /** The action that called. */
  parentExecutionId: string | null;
  environment: "isolate" | "node";
  identityType: IdentityType;
  /** The protocol the request came by; `null` for what nobody requested. */
  transport: Transport | null;
  /** Its own lines and, unless it is an action, those of the runs nested in it. */
  logLines: LogLine[];
  /** When the run started, in milliseconds since the epoch. */
  startedAt: number;
  /** Of the returned value; not for HTTP actions. */
  returnBytes?: number;
  /** The HTTP status that an HTTP action answered with. */
  status?: string;
  /** For people: what was thrown, as a developer sees it. */
  error?: string;
}

export interface RowCost {
  documents: number;
  bytes: number;
  keyBytes: number;
}

export interface LogLine {
  level: "LOG" | "DEBUG" | "INFO" | "WARN" | "ERROR";
  messages: string[];
  isTruncated: boolean;
  /** Milliseconds since the epoch. */
  timestamp: number;
  /** The function that wrote the line, if it ran inside another's transaction. */
  source?: { componentPath: string; path: string };
}

/** What all runs of one request share. */
export interface RequestInfo {
  requestId: string;
  caller: Caller;
  identity: UserIdentity | null;
  /** The JWT the request came with. */
  token: string | null;
  /** Why the token of an HTTP action's caller is not good; others with such a token are refused. */
  tokenProblem: string | null;
  ip: string | null;
  userAgent: string | null;
  scheduledFunctionId: string | null;
  identityType: IdentityType;
  transport: Transport | null;
}

/** Reads of one top-level query or mutation, collected over its nested runs. */
export interface ReadLog {
  reads: Read[];
  /** Streams that were opened: their range is final only when the query ends. */
  open: (() => Read | null)[];
}

export interface RunContext {
  request: RequestInfo;
  event: FunctionEvent;
  parent: RunContext | null;
  /** Set for live queries, for mutations that somebody watches, and for everything nested in them. */
  readLog: ReadLog | null;
  /** For paginated queries: the end of the page, from the last run and for the next. */
  journal: { previous: string | null; next: string | null };
  /** The time of the transaction that this run is, or is part of; `null` if it is not limited. */
  meter: { pause(): void; resume(): void; check(): void } | null;
  /** The operations of an action that are under way. */
  operations: { acquire(): Promise<void>; release(): void };
  /** Nothing may be written by a function that already failed or returned. */
  done: boolean;
}

/** A mutation as it committed: what its result depends on, and what it changed. */
export interface CommittedMutation {
  event: FunctionEvent;
  /** By `performance.now()`. On Convex it would have read the state of `requestedAt`; here it read that of `committedAt`. */
  requestedAt: number;
  committedAt: number;
  reads: readonly Read[];
  changes: readonly Change[];
}

/** The run that the current code belongs to. */
export const currentRun = new AsyncLocalStorage<RunContext>();

/** What the engine passes on to the run that it is about to start. */
export interface Launch {
  request: RequestInfo;
  /** Collects what a query reads; `null` if nobody will ask. */
  readLog: ReadLog | null;
  journal: { previous: string | null; next: string | null };
  /** The engine already holds the transaction lock (a batch of queries at one timestamp). */
  holdsLock: boolean;
  /** The event of the run, once it has started. */
  event: FunctionEvent | null;
  /** The commit of a mutation. */
  commitTs: bigint | null;
}

export const currentLaunch = new AsyncLocalStorage<Launch>();
