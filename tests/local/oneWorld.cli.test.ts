/** The whole shop under random sequences (`oneWorld/main.ts`): few by default, many in the long mode. */
import { execFile } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../local/system";
import { seedOfToday } from "../seed";

const { CI_LONG, PROPERTY_SEED } = process.env;
const RUNS = CI_LONG ? 300 : 5;
/** A sequence takes seconds, and one of eight has idle days behind it. */
const MS_EACH = 30_000;

type Line = { run?: number; broken?: string; seen?: Record<string, number> };

function play(seed: number): Promise<Line[]> {
  const script = path.join(ROOT, "tests/local/oneWorld/main.ts");
  const args = ["--max-old-space-size=700", "--import", "tsx", script];
  args.push("--seed", String(seed), "--runs", String(RUNS));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: ROOT, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
      if (lines.length === 0)
        return reject(new Error(`Nothing was played: ${stderr}`, { cause: error }));
      resolve(lines.map((line) => JSON.parse(line) as Line));
    });
  });
}

test(
  `${RUNS} sequences in one world keep every promise`,
  { timeout: 120_000 + RUNS * MS_EACH },
  async () => {
    const lines = await play(Number(PROPERTY_SEED ?? seedOfToday()));
    const fallen = lines.find(({ broken }) => broken !== undefined);
    // Played alone: `tests/local/oneWorld/main.ts --seed SEED --from RUN --runs 1`.
    if (fallen !== undefined) throw new Error(JSON.stringify(fallen));
    expect(lines.filter(({ run }) => run !== undefined)).toHaveLength(RUNS);
    const seen = lines.at(-1)!.seen!;
    const often = ["sendMessage ok", "streamed 200", "claim ok", "texted ", "left alone"];
    expect(often.filter((what) => seen[what] === undefined)).toEqual([]);
  },
);
