/** Everything an import brings, read into memory and counted; what it means is for `importPlan.ts`. */
import { createHash } from "node:crypto";
import { ImportError, describeComponent } from "./importErrors";
import { makeTableKey, type ImportFile, type ImportSource } from "./importSource";
import { isSystemTable, findTableNameProblem } from "./fieldNames";
import type { Row } from "./parseRows";

export interface ContentTable {
  component: string;
  table: string;
  rows: Row[];
}

export interface StoredFile {
  id: string;
  blob: Blob;
  size: number;
  /** base64 */
  sha256: string;
  creationTime: number | null;
}

export interface ImportContent {
  /** Table numbers that the import lists, by component. */
  numbers: Map<string, Map<string, number>>;
  tables: ContentTable[];
  files: Map<string, StoredFile[]>;
}

export async function readContent(
  source: ImportSource,
  onTable: (table: string, component: string) => void,
): Promise<ImportContent> {
  const content: ImportContent = {
    numbers: await readNumbers(source),
    tables: [],
    files: new Map(),
  };
  for (const { component, table, rows } of source.tables) {
    onTable(table, component);
    const read: Row[] = [];
    for await (const row of rows()) read.push(row);
    content.tables.push({ component, table, rows: read });
    if (table !== "_storage") continue;
    const files = source.files.filter((file) => file.component === component);
    content.files.set(component, await readFiles(read, files));
  }
  return content;
}

async function readNumbers(source: ImportSource): Promise<ImportContent["numbers"]> {
  const numbers: ImportContent["numbers"] = new Map();
  for (const { component, rows } of source.tableLists) {
    const listed = numbers.get(component) ?? new Map<string, number>();
    numbers.set(component, listed);
    let row = 0;
    for await (const { name, id } of rows()) {
      row += 1;
      const table = listedName(name, row);
      if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id > 0xffff_ffff) {
        throw new ImportError(
          `Row ${row} of "_tables" wasn't a valid Convex value: table requires id`,
        );
      }
      if (listed.has(table)) {
        throw new ImportError(
          `\`_tables\` contains duplicate entries for \`${table}\`${describeComponent(component)}`,
        );
      }
      listed.set(table, id);
    }
  }
  return numbers;
}

function listedName(name: unknown, row: number): string {
  if (typeof name !== "string") {
    throw new ImportError(
      `Row ${row} of "_tables" wasn't a valid Convex value: table requires name`,
    );
  }
  const problem = findTableNameProblem(name);
  if (problem !== null) {
    throw new ImportError(`${JSON.stringify(name)} isn't a valid table name: ${problem}`);
  }
  return name;
}

/** Files without metadata are taken, metadata without a file is not, as in Convex. */
async function readFiles(rows: Row[], files: ImportFile[]): Promise<StoredFile[]> {
  const metadata = new Map<unknown, { row: Row; number: number }>();
  for (const [i, row] of rows.entries()) metadata.set(row._id, { row, number: i + 1 });
  const stored: StoredFile[] = [];
  for (const { id, read } of files) {
    const chunks: Buffer[] = [];
    for await (const chunk of read()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const sha256 = createHash("sha256").update(bytes).digest("base64");
    const known = metadata.get(id);
    if (known !== undefined) checkFile(id, bytes.length, sha256, known);
    const type = known?.row.contentType;
    const creationTime = known?.row._creationTime;
    stored.push({
      id,
      blob: new Blob([new Uint8Array(bytes)], { type: typeof type === "string" ? type : "" }),
      size: bytes.length,
      sha256,
      creationTime: typeof creationTime === "number" ? creationTime : null,
    });
  }
  return stored;
}

function checkFile(
  id: string,
  size: number,
  sha256: string,
  { row, number }: { row: Row; number: number },
): void {
  const expected = [
    { name: "size", said: row.size, found: size },
    { name: "SHA-256", said: row.sha256, found: sha256 },
  ];
  for (const { name, said, found } of expected) {
    if (said === undefined || said === null || said === found) continue;
    throw new ImportError(
      `Row ${number} of "_storage": the file "${id}" has ${name} ${found}, which is not what the row says`,
    );
  }
}

export interface TableCount {
  component: string;
  table: string;
  rows: number;
  missingId: boolean;
}

/** How many rows each table of the import has; reads and decodes all of it. */
export async function countRows(source: ImportSource): Promise<TableCount[]> {
  const counts = new Map<string, TableCount>();
  const countOf = (component: string, table: string): TableCount => {
    const key = makeTableKey(component, table);
    const count = counts.get(key) ?? { component, table, rows: 0, missingId: false };
    counts.set(key, count);
    return count;
  };
  for (const [component, numbers] of await readNumbers(source)) {
    for (const table of numbers.keys()) countOf(component, table);
  }
  for (const { component, table, rows } of source.tables) {
    const count = countOf(component, table);
    for await (const row of rows()) {
      count.rows += 1;
      if (row._id === undefined) count.missingId = true;
    }
  }
  return [...counts.values()].filter(({ table }) => table === "_storage" || !isSystemTable(table));
}
