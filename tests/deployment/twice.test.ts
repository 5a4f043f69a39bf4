/** A mutation whose commit conflicts runs again: the first run leaves nothing behind. */
import { convexTest } from "convex-test";
import {
  httpActionGeneric,
  httpRouter,
  makeFunctionReference,
  mutationGeneric,
} from "convex/server";
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import schema from "../../convex/schema";
import { clockedDeployment } from "../setup";

const ROW = { kind: "event", type: "role_changed", data: {} } as const;

test("what is thrown away leaves no row, no job and no number", async () => {
  clockedDeployment();
  let runs = 0;
  const addRow = mutationGeneric({
    handler: async (ctx) => {
      runs += 1;
      await ctx.db.insert("analytics", ROW);
      await ctx.scheduler.runAfter(0, api.conversations.createConversation, {});
      return runs;
    },
  });
  const t = convexTest({
    schema,
    modules: {
      "./_generated/api.js": () => Promise.resolve({}),
      "./twice.ts": () => Promise.resolve({ addRow }),
    },
    mutationsRunTwice: true,
  });
  expect(await t.mutation(makeFunctionReference<"mutation">("twice:addRow"), {})).toBe(2);
  vi.clearAllTimers();
  const rows = await t.run(async (ctx) => ({
    analytics: await ctx.db.query("analytics").take(9),
    jobs: await ctx.db.system.query("_scheduled_functions").take(9),
  }));
  expect(rows.analytics).toHaveLength(1);
  expect(rows.jobs).toHaveLength(1);
});

test("what is thrown away takes no file along that an HTTP action stores meanwhile", async () => {
  let [begin, ask, go] = [() => {}, () => {}, () => {}];
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const gone = new Promise<void>((resolve) => (go = resolve));
  const refuse = mutationGeneric({
    handler: async () => {
      begin();
      await gone;
      throw new Error("thrown away");
    },
  });
  const http = httpRouter();
  http.route({
    path: "/file",
    method: "POST",
    handler: httpActionGeneric(async (ctx) => {
      await begun;
      const id = ctx.storage.store(new Blob(["a file"]));
      ask();
      return Response.json(await id);
    }),
  });
  const t = convexTest({
    schema,
    modules: {
      "./_generated/api.js": () => Promise.resolve({}),
      "./http.ts": () => Promise.resolve({ default: http }),
      "./twice.ts": () => Promise.resolve({ refuse }),
    },
  });
  const upload = t.fetch("/file", { method: "POST" });
  const refused = expect(
    t.mutation(makeFunctionReference<"mutation">("twice:refuse"), {}),
  ).rejects.toThrow("thrown away");
  await asked;
  // A write that waits for nobody would be in by now.
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  go();
  await refused;
  const id = (await (await upload).json()) as string;
  const files = await t.run((ctx) => ctx.db.system.query("_storage").take(9));
  expect(files.map(({ _id }) => _id)).toEqual([id]);
});
