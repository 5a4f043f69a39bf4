/** The guarantees of the send queue: order, no doubles, nothing lost without a word. */
import { expect, test } from "vitest";
import { Outbox } from "./outbox";

type Attempt = {
  text: string;
  clientMessageId: string;
  accept: () => void;
  refuse: (why: unknown) => void;
};

function setup() {
  const attempts: Attempt[] = [];
  let serial = 0;
  const outbox = new Outbox({
    deliver: (message) =>
      new Promise((accept, refuse) => attempts.push({ ...message, accept, refuse })),
    makeId: () => `message-${++serial}`,
    now: () => serial,
  });
  const states = () => outbox.getSnapshot().map((item) => `${item.text} ${item.state}`);
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  return { outbox, attempts, states, tick };
}

test("a message shows at once and the next one waits for its turn", async () => {
  const { outbox, attempts, states, tick } = setup();
  outbox.send("one");
  outbox.send("two");
  expect(states()).toEqual(["one sending", "two sending"]);
  expect(attempts.map(({ text }) => text)).toEqual(["one"]);
  attempts[0]!.accept();
  await tick();
  expect(attempts.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(states()).toEqual(["one sent", "two sending"]);
});

test("a retry uses the same clientMessageId", async () => {
  const { outbox, attempts, states, tick } = setup();
  const id = outbox.send("one");
  attempts[0]!.refuse(new Error("offline"));
  await tick();
  expect(states()).toEqual(["one unsent"]);
  outbox.retry(id);
  expect(states()).toEqual(["one sending"]);
  expect(attempts[1]!.clientMessageId).toBe(attempts[0]!.clientMessageId);
});

test("a refused message doesn't hold up the ones behind it, and keeps its reason", async () => {
  const { outbox, attempts, states, tick } = setup();
  const reason = new Error("rate limited");
  outbox.send("one");
  outbox.send("two");
  attempts[0]!.refuse(reason);
  await tick();
  attempts[1]!.accept();
  await tick();
  expect(states()).toEqual(["one unsent", "two sent"]);
  expect(outbox.getSnapshot()[0]!.error).toBe(reason);
});

test("two clicks on try again deliver once", async () => {
  const { outbox, attempts, tick } = setup();
  const id = outbox.send("one");
  attempts[0]!.refuse(new Error("offline"));
  await tick();
  outbox.retry(id);
  outbox.retry(id);
  await tick();
  expect(attempts).toHaveLength(2);
});

test("what the server shows leaves the outbox, without waking listeners for nothing", () => {
  const { outbox, states } = setup();
  const id = outbox.send("one");
  let changes = 0;
  outbox.subscribe(() => changes++);
  outbox.settle(new Set(["something else"]));
  expect(changes).toBe(0);
  outbox.settle(new Set([id]));
  expect(states()).toEqual([]);
});

test("only an unsent message can be discarded", async () => {
  const { outbox, attempts, states, tick } = setup();
  const id = outbox.send("one");
  outbox.discard(id);
  expect(states()).toEqual(["one sending"]);
  attempts[0]!.refuse(new Error("no"));
  await tick();
  outbox.discard(id);
  expect(states()).toEqual([]);
});
