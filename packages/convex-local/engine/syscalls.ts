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
import { currentRun, type RunContext } from "./context";
import { checkIdArgument, takesId } from "./idArguments";
import type { ConvexGlobal, Document, FunctionPath } from "./internals";
import { checkDocument } from "./limits";

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

export interface SyscallHost {
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

export function installSyscalls(global: ConvexGlobal, host: SyscallHost): void {
  const original = global.asyncSyscall;
  const originalJs = global.jsSyscall;

  global.jsSyscall = async (op, args) => {
    const run = currentRun.getStore();
    if (op !== "storage/storeBlob" || run === undefined) return await originalJs(op, args);
    return await host.storeFile(run.event.componentPath, args.blob as Blob);
  };

  const databaseOf = (run: RunContext) => {
    const component = global.components[run.event.componentPath];
    if (component === undefined) {
      throw new Error(`Component "${run.event.componentPath}" is not mounted`);
    }
    return component.db;
  };

  const countRead = (run: RunContext, args: Args): Document | null => {
    const document = databaseOf(run).get(args.table as string | undefined, args.id as string);
    if (document === null) return null;
    run.event.documentsRead += 1;
    run.event.bytesRead += getDocumentSize(document);
    return document;
  };

  const countWrite = (run: RunContext, id: string): void => {
    const document = databaseOf(run).get(undefined, id);
    run.event.documentsWritten += 1;
    if (document !== null) run.event.bytesWritten += getDocumentSize(document);
  };

  const logGet = (run: RunContext, args: Args): void => {
    const id = args.id as string;
    const table = databaseOf(run)._tableNameFromId(id) ?? "";
    const component = run.event.componentPath;
    run.readLog?.reads.push({ kind: "document", component, table, id });
  };

  const schedule = (run: RunContext, args: Args): string => {
    const target = functionPath(args, run.event.componentPath);
    const parsed = jsonToConvex(args.args as never) as Record<string, Value>;
    const tracker = global.transactionManager.getMetricsTracker() as {
      trackScheduledFunction?(bytes: number): void;
    } | null;
    tracker?.trackScheduledFunction?.(getConvexSize(parsed));
    const jobId = databaseOf(run).insert("_scheduled_functions", {
      name: target.udfPath,
      args: [parsed],
      scheduledTime: (args.ts as number) * 1000,
      state: { kind: "pending" },
    });
    host.scheduled(run.event.componentPath, jobId, target);
    return JSON.stringify(convexToJson(jobId));
  };

  /** Only a job that has not ended can be cancelled; the mock rewrites the state of any. */
  const cancel = (run: RunContext, id: string): string => {
    const db = databaseOf(run);
    const job = db.get("_scheduled_functions", id) as { state?: { kind: string } } | null;
    if (job?.state?.kind === "pending" || job?.state?.kind === "inProgress") {
      db.patch("_scheduled_functions", id, {
        state: { kind: "canceled" },
        completedTime: Date.now(),
      });
    }
    return JSON.stringify({});
  };

  const page = async (run: RunContext, op: string, args: Args): Promise<string> => {
    const { journal } = run;
    if (journal.previous !== null && (args.endCursor ?? null) === null) {
      args.endCursor = (JSON.parse(journal.previous) as { endCursor: string }).endCursor;
    }
    const json = await original(op, JSON.stringify(args));
    const { continueCursor } = JSON.parse(json) as { continueCursor: string };
    journal.next = JSON.stringify({ endCursor: args.endCursor ?? continueCursor });
    return json;
  };

  const metadata = ({ request, event }: RunContext): string => {
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
  };

  global.asyncSyscall = async (op, jsonArgs) => {
    const run = currentRun.getStore();
    if (run === undefined) return await original(op, jsonArgs);
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
    const args = JSON.parse(jsonArgs) as Args;
    if (takesId(op) && !checkIdArgument(op, args, databaseOf(run))) return "null";
    switch (op) {
      case "1.0/get":
        logGet(run, args);
        countRead(run, args);
        return await original(op, jsonArgs);
      case "1.0/insert": {
        checkDocument(args.value, jsonArgs, null);
        const json = await original(op, jsonArgs);
        countWrite(run, (JSON.parse(json) as { _id: string })._id);
        return json;
      }
      case "1.0/shallowMerge":
      case "1.0/replace": {
        const before = countRead(run, args);
        checkDocument(args.value, jsonArgs, op === "1.0/replace" ? null : before);
        const json = await original(op, jsonArgs);
        countWrite(run, args.id as string);
        return json;
      }
      case "1.0/remove": {
        countRead(run, args);
        const json = await original(op, jsonArgs);
        run.event.documentsWritten += 1;
        return json;
      }
      case "1.0/queryPage":
        return await page(run, op, args);
      case "1.0/schedule":
        return schedule(run, args);
      case "1.0/cancel_job":
        return cancel(run, args.id as string);
      case "1.0/getRequestMetadata":
        return metadata(run);
      case "1.0/storageGenerateUploadUrl":
        return JSON.stringify(host.storage.uploadUrl());
      case "1.0/storageGetUrl": {
        const id = args.storageId as string;
        run.readLog?.reads.push({
          kind: "document",
          component: run.event.componentPath,
          table: "_storage",
          id,
        });
        const exists = databaseOf(run).get("_storage", id) !== null;
        return JSON.stringify(exists ? host.storage.fileUrl(id) : null);
      }
      default:
        return await original(op, jsonArgs);
    }
  };
}

/** The function that an address of a system call means, seen from `component`. */
export function functionPath(args: Args, component: string): FunctionPath {
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
