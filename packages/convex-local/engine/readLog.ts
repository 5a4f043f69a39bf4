/** Attributes what the database reads to the run that asked for it. */
import {
  currentRun,
  type CommittedMutation,
  type FunctionEvent,
  type ReadLog,
  type RowCost,
} from "./context";
import type { ReadObserver } from "./database";
import type { Change, Read } from "./ranges";

/** Nothing yet. */
export const noRows = () => ({
  documentsRead: 0,
  bytesRead: 0,
  documentsWritten: 0,
  bytesWritten: 0,
  keyBytesRead: 0,
  keyBytesWritten: 0,
  rows: { read: new Map<string, RowCost>(), written: new Map<string, RowCost>() },
});

/** `place`: `table.index`. */
export function countRead(event: FunctionEvent, place: string, bytes: number, keyBytes = 0): void {
  event.documentsRead += 1;
  event.bytesRead += bytes;
  event.keyBytesRead += keyBytes;
  addRow(event.rows.read, place, { bytes, keyBytes });
}

export function countWrite(event: FunctionEvent, table: string, bytes = 0, keyBytes = 0): void {
  event.documentsWritten += 1;
  event.bytesWritten += bytes;
  event.keyBytesWritten += keyBytes;
  addRow(event.rows.written, table, { bytes, keyBytes });
}

function addRow(rows: Map<string, RowCost>, place: string, row: Omit<RowCost, "documents">): void {
  const sum = rows.get(place) ?? { documents: 0, bytes: 0, keyBytes: 0 };
  sum.documents += 1;
  sum.bytes += row.bytes;
  sum.keyBytes += row.keyBytes;
  rows.set(place, sum);
}

export const readObserver: ReadObserver = {
  documentRead(place, bytes, keyBytes) {
    const event = currentRun.getStore()?.event;
    if (event !== undefined) countRead(event, place, bytes, keyBytes);
  },
  rangeRead(read) {
    currentRun.getStore()?.readLog?.reads.push(read);
  },
  streamOpened(extent) {
    currentRun.getStore()?.readLog?.open.push(extent);
  },
};

/** Settles how far the streams of an ended query were read. */
export function closeReadLog(log: ReadLog): void {
  for (const extent of log.open) {
    const read = extent();
    if (read !== null) log.reads.push(read);
  }
  log.open = [];
}

/** Tells those who ask of each mutation that commits. Transactions run one at a time, so one is remembered. */
export class MutationWatch {
  private readonly listeners = new Set<(mutation: CommittedMutation) => void>();
  private requestedAt = 0;
  private run: { event: FunctionEvent; log: ReadLog } | null = null;

  add(listener: (mutation: CommittedMutation) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  begun(requestedAt: number): void {
    this.requestedAt = requestedAt;
    this.run = null;
  }

  /** The log for the reads of a top-level run; `null` if nobody will ask. */
  logOf(event: FunctionEvent): ReadLog | null {
    if (event.udfType !== "mutation" || this.listeners.size === 0) return null;
    this.run = { event, log: { reads: [], open: [] } };
    return this.run.log;
  }

  committed(changes: readonly Change[]): void {
    if (this.run === null) return;
    const { event, log } = this.run;
    const { requestedAt } = this;
    const committedAt = performance.now();
    closeReadLog(log);
    // A patch, a replacement or a deletion reads the row first.
    const rewritten = changes.filter(({ before }) => before !== null);
    const reads = [
      ...log.reads,
      ...rewritten.map(({ component, table, id }): Read => ({
        kind: "document",
        component,
        table,
        id,
      })),
    ];
    for (const listener of this.listeners) {
      listener({ event, requestedAt, committedAt, reads, changes });
    }
  }
}
