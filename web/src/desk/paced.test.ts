import { expect, test } from "vitest";
import { followPaced } from "./paced";

/** A list that runs again, and a clock that is moved by hand. */
function world() {
  let listener: ((value: number[]) => void) | null = null;
  let fail: ((error: unknown) => void) | null = null;
  let timer: (() => void) | null = null;
  const list = { now: [1], runs: 0 };
  const told: number[][] = [];
  const errors: unknown[] = [];
  const run = () => {
    if (listener === null) return;
    list.runs += 1;
    listener([...list.now]);
  };
  const stop = followPaced<number[]>({
    subscribe: (onValue, onError) => {
      listener = onValue;
      fail = onError;
      run();
      return () => (listener = null);
    },
    paceMs: 5_000,
    onValue: (value) => told.push(value),
    onError: (error) => errors.push(error),
    after: (_ms, act) => ((timer = act), () => (timer = null)),
  });
  return {
    told,
    errors,
    list,
    stop,
    change: (next: number[]) => ((list.now = next), run()),
    breakIt: () => fail?.("over"),
    pass: () => timer?.(),
    listening: () => listener !== null,
  };
}

test("in a quiet hour a change is shown at once, and then it listens again", () => {
  const { told, change, pass, listening } = world();
  change([2, 1]);
  expect(told).toEqual([[1], [2, 1]]);
  expect(listening()).toBe(false);
  pass();
  expect(listening()).toBe(true);
  expect(told).toHaveLength(2);
});

test("however much changes, the list runs once a pace, and the last of it is shown", () => {
  const { told, list, change, pass } = world();
  for (let pace = 1; pace <= 10; pace++) {
    for (let i = 0; i < 100; i++) change([pace, i]);
    pass();
    expect(told.at(-1)).toEqual(list.now);
  }
  // The first, the first change, and one a pace.
  expect(list.runs).toBe(12);
});

test("a run that comes to the same is no news: it goes on listening", () => {
  const { told, change, listening } = world();
  change([1]);
  change([1]);
  expect(told).toEqual([[1]]);
  expect(listening()).toBe(true);
});

test("it ends whenever it is ended, in a pause too, and with an error", () => {
  const paused = world();
  paused.change([2]);
  paused.stop();
  paused.pass();
  expect(paused.listening()).toBe(false);
  const failing = world();
  failing.breakIt();
  expect(failing.errors).toEqual(["over"]);
  expect(failing.listening()).toBe(false);
});
