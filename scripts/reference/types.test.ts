/** Types in the reference are what the validators accept. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { expect, test } from "vitest";
import { jsonOf, printType, ShapeNames } from "./types";

const names = new ShapeNames();
const vSource = v.object({ title: v.string() });
names.add("Source", jsonOf(vSource));
names.add("Later", jsonOf(vSource));
names.add("Time", jsonOf(v.number()));

test.each([
  [v.null(), "null"],
  [v.number(), "number"],
  [v.id("users"), 'Id<"users">'],
  [v.union(v.literal("a"), v.literal(1), v.null()), '"a" | 1 | null'],
  [v.array(v.union(v.string(), v.null())), "(string | null)[]"],
  [v.record(v.string(), v.bytes()), "Record<string, ArrayBuffer>"],
  [v.object({ a: v.optional(v.int64()), b: v.boolean() }), "{ a?: bigint; b: boolean }"],
  [v.array(vSource), "Source[]"],
  [v.object({ paginationOpts: paginationOptsValidator }), "{ paginationOpts: PaginationOptions }"],
  [paginationResultValidator(vSource), "PaginationResult<Source>"],
])("%#: %j", (validator, expected) => {
  expect(printType(jsonOf(validator), names)).toBe(expected);
});

test("a shape that is being defined is written out, not named", () => {
  expect(printType(jsonOf(vSource), names, "Source")).toBe("{ title: string }");
});
