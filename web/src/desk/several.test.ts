import { expect, test, vi } from "vitest";
import type { ConversationId } from "../api";
import { PendingActs, type Chosen, type Outcome } from "./several";

const chosen = ["a", "b", "c"].map((id, turn): Chosen => ({
  conversationId: id as ConversationId,
  turn,
}));

function world(one = (_: Chosen): Promise<unknown> => Promise.resolve()) {
  let timer: (() => void) | null = null;
  const done: string[] = [];
  const outcomes: Outcome[] = [];
  const acts = new PendingActs({
    after: (_ms, act) => ((timer = act), () => (timer = null)),
    onChange: () => undefined,
    onDone: (outcome) => outcomes.push(outcome),
  });
  const start = (words = "Done") =>
    acts.start({
      words,
      chosen,
      one: async (each) => {
        await one(each);
        done.push(`${words} ${each.conversationId} ${each.turn}`);
      },
    });
  return { acts, start, done, outcomes, pass: () => timer?.() };
}

test("what is undone was never done, and comes back as it was chosen", () => {
  const { acts, start, done, pass } = world();
  start();
  expect(acts.undo()).toBe(chosen);
  pass();
  expect(done).toEqual([]);
  expect(acts.undo()).toEqual([]);
});

test("after its time all are done, each as it was when it was chosen", async () => {
  const { start, done, outcomes, pass } = world();
  start();
  expect(done).toEqual([]);
  pass();
  await vi.waitFor(() => expect(outcomes).toEqual([{ done: 3, failed: 0, error: null }]));
  expect(done).toEqual(["Done a 0", "Done b 1", "Done c 2"]);
});

test("one that can't be done stops none, and is told of with its reason", async () => {
  const error = new Error("Something new has come in.");
  const { start, outcomes, pass } = world(({ turn }) =>
    turn === 1 ? Promise.reject(error) : Promise.resolve(),
  );
  start();
  pass();
  await vi.waitFor(() => expect(outcomes).toEqual([{ done: 2, failed: 1, error }]));
});

test("who begins something else, or leaves, has done the first", async () => {
  const { acts, start, outcomes } = world();
  start("First");
  start("Second");
  await vi.waitFor(() => expect(outcomes).toHaveLength(1));
  acts.finish();
  await vi.waitFor(() => expect(outcomes).toHaveLength(2));
  acts.finish();
  expect(outcomes).toHaveLength(2);
});
