/** Which indexes a push adds and removes: the CLI prints them. */
import type { AppVersion } from "./push.ts";
import type { AnalyzedSchema } from "./types.ts";

type IndexConfig = { name: string } & (
  | { type: "database"; fields: string[] }
  | { type: "search"; searchField: string; filterFields: string[] }
  | { type: "vector"; dimensions: number; vectorField: string; filterFields: string[] }
);

export interface IndexDiff {
  added_indexes: IndexConfig[];
  removed_indexes: IndexConfig[];
}

function listIndexes(schema: AnalyzedSchema | null | undefined): Map<string, IndexConfig> {
  const result = new Map<string, IndexConfig>();
  const add = (index: IndexConfig): void => {
    result.set(JSON.stringify(index), index);
  };
  for (const table of schema?.tables ?? []) {
    const name = (descriptor: string): string => `${table.tableName}.${descriptor}`;
    for (const index of table.indexes) {
      const fields = [...index.fields, "_creationTime"];
      add({ name: name(index.indexDescriptor), type: "database", fields });
    }
    for (const { indexDescriptor, searchField, filterFields } of table.searchIndexes ?? []) {
      add({ name: name(indexDescriptor), type: "search", searchField, filterFields });
    }
    for (const { indexDescriptor, ...vector } of table.vectorIndexes ?? []) {
      const { dimensions, vectorField, filterFields } = vector;
      add({ name: name(indexDescriptor), type: "vector", dimensions, vectorField, filterFields });
    }
  }
  return result;
}

export function diffIndexes(
  before: AppVersion | undefined,
  after: AppVersion,
): Record<string, IndexDiff> {
  const old = listIndexes(before?.analysis[""]?.schema);
  const now = listIndexes(after.analysis[""]?.schema);
  return {
    "": {
      added_indexes: [...now].filter(([key]) => !old.has(key)).map(([, index]) => index),
      removed_indexes: [...old].filter(([key]) => !now.has(key)).map(([, index]) => index),
    },
  };
}
