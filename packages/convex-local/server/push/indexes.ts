/** The indexes of a schema, staged ones among them, and how a push changes them. */
import type { AnalyzedSchema, AnalyzedTable } from "./types";
import { listMountedComponents, type AppVersion } from "./version";

export type IndexConfig = { name: string; staged: boolean } & (
  | { type: "database"; fields: string[] }
  | { type: "search"; searchField: string; filterFields: string[] }
  | { type: "vector"; dimensions: number; vectorField: string; filterFields: string[] }
);

type IndexChange = "added" | "identical" | "enabled" | "disabled" | "dropped";

export interface IndexDiff {
  added_indexes: IndexConfig[];
  removed_indexes: IndexConfig[];
  enabled_indexes: IndexConfig[];
  disabled_indexes: IndexConfig[];
}

/** As declared: without `_creationTime` and the table's name. */
export function listIndexes(table: AnalyzedTable): IndexConfig[] {
  const both = <T>(live: T[] | undefined, staged: T[] | undefined): [T, boolean][] => [
    ...(live ?? []).map((index): [T, boolean] => [index, false]),
    ...(staged ?? []).map((index): [T, boolean] => [index, true]),
  ];
  return [
    ...both(table.indexes, table.stagedDbIndexes).map(
      ([{ indexDescriptor: name, fields }, staged]): IndexConfig => ({
        name,
        type: "database",
        fields,
        staged,
      }),
    ),
    ...both(table.searchIndexes, table.stagedSearchIndexes).map(
      ([{ indexDescriptor: name, searchField, filterFields }, staged]): IndexConfig => ({
        name,
        type: "search",
        searchField,
        filterFields,
        staged,
      }),
    ),
    ...both(table.vectorIndexes, table.stagedVectorIndexes).map(
      ([
        { indexDescriptor: name, dimensions, vectorField, filterFields },
        staged,
      ]): IndexConfig => ({
        name,
        type: "vector",
        dimensions,
        vectorField,
        filterFields,
        staged,
      }),
    ),
  ];
}

/** All indexes of a schema by what they index, with their full names and fields. */
function indexesByContent(schema: AnalyzedSchema | null | undefined): Map<string, IndexConfig> {
  const result = new Map<string, IndexConfig>();
  for (const table of schema?.tables ?? []) {
    for (const index of listIndexes(table)) {
      const full = {
        ...index,
        name: `${table.tableName}.${index.name}`,
        ...(index.type === "database" ? { fields: [...index.fields, "_creationTime"] } : {}),
      };
      const { staged: _, ...identity } = full;
      result.set(JSON.stringify(identity), full);
    }
  }
  return result;
}

/** Every index before or after a push, and what the push does to it. */
export function compareIndexes(
  before: AnalyzedSchema | null | undefined,
  after: AnalyzedSchema | null | undefined,
): { index: IndexConfig; change: IndexChange }[] {
  const old = indexesByContent(before);
  const now = indexesByContent(after);
  const changes = [...now].map(([key, index]): { index: IndexConfig; change: IndexChange } => {
    const known = old.get(key);
    if (known === undefined) return { index, change: "added" };
    if (known.staged === index.staged) return { index, change: "identical" };
    return { index, change: index.staged ? "disabled" : "enabled" };
  });
  for (const [key, index] of old) if (!now.has(key)) changes.push({ index, change: "dropped" });
  return changes;
}

/** By component path. */
export function diffIndexes(
  before: AppVersion | undefined,
  after: AppVersion,
): Record<string, IndexDiff> {
  const old = listMountedComponents(before);
  const result: Record<string, IndexDiff> = {};
  for (const [path, { schema }] of listMountedComponents(after)) {
    const changes = compareIndexes(old.get(path)?.schema, schema);
    const those = (wanted: IndexChange): IndexConfig[] =>
      changes.filter(({ change }) => change === wanted).map(({ index }) => index);
    result[path] = {
      added_indexes: those("added"),
      removed_indexes: those("dropped"),
      enabled_indexes: those("enabled"),
      disabled_indexes: those("disabled"),
    };
  }
  return result;
}
