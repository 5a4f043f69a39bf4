/** What a schema may not declare, in Convex's words. */
import { defineSchema, defineTable, type TableDefinition } from "convex/server";
import { v } from "convex/values";
import { expect, test } from "vitest";
import { checkSchemaRules } from "./schemaRules";
import type { AnalyzedSchema } from "./types";

const notes = () => defineTable(v.any());
const search = { searchField: "text", filterFields: [] };
const vector = { vectorField: "v", dimensions: 4 };
const fields = (count: number) => Array.from({ length: count }, (_, i) => `f${i}`);

function withIndexes(count: number): TableDefinition {
  return fields(count).reduce((table, field) => table.index(`by_${field}`, [field]), notes());
}

function check(table: TableDefinition, name = "notes"): void {
  const schema = defineSchema({ [name]: table }) as unknown as { export(): string };
  checkSchemaRules(JSON.parse(schema.export()) as AnalyzedSchema);
}

test.each<[string, () => TableDefinition]>([
  ['two or more definitions of index "a"', () => notes().index("a", ["x"]).index("a", ["y"])],
  [
    'two or more definitions of index "a"',
    () => notes().index("a", ["x"]).searchIndex("a", search),
  ],
  ['cannot name an index "by_id" because', () => notes().index("by_id", ["x"])],
  [
    'cannot name an index "by_creation_time" because',
    () => notes().index("by_creation_time", ["x"]),
  ],
  ["Indexes may not start with an underscore", () => notes().index("_mine", ["x"])],
  ['Invalid index name: "by x"', () => notes().index("by x", ["x"])],
  ['Invalid index name: "n', () => notes().index("n".repeat(65), ["x"])],
  [
    'index "b" and index "a" have the same fields.',
    () => notes().index("a", ["x"]).index("b", ["x"]),
  ],
  [
    'index "b" and index "a" have the same fields.',
    () =>
      notes()
        .index("a", ["x"])
        .index("b", { fields: ["x"], staged: true }),
  ],
  ["have the same `searchField`.", () => notes().searchIndex("a", search).searchIndex("b", search)],
  [
    "have the same `vectorField`.",
    () =>
      notes()
        .vectorIndex("a", vector)
        .vectorIndex("b", { ...vector, filterFields: ["x"] }),
  ],
  ['index "none" must have at least one field.', () => notes().index("none", [] as never)],
  ["Duplicate field x.", () => notes().index("a", ["x", "x"])],
  ["`_id` is not a valid index field.", () => notes().index("a", ["_id"])],
  ["`_creationTime` is automatically added", () => notes().index("a", ["_creationTime" as never])],
  ["Reserved fields (starting with `_`)", () => notes().index("a", ["_x"])],
  ["Indexes may have up to 16 fields.", () => notes().index("a", fields(17) as never)],
  [
    "Search indexes may have up to 16 filter fields.",
    () => notes().searchIndex("a", { searchField: "text", filterFields: fields(17) }),
  ],
  [
    "Dimensions 4097 must be between 2 and 4096.",
    () => notes().vectorIndex("a", { ...vector, dimensions: 4097 }),
  ],
  ['Table "notes" cannot have more than 32 indexes.', () => withIndexes(33)],
])("%s", (words, table) => {
  expect(() => check(table())).toThrow(words);
});

test("what is at the limit passes; so do two search indexes that filter by different fields", () => {
  check(withIndexes(32));
  check(notes().index("a", fields(16) as never));
  const filtered = { searchField: "text", filterFields: ["x"] };
  check(notes().searchIndex("a", search).searchIndex("b", filtered));
});

test.each([
  ["_mine", "_mine is a reserved table name."],
  ["my notes", 'Invalid table name: "my notes".'],
])("a table named %s", (name, words) => {
  expect(() => check(notes(), name)).toThrow(words);
});
