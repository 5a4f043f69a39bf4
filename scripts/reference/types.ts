/** A validator's JSON, as functions export it, written as a TypeScript type. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v, type Validator } from "convex/values";

export type TypeJson =
  | { type: "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "any" }
  | { type: "literal"; value: unknown }
  | { type: "id"; tableName: string }
  | { type: "array"; value: TypeJson }
  | { type: "union"; value: TypeJson[] }
  | { type: "record"; keys: TypeJson; values: FieldJson }
  | { type: "object"; value: Record<string, FieldJson> };

interface FieldJson {
  fieldType: TypeJson;
  optional: boolean;
}

/** What `exportArgs` is built from. The property is there for all validators, but not in their types. */
export function jsonOf(validator: Validator<unknown, "required" | "optional", string>): TypeJson {
  return (validator as unknown as { json: TypeJson }).json;
}

const PAGE_OPTIONS = JSON.stringify(jsonOf(paginationOptsValidator));

/** Shapes that have a name of their own: by their JSON, so that equal shapes are printed once. */
export class ShapeNames {
  private readonly names = new Map<string, string>();

  /** The first name of a shape stays. */
  add(name: string, json: TypeJson): void {
    const key = JSON.stringify(json);
    if (isStructured(json) && !this.names.has(key)) this.names.set(key, name);
  }

  of(json: TypeJson): string | undefined {
    return this.names.get(JSON.stringify(json));
  }
}

function isStructured(json: TypeJson): boolean {
  return json.type === "object" || json.type === "union";
}

/** `inside`: the name being defined, which must not be printed as itself. */
export function printType(json: TypeJson, names: ShapeNames, inside?: string): string {
  if (JSON.stringify(json) === PAGE_OPTIONS) return "PaginationOptions";
  const row = rowOfPage(json);
  if (row !== null) return `PaginationResult<${printType(row, names)}>`;
  const name = names.of(json);
  if (name !== undefined && name !== inside) return name;
  switch (json.type) {
    case "literal":
      return JSON.stringify(json.value);
    case "id":
      return `Id<"${json.tableName}">`;
    case "array": {
      const element = printType(json.value, names);
      return / \| /.test(element) && !element.startsWith("{") ? `(${element})[]` : `${element}[]`;
    }
    case "union":
      return json.value.map((member) => printType(member, names)).join(" | ");
    case "record":
      return `Record<${printType(json.keys, names)}, ${printType(json.values.fieldType, names)}>`;
    case "object":
      return printObject(json.value, names);
    case "bytes":
      return "ArrayBuffer";
    default:
      return json.type;
  }
}

function printObject(fields: Record<string, FieldJson>, names: ShapeNames): string {
  const members = Object.entries(fields).map(
    ([name, { fieldType, optional }]) =>
      `${name}${optional ? "?" : ""}: ${printType(fieldType, names)}`,
  );
  if (members.length === 0) return "{}";
  const line = `{ ${members.join("; ")} }`;
  if (line.length <= 90 && !line.includes("\n")) return line;
  const indented = members.map((member) => `  ${member.replaceAll("\n", "\n  ")};`);
  return `{\n${indented.join("\n")}\n}`;
}

/** The row type if `json` is what `paginationResultValidator` makes. */
function rowOfPage(json: TypeJson): TypeJson | null {
  if (json.type !== "object") return null;
  const page = json.value.page?.fieldType;
  if (page?.type !== "array") return null;
  const whole = jsonOf(paginationResultValidator(v.any()));
  if (whole.type !== "object") return null;
  const same = (fields: Record<string, FieldJson>): string =>
    JSON.stringify(Object.entries(fields).filter(([name]) => name !== "page"));
  return same(json.value) === same(whole.value) ? page.value : null;
}
