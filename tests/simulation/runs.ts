/** Runs random interleavings, each in a world of its own: `tests/properties.ts` says how many. */
import { beforeEach, test, vi } from "vitest";
import { REPLY_CAP } from "../../convex/model/handoff/triggers";
import { expectReached, fc, runs } from "../properties";
import type { Engine } from "./engine";
import { play, sequences, type StepKind } from "./steps";
import { runOut, type Machines } from "./time";
import { World, type Rules } from "./world";

const MAX_STEPS = 20;

type Registry = Rules & { kinds: StepKind[] };

type Interleaving = { steps: { do: string; args: unknown }[]; answered: number } & {
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
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
}

export function randomInterleavings(
  engine: () => Engine,
  registry: Registry,
  reached: Parameters<typeof expectReached>[0],
): void {
  const numRuns = runs();
  const timeout = 120_000 + 60 * numRuns;
  test(`${numRuns} random interleavings keep every promise`, { timeout }, async () => {
    const property = fc.asyncProperty(interleavings(registry.kinds), async (interleaving) => {
      await simulate(engine(), registry, interleaving);
    });
    await fc.assert(property, { numRuns });
    expectReached(reached);
  });
}
