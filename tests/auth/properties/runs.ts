/** Runs random sequences of sign-in, each in a world of its own: `tests/properties.ts` says how many. */
import { beforeEach, test, vi } from "vitest";
import { expectReached, fc, runs } from "../../properties";
import { JWT_SECRET } from "../../setup";
import type { Step } from "./steps";
import { World } from "./world";

export function randomSequences(
  how: string,
  steps: fc.Arbitrary<Step[]>,
  reached: Parameters<typeof expectReached>[0],
): void {
  const numRuns = runs();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.stubEnv("JWT_SECRET", JWT_SECRET);
  });

  const timeout = 120_000 + 60 * numRuns;
  test(`${numRuns} random sequences ${how} do what the model says`, { timeout }, async () => {
    const property = fc.asyncProperty(steps, async (sequence) => {
      const world = await World.create();
      for (const step of sequence) await world.step(step);
    });
    await fc.assert(property, { numRuns });
    expectReached(reached);
  });
}
