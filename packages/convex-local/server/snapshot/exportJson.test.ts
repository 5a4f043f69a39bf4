/** The JSON of exports: every Convex value survives, and reads as Convex writes it. */
import type { Value } from "convex/values";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { planRuns } from "../../fixtures/runs";
import { parseExport, stringifyExport } from "./exportJson";
import { anyValue } from "./values.fixture";

test("every value survives", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = stringifyExport(value);
      const read = parseExport(text);
      expect(read).toEqual(value);
      expect(stringifyExport(read)).toBe(text);
    }),
    planRuns({ few: 500, many: 10_000 }),
  );
});

/** Written by hand from crates/value/src/export.rs. */
const EXAMPLES: [Value, string][] = [
  [1n, "1"],
  [-(2n ** 63n), "-9223372036854775808"],
  [1, "1.0"],
  [-0, "-0.0"],
  [0.5, "0.5"],
  [1e21, "1e+21"],
  [1e20, "100000000000000000000.0"],
  [Infinity, '{"$float":"AAAAAAAA8H8="}'],
  [NaN, '{"$float":"AAAAAAAA+H8="}'],
  [new Uint8Array([0, 16, 131]).buffer, '{"$bytes":"ABCD"}'],
  ["\u2028", '"\u2028"'],
  [{ b: [true, null], a: { _id: "x" } }, '{"a":{"_id":"x"},"b":[true,null]}'],
];

test.each(EXAMPLES)("%s is written as Convex writes it", (value, text) => {
  expect(stringifyExport(value)).toBe(text);
  expect(parseExport(text)).toEqual(value);
});

test("what Convex may write differently is read all the same", () => {
  expect(parseExport("1e16")).toBe(1e16);
  expect(parseExport("-0")).toBe(-0);
  expect(parseExport("9223372036854775808")).toBe(2 ** 63);
  expect(parseExport('{"$integer":"AQAAAAAAAAA="}')).toBe(1n);
});

test.each([
  ['{"$unknown":1}', "$unknown"],
  ['{"a":1,"$bytes":"ABCD"}', "$bytes"],
  ['{"é":1}', "ASCII"],
  ['{"":1}', "empty"],
  ["1e999", "out of range"],
  ['{"a":1', "end of input"],
])("%s is refused", (text, reason) => {
  expect(() => parseExport(text)).toThrow(reason);
});
