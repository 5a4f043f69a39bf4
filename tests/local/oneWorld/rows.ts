/** All rows of a deployment at once: what an import puts in their place. */
import type { Engine } from "@computer-guys/convex-local";

export type Row = Record<string, unknown> & { _id: string; _creationTime: number };
export type Snapshot = Awaited<ReturnType<Engine["snapshot"]>>;

/** Replaces everything in one transaction; jobs are no rows of tables, and stay. */
export async function replaceAll(target: Engine, snapshot: Snapshot): Promise<void> {
  await target.install((engine) => {
    const installations = new Map();
    for (const { path, tables, files } of snapshot.components) {
      const database = engine.database(path)!;
      const removed = new Map<string, readonly Row[]>();
      for (const name of database.allTables().keys()) {
        if (name.startsWith("_") && name !== "_storage") continue;
        removed.set(name, [...database.documents(name)]);
      }
      const added = new Map(tables.map(({ name, documents }) => [name, documents]));
      added.set(
        "_storage",
        files.map(({ document }) => document),
      );
      installations.set(path, {
        removed,
        numbers: database.allTables(),
        added,
        files: new Map(files.map(({ document, blob }) => [document._id, blob])),
      });
    }
    return installations as never;
  });
}

export async function forgetJobs(engine: Engine): Promise<void> {
  for (const component of engine.knownComponents()) {
    await engine.system(component, (database) => {
      for (const { _id } of [...database.documents("_scheduled_functions")]) {
        database.db.delete("_scheduled_functions", _id);
      }
    });
  }
}
