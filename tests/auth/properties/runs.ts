/**
 * Runs random sequences in worlds of their own. A failing run prints the shortest sequence found, its seed
 * and its path. `PROPERTY_SEED=… PROPERTY_PATH=… npx vitest run --project functions FILE` replays it;
 * `PROPERTY_RUNS=100000` runs more.
 */
/// <reference types="vite/client" />
import fc from "fast-check";
import { afterAll, beforeAll, test, vi } from "vitest";
import { JWT_SECRET } from "../../setup";
import type { Step } from "./steps";
import { seen, World } from "./world";

const env = import.meta.env as Record<string, string | undefined>;
const { PROPERTY_SEED, PROPERTY_PATH, PROPERTY_RUNS = "5000" } = env;

export function randomSequences(
  how: string,
  steps: fc.Arbitrary<Step[]>,
  check: (seen: Record<string, number>) => void,
): void {
  const numRuns = Number(PROPERTY_RUNS);
  const parameters: fc.Parameters<[Step[]]> = { numRuns };
  if (PROPERTY_SEED !== undefined) parameters.seed = Number(PROPERTY_SEED);
  if (PROPERTY_PATH !== undefined) parameters.path = PROPERTY_PATH;

  beforeAll(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.stubEnv("JWT_SECRET", JWT_SECRET);
  });
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  const timeout = 120_000 + 60 * numRuns;
  test(`${numRuns} random sequences ${how} do what the model says`, { timeout }, async () => {
    const property = fc.asyncProperty(steps, async (sequence) => {
      const world = await World.create();
      for (const step of sequence) await world.step(step);
    });
    await fc.assert(property, parameters);
    // Some things happen once in a few hundred sequences.
    if (numRuns >= 5_000) check(Object.fromEntries(seen));
  });
}
