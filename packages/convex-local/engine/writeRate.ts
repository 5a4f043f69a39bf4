/** How much a deployment has written in the last second: documents, and the keys of their indexes. */
import { getConvexSize, getDocumentSize } from "convex/values";
import type { Clock } from "./clock";
import type { Document, ExportedSchema } from "./internals";
import type { Change } from "./ranges";
import { getField } from "./sorted";

const WINDOW_MS = 1000;
/** What a written revision holds beside the document: two timestamps, and the ID with its table's. */
const REVISION_BYTES = 8 + 8 + 32;
/** What an entry of an index holds beside its key: a timestamp, the index's ID, the document's ID. */
const ENTRY_BYTES = 8 + 16 + 32;

export class WriteRate {
  private commits: { at: number; bytes: number }[] = [];

  constructor(
    private readonly maxBytes: number,
    private readonly clock: Clock,
  ) {}

  record(bytes: number): void {
    this.commits = this.commits.filter(({ at }) => this.isRecent(at));
    this.commits.push({ at: this.clock.now(), bytes });
  }

  /** An import is one commit here, and many slow ones on Convex. */
  forget(): void {
    this.commits = [];
  }

  get isExceeded(): boolean {
    let total = 0;
    for (const { at, bytes } of this.commits) if (this.isRecent(at)) total += bytes;
    return total > this.maxBytes;
  }

  private isRecent(at: number): boolean {
    return this.clock.now() - at <= WINDOW_MS;
  }
}

/** What Convex's committer writes for a change. */
export function countWrittenBytes(
  { table, before, after }: Change,
  schema: ExportedSchema | null | undefined,
): number {
  const indexes = schema?.tables.get(table)?.indexes ?? [];
  let bytes = REVISION_BYTES + (after === null ? 0 : getDocumentSize(after));
  for (const fields of [["_id"], ["_creationTime"], ...indexes.map(({ fields }) => fields)]) {
    const old = before === null ? null : keySize(before, fields);
    const now = after === null ? null : keySize(after, fields);
    if (now !== null) bytes += ENTRY_BYTES + now;
    // The old key is written too, as gone, if the new one does not take its place.
    const moved = before !== null && after !== null && hasMoved(before, after, fields);
    if (old !== null && (now === null || moved)) bytes += ENTRY_BYTES + old;
  }
  return bytes;
}

function keySize(document: Document, fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + getConvexSize(getField(document, field)), 16);
}

function hasMoved(before: Document, after: Document, fields: readonly string[]): boolean {
  return fields.some((field) => {
    const [old, now] = [getField(before, field), getField(after, field)];
    return old !== now && JSON.stringify(old) !== JSON.stringify(now);
  });
}
