/** Sending messages: once, in order, bounded, and what each one sets going. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { REPLY_CAP } from "../../convex/model/handoff/triggers";
import { MAX_MESSAGE_CHARS } from "../../convex/lib/text";
import {
  clockedDeployment,
  customer,
  deployment,
  messages,
  mutationCost,
  outcomeOf,
  page,
  queryCost,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const start = async (caller: Caller) =>
  (await caller.t.mutation(api.conversations.createConversation, {})).conversationId;

type Extra = { clientMessageId?: string };
const send = (
  caller: Caller,
  conversationId: Id<"conversations">,
  text: string,
  extra: Extra = {},
) => caller.t.mutation(api.messages.sendMessage, { conversationId, text, ...extra });

/** The same conversation with so many more messages. */
async function repeat(t: Deployment, id: Id<"conversations">, count: number): Promise<void> {
  const { _id, _creationTime, ...copy } = (await messages(t, id))[0]!;
  await t.run(async (ctx) => {
    for (let i = 0; i < count; i++) await ctx.db.insert("messages", copy);
  });
}

const replyTurns = async (t: Deployment) => {
  const { workflows } = await snapshot(t);
  const rows = workflows as { kind: string; turn: number }[];
  return rows.filter(({ kind }) => kind === "reply").map(({ turn }) => turn);
};

test("each message bumps the turn, and sets one reply going for it", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  await send(ann, id, "One");
  await send(ann, id, "Two");
  expect(await row(t, id)).toMatchObject({ turn: 2, preview: "Two" });
  expect(await replyTurns(t)).toEqual([1, 2]);
});

test("a message that is sent again changes nothing, however often and concurrently", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  const again = () => send(ann, id, "Once", { clientMessageId: "client-1" });
  const first = await again();
  const { rateLimits: _, ...before } = await snapshot(t);
  const ids = await Promise.all(Array.from({ length: 5 }, again));
  expect(new Set([first, ...ids]).size).toBe(1);
  const { rateLimits: __, ...after } = await snapshot(t);
  expect(after).toEqual(before);
});

test("concurrent first sends with one clientMessageId store one message", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  const ids = await Promise.all(
    Array.from({ length: 8 }, () => send(ann, id, "Once", { clientMessageId: "client-1" })),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await messages(t, id)).toHaveLength(1);
  expect(await row(t, id)).toMatchObject({ turn: 1 });
});

test("the same clientMessageId in another conversation is another message", async () => {
  const t = deployment();
  const ann = await customer(t);
  const [one, two] = [await start(ann), await start(ann)];
  const extra = { clientMessageId: "client-1" };
  expect(await send(ann, one, "Hello", extra)).not.toBe(await send(ann, two, "Hello", extra));
});

test.each(["short", "x".repeat(65), "has space", "semi;colon", ""])(
  "%j is no clientMessageId",
  async (clientMessageId) => {
    const ann = await customer(deployment());
    const id = await start(ann);
    expect(await outcomeOf(send(ann, id, "Hello", { clientMessageId }))).toBe("invalid_input");
  },
);

test("a text has 1 to 8,000 characters", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  expect(await outcomeOf(send(ann, id, " \n "))).toBe("invalid_input");
  expect(await outcomeOf(send(ann, id, "x".repeat(MAX_MESSAGE_CHARS)))).toBe("ok");
  expect(await outcomeOf(send(ann, id, "x".repeat(MAX_MESSAGE_CHARS + 1)))).toBe("too_large");
  expect(await messages(t, id)).toHaveLength(1);
});

test("a message to a resolved conversation opens a new episode, with a clean slate", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const id = await start(ann);
  await send(ann, id, "Old");
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId: id });
  await dana.t.mutation(api.conversations.resolve, { conversationId: id });
  await ann.t.mutation(api.conversations.rate, { conversationId: id, score: 5 });
  await t.run((ctx) => ctx.db.patch("conversations", id, { aiReplies: REPLY_CAP }));
  await send(ann, id, "New");
  const reopened = await row(t, id);
  expect(reopened).toMatchObject({
    status: "open",
    owner: { kind: "ai" },
    episode: 2,
    aiReplies: 0,
  });
  expect(Object.keys(reopened)).not.toEqual(expect.arrayContaining(["brief"]));
  expect(reopened.rating).toBeUndefined();
  const said = (await messages(t, id)).filter(({ author }) => author.kind === "customer");
  expect(said.at(-1)).toMatchObject({ text: "New", episode: 2 });
  expect((await replyTurns(t)).at(-1)).toBe(reopened.turn);
});

test("a message to people sets no reply going, and counts as unread for them", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  await ann.t.mutation(api.conversations.escalateConversation, { conversationId: id });
  await send(ann, id, "More");
  expect(await replyTurns(t)).toEqual([]);
  expect(await row(t, id)).toMatchObject({ unreadByStaff: 2 });
});

test(`after ${REPLY_CAP} answers the next message goes to a technician`, async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  await t.run((ctx) => ctx.db.patch("conversations", id, { aiReplies: REPLY_CAP }));
  await send(ann, id, "And now?");
  expect(await row(t, id)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "reply_cap" },
  });
  expect(await replyTurns(t)).toEqual([]);
});

test("a customer waits since their first message without an answer", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const id = await start(ann);
  const since = Date.now();
  await send(ann, id, "One");
  vi.setSystemTime(since + 5000);
  await send(ann, id, "Two");
  expect((await row(t, id)).waitingSince).toBe(since);
});

test("sending reads at most 12 documents, whatever the conversation holds", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  await send(ann, id, "One");
  const args = { conversationId: id, text: "Two", clientMessageId: "client-2" };
  const short = await mutationCost(ann, api.messages.sendMessage, args);
  await repeat(t, id, 200);
  const next = { ...args, clientMessageId: "client-3" };
  const long = await mutationCost(ann, api.messages.sendMessage, next);
  expect(short.documentsRead).toBeLessThanOrEqual(12);
  expect(long.documentsRead).toBe(short.documentsRead);
  expect(long.documentsWritten).toBeLessThanOrEqual(8);
});

test("a page and the live window cost what they show, not what there is", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann);
  await send(ann, id, "One");
  await repeat(t, id, 300);
  const paged = { conversationId: id, paginationOpts: page(10) };
  const reads = await queryCost(ann, api.messages.getMessages, paged);
  expect(reads.documentsRead).toBeLessThanOrEqual(10 + 3);
  const live = await queryCost(ann, api.messages.subscribeToMessages, { conversationId: id });
  expect(live.documentsRead).toBeLessThanOrEqual(30 + 4);
});
