/** What customers never see: notes, ids of staff, half-written rows in lists. And rating what they do see. */
import type { PaginationOptions } from "convex/server";
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  customer,
  deployment,
  messages,
  outcomeOf,
  page,
  row,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const NOTE = "Known for complaints; be careful.";

async function withAnswer(t: Deployment) {
  const agentId = await addAgent(t);
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "How much is a screen?" },
  });
  const author = { kind: "agent" as const, agentId, name: "Front Desk" };
  const answerId = await insert(t, conversationId, { author, text: "$179", settledAt: Date.now() });
  return { ann, dana, conversationId, author, answerId };
}

const insert = (
  t: Deployment,
  conversationId: Id<"conversations">,
  fields: Partial<Doc<"messages">>,
) =>
  t.run((ctx) =>
    ctx.db.insert("messages", {
      conversationId,
      author: { kind: "system" },
      visibility: "public",
      status: "complete",
      text: "",
      turn: 1,
      episode: 1,
      ...fields,
    }),
  );

/** Everything that a customer can read about a conversation. */
async function everything(caller: Caller, conversationId: Id<"conversations">): Promise<string> {
  const { get, getUserConversations } = api.conversations;
  return JSON.stringify([
    await caller.t.query(get, { conversationId }),
    await caller.t.query(getUserConversations, { paginationOpts: page() }),
    await caller.t.query(api.messages.getMessages, { conversationId, paginationOpts: page() }),
    await caller.t.query(api.messages.subscribeToMessages, { conversationId }),
    await caller.t.query(api.replies.subscribeToReply, { conversationId }),
  ]);
}

test("a note changes nothing that the customer can read, and staff see it", async () => {
  const t = deployment();
  const { ann, dana, conversationId } = await withAnswer(t);
  const before = await everything(ann, conversationId);
  const conversation = await row(t, conversationId);
  const noteId = await dana.t.mutation(api.messages.addNote, { conversationId, text: NOTE });
  expect(await everything(ann, conversationId)).toBe(before);
  expect(await row(t, conversationId)).toEqual(conversation);
  const seen = await dana.t.query(api.messages.subscribeToMessages, { conversationId });
  expect(seen.at(-1)).toMatchObject({ _id: noteId, text: NOTE, visibility: "staff" });
});

test("a note is not in the AI's context", async () => {
  const t = deployment();
  const { dana, conversationId } = await withAnswer(t);
  await dana.t.mutation(api.messages.addNote, { conversationId, text: NOTE });
  const ref = { conversationId, turn: 1, attempt: 1 };
  const assignment = await t.mutation(internal.replies.begin, ref);
  expect(assignment!.context.length).toBeGreaterThan(0);
  expect(JSON.stringify(assignment)).not.toContain(NOTE);
});

test("a note can't be rated: for the customer there is no such message", async () => {
  const t = deployment();
  const { ann, dana, conversationId } = await withAnswer(t);
  const noteId = await dana.t.mutation(api.messages.addNote, { conversationId, text: NOTE });
  const rate = ann.t.mutation(api.messages.rateMessage, { messageId: noteId, score: "up" });
  expect(await outcomeOf(rate)).toBe("not_found");
});

test("notes don't push public messages out of the customer's window or pages", async () => {
  const t = deployment();
  const { ann, dana, conversationId } = await withAnswer(t);
  for (let i = 0; i < 40; i++) {
    await dana.t.mutation(api.messages.addNote, { conversationId, text: NOTE });
  }
  const seen = await ann.t.query(api.messages.subscribeToMessages, { conversationId });
  expect(seen.map(({ text }) => text)).toEqual(["How much is a screen?", "$179"]);
  const { page: paged } = await ann.t.query(api.messages.getMessages, {
    conversationId,
    paginationOpts: page(2),
  });
  expect(paged).toHaveLength(2);
});

test("a customer reads a technician's name, never the id", async () => {
  const t = deployment();
  const { ann, dana, conversationId } = await withAnswer(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "On it." });
  const read = await everything(ann, conversationId);
  expect(read).toContain("Dana");
  expect(read).not.toContain(dana.userId);
});

test("the reply being written is the last of the live messages, and in no page until it is settled", async () => {
  const t = deployment();
  const { ann, dana, conversationId, author } = await withAnswer(t);
  const messageId = await insert(t, conversationId, {
    author,
    status: "streaming",
    text: "It costs",
    activity: "writing",
    attempt: 1,
  });
  // What is settled meanwhile comes before it.
  await insert(t, conversationId, { text: "Dana is on duty.", settledAt: Date.now() + 1 });
  const see = (caller: Caller) =>
    caller.t.query(api.messages.subscribeToMessages, { conversationId });
  const live = await see(ann);
  expect(live.map(({ text }) => text)).toEqual([
    "How much is a screen?",
    "$179",
    "Dana is on duty.",
    "It costs",
  ]);
  expect(live.at(-1)).toEqual({
    _id: messageId,
    _creationTime: expect.any(Number) as number,
    conversationId,
    author: { kind: "agent", name: "Front Desk" },
    visibility: "public",
    status: "streaming",
    text: "It costs",
    activity: "writing",
  });
  expect((await see(dana)).at(-1)).toEqual(live.at(-1));
  const only = await ann.t.query(api.replies.subscribeToReply, { conversationId });
  expect(only).toMatchObject({ messageId, text: "It costs", activity: "writing" });
  const paged = await ann.t.query(api.messages.getMessages, {
    conversationId,
    paginationOpts: page(),
  });
  expect(paged.page.map(({ _id }) => _id)).not.toContain(messageId);
});

test("before it has a text, the reply being written says what it does; afterwards nothing does", async () => {
  const t = deployment();
  const { ann, conversationId, author } = await withAnswer(t);
  await insert(t, conversationId, { author, status: "streaming", activity: "searching" });
  const live = await ann.t.query(api.messages.subscribeToMessages, { conversationId });
  expect(live.map(({ activity }) => activity)).toEqual([undefined, undefined, "searching"]);
  expect(live.at(-1)).toMatchObject({ text: "" });
});

test("the live messages are the latest 30 settled ones and the reply being written, oldest first", async () => {
  const t = deployment();
  const { ann, conversationId, author } = await withAnswer(t);
  const later = Date.now() + 1;
  for (let i = 0; i < 40; i++) {
    await insert(t, conversationId, { text: `${i}`, settledAt: later + i });
  }
  const see = () => ann.t.query(api.messages.subscribeToMessages, { conversationId });
  const latest = Array.from({ length: 30 }, (_, i) => `${i + 10}`);
  expect((await see()).map(({ text }) => text)).toEqual(latest);
  await insert(t, conversationId, { author, status: "streaming", text: "It costs" });
  expect((await see()).map(({ text }) => text)).toEqual([...latest, "It costs"]);
});

test("pages come newest first, without gaps or repeats while messages arrive", async () => {
  const t = deployment();
  const { ann, conversationId } = await withAnswer(t);
  for (let i = 0; i < 20; i++) await insert(t, conversationId, { text: `${i}`, settledAt: i + 1 });
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let isDone = false; !isDone;) {
    const paginationOpts = { numItems: 7, cursor };
    const got: Awaited<ReturnType<typeof read>> = await read(ann, conversationId, paginationOpts);
    seen.push(...got.page.map(({ text }) => text));
    ({ isDone, continueCursor: cursor } = got);
    await insert(t, conversationId, { text: "later", settledAt: Date.now() + 1e6 });
  }
  const numbers = seen.filter((text) => /^\d+$/.test(text)).map(Number);
  expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
});

const read = (
  caller: Caller,
  conversationId: Id<"conversations">,
  paginationOpts: PaginationOptions,
) => caller.t.query(api.messages.getMessages, { conversationId, paginationOpts });

test("thumbs on an answer are stored, replaceable, and for answers only", async () => {
  const t = deployment();
  const { ann, conversationId, answerId, author } = await withAnswer(t);
  const rate = (messageId: Id<"messages">, score: "up" | "down", comment?: string) =>
    ann.t.mutation(api.messages.rateMessage, { messageId, score, comment });
  await rate(answerId, "down", " Wrong price. ");
  await rate(answerId, "up");
  const answer = (await messages(t, conversationId)).find(({ _id }) => _id === answerId);
  expect(answer!.feedback).toMatchObject({ score: "up" });
  const [question] = await messages(t, conversationId);
  expect(await outcomeOf(rate(question!._id, "up"))).toBe("not_found");
  const writing = await insert(t, conversationId, { author, status: "streaming" });
  expect(await outcomeOf(rate(writing, "up"))).toBe("not_found");
});
