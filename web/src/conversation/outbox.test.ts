/** The guarantees of the send queue: order, no doubles, nothing lost without a word. */
import { expect, test } from "vitest";
import { Outbox, type OutboxItem, type OutboxOptions, type OutboxStorage } from "./outbox";

type Attempt = {
  text: string;
  clientMessageId: string;
  accept: () => void;
  refuse: (why: unknown) => void;
};

/** Waits for the next try: `wake` ends it. */
class Line {
  wake = () => {};
  readonly pause = () => new Promise<void>((resolve) => (this.wake = resolve));
}

function setup(options: Partial<OutboxOptions> = {}) {
  const attempts: Attempt[] = [];
  let serial = 0;
  const outbox = new Outbox({
    deliver: (message) =>
      new Promise((accept, refuse) => attempts.push({ ...message, accept, refuse })),
    makeId: () => `message-${++serial}`,
    now: () => serial,
    ...options,
  });
  const states = () => outbox.getSnapshot().map((item) => `${item.text} ${item.state}`);
  return { outbox, attempts, states, tick };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** What tabs share, without a browser. */
function sharedStorage() {
  let items: readonly OutboxItem[] = [];
  const tabs = new Set<() => void>();
  let turn: Promise<unknown> = Promise.resolve();
  const openTab = (): OutboxStorage => ({
    change: async (change) => {
      await tick();
      const before = items;
      items = change(items);
      if (items !== before) for (const tab of tabs) tab();
      return items;
    },
    onExternalChange: (callback) => {
      tabs.add(callback);
      return () => tabs.delete(callback);
    },
    lock: (task) => {
      const next = turn.then(task);
      turn = next.catch(() => undefined);
      return next;
    },
  });
  return { openTab, items: () => items };
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
  expect(states()).toEqual(["two sent", "one unsent"]);
  expect(outbox.getSnapshot()[1]!.error).toBe(reason);
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

test("without a connection a message waits, ahead of the next one, and goes by itself", async () => {
  const line = new Line();
  const isTransient = (error: unknown) => error instanceof TypeError;
  const { outbox, attempts, states } = setup({ isTransient, pause: line.pause });
  outbox.send("one");
  outbox.send("two");
  attempts[0]!.refuse(new TypeError("no network"));
  await tick();
  expect(states()).toEqual(["one sending", "two sending"]);
  expect(attempts).toHaveLength(1);
  line.wake();
  await tick();
  expect(attempts.map(({ text }) => text)).toEqual(["one", "one"]);
  attempts[1]!.accept();
  await tick();
  expect(states()).toEqual(["one sent", "two sending"]);
});

test("what a closed page has written is sent by the next one, and all tabs show it", async () => {
  const { openTab, items } = sharedStorage();
  const offline = { isTransient: () => true, pause: () => new Promise<void>(() => undefined) };
  const closed = setup({
    storage: openTab(),
    deliver: () => Promise.reject(new Error()),
    ...offline,
  });
  closed.outbox.send("one");
  closed.outbox.send("two");
  await expect.poll(() => items().length).toBe(2);

  const [a, b] = [setup({ storage: openTab() }), setup({ storage: openTab() })];
  a.outbox.open();
  b.outbox.open();
  await expect.poll(() => b.states()).toEqual(["one sending", "two sending"]);
  const sent: string[] = [];
  for (let n = 0; n < 2; n++) {
    await expect.poll(() => a.attempts.length + b.attempts.length).toBe(1);
    const [attempt] = [...a.attempts.splice(0), ...b.attempts.splice(0)];
    sent.push(attempt!.text);
    attempt!.accept();
  }
  expect(sent).toEqual(["one", "two"]);
  await expect.poll(() => items()).toEqual([]);
  expect([...a.attempts, ...b.attempts]).toEqual([]);
});

test("what was erased under way is not wanted any more", async () => {
  const { openTab } = sharedStorage();
  const asked: boolean[] = [];
  let erase = async () => {};
  const { outbox } = setup({
    storage: openTab(),
    deliver: async (_, { isWanted }) => {
      asked.push(isWanted());
      await erase();
      asked.push(isWanted());
    },
  });
  erase = async () => {
    await openTab().change(() => []);
    await tick();
    await tick();
  };
  outbox.open();
  outbox.send("one");
  await expect.poll(() => asked).toEqual([true, false]);
});
