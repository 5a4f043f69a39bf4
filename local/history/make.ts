/** A process of its own, for its clock is not this world's: `tsx local/history/make.ts FILE UNTIL DAYS` writes a history. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../system";
import type { Question } from "./plan";
import { playHistory } from "./play";

const SEED = 20261129;

type Case = { q: string; lang: string; slugs: string[]; after?: string };

/** What people ask, of the evaluation's cases: those in English that the seed's documents answer. */
async function readQuestions(): Promise<Question[]> {
  const questions: Question[] = [];
  for (const name of ["heldout", "tuned"]) {
    const file = path.join(ROOT, `bench/eval/cases/${name}.jsonl`);
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
    for (const { q, lang, slugs, after } of lines.map((line) => JSON.parse(line) as Case)) {
      const [slug] = slugs;
      if (lang !== "en" || slug === undefined) continue;
      questions.push({ text: q, slug, ...(after === undefined ? {} : { after }) });
    }
  }
  return questions;
}

const [file, until, days] = process.argv.slice(2);
if (file === undefined) throw new Error("Where to?");
const plan = { questions: await readQuestions(), seed: SEED };
const history = await playHistory(Number(until), Number(days), plan);
await writeFile(file, JSON.stringify(history));
process.exit(0);
