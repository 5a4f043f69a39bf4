/**
 * How many random runs a test does, and from which seed. By default the seed is the day's, in UTC: one day
 * everybody runs the same, the next day something new. A failure prints its seed and its path, and is replayed by
 * `PROPERTY_SEED=… PROPERTY_PATH=… npx vitest run --project functions FILE -t NAME`. `CI_LONG=1` does ten times as
 * many runs, `PROPERTY_RUNS=100000` a hundred times as many: it says how many are done where 1,000 are usual.
 * `PROPERTY_FIRST=1` asks only how many runs it takes until one fails, as of a mutant (`bench/mutants/`): it isn't
 * shrunk, and what was reached till then says nothing.
 */
import fc from "fast-check";
import { expect } from "vitest";
import { seedOfToday } from "./seed";

const { CI_LONG, PROPERTY_SEED, PROPERTY_PATH, PROPERTY_RUNS } = process.env;
const onlyFirst = process.env.PROPERTY_FIRST !== undefined;

export const SEED = Number(PROPERTY_SEED ?? seedOfToday());

const USUAL = 1_000;
const RUNS = Number(PROPERTY_RUNS ?? (CI_LONG ? 10 * USUAL : USUAL));

/** `usual` runs, or more when more are asked for. */
export const runs = (usual = USUAL): number => Math.ceil((usual * RUNS) / USUAL);

fc.configureGlobal({
  seed: SEED,
  ...(PROPERTY_PATH !== undefined && { path: PROPERTY_PATH }),
  endOnFailure: onlyFirst,
});

/** How often what happened, over all runs of a file. Files of one worker share this module, and not their counts. */
const seenIn = new Map<string, Map<string, number>>();
function seen(): Map<string, number> {
  const file = expect.getState().testPath ?? "";
  const ofFile = seenIn.get(file) ?? new Map<string, number>();
  seenIn.set(file, ofFile);
  return ofFile;
}
export const count = (what: string): void => void seen().set(what, (seen().get(what) ?? 0) + 1);

/**
 * A property that never gets anywhere proves nothing: `often` happens at least twenty times in a thousand runs,
 * `rarely` too seldom for each day's thousand to be held to it: long runs are.
 */
export function expectReached({ often, rarely }: { often: string[]; rarely: string[] }): void {
  // A replay of one failure reaches what it reaches.
  if (PROPERTY_PATH !== undefined || onlyFirst || RUNS < USUAL) return;
  const reached = seen();
  const wanted = RUNS >= 5 * USUAL ? [...often, ...rarely] : often;
  expect(wanted.filter((what) => !reached.has(what))).toEqual([]);
}

export { fc };
