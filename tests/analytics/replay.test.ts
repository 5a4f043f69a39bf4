/** The nightly replay: the numbers equal the events, and where they don't, it says where and repairs. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import * as Replay from "../../convex/model/analytics/replay";
import { REPLAY_BATCH } from "../../convex/model/analytics/replay";
import { SETTLE_TIME } from "../../convex/model/analytics/rollups";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { fc, runs } from "../properties";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  passTime,
  snapshot,
  technician,
  type Deployment,
} from "../setup";

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
});

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
type NewEvent = Pick<EventRow, "type" | "data"> & Partial<Pick<EventRow, "agentId">>;

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const insert = (t: Deployment, ...events: NewEvent[]) =>
  t.run(async (ctx) => {
    for (const event of events) await ctx.db.insert("analytics", { kind: "event", ...event });
  });
const drain = (t: Deployment) => t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
async function rollUp(t: Deployment) {
  await t.mutation(internal.analytics.rollUp, {});
  await drain(t);
}
async function check(t: Deployment, args: { full?: boolean } = {}) {
  await t.mutation(internal.analytics.check, args);
  await drain(t);
  return await latestCheck(t);
}
async function latestCheck(t: Deployment) {
  const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
  return rows.filter((row) => row.kind === "check").at(-1);
}
async function rows<K extends Doc<"analytics">["kind"]>(t: Deployment, kind: K) {
  const { analytics } = await snapshot(t);
  return (analytics as Doc<"analytics">[]).filter((row) => row.kind === kind) as Extract<
    Doc<"analytics">,
    { kind: K }
  >[];
}

const finished = (costMicroUsd: number): NewEvent => ({
  type: "reply_finished",
  data: {
    waitedMs: 5,
    first: true,
    usage: { model: "m", promptTokens: 3, completionTokens: 4, totalMs: 5, costMicroUsd },
  },
});

const gap = (question: string): NewEvent => ({ type: "knowledge_gap", data: { question } });
const received: NewEvent = { type: "message_received", data: {} };

/** The shop's midnight in November: New York's. */
const midnightOf = (day: number) => Date.UTC(2026, 10, day, 5);

/** Two days of events, rolled up; it is the third day's morning. */
async function twoDays() {
  const t = clockedDeployment();
  vi.setSystemTime(midnightOf(23) + 10 * HOUR);
  const agentId = await addAgent(t);
  await insert(t, { ...finished(10), agentId }, gap("Weather?"), received);
  later(DAY);
  await insert(t, { ...finished(20), agentId }, gap("weather?"));
  later(DAY - 9 * HOUR);
  // Today is not closed, and counts for the agent's totals all the same.
  await insert(t, { ...finished(30), agentId });
  later(SETTLE_TIME + MINUTE);
  await rollUp(t);
  return { t, agentId };
}

test("what was rolled up equals the events, and the verdict says so", async () => {
  const { t } = await twoDays();
  expect(await check(t)).toMatchObject({ differ: 0, differences: [], events: 5, skipped: [] });
  expect(logged).toEqual([]);
  const dana = await technician(t);
  const { check: shown } = await dana.t.query(api.analytics.overview, { from: 0 });
  expect(shown).toMatchObject({ differ: 0 });
});

test("days in which nothing happened are passed over, and what stands there without an event is found", async () => {
  const { t } = await twoDays();
  later(200 * DAY);
  await rollUp(t);
  const batches = vi.spyOn(Replay, "step");
  expect(await check(t, { full: true })).toMatchObject({ differ: 0, events: 6 });
  // Three days with events, a silent one, the last one.
  expect(batches.mock.calls.length).toBeLessThan(8);
  const start = midnightOf(24) + 100 * DAY;
  for (const period of ["hour", "day"] as const) {
    const id = await t.run((ctx) =>
      ctx.db.insert("analytics", { kind: "rollup", period, start, counts: { rated: 1 } }),
    );
    expect(await check(t, { full: true })).toMatchObject({ differ: 1 });
    await t.run((ctx) => ctx.db.delete("analytics", id));
  }
});

type Corrupt = (ctx: Parameters<Parameters<Deployment["run"]>[0]>[0]) => Promise<void>;
const ofKind = async (ctx: Parameters<Corrupt>[0], kind: "rollup" | "gap") =>
  (await ctx.db.query("analytics").collect()).filter((row) => row.kind === kind);

const CORRUPTIONS: [what: string, corrupt: Corrupt, where: string, key: string][] = [
  [
    "a day's count",
    async (ctx) => {
      const day = (await ofKind(ctx, "rollup")).find(
        (r) => r.kind === "rollup" && r.period === "day",
      );
      await ctx.db.patch("analytics", day!._id, { counts: { message_received: 7 } });
    },
    "day 2026-11-23",
    "message_received",
  ],
  [
    "a missing hour",
    async (ctx) => {
      const hour = (await ofKind(ctx, "rollup")).find(
        (r) => r.kind === "rollup" && r.period === "hour",
      );
      await ctx.db.delete("analytics", hour!._id);
    },
    "hour 2026-11-23T10:00-05:00",
    "message_received",
  ],
  [
    "an hour that nothing happened in",
    async (ctx) => {
      const start = midnightOf(24) + 3 * HOUR;
      const counts = { rated: 1 };
      await ctx.db.insert("analytics", { kind: "rollup", period: "hour", start, counts });
    },
    "hour 2026-11-24T03:00-05:00",
    "rated",
  ],
  [
    "an agent's total",
    async (ctx) => {
      const agent = (await ctx.db.query("agents").first())!;
      const metrics = agent.metrics as { replies: number };
      await ctx.db.patch("agents", agent._id, {
        metrics: { ...agent.metrics, replies: metrics.replies + 1 },
      });
    },
    "agent triage",
    "replies",
  ],
  [
    "how often a question was asked",
    async (ctx) => {
      const [row] = await ofKind(ctx, "gap");
      await ctx.db.patch("analytics", row!._id, { count: 9 });
    },
    "unanswered question",
    "",
  ],
];

test.each(CORRUPTIONS)(
  "%s: found, named, logged and repaired",
  async (_what, corrupt, where, key) => {
    const { t } = await twoDays();
    const before = await snapshot(t);
    await t.run(corrupt);
    const found = (await check(t))!;
    expect(found.differ).toBeGreaterThan(0);
    expect(found.differences.map((one) => one.where)).toContain(where);
    if (key) expect(found.differences).toContainEqual(expect.objectContaining({ where, key }));
    expect(logged.join()).toContain("Numbers differ from the events");
    expect(logged.join().toLowerCase()).not.toContain("weather");

    await t.mutation(internal.analytics.rebuild, {});
    await drain(t);
    expect(await latestCheck(t)).toMatchObject({ repaired: true, differ: found.differ });
    expect(await check(t, { full: true })).toMatchObject({ differ: 0 });
    expect(await numbers(t)).toEqual(numbersOf(before));
  },
);

type Tables = Awaited<ReturnType<typeof snapshot>>;
function numbersOf({ analytics, agents }: Tables) {
  const all = analytics as Doc<"analytics">[];
  return {
    rollups: all
      .flatMap((row) => (row.kind === "rollup" ? [[row.period, row.start, row.counts]] : []))
      .sort(),
    gaps: all.flatMap((row) => (row.kind === "gap" ? [[row.question, row.count]] : [])).sort(),
    agents: (agents as Doc<"agents">[]).map(({ metrics }) => metrics),
  };
}
const numbers = async (t: Deployment) => numbersOf(await snapshot(t));

test("an event that committed behind the roll-up's back is found", async () => {
  const { t } = await twoDays();
  vi.setSystemTime(midnightOf(26) - MINUTE);
  await insert(t, received);
  // Its transaction began before others that were rolled up, and ended after that.
  await t.run(async (ctx) => {
    const cursor = (await ctx.db.query("analytics").collect()).find(
      ({ kind }) => kind === "cursor",
    );
    await ctx.db.patch("analytics", cursor!._id, { upTo: Date.now() + 1 });
  });
  later(HOUR);
  await rollUp(t);
  const lost = { stored: 0, replayed: 1 };
  expect((await check(t))!.differences).toEqual([
    { where: "day 2026-11-25", key: "message_received", ...lost },
    { where: "day 2026-11-25", key: "message_received.at.23", ...lost },
    { where: "hour 2026-11-25T23:00-05:00", key: "message_received", ...lost },
    { where: "hour 2026-11-25T23:00-05:00", key: "message_received.at.23", ...lost },
  ]);
});

test("each night replays the days since, and once a week all of them", async () => {
  const { t } = await twoDays();
  const from = midnightOf(23);
  expect(await check(t)).toMatchObject({ from, to: from + 2 * DAY });
  later(DAY);
  expect(await check(t)).toMatchObject({ from: from + DAY, to: from + 3 * DAY, events: 3 });
  later(7 * DAY);
  expect(await check(t)).toMatchObject({ from, to: from + 10 * DAY, differ: 0 });
});

test("it waits for the roll-up to be done with the day", async () => {
  const t = clockedDeployment();
  await insert(t, received);
  later(DAY);
  await t.mutation(internal.analytics.check, {});
  vi.advanceTimersByTime(1);
  await t.finishInProgressScheduledFunctions();
  expect(await latestCheck(t)).toBeUndefined();
  await t.mutation(internal.analytics.rollUp, {});
  await passTime(6 * MINUTE);
  expect(await latestCheck(t)).toMatchObject({ differ: 0, events: 1 });
});

test("a day of any size is replayed in batches", async () => {
  const t = clockedDeployment();
  await insert(t, ...(Array(2 * REPLAY_BATCH + 1).fill(received) as NewEvent[]));
  later(DAY);
  await rollUp(t);
  expect(await check(t)).toMatchObject({ differ: 0, events: 2 * REPLAY_BATCH + 1 });
});

test("a run that was stopped in a day goes on after a move; one that holds a cursor begins its day again", async () => {
  const t = clockedDeployment();
  vi.setSystemTime(Date.UTC(2026, 10, 23, 10));
  const many = Array.from({ length: REPLAY_BATCH + 20 }, () => received);
  await insert(t, ...many);
  later(DAY + SETTLE_TIME);
  await rollUp(t);
  await t.run((ctx) => Replay.start(ctx, {}));
  expect(await t.run((ctx) => Replay.step(ctx))).toBe(0);
  const [run] = await rows(t, "replay");
  expect(run!.after).toBeGreaterThan(run!.day);
  // As runs of before were stored: no deployment but theirs can read it.
  const { after: _, ...old } = run!;
  await t.run((ctx) =>
    ctx.db.replace("analytics", run!._id, { ...old, cursor: "of another deployment" }),
  );
  while ((await t.run((ctx) => Replay.step(ctx))) !== null);
  expect(await latestCheck(t)).toMatchObject({ differ: 0 });
  const [done] = await rows(t, "replay");
  expect(done).toMatchObject({ state: "done" });
  expect(done).not.toHaveProperty("cursor");
});

test("two starts are one run", async () => {
  const { t } = await twoDays();
  await t.mutation(internal.analytics.check, {});
  await t.mutation(internal.analytics.rebuild, {});
  await drain(t);
  expect(await rows(t, "check")).toHaveLength(1);
});

test("admins read the verdicts, newest first", async () => {
  const { t } = await twoDays();
  const sam = await admin(t);
  await check(t);
  later(DAY);
  await check(t);
  const listed = await sam.t.query(api.analytics.checks, {});
  expect(listed.map(({ to }) => to)).toEqual([midnightOf(26), midnightOf(25)]);
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("event" as const), n: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rollUp" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("check" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("retain" as const) }) },
);

type Step = {
  do: "event" | "rollUp" | "check" | "wait" | "erase" | "retain";
  n?: number;
  hours?: number;
  which?: number;
};

const WHATEVER =
  "whatever happens in whatever order, deletions in between: the replay finds nothing";
test(WHATEVER, { timeout: 120_000 + 2_000 * runs(30) }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30, size: "max" }), async (steps) => {
      const t = clockedDeployment({ RETENTION_EVENT_DAYS: "1" });
      const agentId = await addAgent(t);
      const open: { userId: Id<"users">; conversationId: Id<"conversations"> }[] = [];
      for (let i = 0; i < 4; i++) {
        const one = await customer(t, `customer${i}@example.com`);
        const created = await one.t.mutation(api.conversations.createConversation, {});
        open.push({ userId: one.userId, conversationId: created.conversationId });
      }
      const EVENTS: NewEvent[] = [
        { ...finished(7), agentId },
        gap("Weather?"),
        gap("tvs"),
        { type: "rated", data: { score: 4 } },
        { type: "escalated", data: { reason: "safety" }, agentId },
      ];
      const acts: Record<Step["do"], (step: Step) => Promise<unknown>> = {
        event: async ({ n = 0 }) => {
          later(2 * MINUTE);
          const { conversationId } = open[n % 4]!;
          const event = { kind: "event" as const, conversationId, ...EVENTS[n]! };
          await t.run((ctx) => ctx.db.insert("analytics", event));
        },
        rollUp: () => rollUp(t),
        check: () => check(t),
        wait: ({ hours = 0 }) => Promise.resolve(later(hours * HOUR)),
        erase: async ({ which = 0 }) => {
          await t.mutation(internal.privacy.eraseRest, { userId: open[which]!.userId });
          await drain(t);
        },
        retain: async () => {
          await t.mutation(internal.privacy.startRetention, {});
          await drain(t);
        },
      };
      for (const one of steps) await acts[one.do](one);
      later(DAY + SETTLE_TIME + 1);
      await rollUp(t);
      for (const { differences } of await rows(t, "check")) expect(differences).toEqual([]);
      expect((await check(t, { full: true }))?.differences ?? []).toEqual([]);
    }),
    { numRuns: runs(30) },
  );
});
