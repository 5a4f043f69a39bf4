/** Arbitrary Convex values, of every type and with the names and numbers that are easily lost. */
import type { Value } from "convex/values";
import * as fc from "fast-check";

const fieldName = fc.oneof(
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,12}$/),
  fc.constantFrom("__proto__", "constructor", "toString", "a b", "length"),
);

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, NaN, Infinity, -Infinity, 2 ** 53, 1e16, 1e21, 5e-324),
);

const leaf: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  number,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("\u2028", "a\r\nb", '"', "\uFEFF", "NaN", "1", ""),
  fc.uint8Array({ maxLength: 24 }).map((bytes) => new Uint8Array(bytes).buffer),
);

export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fieldName, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** The fields of a document; at the top, names with an underscore are Convex's own. */
export const anyFields = fc.dictionary(
  fieldName.filter((name) => !name.startsWith("_")),
  anyValue,
  { maxKeys: 5, noNullPrototype: true },
);
