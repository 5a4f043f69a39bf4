/** A mutation whose commit conflicts runs again: the first run leaves nothing behind. */
import { convexTest } from "convex-test";
import { makeFunctionReference, mutationGeneric } from "convex/server";
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
