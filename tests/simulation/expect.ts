/** `expect(…).toEqual(…)` for what is compared millions of times: it is asked only when something is wrong. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

export function must(actual: unknown, expected: unknown, what?: string): void {
  if (actual === expected || isDeepStrictEqual(actual, expected)) return;
  expect(actual, what).toEqual(expected);
}
