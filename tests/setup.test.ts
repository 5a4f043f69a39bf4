/** What the tests of functions stand on. */
import { expect, test, vi } from "vitest";
import type * as setup from "./setup";

test("what is ready runs on, where a test that holds the clock is the first to load this", async () => {
  vi.useFakeTimers();
  const loadedHere = "./setup?loaded-here";
  const { nextTurn } = (await import(loadedHere)) as typeof setup;
  await nextTurn();
  expect(vi.getTimerCount()).toBe(0);
}, 20_000);
