import { expect, test } from "vitest";
import type { ConversationId, MessageId } from "../api";
import { drawnReply, ReplyStream } from "./replyStream";
import type { ReplyLine } from "./replyRequest";

const ID = "c1" as ConversationId;
const REPLY = "r1" as MessageId;
const FIRST: ReplyLine = {
  messageId: "m1" as MessageId,
  replyId: REPLY,
  turn: 3,
  name: "Front Desk",
};
const MESSAGE = { text: "How much?", clientMessageId: "one-two-three", attachments: [] };

/** A deployment whose lines come when a test says so. */
function deployment() {
  const waiting: {
    resolve: (line: IteratorResult<ReplyLine, void>) => void;
    reject: (e: unknown) => void;
  }[] = [];
  const ready: (IteratorResult<ReplyLine, void> | Error)[] = [];
  const signals: AbortSignal[] = [];
  const put = async (next: IteratorResult<ReplyLine, void> | Error) => {
    const one = waiting.shift();
    if (one === undefined) ready.push(next);
    else if (next instanceof Error) one.reject(next);
    else one.resolve(next);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const next = () =>
    new Promise<IteratorResult<ReplyLine, void>>((resolve, reject) => {
      const one = ready.shift();
      if (one instanceof Error) reject(one);
      else if (one !== undefined) resolve(one);
      else waiting.push({ resolve, reject });
    });
  const stream = new ReplyStream({
    request: (_id, _message, signal) => {
      signals.push(signal);
      signal.addEventListener("abort", () => waiting.shift()?.reject(new Error("aborted")));
      return Promise.resolve({ next });
    },
    now: () => 0,
    patienceMs: 50,
  });
  return {
    stream,
    signals,
    say: (line: ReplyLine) => put({ done: false, value: line }),
    end: () => put({ done: true, value: undefined }),
    break: () => put(new Error("The connection broke")),
  };
}

const at = (turn: number, owner: "ai" | "queue" | "human" = "ai", watchedTurn?: number) => ({
  conversation: { _id: ID, turn, owner },
  watchedTurn,
});
const stored = (text: string, attempt = 1) => ({
  messageId: REPLY,
  author: { kind: "agent" as const, name: "Front Desk" },
  text,
  activity: "writing" as const,
  attempt,
  startedAt: 0,
});

async function reading() {
  const server = deployment();
  const asked = server.stream.ask(ID, MESSAGE);
  await server.say(FIRST);
  expect(await asked).toBe(true);
  await server.say({ at: 0, text: "One two" });
  const drawn = (known = at(3), row: ReturnType<typeof stored> | null = null) =>
    drawnReply(server.stream.getSnapshot(), known, row)?.text;
  return { ...server, drawn };
}

test("words are drawn as they come, and what takes their place", async () => {
  const { say, drawn } = await reading();
  expect(drawn()).toBe("One two");
  // The page hasn't heard of its own question yet.
  expect(drawn(at(2))).toBe("One two");
  await say({ at: 4, text: "(2)" });
  expect(drawn()).toBe("One (2)");
  await say({ done: true });
  expect(drawn()).toBe("One (2)");
});

test.each([
  ["a newer turn", at(4)],
  ["a person", at(3, "human")],
  ["the queue", at(3, "queue")],
])(
  "from the moment the page knows of %s nothing is drawn, and the request is closed",
  async (_what, known) => {
    const { stream, say, drawn, signals } = await reading();
    expect(drawn(known)).toBeUndefined();
    stream.follow(known);
    expect(signals[0]?.aborted).toBe(true);
    await say({ at: 7, text: " three" });
    expect(stream.getSnapshot()).toMatchObject({
      own: null,
      kept: { messageId: REPLY, text: "One two" },
    });
  },
);

test("at any of 200 moments between the words, not one more is drawn after the turn moved", async () => {
  const words = Array.from({ length: 200 }, (_, i) => `word${i} `);
  for (let moment = 0; moment < words.length; moment++) {
    const { stream, say, drawn } = await reading();
    for (const [i, word] of words.slice(0, moment + 3).entries()) {
      if (i === moment) stream.follow(at(4));
      const { own } = stream.getSnapshot();
      await say({ at: own?.reply.text.length ?? 0, text: word });
    }
    expect(drawn(at(4))).toBeUndefined();
    const kept = stream.getSnapshot().kept?.text;
    expect(kept).toBe(`One two${words.slice(0, moment).join("")}`);
  }
});

test("when somebody else looks on the page leaves, and goes on from what it has drawn", async () => {
  const { stream, signals, drawn } = await reading();
  stream.follow(at(3, "ai", 3));
  expect(signals[0]?.aborted).toBe(true);
  expect(stream.getSnapshot().own?.isRead).toBe(false);
  expect(drawn()).toBe("One two");
  expect(drawn(at(3), stored("One"))).toBe("One two");
  expect(drawn(at(3), stored("One two three"))).toBe("One two three");
  // A new writer begins again.
  expect(drawn(at(3), stored("", 2))).toBe("");
});

test.each(["break", "end"] as const)(
  "a connection that breaks (%s) leaves the rest to the database",
  async (how) => {
    const server = await reading();
    await server[how]();
    expect(server.stream.getSnapshot().own?.isRead).toBe(false);
    expect(server.drawn(at(3), stored("One two three"))).toBe("One two three");
  },
);

test("a question that can't be asked this way is not taken as stored, nor one that takes too long", async () => {
  const broken = deployment();
  const asked = broken.stream.ask(ID, MESSAGE);
  await broken.break();
  expect(await asked).toBe(false);
  const slow = deployment();
  expect(await slow.stream.ask(ID, MESSAGE)).toBe(false);
  expect(slow.stream.getSnapshot()).toEqual({ isAsking: false, own: null, kept: null });
});

test("where nobody writes an answer here there is nothing to draw", async () => {
  const server = deployment();
  const asked = server.stream.ask(ID, MESSAGE);
  await server.say({ messageId: "m1" as MessageId, replyId: null });
  expect(await asked).toBe(true);
  expect(server.stream.getSnapshot()).toEqual({ isAsking: false, own: null, kept: null });
});

test("a session that ends takes its words with it", async () => {
  const { stream, signals } = await reading();
  stream.drop();
  expect(signals[0]?.aborted).toBe(true);
  expect(stream.getSnapshot()).toEqual({ isAsking: false, own: null, kept: null });
});
