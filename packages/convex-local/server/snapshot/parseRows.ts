/** The rows of one table in each format, decoded one after another; errors name the table and the row. */
import { Readable } from "node:stream";
import { parse as parseCsv } from "csv-parse";
import type { Value } from "convex/values";
import { parseExport } from "./exportJson";
import { checkFieldName } from "./fieldNames";
import { ImportError, explainError } from "./importErrors";
import { MAX_JSON_ARRAY_BYTES, MAX_LINE_BYTES, formatMebibytes } from "./limits";
import { decodeUtf8, readLines } from "./lines";

export type Row = Record<string, Value>;
type Bytes = AsyncIterable<Buffer>;

const BOM = "\uFEFF";

/** `uniform`: values are in the JSON of exports. Otherwise numbers are floats and nothing is special. */
export async function* readJsonLineRows(
  bytes: Bytes,
  table: string,
  uniform: boolean,
): AsyncGenerator<Row> {
  let number = 0;
  for await (const line of readLines(bytes)) {
    number += 1;
    if (number === 1 && line.startsWith(BOM)) throw bomRefused();
    yield decodeRow(table, number, () => (uniform ? parseExport(line) : plain(JSON.parse(line))));
  }
}

export async function* readJsonArrayRows(bytes: Bytes, table: string): AsyncGenerator<Row> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_JSON_ARRAY_BYTES) {
      throw new ImportError(
        `Import is too large for JSON (${size} bytes > maximum ${formatMebibytes(MAX_JSON_ARRAY_BYTES)}). ` +
          "Consider converting data to JSONLines",
      );
    }
    chunks.push(chunk);
  }
  const text = decodeUtf8(Buffer.concat(chunks));
  if (text.startsWith(BOM)) throw bomRefused();
  let array: unknown;
  try {
    array = JSON.parse(text);
  } catch (error) {
    throw new ImportError(`Not valid JSON: ${explainError(error)}`);
  }
  if (!Array.isArray(array)) throw new ImportError("Not a JSON array");
  for (const [i, item] of array.entries()) yield decodeRow(table, i + 1, () => plain(item));
}

export async function* readCsvRows(bytes: Bytes, table: string): AsyncGenerator<Row> {
  const parser = Readable.from(utf8(bytes)).pipe(
    parseCsv({ relaxColumnCount: true, relaxQuotes: true, maxRecordSize: MAX_LINE_BYTES }),
  );
  let fields: string[] | null = null;
  let number = 0;
  try {
    for await (const record of parser) {
      const cells = record as string[];
      if (fields === null) {
        fields = cells.map(csvField);
        continue;
      }
      number += 1;
      // An empty line is none, for Convex as for most that write CSV.
      if (cells.length === 1 && cells[0] === "" && fields.length > 1) continue;
      yield csvRow(table, number, fields, cells);
    }
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(
      `Failed to parse CSV row ${number + 1} of "${table}": ${explainError(error)}`,
    );
  }
  if (fields === null) throw new ImportError("CSV file doesn't have headers");
}

async function* utf8(bytes: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk: Buffer | undefined): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new ImportError("Import wasn't valid UTF8: stream did not contain valid UTF-8");
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode(undefined);
}

function csvField(header: string): string {
  const name = header.replace(/^ +| +$/g, "");
  try {
    checkFieldName(name);
  } catch (error) {
    throw new ImportError(
      `CSV header ${JSON.stringify(name)} isn't a valid field name: ${explainError(error)}`,
    );
  }
  return name;
}

function csvRow(table: string, number: number, fields: string[], cells: string[]): Row {
  if (cells.length !== fields.length) {
    throw new ImportError(
      `CSV row ${number} of "${table}" doesn't have all of the fields in the header`,
    );
  }
  return Object.fromEntries(fields.map((name, i) => [name, csvCell(cells[i] as string)]));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NO_NUMBER = /^[+-]?(inf|infinity|nan)$/i;

/** Numbers, and text. Infinity and NaN are no JSON: Convex makes `null` of them. */
function csvCell(text: string): Value {
  if (NO_NUMBER.test(text)) return null;
  if (!NUMBER.test(text)) return text;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function decodeRow(table: string, number: number, decode: () => Value): Row {
  let value: Value;
  try {
    value = decode();
  } catch (error) {
    const problem =
      error instanceof SyntaxError ? "wasn't valid JSON" : "wasn't a valid Convex value";
    throw new ImportError(`Row ${number} of "${table}" ${problem}: ${explainError(error)}`);
  }
  const isObject =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ArrayBuffer);
  if (!isObject) throw new ImportError(`Row ${number} of "${table}" wasn't an object`);
  return value as Row;
}

/** JSON as a Convex value, with its names checked. */
function plain(json: unknown): Value {
  if (typeof json !== "object" || json === null) return json as Value;
  if (Array.isArray(json)) return json.map(plain);
  return Object.fromEntries(
    Object.entries(json).map(([name, field]) => {
      checkFieldName(name);
      return [name, plain(field)];
    }),
  );
}

function bomRefused(): ImportError {
  return new ImportError("UTF-8 BOM is not supported. Please save your file without BOM.");
}
