/** Events of every state change, and roll-ups that equal a replay of them. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { ROLLUP_BATCH, SETTLE_TIME } from "../../convex/model/analytics/rollups";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { fc, runs } from "../properties";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  deployment,
  page,
  queryCost,
  snapshot,
  technician,
  type Deployment,
} from "../setup";

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
type NewEvent = Pick<EventRow, "type" | "data"> & { agentId?: Id<"agents"> };

async function ofKind<K extends Doc<"analytics">["kind"]>(t: Deployment, kind: K) {
  const { analytics } = await snapshot(t);
  return (analytics as Doc<"analytics">[]).filter((row) => row.kind === kind) as Extract<
    Doc<"analytics">,
    { kind: K }
  >[];
}

const insert = (t: Deployment, events: NewEvent[]) =>
  t.run(async (ctx) => {
    for (const event of events) await ctx.db.insert("analytics", { kind: "event", ...event });
  });

const rollUp = async (t: Deployment) => {
  await t.mutation(internal.analytics.rollUp, {});
  await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
};
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const gap = (question: string): NewEvent => ({ type: "knowledge_gap", data: { question } });

test("every change of a conversation's state is one event, in order", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  const as = { conversationId };
  await ann.t.mutation(api.messages.sendMessage, { ...as, text: "Hello" });
  await ann.t.mutation(api.conversations.escalateConversation, as);
  await dana.t.mutation(api.conversations.claim, as);
  await dana.t.mutation(api.messages.sendStaffMessage, { ...as, text: "Hi" });
  const sam = await admin(t);
  await sam.t.mutation(api.users.setAvailability, { available: true });
  await dana.t.mutation(api.conversations.assign, { ...as, userId: sam.userId });
  await dana.t.mutation(api.conversations.release, as);
  await dana.t.mutation(api.conversations.resolve, as);
  await ann.t.mutation(api.conversations.rate, { ...as, score: 4 });
  await dana.t.mutation(api.conversations.reopen, as);
  const all = await ofKind(t, "event");
  // Whether somebody is alerted at once depends on the hour.
  const events = all.filter(({ type }) => type !== "shift_started" && type !== "alerted");
  expect(events.map(({ type }) => type)).toEqual([
    "conversation_created",
    "message_received",
    "escalated",
    "claimed",
    "staff_replied",
    "assigned",
    "released",
    "resolved",
    "rated",
    "reopened",
  ]);
  expect(events.every((event) => event.conversationId === conversationId)).toBe(true);
});

const usage = fc.record(
  {
    model: fc.constant("m"),
    promptTokens: fc.nat(1000),
    completionTokens: fc.nat(1000),
    costMicroUsd: fc.nat(1000),
    firstTokenMs: fc.nat(1000),
    totalMs: fc.nat(1000),
  },
  { requiredKeys: ["model", "promptTokens", "completionTokens", "costMicroUsd", "totalMs"] },
);
const anEvent: fc.Arbitrary<Omit<NewEvent, "agentId"> & { ofAgent?: number }> = fc.oneof(
  fc.record({
    type: fc.constantFrom("reply_finished" as const, "reply_failed" as const),
    data: fc.record({ usage }, { requiredKeys: [] }),
    ofAgent: fc.nat(1),
  }),
  fc.record({
    type: fc.constantFrom("escalated" as const, "claimed" as const),
    data: fc.record(
      { reason: fc.constantFrom("safety", "no_source"), waitedMs: fc.nat(1000) },
      { requiredKeys: [] },
    ),
    ofAgent: fc.nat(1),
  }),
  fc.record({
    type: fc.constant("rated" as const),
    data: fc.record({ score: fc.integer({ min: 1, max: 5 }) }),
  }),
  fc.record({
    type: fc.constant("knowledge_gap" as const),
    data: fc.record({
      question: fc.constantFrom("do you sell tvs", "Do you  sell TVs", "weather"),
    }),
  }),
);
const history = fc.array(
  fc.record({
    event: anEvent,
    gapMs: fc.integer({ min: 1, max: 8 * HOUR }),
    rollUpAfter: fc.boolean(),
  }),
  { maxLength: 25 },
);

const newYork = new Intl.DateTimeFormat("en-CA", {
  ...{ timeZone: "America/New_York", year: "numeric", month: "2-digit", day: "2-digit" },
  ...{ hour: "2-digit", hourCycle: "h23", timeZoneName: "short" },
});
/** The day, or the hour, that the shop's clock shows. */
const shownAt = (at: number, period: "hour" | "day") =>
  period === "hour" ? newYork.format(at) : newYork.format(at).slice(0, 10);

/** The totals of some events, counted in the plainest way. */
function replay(events: EventRow[]): Record<string, number> {
  const sum: Record<string, number> = {};
  const add = (key: string, by: number | undefined) => {
    if (by !== undefined) sum[key] = (sum[key] ?? 0) + by;
  };
  for (const { type, data, agentId } of events) {
    add(type, 1);
    if (data.usage) add(`cost.${data.usage.model}`, data.usage.costMicroUsd);
    if (agentId !== undefined && /^(reply_finished|reply_failed|escalated)$/.test(type))
      add(`agent.${agentId}.${type}`, 1);
    if (agentId !== undefined && data.usage)
      add(`agent.${agentId}.costMicroUsd`, data.usage.costMicroUsd);
    if (type === "escalated" && data.reason) add(`escalated.${data.reason}`, 1);
    if (type === "rated") {
      add("ratingSum", data.score);
      add("rated.satisfied", data.score === 4 || data.score === 5 ? 1 : 0);
    }
    add("promptTokens", data.usage?.promptTokens);
    add("completionTokens", data.usage?.completionTokens);
    add("costMicroUsd", data.usage?.costMicroUsd);
    if (type === "reply_finished") {
      add("replyTotalMs", data.usage?.totalMs);
      add("firstTokenMs", data.usage?.firstTokenMs);
      add("firstTokens", data.usage?.firstTokenMs === undefined ? undefined : 1);
    }
    add(`${type}.waitedMs`, data.waitedMs);
    add(`${type}.waits`, data.waitedMs === undefined ? undefined : 1);
  }
  return sum;
}

function sumOf(events: EventRow[], measure: "firstTokenMs" | "totalMs") {
  const measured = events.map(({ data }) => data.usage?.[measure]).filter((ms) => ms !== undefined);
  return { sum: measured.reduce((sum, ms) => sum + ms, 0), count: measured.length };
}

test("roll-ups, gaps and agents' totals equal a replay of the events, wherever batches end", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const t = clockedDeployment();
      const agents = [await addAgent(t), await addAgent(t, { slug: "second" })];
      for (const { event, gapMs, rollUpAfter } of steps) {
        later(gapMs);
        const { ofAgent, ...fields } = event;
        await insert(t, [
          { ...fields, agentId: ofAgent === undefined ? undefined : agents[ofAgent] },
        ]);
        if (rollUpAfter) await rollUp(t);
      }
      later(SETTLE_TIME + 1);
      await rollUp(t);
      await rollUp(t);
      const events = await ofKind(t, "event");
      for (const period of ["hour", "day"] as const) {
        const rolled = (await ofKind(t, "rollup")).filter((row) => row.period === period);
        const shown = rolled.map(({ start }) => shownAt(start, period));
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.sort()).toEqual(
          [...new Set(events.map((row) => shownAt(row._creationTime, period)))].sort(),
        );
        for (const { start, counts } of rolled) {
          const within = events.filter(
            (row) => shownAt(row._creationTime, period) === shownAt(start, period),
          );
          expect(counts).toEqual(replay(within));
        }
      }
      const asked = events.filter(({ type }) => type === "knowledge_gap").length;
      const gaps = await ofKind(t, "gap");
      expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(asked);
      expect(gaps.length).toBeLessThanOrEqual(2);
      const metrics = (await snapshot(t)).agents as Doc<"agents">[];
      for (const { _id, metrics: totals } of metrics) {
        const own = events.filter(({ agentId }) => agentId === _id);
        const of = (type: string) => own.filter((event) => event.type === type);
        expect(totals).toMatchObject({
          replies: of("reply_finished").length,
          failures: of("reply_failed").length,
          handoffs: of("escalated").length,
          costMicroUsd: own.reduce((sum, { data }) => sum + (data.usage?.costMicroUsd ?? 0), 0),
          // Replies without a word have no first token: they must not make the mean look better.
          firstTokenMs: sumOf(of("reply_finished"), "firstTokenMs"),
          totalMs: sumOf(of("reply_finished"), "totalMs"),
        });
      }
    }),
    { numRuns: runs(25) },
  );
});

test("more events than a batch are rolled up in one go, each once", async () => {
  const t = clockedDeployment();
  await insert(t, Array(ROLLUP_BATCH + 7).fill(gap("weather")) as NewEvent[]);
  later(SETTLE_TIME + MINUTE);
  await rollUp(t);
  expect(await ofKind(t, "gap")).toMatchObject([{ count: ROLLUP_BATCH + 7 }]);
  expect(await ofKind(t, "cursor")).toHaveLength(1);
});

test("events that may still have an earlier neighbour wait for the next run", async () => {
  const t = clockedDeployment();
  await insert(t, [gap("weather")]);
  later(SETTLE_TIME - 1);
  await rollUp(t);
  expect(await ofKind(t, "rollup")).toEqual([]);
  later(2);
  await rollUp(t);
  expect(await ofKind(t, "rollup")).toHaveLength(2);
});

test("unanswered questions come most frequent first, without regard to case and spaces", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await insert(t, [gap("Weather?"), gap("tvs"), gap("TVs"), gap(" tvs "), gap("weather?")]);
  later(HOUR);
  await rollUp(t);
  expect(await dana.t.query(api.knowledge.gaps, {})).toMatchObject([
    { question: "tvs", count: 3 },
    { question: "weather?", count: 2 },
  ]);
});

test("the overview reads roll-ups only: it costs days, not events", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const from = Date.now();
  await insert(t, Array(60).fill(gap("weather")) as NewEvent[]);
  const before = await dana.t.query(api.analytics.overview, { from });
  expect(before.counts).toEqual({});
  later(HOUR);
  await rollUp(t);
  const after = await dana.t.query(api.analytics.overview, { from });
  expect(after.counts).toEqual({ knowledge_gap: 60 });
  expect(shownAt(after.from, "day")).toBe(shownAt(from, "day"));
  expect(shownAt(after.from - 1, "day")).not.toBe(shownAt(from, "day"));
  const cost = await queryCost(dana, api.analytics.overview, { from });
  expect(cost.documentsRead).toBeLessThanOrEqual(4);
});

test("a series has one row per period, oldest first, from the given day on", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  for (let i = 0; i < 3; i++) {
    await insert(t, [gap("weather")]);
    later(DAY);
  }
  await rollUp(t);
  const from = Date.now() - 2 * DAY;
  const days = await dana.t.query(api.analytics.series, { period: "day", from });
  expect(days.map(({ counts }) => counts)).toEqual(Array(2).fill({ knowledge_gap: 1 }));
  expect(days[0]!.start).toBeLessThan(days[1]!.start);
});

test("events are listed latest first, of one type or conversation", async () => {
  const t = deployment();
  const [ann, sam] = [await customer(t), await admin(t)];
  const start = () => ann.t.mutation(api.conversations.createConversation, {});
  const { conversationId } = await start();
  await start();
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  const list = async (filter: { type?: "escalated"; conversationId?: Id<"conversations"> }) => {
    const paginationOpts = page();
    const listed = await sam.t.query(api.analytics.events, { ...filter, paginationOpts });
    return listed.page.map(({ type }) => type).filter((type) => type !== "alerted");
  };
  const created = "conversation_created";
  expect(await list({})).toEqual(["escalated", created, created]);
  expect(await list({ type: "escalated" })).toEqual(["escalated"]);
  expect(await list({ conversationId })).toEqual(["escalated", created]);
  expect(await list({ conversationId, type: "escalated" })).toEqual(["escalated"]);
});

test("the audit log has acts without what the chats do, by actor, with names as long as there are any", async () => {
  const t = deployment();
  const [ann, dana, sam] = [await customer(t), await technician(t), await admin(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await sam.t.mutation(api.users.setBlocked, { userId: ann.userId, blocked: true, reason: "spam" });
  await t.mutation(internal.cli.noteBackup, { withFiles: true });
  const list = async (filter: { acts?: boolean; actorId?: Id<"users">; type?: "claimed" }) => {
    const paginationOpts = page();
    const listed = await sam.t.query(api.analytics.events, { ...filter, paginationOpts });
    return listed.page.map(({ type, actor, subject }) => [type, actor, subject]);
  };
  const blocked = ["blocked", "Sam", "Ann"];
  const claimed = ["claimed", "Dana", undefined];
  expect(await list({ acts: true })).toEqual([
    ["backup_made", undefined, undefined],
    blocked,
    claimed,
  ]);
  expect(await list({ actorId: dana.userId })).toEqual([claimed]);
  expect(await list({ actorId: sam.userId, type: "claimed" })).toEqual([]);
  await t.run((ctx) => ctx.db.patch("users", ann.userId, { name: undefined, email: undefined }));
  expect(await list({ actorId: sam.userId })).toEqual([["blocked", "Sam", undefined]]);
});
