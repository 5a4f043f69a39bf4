/** For everything that upkeep takes a batch of: a row that can't be dealt with stops none of those behind it. */
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Doc, Id, TableNames } from "../../convex/_generated/dataModel";
import { DAY, HOUR } from "../../convex/lib/time";
import { clockedDeployment, hush, passTime, snapshot, type Deployment } from "../setup";

type Syscalls = Record<
  "asyncSyscall" | "jsSyscall",
  (op: string, args: unknown) => Promise<unknown>
>;
type Ctx = Parameters<Parameters<Deployment["run"]>[0]>[0];

const WRITES = /remove|delete|shallowMerge|replace|schedule/i;

/** Rows that can't be written. */
const poisoned = new Set<string>();
const isPoisoned = (op: string, args: unknown) =>
  WRITES.test(op) && [...poisoned].some((id) => JSON.stringify(args).includes(id));

/** Whether upkeep sees none of what it has set aside. */
let forgetful = false;

/** Between the functions and the mock, for the whole file. */
function guardWrites(): void {
  const convex = (globalThis as unknown as { Convex: Syscalls }).Convex;
  for (const name of ["asyncSyscall", "jsSyscall"] as const) {
    const get = Object.getOwnPropertyDescriptor(convex, name)!.get! as () => Syscalls[typeof name];
    const guarded: Syscalls[typeof name] = async (op, args) => {
      if (isPoisoned(op, args)) throw new Error("This one stays.");
      const result = await get()(op, args);
      if (!forgetful || op !== "1.0/queryStreamNext" || !String(result).includes("set_aside"))
        return result;
      return JSON.stringify({ value: null, done: true });
    };
    Object.defineProperty(convex, name, { get: () => guarded, configurable: true });
  }
}

beforeEach(() => {
  poisoned.clear();
  forgetful = false;
  hush();
});
beforeAll(() => {
  clockedDeployment();
  guardWrites();
});

const aside = async (t: Deployment) =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "set_aside");

type Sweep = {
  kind: string;
  /** Makes a row that is due when `age` has passed. */
  insert: (ctx: Ctx, n: number) => Promise<string>;
  run: (t: Deployment) => Promise<unknown>;
  gone?: (row: Record<string, unknown> | null) => boolean;
};

const process = { step: "done", attempt: 1 } as const;
const retained = (t: Deployment) => t.mutation(internal.privacy.startRetention, {});
const cleaned = (t: Deployment) => t.mutation(internal.workflows.cleanUp, {});
const unsent = (t: Deployment) => t.mutation(internal.privacy.deleteUnsent, {});

const SWEEPS: Sweep[] = [
  {
    kind: "unsent",
    insert: (ctx) => ctx.db.insert("workflows", { ...process, kind: "file", state: "running" }),
    run: unsent,
  },
  {
    kind: "upload",
    insert: (ctx, n) => ctx.storage.store(new Blob([`file ${n}`])),
    run: retained,
  },
  {
    kind: "session",
    insert: async (ctx) =>
      ctx.db.insert("sessions", {
        state: "active",
        userId: await ctx.db.insert("users", { role: "customer", smsConsent: "unknown" }),
        refreshHash: "unused",
        rotatedAt: Date.now(),
        expiresAt: Date.now() + HOUR,
      }),
    run: cleaned,
  },
  {
    kind: "process",
    insert: (ctx) =>
      ctx.db.insert("workflows", {
        ...process,
        kind: "ingest",
        state: "done",
        finishedAt: Date.now(),
      }),
    run: cleaned,
  },
  {
    kind: "bucket",
    insert: (ctx, n) =>
      ctx.db.insert("rateLimits", { name: "message", key: `${n}`, value: 1, ts: Date.now() }),
    run: cleaned,
  },
  {
    kind: "event",
    insert: async (ctx) =>
      ctx.db.insert("analytics", {
        kind: "event",
        type: "alerted",
        actorId: await ctx.db.insert("users", {
          role: "admin",
          email: "a@b.example",
          smsConsent: "unknown",
        }),
        data: {},
      }),
    run: async (t) => {
      await t.mutation(internal.analytics.rollUp, {});
      await retained(t);
    },
    gone: (row) => row?.actorId === undefined,
  },
];

test.each(SWEEPS)("deleting what is past its time: $kind", async ({ kind, insert, run, gone }) => {
  const t = clockedDeployment();
  const ids = await t.run(async (ctx) => {
    const made: string[] = [];
    for (let i = 0; i < 3; i++) made.push(await insert(ctx, i));
    return made;
  });
  vi.setSystemTime(Date.now() + 500 * DAY);
  poisoned.add(ids[0]!);
  await run(t);
  await passTime(20_000);
  const left = await t.run((ctx) =>
    Promise.all(ids.map((id) => ctx.db.system.get(id as Id<"_storage">).catch(() => null))).then(
      async (files) =>
        kind === "upload" ? files : Promise.all(ids.map((id) => ctx.db.get(id as Id<TableNames>))),
    ),
  );
  const isGone = gone ?? ((row) => row === null);
  expect(left.map((row) => isGone(row as Record<string, unknown> | null))).toEqual([
    false,
    true,
    true,
  ]);
  expect(await aside(t)).toMatchObject([{ about: `${kind}:${ids[0]}`, state: "failed" }]);
});

test("who is set aside and tried alone is only deleted if their time is over", async () => {
  const t = clockedDeployment();
  const fields = { role: "customer", smsConsent: "unknown" } as const;
  const [gone, byPhone] = await t.run(async (ctx) => [
    await ctx.db.insert("users", fields),
    await ctx.db.insert("users", { ...fields, phone: "+15005550123", phoneVerifiedAt: 1 }),
  ]);
  vi.setSystemTime(Date.now() + 500 * DAY);
  poisoned.add(gone!);
  await retained(t);
  await passTime(20_000);
  const ids = ((await snapshot(t)).users as Doc<"users">[]).map(({ _id }) => _id);
  expect(ids).toContain(byPhone);
  expect(await aside(t)).toMatchObject([{ about: `guest:${gone}` }]);
});

test("a batch that setting aside doesn't help ends the run, at once", async () => {
  const t = clockedDeployment();
  const [row] = await t.run(async (ctx) => [
    await ctx.db.insert("analytics", { kind: "event", type: "alerted", data: {} }),
  ]);
  vi.setSystemTime(Date.now() + 500 * DAY);
  await t.mutation(internal.analytics.rollUp, {});
  poisoned.add(row!);
  forgetful = true;
  const task = { kind: "event" as const };
  await expect(t.action(internal.privacy.retain, { task })).rejects.toThrow("This one stays.");
});
