/** The queue drains itself: fair, within capacity, by skill, and never to somebody who is not there. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import type { Capability } from "../../convex/validators";
import { SHIFT_LEASE } from "../../convex/model/handoff/shifts";
import {
  admin,
  clockedDeployment,
  customer,
  messages,
  mutationCost,
  outcomeOf,
  queryCost,
  refusal,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

type Options = { capacity?: number; skills?: Capability[] };
const online = (who: Caller, options: Options = {}) =>
  who.t.mutation(api.users.setAvailability, { available: true, ...options });
const offline = (who: Caller) => who.t.mutation(api.users.setAvailability, { available: false });

let people = 0;
async function waits(t: Deployment, text = "I want to talk to a human") {
  vi.setSystemTime(Date.now() + 1000);
  const ann = await customer(t, `c${++people}@example.com`);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text },
  });
  return { ann, conversationId };
}
const ownerOf = async (t: Deployment, id: Id<"conversations">) => (await row(t, id)).owner;
const isWith = async (t: Deployment, id: Id<"conversations">, who: Caller) => {
  const owner = await ownerOf(t, id);
  return owner.kind === "human" && owner.userId === who.userId;
};

test("going online takes the longest waiting up to the capacity; closing one takes the next", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const ids: Id<"conversations">[] = [];
  for (let i = 0; i < 4; i++) ids.push((await waits(t)).conversationId);
  await online(dana, { capacity: 2 });
  const held = async () => Promise.all(ids.map((id) => isWith(t, id, dana)));
  expect(await held()).toEqual([true, true, false, false]);
  await dana.t.mutation(api.conversations.resolve, { conversationId: ids[0]! });
  expect(await held()).toEqual([false, true, true, false]);
  await online(dana, { capacity: 3 });
  expect(await held()).toEqual([false, true, true, true]);
});

test("whoever works here no more gives all of it back before anybody is given away: the longest waiting first", async () => {
  const t = clockedDeployment();
  const [sam, dana, eli] = [await admin(t), await technician(t), await technician(t, "Eli")];
  const { conversationId: first } = await waits(t, "How much is a laptop screen?");
  await eli.t.mutation(api.conversations.claim, { conversationId: first });
  await online(eli, { capacity: 1 });
  const until = Date.now() + 60_000;
  await eli.t.mutation(api.conversations.snooze, { conversationId: first, until });
  const { conversationId: later } = await waits(t);
  expect(await isWith(t, later, eli)).toBe(true);
  await online(dana, { capacity: 1 });
  await sam.t.mutation(api.users.setRole, { userId: eli.userId, role: "customer" });
  expect(await isWith(t, first, dana)).toBe(true);
  expect(await ownerOf(t, later)).toMatchObject({ kind: "queue" });
});

test("a hand-off goes on at once to whoever is least loaded, then longest without a new one", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana);
  vi.setSystemTime(Date.now() + 1000);
  await online(eli);
  const order = [];
  for (let i = 0; i < 4; i++) {
    const { conversationId } = await waits(t);
    order.push((await isWith(t, conversationId, dana)) ? "dana" : "eli");
  }
  expect(order).toEqual(["dana", "eli", "dana", "eli"]);
});

test("snoozing, releasing and giving back free room as well", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await online(dana, { capacity: 1 });
  const ids: Id<"conversations">[] = [];
  for (let i = 0; i < 4; i++) ids.push((await waits(t)).conversationId);
  const at = async () => (await Promise.all(ids.map((id) => isWith(t, id, dana)))).indexOf(true);
  expect(await at()).toBe(0);
  const until = Date.now() + 3_600_000;
  await dana.t.mutation(api.conversations.snooze, { conversationId: ids[0]!, until });
  expect(await isWith(t, ids[1]!, dana)).toBe(true);
  await dana.t.mutation(api.conversations.release, { conversationId: ids[1]! });
  expect(await isWith(t, ids[2]!, dana)).toBe(true);
  await dana.t.mutation(api.conversations.requeue, { conversationId: ids[2]! });
  // Not to the one who gave it back.
  expect(await isWith(t, ids[3]!, dana)).toBe(true);
  expect((await ownerOf(t, ids[2]!)).kind).toBe("queue");
});

test("what is given back keeps its place, and goes to a colleague with the note", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  const first = (await waits(t)).conversationId;
  const second = (await waits(t)).conversationId;
  const { since } = (await ownerOf(t, first)) as { since: number };
  await dana.t.mutation(api.conversations.claim, { conversationId: first });
  vi.setSystemTime(Date.now() + 60_000);
  await dana.t.mutation(api.conversations.requeue, { conversationId: first, note: "Not my field" });
  expect(await ownerOf(t, first)).toEqual({ kind: "queue", since, returnedBy: dana.userId });
  const shown = await eli.t.query(api.conversations.queue, { view: "waiting" });
  expect(shown.map(({ _id }) => _id)).toEqual([first, second]);
  await online(dana, { capacity: 1 });
  expect(await isWith(t, second, dana)).toBe(true);
  await online(eli, { capacity: 1 });
  expect(await isWith(t, first, eli)).toBe(true);
  const notes = (await messages(t, first)).filter(({ visibility }) => visibility === "staff");
  expect(notes.map(({ text }) => text)).toEqual(["Not my field"]);
});

test("skills: a fitting technician takes it, and a skill that nobody has keeps nobody waiting", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana, { skills: ["network"] });
  const refund = (await waits(t, "I want a refund for the last invoice")).conversationId;
  expect((await row(t, refund)).brief?.skill).toBe("billing");
  expect(await isWith(t, refund, dana)).toBe(true);
  await online(eli, { skills: ["billing"], capacity: 1 });
  const second = (await waits(t, "I want a refund for the last invoice")).conversationId;
  expect(await isWith(t, second, eli)).toBe(true);
  // Eli is full, and has the skill: it waits for Eli.
  const third = (await waits(t, "I want a refund for the last invoice")).conversationId;
  expect((await ownerOf(t, third)).kind).toBe("queue");
  await eli.t.mutation(api.conversations.resolve, { conversationId: second });
  expect(await isWith(t, third, eli)).toBe(true);
});

test("going offline: who waits goes back at the old place and on to others; who was answered stays", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana, { capacity: 2 });
  const one = await waits(t);
  const two = await waits(t);
  const three = await waits(t);
  await dana.t.mutation(api.messages.sendStaffMessage, {
    conversationId: two.conversationId,
    text: "On it.",
  });
  vi.setSystemTime(Date.now() + 60_000);
  await offline(dana);
  expect((await ownerOf(t, one.conversationId)).kind).toBe("queue");
  expect(await isWith(t, two.conversationId, dana)).toBe(true);
  const waiting = await eli.t.query(api.conversations.queue, { view: "waiting" });
  expect(waiting.map(({ _id }) => _id)).toEqual([one.conversationId, three.conversationId]);
  await online(eli, { capacity: 1 });
  expect(await isWith(t, one.conversationId, eli)).toBe(true);
  // The answered one writes again: its technician has gone, and it is told so.
  const conversationId = two.conversationId;
  await two.ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And now?" });
  expect((await ownerOf(t, conversationId)).kind).toBe("queue");
  expect((await messages(t, conversationId)).at(-1)!.text).toMatch(/isn't here right now/);
});

test("a desk that is not heard of loses its shift; one that says it is there keeps it", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana);
  const { conversationId } = await waits(t);
  const { workflows } = await snapshot(t);
  const { _id: workflowId } = (workflows as { _id: Id<"workflows">; kind: string }[]).find(
    ({ kind }) => kind === "shift",
  )!;
  const check = () => t.mutation(internal.users.checkShift, { workflowId });
  vi.setSystemTime(Date.now() + SHIFT_LEASE - 2_000);
  expect(await dana.t.mutation(api.users.heartbeat, {})).toBe(true);
  vi.setSystemTime(Date.now() + 10_000);
  await check();
  expect(await isWith(t, conversationId, dana)).toBe(true);
  vi.setSystemTime(Date.now() + SHIFT_LEASE);
  // Over, though the check has not run: nothing is given to her any more.
  const late = (await waits(t)).conversationId;
  expect((await ownerOf(t, late)).kind).toBe("queue");
  await check();
  expect((await ownerOf(t, conversationId)).kind).toBe("queue");
  expect(await dana.t.mutation(api.users.heartbeat, {})).toBe(false);
  expect(await eli.t.query(api.users.onDuty, {})).toEqual([]);
});

test("the cron's net ends lost shifts too, and takes no shift for a reply", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await online(dana);
  const { conversationId } = await waits(t);
  await t.run(async (ctx) => {
    const jobs = await ctx.db.system.query("_scheduled_functions").collect();
    for (const { _id } of jobs) await ctx.scheduler.cancel(_id);
  });
  vi.setSystemTime(Date.now() + 10 * SHIFT_LEASE);
  await t.mutation(internal.replies.recoverAll, {});
  vi.advanceTimersByTime(1_000);
  await t.finishInProgressScheduledFunctions();
  expect((await ownerOf(t, conversationId)).kind).toBe("queue");
  const { workflows } = await snapshot(t);
  const shifts = (workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "shift");
  expect(shifts).toMatchObject([{ state: "done" }]);
});

test("nobody is given a conversation by a colleague who is offline, full or blocked", async () => {
  const t = clockedDeployment();
  const [dana, eli, sam] = [await technician(t), await technician(t, "Eli"), await admin(t)];
  const { conversationId } = await waits(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const give = (from = dana) =>
    from.t.mutation(api.conversations.assign, { conversationId, userId: eli.userId });
  expect(await refusal(give())).toMatchObject({ code: "conflict", obstacle: "offline" });
  expect(await refusal(give(sam))).toMatchObject({ code: "conflict", obstacle: "offline" });
  await online(eli, { capacity: 1 });
  await waits(t);
  expect(await refusal(give())).toMatchObject({ obstacle: "full" });
  await sam.t.mutation(api.users.setBlocked, { userId: eli.userId, blocked: true });
  expect(await refusal(give())).toMatchObject({ obstacle: "blocked" });
  expect(await isWith(t, conversationId, dana)).toBe(true);
});

test("somebody else's conversation is transferred, given back and claimed by its owner or an admin only", async () => {
  const t = clockedDeployment();
  const [dana, eli, sam] = [await technician(t), await technician(t, "Eli"), await admin(t)];
  await online(dana, { capacity: 1 });
  const { conversationId } = await waits(t);
  await online(eli);
  const { assign, claim, requeue } = api.conversations;
  const to = { conversationId, userId: eli.userId };
  expect(await refusal(eli.t.mutation(claim, { conversationId }))).toMatchObject({
    code: "conflict",
    claimedBy: "Dana",
  });
  expect(await refusal(eli.t.mutation(assign, to))).toMatchObject({ claimedBy: "Dana" });
  expect(await outcomeOf(eli.t.mutation(requeue, { conversationId }))).toBe("conflict");
  expect(await outcomeOf(sam.t.mutation(assign, { ...to, note: "Eli knows" }))).toBe("ok");
  expect(await isWith(t, conversationId, eli)).toBe(true);
});

test("an admin ends a shift; blocking and losing the role end it as well", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const ends = [
    (userId: Id<"users">) => sam.t.mutation(api.users.endShift, { userId }),
    (userId: Id<"users">) => sam.t.mutation(api.users.setBlocked, { userId, blocked: true }),
    (userId: Id<"users">) => sam.t.mutation(api.users.setRole, { userId, role: "customer" }),
  ];
  for (const [i, end] of ends.entries()) {
    const tech = await technician(t, `Tech${i}`);
    await online(tech);
    await waits(t);
    await end(tech.userId);
    expect(await sam.t.query(api.users.onDuty, {})).toEqual([]);
  }
  expect(await sam.t.query(api.conversations.queue, { view: "waiting" })).toHaveLength(3);
});

test("the customer's place in the queue is told, counted to 50, and costs no more however many wait", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const [one, two] = [await waits(t), await waits(t)];
  const place = ({ ann, conversationId }: typeof one) =>
    ann.t.query(api.conversations.position, { conversationId });
  expect(await place(two)).toEqual({ place: 2, more: false });
  await dana.t.mutation(api.conversations.claim, { conversationId: one.conversationId });
  expect(await place(two)).toEqual({ place: 1, more: false });
  expect(await place(one)).toBeNull();
  const addLikeIt = (count: number, since?: number) =>
    t.run(async (ctx) => {
      const { _id, _creationTime, ...copy } = (await ctx.db.get("conversations", id))!;
      const owner = since === undefined ? copy.owner : { kind: "queue" as const, since };
      for (let i = 0; i < count; i++) await ctx.db.insert("conversations", { ...copy, owner });
    });
  const { conversationId: id } = two;
  await addLikeIt(4, 1);
  expect(await place(two)).toEqual({ place: 5, more: false });
  // Of the same moment, and begun later: behind it.
  await addLikeIt(3);
  expect(await place(two)).toEqual({ place: 5, more: false });
  await addLikeIt(300, 1);
  expect(await place(two)).toEqual({ place: 5, more: true });
  const { conversationId } = two;
  const cost = await queryCost(two.ann, api.conversations.position, { conversationId });
  expect(cost.documentsRead).toBeLessThanOrEqual(8);
});

test("an exchange with the AI reads no shift, whoever is on duty", async () => {
  const cost = async (onDuty: number) => {
    const t = clockedDeployment();
    for (let i = 0; i < onDuty; i++) await online(await technician(t, `Tech${i}`));
    const ann = await customer(t);
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
    const args = { conversationId, text: "How much is a screen?" };
    return await mutationCost(ann, api.messages.sendMessage, args);
  };
  const [alone, staffed] = [await cost(0), await cost(3)];
  expect(staffed.documentsRead).toBe(alone.documentsRead);
  expect(staffed.documentsWritten).toBe(alone.documentsWritten);
});

test.each([0, 21, 1.5])("a capacity of %s is refused", async (capacity) => {
  const t = clockedDeployment();
  expect(await outcomeOf(online(await technician(t), { capacity }))).toBe("invalid_input");
});

test("a shift that goes on after its lease was over takes who has begun to wait meanwhile", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await online(dana);
  vi.setSystemTime(Date.now() + SHIFT_LEASE + 1);
  const { conversationId } = await waits(t);
  expect(await isWith(t, conversationId, dana)).toBe(false);
  expect(await dana.t.mutation(api.users.heartbeat, {})).toBe(true);
  expect(await isWith(t, conversationId, dana)).toBe(true);
});

test("a snooze that is ended by hand goes on to whoever has room", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  const { conversationId } = await waits(t);
  const until = Date.now() + 60_000;
  await dana.t.mutation(api.conversations.snooze, { conversationId, until });
  await online(eli);
  const workflowId = (await row(t, conversationId)).timers!.snooze!;
  await dana.t.mutation(api.workflows.cancel, { workflowId });
  expect(await isWith(t, conversationId, eli)).toBe(true);
});

test("a snooze that is ended by hand does not leave the customer with somebody who has gone home", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana);
  const { conversationId } = await waits(t);
  await dana.t.mutation(api.conversations.snooze, { conversationId, until: Date.now() + 60_000 });
  await offline(dana);
  const workflowId = (await row(t, conversationId)).timers!.snooze!;
  await eli.t.mutation(api.workflows.cancel, { workflowId });
  expect(await row(t, conversationId)).toMatchObject({ status: "open", owner: { kind: "queue" } });
});

test("a promise that is late wakes what was set aside in the queue, for whoever has room but who returned it", async () => {
  const t = clockedDeployment();
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  await online(dana);
  const { conversationId } = await waits(t);
  const dueAt = Date.now() + 60_000;
  const promise = { conversationId, text: "We call you", dueAt };
  const timerId = await dana.t.mutation(api.conversations.makePromise, promise);
  await dana.t.mutation(api.conversations.requeue, { conversationId });
  await dana.t.mutation(api.conversations.snooze, { conversationId, until: dueAt + 60_000 });
  await online(eli);
  vi.setSystemTime(dueAt);
  await online(dana);
  await t.mutation(internal.workflows.fire, { ref: { timerId, attempt: 1 }, nth: 0 });
  expect(await isWith(t, conversationId, eli)).toBe(true);
});
