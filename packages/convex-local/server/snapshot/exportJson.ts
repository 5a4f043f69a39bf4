/**
 * The JSON of snapshot exports (Convex's "export JSON", crates/value/src/export.rs): lossless and
 * readable. Integers and floats differ by their text, `1` and `1.0`, so this writes and reads numbers
 * as text; bytes and floats that JSON lacks are `{"$bytes": …}` and `{"$float": …}`.
 */
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { parse } from "lossless-json";
import { checkFieldName } from "./fieldNames";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export function stringifyExport(value: Value): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return floatText(value);
  if (value instanceof ArrayBuffer) return JSON.stringify(convexToJson(value));
  if (Array.isArray(value)) return `[${value.map(stringifyExport).join(",")}]`;
  const fields = Object.entries(value)
    .filter((field): field is [string, Value] => field[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${stringifyExport(field)}`);
  return `{${fields.join(",")}}`;
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(convexToJson(value));
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Throws an `Error` that says what is wrong; a `SyntaxError` if it is not JSON. */
export function parseExport(text: string): Value {
  return fromExport(parse(text, null, { parseNumber }));
}

function parseNumber(text: string): number | bigint {
  if (/^-?\d+$/.test(text) && text !== "-0") {
    const integer = BigInt(text);
    if (integer >= INT64_MIN && integer <= INT64_MAX) return integer;
  }
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SyntaxError(`number out of range: ${text}`);
  return value;
}

function fromExport(json: unknown): Value {
  if (typeof json !== "object" || json === null) return json as Value;
  if (Array.isArray(json)) return json.map(fromExport);
  const fields = Object.entries(json);
  if (fields.length === 1 && fields[0]?.[0].startsWith("$")) return jsonToConvex(json as never);
  return Object.fromEntries(
    fields.map(([name, field]) => {
      checkFieldName(name);
      return [name, fromExport(field)];
    }),
  );
}
