/** Upkeep: what is past its time goes, in bounded batches, and nothing else does. */
import { afterEach, expect, test, vi } from "vitest";
import { internal } from "./_generated/api";
import type { Doc } from "./_generated/dataModel";
import { CLEANUP_BATCH, PROCESS_RETENTION } from "./model/cleanup";
import { BUCKET_IDLE } from "./model/limits";
import { clockedDeployment, customer, snapshot, type Deployment } from "./test.setup";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const cleanUp = async (t: Deployment) => {
  await t.mutation(internal.workflows.cleanUp, {});
  await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
};

const pending = (expiresAt: number, i = 0) => ({
  state: "pending" as const,
  address: `user${i}@example.com`,
  challengeHash: `challenge-${i}`,
  codeHash: "code",
  attempts: 0,
  expiresAt,
});

test("expired sign-ins and sessions go, live ones stay", async () => {
  const t = clockedDeployment();
  const now = Date.now();
  const ann = await customer(t);
  await t.run(async (ctx) => {
    await ctx.db.insert("sessions", pending(now - 1));
    await ctx.db.insert("sessions", pending(now + 1));
    const gone = { state: "revoked" as const, userId: ann.userId, reason: "logout" as const };
    await ctx.db.insert("sessions", { ...gone, expiresAt: now - 1 });
    await ctx.db.insert("sessions", { ...gone, expiresAt: now + 1 });
  });
  await cleanUp(t);
  const left = (await snapshot(t)).sessions as Doc<"sessions">[];
  expect(left.map(({ state }) => state).sort()).toEqual(["active", "pending", "revoked"]);
  expect(left.every(({ expiresAt }) => expiresAt >= now)).toBe(true);
});

test("ended processes go after 30 days, running ones never", async () => {
  const t = clockedDeployment();
  const now = Date.now();
  const process = { kind: "reply" as const, step: "x", attempt: 1 };
  await t.run(async (ctx) => {
    const end = (finishedAt: number) =>
      ctx.db.insert("workflows", { ...process, state: "done", finishedAt });
    await end(now - PROCESS_RETENTION - 1);
    await end(now - PROCESS_RETENTION + 1);
    await ctx.db.insert("workflows", { ...process, state: "running" });
  });
  await cleanUp(t);
  const left = (await snapshot(t)).workflows as Doc<"workflows">[];
  expect(left.map(({ state }) => state)).toEqual(["done", "running"]);
});

test("buckets that are full again go", async () => {
  const t = clockedDeployment();
  const now = Date.now();
  await t.run(async (ctx) => {
    const bucket = { name: "write:user", value: 1 };
    await ctx.db.insert("rateLimits", { ...bucket, key: "old", ts: now - BUCKET_IDLE - 1 });
    await ctx.db.insert("rateLimits", { ...bucket, key: "new", ts: now - BUCKET_IDLE + 1 });
  });
  await cleanUp(t);
  expect((await snapshot(t)).rateLimits).toMatchObject([{ key: "new" }]);
});

test("more than a batch goes in several transactions, each of a bounded size", async () => {
  const t = clockedDeployment();
  const now = Date.now();
  const count = 2 * CLEANUP_BATCH + 3;
  await t.run(async (ctx) => {
    for (let i = 0; i < count; i++) await ctx.db.insert("sessions", pending(now - 1, i));
  });
  await t.mutation(internal.workflows.cleanUp, {});
  expect((await snapshot(t)).sessions).toHaveLength(count - CLEANUP_BATCH);
  await cleanUp(t);
  expect((await snapshot(t)).sessions).toEqual([]);
});
