/** A process of its own, for its clock is not this world's: `tsx local/history/make.ts FILE UNTIL DAYS` writes a history. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../system";
import { playHistory } from "./play";

const SEED = 20261129;

/** What people ask, of the evaluation's cases: those in English that the seed's documents answer. */
async function readQuestions(): Promise<string[]> {
  const file = path.join(ROOT, "bench/eval/cases/heldout.jsonl");
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  const cases = lines.map((line) => JSON.parse(line) as { q: string; lang: string });
  return cases.filter(({ lang }) => lang === "en").map(({ q }) => q);
}

const [file, until, days] = process.argv.slice(2);
if (file === undefined) throw new Error("Where to?");
const plan = { questions: await readQuestions(), seed: SEED };
const history = await playHistory(Number(until), Number(days), plan);
await writeFile(file, JSON.stringify(history));
process.exit(0);
