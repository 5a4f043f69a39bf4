/** What technicians do with conversations: queue, claim, answer, hand on, give back, resolve, reopen. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  deployment,
  messages,
  outcomeOf,
  refusal,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const start = async (caller: Caller, text = "My laptop is slow.") =>
  (await caller.t.mutation(api.conversations.createConversation, { message: { text } }))
    .conversationId;

async function waiting(t: Deployment, email = "ann@example.com") {
  const ann = await customer(t, email);
  const conversationId = await start(ann);
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  return { ann, conversationId };
}

const replies = async (t: Deployment) => {
  const { workflows } = await snapshot(t);
  return (workflows as { kind: string; state: string; turn: number }[]).map(({ turn }) => turn);
};

test("of ten technicians who claim at once one wins, and the others learn who", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const names = Array.from({ length: 10 }, (_, i) => `Tech${i}`);
  const technicians = await Promise.all(names.map((name) => technician(t, name)));
  const results = await Promise.allSettled(
    technicians.map((one) => one.t.mutation(api.conversations.claim, { conversationId })),
  );
  const winners = results.flatMap(({ status }, i) => (status === "fulfilled" ? [i] : []));
  expect(winners).toHaveLength(1);
  const winner = winners[0]!;
  expect((await row(t, conversationId)).owner).toMatchObject({
    kind: "human",
    userId: technicians[winner]!.userId,
  });
  for (const [i, loser] of technicians.entries()) {
    if (i === winner) continue;
    const again = await refusal(loser.t.mutation(api.conversations.claim, { conversationId }));
    expect(again).toMatchObject({ code: "conflict", claimedBy: names[winner] });
  }
  const joined = (await messages(t, conversationId)).filter(({ text }) => /has joined/.test(text));
  expect(joined).toHaveLength(1);
});

test("claiming one's own conversation again changes nothing", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const before = await row(t, conversationId);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  expect(await row(t, conversationId)).toEqual(before);
});

test("nobody answers a customer in a conversation that they have not claimed", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const [dana, eli] = [await technician(t), await technician(t, "Eli")];
  const answer = (who: Caller) =>
    who.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "On it." });
  expect(await outcomeOf(answer(dana))).toBe("conflict");
  await dana.t.mutation(api.conversations.claim, { conversationId });
  expect(await outcomeOf(answer(eli))).toBe("conflict");
  expect(await outcomeOf(answer(dana))).toBe("ok");
  expect(await row(t, conversationId)).not.toHaveProperty("waitingSince");
});

test("a technician's answer is stored once per clientMessageId, however often it is sent", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const args = { conversationId, text: "On it.", clientMessageId: "client-1" };
  const send = () => dana.t.mutation(api.messages.sendStaffMessage, args);
  const ids = await Promise.all([send(), send(), send()]);
  expect(new Set(ids).size).toBe(1);
  expect(await row(t, conversationId)).toMatchObject({ unreadByCustomer: 1 });
});

test("release answers a customer who is waiting, and leaves one alone who is not", async () => {
  const t = deployment();
  const dana = await technician(t);
  const { ann, conversationId } = await waiting(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "Answered." });
  const begun = (await replies(t)).length;
  await dana.t.mutation(api.conversations.release, { conversationId });
  expect(await replies(t)).toHaveLength(begun);

  await dana.t.mutation(api.conversations.claim, { conversationId });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "One more thing." });
  expect(await replies(t)).toHaveLength(begun);
  await dana.t.mutation(api.conversations.release, { conversationId });
  const { turn, owner } = await row(t, conversationId);
  expect(owner).toEqual({ kind: "ai" });
  expect((await replies(t)).slice(begun)).toEqual([turn]);
});

test("release answers a customer whose answer a technician cut off mid-word, and never gave", async () => {
  const t = deployment();
  await addAgent(t);
  const dana = await technician(t);
  const conversationId = await start(await customer(t));
  const assignment = await t.mutation(internal.replies.begin, {
    conversationId,
    turn: 1,
    attempt: 1,
  });
  const words = { fence: assignment!.fence, text: "Try", activity: "writing" as const };
  await t.mutation(internal.replies.flush, words);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.conversations.release, { conversationId });
  const { turn } = await row(t, conversationId);
  expect(await replies(t)).toEqual([1, turn]);
});

test("the AI's turn ends with every change of hands", async () => {
  const t = deployment();
  const dana = await technician(t);
  const eli = await technician(t, "Eli");
  const conversationId = await start(await customer(t));
  const turns = [(await row(t, conversationId)).turn];
  const { claim, assign, release, resolve, reopen } = api.conversations;
  await dana.t.mutation(claim, { conversationId });
  turns.push((await row(t, conversationId)).turn);
  await eli.t.mutation(api.users.setAvailability, { available: true });
  await dana.t.mutation(assign, { conversationId, userId: eli.userId });
  turns.push((await row(t, conversationId)).turn);
  for (const step of [release, resolve, reopen]) {
    await dana.t.mutation(step, { conversationId });
    turns.push((await row(t, conversationId)).turn);
  }
  expect(turns).toEqual([1, 2, 3, 4, 5, 6]);
});

test("only staff can be assigned, and whoever is assigned may answer", async () => {
  const t = deployment();
  const { ann, conversationId } = await waiting(t);
  const [dana, sam] = [await technician(t), await admin(t)];
  const assign = (userId: Caller["userId"]) =>
    sam.t.mutation(api.conversations.assign, { conversationId, userId });
  expect(await outcomeOf(assign(ann.userId))).toBe("invalid_input");
  expect(await refusal(assign(dana.userId))).toMatchObject({ obstacle: "offline" });
  // Room for nothing that waits, so that it is the assignment that gives it.
  await sam.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.users.setAvailability, { available: true });
  expect(await outcomeOf(assign(dana.userId))).toBe("ok");
  const answer = dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "Hi." });
  expect(await outcomeOf(answer)).toBe("ok");
});

test("a resolved conversation leaves the queue, and can't be claimed before it is reopened", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  for (const view of ["waiting", "mine", "all"] as const) {
    expect(await dana.t.query(api.conversations.queue, { view })).toEqual([]);
  }
  const claim = () => dana.t.mutation(api.conversations.claim, { conversationId });
  expect(await outcomeOf(claim())).toBe("conflict");
  await dana.t.mutation(api.conversations.reopen, { conversationId });
  expect(await row(t, conversationId)).toMatchObject({ status: "open", episode: 2 });
  expect(await outcomeOf(claim())).toBe("ok");
});

test("resolving and reopening twice is the same as once", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const dana = await technician(t);
  for (const step of [api.conversations.resolve, api.conversations.reopen]) {
    await dana.t.mutation(step, { conversationId });
    const once = await row(t, conversationId);
    await dana.t.mutation(step, { conversationId });
    expect(await row(t, conversationId)).toEqual(once);
  }
});

test("a resolved conversation is not assigned, which would reopen it within its old episode", async () => {
  const t = deployment();
  const { conversationId } = await waiting(t);
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  const assign = dana.t.mutation(api.conversations.assign, {
    conversationId,
    userId: dana.userId,
  });
  expect(await outcomeOf(assign)).toBe("conflict");
});

test("the queue's views: longest waiting first, one's own, and all that are open", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const ids = [];
  for (const email of ["a@example.com", "b@example.com", "c@example.com"]) {
    ids.push((await waiting(t, email)).conversationId);
    vi.setSystemTime(Date.now() + 1000);
  }
  const [first, second, third] = ids;
  await dana.t.mutation(api.conversations.claim, { conversationId: second! });
  const view = async (name: "waiting" | "mine" | "all") =>
    (await dana.t.query(api.conversations.queue, { view: name })).map(({ _id }) => _id);
  expect(await view("waiting")).toEqual([first, third]);
  expect(await view("mine")).toEqual([second]);
  expect((await view("all")).sort()).toEqual([...ids].sort());
});

test("a desk's list is its order alone: a word in one that waits changes nothing in it, in one's own its count", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const { ann, conversationId } = await waiting(t);
  const own = await waiting(t, "bo@example.com");
  await dana.t.mutation(api.conversations.claim, { conversationId: own.conversationId });
  const list = (view: "waiting" | "mine") => dana.t.query(api.desk.list, { view });
  const before = await list("waiting");
  expect(before).toEqual([{ _id: conversationId }]);
  const [mine] = await list("mine");
  const say = (caller: Caller, id: Id<"conversations">) =>
    caller.t.mutation(api.messages.sendMessage, { conversationId: id, text: "Still there?" });
  await say(ann, conversationId);
  await say(own.ann, own.conversationId);
  expect(await list("waiting")).toEqual(before);
  expect(await list("mine")).toEqual([{ ...mine, unread: (mine!.unread ?? 0) + 1 }]);
  const [line, ...others] = await dana.t.query(api.desk.lines, {
    conversationIds: [conversationId],
  });
  expect([line!.preview, others]).toEqual(["Still there?", []]);
});

test("what was read is unread again for whoever comes back to it, until they look", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const { conversationId } = await waiting(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const unread = async () => (await dana.t.query(api.desk.list, { view: "mine" }))[0]!.unread;
  const { markRead } = api.conversations;
  await dana.t.mutation(markRead, { conversationId });
  expect(await unread()).toBe(0);
  await dana.t.mutation(api.desk.markUnread, { conversationId });
  await dana.t.mutation(api.desk.markUnread, { conversationId });
  expect(await unread()).toBe(1);
  await dana.t.mutation(markRead, { conversationId });
  expect(await unread()).toBe(0);
});

test("a list is as long as it is asked to be, up to 500; lines are at most 50, without deleted ones", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const { ann, conversationId } = await waiting(t);
  const gone = await start(ann);
  await t.run((ctx) => ctx.db.delete("conversations", gone));
  await start(ann);
  const list = (limit: number) => dana.t.query(api.desk.list, { view: "all", limit });
  expect(await list(1)).toHaveLength(1);
  expect(await list(500)).toHaveLength(2);
  for (const limit of [0, 501, 1.5, NaN]) {
    expect(await outcomeOf(list(limit))).toBe("invalid_input");
  }
  const lines = (ids: Id<"conversations">[]) =>
    dana.t.query(api.desk.lines, { conversationIds: ids });
  expect(await lines([gone, conversationId])).toHaveLength(1);
  expect(await outcomeOf(lines(Array.from({ length: 51 }, () => conversationId)))).toBe(
    "too_large",
  );
});

test("what is urgent is listed first, however many have waited longer", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  for (let i = 0; i < 52; i++) await waiting(t, `p${i}@example.com`);
  vi.setSystemTime(Date.now() + 60_000);
  const hot = await customer(t, "hot@example.com");
  const conversationId = await start(hot, "My laptop is smoking!");
  const shown = await dana.t.query(api.conversations.queue, { view: "waiting" });
  expect(shown).toHaveLength(50);
  expect(shown[0]!._id).toBe(conversationId);
  // Given back it is first again; whoever has it is nobody's to wait for.
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const without = await dana.t.query(api.conversations.queue, { view: "waiting" });
  expect(without.map(({ _id }) => _id)).not.toContain(conversationId);
  await dana.t.mutation(api.conversations.requeue, { conversationId });
  const again = await dana.t.query(api.conversations.queue, { view: "waiting" });
  expect(again[0]!._id).toBe(conversationId);
});

test("a colleague's conversation is taken over by naming them: noted, on record, and theirs no more", async () => {
  const t = deployment();
  const { ann, conversationId } = await waiting(t);
  const [dana, eli, sam] = [
    await technician(t),
    await technician(t, "Eli"),
    await technician(t, "Sam"),
  ];
  const { claim, queue } = api.conversations;
  await dana.t.mutation(claim, { conversationId });
  const [shown] = await eli.t.query(queue, { view: "all" });
  expect(shown!.holder).toBe("Dana");
  await eli.t.mutation(claim, { conversationId, from: dana.userId });
  expect((await row(t, conversationId)).owner).toMatchObject({ userId: eli.userId });
  expect(await dana.t.query(queue, { view: "mine" })).toEqual([]);
  const said = await messages(t, conversationId);
  const notes = said.filter(({ visibility }) => visibility === "staff");
  expect(notes.map(({ text }) => text)).toEqual(["Took this over from Dana."]);
  const events = (await snapshot(t)).analytics as { type?: string }[];
  const claims = events.filter(({ type }) => type === "claimed");
  expect(claims.at(-1)).toMatchObject({ actorId: eli.userId, subjectId: dana.userId });
  // Who looked at an older desk doesn't take it from somebody else by mistake, and no customer ever does.
  const late = sam.t.mutation(claim, { conversationId, from: dana.userId });
  expect(await refusal(late)).toMatchObject({ code: "conflict", claimedBy: "Eli" });
  expect(await outcomeOf(ann.t.mutation(claim, { conversationId, from: eli.userId }))).toBe(
    "forbidden",
  );
  // What was given back meanwhile is claimed from the queue.
  await eli.t.mutation(api.conversations.requeue, { conversationId });
  await sam.t.mutation(claim, { conversationId, from: eli.userId });
  expect((await row(t, conversationId)).owner).toMatchObject({ userId: sam.userId });
});

type Ref = { conversationId: Id<"conversations"> };
type Triple = [Ref, Ref, Ref];

test("resolved conversations are listed, latest resolved first, until anything reopens them", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const told = [];
  for (const email of ["a@example.com", "b@example.com", "c@example.com"]) {
    told.push(await waiting(t, email));
  }
  const [first, second, third] = told.map(({ conversationId }) => ({ conversationId })) as Triple;
  const resolved = async () => await dana.t.query(api.conversations.queue, { view: "resolved" });
  const ids = async () => (await resolved()).map(({ _id }) => _id);
  expect(await ids()).toEqual([]);
  for (const one of [third, first, second]) {
    vi.setSystemTime(Date.now() + 1000);
    await dana.t.mutation(api.conversations.resolve, one);
  }
  expect(await ids()).toEqual([second, first, third].map((one) => one.conversationId));
  expect((await resolved())[0]!.resolvedAt).toBe(Date.now());
  await dana.t.mutation(api.conversations.reopen, second);
  expect(await ids()).toEqual([first, third].map((one) => one.conversationId));
  await told[0]!.ann.t.mutation(api.messages.sendMessage, { ...first, text: "It is back." });
  expect(await ids()).toEqual([third.conversationId]);
  await told[2]!.ann.t.mutation(api.conversations.escalateConversation, third);
  expect(await ids()).toEqual([]);
  for (const { conversationId } of told) {
    expect(await row(t, conversationId)).not.toHaveProperty("resolvedAt");
  }
});

test("the desk's row says who waits, since when, why, and whether the address is proved", async () => {
  const t = deployment();
  const { ann, conversationId } = await waiting(t);
  const dana = await technician(t);
  const [shown] = await dana.t.query(api.conversations.queue, { view: "waiting" });
  expect(shown).toMatchObject({
    _id: conversationId,
    customer: { _id: ann.userId, name: "Ann", email: "ann@example.com", emailVerified: true },
    brief: { reason: "customer_request" },
    waitingSince: expect.any(Number) as number,
    unread: 1,
  });
  expect(await dana.t.query(api.conversations.getForStaff, { conversationId })).toEqual(shown);
});

test("a message that comes in while a technician closes is not closed unseen", async () => {
  const t = deployment();
  const ann = await customer(t);
  const dana = await technician(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Is it ready?" },
  });
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const { turn } = await dana.t.query(api.conversations.getForStaff, { conversationId });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Hello? One more thing" });
  const close = dana.t.mutation(api.conversations.resolve, { conversationId, turn });
  expect(await outcomeOf(close)).toBe("conflict");
  const until = Date.now() + 60_000;
  const snooze = dana.t.mutation(api.conversations.snooze, { conversationId, turn, until });
  expect(await outcomeOf(snooze)).toBe("conflict");
  expect(await row(t, conversationId)).toMatchObject({ status: "open", unreadByStaff: 1 });
});

test("who answers and closes in one go closes, whatever their page shows yet; not with a word between", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Is it ready?" },
  });
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const seen = async () =>
    (await dana.t.query(api.conversations.getForStaff, { conversationId })).turn;
  const answer = (text: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  const close = (turn: number) =>
    outcomeOf(dana.t.mutation(api.conversations.resolve, { conversationId, turn }));
  const turn = await seen();
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And the bag?" });
  await answer("It is ready.");
  expect(await close(turn)).toBe("conflict");
  expect(await close(turn + 100)).toBe("conflict");
  const now = await seen();
  await answer("The bag too.");
  await answer("See you.");
  const sam = await admin(t);
  const byOther = sam.t.mutation(api.conversations.resolve, { conversationId, turn: now });
  expect(await outcomeOf(byOther)).toBe("conflict");
  expect(await close(now)).toBe("ok");
});

test("a customer whose conversation is closed reads that it is", async () => {
  const t = deployment();
  const ann = await customer(t);
  const dana = await technician(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Is it ready?" },
  });
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  expect((await messages(t, conversationId)).at(-1)).toMatchObject({
    author: { kind: "system" },
    text: expect.stringContaining("closed") as string,
  });
});
