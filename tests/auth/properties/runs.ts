/** Runs random sequences of sign-in, each in a world of its own: `tests/properties.ts` says how many. */
import { beforeEach, test, vi } from "vitest";
import { expectReached, fc, runs } from "../../properties";
import type { Engine } from "../../simulation/engine";
import type { Step } from "./steps";
import { World } from "./world";

export async function play(engine: Engine, sequence: Step[]): Promise<void> {
  const world = await World.create(engine);
  for (const step of sequence) await world.step(step);
}

export function randomSequences(
  how: string,
  engine: () => Engine,
  steps: fc.Arbitrary<Step[]>,
  reached: Parameters<typeof expectReached>[0],
): void {
  const numRuns = runs();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.stubEnv("JWT_SECRET", "s".repeat(43));
  });

  const timeout = 120_000 + 60 * numRuns;
  test(`${numRuns} random sequences ${how} do what the model says`, { timeout }, async () => {
    const property = fc.asyncProperty(steps, (sequence) => play(engine(), sequence));
    await fc.assert(property, { numRuns });
    expectReached(reached);
  });
}
