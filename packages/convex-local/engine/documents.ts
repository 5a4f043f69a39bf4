/** A document against its table's part of a schema. */
import type { Document, ExportedSchema } from "./internals";
import { getKeySize } from "./sorted";
import { findMismatch, type TableOf, type ValidatorJson } from "./validate";

/** `null` if the schema allows the document, otherwise what is wrong with it, in Convex's words. */
export function findSchemaProblem(
  schema: ExportedSchema | null | undefined,
  table: string,
  document: Record<string, unknown>,
  tableOf: TableOf,
): string | null {
  if (schema?.schemaValidation !== true) return null;
  const validator = schema.tables.get(table)?.documentType as ValidatorJson | null | undefined;
  if (validator === null || validator === undefined) return null;
  const { _id, _creationTime, ...fields } = document;
  void _id;
  void _creationTime;
  return findMismatch(validator, fields, tableOf);
}

/** What the keys of a row take up in the indexes of its table: every write of it writes them all, changed or not. */
export function getIndexedSize(
  schema: ExportedSchema | null | undefined,
  table: string,
  document: Document,
): number {
  let size = 0;
  for (const { fields } of schema?.tables.get(table)?.indexes ?? []) {
    size += getKeySize(document, [
      ...fields.filter((one) => one !== "_creationTime"),
      "_creationTime",
    ]);
  }
  return size;
}
