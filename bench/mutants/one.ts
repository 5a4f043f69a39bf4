/** A mutant in the one world: the whole system is pushed from a folder of its own, with the fault in it. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../../local/system";
import { mutate, type Mutant } from "./mutant";
import type { Verdict } from "./verdict";

const FOLDERS = path.join(ROOT, ".local/one-world");
const SHARED = ["node_modules", "package.json", "convex.json", "tsconfig.json"];

/** It plays as many a minute as the others do in a tenth of a second, each with days and providers in it. */
export const MOST_IN_ONE = 500;

type Line = { run?: number; broken?: string };

/** Plays sequences of one seed until one falls. */
export async function judgeInOne(mutant: Mutant, seed: number, runs: number): Promise<Verdict> {
  const folder = path.join(FOLDERS, mutant.name.replace(/\W+/g, "-"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(path.join(ROOT, "convex"), path.join(folder, "convex"), { recursive: true });
  for (const name of SHARED) await symlink(path.join(ROOT, name), path.join(folder, name));
  const file = path.join(folder, mutant.file);
  await writeFile(file, mutate(await readFile(file, "utf8"), mutant));
  const said = await play({ source: folder, invariant: mutant.invariant, seed, runs });
  await rm(folder, { recursive: true, force: true });
  return readLines(said, runs);
}

type Played = { source: string; invariant: number; seed: number; runs: number };

/** It is to fall by its own invariant: what another would say first is passed over. */
function play({ source, invariant, seed, runs }: Played): Promise<string> {
  const script = path.join(ROOT, "tests/local/oneWorld/main.ts");
  const args = ["--max-old-space-size=700", "--import", "tsx", script, "--source", source];
  args.push("--seed", String(seed), "--runs", String(runs), "--invariant", String(invariant));
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, maxBuffer: 1e9 }, (_, stdout, stderr) =>
      resolve(`${stdout}\n${stderr}`),
    );
  });
}

function readLines(said: string, runs: number): Verdict {
  const lines = said.split("\n").filter((line) => line.startsWith("{"));
  const played = lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ run }) => run !== undefined);
  const last = played.at(-1);
  if (last === undefined) return { kind: "broken", after: 0, by: said.slice(-500) };
  const after = played.length;
  if (last.broken !== undefined) return { kind: "caught", after, by: last.broken };
  return after === runs
    ? { kind: "survived", after }
    : { kind: "broken", after, by: said.slice(-500) };
}
