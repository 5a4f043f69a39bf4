/** Random sequences of sign-in with several calls at once: of n concurrent uses of a code or token one wins. */
import fc from "fast-check";
import { expect } from "vitest";
import { randomSequences } from "./properties/runs";
import { stepsWith } from "./properties/steps";

randomSequences("with races", stepsWith(fc.integer({ min: 2, max: 3 })), (seen) => {
  expect(Object.keys(seen)).toEqual(
    expect.arrayContaining(["createSession granted", "refresh granted current", "guest merged"]),
  );
});
