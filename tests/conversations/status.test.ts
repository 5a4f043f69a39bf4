/** `conversations.updateConversation` changes the status too: who may which change, and what each one brings about. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { REOPEN_WINDOW } from "../../convex/model/analytics/metrics";
import { SETTLE_TIME } from "../../convex/model/analytics/rollups";
import {
  addAgent,
  addPassage,
  clockedDeployment,
  customer,
  guest,
  messages,
  outcomeOf,
  refusal,
  row,
  runReply,
  runUntil,
  settled,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

/** A Tuesday, 10 in the morning in the shop of the seed. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");
const TOMORROW = TUESDAY + DAY;

let t: Deployment;
let ann: Caller;
let dana: Caller;
let conversationId: Id<"conversations">;

beforeEach(async () => {
  t = clockedDeployment();
  vi.setSystemTime(TUESDAY);
  await addAgent(t);
  await addPassage(t, "Batteries", "A battery costs $89 and takes a day.");
  [ann, dana] = [await customer(t), await technician(t)];
  ({ conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "How much is a battery?" },
  }));
});

type Change = { status?: "open" | "resolved" | "snoozed"; snoozedUntil?: number };
const update = (who: Caller, change: Change) =>
  who.t.mutation(api.conversations.updateConversation, { conversationId, ...change });
const now = () => row(t, conversationId);
const claim = () => dana.t.mutation(api.conversations.claim, { conversationId });
const events = async () =>
  ((await snapshot(t)).analytics as Doc<"analytics">[]).filter((one) => one.kind === "event");
const eventsOf = async (type: string) => (await events()).filter((one) => one.type === type);
const lastLine = async () =>
  (await messages(t, conversationId)).findLast(({ author }) => author.kind === "system")?.text;
const timers = async (kind: string) =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter((one) => one.kind === kind);

const CHANGE: Record<"open" | "resolved" | "snoozed", Change> = {
  open: { status: "open" },
  resolved: { status: "resolved" },
  snoozed: { status: "snoozed", snoozedUntil: TOMORROW },
};

/** From which status, by whom, to which: what it comes to, and the event if it is a change. */
const TRANSITIONS: [
  from: keyof typeof CHANGE,
  by: "customer" | "staff",
  to: keyof typeof CHANGE,
  outcome: string,
  event: string | null,
][] = [
  ["open", "customer", "open", "ok", null],
  ["open", "customer", "resolved", "ok", "resolved"],
  ["open", "customer", "snoozed", "forbidden", null],
  ["resolved", "customer", "open", "ok", "reopened"],
  ["resolved", "customer", "resolved", "ok", null],
  ["resolved", "customer", "snoozed", "forbidden", null],
  ["snoozed", "customer", "open", "conflict", null],
  ["snoozed", "customer", "resolved", "ok", "resolved"],
  ["snoozed", "customer", "snoozed", "forbidden", null],
  ["open", "staff", "open", "ok", null],
  ["open", "staff", "resolved", "ok", "resolved"],
  ["open", "staff", "snoozed", "ok", "snoozed"],
  ["resolved", "staff", "open", "ok", "reopened"],
  ["resolved", "staff", "resolved", "ok", null],
  ["resolved", "staff", "snoozed", "conflict", null],
  ["snoozed", "staff", "open", "ok", "woken"],
  ["snoozed", "staff", "resolved", "ok", "resolved"],
  ["snoozed", "staff", "snoozed", "ok", null],
];

describe.each(TRANSITIONS)("%s, by the %s to %s", (from, by, to, outcome, event) => {
  test(`is ${outcome}, and once`, async () => {
    if (from !== "open") await update(dana, CHANGE[from]);
    const who = by === "customer" ? ann : dana;
    const before = await now();
    const known = (await events()).length;
    expect(await outcomeOf(update(who, CHANGE[to]))).toBe(outcome);
    if (event === null) {
      expect(await now()).toEqual(before);
      expect(await events()).toHaveLength(known);
      return;
    }
    const after = await snapshot(t);
    expect((await now()).status).toBe(to);
    expect((await events()).at(-1)).toMatchObject({
      type: event,
      conversationId,
      actorId: who.userId,
    });
    // A retry that never heard the answer.
    expect(await outcomeOf(update(who, CHANGE[to]))).toBe("ok");
    const { rateLimits: _, ...again } = await snapshot(t);
    const { rateLimits: __, ...first } = after;
    expect(again).toEqual(first);
  });
});

test.each<[string, Change]>([
  ["nothing", {}],
  ["a time alone", { snoozedUntil: TOMORROW }],
  ["a time with another status", { status: "resolved", snoozedUntil: TOMORROW }],
  ["snoozed without a time", { status: "snoozed" }],
  ["a time that is past", { status: "snoozed", snoozedUntil: TUESDAY }],
  ["a time that is too far", { status: "snoozed", snoozedUntil: TUESDAY + 91 * DAY }],
  ["no time at all", { status: "snoozed", snoozedUntil: NaN }],
])("%s is refused in words", async (_what, change) => {
  const before = await now();
  const error = await refusal(update(dana, change));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toMatch(/give a|goes with|until/i);
  expect(await now()).toEqual(before);
});

test("a contact and a status go together, and both or neither are stored", async () => {
  const contact = { name: "Ann Smith" };
  const both = { conversationId, contact };
  await ann.t.mutation(api.conversations.updateConversation, { ...both, status: "resolved" });
  expect(await now()).toMatchObject({ status: "resolved", contact });
  const refused = ann.t.mutation(api.conversations.updateConversation, {
    conversationId,
    contact: { name: "Somebody Else" },
    status: "snoozed",
    snoozedUntil: TOMORROW,
  });
  expect(await outcomeOf(refused)).toBe("forbidden");
  expect((await now()).contact).toEqual(contact);
});

test("another customer's conversation is not there, whatever is to change", async () => {
  const other = await guest(t);
  for (const change of [...Object.values(CHANGE), {}]) {
    expect(await outcomeOf(update(other, change))).toBe("not_found");
  }
});

describe("a customer who closes", () => {
  test("reads it in words of theirs, and no technician is said to have done it", async () => {
    await update(ann, CHANGE.resolved);
    expect(await lastLine()).toBe(
      "You closed this conversation. Write again any time and it opens again.",
    );
    expect(await eventsOf("resolved")).toMatchObject([
      { actorId: ann.userId, data: { reason: "customer", episode: { number: 1 } } },
    ]);
  });

  test("ends the answer that is being written: its writer says no more", async () => {
    const { turn } = await now();
    await update(ann, CHANGE.resolved);
    expect(await now()).toMatchObject({ turn: turn + 1, owner: { kind: "ai" } });
    expect(await now()).not.toHaveProperty("waitingSince");
    const ref = { conversationId, turn, attempt: 1 };
    expect(await t.mutation(internal.replies.begin, ref)).toBeNull();
    expect(await timers("reply")).toMatchObject([{ state: "cancelled" }]);
  });

  test("leaves the queue, and nobody is alerted or given it any more", async () => {
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
    await update(ann, CHANGE.resolved);
    expect(await dana.t.query(api.conversations.queue, { view: "waiting" })).toEqual([]);
    expect(await ann.t.query(api.conversations.position, { conversationId })).toBeNull();
    expect(await timers("handoff")).toMatchObject([{ state: "cancelled" }]);
    await dana.t.mutation(api.users.setAvailability, { available: true });
    await runUntil(t, TUESDAY + HOUR);
    expect(await now()).toMatchObject({ status: "resolved", owner: { kind: "ai" } });
  });

  test("frees the technician who has it: the next one waiting is given", async () => {
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
    await dana.t.mutation(api.users.setAvailability, { available: true, capacity: 1 });
    const bob = await customer(t, "bob@example.com");
    const waits = await bob.t.mutation(api.conversations.createConversation, {
      message: { text: "I want to talk to a human" },
    });
    expect((await row(t, waits.conversationId)).owner.kind).toBe("queue");
    await update(ann, CHANGE.resolved);
    expect(await row(t, waits.conversationId)).toMatchObject({
      owner: { kind: "human", userId: dana.userId },
    });
  });

  test("can't close over a promise: it says what was promised and what to do", async () => {
    await claim();
    const promise = { conversationId, text: "We call you by three.", dueAt: TUESDAY + HOUR };
    await dana.t.mutation(api.conversations.makePromise, promise);
    const before = await now();
    const error = await refusal(update(ann, CHANGE.resolved));
    expect(error).toMatchObject({ code: "conflict", promises: ["We call you by three."] });
    expect(error.message).toMatch(/write that here/);
    expect(await now()).toEqual(before);
    expect(await refusal(update(dana, CHANGE.resolved))).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/Keep it, or drop it/) as string,
    });
    const [timer] = await timers("promise");
    await dana.t.mutation(api.conversations.keepPromise, { workflowId: timer!._id });
    await update(ann, CHANGE.resolved);
    expect((await now()).status).toBe("resolved");
  });

  test("ends a snooze with its timer", async () => {
    await update(dana, CHANGE.snoozed);
    await update(ann, CHANGE.resolved);
    expect(await now()).not.toHaveProperty("timers");
    expect(await now()).not.toHaveProperty("snoozedUntil");
    await runUntil(t, TOMORROW + MINUTE);
    expect((await now()).status).toBe("resolved");
    expect(await timers("snooze")).toMatchObject([{ state: "cancelled" }]);
  });
});

test("a customer who opens it again has a new episode with the AI, which answers their next message", async () => {
  await settled(runReply(t, conversationId));
  await update(ann, CHANGE.resolved);
  await update(ann, CHANGE.open);
  expect(await now()).toMatchObject({ status: "open", episode: 2, owner: { kind: "ai" } });
  expect(await now()).not.toHaveProperty("resolvedAt");
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And a screen?" });
  await settled(runReply(t, conversationId));
  expect((await messages(t, conversationId)).at(-1)).toMatchObject({ author: { kind: "agent" } });
});

test("who is told that a snoozed one stays set aside is told how to go on, and can", async () => {
  await claim();
  await update(dana, CHANGE.snoozed);
  expect((await refusal(update(ann, CHANGE.open))).message).toMatch(/Write to us/);
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "It is urgent now" });
  expect((await now()).status).toBe("open");
});

test("staff set it aside until its time, another time moves it, and take it up before", async () => {
  await claim();
  await update(dana, CHANGE.snoozed);
  await update(dana, { status: "snoozed", snoozedUntil: TUESDAY + HOUR });
  expect(await now()).toMatchObject({ status: "snoozed", snoozedUntil: TUESDAY + HOUR });
  expect((await timers("snooze")).map(({ state }) => state).sort()).toEqual([
    "cancelled",
    "running",
  ]);
  await update(dana, CHANGE.open);
  expect(await now()).toMatchObject({ status: "open", owner: { userId: dana.userId } });
  await runUntil(t, TUESDAY + 2 * HOUR);
  expect(await eventsOf("woken")).toMatchObject([{ actorId: dana.userId }]);
  await update(dana, CHANGE.snoozed);
  await runUntil(t, TOMORROW + MINUTE);
  expect(await eventsOf("woken")).toHaveLength(2);
});

describe("the figures of an episode that its customer closes", () => {
  const judged = async () => {
    vi.setSystemTime(Date.now() + REOPEN_WINDOW + SETTLE_TIME + MINUTE);
    await t.mutation(internal.analytics.rollUp, {});
    await t.mutation(internal.analytics.judge, {});
    return (await eventsOf("episode_judged")).map(({ data }) => data.reason);
  };
  const contained = async () => (await eventsOf("resolved"))[0]!.data.episode!.contained;

  test("answered by the AI alone: contained, and their closing says that it is solved", async () => {
    await settled(runReply(t, conversationId));
    await update(ann, CHANGE.resolved);
    expect(await contained()).toBe(true);
    expect(await judged()).toEqual(["verified"]);
  });

  test("with a question left unanswered: they gave up, so nothing says that it is solved", async () => {
    await settled(runReply(t, conversationId));
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And a screen?" });
    await update(ann, CHANGE.resolved);
    expect(await contained()).toBe(true);
    expect(await judged()).toEqual(["no_signal"]);
  });

  test("without any answer, or from the queue: not contained", async () => {
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
    await update(ann, CHANGE.resolved);
    expect(await contained()).toBe(false);
    expect(await judged()).toEqual(["not_contained"]);
  });

  test("opened again by them: no resolution", async () => {
    await settled(runReply(t, conversationId));
    await update(ann, CHANGE.resolved);
    await update(ann, CHANGE.open);
    expect(await judged()).toEqual(["reopened"]);
  });
});
