/** Upkeep: what is past its time goes, in bounded batches, and nothing else does. */
import { expect, test, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import {
  CLEANUP_BATCH,
  EXPORT_RETENTION,
  PROCESS_RETENTION,
  RECEIPT_RETENTION,
} from "../../convex/model/privacy/cleanup";
import { BUCKET_IDLE } from "../../convex/model/access/limits";
import { clockedDeployment, customer, snapshot, type Deployment } from "../setup";

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

test("files of an export go after 7 days, those of messages and receipts stay", async () => {
  const t = clockedDeployment();
  const now = Date.now();
  await t.run(async (ctx) => {
    const file = async (step: string, finishedAt: number | undefined) => {
      const fileId = await ctx.storage.store(new Blob([step]));
      const fields = { kind: "file" as const, state: "done" as const, attempt: 1 };
      await ctx.db.insert("workflows", { ...fields, step, fileId, finishedAt });
    };
    await file("old export", now - EXPORT_RETENTION - 1);
    await file("new export", now - EXPORT_RETENTION + 1);
    await file("attached", undefined);
    const purge = (step: string, finishedAt: number) =>
      ctx.db.insert("workflows", { kind: "purge", state: "done", step, attempt: 1, finishedAt });
    await purge("old receipt", now - RECEIPT_RETENTION - 1);
    await purge("receipt", now - RECEIPT_RETENTION + 1);
  });
  await cleanUp(t);
  const left = (await snapshot(t)).workflows as Doc<"workflows">[];
  expect(left.map(({ step }) => step)).toEqual(["new export", "attached", "receipt"]);
  const files = await t.run((ctx) => ctx.db.system.query("_storage").collect());
  expect(files.map(({ _id }) => _id)).toEqual(left.slice(0, 2).map(({ fileId }) => fileId));
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
