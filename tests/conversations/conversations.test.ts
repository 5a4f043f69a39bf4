/** A conversation's life as its customer sees it, and what it costs to list. */
import type { PaginationOptions } from "convex/server";
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { DAY } from "../../convex/lib/time";
import {
  addAgent,
  clockedDeployment,
  customer,
  deployment,
  guest,
  messages,
  outcomeOf,
  page,
  queryCost,
  refusal,
  row,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const start = async (caller: Caller, text = "My laptop is slow.") =>
  (await caller.t.mutation(api.conversations.createConversation, { message: { text } }))
    .conversationId;

const processes = async (t: Deployment) => {
  const { workflows } = await snapshot(t);
  return workflows as { kind: string; state: string; turn: number }[];
};

test("starting with a message stores both in one transaction and starts the answer", async () => {
  const t = deployment();
  const ann = await customer(t);
  const { conversationId, messageId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "My laptop is slow." },
  });
  expect(await messages(t, conversationId)).toMatchObject([
    { _id: messageId, text: "My laptop is slow.", turn: 1, episode: 1 },
  ]);
  expect(await row(t, conversationId)).toMatchObject({ turn: 1, preview: "My laptop is slow." });
  expect(await processes(t)).toMatchObject([{ kind: "reply", state: "queued", turn: 1 }]);
});

test("a conversation is titled by what its customer asked first, on one line and without secrets, once", async () => {
  const t = deployment();
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  expect(await row(t, conversationId)).not.toHaveProperty("title");
  const text = `My laptop\nis slow, card 4111 1111 1111 1111. ${"Really. ".repeat(30)}`;
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And hot." });
  const { page: listed } = await list(ann);
  expect(listed).toMatchObject([{ preview: "And hot." }]);
  expect(listed[0]!.title).toMatch(/^My laptop is slow, card \[card number removed\]\. Really.*…$/);
  expect(listed[0]!.title!.length).toBeLessThanOrEqual(80);
});

test("a conversation whose first message is refused is not stored", async () => {
  const t = deployment();
  const ann = await customer(t);
  const call = ann.t.mutation(api.conversations.createConversation, { message: { text: " " } });
  expect(await outcomeOf(call)).toBe("invalid_input");
  const { conversations, analytics } = await snapshot(t);
  expect([conversations, analytics]).toEqual([[], []]);
});

test("one's conversations come latest message first, page by page, each once", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const bob = await guest(t);
  const made = [];
  for (let i = 0; i < 7; i++) {
    vi.setSystemTime(Date.now() + 1000);
    made.unshift(await start(ann));
    await start(bob);
  }
  const seen = [];
  let cursor: string | null = null;
  for (let isDone = false; !isDone;) {
    const listed: Awaited<ReturnType<typeof list>> = await list(ann, { numItems: 3, cursor });
    expect(listed.page.length).toBeLessThanOrEqual(3);
    seen.push(...listed.page.map(({ _id }) => _id));
    ({ isDone, continueCursor: cursor } = listed);
  }
  expect(seen).toEqual(made);
});

const list = (caller: Caller, paginationOpts: PaginationOptions = page()) =>
  caller.t.query(api.conversations.getUserConversations, { paginationOpts });

test.each([0, 101, 1.5, -1, NaN])("a page of %d is refused", async (numItems) => {
  const ann = await customer(deployment());
  expect(await outcomeOf(list(ann, { numItems, cursor: null }))).toBe("invalid_input");
});

test("a customer's view of a conversation has no id of staff, no brief and no staff counts", async () => {
  const t = deployment();
  const ann = await customer(t);
  const dana = await technician(t);
  const conversationId = await start(ann);
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const seen = await ann.t.query(api.conversations.get, { conversationId });
  expect(seen.owner).toBe("human");
  expect(JSON.stringify(seen)).not.toContain(dana.userId);
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(["brief"]));
  expect((await list(ann)).page).toEqual([seen]);
});

describe("a hand-off", () => {
  test("silences the AI, tells the customer, and puts the brief before the technicians", async () => {
    const t = deployment();
    await addAgent(t);
    const ann = await customer(t);
    const conversationId = await start(ann);
    const note = "Please, a person.";
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId, note });
    const after = await row(t, conversationId);
    expect(after).toMatchObject({
      turn: 2,
      owner: { kind: "queue" },
      unreadByStaff: 1,
      brief: { reason: "customer_request", summary: note, urgency: "normal" },
    });
    const told = (await messages(t, conversationId)).at(-1);
    expect(told).toMatchObject({ author: { kind: "system" }, visibility: "public" });
    const turn = { conversationId, turn: 1, attempt: 1 };
    await t.action(internal.replies.generate, turn);
    const authors = (await messages(t, conversationId)).map(({ author }) => author.kind);
    expect(authors).toEqual(["customer", "system"]);
  });

  test("happens once: asking again changes nothing", async () => {
    const t = deployment();
    const ann = await customer(t);
    const conversationId = await start(ann);
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
    const { rateLimits: _, ...before } = await snapshot(t);
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
    const { rateLimits: __, ...after } = await snapshot(t);
    expect(after).toEqual(before);
  });

  test("keeps the time that the customer has been waiting since", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    const asked = Date.now();
    const conversationId = await start(ann);
    vi.setSystemTime(asked + 60_000);
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
    expect(await row(t, conversationId)).toMatchObject({
      waitingSince: asked,
      owner: { since: asked + 60_000 },
    });
  });
});

test("marking as read clears one's own count and not the other side's", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await start(ann);
  await t.run((ctx) =>
    ctx.db.patch("conversations", conversationId, { unreadByCustomer: 2, unreadByStaff: 3 }),
  );
  await ann.t.mutation(api.conversations.markRead, { conversationId });
  expect(await row(t, conversationId)).toMatchObject({ unreadByCustomer: 0, unreadByStaff: 3 });
  await dana.t.mutation(api.conversations.markRead, { conversationId });
  expect(await row(t, conversationId)).toMatchObject({ unreadByStaff: 0 });
});

test("a rating is a whole number from 1 to 5, and a later one replaces it", async () => {
  const t = deployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  const rate = (score: number, comment?: string) =>
    ann.t.mutation(api.conversations.rate, { conversationId, score, comment });
  for (const score of [0, 6, 2.5, NaN, -1]) {
    expect(await outcomeOf(rate(score))).toBe("invalid_input");
  }
  await rate(2, " Slow. ");
  expect((await row(t, conversationId)).rating).toMatchObject({ score: 2, comment: "Slow." });
  await rate(5);
  const { rating } = await row(t, conversationId);
  expect(rating).toMatchObject({ score: 5 });
  expect(rating).not.toHaveProperty("comment");
});

test("a contact is normalized, and what is given is added to what is known", async () => {
  const t = deployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  const update = (contact: object) =>
    ann.t.mutation(api.conversations.updateConversation, { conversationId, contact });
  await update({ phone: "(614) 555-0142" });
  await update({ email: " Ann@Example.com" });
  expect((await row(t, conversationId)).contact).toEqual({
    phone: "+16145550142",
    email: "ann@example.com",
  });
  expect(await outcomeOf(update({ phone: "call me" }))).toBe("invalid_input");
});

test("what a list costs does not depend on how many messages the conversations have", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await start(ann);
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  const costs = async () => [
    await queryCost(ann, api.conversations.getUserConversations, { paginationOpts: page() }),
    await queryCost(ann, api.conversations.get, { conversationId }),
    await queryCost(dana, api.conversations.queue, { view: "waiting" }),
    await queryCost(dana, api.conversations.queue, { view: "all" }),
    await queryCost(ann, api.replies.subscribeToReply, { conversationId }),
  ];
  const before = await costs();
  expect(Math.max(...before.map(({ documentsRead }) => documentsRead))).toBeLessThanOrEqual(5);
  const [message] = await messages(t, conversationId);
  const { _id, _creationTime, ...copy } = message!;
  await t.run(async (ctx) => {
    for (let i = 0; i < 300; i++) await ctx.db.insert("messages", { ...copy, settledAt: i + 1 });
  });
  expect(await costs()).toEqual(before);
});

test("a snooze ends at its time, and not before", async () => {
  const t = clockedDeployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await start(ann);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const until = Date.now() + DAY;
  await dana.t.mutation(api.conversations.snooze, { conversationId, until });
  const listed = await dana.t.query(api.conversations.queue, { view: "all" });
  expect(listed).toEqual([]);
  await runUntil(t, until - 1_000);
  expect((await row(t, conversationId)).status).toBe("snoozed");
  await runUntil(t, until + 1_000);
  expect(await row(t, conversationId)).toMatchObject({ status: "open", unreadByStaff: 1 });
  expect(await row(t, conversationId)).not.toHaveProperty("snoozedUntil");
});

test("a customer's message ends a snooze at once", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await start(ann);
  const until = Date.now() + DAY;
  await dana.t.mutation(api.conversations.snooze, { conversationId, until });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Still there?" });
  expect(await row(t, conversationId)).toMatchObject({ status: "open" });
});

test("snoozing takes a time within the next 90 days, of a conversation that is not resolved", async () => {
  const t = clockedDeployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await start(ann);
  const snooze = (until: number) =>
    dana.t.mutation(api.conversations.snooze, { conversationId, until });
  for (const until of [Date.now(), Date.now() + 90 * DAY, NaN, -1, Infinity]) {
    expect(await outcomeOf(snooze(until))).toBe("invalid_input");
  }
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  expect(await refusal(snooze(Date.now() + DAY))).toMatchObject({ code: "conflict" });
});

test("asking for a person in a resolved conversation opens a new episode, with a technician to come", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  const dana = await technician(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "It broke again" },
  });
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  expect(await row(t, conversationId)).toMatchObject({
    status: "open",
    episode: 2,
    owner: { kind: "queue" },
    brief: { reason: "customer_request", summary: "It broke again" },
  });
});
