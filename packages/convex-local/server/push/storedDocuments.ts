/** Checks stored documents against the schema of a push. */
import { getDocumentSize } from "convex/values";
import type { IndexedDatabase } from "../../engine/database";
import { findMismatch, type TableOf, type ValidatorJson } from "../../engine/validate";
import { listMountedComponents, type AppVersion } from "./version";

interface SchemaFailure {
  error: string;
  componentPath: string;
  tableName: string | null;
}

/** What the checks want to know of the stored documents of one component. */
export interface Database {
  count(table: string): number;
  /** In bytes, by Convex's rules. */
  size(table: string): number;
  documents: IndexedDatabase["documents"];
  tableOf: TableOf;
}

export function describeDatabase(database: IndexedDatabase): Database {
  return {
    count: (table) => database.count(table),
    size: (table) => {
      let bytes = 0;
      for (const document of database.documents(table)) bytes += getDocumentSize(document);
      return bytes;
    },
    documents: (table) => database.documents(table),
    tableOf: (id) => database.numbers.tableOf(id),
  };
}

/** Why the stored documents break `version`'s schemas, or `null`. */
export function findSchemaFailure(
  version: AppVersion,
  databaseOf: (componentPath: string) => Database | undefined,
): SchemaFailure | null {
  for (const [componentPath, { schema }] of listMountedComponents(version)) {
    const database = databaseOf(componentPath);
    if (schema?.schemaValidation !== true || database === undefined) continue;
    for (const { tableName, documentType } of schema.tables) {
      const error = findFirstMismatch(database, tableName, documentType);
      if (error !== null) return { error, componentPath, tableName };
    }
  }
  return null;
}

export function findFirstMismatch(
  database: Database,
  tableName: string,
  documentType: unknown,
): string | null {
  for (const { _id, _creationTime: _, ...fields } of database.documents(tableName)) {
    const reason = findMismatch(documentType as ValidatorJson, fields, database.tableOf);
    if (reason === null) continue;
    return `Document with ID "${_id}" in table "${tableName}" does not match the schema: ${reason}`;
  }
  return null;
}
