/** Attributes what the database reads to the run that asked for it. */
import { currentRun, type ReadLog } from "./context";
import type { ReadObserver } from "./database";

export const readObserver: ReadObserver = {
  documentRead(bytes) {
    const event = currentRun.getStore()?.event;
    if (event === undefined) return;
    event.documentsRead += 1;
    event.bytesRead += bytes;
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
