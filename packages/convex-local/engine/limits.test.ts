/** Limits on single values, and what a query may not do, in Convex's words. */
import { defineSchema, defineTable, mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";
import { expect, test } from "vitest";
import { Engine } from "./engine";

const MIB = 1024 * 1024;
const schema = defineSchema({ rows: defineTable(v.any()) });

const rows = {
  add: mutationGeneric({
    args: { value: v.any() },
    handler: async (ctx, { value }) => await ctx.db.insert("rows", { value: value as unknown }),
  }),
  /** Writes a text of that many bytes, over what is there if an ID is given. */
  write: mutationGeneric({
    args: { id: v.optional(v.id("rows")), field: v.string(), bytes: v.number() },
    handler: async (ctx, { id, field, bytes }) => {
      const fields = { [field]: "x".repeat(bytes) };
      if (id === undefined) return await ctx.db.insert("rows", fields);
      await ctx.db.patch("rows", id, fields);
      return id;
    },
  }),
  /** Patches a large text in, and another field out. */
  swap: mutationGeneric({
    args: { id: v.id("rows"), out: v.string() },
    handler: async (ctx, { id, out }) => {
      await ctx.db.patch("rows", id, { text: "x".repeat(MIB / 2), [out]: undefined });
      return Object.keys((await ctx.db.get("rows", id)) as object);
    },
  }),
  caught: mutationGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.db.insert("rows", { text: "x".repeat(2 * MIB) }).catch(() => undefined);
      return (await ctx.db.query("rows").collect()).length;
    },
  }),
  size: queryGeneric({
    args: { text: v.string() },
    handler: (_, { text }) => text.length,
  }),
  large: queryGeneric({
    args: { bytes: v.number() },
    handler: (_, { bytes }) => "x".repeat(bytes),
  }),
  sneaky: queryGeneric({
    args: {},
    handler: async (ctx) => {
      const { insert } = (ctx as unknown as { db: { insert?: unknown } }).db;
      if (insert !== undefined) throw new Error("a query was given a writer");
      const { Convex } = globalThis as unknown as {
        Convex: { asyncSyscall(op: string, args: string): Promise<string> };
      };
      return await Convex.asyncSyscall("1.0/insert", '{"table":"rows","value":{}}');
    },
  }),
};

const start = () =>
  Engine.fromModules({
    schema,
    modules: {
      "./rows.ts": () => Promise.resolve(rows),
      "./_generated/api.js": () => Promise.resolve({}),
    },
  });

test("arguments and results have 16 MiB", async () => {
  const engine = await start();
  const text = "x".repeat(16 * MIB);
  await expect(engine.call("query", "rows:size", { text })).rejects.toThrow(
    "Arguments for rows:size are too large (actual: 16 MiB, limit: 16 MiB)",
  );
  expect(await engine.call("query", "rows:size", { text: text.slice(100) })).toBe(16 * MIB - 100);
  await expect(engine.call("query", "rows:large", { bytes: 17 * MIB })).rejects.toThrow(
    "Function rows:large return value is too large (actual: 17 MiB, limit: 16 MiB)",
  );
});

test("a patch may put a large field in and take another out", async () => {
  const engine = await start();
  const id = await engine.call<string>("mutation", "rows:write", {
    field: "a",
    bytes: MIB / 2 + 1,
  });
  const left = await engine.call<string[]>("mutation", "rows:swap", { id, out: "a" });
  expect(left).toEqual(expect.arrayContaining(["text"]));
  expect(left).not.toContain("a");
});

test("a document has 1 MiB, whether it is inserted or grows by a patch", async () => {
  const engine = await start();
  const write = (args: { id?: string; field: string; bytes: number }) =>
    engine.call<string>("mutation", "rows:write", args);
  await expect(write({ field: "a", bytes: MIB })).rejects.toThrow(
    "Value is too large (1 MiB > maximum size 1 MiB)",
  );
  const id = await write({ field: "a", bytes: 0.6 * MIB });
  await expect(write({ id, field: "b", bytes: 0.6 * MIB })).rejects.toThrow("Value is too large");
  expect(await write({ id, field: "a", bytes: 0.6 * MIB })).toBe(id);
});

test("a refused write leaves nothing behind, even if the function goes on", async () => {
  const engine = await start();
  expect(await engine.call("mutation", "rows:caught")).toBe(0);
});

test("an array has 8192 elements, however deep it lies", async () => {
  const engine = await start();
  const add = (length: number) =>
    engine.call("mutation", "rows:add", { value: { deep: [new Array(length).fill(0)] } });
  await expect(add(8193)).rejects.toThrow("Array length is too long (8193 > maximum length 8192)");
  await add(8192);
});

test("a query cannot write, by whatever way it tries", async () => {
  const engine = await start();
  await expect(engine.call("query", "rows:sneaky")).rejects.toThrow("A query can only read");
  expect(engine.database()?.count("rows")).toBe(0);
});
