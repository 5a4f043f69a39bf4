/**
 * Whether the sequences can fail: `npx pnpm bench:mutants` plays each mutant's world until its property falls, and says
 * after how many sequences; fails if one survives `--runs`, or falls by anything but its property. `--mutant NAME`,
 * `--invariant 7` and `--world texts` (each as often as you like) are some of them, `--from 100` another first seed,
 * `--seeds 3` the median of three, `--workers 1` fewer at once. What is done of a commit stands in `.local/mutants.json`.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../local/system";
import { bundle, play } from "../worlds";
import { loadedLine, putIn, type Mutant } from "./mutant";
import { judgeInOne, MOST_IN_ONE } from "./one";
import { MUTANTS } from "./table";
import { readVerdict, summarize, type Verdict } from "./verdict";

/** A process is not asked for more than it can hold. */
const SLICE = 20_000;
/** First seeds of one mutant's trials: no two share a slice. */
const APART = 1_000;
const KEPT_IN = path.join(ROOT, ".local/mutants.json");

type Trial = { mutant: Mutant; seed: number; runs: number };
type Kept = { commit: string; verdicts: Record<string, Verdict> };

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    mutant: { type: "string", multiple: true },
    invariant: { type: "string", multiple: true },
    world: { type: "string", multiple: true },
    from: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});

function wanted(): Mutant[] {
  const isOf = (some: string[] | undefined, value: string) => some?.includes(value) ?? true;
  const some = MUTANTS.filter(
    ({ name, invariant, world }) =>
      isOf(values.mutant, name) &&
      isOf(values.invariant, String(invariant)) &&
      isOf(values.world, world),
  );
  if (some.length === 0) throw new Error("There is no such mutant.");
  return some;
}

const trialsOf = (mutant: Mutant): Trial[] =>
  Array.from({ length: Number(values.seeds) }, (_, i) => ({
    mutant,
    seed: Number(values.from) + i * APART,
    runs: Number(values.runs),
  }));

const keyOf = (trial: Trial) => JSON.stringify(trial);

/** Until it falls, or the runs are used up. */
async function judge({ mutant, seed, runs }: Trial): Promise<Verdict> {
  if (mutant.world === "one") return await judgeInOne(mutant, seed, Math.min(runs, MOST_IN_ONE));
  const name = `mutant-${mutant.name.replace(/\W+/g, "-")}`;
  await bundle(mutant.world, { name, plugins: [putIn(mutant)] });
  const env = { PROPERTY_FIRST: "1", NO_COLOR: "1", FORCE_COLOR: "0" };
  for (let played = 0; played < runs; played += SLICE) {
    const slice = { seed: seed + played / SLICE, runs: Math.min(SLICE, runs - played) };
    const { failed, said } = await play(mutant.world, slice, { name, env });
    const verdict = readVerdict({ failed, said, loaded: loadedLine(mutant), played });
    if (verdict !== null) return verdict;
  }
  return { kind: "survived", after: runs };
}

async function loadKept(commit: string): Promise<Kept> {
  const none: Kept = { commit, verdicts: {} };
  const text = await readFile(KEPT_IN, "utf8").catch(() => null);
  if (text === null || commit.endsWith("dirty")) return none;
  const kept = JSON.parse(text) as Kept;
  return kept.commit === commit ? kept : none;
}

async function main(): Promise<void> {
  const describe = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: ROOT });
  const { commit, verdicts } = await loadKept(describe.toString().trim());
  const mutants = wanted();
  const left = mutants.flatMap(trialsOf).filter((trial) => verdicts[keyOf(trial)] === undefined);
  await mkdir(path.dirname(KEPT_IN), { recursive: true });
  const worker = async () => {
    for (let trial = left.shift(); trial !== undefined; trial = left.shift()) {
      const verdict = await judge(trial);
      verdicts[keyOf(trial)] = verdict;
      await writeFile(KEPT_IN, JSON.stringify({ commit, verdicts }));
      const by = "by" in verdict ? `: ${verdict.by}` : "";
      console.log(
        `${trial.mutant.name}, seed ${trial.seed}: ${verdict.kind}, ${verdict.after}${by}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, worker));
  const all = mutants.map((mutant) => ({
    mutant,
    verdicts: trialsOf(mutant).map((trial) => verdicts[keyOf(trial)]!),
  }));
  console.log(`\n${summarize(all)}`);
  if (all.some((one) => one.verdicts.some(({ kind }) => kind !== "caught"))) process.exitCode = 1;
}

await main();
