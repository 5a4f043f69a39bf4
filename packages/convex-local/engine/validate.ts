/**
 * Checks arguments and return values against exported validators, in Convex's words. The engine
 * checks return values inside the transaction: a mutation whose return value is wrong must not commit.
 */

export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "any" | "commitTs" }
  | { type: "literal"; value: unknown }
  | { type: "id"; tableName: string }
  | { type: "array"; value: ValidatorJson }
  | { type: "record"; keys: ValidatorJson; values: { fieldType: ValidatorJson } }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "object"; value: Record<string, { fieldType: ValidatorJson; optional: boolean }> };

/** The table of a string that is an ID in the component at hand. */
export type TableOf = (id: string) => string | null;

/** `null` if `value` fits, otherwise what is wrong with it and where. */
export function findMismatch(
  validator: ValidatorJson,
  value: unknown,
  tableOf: TableOf,
  path = "",
): string | null {
  const wrong = (): string =>
    `Value does not match validator.\n${path === "" ? "" : `Path: ${path}\n`}` +
    `Value: ${print(value)}\nValidator: ${describe(validator)}`;
  switch (validator.type) {
    case "any":
    case "commitTs":
      return null;
    case "null":
      return value === null ? null : wrong();
    case "number":
    case "bigint":
    case "boolean":
    case "string":
      return typeof value === validator.type ? null : wrong();
    case "bytes":
      return value instanceof ArrayBuffer ? null : wrong();
    case "literal":
      return value === validator.value ? null : wrong();
    case "id": {
      const found = typeof value === "string" ? tableOf(value) : null;
      if (found === null) return wrong();
      return found === validator.tableName
        ? null
        : `${path === "" ? "" : `Path: ${path}\n`}Found ID "${String(value)}" from table ` +
            `\`${found}\`, which does not match the table name in validator ` +
            `\`v.id("${validator.tableName}")\`.`;
    }
    case "array": {
      if (!Array.isArray(value)) return wrong();
      return first(value, (item, i) =>
        findMismatch(validator.value, item, tableOf, `${path}[${i}]`),
      );
    }
    case "union":
      return validator.value.some((option) => findMismatch(option, value, tableOf) === null)
        ? null
        : wrong();
    case "record": {
      if (!isPlainObject(value)) return wrong();
      return first(
        Object.entries(value),
        ([key, item]) =>
          findMismatch(validator.keys, key, tableOf, `${path}.${key}`) ??
          findMismatch(validator.values.fieldType, item, tableOf, `${path}.${key}`),
      );
    }
    case "object":
      return isPlainObject(value)
        ? findObjectMismatch(validator.value, value, { tableOf, path })
        : wrong();
  }
}

function findObjectMismatch(
  fields: Record<string, { fieldType: ValidatorJson; optional: boolean }>,
  value: Record<string, unknown>,
  { tableOf, path }: { tableOf: TableOf; path: string },
): string | null {
  // Convex's order: what is wrong, where, the object, the validator.
  const rest = `\n${path === "" ? "" : `Path: ${path}`}\nObject: ${print(value)}\nValidator: ${describe({ type: "object", value: fields })}`;
  for (const [name, { fieldType, optional }] of Object.entries(fields)) {
    const field = value[name];
    if (field === undefined) {
      if (optional) continue;
      return `Object is missing the required field \`${name}\`. Consider wrapping the field validator in \`v.optional(...)\` if this is expected.${rest}`;
    }
    const problem = findMismatch(fieldType, field, tableOf, `${path}.${name}`);
    if (problem !== null) return problem;
  }
  for (const name of Object.keys(value)) {
    if (fields[name] === undefined && value[name] !== undefined) {
      return `Object contains extra field \`${name}\` that is not in the validator.${rest}`;
    }
  }
  return null;
}

function first<T>(items: T[], check: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index);
    if (problem !== null) return problem;
  }
  return null;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ArrayBuffer)
  );
}

/** A value as Convex's messages show it: whole numbers with a point, plain field names unquoted. */
function print(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (value instanceof ArrayBuffer) return `b"${Buffer.from(value).toString("latin1")}"`;
  if (!isPlainObject(value)) return String(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${/^\w+$/.test(name) ? name : JSON.stringify(name)}: ${print(field)}`);
  return `{${fields.join(", ")}}`;
}

function describe(validator: ValidatorJson): string {
  switch (validator.type) {
    case "literal":
      return `v.literal(${JSON.stringify(validator.value)})`;
    case "id":
      return `v.id("${validator.tableName}")`;
    case "array":
      return `v.array(${describe(validator.value)})`;
    case "union":
      return `v.union(${validator.value.map(describe).join(", ")})`;
    case "record":
      return `v.record(${describe(validator.keys)}, ${describe(validator.values.fieldType)})`;
    case "object":
      return `v.object({${Object.entries(validator.value)
        .map(([name, field]) => {
          const inner = describe(field.fieldType);
          return `${name}: ${field.optional ? `v.optional(${inner})` : inner}`;
        })
        .join(", ")}})`;
    case "number":
      return "v.float64()";
    case "bigint":
      return "v.int64()";
    default:
      return `v.${validator.type}()`;
  }
}
