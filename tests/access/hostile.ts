/** Hostile arguments: values, and generators of whole calls from a function's validator and a good call. */
import type { Value } from "convex/values";
import fc from "fast-check";
import { anyText } from "../arbitraries";
import type { ValidatorJson } from "./functions";

const STRINGS = {
  empty: "",
  blank: " \n\t ",
  huge: "x".repeat(100 * 1024),
  controls: "a\u0000b\u0007c\u001bd\u009fe",
  bidi: "invoice\u202egnp.exe",
  html: '<img src=x onerror="alert(1)"><script>alert(1)</script>',
  surrogate: "half \ud83d of a pair",
  proto: "__proto__",
  unknownId: "0".repeat(31),
};
const NUMBERS = {
  nan: NaN,
  infinite: Infinity,
  negative: -1,
  negativeZero: -0,
  fraction: 1.5,
  huge: 1e308,
  tooExact: 2 ** 53 + 2,
};
const WRONG_TYPES = { boolean: true, bigint: 7n, array: [["a"]], object: { where: "1" } };
export const HOSTILE: Value[] = Object.values({ ...STRINGS, ...NUMBERS, ...WRONG_TYPES });

/** Cursors are Convex's own, and so are its errors for broken ones. */
export const CURSORS = new Set(["cursor", "endCursor"]);

/** At, below and above every bound that the functions have: lengths, pages, scores, times. */
const BOUNDS = [0, 1, 5, 20, 50, 100, 300, 2 ** 31 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, 8.64e15];
const LENGTHS = [1, 40, 64, 100, 254, 320, 500, 1_000, 2_000, 4_000, 8_000];

const hostileString = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.values(STRINGS)) },
  { weight: 3, arbitrary: anyText(60) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...LENGTHS),
        fc.integer({ min: -1, max: 1 }),
        fc.constantFrom("x", "é", "👍"),
      )
      .map(([length, by, letter]) => letter.repeat(length + by)),
  },
  { weight: 1, arbitrary: fc.emailAddress() },
);
const hostileNumber = fc.oneof(
  fc.constantFrom(...Object.values(NUMBERS)),
  fc.tuple(fc.constantFrom(...BOUNDS), fc.integer({ min: -1, max: 1 })).map(([n, by]) => n + by),
  fc.double(),
);

/** Names that mean something to JavaScript or to Convex. */
const KEYS = [
  "__proto__",
  "constructor",
  "prototype",
  "_id",
  "_creationTime",
  "$ne",
  "$where",
  "role",
  "userId",
  "isAdmin",
  "",
  "length",
];

const nested = (depth: number): Value => {
  let value: Value = "deep";
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
};
/** An own property of any name, also of those that an object literal would treat differently. */
const withKey = (object: object, key: string, value: unknown) =>
  Object.defineProperty({ ...object }, key, {
    value,
    enumerable: true,
    configurable: true,
  }) as Record<string, unknown>;

/** Any value that a client can send. */
const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileString,
  hostileNumber,
  fc.boolean(),
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes).buffer),
  fc.array(hostileString, { maxLength: 3 }),
  fc.integer({ min: 1, max: 60 }).map(nested),
  fc.constant(Array.from({ length: 2_000 }, (_, i) => i)),
  fc.constantFrom(...KEYS).map((key) => withKey({}, key, "1")),
);

/** Values that pass the validator; ids are taken from `ids`, by table. */
function passing(validator: ValidatorJson, ids: Ids): fc.Arbitrary<unknown> {
  switch (validator.type) {
    case "object": {
      const fields = Object.entries(validator.value).filter(([key]) => key !== "endCursor");
      const requiredKeys = fields.filter(([, field]) => !field.optional).map(([key]) => key);
      const model = fields.map(([key, { fieldType }]) => [
        key,
        CURSORS.has(key) ? fc.constant(null) : passing(fieldType, ids),
      ]);
      return fc.record(Object.fromEntries(model) as Record<string, fc.Arbitrary<unknown>>, {
        requiredKeys,
      });
    }
    case "array":
      return fc.array(passing(validator.value, ids), { maxLength: 8 });
    case "union":
      return fc.oneof(...validator.value.map((each) => passing(each, ids)));
    case "literal":
      return fc.constant(validator.value);
    case "id": {
      const unknown = `9999${validator.tableName}`.padStart(31, "0");
      return fc.constantFrom(...(ids[validator.tableName] ?? []), unknown);
    }
    case "number":
      return hostileNumber;
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "string":
      return hostileString;
    default:
      throw new Error(`No hostile values for a validator of type ${validator.type}.`);
  }
}

export type Ids = Record<string, string[]>;
type Args = Record<string, unknown>;
type Edit = { at: number; how: "replace" | "remove" | "add"; key: string; value: unknown };

/** The same value with one node changed: the `at`th, in the order of a walk. */
function edited(value: unknown, edit: Edit): unknown {
  const nodes = count(value);
  let left = edit.at % nodes;
  const walk = (node: unknown): unknown => {
    if (left-- === 0) return edit.how === "add" ? added(node, edit) : edit.value;
    if (typeof node !== "object" || node === null || node instanceof ArrayBuffer) return node;
    if (Array.isArray(node)) return node.map(walk);
    const entries = Object.entries(node).flatMap(([key, inner]) => {
      if (CURSORS.has(key)) return [[key, inner] as const];
      const here = left === 0;
      const changed = walk(inner);
      return here && edit.how === "remove" ? [] : [[key, changed] as const];
    });
    return Object.fromEntries(entries);
  };
  return walk(value);
}

const added = (node: unknown, { key, value }: Edit) =>
  withKey(typeof node === "object" && node !== null ? node : {}, key, value);

function count(value: unknown): number {
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return 1;
  const inner = Object.entries(value).filter(([key]) => !CURSORS.has(key));
  return 1 + inner.reduce((sum: number, [, each]) => sum + count(each), 0);
}

/**
 * Ways to make a call's arguments: any that the validator passes, a good call's with changes, or anything.
 * A way takes the good arguments, as those depend on the shop.
 */
export function hostileArgs(
  validator: ValidatorJson,
  ids: Ids,
): fc.Arbitrary<(good: Args) => Args> {
  const id = fc.constantFrom(...Object.values(ids).flat());
  const value = fc.oneof({ weight: 3, arbitrary: anyValue }, { weight: 1, arbitrary: id });
  const edit: fc.Arbitrary<Edit> = fc.record({
    at: fc.nat({ max: 30 }),
    how: fc.constantFrom("replace", "replace", "remove", "add"),
    key: fc.constantFrom(...KEYS),
    value,
  });
  return fc.oneof(
    { weight: 4, arbitrary: passing(validator, ids).map((args) => () => args as Args) },
    {
      weight: 5,
      arbitrary: fc
        .array(edit, { minLength: 1, maxLength: 3 })
        .map((edits) => (good: Args) => asArgs(edits.reduce<unknown>(edited, good))),
    },
    { weight: 1, arbitrary: fc.constant((good: Args) => good) },
    {
      weight: 1,
      arbitrary: fc
        .dictionary(fc.constantFrom(...KEYS, ...Object.keys(keysOf(validator))), value, {
          maxKeys: 4,
        })
        .map((args) => () => args),
    },
  );
}

const keysOf = (validator: ValidatorJson) => (validator.type === "object" ? validator.value : {});
const asArgs = (value: unknown): Args =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof ArrayBuffer)
    ? (value as Args)
    : { value };
