/**
 * Runs random interleavings, each in a world of its own. A failing run prints the shortest one found, its seed
 * and its path. `PROPERTY_SEED=… PROPERTY_PATH=… npx vitest run --project functions FILE` replays it;
 * `PROPERTY_RUNS=100000` runs more.
 */
/// <reference types="vite/client" />
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { REPLY_CAP } from "../../convex/model/handoff/triggers";
import type { Engine } from "./engine";
import { play, sequences, type StepKind } from "./steps";
import { runOut, type Machines } from "./time";
import { World, seen, type Registry } from "./world";

const env = import.meta.env as Record<string, string | undefined>;
const { PROPERTY_SEED, PROPERTY_PATH, PROPERTY_RUNS = "10000" } = env;

const MAX_STEPS = 20;

export type Interleaving = { steps: { do: string; args: unknown }[]; answered: number } & {
  machines: Machines;
};

export const interleavings = (kinds: StepKind[]): fc.Arbitrary<Interleaving> =>
  fc.record({
    steps: sequences(kinds, MAX_STEPS),
    // Sometimes the AI has nearly said enough.
    answered: fc.constantFrom(0, 0, REPLY_CAP - 1),
    machines: fc.constantFrom<Machines>("well", "dying"),
  });

export async function simulate(
  engine: Engine,
  registry: Registry,
  { steps, answered, machines }: Interleaving,
): Promise<World> {
  const byName = new Map(registry.kinds.map((kind) => [kind.name, kind]));
  const world = await World.create(engine, registry, answered);
  for (const one of steps) await play(world, byName, one);
  await runOut(world, machines);
  return world;
}

export function holdTheClock(): void {
  beforeAll(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });
}

export function randomInterleavings(
  engine: () => Engine,
  registry: Registry,
  reached: string[],
): void {
  const numRuns = Number(PROPERTY_RUNS);
  const parameters: fc.Parameters<[Interleaving]> = { numRuns };
  if (PROPERTY_SEED !== undefined) parameters.seed = Number(PROPERTY_SEED);
  if (PROPERTY_PATH !== undefined) parameters.path = PROPERTY_PATH;

  const timeout = 120_000 + 60 * numRuns;
  test(`${numRuns} random interleavings keep every promise`, { timeout }, async () => {
    const property = fc.asyncProperty(interleavings(registry.kinds), async (interleaving) => {
      await simulate(engine(), registry, interleaving);
    });
    await fc.assert(property, parameters);
    // A property that never gets anywhere proves nothing.
    if (numRuns >= 5_000) expect([...seen.keys()]).toEqual(expect.arrayContaining(reached));
  });
}
