/**
 * Random sequences by the million: `npx pnpm bench:sequences --runs 1000000`, of each world, in slices of one seed and
 * one process each, as many at once as there are cores. What is done stands in `.local/sequences.json`: broken off, it
 * goes on from there, as long as what is played and what plays it are the same. Each world is bundled into one file
 * first and runs on Node alone: loaded module by module, a third of the time goes into calls from one to the next.
 * `--world texts` is one of them, `--from 100` another first seed, `--workers 1` fewer at once. Fails if one falls.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../local/system";
import { bundle, BUNDLES, play, requireWorld, WORLD_NAMES, type WorldName } from "./worlds";

const SLICE = 20_000;
const KEPT_IN = path.join(ROOT, ".local/sequences.json");
/** What a slice depends on. */
const SOURCES = ["convex", "tests", "pnpm-lock.yaml"];

type Slice = { world: WorldName; seed: number; runs: number };
/** `seconds`: of the whole process. `said`: the end of what a slice printed that fell. */
type Done = Slice & { seconds: number; said?: string };
/** `sources`: null if nobody could say later what was played. */
type Kept = { sources: string | null; done: Done[] };

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    world: { type: "string", multiple: true, default: WORLD_NAMES },
    from: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});

function slicesOf(name: string): Slice[] {
  const world = requireWorld(name);
  const runs = Number(values.runs);
  const count = Math.ceil(runs / SLICE);
  return Array.from({ length: count }, (_, i) => ({
    world,
    seed: Number(values.from) + i,
    runs: Math.min(SLICE, runs - i * SLICE),
  }));
}

const keyOf = ({ world, seed, runs }: Slice) => `${world} ${seed} ${runs}`;

/** Their trees in the last commit. Null: they have changed since. */
function namedSources(): string | null {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: ROOT }).toString().trim();
  if (git("status", "--porcelain", "--", ...SOURCES) !== "") return null;
  return git("rev-parse", ...SOURCES.map((source) => `HEAD:${source}`)).replaceAll("\n", " ");
}

async function loadKept(): Promise<Kept> {
  const sources = namedSources();
  const none: Kept = { sources, done: [] };
  const text = await readFile(KEPT_IN, "utf8").catch(() => null);
  if (text === null || sources === null) return none;
  const kept = JSON.parse(text) as Kept;
  return kept.sources === sources ? kept : none;
}

async function main(): Promise<void> {
  const kept = await loadKept();
  const known = new Set(kept.done.map(keyOf));
  const wanted = values.world.flatMap(slicesOf);
  const left = wanted.filter((slice) => !known.has(keyOf(slice)));
  console.log(`${wanted.length} slices, ${wanted.length - left.length} of them done before.`);
  await mkdir(BUNDLES, { recursive: true });
  for (const world of new Set(left.map(({ world }) => world))) await bundle(world);
  const worker = async () => {
    for (let slice = left.shift(); slice !== undefined; slice = left.shift()) {
      const { seconds: took, failed, said: all } = await play(slice.world, slice);
      const done = { ...slice, seconds: took, ...(failed && { said: all.slice(-6_000) }) };
      kept.done.push(done);
      if (kept.sources !== null) await writeFile(KEPT_IN, JSON.stringify(kept));
      const { world, seed, runs, seconds, said } = done;
      console.log(
        `${world}, seed ${seed}: ${runs} in ${seconds} s${said ? `, FELL\n${said}` : ""}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Number(values.workers) }, worker));
  const keys = new Set(wanted.map(keyOf));
  const all = kept.done.filter((done) => keys.has(keyOf(done)));
  printTable(
    kept.sources,
    values.world.map((world) => sumUp(world, all)),
  );
  if (all.some(({ said }) => said !== undefined)) process.exitCode = 1;
}

function sumUp(world: string, all: Done[]) {
  const own = all.filter((done) => done.world === world);
  const sum = (of: (done: Done) => number) => own.reduce((total, done) => total + of(done), 0);
  return {
    world,
    seeds: own.length,
    sequences: sum(({ runs }) => runs),
    fell: own.filter(({ said }) => said !== undefined).length,
    "a second and process": Math.round(sum(({ runs }) => runs) / sum(({ seconds }) => seconds)),
  };
}

/** In Markdown: it is copied into notes. */
function printTable(sources: string | null, rows: ReturnType<typeof sumUp>[]): void {
  const line = (cells: unknown[]) => `| ${cells.join(" | ")} |`;
  const head = Object.keys(rows[0]!);
  console.log(`\nOf ${SOURCES.join(", ")}: ${sources ?? "changed since the last commit"}\n`);
  console.log([line(head), line(head.map(() => "---"))].join("\n"));
  for (const row of rows) console.log(line(Object.values(row)));
}

await main();
