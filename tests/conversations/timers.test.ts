/** Durable timers of conversations: they act once, at their time, and not when they have become moot. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { OVERDUE_AFTER } from "../../convex/model/conversations/timers";
import {
  admin,
  clockedDeployment,
  control,
  customer,
  messages,
  outcomeOf,
  refusal,
  row,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

/** A Tuesday, 10 in the morning in the shop of the seed. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");

let t: Deployment;
/** The mailbox is shared with tests that run at the same time. */
let sender: string;
beforeEach(() => {
  sender = `${crypto.randomUUID()}@shop.example`;
  t = clockedDeployment({ EMAIL_FROM: sender });
  vi.setSystemTime(TUESDAY);
});

const after = (ms: number) => runUntil(t, TUESDAY + ms);
const processes = async (kind: Doc<"workflows">["kind"]) =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter((one) => one.kind === kind);
const systemLines = async (id: Id<"conversations">) =>
  (await messages(t, id)).filter(({ author }) => author.kind === "system").map(({ text }) => text);
const eventsOf = async (type: string) =>
  ((await snapshot(t)).analytics as { type?: string }[]).filter((one) => one.type === type).length;

async function queued(caller: Caller): Promise<Id<"conversations">> {
  const { conversationId } = await caller.t.mutation(api.conversations.createConversation, {});
  await caller.t.mutation(api.conversations.escalateConversation, { conversationId });
  return conversationId;
}

/** Dana has it and has answered. */
async function answered(ann: Caller, dana: Caller): Promise<Id<"conversations">> {
  const conversationId = await queued(ann);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "Try this." });
  return conversationId;
}

type Mail = { from: string; to: string[]; subject: string; text: string };
const mails = async () =>
  ((await control("/emails")) as { emails: Mail[] }).emails.filter(({ from }) => from === sender);

describe("a hand-off that nobody claims", () => {
  test("alerts technicians at once, again after five minutes, and tells the customer once", async () => {
    const ann = await customer(t);
    await technician(t);
    const conversationId = await queued(ann);
    await after(4 * MINUTE);
    expect(await processes("handoff")).toMatchObject([{ state: "running", alerts: 1, fires: 1 }]);
    expect(await mails()).toHaveLength(1);
    await after(6 * MINUTE);
    const lines = await systemLines(conversationId);
    expect(lines.at(-1)).toContain("Nobody has been free");
    // Her address is known.
    expect(lines.at(-1)).not.toContain("phone number");
    await after(3 * HOUR);
    expect(await systemLines(conversationId)).toEqual(lines);
    expect(await processes("handoff")).toMatchObject([{ state: "running", alerts: 4 }]);
    expect(await mails()).toHaveLength(4);
  });

  test("has asked for the alert with the hand-off; its timer's one job is for when nobody has come", async () => {
    await technician(t);
    await queued(await customer(t));
    expect(await processes("alert")).toMatchObject([{ state: "running", dueAt: TUESDAY }]);
    expect(await processes("handoff")).toMatchObject([{ alerts: 1, fires: 1 }]);
    expect(await eventsOf("alerted")).toBe(1);
    const jobs = await t.run(({ db }) => db.system.query("_scheduled_functions").collect());
    const waiting = jobs.filter(({ state }) => state.kind === "pending");
    expect(waiting.map(({ name, scheduledTime }) => [name, scheduledTime - TUESDAY])).toEqual(
      expect.arrayContaining([
        ["workflows:sendAlert", 0],
        ["workflows:resumeTimer", 5 * MINUTE],
      ]),
    );
    expect(waiting.filter(({ name }) => name === "workflows:resumeTimer")).toHaveLength(1);
  });

  test("calls nobody when the rules have given it to somebody at once", async () => {
    const dana = await technician(t);
    await dana.t.mutation(api.users.setAvailability, { available: true });
    const conversationId = await queued(await customer(t));
    expect((await row(t, conversationId)).owner.kind).toBe("human");
    expect(await processes("alert")).toEqual([]);
  });

  test("is over with the claim: nothing more is said or sent", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await queued(ann);
    await dana.t.mutation(api.conversations.claim, { conversationId });
    expect(await row(t, conversationId)).not.toHaveProperty("timers");
    await after(DAY);
    expect(await processes("handoff")).toMatchObject([{ state: "cancelled", fires: 1 }]);
    expect(await mails()).toEqual([]);
    expect(await systemLines(conversationId)).toHaveLength(2);
  });

  test("keeps its timer while the customer adds details", async () => {
    const ann = await customer(t);
    const conversationId = await queued(ann);
    const { timers } = await row(t, conversationId);
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "It is a laptop." });
    expect((await row(t, conversationId)).timers).toEqual(timers);
    expect(await processes("handoff")).toHaveLength(1);
  });

  test("in a storm each technician gets one e-mail in two minutes, which says how many wait", async () => {
    await technician(t);
    for (let i = 0; i < 12; i++) await queued(await customer(t, `c${i}@example.com`));
    await after(MINUTE);
    const first = await mails();
    expect(first.length).toBeLessThanOrEqual(1);
    await after(4 * MINUTE);
    const all = await mails();
    expect(all.length).toBeLessThanOrEqual(2);
    expect(all.at(-1)!.subject).toContain("12 conversations wait");
    const canary = JSON.stringify(all);
    expect(canary).not.toContain("c1@example.com");
    expect(canary).not.toContain("Ann");
  });

  test("two minutes pass between two digests, and the second says what came meanwhile", async () => {
    await technician(t);
    await queued(await customer(t));
    await after(30_000);
    await queued(await customer(t, "bob@example.com"));
    await after(110_000);
    expect((await mails()).map(({ subject }) => subject)).toEqual([
      "1 conversation waits for a technician",
    ]);
    await after(150_000);
    const subjects = (await mails()).map(({ subject }) => subject).sort();
    expect(subjects).toEqual([
      "1 conversation waits for a technician",
      "2 conversations wait for a technician",
    ]);
  });

  test("without e-mail the digest says so, and the wait goes on", async () => {
    vi.stubEnv("RESEND_API_KEY", "");
    await technician(t);
    await queued(await customer(t));
    await after(2 * MINUTE);
    expect(await processes("alert")).toMatchObject([
      { state: "done", step: expect.stringContaining("not configured") as string },
    ]);
    expect(await processes("handoff")).toMatchObject([{ state: "running" }]);
  });
});

describe("a snooze", () => {
  test("ends at its time, back with whom it belonged, once", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    const until = TUESDAY + 3 * HOUR;
    await dana.t.mutation(api.conversations.snooze, { conversationId, until });
    await after(3 * HOUR - 1_000);
    expect(await row(t, conversationId)).toMatchObject({ status: "snoozed" });
    await after(3 * HOUR + 2_000);
    expect(await row(t, conversationId)).toMatchObject({
      status: "open",
      owner: { kind: "human", userId: dana.userId },
      unreadByStaff: 1,
    });
    expect(await eventsOf("woken")).toBe(1);
    expect(await processes("snooze")).toMatchObject([{ state: "done", step: "woken" }]);
  });

  test("of somebody who may not answer any more ends in the queue, at its old place, with a timer", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    const { owner } = await row(t, conversationId);
    await dana.t.mutation(api.conversations.snooze, {
      conversationId,
      until: TUESDAY + HOUR,
    });
    // As after a batch of cases that was too large to give all of them back at once.
    await t.run((ctx) => ctx.db.patch("users", dana.userId, { blockedAt: 1 }));
    await after(HOUR + 2_000);
    const woken = await row(t, conversationId);
    expect(woken.owner).toEqual({ kind: "queue", since: owner.kind === "human" && owner.since });
    expect(woken.timers?.handoff).toBeDefined();
  });

  test("that is set again ends at the new time only", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    for (const hours of [1, 2]) {
      const until = TUESDAY + hours * HOUR;
      await dana.t.mutation(api.conversations.snooze, { conversationId, until });
    }
    await after(1.5 * HOUR);
    expect(await row(t, conversationId)).toMatchObject({ status: "snoozed" });
    await after(2 * HOUR + 2_000);
    expect(await row(t, conversationId)).toMatchObject({ status: "open" });
    expect((await processes("snooze")).map(({ state }) => state)).toEqual(["cancelled", "done"]);
  });

  test.each(["message", "claim", "resolve", "cancel"] as const)("ends with %s", async (by) => {
    const [ann, dana, sam] = [await customer(t), await technician(t), await admin(t)];
    const conversationId = await answered(ann, dana);
    await dana.t.mutation(api.conversations.snooze, { conversationId, until: TUESDAY + HOUR });
    const [{ _id: workflowId }] = (await processes("snooze")) as [Doc<"workflows">];
    await {
      message: () => ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Hello?" }),
      claim: () => sam.t.mutation(api.conversations.assign, { conversationId, userId: sam.userId }),
      resolve: () => dana.t.mutation(api.conversations.resolve, { conversationId }),
      cancel: () => dana.t.mutation(api.workflows.cancel, { workflowId }),
    }[by]();
    expect((await row(t, conversationId)).status).toBe(by === "resolve" ? "resolved" : "open");
    expect(await processes("snooze")).toMatchObject([{ state: "cancelled" }]);
    const before = await row(t, conversationId);
    await after(2 * HOUR);
    expect(await row(t, conversationId)).toEqual(before);
  });
});

describe("a promise", () => {
  const promise = (dana: Caller, conversationId: Id<"conversations">, dueAt = TUESDAY + HOUR) =>
    dana.t.mutation(api.conversations.makePromise, {
      conversationId,
      text: "We call you by eleven.",
      dueAt,
    });

  test("is seen by both sides, due soonest first, until it is kept", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    const later = await promise(dana, conversationId, TUESDAY + 2 * HOUR);
    const sooner = await promise(dana, conversationId);
    const seen = await ann.t.query(api.conversations.get, { conversationId });
    expect(seen.promises).toMatchObject([{ workflowId: later }, { workflowId: sooner }]);
    const listed = await dana.t.query(api.conversations.promises, {});
    expect(listed.map(({ workflowId }) => workflowId)).toEqual([sooner, later]);
    expect(listed[0]).toMatchObject({ by: "Dana", text: "We call you by eleven." });
    for (const workflowId of [sooner, later]) {
      await dana.t.mutation(api.conversations.keepPromise, { workflowId });
    }
    expect(await dana.t.query(api.conversations.promises, {})).toEqual([]);
    const before = await row(t, conversationId);
    expect(before).not.toHaveProperty("promises");
    await after(DAY);
    expect(await row(t, conversationId)).toEqual(before);
    expect((await processes("promise")).map(({ state }) => state)).toEqual(["done", "done"]);
  });

  test("that is late is told to the customer and its owner once, and stays listed until kept", async () => {
    const [ann, dana, sam] = [await customer(t), await technician(t), await admin(t)];
    const conversationId = await answered(ann, dana);
    const workflowId = await promise(dana, conversationId);
    await after(HOUR + 5_000);
    expect((await systemLines(conversationId)).at(-1)).toContain("by 11:00 AM EST and are late");
    expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "human" } });
    expect(
      (await mails())
        .map(({ to }) => to)
        .flat()
        .sort(),
    ).toEqual(["dana@shop.example", "owner@shop.example"]);
    await after(DAY);
    expect(await eventsOf("promise_late")).toBe(1);
    const [late] = await sam.t.query(api.conversations.promises, {});
    expect(late).toMatchObject({ workflowId, lateAt: expect.any(Number) as number });
    expect(await outcomeOf(sam.t.mutation(api.workflows.retry, { workflowId }))).toBe("conflict");
    await sam.t.mutation(api.conversations.keepPromise, { workflowId });
    expect(await processes("promise")).toMatchObject([{ state: "done", step: "kept late" }]);
  });

  test("that is late and nobody's goes to the queue as urgent", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    await dana.t.mutation(api.conversations.release, { conversationId });
    await promise(dana, conversationId);
    await after(HOUR + 5_000);
    expect(await row(t, conversationId)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "promise_late", urgency: "high" },
    });
  });

  test("keeps the conversation from being closed, unless it is dropped with it", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    await promise(dana, conversationId);
    const resolve = (dropPromises?: boolean) =>
      dana.t.mutation(api.conversations.resolve, { conversationId, dropPromises });
    expect(await refusal(resolve())).toMatchObject({
      code: "conflict",
      promises: ["We call you by eleven."],
    });
    await resolve(true);
    expect(await row(t, conversationId)).not.toHaveProperty("promises");
    expect(await processes("promise")).toMatchObject([{ state: "cancelled" }]);
    expect(await systemLines(conversationId)).toContainEqual(
      expect.stringMatching(/“We call you by eleven\.”, due .* E[SD]T\. That no longer stands/),
    );
    await after(2 * HOUR);
    expect(await eventsOf("promise_late")).toBe(0);
  });

  test("that is dropped is taken back in words, as something new", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    const workflowId = await promise(dana, conversationId);
    const { unreadByCustomer } = await row(t, conversationId);
    await dana.t.mutation(api.workflows.cancel, { workflowId });
    expect(await systemLines(conversationId)).toContainEqual(
      expect.stringMatching(/“We call you by eleven\.”.*no longer stands/),
    );
    expect(await row(t, conversationId)).toMatchObject({ unreadByCustomer: unreadByCustomer + 1 });
  });

  test("takes a time within 30 days, and five at a time", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    for (const dueAt of [TUESDAY, TUESDAY + 30 * DAY, NaN, -1]) {
      expect(await outcomeOf(promise(dana, conversationId, dueAt))).toBe("invalid_input");
    }
    for (let i = 0; i < 5; i++) await promise(dana, conversationId);
    expect(await outcomeOf(promise(dana, conversationId))).toBe("conflict");
  });
});

describe("a silent customer", () => {
  const scan = () => t.mutation(internal.workflows.startFollowUps, {});

  test("is asked once after a day, and two days later it is resolved and says so", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    await after(DAY - MINUTE);
    await scan();
    expect(await processes("follow_up")).toEqual([]);
    await after(DAY + MINUTE);
    await scan();
    await scan();
    await after(DAY + 2 * MINUTE);
    expect((await systemLines(conversationId)).at(-1)).toContain("Did that solve it?");
    expect(await processes("follow_up")).toHaveLength(1);
    await after(3 * DAY - HOUR);
    expect(await row(t, conversationId)).toMatchObject({ status: "open" });
    await after(3 * DAY + HOUR);
    expect(await row(t, conversationId)).toMatchObject({
      status: "resolved",
      owner: { kind: "ai" },
    });
    expect((await systemLines(conversationId)).at(-1)).toContain("haven't heard from you");
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "It is back." });
    expect(await row(t, conversationId)).toMatchObject({ status: "open", episode: 2 });
  });

  test("who writes is not closed, and not asked again in the same episode", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    await after(DAY + MINUTE);
    await scan();
    await after(DAY + 2 * MINUTE);
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Not yet." });
    expect(await processes("follow_up")).toMatchObject([{ state: "cancelled" }]);
    await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "And now?" });
    await after(3 * DAY);
    await scan();
    await after(9 * DAY);
    expect(await row(t, conversationId)).toMatchObject({ status: "open" });
    expect(await processes("follow_up")).toHaveLength(1);
    // Looked into once: it is not read again.
    expect(await row(t, conversationId)).not.toHaveProperty("silentSince");
  });

  test.each(["waiting", "promised", "snoozed", "never answered", "queued"] as const)(
    "is not asked while %s",
    async (why) => {
      const [ann, dana] = [await customer(t), await technician(t)];
      const conversationId =
        why === "queued" || why === "never answered"
          ? await queued(ann)
          : await answered(ann, dana);
      await {
        waiting: () => ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Hm?" }),
        promised: () =>
          dana.t.mutation(api.conversations.makePromise, {
            conversationId,
            text: "We call you.",
            dueAt: TUESDAY + 5 * DAY,
          }),
        snoozed: () =>
          dana.t.mutation(api.conversations.snooze, { conversationId, until: TUESDAY + 5 * DAY }),
        "never answered": async () => {
          await dana.t.mutation(api.conversations.resolve, { conversationId });
          await dana.t.mutation(api.conversations.reopen, { conversationId });
        },
        queued: async () => {},
      }[why]();
      await after(2 * DAY);
      await scan();
      expect(await processes("follow_up")).toEqual([]);
    },
  );

  test("who is promised something is not closed: the question no longer waits for them", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    vi.setSystemTime(TUESDAY + DAY + MINUTE);
    await t.mutation(internal.workflows.startFollowUps, {});
    expect(await processes("follow_up")).toMatchObject([{ state: "running" }]);
    const dueAt = TUESDAY + 9 * DAY;
    await dana.t.mutation(api.conversations.makePromise, {
      conversationId,
      text: "We call you",
      dueAt,
    });
    expect(await processes("follow_up")).toMatchObject([{ state: "cancelled" }]);
    expect((await row(t, conversationId)).timers).toBeUndefined();
  });

  test("a promise that is kept, and a snooze that ends, begin the silence anew", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    const workflowId = await dana.t.mutation(api.conversations.makePromise, {
      conversationId,
      text: "We call you.",
      dueAt: TUESDAY + DAY,
    });
    expect(await row(t, conversationId)).not.toHaveProperty("silentSince");
    await after(HOUR);
    await dana.t.mutation(api.conversations.keepPromise, { workflowId });
    expect((await row(t, conversationId)).silentSince).toBeGreaterThanOrEqual(TUESDAY + HOUR);
    await dana.t.mutation(api.conversations.snooze, { conversationId, until: TUESDAY + 2 * HOUR });
    expect(await row(t, conversationId)).not.toHaveProperty("silentSince");
    await after(2 * HOUR + 1_000);
    expect((await row(t, conversationId)).silentSince).toBeGreaterThanOrEqual(TUESDAY + 2 * HOUR);
  });
});

describe("lost", () => {
  /** As after a snapshot was restored elsewhere: rows of the app, and nothing scheduled. */
  async function lose(): Promise<void> {
    vi.clearAllTimers();
    await t.run(async (ctx) => {
      for (const timer of await ctx.db.query("workflows").collect()) {
        if (timer.componentId !== undefined) {
          await ctx.db.patch("workflows", timer._id, { componentId: "3gone" });
        }
      }
    });
  }

  test("timers start again from where they were, and act once", async () => {
    const [ann, bob, dana] = [
      await customer(t),
      await customer(t, "bob@example.com"),
      await technician(t),
    ];
    const waiting = await queued(bob);
    await after(MINUTE);
    const conversationId = await answered(ann, dana);
    await dana.t.mutation(api.conversations.snooze, { conversationId, until: TUESDAY + HOUR });
    await lose();
    vi.setSystemTime(TUESDAY + HOUR + OVERDUE_AFTER + MINUTE);
    expect(await row(t, conversationId)).toMatchObject({ status: "snoozed" });
    vi.spyOn(console, "error").mockImplementation(() => {});
    await t.mutation(internal.workflows.rearmTimers, {});
    await t.mutation(internal.workflows.rearmTimers, {});
    await after(HOUR + OVERDUE_AFTER + 3 * MINUTE);
    expect(await row(t, conversationId)).toMatchObject({ status: "open" });
    expect(await eventsOf("woken")).toBe(1);
    const told = (await systemLines(waiting)).filter((line) => line.includes("Nobody has been"));
    expect(told).toHaveLength(1);
    expect((await processes("handoff"))[0]).toMatchObject({ attempt: 2, state: "running" });
  });

  test.each(["before", "after"] as const)(
    "killed %s an act committed, the act happens once",
    async (when) => {
      const [ann, dana] = [await customer(t), await technician(t)];
      const conversationId = await answered(ann, dana);
      await dana.t.mutation(api.conversations.snooze, { conversationId, until: TUESDAY + HOUR });
      const [{ _id: timerId }] = (await processes("snooze")) as [Doc<"workflows">];
      await lose();
      vi.setSystemTime(TUESDAY + HOUR);
      const act = { ref: { timerId, attempt: 1 }, nth: 0 };
      if (when === "after") await t.mutation(internal.workflows.fire, act);
      vi.setSystemTime(TUESDAY + HOUR + OVERDUE_AFTER + MINUTE);
      vi.spyOn(console, "error").mockImplementation(() => {});
      await t.mutation(internal.workflows.rearmTimers, {});
      // What was given up on comes after all.
      await t.mutation(internal.workflows.fire, act);
      await after(2 * HOUR);
      expect(await eventsOf("woken")).toBe(1);
      expect(await row(t, conversationId)).toMatchObject({ status: "open", unreadByStaff: 1 });
    },
  );

  test("what was given up on, or is no longer pointed at, does not act", async () => {
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await answered(ann, dana);
    await dana.t.mutation(api.conversations.snooze, { conversationId, until: TUESDAY + HOUR });
    const [{ _id: timerId }] = (await processes("snooze")) as [Doc<"workflows">];
    await lose();
    await t.run((ctx) => ctx.db.patch("workflows", timerId, { attempt: 2 }));
    vi.setSystemTime(TUESDAY + HOUR);
    const act = (attempt: number) =>
      t.mutation(internal.workflows.fire, { ref: { timerId, attempt }, nth: 0 });
    expect(await act(1)).toBeNull();
    expect(await processes("snooze")).toMatchObject([{ state: "running", fires: 0 }]);
    // As if another timer had been armed in its place.
    await t.run((ctx) => ctx.db.patch("conversations", conversationId, { timers: undefined }));
    expect(await act(2)).toBeNull();
    expect(await processes("snooze")).toMatchObject([{ state: "cancelled" }]);
    expect(await row(t, conversationId)).toMatchObject({ status: "snoozed" });
    expect(await eventsOf("woken")).toBe(0);
  });

  test("an act that comes early or twice changes nothing", async () => {
    const conversationId = await queued(await customer(t));
    await after(MINUTE);
    const [{ _id: timerId, dueAt, fires }] = (await processes("handoff")) as [Doc<"workflows">];
    const before = await snapshot(t);
    for (const nth of [0, 1, 7]) {
      const ref = { timerId, attempt: 1 };
      const due = await t.mutation(internal.workflows.fire, { ref, nth });
      expect(due).toMatchObject({ fires });
      expect(due!.dueAt).toBeGreaterThanOrEqual(dueAt!);
    }
    expect(await snapshot(t)).toEqual(before);
    expect(await systemLines(conversationId)).toHaveLength(1);
  });
});
