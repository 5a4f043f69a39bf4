/** Migrations on rows of the old shapes: dry run, batches, failing and going on, repeating, canceling. */
import { createFunctionHandle, getFunctionName } from "convex/server";
import { describe, expect, test, vi } from "vitest";
import { components, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import * as Lifecycle from "../../convex/model/desk/lifecycle";
import {
  cancel,
  finish,
  FLAT,
  oldConversations,
  RESOLVED_AT,
  resolvedTimes,
  run,
  runAll,
  stateOf,
  status,
} from "./oldRows";
import { addAgent, deployment, snapshot, hush } from "../setup";
import { MIGRATIONS } from "../../convex/validators";

test("every module in migrations/ is on the list, in order, and no other", () => {
  const modules = Object.keys(import.meta.glob("../../convex/migrations/m*.ts")).map((path) =>
    path.slice("../../convex/migrations/".length, -".ts".length),
  );
  expect([...MIGRATIONS]).toEqual(modules.sort());
  // Those that are done everywhere go, so numbers have gaps, but no two are the same.
  for (const name of MIGRATIONS) expect(name).toMatch(/^m\d{4}_[a-z0-9_]+$/);
  const numbers = MIGRATIONS.map((name) => name.slice(0, "m0000".length));
  expect(new Set(numbers).size).toBe(numbers.length);
});

describe("a dry run", () => {
  test("says what the next batch would write, and writes nothing", async () => {
    const t = deployment();
    await oldConversations(t, 130);
    await oldConversations(t, 5, { status: "open" });
    const before = await snapshot(t);
    const answer = await t.mutation(run, { fn: RESOLVED_AT, dryRun: true });
    expect(answer).toMatchObject({
      state: "notStarted",
      processed: 0,
      dryRun: { rowsRead: 100, isLast: false, writes: { "conversations.resolvedAt": 100 } },
    });
    await finish(t);
    expect(await snapshot(t)).toEqual(before);
    expect((await stateOf(t, RESOLVED_AT)).state).toBe("notStarted");
  });

  test("of a migration that is half done looks at the batch that comes next", async () => {
    const t = deployment();
    await oldConversations(t, 130);
    await t.mutation(run, { fn: RESOLVED_AT });
    await t.mutation(cancel, { fn: RESOLVED_AT });
    const rest = { rowsRead: 30, isLast: true, writes: { "conversations.resolvedAt": 30 } };
    const answer = await t.mutation(run, { fn: RESOLVED_AT, dryRun: true });
    expect(answer).toMatchObject({ state: "canceled", processed: 100, dryRun: rest });
  });

  test("of a migration that is done has nothing to do, unless it is to begin again", async () => {
    const t = deployment();
    await oldConversations(t, 3);
    await t.mutation(run, { fn: RESOLVED_AT });
    const done = await t.mutation(run, { fn: RESOLVED_AT, dryRun: true });
    expect(done).toMatchObject({ state: "success", dryRun: null });
    const again = await t.mutation(run, { fn: RESOLVED_AT, dryRun: true, reset: true });
    expect(again.dryRun).toEqual({ rowsRead: 3, isLast: true, writes: {} });
    expect((await stateOf(t, RESOLVED_AT)).state).toBe("success");
  });

  test("tells of the failure that a run would meet", async () => {
    const t = deployment();
    await oldConversations(t, 1);
    vi.spyOn(console, "error").mockReturnValue();
    vi.spyOn(Lifecycle, "findResolvedTime").mockRejectedValue(new Error("No such luck."));
    const call = t.mutation(run, { fn: RESOLVED_AT, dryRun: true });
    await expect(call).rejects.toThrow("No such luck.");
  });

  test("and a run print nothing of what customers wrote", async () => {
    const t = deployment();
    const lines = hush();
    const [id] = await oldConversations(t, 2);
    await t.mutation(run, { fn: RESOLVED_AT, dryRun: true });
    vi.spyOn(Lifecycle, "findResolvedTime").mockRejectedValueOnce(new Error("No such luck."));
    await t.mutation(run, { fn: RESOLVED_AT });
    await t.mutation(run, { fn: RESOLVED_AT });
    // The failure names its row: that the log was listened to shows by it.
    expect(lines.join("\n")).toContain(id);
    expect(lines.join("\n")).not.toContain("4111");
  });
});

describe("in batches", () => {
  test("all rows are migrated, and the status counts them", async () => {
    const t = deployment();
    await oldConversations(t, 230);
    const started = await t.mutation(run, { fn: RESOLVED_AT });
    expect(started).toMatchObject({ state: "inProgress", processed: 100 });
    const half = await resolvedTimes(t);
    expect(half.filter((at) => at !== undefined)).toHaveLength(100);
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "success", processed: 230 });
    expect(await resolvedTimes(t)).toEqual(Array.from({ length: 230 }, (_, i) => 1000 + i));
  });

  test("a batch that throws changes none of its rows; going on changes each of the rest once", async () => {
    const t = deployment();
    const ids = await oldConversations(t, 25);
    const real = Lifecycle.findResolvedTime;
    let poisoned = true;
    const looked: Id<"conversations">[] = [];
    vi.spyOn(console, "error").mockReturnValue();
    vi.spyOn(Lifecycle, "findResolvedTime").mockImplementation(async (ctx, conversation) => {
      if (poisoned && conversation._id === ids[17]) throw new Error("A row that can't be read.");
      looked.push(conversation._id);
      return await real(ctx, conversation);
    });
    await t.mutation(run, { fn: RESOLVED_AT, batchSize: 10 });
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({
      state: "failed",
      processed: 10,
      error: expect.stringContaining("A row that can't be read.") as string,
    });
    const half = await resolvedTimes(t);
    expect(half.filter((at) => at !== undefined)).toHaveLength(10);

    poisoned = false;
    looked.length = 0;
    const resumed = await t.mutation(run, { fn: RESOLVED_AT, batchSize: 10 });
    expect(resumed).toMatchObject({ state: "inProgress", processed: 20 });
    expect(resumed.error).toBeUndefined();
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "success", processed: 25 });
    expect([...new Set(looked)]).toEqual(ids.slice(10));
    expect(await resolvedTimes(t)).toEqual(Array.from({ length: 25 }, (_, i) => 1000 + i));
  });

  test("canceled stops between two batches, and goes on from there", async () => {
    const t = deployment();
    await oldConversations(t, 25);
    await t.mutation(run, { fn: RESOLVED_AT, batchSize: 10 });
    expect(await t.mutation(cancel, { fn: RESOLVED_AT })).toMatchObject({ state: "canceled" });
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "canceled", processed: 10 });
    await t.mutation(run, { fn: RESOLVED_AT, batchSize: 10 });
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "success", processed: 25 });
  });

  test("started twice runs once", async () => {
    const t = deployment();
    await oldConversations(t, 25);
    for (let i = 0; i < 3; i++) await t.mutation(run, { fn: RESOLVED_AT, batchSize: 10 });
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "inProgress", processed: 10 });
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "success", processed: 25 });
  });

  test("begun with nothing to go on with is interrupted, and goes on", async () => {
    const t = deployment();
    await oldConversations(t, 25);
    // As after a restored snapshot: the cursor is stored, the scheduled batch is not.
    await t.mutation(async (ctx) => {
      const { migrate } = internal.migrations.m0001_resolved_at;
      await ctx.runMutation(components.migrations.lib.migrate, {
        name: getFunctionName(migrate),
        fnHandle: await createFunctionHandle(migrate),
        batchSize: 10,
        dryRun: false,
        oneBatchOnly: true,
      });
    });
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "interrupted", processed: 10 });
    await t.mutation(runAll, {});
    await finish(t);
    expect(await stateOf(t, RESOLVED_AT)).toMatchObject({ state: "success", processed: 25 });
  });

  test("is not to be called past its runner, which keeps the cursor", async () => {
    const t = deployment();
    const call = t.mutation(internal.migrations.m0001_resolved_at.migrate, {});
    await expect(call).rejects.toThrow("npx convex run migrations:run");
  });
});

const ALL_DONE = MIGRATIONS.map(() => "success");
const begunWith = (state: string) => MIGRATIONS.map((_, i) => (i === 0 ? state : "notStarted"));

describe("all of them", () => {
  test("run one after the other, and again without doing anything", async () => {
    const t = deployment();
    await oldConversations(t, 230);
    const agentId = await addAgent(t, { metrics: FLAT });
    const first = await t.mutation(runAll, {});
    expect(first.map(({ state }) => state)).toEqual(begunWith("inProgress"));
    await finish(t);
    expect((await t.query(status, {})).map(({ state }) => state)).toEqual(ALL_DONE);
    expect((await t.run((ctx) => ctx.db.get("agents", agentId)))!.metrics).toMatchObject({
      totalMs: { sum: 4000, count: 4 },
    });
    const before = [await snapshot(t), await t.query(status, {})];
    await t.mutation(runAll, {});
    await finish(t);
    expect([await snapshot(t), await t.query(status, {})]).toEqual(before);
  });

  test("have nothing to do on a new deployment", async () => {
    const t = deployment();
    await addAgent(t);
    const before = await snapshot(t);
    await t.mutation(runAll, {});
    await finish(t);
    expect(await snapshot(t)).toEqual(before);
    expect((await t.query(status, {})).map(({ state }) => state)).toEqual(ALL_DONE);
  });

  test("stop at one that fails, and go on when it can", async () => {
    const t = deployment();
    await oldConversations(t, 3);
    await addAgent(t, { metrics: FLAT });
    vi.spyOn(console, "error").mockReturnValue();
    const broken = vi.spyOn(Lifecycle, "findResolvedTime");
    broken.mockRejectedValue(new Error("Not now."));
    await t.mutation(runAll, {});
    await finish(t);
    const states = async () => (await t.query(status, {})).map(({ state }) => state);
    expect(await states()).toEqual(begunWith("failed"));
    broken.mockRestore();
    await t.mutation(runAll, {});
    await finish(t);
    expect(await states()).toEqual(ALL_DONE);
  });
});
