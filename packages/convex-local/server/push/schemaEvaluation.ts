/** `evaluate_schema`: what a push would do to tables and indexes, before it is made. */
import { compareIndexes } from "./indexes";
import { findFirstMismatch, type Database } from "./storedDocuments";
import type { AnalyzedTable } from "./types";
import { listMountedComponents, type AppVersion, type Mounted } from "./version";

export function evaluateSchema(
  before: AppVersion | undefined,
  after: AppVersion,
  databaseOf: (componentPath: string) => Database | undefined,
): unknown {
  const old = listMountedComponents(before);
  const evaluations = [...listMountedComponents(after)].map(([path, mounted]) => [
    path,
    evaluateComponent(old.get(path), mounted, databaseOf(path)),
  ]);
  return {
    componentSchemaEvaluations: Object.fromEntries(evaluations) as unknown,
    newComponentDefinitions: Object.keys(after.analysis).filter(
      (path) => path !== "" && before?.analysis[path] === undefined,
    ),
  };
}

function evaluateComponent(
  before: Mounted | undefined,
  { definitionPath, schema }: Mounted,
  database: Database | undefined,
): unknown {
  const old = new Map(before?.schema?.tables.map((table) => [table.tableName, table]) ?? []);
  const enforced = before?.schema?.schemaValidation === true;
  const validated = schema?.schemaValidation ?? false;
  const tables = schema?.tables ?? [];
  return {
    definitionPath,
    schemaValidation: validated,
    tables: tables.map((table) =>
      evaluateTable(old.get(table.tableName), table, { enforced, validated }, database),
    ),
    indexes: compareIndexes(before?.schema, schema).map(({ index, change }) => ({
      ...index,
      change,
      // Here an index is built when it is first used, and no push waits for one.
      needsBackfill: false,
      numDocs: database?.count(index.name.split(".")[0] ?? "") ?? 0,
    })),
    discardedStagedValidators: [...old.values()].flatMap((table) =>
      discarded(
        table,
        tables.find(({ tableName }) => tableName === table.tableName),
        database,
      ),
    ),
  };
}

function evaluateTable(
  before: AnalyzedTable | undefined,
  table: AnalyzedTable,
  { enforced, validated }: { enforced: boolean; validated: boolean },
  database: Database | undefined,
): unknown {
  const staged = stagedState(before, database);
  const promotes = isSame(before?.stagedDocumentType, table.documentType);
  const outcome = !validated
    ? "notValidated"
    : enforced && isSame(before?.documentType, table.documentType)
      ? "supersetOfEnforced"
      : promotes && staged?.state === "valid"
        ? "supersetOfStagedValidated"
        : "mustWalk";
  return {
    name: table.tableName,
    outcome,
    numDocs: database?.count(table.tableName) ?? 0,
    sizeBytes: database?.size(table.tableName) ?? 0,
    ...(staged === null ? {} : { staged }),
    ...(outcome === "mustWalk" ? { canSkipAfterStagedValidation: promotes } : {}),
  };
}

/** Stored documents are few and in memory: a staged validator is checked as it is asked about. */
function stagedState(
  table: AnalyzedTable | undefined,
  database: Database | undefined,
): { state: "valid" } | { state: "failed"; error: string } | null {
  if (table?.stagedDocumentType === undefined || database === undefined) return null;
  const error = findFirstMismatch(database, table.tableName, table.stagedDocumentType);
  return error === null ? { state: "valid" } : { state: "failed", error };
}

/** A staged validator that held, and that the push neither keeps nor makes the enforced one. */
function discarded(
  before: AnalyzedTable,
  after: AnalyzedTable | undefined,
  database: Database | undefined,
): unknown[] {
  const { stagedDocumentType: old, tableName } = before;
  if (stagedState(before, database)?.state !== "valid") return [];
  if (isSame(old, after?.stagedDocumentType) || isSame(old, after?.documentType)) return [];
  return [
    { tableName, state: { state: "valid" }, replaced: after?.stagedDocumentType !== undefined },
  ];
}

function isSame(a: unknown, b: unknown): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
