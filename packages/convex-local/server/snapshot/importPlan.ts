/**
 * From the content of an import to the changes that it makes. Everything that can be wrong is found
 * here, before anything is written: an import happens as a whole or not at all.
 */
import { convexToJson, getDocumentSize, type Value } from "convex/values";
import type { IndexedDatabase, Installation } from "../../engine/database";
import { findSchemaProblem } from "../../engine/documents";
import type { Engine } from "../../engine/engine";
import { generateId, findTableNumber } from "../../engine/ids";
import type { Document, ExportedSchema } from "../../engine/internals";
import { SYSTEM_TABLES } from "../../engine/tableNumbers";
import type { TableOf, ValidatorJson } from "../../engine/validate";
import { refuseExistingTable, type ImportMode } from "./confirmation";
import { isSystemTable } from "./fieldNames";
import type { ContentTable, ImportContent, StoredFile } from "./importContent";
import { ImportError, describeComponent } from "./importErrors";
import type { Row } from "./parseRows";
import { assignNumbers, type Assignment } from "./tableAssignment";

const MAX_DOCUMENT_BYTES = 1024 * 1024;
const MAX_ARRAY_LENGTH = 8192;

interface PlanOptions {
  content: ImportContent;
  mode: ImportMode;
  /** CSV has no way to leave a field out but an empty cell. */
  emptyMeansAbsent: boolean;
}

/** The changes by component. */
export function planImport(engine: Engine, options: PlanOptions): Map<string, Installation> {
  const { content, mode } = options;
  const touched = new Set([
    ...content.numbers.keys(),
    ...content.tables.map(({ component }) => component),
    ...(mode === "replaceAll" ? engine.knownComponents() : []),
  ]);
  return new Map(
    [...touched].map((component) => [
      component,
      new ComponentPlan(component, engine.database(component), options).installation(),
    ]),
  );
}

class ComponentPlan {
  private readonly existing: ReadonlyMap<string, number>;
  private readonly schema: ExportedSchema | null;
  private readonly tables: ContentTable[];
  private readonly files: StoredFile[];
  private readonly assignment: Assignment;
  private readonly tableOf: TableOf;
  private readonly mode: ImportMode;
  private readonly emptyMeansAbsent: boolean;
  private lastCreationTime: number;

  constructor(
    private readonly component: string,
    private readonly database: IndexedDatabase | undefined,
    { content, mode, emptyMeansAbsent }: PlanOptions,
  ) {
    this.mode = mode;
    this.emptyMeansAbsent = emptyMeansAbsent;
    this.existing = database?.allTables() ?? SYSTEM_TABLES;
    this.schema = database?.db._schema ?? null;
    this.lastCreationTime = database?.db._lastCreationTime ?? 0;
    this.tables = content.tables.filter((table) => table.component === component);
    this.files = content.files.get(component) ?? [];
    this.assignment = assignNumbers({
      component,
      existing: this.existing,
      listed: content.numbers.get(component) ?? new Map<string, number>(),
      tables: this.tables,
      kept: mode === "replaceAll" ? [...(this.schema?.tables.keys() ?? [])] : [],
      replaceAll: mode === "replaceAll",
      append: mode === "append",
    });
    const names = new Map([...this.assignment.numbers].map(([name, number]) => [number, name]));
    this.tableOf = (id) => names.get(findTableNumber(id) ?? 0) ?? null;
  }

  installation(): Installation {
    const removed = this.removed();
    this.checkReferences();
    const added = new Map<string, Document[]>();
    for (const { table, rows } of this.tables) {
      const documents =
        table === "_storage"
          ? this.files.map((file) => this.storageDocument(file))
          : rows.map((row, i) => this.document(table, row, i + 1));
      this.checkIds(table, documents);
      added.set(table, documents);
    }
    if (this.database !== undefined) this.database.db._lastCreationTime = this.lastCreationTime;
    const files = new Map(this.files.map(({ id, blob }) => [id, blob]));
    return { removed, numbers: this.assignment.numbers, added, files };
  }

  private removed(): Map<string, Document[]> {
    const { database, mode } = this;
    const removed = new Map<string, Document[]>();
    if (database === undefined || mode === "append") return removed;
    const { imported } = this.assignment;
    for (const table of this.existing.keys()) {
      const goes = imported.includes(table) || (mode === "replaceAll" && !isSystemTable(table));
      if (!goes || database.count(table) === 0) continue;
      if (mode === "requireEmpty") throw refuseExistingTable(table);
      removed.set(table, [...database.documents(table)]);
    }
    return removed;
  }

  /** A table that is not imported may hold IDs of one that is: these must stay what they were. */
  private checkReferences(): void {
    const { database, existing, assignment } = this;
    for (const [table, { documentType }] of this.schema?.tables ?? []) {
      if (assignment.imported.includes(table) || (database?.count(table) ?? 0) === 0) continue;
      for (const target of referencedTables(documentType as ValidatorJson | null)) {
        const before = existing.get(target);
        if (before === undefined || before === assignment.numbers.get(target)) continue;
        throw new ImportError(
          `Import changes table '${target}' which is referenced by '${table}' in the schema`,
        );
      }
    }
  }

  private document(table: string, row: Row, number: number): Document {
    const { _id, _creationTime, ...fields } = row;
    const refuse = (reason: string) => {
      const named = typeof _id === "string" ? ` (ID "${_id}")` : "";
      return new ImportError(`Row ${number} of "${table}"${named}: ${reason}`);
    };
    if (_id !== undefined && typeof _id !== "string") {
      throw refuse(`The '_id' field ${JSON.stringify(convexToJson(_id))} must be an Id`);
    }
    if (_creationTime !== undefined && typeof _creationTime !== "number") {
      throw refuse(
        `The '_creationTime' field ${JSON.stringify(convexToJson(_creationTime))} must be a Float64`,
      );
    }
    const id = _id === undefined ? this.freshId(table) : this.importedId(table, _id, refuse);
    const system = Object.keys(fields).find((name) => name.startsWith("_"));
    if (system !== undefined) {
      throw refuse(
        `Field '${system}' starts with an underscore, which is only allowed for system fields like '_id'`,
      );
    }
    if (this.emptyMeansAbsent) this.dropEmptyOptionals(table, fields);
    const document = { ...fields, _id: id, _creationTime: _creationTime ?? this.now() } as Document;
    const problem = sizeProblem(document) ?? this.schemaProblem(table, document);
    if (problem !== null) throw refuse(problem);
    return document;
  }

  private freshId(table: string): string {
    return generateId(this.assignment.numbers.get(table) as number);
  }

  private importedId(table: string, id: string, refuse: (reason: string) => ImportError): string {
    const number = findTableNumber(id);
    if (number === null) throw refuse(`invalid _id '${id}'`);
    if (number === this.assignment.numbers.get(table)) return id;
    throw refuse(
      `_id ${id} cannot be imported into '${table}' because it came from a different deployment ` +
        "and conflict with preexisting tables in this deployment. Try deleting preexisting tables " +
        "or importing into an empty deployment.",
    );
  }

  private storageDocument(file: StoredFile): Document {
    const refuse = (reason: string) => new ImportError(reason);
    return {
      _id: this.importedId("_storage", file.id, refuse),
      _creationTime: file.creationTime ?? this.now(),
      size: file.size,
      sha256: file.sha256,
      ...(file.blob.type === "" ? {} : { contentType: file.blob.type }),
    };
  }

  private schemaProblem(table: string, document: Document): string | null {
    const problem = findSchemaProblem(this.schema, table, document, this.tableOf);
    if (problem === null) return null;
    return (
      `Failed to insert or update a document in table "${table}"${describeComponent(this.component)} ` +
      `because it does not match the schema: ${problem}`
    );
  }

  private dropEmptyOptionals(table: string, fields: Record<string, Value | undefined>): void {
    const validator = this.schema?.tables.get(table)?.documentType as ValidatorJson | undefined;
    if (validator?.type !== "object") return;
    for (const [name, { optional }] of Object.entries(validator.value)) {
      if (optional && fields[name] === "") Reflect.deleteProperty(fields, name);
    }
  }

  private checkIds(table: string, documents: Document[]): void {
    const seen = new Set<string>();
    const present = this.mode === "append" ? this.database?.db._documents : undefined;
    for (const { _id } of documents) {
      if (seen.has(_id)) {
        throw new ImportError(`Objects in table "${table}" have duplicate _id fields`);
      }
      seen.add(_id);
      if (present?.[_id] !== undefined) {
        throw new ImportError(`A document with ID "${_id}" is already in table "${table}"`);
      }
    }
  }

  /** Creation times grow, even within a millisecond. */
  private now(): number {
    const now = Date.now();
    this.lastCreationTime = now > this.lastCreationTime ? now : this.lastCreationTime + 0.001;
    return this.lastCreationTime;
  }
}

function sizeProblem(document: Document): string | null {
  const size = getDocumentSize(document);
  if (size > MAX_DOCUMENT_BYTES) {
    const mebibytes = (size / MAX_DOCUMENT_BYTES).toFixed(2);
    return `Value is too large (${mebibytes} MiB > maximum size 1 MiB)`;
  }
  const length = longestArray(document);
  if (length <= MAX_ARRAY_LENGTH) return null;
  return `Array length is too long (${length} > maximum length ${MAX_ARRAY_LENGTH})`;
}

function longestArray(value: Value | undefined): number {
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return 0;
  let longest = Array.isArray(value) ? value.length : 0;
  for (const item of Object.values(value) as (Value | undefined)[]) {
    longest = Math.max(longest, longestArray(item));
  }
  return longest;
}

/** Tables whose IDs a document of this shape may hold. */
function referencedTables(validator: ValidatorJson | null | undefined): Set<string> {
  switch (validator?.type) {
    case "id":
      return new Set([validator.tableName]);
    case "array":
      return referencedTables(validator.value);
    case "record":
      return new Set([
        ...referencedTables(validator.keys),
        ...referencedTables(validator.values.fieldType),
      ]);
    case "union":
      return new Set(validator.value.flatMap((option) => [...referencedTables(option)]));
    case "object":
      return new Set(
        Object.values(validator.value).flatMap(({ fieldType }) => [...referencedTables(fieldType)]),
      );
    default:
      return new Set();
  }
}
