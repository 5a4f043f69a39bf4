/** The fewest steps of a sequence that still break the same: fast-check says which to leave out, a process plays the rest. */
import { execFile } from "node:child_process";
import fc from "fast-check";

/** How one of these processes is started again, and what was broken. */
export type Fallen = { args: string[]; invariant: number };

/** Prints each that falls, the last one the smallest. */
export async function shrink(steps: number, fallen: Fallen): Promise<void> {
  const all = [...Array(steps).keys()];
  const holds = fc.asyncProperty(fc.subarray(all), async (kept) => {
    const broken = await play(kept, fallen);
    if (broken !== undefined) console.log(JSON.stringify({ steps: kept.join(), broken }));
    return broken === undefined;
  });
  const { failed } = await fc.check(holds, { examples: [[all]], numRuns: 1 });
  if (!failed) console.log(JSON.stringify({ held: "alone, the sequence holds" }));
}

/** What playing only these breaks, of the same invariant. */
function play(kept: number[], { args, invariant }: Fallen): Promise<string | undefined> {
  const options = ["--runs", "1", "--steps", kept.join()];
  return new Promise((resolve) => {
    execFile(process.execPath, [...process.execArgv, ...args, ...options], (_, stdout) => {
      const broken = stdout
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => (JSON.parse(line) as { broken?: string }).broken)
        .find((one) => one?.startsWith(`${invariant}.`));
      resolve(broken);
    });
  });
}
