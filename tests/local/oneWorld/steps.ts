/** The registry of steps: what may happen in the one world, how often, with which arguments; as plain data. */
import fc from "fast-check";
import type { Shop } from "./shop";
import { DAY, HOUR, MINUTE, SECOND } from "./stage";

export type Step = { do: string; args: Record<string, unknown>; thenMs: number };
type StepKind = {
  name: string;
  weight: number;
  args: fc.Arbitrary<Record<string, unknown>>;
  run: (shop: Shop, args: never) => Promise<void>;
};

/** One row of a registry. */
export function step<A extends Record<string, unknown>>(
  name: string,
  weight: number,
  fields: { [K in keyof A]: fc.Arbitrary<A[K]> },
  run: (shop: Shop, args: A) => Promise<void>,
): StepKind {
  return { name, weight, args: fc.record(fields), run };
}

/** Mostly a moment, so that what is under way is met in the middle. */
const PAUSES = [0, 0, 0, 40, 40, 400, 400, 1_500, 1_500, 5 * SECOND, 5 * SECOND, 30 * SECOND];

export function sequences(kinds: StepKind[], length: number): fc.Arbitrary<Step[]> {
  const any = kinds.map(({ name, weight, args }) => ({
    weight,
    arbitrary: fc.record({
      do: fc.constant(name),
      args,
      thenMs: fc.constantFrom(...PAUSES),
    }),
  }));
  return fc.array(fc.oneof(...any), { minLength: length, maxLength: length });
}

export async function play(shop: Shop, kinds: StepKind[], { do: name, args, thenMs }: Step) {
  const kind = kinds.find((one) => one.name === name)!;
  await kind.run(shop, args as never);
  await shop.stage.pass(thenMs);
}

export const timeSteps: StepKind[] = [
  step<{ ms: number }>(
    "time passes",
    6,
    {
      ms: fc.constantFrom(
        30 * SECOND,
        2 * MINUTE,
        2 * MINUTE,
        10 * MINUTE,
        10 * MINUTE,
        HOUR,
        HOUR,
        14 * HOUR,
      ),
    },
    (shop, { ms }) => shop.stage.pass(ms),
  ),
  step("a day passes", 1, {}, (shop) => shop.stage.pass(DAY)),
];
