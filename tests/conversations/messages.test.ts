/** Sending messages: once, in order, bounded, and what each one sets going. */
import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { REPLY_CAP } from "../../convex/model/handoff/triggers";
import { MAX_ATTACHMENT_BYTES } from "../../convex/model/conversations/attachments";
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
  refusal,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const start = async (caller: Caller) =>
  (await caller.t.mutation(api.conversations.createConversation, {})).conversationId;

type Extra = {
  clientMessageId?: string;
  attachments?: { storageId: Id<"_storage">; name: string }[];
};
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

describe("attachments", () => {
  /** The mock keeps no content type, and reads no limits: both are set on the file's row. */
  const store = (t: Deployment, contentType: string, size = 10) =>
    t.run(async (ctx) => {
      const storageId = await ctx.storage.store(new Blob(["x"]));
      const files = ctx.db as unknown as { patch: (id: string, fields: object) => Promise<void> };
      await files.patch(storageId, { contentType: contentType || undefined, size });
      return storageId;
    });
  const attach = async (t: Deployment, type: string, size?: number) => {
    const ann = await customer(t);
    const attachments = [{ storageId: await store(t, type, size), name: " photo.png " }];
    return { ann, id: await start(ann), attachments };
  };

  test("are shown by name, type, size and URL; their text may be empty", async () => {
    const t = deployment();
    const { ann, id, attachments } = await attach(t, "image/png");
    await send(ann, id, "", { attachments });
    const [message] = await ann.t.query(api.messages.subscribeToMessages, { conversationId: id });
    expect(message!.attachments).toEqual([
      {
        name: "photo.png",
        contentType: "image/png",
        size: 10,
        url: expect.stringContaining("http") as string,
      },
    ]);
    expect(await row(t, id)).toMatchObject({ preview: "photo.png" });
  });

  test.each(["text/html", "image/svg+xml", "application/x-msdownload", ""])(
    "of type %j are refused",
    async (type) => {
      const { ann, id, attachments } = await attach(deployment(), type);
      expect(await outcomeOf(send(ann, id, "Look", { attachments }))).toBe("invalid_input");
    },
  );

  test("have at most 10 MiB, and there are at most five", async () => {
    const t = deployment();
    const { ann, id, attachments } = await attach(t, "image/png", MAX_ATTACHMENT_BYTES + 1);
    expect(await outcomeOf(send(ann, id, "Look", { attachments }))).toBe("too_large");
    const six = Array(6).fill({ storageId: await store(t, "image/png"), name: "a.png" }) as never;
    expect(await outcomeOf(send(ann, id, "Look", { attachments: six }))).toBe("too_large");
  });

  test("that don't exist are refused, and the message with them", async () => {
    const t = deployment();
    const { ann, id, attachments } = await attach(t, "image/png");
    await t.run((ctx) => ctx.storage.delete(attachments[0]!.storageId));
    expect(await outcomeOf(send(ann, id, "Look", { attachments }))).toBe("not_found");
    expect(await messages(t, id)).toEqual([]);
  });

  test("belong to one message: whoever learns a storage id can't read the file by sending it again", async () => {
    const t = deployment();
    const { ann, id, attachments } = await attach(t, "image/png");
    await send(ann, id, "My screen", { attachments });
    const bob = await customer(t, "bob@example.com");
    const bobs = await start(bob);
    const taken = await refusal(send(bob, bobs, "Mine now", { attachments }));
    await t.run((ctx) => ctx.storage.delete(attachments[0]!.storageId));
    const gone = await refusal(send(bob, bobs, "Mine now", { attachments }));
    expect(taken).toEqual(gone);
    expect(taken.code).toBe("not_found");
    expect(await messages(t, bobs)).toEqual([]);
  });

  test("are not taken twice by one message, nor by a retry of it", async () => {
    const t = deployment();
    const { ann, id, attachments } = await attach(t, "image/png");
    const twice = [...attachments, ...attachments];
    expect(await outcomeOf(send(ann, id, "Look", { attachments: twice }))).toBe("not_found");
    const clientMessageId = "client-file";
    const first = await send(ann, id, "Look", { attachments, clientMessageId });
    expect(await send(ann, id, "Look", { attachments, clientMessageId })).toBe(first);
    expect(await messages(t, id)).toHaveLength(1);
  });
});
