/**
 * The system calls of running functions, between them and `convex-test`: counts reads and writes,
 * collects read sets, keeps pages of paginated queries in place by their journal, and replaces the
 * calls whose mock does too little (scheduling, storage URLs, request metadata).
 */
import {
  convexToJson,
  getConvexSize,
  getDocumentSize,
  jsonToConvex,
  type Value,
} from "convex/values";
import { duringOperation, isAction } from "./actionCalls";
import { currentRun, type RunContext } from "./context";
import { getIndexedSize } from "./documents";
import { checkIdArgument, takesId } from "./idArguments";
import type { ConvexGlobal, DatabaseFake, Document, FunctionPath } from "./internals";
import { checkDocument, parseSyscallArguments } from "./limits";
import { countRead, countWrite } from "./readLog";

export interface StorageUrls {
  /** A URL that serves the file. */
  fileUrl(storageId: string): string;
  /** A URL that takes one upload. */
  uploadUrl(): string;
}

/** For an engine that nothing serves. */
export const NO_STORAGE: StorageUrls = {
  fileUrl: (id) => `http://127.0.0.1/api/storage/${id}`,
  uploadUrl: () => "http://127.0.0.1/api/storage/upload",
};

interface SyscallHost {
  storage: StorageUrls;
  /** Remembers what a job runs; it starts when its document commits. */
  scheduled(component: string, jobId: string, target: FunctionPath): void;
  storeFile(component: string, blob: Blob): Promise<string>;
}

const IN_TRANSACTION = new Set([
  "1.0/get",
  "1.0/queryStreamNext",
  "1.0/queryPage",
  "1.0/insert",
  "1.0/shallowMerge",
  "1.0/replace",
  "1.0/remove",
  "1.0/schedule",
  "1.0/runUdf",
]);

const WRITES = new Set([
  "1.0/insert",
  "1.0/shallowMerge",
  "1.0/replace",
  "1.0/remove",
  "1.0/schedule",
  "1.0/cancel_job",
]);

type Args = Record<string, unknown>;

/** One system call of a function run. */
interface Syscall {
  run: RunContext;
  op: string;
  args: Args;
  /** `args` as they came. */
  json: string;
}

export function installSyscalls(global: ConvexGlobal, host: SyscallHost): void {
  const { asyncSyscall, jsSyscall } = global;
  const syscalls = new Syscalls(global, host, asyncSyscall);

  global.asyncSyscall = async (op, json) => {
    const run = currentRun.getStore();
    if (run === undefined) return await asyncSyscall(op, json);
    return await during(run, op, () => syscalls.handle(run, op, json));
  };
  global.jsSyscall = async (op, args) => {
    const run = currentRun.getStore();
    if (op !== "storage/storeBlob" || run === undefined) return await jsSyscall(op, args);
    return await during(run, op, () => host.storeFile(run.event.componentPath, args.blob as Blob));
  };
}

/** An action does so many operations at a time; a transaction's own time stands still during one. */
async function during<T>(run: RunContext, op: string, body: () => Promise<T>): Promise<T> {
  if (isAction(run)) return await duringOperation(run, body);
  // A nested function is user code again.
  if (run.meter === null || op === "1.0/runUdf") return await body();
  run.meter.pause();
  try {
    return await body();
  } finally {
    run.meter.resume();
  }
}

class Syscalls {
  /** The calls that the mock alone does not answer well enough. */
  private readonly handlers = new Map<string, (call: Syscall) => Promise<string> | string>([
    ["1.0/get", (call) => this.get(call)],
    ["1.0/queryPage", (call) => this.queryPage(call)],
    ["1.0/insert", (call) => this.insert(call)],
    ["1.0/shallowMerge", (call) => this.update(call)],
    ["1.0/replace", (call) => this.update(call)],
    ["1.0/remove", (call) => this.remove(call)],
    ["1.0/schedule", (call) => this.schedule(call)],
    ["1.0/cancel_job", (call) => this.cancelJob(call)],
    ["1.0/getRequestMetadata", ({ run }) => describeMetadata(run)],
    ["1.0/storageGenerateUploadUrl", () => JSON.stringify(this.host.storage.uploadUrl())],
    ["1.0/storageGetUrl", (call) => this.getStorageUrl(call)],
  ]);

  constructor(
    private readonly global: ConvexGlobal,
    private readonly host: SyscallHost,
    private readonly original: ConvexGlobal["asyncSyscall"],
  ) {}

  async handle(run: RunContext, op: string, json: string): Promise<string> {
    if (run.done && IN_TRANSACTION.has(op)) {
      throw new Error(
        `${run.event.path} used the database after it had returned: a promise was not awaited`,
      );
    }
    if (run.event.udfType === "query" && WRITES.has(op)) {
      throw new Error(
        "A query can only read: it cannot write to the database or schedule functions.",
      );
    }
    const args = parseSyscallArguments(json);
    if (takesId(op) && !checkIdArgument(op, args, this.databaseOf(run))) return "null";
    const handler = this.handlers.get(op);
    if (handler === undefined) return await this.original(op, json);
    return await handler({ run, op, args, json });
  }

  private async get({ run, op, args, json }: Syscall): Promise<string> {
    const id = args.id as string;
    logDocumentRead(run, this.databaseOf(run)._tableNameFromId(id) ?? "", id);
    this.countRead(run, args);
    return await this.original(op, json);
  }

  private async insert({ run, op, args, json }: Syscall): Promise<string> {
    checkDocument(args.value, json, null);
    const result = await this.original(op, json);
    this.countWrite(run, (JSON.parse(result) as { _id: string })._id);
    return result;
  }

  private async update({ run, op, args, json }: Syscall): Promise<string> {
    const before = this.countRead(run, args);
    checkDocument(args.value, json, op === "1.0/replace" ? null : before);
    const result = await this.original(op, json);
    this.countWrite(run, args.id as string);
    return result;
  }

  private async remove({ run, op, args, json }: Syscall): Promise<string> {
    const db = this.databaseOf(run);
    const table = db._tableNameFromId(args.id as string) ?? "";
    this.countRead(run, args);
    const result = await this.original(op, json);
    countWrite(run.event, table);
    return result;
  }

  private async queryPage({ run: { journal }, op, args }: Syscall): Promise<string> {
    args.endCursor ??= journal.previous;
    const result = await this.original(op, JSON.stringify(args));
    const { continueCursor } = JSON.parse(result) as { continueCursor: string };
    journal.next = (args.endCursor as string | null) ?? continueCursor;
    return result;
  }

  private schedule({ run, args }: Syscall): string {
    const target = resolveFunction(args, run.event.componentPath);
    const parsed = jsonToConvex(args.args as never) as Record<string, Value>;
    const tracker = this.global.transactionManager.getMetricsTracker();
    tracker?.trackScheduledFunction?.(getConvexSize(parsed));
    const jobId = this.databaseOf(run).insert("_scheduled_functions", {
      name: target.udfPath,
      args: [parsed],
      scheduledTime: (args.ts as number) * 1000,
      state: { kind: "pending" },
    });
    this.host.scheduled(run.event.componentPath, jobId, target);
    return JSON.stringify(convexToJson(jobId));
  }

  /** Only a job that has not ended can be cancelled; the mock rewrites the state of any. */
  private cancelJob({ run, args }: Syscall): string {
    const id = args.id as string;
    const db = this.databaseOf(run);
    const job = db.get("_scheduled_functions", id) as { state?: { kind: string } } | null;
    if (job?.state?.kind === "pending" || job?.state?.kind === "inProgress") {
      db.patch("_scheduled_functions", id, {
        state: { kind: "canceled" },
        completedTime: Date.now(),
      });
    }
    return JSON.stringify({});
  }

  private getStorageUrl({ run, args }: Syscall): string {
    const id = args.storageId as string;
    logDocumentRead(run, "_storage", id);
    const exists = this.databaseOf(run).get("_storage", id) !== null;
    return JSON.stringify(exists ? this.host.storage.fileUrl(id) : null);
  }

  private databaseOf(run: RunContext): DatabaseFake {
    const component = this.global.components[run.event.componentPath];
    if (component === undefined) {
      throw new Error(`Component "${run.event.componentPath}" is not mounted`);
    }
    return component.db;
  }

  private countRead(run: RunContext, args: Args): Document | null {
    const db = this.databaseOf(run);
    const document = db.get(args.table as string | undefined, args.id as string);
    if (document === null) return null;
    const table = db._tableNameFromId(document._id) ?? "";
    countRead(run.event, `${table}.by_id`, getDocumentSize(document));
    return document;
  }

  private countWrite(run: RunContext, id: string): void {
    const db = this.databaseOf(run);
    const document = db.get(undefined, id);
    const table = db._tableNameFromId(id) ?? "";
    if (document === null) countWrite(run.event, table);
    else {
      const keyBytes = getIndexedSize(db._schema, table, document);
      countWrite(run.event, table, getDocumentSize(document), keyBytes);
    }
  }
}

function logDocumentRead(run: RunContext, table: string, id: string): void {
  const component = run.event.componentPath;
  run.readLog?.reads.push({ kind: "document", component, table, id });
}

/** What `ctx.meta.getRequestMetadata()` tells. */
function describeMetadata({ request, event }: RunContext): string {
  if (event.udfType === "query") {
    throw new Error("getRequestMetadata() is not available in queries.");
  }
  return JSON.stringify(
    convexToJson({
      ip: request.ip,
      userAgent: request.userAgent,
      requestId: request.requestId,
      scheduledFunctionId: request.scheduledFunctionId,
      authToken: request.token,
    }),
  );
}

/** The function that an address of a system call means, seen from `component`. */
function resolveFunction(args: Args, component: string): FunctionPath {
  if (typeof args.functionHandle === "string") {
    const [componentPath = "", udfPath = ""] = args.functionHandle
      .slice("function://".length)
      .split(";");
    return { componentPath, udfPath };
  }
  if (typeof args.name === "string") return { componentPath: component, udfPath: args.name };
  if (typeof args.reference === "string") {
    const [, , child = "", ...rest] = args.reference.split("/");
    const name = rest.pop() ?? "";
    return {
      componentPath: component === "" ? child : `${component}/${child}`,
      udfPath: `${rest.join("/")}:${name}`,
    };
  }
  throw new Error("Function address not supported");
}
