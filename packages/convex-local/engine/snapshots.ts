/** What an export takes out of the engine. */
import type { IndexedDatabase } from "./database";
import type { Document } from "./internals";

interface TableSnapshot {
  name: string;
  number: number;
  documents: readonly Document[];
}

export interface ComponentSnapshot {
  /** `""` is the app; a nested component's path has slashes. */
  path: string;
  /** The user's tables, by number; empty ones too. */
  tables: TableSnapshot[];
  files: { document: Document; blob: Blob }[];
}

export interface Snapshot {
  /** The last commit that is in it, in nanoseconds since the epoch. */
  ts: bigint;
  components: ComponentSnapshot[];
}

/** Documents are never changed in place, so a list of them is a snapshot that costs no copy. */
export function takeSnapshot(database: IndexedDatabase): ComponentSnapshot {
  const tables = [...database.allTables()]
    .filter(([name]) => !name.startsWith("_"))
    .map(([name, number]) => ({ name, number, documents: [...database.documents(name)] }))
    .sort((a, b) => a.number - b.number);
  const files = [...database.documents("_storage")].flatMap((document) => {
    const blob = database.db._storage[document._id];
    return blob === undefined ? [] : [{ document, blob }];
  });
  return { path: database.component, tables, files };
}
