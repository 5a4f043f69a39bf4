/** The engine on a map of modules, without a server: metering, transactions, read sets. */
import {
  actionGeneric as action,
  defineSchema,
  defineTable,
  internalMutationGeneric as internalMutation,
  makeFunctionReference,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { getDocumentSize, v } from "convex/values";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommittedMutation, FunctionEvent } from "./context";
import { Engine } from "./engine";
import { touchesRead } from "./ranges";

const schema = defineSchema({
  rows: defineTable({ group: v.string(), rank: v.number(), text: v.optional(v.string()) }).index(
    "by_group",
    ["group", "rank"],
  ),
});

type DataModel = DataModelFromSchemaDefinition<typeof schema>;
const query = queryGeneric as QueryBuilder<DataModel, "public">;
const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;

const add = mutation({
  args: { group: v.string(), rank: v.number(), text: v.optional(v.string()) },
  handler: async (ctx, args) => await ctx.db.insert("rows", args),
});

const rows = {
  add,
  get: query({ args: { id: v.id("rows") }, handler: (ctx, { id }) => ctx.db.get("rows", id) }),
  setText: mutation({
    args: { id: v.id("rows"), text: v.string() },
    handler: async (ctx, { id, text }) => await ctx.db.patch("rows", id, { text }),
  }),
  between: query({
    args: { group: v.string(), from: v.number(), to: v.number() },
    handler: async (ctx, { group, from, to }) =>
      await ctx.db
        .query("rows")
        .withIndex("by_group", (q) => q.eq("group", group).gte("rank", from).lt("rank", to))
        .collect(),
  }),
  filtered: query({
    args: { group: v.string() },
    handler: async (ctx, { group }) =>
      await ctx.db
        .query("rows")
        .withIndex("by_group", (q) => q.eq("group", group))
        .filter((q) => q.eq(q.field("rank"), 3))
        .first(),
  }),
  page: query({
    args: { group: v.string(), paginationOpts: paginationOptsValidator },
    handler: async (ctx, { group, paginationOpts }) =>
      await ctx.db
        .query("rows")
        .withIndex("by_group", (q) => q.eq("group", group))
        .order("desc")
        .paginate(paginationOpts),
  }),
  rewrite: mutation({
    args: { group: v.string() },
    handler: async (ctx, { group }) => {
      await ctx.db.insert("rows", { group, rank: 50 });
      const seen: number[] = [];
      const all = ctx.db.query("rows").withIndex("by_group", (q) => q.eq("group", group));
      for await (const row of all) {
        seen.push(row.rank);
        await ctx.db.delete("rows", row._id);
      }
      const left = await ctx.db
        .query("rows")
        .withIndex("by_group", (q) => q.eq("group", group))
        .collect();
      return { seen, left: left.length };
    },
  }),
  many: action({
    args: { group: v.string(), count: v.number() },
    handler: async (ctx, { group, count }) => {
      const insert = makeFunctionReference<"mutation">("rows:add");
      await Promise.all(
        Array.from({ length: count }, (_, rank) => ctx.runMutation(insert, { group, rank })),
      );
    },
  }),
  forgotten: mutation({
    args: { group: v.string() },
    handler: async (ctx, { group }) => {
      // Not awaited: the write must not end up in whatever transaction comes next.
      void Promise.resolve()
        .then(() => new Promise((resolve) => queueMicrotask(() => resolve(null))))
        .then(() => Promise.all(Array.from({ length: 50 }, () => Promise.resolve())))
        .then(() => later)
        .then(() => ctx.db.insert("rows", { group, rank: -1 }))
        .catch(() => undefined);
      return await Promise.resolve(null);
    },
  }),
  hidden: internalMutation({ args: {}, handler: () => null }),
  fail: internalMutation({
    args: {},
    handler: () => {
      throw new Error("It broke.");
    },
  }),
  failLater: mutation({
    args: {},
    handler: (ctx) => ctx.scheduler.runAfter(0, makeFunctionReference<"mutation">("rows:fail"), {}),
  }),
  job: query({
    args: { id: v.id("_scheduled_functions") },
    handler: (ctx, { id }) => ctx.db.system.get("_scheduled_functions", id),
  }),
  count: query({ args: {}, handler: async (ctx) => (await ctx.db.query("rows").collect()).length }),
};

let release: () => void = () => undefined;
let later: Promise<void> = Promise.resolve();
let engine: Engine;
let events: FunctionEvent[];

beforeEach(async () => {
  later = new Promise((resolve) => (release = resolve));
  engine = await Engine.fromModules({
    schema,
    modules: {
      "./_generated/api.js": () => Promise.resolve({}),
      "./rows.ts": () => Promise.resolve(rows),
    },
  });
  events = [];
  engine.onEvent((event) => events.push(event));
});

afterEach(() => engine.close());

const call = <T>(
  type: "query" | "mutation" | "action",
  name: string,
  args: Record<string, unknown> = {},
): Promise<T> => engine.call<T>(type, `rows:${name}`, args);

const last = (path: string): FunctionEvent | undefined =>
  events.filter((event) => event.path === `rows:${path}`).at(-1);

test("reads and writes are metered with the size of the whole document", async () => {
  const id = await call<string>("mutation", "add", { group: "a", rank: 1 });
  const row = await call<Record<string, never>>("query", "get", { id });
  const size = getDocumentSize(row);
  expect(last("add")).toMatchObject({ documentsWritten: 1, bytesWritten: size, documentsRead: 0 });
  expect(last("get")).toMatchObject({ documentsRead: 1, bytesRead: size, documentsWritten: 0 });
  await call("mutation", "setText", { id, text: "x".repeat(100) });
  const longer = getDocumentSize(await call<Record<string, never>>("query", "get", { id }));
  expect(longer).toBeGreaterThan(size + 100);
  expect(last("setText")).toMatchObject({
    documentsRead: 1,
    bytesRead: size,
    documentsWritten: 1,
    bytesWritten: longer,
  });
});

test("index keys are metered: of each row found by an index, and of all indexes of a row written, changed or not", async () => {
  const id = await call<string>("mutation", "add", { group: "é", rank: 1 });
  // The row's id twice; "é" as two bytes of UTF-8; a number; the creation time.
  const key = 17 + (id.length + 2) + 4 + 9 + 9;
  expect(last("add")).toMatchObject({ keyBytesRead: 0, keyBytesWritten: key });
  await call("query", "get", { id });
  expect(last("get")).toMatchObject({ keyBytesRead: 0, keyBytesWritten: 0 });
  await call("mutation", "setText", { id, text: "x" });
  expect(last("setText")).toMatchObject({ keyBytesRead: 0, keyBytesWritten: key });
  await call("query", "between", { group: "é", from: 0, to: 2 });
  expect(last("between")).toMatchObject({ documentsRead: 1, keyBytesRead: key });
});

test("what is metered adds up by table, and by the index that a row was found by", async () => {
  const id = await call<string>("mutation", "add", { group: "a", rank: 1 });
  await call("query", "between", { group: "a", from: 0, to: 2 });
  const { documentsRead: documents, bytesRead: bytes, keyBytesRead: keyBytes } = last("between")!;
  const found = [...last("between")!.rows.read];
  expect(found).toEqual([["rows.by_group", { documents, bytes, keyBytes }]]);
  await call("mutation", "setText", { id, text: "x" });
  const { rows, bytesRead, bytesWritten, keyBytesWritten } = last("setText")!;
  expect([...rows.read]).toEqual([["rows.by_id", { documents: 1, bytes: bytesRead, keyBytes: 0 }]]);
  expect([...rows.written]).toEqual([
    ["rows", { documents: 1, bytes: bytesWritten, keyBytes: keyBytesWritten }],
  ]);
});

test("rows that a filter drops are read and paid for", async () => {
  for (const rank of [1, 2, 3, 4]) await call("mutation", "add", { group: "a", rank });
  expect(await call("query", "filtered", { group: "a" })).toMatchObject({ rank: 3 });
  expect(last("filtered")?.documentsRead).toBe(3);
});

test("an index range reads its rows only, in order", async () => {
  for (const rank of [5, 1, 4, 2, 3]) await call("mutation", "add", { group: "a", rank });
  await call("mutation", "add", { group: "b", rank: 2 });
  const found = await call<{ rank: number }[]>("query", "between", { group: "a", from: 2, to: 4 });
  expect(found.map(({ rank }) => rank)).toEqual([2, 3]);
  expect(last("between")?.documentsRead).toBe(2);
});

test("a transaction sees its own writes, also while it iterates over what it deletes", async () => {
  for (const rank of [10, 99]) await call("mutation", "add", { group: "a", rank });
  expect(await call("mutation", "rewrite", { group: "a" })).toEqual({
    seen: [10, 50, 99],
    left: 0,
  });
});

test("concurrent mutations of an action all commit", async () => {
  await call("action", "many", { group: "a", count: 100 });
  const found = await call<unknown[]>("query", "between", { group: "a", from: 0, to: 1000 });
  expect(found).toHaveLength(100);
  expect(
    events.filter(({ path, caller }) => path === "rows:add" && caller === "action"),
  ).toHaveLength(100);
});

test("a write that was not awaited does not slip into another transaction", async () => {
  await call("mutation", "forgotten", { group: "late" });
  release();
  await call("action", "many", { group: "other", count: 20 });
  expect(await call("query", "between", { group: "late", from: -5, to: 5 })).toEqual([]);
});

test("pages follow each other without gaps, and each reads no more than itself", async () => {
  await call("action", "many", { group: "a", count: 7 });
  const ranks: number[] = [];
  let cursor: string | null = null;
  let done = false;
  while (!done) {
    const page: { page: { rank: number }[]; isDone: boolean; continueCursor: string } = await call(
      "query",
      "page",
      { group: "a", paginationOpts: { numItems: 3, cursor } },
    );
    expect(last("page")?.documentsRead).toBe(page.page.length);
    ranks.push(...page.page.map(({ rank }) => rank));
    cursor = page.continueCursor;
    done = page.isDone;
  }
  expect(ranks).toEqual([6, 5, 4, 3, 2, 1, 0]);
});

test("a live query runs again when a row enters, changes in, or leaves its range", async () => {
  const seen: unknown[] = [];
  const live = engine.subscribe("rows:between", { group: "a", from: 0, to: 10 }, (result) =>
    seen.push(result.ok && (result.value as unknown[]).length),
  );
  await engine.settle();
  const id = await call<string>("mutation", "add", { group: "a", rank: 9 });
  await call("mutation", "add", { group: "a", rank: 10 });
  await call("mutation", "add", { group: "b", rank: 5 });
  await engine.settle();
  expect(seen).toEqual([0, 1]);
  expect(live.runs).toBe(2);
  await call("mutation", "setText", { id, text: "changed" });
  await engine.settle();
  expect(live.runs).toBe(3);
  await call("mutation", "rewrite", { group: "a" });
  await engine.settle();
  expect(seen).toEqual([0, 1, 1, 0]);
  live.unsubscribe();
  await call("mutation", "add", { group: "a", rank: 1 });
  await engine.settle();
  expect(live.runs).toBe(4);
});

test("a burst of commits runs a live query once or little more", async () => {
  const live = engine.subscribe("rows:between", { group: "a", from: 0, to: 1000 }, () => undefined);
  await engine.settle();
  // Of clients: an action has 8 calls at a time, and the query runs between them.
  const burst = Array.from({ length: 200 }, (_, rank) =>
    call("mutation", "add", { group: "a", rank }),
  );
  await Promise.all(burst);
  await engine.settle();
  expect(live.runs).toBeLessThan(20);
  live.unsubscribe();
});

test("a client without the admin key cannot reach internal functions", async () => {
  const hidden = await engine.run("mutation", "rows:hidden", {});
  expect(hidden).toMatchObject({ ok: false });
  expect(await engine.run("mutation", "rows:hidden", {}, { admin: true })).toMatchObject({
    ok: true,
  });
});

test("transactions that take long overlap, and each tells what it read, changed, and when it was asked for", async () => {
  const committed: CommittedMutation[] = [];
  engine.onMutation((mutation) => committed.push(mutation));
  const id = await engine.call("mutation", "rows:add", { group: "a", rank: 1 });
  engine.latencyMs = () => 5;
  await Promise.all([
    engine.call("mutation", "rows:setText", { id, text: "one" }),
    engine.call("mutation", "rows:setText", { id, text: "two" }),
    engine.call("mutation", "rows:rewrite", { group: "a" }),
  ]);
  const [, first, second, third] = committed;
  expect(second!.requestedAt).toBeLessThan(first!.committedAt);
  expect(second!.reads.some((read) => touchesRead(read, first!.changes[0]!))).toBe(true);
  expect(third!.reads.some((read) => touchesRead(read, second!.changes[0]!))).toBe(true);
  const elsewhere = { component: "", table: "rows", id: "other", before: null };
  const after = { _id: "other", _creationTime: 1, group: "b", rank: 1 };
  expect(third!.reads.some((read) => touchesRead(read, { ...elsewhere, after }))).toBe(false);
});

test("a job that has failed says why, as components that look after theirs are told on Convex", async () => {
  const id = await call<string>("mutation", "failLater");
  await expect
    .poll(() => call("query", "job", { id }))
    .toMatchObject({
      state: { kind: "failed", error: expect.stringContaining("It broke.") as string },
    });
});

test("a mutation that conflicts runs twice and is committed once", async () => {
  engine.conflicts = () => true;
  await call("mutation", "add", { group: "a", rank: 1 });
  expect(events.filter(({ path }) => path === "rows:add")).toHaveLength(2);
  expect(await call("query", "count")).toBe(1);
});
