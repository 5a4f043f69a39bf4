/** What Convex refuses in a schema, in its words. The client library lets all of this pass. */
import { PushError } from "./errors";
import { listIndexes, type IndexConfig } from "./indexes";
import type { AnalyzedSchema, AnalyzedTable } from "./types";

/** As documented; the open-source backend allows 64. */
const MAX_INDEXES = 32;
const MAX_FIELDS = 16;
const MIN_DIMENSIONS = 2;
const MAX_DIMENSIONS = 4096;
const IDENTIFIER = /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/;

export function checkSchemaRules({ tables }: AnalyzedSchema): void {
  for (const table of tables) {
    checkTableName(table.tableName);
    checkNames(table);
    checkFields(table);
    checkUnique(table);
  }
}

function checkTableName(name: string): void {
  if (name.startsWith("_"))
    throw new PushError("TableNameReserved", `${name} is a reserved table name.`);
  if (IDENTIFIER.test(name)) return;
  throw new PushError(
    "InvalidTableName",
    `Invalid table name: "${name}". Identifiers must start with a letter and can only contain letters, digits, and underscores.`,
  );
}

function checkNames(table: AnalyzedTable): void {
  const { tableName } = table;
  const names = listIndexes(table).map(({ name }) => name);
  if (names.length > MAX_INDEXES) {
    throw new PushError(
      "TooManyIndexes",
      `Table "${tableName}" cannot have more than ${MAX_INDEXES} indexes.`,
    );
  }
  for (const [i, name] of names.entries()) {
    if (name.startsWith("_") || name === "by_id" || name === "by_creation_time") {
      throw new PushError(
        "IndexNameReserved",
        `In table "${tableName}" cannot name an index "${name}" because the name is reserved. Indexes may not start with an underscore or be named "by_id" or "by_creation_time".`,
      );
    }
    if (!IDENTIFIER.test(name)) {
      throw new PushError(
        "InvalidIndexName",
        `In table "${tableName}": Invalid index name: "${name}". Identifiers must be 64 characters or less, start with a letter, and only contain letters, digits, underscores.`,
      );
    }
    if (names.indexOf(name) !== i) {
      throw new PushError(
        "IndexNamesNotUnique",
        `Table "${tableName}" has two or more definitions of index "${name}".`,
      );
    }
  }
}

function checkFields(table: AnalyzedTable): void {
  const { tableName } = table;
  const inTable = `In table "${tableName}": `;
  for (const index of listIndexes(table)) {
    const { name, staged } = index;
    if (index.type === "database") {
      if (index.fields.length === 0) {
        throw new PushError(
          "EmptyIndex",
          `In table "${tableName}" ${staged ? "staged " : ""}index "${name}" must have at least one field.`,
        );
      }
      checkDatabaseFields(inTable, index.fields);
      continue;
    }
    if (index.filterFields.length > MAX_FIELDS) {
      throw new PushError(
        "IndexTooManyFilterFields",
        `${inTable}Search indexes may have up to ${MAX_FIELDS} filter fields.`,
      );
    }
    if (index.type !== "vector") continue;
    const { dimensions } = index;
    if (
      !Number.isInteger(dimensions) ||
      dimensions < MIN_DIMENSIONS ||
      dimensions > MAX_DIMENSIONS
    ) {
      throw new PushError(
        "InvalidVectorDimension",
        `${inTable}Dimensions ${dimensions} must be between ${MIN_DIMENSIONS} and ${MAX_DIMENSIONS}.`,
      );
    }
  }
}

function checkDatabaseFields(inTable: string, fields: string[]): void {
  if (fields.length > MAX_FIELDS) {
    throw new PushError(
      "IndexTooManyFields",
      `${inTable}Indexes may have up to ${MAX_FIELDS} fields.`,
    );
  }
  for (const [i, field] of fields.entries()) {
    if (field === "_id") {
      throw new PushError(
        "IndexFieldsContainId",
        `${inTable}\`_id\` is not a valid index field. To load documents by ID, use \`db.get(id)\`.`,
      );
    }
    if (field === "_creationTime") {
      throw new PushError(
        "IndexFieldsContainCreationTime",
        `${inTable}\`_creationTime\` is automatically added to the end of each index. It should not be added explicitly in the index definition. See https://docs.convex.dev/using/indexes for more details.`,
      );
    }
    if (field.startsWith("_")) {
      throw new PushError(
        "IndexFieldNameReserved",
        `${inTable}Reserved fields (starting with \`_\`) are not allowed in indexes.`,
      );
    }
    if (fields.indexOf(field) !== i) {
      throw new PushError(
        "FieldsNotUniqueWithinIndex",
        `${inTable}Duplicate field ${field}. Index fields must be unique within an index.`,
      );
    }
  }
}

/** Two indexes over the same are refused; a message names the later one by name first. */
function checkUnique(table: AnalyzedTable): void {
  const seen = new Map<string, string>();
  const indexes = listIndexes(table).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const index of indexes) {
    const { name } = index;
    const key = JSON.stringify([index.type, ...subjectOf(index)]);
    const other = seen.get(key);
    seen.set(key, name);
    if (other === undefined) continue;
    const { code, kind, what } = DUPLICATES[index.type];
    throw new PushError(
      code,
      `In table "${table.tableName}" ${kind}index "${name}" and ${kind}index "${other}" have the same ${what} must be unique within a table.`,
    );
  }
}

/** What makes an index the same as another of its kind. */
function subjectOf(index: IndexConfig): unknown[] {
  if (index.type === "database") return index.fields;
  if (index.type === "search") return [index.searchField, ...index.filterFields.toSorted()];
  return [index.vectorField, index.dimensions];
}

const DUPLICATES = {
  database: { code: "IndexNotUnique", kind: "", what: "fields. Indexes" },
  search: {
    code: "SearchIndexFieldNotUnique",
    kind: "search ",
    what: "`searchField`. Search index fields",
  },
  vector: {
    code: "VectorIndexFieldNotUnique",
    kind: "vector ",
    what: "`vectorField`. Vector index fields",
  },
};
