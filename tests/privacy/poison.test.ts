/** For everything that upkeep takes a batch of: a row that can't be dealt with stops none of those behind it. */
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id, TableNames } from "../../convex/_generated/dataModel";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { addAgent, clockedDeployment, guest, hush, snapshot, type Deployment } from "../setup";
import { forgetful, guardWrites, poisoned } from "../poison";

type Ctx = Parameters<Parameters<Deployment["run"]>[0]>[0];

beforeAll(guardWrites);
beforeEach(() => {
  poisoned.clear();
  forgetful.on = false;
  hush();
});

const aside = async (t: Deployment) =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "set_aside");

/** Runs what is scheduled for the next seconds, to its end. */
async function drain(t: Deployment): Promise<void> {
  for (let step = 0; step < 10; step++) {
    vi.advanceTimersByTime(1_000);
    await t.finishInProgressScheduledFunctions();
  }
}

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
  poisoned.set(ids[0]!, "");
  await run(t);
  await drain(t);
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
  poisoned.set(gone, "");
  await retained(t);
  await drain(t);
  const ids = ((await snapshot(t)).users as Doc<"users">[]).map(({ _id }) => _id);
  expect(ids).toContain(byPhone);
  expect(await aside(t)).toMatchObject([{ about: `guest:${gone}` }]);
});

test("a batch that setting aside doesn't help ends the run, at once", async () => {
  const t = clockedDeployment();
  const bucket = { name: "message", key: "1", value: 1, ts: Date.now() };
  const row = await t.run((ctx) => ctx.db.insert("rateLimits", bucket));
  vi.setSystemTime(Date.now() + 500 * DAY);
  poisoned.set(row, "");
  forgetful.on = true;
  const task = { kind: "bucket" as const };
  await expect(t.action(internal.privacy.retain, { task })).rejects.toThrow("This one stays.");
});

type Cron = {
  name: string;
  /** Makes the rows that can't be dealt with and one behind them. Returns how they are named when set aside. */
  make: (t: Deployment) => Promise<{ bad: string[]; isDone: () => Promise<boolean> }>;
  run: (t: Deployment) => Promise<unknown>;
  /** What comes first is as many as one run takes. */
  runs?: number;
};

type Workflow = Doc<"workflows">;
const get = <T extends TableNames>(t: Deployment, id: Id<T>) =>
  t.run((ctx) => ctx.db.get(id) as Promise<Doc<T> | null>);
const insert = (t: Deployment, fields: Omit<Workflow, "_id" | "_creationTime">) =>
  t.run((ctx) => ctx.db.insert("workflows", fields));
const events = async (t: Deployment, type: string) =>
  ((await snapshot(t)).analytics as Doc<"analytics">[]).filter(
    (row) => row.kind === "event" && row.type === type,
  );

/** As many as one run takes, which fail when they are written with these words. */
async function many(
  t: Deployment,
  count: number,
  words: string,
  fields: Parameters<typeof insert>[1],
) {
  const ids: Id<"workflows">[] = [];
  for (let i = 0; i < count; i++) ids.push(await insert(t, fields));
  for (const id of ids) poisoned.set(id, words);
  return ids;
}

async function conversations(t: Deployment, patch: Partial<Doc<"conversations">> = {}) {
  const ann = await guest(t);
  const ids: Id<"conversations">[] = [];
  for (let i = 0; i < 2; i++) {
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
    await t.run((ctx) => ctx.db.patch("conversations", conversationId, patch));
    ids.push(conversationId);
  }
  return ids as [Id<"conversations">, Id<"conversations">];
}

const CRONS: Cron[] = [
  {
    name: "follow up",
    run: (t) => t.mutation(internal.workflows.startFollowUps, {}),
    make: async (t) => {
      const [bad, good] = await conversations(t, { silentSince: Date.now() - 3 * DAY });
      poisoned.set(bad, "");
      const isDone = async () => (await get(t, good))!.silentSince === undefined;
      return { bad: [`silence:${bad}`], isDone };
    },
  },
  {
    name: "judge episodes",
    run: (t) => t.mutation(internal.analytics.judge, {}),
    make: async (t) => {
      const ids = await conversations(t);
      const facts = { number: 1, customerMessages: 1, aiAnswers: 1, humanMessages: 0 };
      const times = { contained: true, resolutionMs: 1, resolutionOpenMs: 1, costMicroUsd: 1 };
      const [bad] = await t.run(async (ctx) => {
        const made: string[] = [];
        for (const conversationId of ids) {
          const data = { reason: "customer", episode: { ...facts, ...times } };
          const event = { kind: "event" as const, type: "resolved" as const, conversationId, data };
          made.push(await ctx.db.insert("analytics", event));
        }
        await ctx.db.insert("analytics", { kind: "cursor", upTo: 1 });
        return made;
      });
      vi.setSystemTime(Date.now() + 4 * DAY);
      poisoned.set(ids[0], "episode_judged");
      const isDone = async () => (await events(t, "episode_judged")).length === 1;
      return { bad: [`verdict:${bad}`], isDone };
    },
  },
  {
    name: "roll up events",
    run: (t) => t.mutation(internal.analytics.rollUp, {}),
    make: async (t) => {
      const agentId = await addAgent(t);
      const [bad] = await t.run(async (ctx) => [
        await ctx.db.insert("analytics", { kind: "event", type: "claimed", agentId, data: {} }),
        await ctx.db.insert("analytics", { kind: "event", type: "alerted", data: {} }),
      ]);
      await t.run((ctx) => ctx.db.delete("agents", agentId));
      vi.setSystemTime(Date.now() + HOUR);
      const isDone = async () => {
        const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
        return rows.filter((row) => row.kind === "rollup" && row.counts.alerted === 1).length === 2;
      };
      return { bad: [`count:${bad}`], isDone };
    },
  },
  {
    name: "roll up refusals",
    run: (t) => t.mutation(internal.analytics.rollUp, {}),
    make: async (t) => {
      const count = { name: "refusals", value: 1, ts: Date.now() };
      const [bad] = await t.run(async (ctx) => [
        await ctx.db.insert("rateLimits", { ...count, key: "2020-01-01T10 nonsense 0 x" }),
        await ctx.db.insert("rateLimits", { ...count, key: "2020-01-01T11 limit_hit 0 message" }),
      ]);
      const isDone = async () => (await events(t, "limit_hit")).length === 1;
      return { bad: [`refusal:${bad}`], isDone };
    },
  },
  {
    name: "recover lost replies",
    runs: 2,
    run: (t) => t.mutation(internal.replies.recoverAll, {}),
    make: async (t) => {
      const lost = { kind: "reply", state: "queued", step: "queued", attempt: 1 } as const;
      const lease = { leaseExpiresAt: Date.now() - HOUR };
      const bad = await many(t, 50, "cancelled", { ...lost, ...lease });
      const good = await insert(t, { ...lost, leaseExpiresAt: Date.now() - HOUR + 1 });
      const isDone = async () => (await get(t, good))!.state === "cancelled";
      return { bad: bad.map((id) => `lease:${id}`), isDone };
    },
  },
  {
    name: "rearm lost timers",
    runs: 2,
    run: (t) => t.mutation(internal.workflows.rearmTimers, {}),
    make: async (t) => {
      const lost = { kind: "snooze", state: "running", step: "waiting", attempt: 1 } as const;
      const bad = await many(t, 20, "attempt", { ...lost, dueAt: Date.now() - HOUR });
      const good = await insert(t, { ...lost, dueAt: Date.now() - HOUR + 1 });
      const isDone = async () => (await get(t, good))!.state === "cancelled";
      return { bad: bad.map((id) => `timer:${id}`), isDone };
    },
  },
  {
    name: "begin lost ingests again",
    run: (t) => t.mutation(internal.knowledge.maintain, {}),
    make: async (t) => {
      const lost = { kind: "ingest", state: "running", step: "reading in", attempt: 1 } as const;
      const [bad] = await many(t, 1, "", lost);
      const good = await insert(t, lost);
      vi.setSystemTime(Date.now() + 2 * HOUR);
      const isDone = async () => (await get(t, good))!.step === "lost";
      return { bad: [`ingest:${bad}`], isDone };
    },
  },
  {
    name: "delete stale vectors",
    runs: 2,
    run: (t) => t.mutation(internal.knowledge.maintain, {}),
    make: async (t) => {
      const ids = await t.run(async (ctx) => {
        const made: Id<"knowledge">[] = [];
        for (let i = 0; i <= 40; i++) {
          made.push(await ctx.db.insert("knowledge", { kind: "stale", vectorIds: [] }));
        }
        return made;
      });
      const good = ids.pop()!;
      for (const id of ids) poisoned.set(id, "");
      vi.setSystemTime(Date.now() + HOUR);
      const isDone = async () => (await get(t, good)) === null;
      return { bad: ids.map((id) => `stale:${id}`), isDone };
    },
  },
];

test.each(CRONS)(
  "$name: what fails is listed and stops nothing",
  async ({ make, run, runs = 1 }) => {
    const t = clockedDeployment();
    const { bad, isDone } = await make(t);
    for (let i = 0; i < runs; i++) {
      await run(t);
      await drain(t);
      vi.setSystemTime(Date.now() + 11 * MINUTE);
    }
    expect(await isDone()).toBe(true);
    const listed = await aside(t);
    expect(listed.map(({ about }) => about).sort()).toEqual([...bad].sort());
    expect(listed.every(({ state }) => state === "failed")).toBe(true);
    const { workflows } = await snapshot(t);
    expect((workflows as Workflow[]).some(({ kind }) => kind === "alert")).toBe(true);
  },
);
