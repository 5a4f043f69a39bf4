/** What our patch of `convex-test` makes as strict as Convex: function tests run on the mock alone. */
import { convexTest } from "convex-test";
import { defineSchema, defineTable, type PaginationResult } from "convex/server";
import { v } from "convex/values";
import { expect, test } from "vitest";

const schema = defineSchema({ rows: defineTable(v.any()).index("by_name", ["name"]) });
const modules = { "./_generated/api.js": () => Promise.resolve({}) };

async function startWith(names: string[]) {
  const t = convexTest({ schema, modules });
  const add = (value: object) => t.run(async (ctx) => await ctx.db.insert("rows", value));
  for (const name of names) await add({ name });
  const read = (numItems: number, cursor: string | null, order: "asc" | "desc" = "asc") =>
    t.run(
      async (ctx) =>
        (await ctx.db
          .query("rows")
          .withIndex("by_name")
          .order(order)
          .paginate({ numItems, cursor })) as unknown as PaginationResult<{ name: string }>,
    );
  return { t, add, read };
}

test("strings are ordered by UTF-8 bytes, also where they are compared by a filter", async () => {
  const { t, read } = await startWith(["\u{1F600}", "\uFFFD"]);
  expect((await read(5, null)).page.map(({ name }) => name)).toEqual(["\uFFFD", "\u{1F600}"]);
  const above = await t.run((ctx) =>
    ctx.db
      .query("rows")
      .filter((q) => q.gt(q.field("name"), "\uFFFD"))
      .collect(),
  );
  expect(above).toMatchObject([{ name: "\u{1F600}" }]);
});

test("a lone surrogate, 1,025 fields and 65 levels are refused", async () => {
  const { add } = await startWith([]);
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 0]));
  const nest = (levels: number): object => (levels === 1 ? [] : [nest(levels - 1)]);
  await expect(add({ text: "a\ud83d" })).rejects.toThrow("lone leading surrogate");
  await expect(add(fields(1023))).rejects.toThrow("Object has too many fields (1025");
  await expect(add({ deep: nest(64) })).rejects.toThrow("Value is too nested (nested 65 levels");
  await add({ text: "\u{1F600}", deep: nest(63) });
  await add(fields(1022));
});

test("a page that is exactly full is not done", async () => {
  const { read } = await startWith(["a", "b"]);
  const full = await read(2, null);
  expect(full.isDone).toBe(false);
  expect(await read(2, full.continueCursor)).toMatchObject({ isDone: true, page: [] });
  await expect(read(0, null)).rejects.toThrow("Must request at least 1 document");
});

test("a cursor is of its deployment and its query only", async () => {
  const { read } = await startWith(["a", "b"]);
  const { continueCursor } = await read(1, null);
  await expect(read(1, continueCursor, "desc")).rejects.toMatchObject({
    data: { paginationError: "InvalidCursor" },
  });
  const elsewhere = await startWith(["a", "b"]);
  await expect(elsewhere.read(1, continueCursor)).rejects.toThrow("Failed to parse cursor");
});
