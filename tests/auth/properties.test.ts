/** Random sequences of sign-in, one call at a time, do what a simple model says (`properties/model.ts`). */
import { expect, test } from "vitest";
import { fc, runs } from "../properties";
import { MemoryEngine } from "../simulation/engine";
import { play, randomSequences } from "./properties/runs";
import { stepsWith } from "./properties/steps";

const steps = stepsWith(fc.constant(1));

randomSequences("call by call", () => new MemoryEngine(), steps, {
  often: [
    "createSession granted",
    "createSession refused",
    "guest upgraded",
    "logout ok",
    "refresh granted current",
    "refresh granted old",
    "revoke not_found",
    "revoke ok",
    "revokeOthers ok",
    "too many guesses",
    "verifyEmail granted",
    "verifyEmail refused",
  ],
  rarely: [
    "guest merged",
    "address changed",
    "own address proved again",
    "old token ended its session",
    "verifyEmail session_expired",
    "verifyEmail forbidden",
  ],
});

test(
  "the engine in memory leaves the rows that convex-test leaves",
  { timeout: 60_000 + 3_000 * runs(25) },
  async () => {
    // Here alone: long runs are bundled without it.
    const { contents, MockEngine } = await import("../simulation/mock");
    const property = fc.asyncProperty(steps, async (sequence) => {
      const [memory, mock] = [new MemoryEngine(), new MockEngine()];
      await play(memory, sequence);
      await play(mock, sequence);
      expect(contents(memory)).toEqual(contents(mock));
    });
    await fc.assert(property, { numRuns: runs(25) });
  },
);
