/** What values Convex stores and takes, in what order they come, and what its cursors are good for. */
import {
  defineSchema,
  defineTable,
  makeFunctionReference,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planRuns } from "../fixtures/runs";
import { Engine } from "./engine";
import { SortedIndex } from "./sorted";

const schema = defineSchema({
  rows: defineTable(v.any()).index("by_name", ["name"]).index("by_rank", ["rank"]),
});

const rows = {
  add: mutationGeneric({
    args: { value: v.any() },
    handler: async (ctx, { value }) => await ctx.db.insert("rows", value as object),
  }),
  patch: mutationGeneric({
    args: { id: v.id("rows"), without: v.string(), text: v.string() },
    handler: async (ctx, { id, without, text }) => {
      await ctx.db.patch("rows", id, { [without]: undefined, text });
      return (await ctx.db.get("rows", id)) as unknown;
    },
  }),
  /** Makes the value in the function, so that no argument is refused before. */
  surrogate: mutationGeneric({
    args: { way: v.string() },
    handler: async (ctx, { way }): Promise<unknown> => {
      const lone = String.fromCharCode(0xd83d);
      if (way === "stored") await ctx.db.insert("rows", { deep: [{ text: `a${lone}b` }] });
      if (way === "a bound") {
        await ctx.db
          .query("rows")
          .withIndex("by_name", (q) => q.eq("name", lone))
          .first();
      }
      if (way === "scheduled") {
        const echo = makeFunctionReference<"query">("rows:echo");
        await ctx.scheduler.runAfter(0, echo as never, { value: lone } as never);
      }
      if (way === "escaped") await ctx.db.insert("rows", { text: String.raw`\ud83d is no such` });
      return way === "returned" ? lone : null;
    },
  }),
  echo: queryGeneric({ args: { value: v.any() }, handler: (_, { value }) => value as unknown }),
  nested: queryGeneric({ args: { levels: v.number() }, handler: (_, { levels }) => nest(levels) }),
  names: queryGeneric({
    args: { after: v.optional(v.string()) },
    handler: async (ctx, { after }) => {
      const found = ctx.db
        .query("rows")
        .withIndex("by_name", (q) => (after === undefined ? q : q.gt("name", after)));
      return (await found.collect()).map(({ name }) => name as string);
    },
  }),
  filtered: queryGeneric({
    args: { above: v.string() },
    handler: async (ctx, { above }) => {
      const found = ctx.db.query("rows").filter((q) => q.gt(q.field("name"), above));
      return (await found.collect()).map(({ name }) => name as string);
    },
  }),
  page: queryGeneric({
    args: { by: v.string(), paginationOpts: paginationOptsValidator },
    handler: async (ctx, { by, paginationOpts }) =>
      await ctx.db
        .query("rows")
        .withIndex(by, (q) => q)
        .paginate(paginationOpts),
  }),
};

const nest = (levels: number): unknown => (levels === 0 ? 0 : [nest(levels - 1)]);
const fields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 0]));

const start = () =>
  Engine.fromModules({
    schema,
    modules: {
      "./rows.ts": () => Promise.resolve(rows),
      "./_generated/api.js": () => Promise.resolve({}),
    },
  });

type Page = { page: { name: string }[]; isDone: boolean; continueCursor: string };

async function startWith(names: string[]) {
  const engine = await start();
  for (const [rank, name] of names.entries()) {
    await engine.call("mutation", "rows:add", { value: { name, rank } });
  }
  const readPage = (numItems: number, cursor: string | null, by = "by_name", endCursor?: string) =>
    engine.call<Page>("query", "rows:page", {
      by,
      paginationOpts: { numItems, cursor, ...(endCursor === undefined ? {} : { endCursor }) },
    });
  return { engine, readPage };
}

/** U+FFFD and U+E000 are below U+1F600 as code points, and above it as UTF-16. */
const NAMES = ["z", "\u{1F600}", "\uFFFD", "\u{1F600}a", "\uE000", "é"];
const IN_ORDER = ["z", "é", "\uE000", "\uFFFD", "\u{1F600}", "\u{1F600}a"];

test("strings are ordered by UTF-8 bytes: in an index, its ranges, filters and pages", async () => {
  const { engine, readPage } = await startWith(NAMES);
  expect(await engine.call("query", "rows:names")).toEqual(IN_ORDER);
  expect(await engine.call("query", "rows:names", { after: "\uFFFD" })).toEqual(IN_ORDER.slice(4));
  const filtered = await engine.call<string[]>("query", "rows:filtered", { above: "\uFFFD" });
  expect(filtered.sort()).toEqual(IN_ORDER.slice(4).sort());
  const paged: string[] = [];
  for (let cursor: string | null = null, done = false; !done;) {
    const page: Page = await readPage(2, cursor);
    paged.push(...page.page.map(({ name }) => name));
    [cursor, done] = [page.continueCursor, page.isDone];
  }
  expect(paged).toEqual(IN_ORDER);
});

test("whatever the strings, the order of an index is that of their bytes", () => {
  const name = fc.string({ unit: "binary", maxLength: 4 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 40 }), (names) => {
      const index = new SortedIndex(["name", "_id"]);
      for (const [i, name] of names.entries()) {
        index.insert({ name, _id: String(i), _creationTime: i });
      }
      const bytes = (text: string) => Buffer.from(text, "utf8");
      const sorted = [...names].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
      expect([...index.ascending(null)].map(({ key }) => key[0])).toEqual(sorted);
    }),
    planRuns({ few: 50, many: 10_000 }),
  );
});

test.each(["stored", "a bound", "scheduled"])(
  "a lone surrogate is refused when it is %s",
  async (way) => {
    const engine = await start();
    await expect(engine.call("mutation", "rows:surrogate", { way })).rejects.toThrow(
      "Received invalid json: lone leading surrogate in hex escape",
    );
    expect(engine.database()?.count("rows")).toBe(0);
  },
);

test("a lone surrogate is refused as an argument and as a result; its escape is text", async () => {
  const engine = await start();
  const value = { text: "\udc00" };
  await expect(engine.call("query", "rows:echo", { value })).rejects.toThrow("lone leading");
  await expect(engine.call("mutation", "rows:surrogate", { way: "returned" })).rejects.toThrow(
    "lone leading surrogate",
  );
  expect(await engine.call("query", "rows:echo", { value: "\u{1F600}" })).toBe("\u{1F600}");
  await engine.call("mutation", "rows:surrogate", { way: "escaped" });
});

test("an object has 1,024 fields, `_id` and `_creationTime` among them: stored, as an argument, by a patch", async () => {
  const engine = await start();
  const tooMany = "Object has too many fields (1025 > maximum number 1024)";
  const add = (value: unknown) => engine.call<string>("mutation", "rows:add", { value });
  await expect(engine.call("query", "rows:echo", { value: fields(1025) })).rejects.toThrow(tooMany);
  await expect(add(fields(1023))).rejects.toThrow(tooMany);
  const id = await add(fields(1022));
  const patch = (without: string) =>
    engine.call("mutation", "rows:patch", { id, without, text: "one more" });
  await expect(patch("absent")).rejects.toThrow(tooMany);
  await patch("f0");
});

test("a value has 64 levels: stored, as an argument, as a result", async () => {
  const engine = await start();
  const add = (levels: number) =>
    engine.call("mutation", "rows:add", { value: { deep: nest(levels) } });
  // The arguments are an object, and their `value` is one: two levels more than the array.
  await add(62);
  await expect(add(63)).rejects.toThrow(
    "Value is too nested (nested 65 levels deep > maximum nesting 64)",
  );
  await engine.call("query", "rows:nested", { levels: 64 });
  await expect(engine.call("query", "rows:nested", { levels: 65 })).rejects.toThrow("too nested");
});

test("a patch may take a field away, however long the rest of it is", async () => {
  const engine = await start();
  const id = await engine.call<string>("mutation", "rows:add", { value: { name: "old" } });
  const text = "x".repeat(20_000);
  expect(await engine.call("mutation", "rows:patch", { id, without: "name", text })).toEqual({
    _id: id,
    _creationTime: expect.any(Number) as number,
    text,
  });
});

test("a page that is exactly full is not done: the next one is, and empty", async () => {
  const { readPage } = await startWith(["a", "b"]);
  const full = await readPage(2, null);
  expect(full).toMatchObject({ isDone: false, page: [{ name: "a" }, { name: "b" }] });
  expect(await readPage(2, full.continueCursor)).toMatchObject({ isDone: true, page: [] });
  await expect(readPage(0, null)).rejects.toThrow("Must request at least 1 document");
});

test("a cursor says nothing, and is of its deployment and its query only", async () => {
  const { readPage } = await startWith(["secret", "z"]);
  const { continueCursor } = await readPage(1, null);
  expect(Buffer.from(continueCursor, "base64").toString("latin1")).not.toContain("secret");
  expect((await readPage(1, null)).continueCursor).toBe(continueCursor);
  await expect(readPage(1, continueCursor, "by_rank")).rejects.toMatchObject({
    data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
  });
  const elsewhere = await startWith(["secret", "z"]);
  const foreign = elsewhere.readPage(1, continueCursor);
  await expect(foreign).rejects.toThrow("Failed to parse cursor");
  const { continueCursor: end } = await readPage(3, null);
  await expect(readPage(1, end, "by_rank")).rejects.toThrow("InvalidCursor");
  await expect(readPage(1, "_end_cursor")).rejects.toThrow("Failed to parse cursor");
});

test("a page with a given end is read to it, and ends there", async () => {
  const { engine, readPage } = await startWith(["a", "c"]);
  const { continueCursor: end } = await readPage(1, null);
  await engine.call("mutation", "rows:add", { value: { name: "A" } });
  const again = await readPage(1, null, "by_name", end);
  expect(again.page.map(({ name }) => name)).toEqual(["A", "a"]);
  expect(again).toMatchObject({ isDone: false, continueCursor: end });
});
