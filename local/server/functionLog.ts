/** The function log: a bounded history for `convex logs`, and compact lines for the terminal. */
import type { FunctionEvent } from "../engine/context.ts";
import { readJson, requireAdmin, sendJson, type Handler } from "./http.ts";

const HISTORY = 1000;
const HOLD_MS = 20_000;

const UDF_TYPES = {
  query: "Query",
  mutation: "Mutation",
  action: "Action",
  httpAction: "HttpAction",
} as const;

interface Entry {
  cursor: number;
  event: FunctionEvent;
}

export class FunctionLog {
  private readonly entries: Entry[] = [];
  private cursor = 0;
  private readonly waiting = new Set<() => void>();
  private closed = false;

  /** Runs inside a transaction are part of their caller's entry. */
  add(event: FunctionEvent): void {
    if (event.nested) return;
    this.cursor += 1;
    this.entries.push({ cursor: this.cursor, event });
    if (this.entries.length > HISTORY) this.entries.shift();
    for (const wake of this.waiting) wake();
  }

  routes(adminKey: string): Record<string, Handler> {
    return {
      "GET /api/stream_function_logs": async ({ request, response, url }) => {
        requireAdmin(request, adminKey);
        const from = Number(url.searchParams.get("cursor") ?? 0);
        // The first request only asks where the log ends; later ones wait for something new.
        if (from > 0 && from >= this.cursor) await this.waitForNews();
        const entries = this.entries.filter(({ cursor }) => cursor > from).map(encode);
        sendJson(response, { entries, newCursor: Math.max(this.cursor, 1) });
      },
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

  private async waitForNews(): Promise<void> {
    if (this.closed) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, HOLD_MS);
      this.waiting.add(wake);
    });
  }
}

function encode({ event }: Entry): unknown {
  return {
    kind: "Completion",
    identifier: event.path,
    udfType: UDF_TYPES[event.udfType],
    componentPath: event.componentPath === "" ? null : event.componentPath,
    timestamp: event.startedAt / 1000,
    executionTime: event.durationMs / 1000,
    logLines: event.logLines.map((line) => ({ ...line, isTruncated: false })),
    success: event.error === undefined ? null : undefined,
    error: event.error ?? null,
    requestId: event.requestId,
    cachedResult: false,
    caller: event.caller,
    environment: "isolate",
    usageStats: {
      databaseReadBytes: event.bytesRead,
      databaseWriteBytes: event.bytesWritten,
      databaseReadDocuments: event.documentsRead,
      storageReadBytes: 0,
      storageWriteBytes: 0,
      vectorIndexReadBytes: 0,
      vectorIndexWriteBytes: 0,
    },
  };
}

/** One line for a run, then one for each line that it logged. */
export function compactLines(event: FunctionEvent): string[] {
  const where = event.componentPath === "" ? event.path : `${event.componentPath}/${event.path}`;
  const io = `r${event.documentsRead}/${event.bytesRead}B w${event.documentsWritten}/${event.bytesWritten}B`;
  const outcome = event.error === undefined ? "" : ` ! ${event.error.split("\n").pop() ?? ""}`;
  return [
    `${event.udfType[0]?.toUpperCase()} ${where} ${event.durationMs.toFixed(1)}ms ${io} ${event.caller}${outcome}`,
    ...event.logLines.map(({ level, messages }) => `    ${level} ${messages.join(" ")}`),
  ];
}
