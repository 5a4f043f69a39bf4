/** An uploaded file as tables and stored files, whatever its format; rows are read when asked for. */
import { createReadStream } from "node:fs";
import { findTableNumber } from "../../engine/ids";
import { isSystemTable, findTableNameProblem } from "./fieldNames";
import { ImportError } from "./importErrors";
import { readCsvRows, readJsonArrayRows, readJsonLineRows, type Row } from "./parseRows";
import { openZip, type OpenZip, type ZipMember } from "./zipReader";

export type ImportFormat =
  { format: "csv" | "jsonLines" | "jsonArray"; table: string } | { format: "zip" };

interface ImportTable {
  component: string;
  table: string;
  rows: () => AsyncIterable<Row>;
}

export interface ImportFile {
  component: string;
  id: string;
  read: () => AsyncIterable<Buffer>;
}

export interface ImportSource {
  /** What the file lists as its tables: name and number. */
  tableLists: ImportTable[];
  tables: ImportTable[];
  files: ImportFile[];
  close(): void;
}

export async function openImport(
  path: string,
  format: ImportFormat,
  component: string,
): Promise<ImportSource> {
  if (format.format === "zip") return await zipSource(await openZip(path), component);
  const { table } = format;
  const bytes = () => createReadStream(path) as AsyncIterable<Buffer>;
  const rows = {
    csv: () => readCsvRows(bytes(), table),
    jsonLines: () => readJsonLineRows(bytes(), table, false),
    jsonArray: () => readJsonArrayRows(bytes(), table),
  }[format.format];
  const tables = [{ component, table, rows }];
  return { tableLists: [], tables, files: [], close: () => undefined };
}

const DOCUMENTS = /^(.*\/)?([^/]+)\/documents\.jsonl$/;
const GENERATED_SCHEMA = /^(.*\/)?([^/]+)\/generated_schema\.jsonl$/;
const STORED_FILE = /^(.*\/)?_storage\/([^/.]+)(?:\.[^/]+)?$/;
const COMPONENT = /^(.*\/)?_components\/([^/]+)\/$/;

async function zipSource(zip: OpenZip, base: string): Promise<ImportSource> {
  try {
    const uniform = await uniformTables(zip.members, base);
    const tableLists: ImportTable[] = [];
    const tables: ImportTable[] = [];
    const files: ImportFile[] = [];
    for (const member of zip.members) {
      const documents = DOCUMENTS.exec(member.name);
      const file = documents === null ? STORED_FILE.exec(member.name) : null;
      if (documents !== null) {
        const table = documents[2] as string;
        checkTableName(table);
        const component = componentOf(documents[1], base);
        const key = makeTableKey(component, table);
        const rows = () => readJsonLineRows(member.read(), table, uniform.has(key));
        if (table === "_tables") tableLists.push({ component, table, rows });
        else if (table === "_storage" || !isSystemTable(table)) {
          tables.push({ component, table, rows });
        }
      } else if (file !== null) {
        files.push(storedFile(member, file, base));
      }
    }
    return { tableLists, tables, files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function storedFile(member: ZipMember, match: RegExpExecArray, base: string): ImportFile {
  const id = match[2] as string;
  if (findTableNumber(id) === null) throw new ImportError(`_storage id '${id}' invalid`);
  return { component: componentOf(match[1], base), id, read: () => member.read() };
}

/** Tables whose values are in the JSON of exports. */
async function uniformTables(members: ZipMember[], base: string): Promise<Set<string>> {
  const uniform = new Set<string>();
  for (const member of members) {
    const match = GENERATED_SCHEMA.exec(member.name);
    if (match === null) continue;
    const table = match[2] as string;
    const [first] = await collect(member.read(), 64);
    if (first !== '"uniform"') {
      throw new ImportError(
        `cannot parse ${member.name}: only exports whose values are encoded uniformly can be ` +
          "imported here, not those in Convex's older format",
      );
    }
    uniform.add(makeTableKey(componentOf(match[1], base), table));
  }
  return uniform;
}

/** The lines at the start of a file. */
async function collect(bytes: AsyncIterable<Buffer>, length: number): Promise<string[]> {
  let text = "";
  for await (const chunk of bytes) {
    text += chunk.toString("latin1");
    if (text.length >= length) break;
  }
  return text.slice(0, length).split("\n");
}

export function makeTableKey(component: string, table: string): string {
  return `${component}\n${table}`;
}

function checkTableName(table: string): void {
  const problem = findTableNameProblem(table);
  if (problem !== null) throw new ImportError(`table name '${table}' invalid: ${problem}`);
}

/** The component that a folder of the ZIP file stands for; other folders around it do not matter. */
function componentOf(folder: string | undefined, base: string): string {
  const names: string[] = [];
  let rest = folder ?? "";
  for (let match = COMPONENT.exec(rest); match !== null; match = COMPONENT.exec(rest)) {
    names.unshift(match[2] as string);
    rest = match[1] ?? "";
  }
  const path = [base, ...names].filter((name) => name !== "").join("/");
  checkComponentPath(path);
  return path;
}

export function checkComponentPath(path: string): void {
  if (path !== "" && !/^\w+(\/\w+)*$/.test(path)) {
    throw new ImportError(`component name '${path}' invalid`);
  }
}
