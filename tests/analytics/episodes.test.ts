/** Resolved episodes end to end: what the event carries, and what it is judged to be 72 hours later. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { REOPEN_WINDOW } from "../../convex/model/analytics/metrics";
import { JUDGE_BATCH } from "../../convex/model/desk/resolutions";
import { SETTLE_TIME } from "../../convex/model/analytics/rollups";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import {
  addAgent,
  addPassage,
  clockedDeployment,
  customer,
  type Deployment,
  row,
  runReply,
  settled,
  snapshot,
  technician,
} from "../setup";

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
const forget = (t: Deployment) =>
  t.run(async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").collect()) {
      await ctx.scheduler.cancel(job._id);
    }
  });
async function eventsOf(t: Deployment, type: string) {
  const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
  return rows.filter((row) => row.kind === "event").filter((row) => row.type === type);
}

/** A question that the AI has answered, in a conversation that Dana then closes. */
async function answered() {
  const t = clockedDeployment();
  // A Monday, 10:00 in New York.
  vi.setSystemTime(Date.parse("2026-11-23T10:00:00-05:00"));
  await addAgent(t);
  await addPassage(t, "Batteries", "A battery costs $89 and takes a day.");
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "How much is a battery?" },
  });
  await settled(runReply(t, conversationId));
  await forget(t);
  const as = { conversationId };
  return { t, ann, dana, as, resolve: () => dana.t.mutation(api.conversations.resolve, as) };
}
type World = Awaited<ReturnType<typeof answered>>;

async function judge({ t }: World) {
  await t.mutation(internal.analytics.rollUp, {});
  await t.mutation(internal.analytics.judge, {});
  await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
  return await eventsOf(t, "episode_judged");
}

test("a resolution carries what the episode came to: no text, and nothing of the one before", async () => {
  const world = await answered();
  const { t, ann, dana, as } = world;
  later(HOUR);
  await world.resolve();
  await ann.t.mutation(api.messages.sendMessage, { ...as, text: "It came back" });
  await forget(t);
  await ann.t.mutation(api.conversations.escalateConversation, as);
  await dana.t.mutation(api.conversations.claim, as);
  await dana.t.mutation(api.messages.sendStaffMessage, { ...as, text: "Bring it in" });
  const until = Date.now() + 22 * HOUR;
  await dana.t.mutation(api.conversations.snooze, { ...as, until });
  later(22 * HOUR);
  const timerId = (await row(t, as.conversationId)).timers!.snooze!;
  await t.mutation(internal.workflows.fire, { ref: { timerId, attempt: 1 }, nth: 0 });
  later(HOUR);
  await world.resolve();
  const [first, second] = await eventsOf(t, "resolved");
  expect(first!.data).toMatchObject({
    reason: "staff",
    episode: { number: 1, contained: true, aiAnswers: 1, humanMessages: 0, customerMessages: 1 },
  });
  expect(first!.data.episode!.costMicroUsd).toBeGreaterThan(0);
  expect(second!.data.episode).toEqual({
    number: 2,
    contained: false,
    aiAnswers: 0,
    humanMessages: 1,
    customerMessages: 1,
    handoff: "customer_request",
    resolutionMs: HOUR,
    resolutionOpenMs: HOUR,
    costMicroUsd: 0,
  });
});

test("an episode is judged once its 72 hours are over, not before, and once", async () => {
  const world = await answered();
  await world.resolve();
  await world.ann.t.mutation(api.conversations.rate, { ...world.as, score: 5 });
  later(REOPEN_WINDOW - MINUTE);
  expect(await judge(world)).toEqual([]);
  later(2 * MINUTE + SETTLE_TIME);
  expect(await judge(world)).toMatchObject([
    { data: { reason: "verified", judged: { rated: true } } },
  ]);
  later(DAY);
  expect(await judge(world)).toHaveLength(1);
});

test("reopened within 72 hours it is no resolution; the new episode is judged by itself", async () => {
  const world = await answered();
  const { t, ann, as } = world;
  await world.resolve();
  await ann.t.mutation(api.conversations.rate, { ...as, score: 5 });
  later(2 * DAY);
  await ann.t.mutation(api.messages.sendMessage, { ...as, text: "It came back" });
  await settled(runReply(t, as.conversationId));
  await forget(t);
  await world.resolve();
  await ann.t.mutation(api.conversations.rate, { ...as, score: 2 });
  later(REOPEN_WINDOW + SETTLE_TIME + 1);
  const judged = await judge(world);
  expect(judged.map(({ data }) => data.reason)).toEqual(["reopened", "unhappy"]);
});

test("a deleted conversation is not judged: nobody can know whether it came back", async () => {
  const world = await answered();
  await world.resolve();
  await world.t.mutation(internal.privacy.eraseRest, { userId: world.ann.userId });
  await world.t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
  later(REOPEN_WINDOW + SETTLE_TIME + 1);
  expect(await judge(world)).toEqual([]);
  // That it was resolved, and how, stays counted.
  expect((await eventsOf(world.t, "resolved"))[0]!.data.episode).toMatchObject({ contained: true });
});

test("an empty conversation is not judged, and more than a batch are judged in one go", async () => {
  const world = await answered();
  const { t, dana, ann } = world;
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  await world.resolve();
  const [empty, full] = await eventsOf(t, "resolved");
  expect(empty!.data.episode).toMatchObject({ customerMessages: 0 });
  const { _id, _creationTime, ...copy } = full!;
  await t.run(async (ctx) => {
    for (let i = 0; i < JUDGE_BATCH; i++) await ctx.db.insert("analytics", copy);
  });
  later(REOPEN_WINDOW + SETTLE_TIME + 1);
  expect(await judge(world)).toHaveLength(JUDGE_BATCH + 1);
});

test("the overview derives the numbers from what was counted", async () => {
  const world = await answered();
  later(HOUR);
  await world.resolve();
  later(REOPEN_WINDOW + SETTLE_TIME + 1);
  await judge(world);
  later(2 * SETTLE_TIME);
  await world.t.mutation(internal.analytics.rollUp, {});
  const { metrics } = await world.dana.t.query(api.analytics.overview, { from: 0 });
  expect(metrics).toMatchObject({
    episodesBegun: 1,
    episodesResolved: 1,
    containment: { value: 1, of: 1 },
    verifiedResolutions: { value: 0, of: 1 },
    csat: { value: null, of: 0 },
    csatResponseRate: { value: 0, of: 1 },
    firstResponseHumanMs: { value: null, of: 0 },
    costPerVerifiedResolutionMicroUsd: { value: null, of: 0 },
  });
  expect(metrics.firstResponseAiMs.of).toBe(1);
  const days = await world.dana.t.query(api.analytics.series, { period: "day", from: 0 });
  expect(days[0]!.metrics.episodesResolved).toBe(1);
});
