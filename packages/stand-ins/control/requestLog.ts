/**
 * What each stand-in received, for tests and for a person who wonders what was sent. Bounded: the
 * newest 1,000 requests and 64 MiB of bodies. Keys are redacted before anything is kept.
 */
import type { ProviderName, Request } from "../http";

const MAX_REQUESTS = 1_000;
const MAX_BYTES = 64 * 1024 * 1024;

export interface RequestRecord {
  id: number;
  provider: ProviderName;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
  /** Milliseconds since the epoch. */
  at: number;
  status?: number;
  /** `aborted`: the caller went away; `broken`: a fault cut, garbled or stalled the answer. */
  outcome: "pending" | "answered" | "aborted" | "broken";
  /** The connection still stands: of a broken answer, the caller still waits. */
  open: boolean;
  /** Content chunks streamed so far; chat completions only. */
  chunksSent?: number;
}

type Watcher = {
  matches: (record: RequestRecord) => boolean;
  resolve: (record: RequestRecord) => void;
};

function redact(value: string): string {
  const [scheme, rest] = value.includes(" ") ? value.split(" ", 2) : ["", value];
  return `${scheme ? `${scheme} ` : ""}${scheme === "Bearer" ? (rest ?? "").slice(0, 3) : ""}…redacted`;
}

export class RequestLog {
  private records: RequestRecord[] = [];
  private sizes = new Map<number, number>();
  private bytes = 0;
  private nextId = 1;
  private watchers = new Set<Watcher>();

  add(provider: ProviderName, request: Request): RequestRecord {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) {
      const text = [value].flat().join(", ");
      headers[name] = /^(?:authorization|x-api-key|cookie)$/.test(name) ? redact(text) : text;
    }
    const record: RequestRecord = {
      id: this.nextId++,
      provider,
      method: request.method,
      path: request.path,
      headers,
      body: request.body ?? (request.rawBody || null),
      at: Date.now(),
      outcome: "pending",
      open: true,
    };
    this.records.push(record);
    this.sizes.set(record.id, request.rawBody.length);
    this.bytes += request.rawBody.length;
    while (
      this.records.length > MAX_REQUESTS ||
      (this.bytes > MAX_BYTES && this.records.length > 1)
    ) {
      const oldest = this.records.shift()!;
      this.bytes -= this.sizes.get(oldest.id) ?? 0;
      this.sizes.delete(oldest.id);
    }
    this.changed(record);
    return record;
  }

  /** Notes that a fault broke the answer. */
  broken(record: RequestRecord): void {
    record.outcome = "broken";
    this.changed(record);
  }

  /** Call after changing a record, so that waiters look again. */
  changed(record: RequestRecord): void {
    for (const watcher of this.watchers) {
      if (!watcher.matches(record)) continue;
      this.watchers.delete(watcher);
      watcher.resolve(record);
    }
  }

  /** Oldest first. */
  list(provider?: ProviderName): RequestRecord[] {
    return this.records.filter((r) => !provider || r.provider === provider);
  }

  /** The first record, present or future, that matches. */
  waitFor(matches: (record: RequestRecord) => boolean): Promise<RequestRecord> {
    const found = this.records.find(matches);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.watchers.add({ matches, resolve }));
  }

  clear(): void {
    this.records = [];
    this.sizes.clear();
    this.bytes = 0;
  }
}
