/** What functions may do with an ID, and what Convex says to one that is not theirs. */
import {
  defineSchema,
  defineTable,
  mutationGeneric as mutation,
  queryGeneric as query,
} from "convex/server";
import { v } from "convex/values";
import { beforeAll, expect, test } from "vitest";
import { Engine } from "./engine";
import { encodeId } from "./ids";

const schema = defineSchema({
  users: defineTable({ name: v.string() }),
  notes: defineTable({ author: v.id("users"), text: v.string() }),
});
const any = { id: v.string() };
const functions = {
  addUser: mutation({
    args: {},
    returns: v.id("users"),
    handler: (ctx) => ctx.db.insert("users", { name: "Ada" }),
  }),
  addNote: mutation({
    args: { author: v.string() },
    returns: v.id("notes"),
    handler: (ctx, { author }) => ctx.db.insert("notes", { author, text: "" }),
  }),
  byId: query({ args: { id: v.id("users") }, handler: (ctx, { id }) => ctx.db.get(id) }),
  get: query({ args: any, handler: (ctx, { id }) => ctx.db.get("users", id as never) }),
  getAny: query({ args: any, handler: (ctx, { id }) => ctx.db.get(id as never) }),
  normalize: query({ args: any, handler: (ctx, { id }) => ctx.db.normalizeId("users", id) }),
  rename: mutation({
    args: any,
    handler: (ctx, { id }) => ctx.db.patch("users", id as never, { name: "Bob" }),
  }),
  remove: mutation({ args: any, handler: (ctx, { id }) => ctx.db.delete("users", id as never) }),
  echo: query({ args: any, returns: v.id("users"), handler: (_, { id }) => id as never }),
};

let engine: Engine;
let user: string;
let note: string;
beforeAll(async () => {
  engine = await Engine.fromModules({
    schema,
    modules: {
      "./_generated/api.js": () => Promise.resolve({}),
      "./f.ts": () => Promise.resolve(functions),
    },
  });
  user = await engine.call("mutation", "f:addUser");
  note = await engine.call("mutation", "f:addNote", { author: user });
});

const ask = (name: string, id: string) => engine.call("query", `f:${name}`, { id });
const foreign = encodeId(10_900, new Uint8Array(16).fill(9));

test("an ID says which table it is of", async () => {
  expect(await ask("get", user)).toMatchObject({ name: "Ada" });
  expect(await ask("normalize", user)).toBe(user);
  for (const other of [note, foreign, "", "10001users", user.toUpperCase(), `${user}0`]) {
    expect(await ask("normalize", other), other).toBeNull();
  }
});

test("an ID of a table that is not there is of no document", async () => {
  expect(await ask("get", foreign)).toBeNull();
  expect(await ask("getAny", foreign)).toBeNull();
  await expect(engine.call("mutation", "f:rename", { id: foreign })).rejects.toThrow(
    `Invalid argument \`id\` for \`db.patch\`: Table for ID "${foreign}" not found`,
  );
});

test("a string that is no ID, and an ID of another table, are refused in Convex's words", async () => {
  await expect(ask("getAny", "abc")).rejects.toThrow(
    "Invalid argument `id` for `db.get`: Unable to decode ID: Invalid ID length 3",
  );
  await expect(ask("get", note)).rejects.toThrow(
    'Invalid argument `id` for `db.get`: expected to be an Id<"users">, got Id<"notes"> instead.',
  );
  await expect(engine.call("mutation", "f:remove", { id: note })).rejects.toThrow("`db.delete`");
});

test("validators tell tables apart: of arguments, of results and of documents", async () => {
  await expect(ask("byId", note)).rejects.toThrow(
    `Found ID "${note}" from table \`notes\`, which does not match the table name in validator \`v.id("users")\``,
  );
  await expect(ask("byId", "abc")).rejects.toThrow('Validator: v.id("users")');
  await expect(ask("echo", note)).rejects.toThrow("ReturnsValidationError");
  await expect(engine.call("mutation", "f:addNote", { author: note })).rejects.toThrow(
    'Expected ID for table "users"',
  );
});

test("a live query that reads a document by its ID alone runs again when it changes", async () => {
  const names: unknown[] = [];
  const live = engine.subscribe("f:getAny", { id: user }, (result) => {
    if (result.ok) names.push((result.value as { name: string }).name);
  });
  await engine.subscriptions.settled();
  await engine.call("mutation", "f:rename", { id: user });
  await engine.subscriptions.settled();
  live.unsubscribe();
  expect(names).toEqual(["Ada", "Bob"]);
});
