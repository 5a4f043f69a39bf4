/**
 * The function log, as `GET /api/stream_function_logs` has it: a bounded history of entries. A query or a
 * mutation is one entry with its lines; an action's lines are entries of their own, at once, as it may
 * run for minutes. Also compact lines for the terminal.
 */
import type { FunctionEvent, LogLine } from "../engine/context";
import { makeAdminGuard, readJson, sendJson, type Handler } from "./http";

const HISTORY = 1000;
const HOLD_MS = 20_000;

const UDF_TYPES = {
  query: "Query",
  mutation: "Mutation",
  action: "Action",
  httpAction: "HttpAction",
} as const;

const CALLERS = {
  client: "SyncWorker",
  subscription: "SyncWorker",
  action: "Action",
  scheduler: "Scheduler",
  cron: "Cron",
  http: "HttpEndpoint",
} as const;

interface Entry {
  cursor: number;
  json: unknown;
}

export class FunctionLog {
  private readonly entries: Entry[] = [];
  private cursor = 0;
  private readonly waiting = new Set<() => void>();
  private closed = false;

  /** Runs inside a transaction are part of their caller's entry. */
  completed(event: FunctionEvent): void {
    if (!event.nested) this.append(completion(event));
  }

  progress(event: FunctionEvent, line: LogLine): void {
    if (logsAtOnce(event)) this.append(progressOf(event, line));
  }

  routes(adminKey: string): Record<string, Handler> {
    const admin = makeAdminGuard(adminKey);
    return {
      "GET /api/stream_function_logs": admin(async ({ response, url }) => {
        const from = Number(url.searchParams.get("cursor") ?? 0);
        // The first request only asks where the log ends; later ones wait for something new.
        if (from > 0 && from >= this.cursor) await this.waitForNews(response);
        const entries = this.entries.filter(({ cursor }) => cursor > from).map(({ json }) => json);
        sendJson(response, { entries, newCursor: Math.max(this.cursor, 1) });
      }),
      "POST /api/debug_event": async ({ request, response }) => {
        await readJson(request);
        sendJson(response, null);
      },
    };
  }

  close(): void {
    this.closed = true;
    for (const wake of this.waiting) wake();
  }

  private append(json: unknown): void {
    // 1 is the cursor of a log that is still empty, so that its reader waits.
    this.cursor = Math.max(this.cursor, 1) + 1;
    this.entries.push({ cursor: this.cursor, json });
    if (this.entries.length > HISTORY) this.entries.shift();
    for (const wake of this.waiting) wake();
  }

  private async waitForNews(reader: NodeJS.EventEmitter): Promise<void> {
    if (this.closed) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        reader.off("close", wake);
        resolve();
      };
      const timer = setTimeout(wake, HOLD_MS);
      this.waiting.add(wake);
      reader.on("close", wake);
    });
  }
}

function logsAtOnce({ udfType }: FunctionEvent): boolean {
  return udfType === "action" || udfType === "httpAction";
}

/** What both kinds of entry have. `identifier` is the path without `.js`, or `METHOD /route`. */
function head(event: FunctionEvent): Record<string, unknown> {
  return {
    identifier: event.path,
    udfType: UDF_TYPES[event.udfType],
    componentPath: event.componentPath === "" ? null : event.componentPath,
    requestId: event.requestId,
    executionId: event.executionId,
  };
}

function progressOf(event: FunctionEvent, line: LogLine): unknown {
  return {
    kind: "Progress",
    ...head(event),
    timestamp: event.startedAt / 1000,
    logLines: [encodeLine(line)],
  };
}

function completion(event: FunctionEvent): unknown {
  const { transport, udfType, caller } = event;
  const byName = transport === "tester" ? "Tester" : transport === "http" ? "HttpApi" : null;
  return {
    kind: "Completion",
    ...head(event),
    timestamp: (event.startedAt + event.durationMs) / 1000,
    executionTimestamp: event.startedAt / 1000,
    executionTime: event.durationMs / 1000,
    userExecutionTime: null,
    logLines: logsAtOnce(event) ? [] : event.logLines.map(encodeLine),
    success:
      udfType === "httpAction" && event.error === undefined ? { status: event.status } : null,
    error: event.error ?? null,
    cachedResult: false,
    caller: caller === "client" ? (byName ?? CALLERS.client) : CALLERS[caller],
    parentExecutionId: event.parentExecutionId,
    environment: event.environment,
    identityType: event.identityType,
    returnBytes: event.returnBytes ?? null,
    occInfo: null,
    willRetry: false,
    usageStats: usageStats(event),
  };
}

/** `0` for what the engine does not meter. */
function usageStats(event: FunctionEvent): Record<string, number> {
  const unmetered = [
    "databaseWriteIndexRows",
    "storageReadBytes",
    "storageWriteBytes",
    "vectorIndexReadBytes",
    "vectorIndexWriteBytes",
    "textIndexQueryBytes",
    "textIndexWriteQueryBytes",
    "vectorIndexReadQueryBytes",
    "vectorIndexWriteQueryBytes",
    "networkEgressBytes",
    "memoryUsedMb",
  ];
  return {
    databaseReadBytes: event.bytesRead,
    databaseWriteBytes: event.bytesWritten,
    databaseIoReadBytes: event.bytesRead + event.keyBytesRead,
    databaseIoWriteBytes: event.bytesWritten + event.keyBytesWritten,
    databaseReadDocuments: event.documentsRead,
    databaseWriteDocuments: event.documentsWritten,
    ...Object.fromEntries(unmetered.map((name) => [name, 0])),
  };
}

function encodeLine({ source, ...line }: LogLine): unknown {
  if (source === undefined) return line;
  return { ...line, componentPath: source.componentPath, udfPath: source.path };
}

/** One line for a run, then one for each line that it logged. */
export function formatCompactLines(event: FunctionEvent): string[] {
  const where = event.componentPath === "" ? event.path : `${event.componentPath}/${event.path}`;
  const io = `r${event.documentsRead}/${event.bytesRead}B w${event.documentsWritten}/${event.bytesWritten}B`;
  const outcome = event.error === undefined ? "" : ` ! ${event.error.split("\n")[0] ?? ""}`;
  return [
    `${event.udfType[0]?.toUpperCase()} ${where} ${event.durationMs.toFixed(1)}ms ${io} ${event.caller}${outcome}`,
    ...event.logLines.map(({ level, messages }) => `    ${level} ${messages.join(" ")}`),
  ];
}
