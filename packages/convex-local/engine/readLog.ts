/** Attributes what the database reads to the run that asked for it. */
import { currentRun, type CommittedMutation, type FunctionEvent, type ReadLog } from "./context";
import type { ReadObserver } from "./database";
import type { Change, Read } from "./ranges";

export const readObserver: ReadObserver = {
  documentRead(bytes, keyBytes) {
    const event = currentRun.getStore()?.event;
    if (event === undefined) return;
    event.documentsRead += 1;
    event.bytesRead += bytes;
    event.keyBytesRead += keyBytes;
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
