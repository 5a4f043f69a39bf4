/** The tables' rules that no type checks: how many, indexed how, and each index explained. */
import { expect, test } from "vitest";
import schema from "../../convex/schema";
import source from "../../convex/schema.ts?raw";

type Exported = {
  indexes: { indexDescriptor: string; fields: string[] }[];
  searchIndexes: { indexDescriptor: string; searchField: string }[];
  vectorIndexes: { indexDescriptor: string; dimensions: number; filterFields: string[] }[];
};
const tables = Object.entries(schema.tables).map(([name, table]) => ({
  name,
  ...(table as unknown as { export(): Exported }).export(),
}));
const indexes = tables.flatMap(({ name, indexes }) =>
  indexes.map(({ indexDescriptor, fields }) => ({ table: name, name: indexDescriptor, fields })),
);

test("there are the nine tables", () => {
  expect(tables.map(({ name }) => name).sort()).toEqual([
    "agents",
    "analytics",
    "conversations",
    "knowledge",
    "messages",
    "rateLimits",
    "sessions",
    "users",
    "workflows",
  ]);
});

test("there are 30 indexes or more, and at most 32 of a table", () => {
  const search = tables.flatMap(({ searchIndexes, vectorIndexes }) => [
    ...searchIndexes,
    ...vectorIndexes,
  ]);
  expect(indexes.length + search.length).toBeGreaterThanOrEqual(30);
  for (const { indexes } of tables) expect(indexes.length).toBeLessThanOrEqual(32);
});

/** Every write of a row writes, and is billed, a key of each: these two are written with every act. */
test.each(["workflows", "analytics"])("a row of %s has at most five index keys", (table) => {
  expect(indexes.filter((one) => one.table === table).length).toBeLessThanOrEqual(5);
});

test("no index is a prefix of another of its table", () => {
  const prefixes = indexes.flatMap((a) =>
    indexes
      .filter((b) => a !== b && a.table === b.table && a.fields.length <= b.fields.length)
      .filter((b) => a.fields.every((field, i) => field === b.fields[i]))
      .map((b) => `${a.table}.${a.name} is a prefix of ${b.name}`),
  );
  expect(prefixes).toEqual([]);
});

test("every index has a comment directly above it that says what it serves", () => {
  const lines = source.split("\n").map((line) => line.trim());
  const declared = lines.flatMap((line, i) => {
    const name = /^\.(?:index|searchIndex|vectorIndex)\("(\w+)"/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, above: lines[i - 1]! }];
  });
  const all = tables.flatMap((table) => [
    ...table.indexes,
    ...table.searchIndexes,
    ...table.vectorIndexes,
  ]);
  expect(declared.length).toBe(all.length);
  expect(declared.filter(({ above }) => !/^\/\/ \S.{8,}/.test(above))).toEqual([]);
});

test("every table says who writes and who deletes its rows", () => {
  const lines = source.split("\n");
  for (const { name } of tables) {
    const at = lines.findIndex((line) => new RegExp(`^  ${name}: `).test(line));
    expect(lines[at - 1]).toMatch(/^ {2}\/\*\* .*\*\/$/);
  }
});

test("vectors are of the size that the embedding model gives, and filtered by type and liveness", () => {
  const [index] = tables.find(({ name }) => name === "knowledge")!.vectorIndexes;
  expect(index).toMatchObject({ dimensions: 1536, filterFields: ["type", "active", "shard"] });
});
