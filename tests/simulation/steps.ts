/** The registry of steps: what may happen, how often, with which arguments; as plain data, so that it shrinks. */
import fc from "fast-check";
import type { Conversation, World } from "./world";

export type StepKind<A = never> = {
  name: string;
  weight: number;
  args: fc.Arbitrary<A>;
  run: (world: World, args: A) => Promise<void> | void;
};
type Step = { do: string; args: unknown };

/** One row of a registry. */
export function step<A>(
  name: string,
  weight: number,
  fields: { [K in keyof A]: fc.Arbitrary<A[K]> },
  run: (world: World, args: A) => Promise<void> | void,
): StepKind {
  const args = fc.record(fields) as unknown as fc.Arbitrary<A>;
  return { name, weight, args, run } as unknown as StepKind;
}

/** Long enough for something to happen: of short ones `fc.array` would make too many. */
export function sequences(kinds: StepKind[], maxLength: number): fc.Arbitrary<Step[]> {
  const any = kinds.map(({ name, weight, args }) => ({
    weight,
    arbitrary: fc.record({ do: fc.constant(name), args: args }),
  }));
  const few = fc.array(fc.oneof(...any), { minLength: 1, maxLength, size: "max" });
  const many = fc.array(fc.oneof(...any), { minLength: 12, maxLength, size: "max" });
  return fc.oneof({ weight: 1, arbitrary: few }, { weight: 4, arbitrary: many });
}

export async function play(world: World, kinds: Map<string, StepKind>, { do: name, args }: Step) {
  await kinds.get(name)!.run(world, args as never);
}

/** Mostly the first conversation, so that things meet. */
export const which = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2));
/** Counted from the latest backwards, so that shrinking keeps pointing at something. */
export const ago = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4));
export const who = fc.nat(2);

export const latest = <T>(list: T[], ago: number): T | undefined => list.at(-1 - ago);
export const conversationOf = (world: World, index: number): Conversation =>
  world.conversations[index]!;
