/**
 * `pnpm eval [file.jsonl …]`: what customers' questions find, what the model makes of it, and when people take over.
 * On the pushed backend with the seed's documents; `docs/evaluating.md` says how to read it and add to it.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSystem } from "../../local/system";
import { Asker } from "./ask";
import { readCases, type Dialogue, type Question } from "./cases";
import { measure, type Figures, type Miss } from "./measure";
import { startEmbeddings } from "./embeddings";

const GIVEN = ["given", "tuned", "heldout", "handoff"].map((name) =>
  fileURLToPath(new URL(`./cases/${name}.jsonl`, import.meta.url)),
);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** With a real embedding model besides: the folder that its packages are in. */
    embeddings: { type: "string" },
    json: { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
    /** `en`: only questions in this language. */
    lang: { type: "string" },
    /** One of `words`, `stand-in`, `model`: only that. */
    only: { type: "string" },
  },
});

type Limits = { [name in keyof Figures]?: { least?: number; most?: number } };
/** Below these (above, for what ought not to happen) the command fails, whoever asks. */
const THRESHOLDS: Limits = {
  top3: { least: 0.9 },
  inContext: { least: 0.9 },
  handoffs: { least: 0.85 },
  inventedShown: { most: 0 },
};
/** Of all answers of one way of searching: a file may be too small for a share this small. */
const MOST_FALSE_ALARMS = 0.01;
/** Of the cases that come with the project besides: what they are at today, with a little room. */
const OF_CASES: Record<string, Limits> = {
  given: {
    top3: { least: 0.92 },
    inContext: { least: 0.92 },
    falselyFound: { most: 0.15 },
    right: { least: 0.8 },
    wrongSource: { most: 0.06 },
  },
  tuned: {
    top3: { least: 0.92 },
    inContext: { least: 0.92 },
    falselyFound: { most: 0.12 },
    right: { least: 0.8 },
    wrongSource: { most: 0.06 },
  },
  heldout: {
    falselyFound: { most: 0.25 },
    right: { least: 0.72 },
    wrongSource: { most: 0.06 },
  },
};
/** A second question may do so much worse than a first one. */
const SECOND_BELOW = 0.02;

type Result = { search: string; cases: string; figures: Figures; misses: Miss[] };
type Cases = { name: string; questions: Question[]; dialogues: Dialogue[] };

const files = positionals.length > 0 ? positionals : GIVEN;
const all = files.map((file): Cases => {
  const { questions, dialogues } = readCases(file);
  const name = file.replace(/^.*\/|\.jsonl$/g, "");
  const { lang } = options;
  return { name, dialogues, questions: questions.filter((q) => !lang || q.lang === lang) };
});

async function measureAll(search: string, asker: Asker): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, questions, dialogues } of all) {
    results.push({ search, cases: name, ...(await measure(asker, { questions, dialogues })) });
  }
  return results;
}

async function evaluate(search: "stand-in" | "model", baseUrl?: string): Promise<Result[]> {
  const system = await startSystem({
    ...(baseUrl !== undefined && {
      providerEnv: (env) => ({ ...env, OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: "local" }),
    }),
  });
  system.providers.control.setPace({ firstChunkMs: 0, chunksPerSecond: 0 });
  const asker = new Asker(system);
  await asker.start();
  const results: Result[] = [];
  if (options.only === undefined || options.only === search)
    results.push(...(await measureAll(search, asker)));
  if (search === "stand-in" && (options.only ?? "words") === "words") {
    await system.deployment.env.change([{ name: "OPENAI_API_KEY", value: "" }], () =>
      Promise.resolve(),
    );
    results.push(...(await measureAll("words", asker)));
  }
  await system.close();
  return results;
}

const results = options.only === "model" ? [] : await evaluate("stand-in");
if (options.embeddings !== undefined) {
  const server = await startEmbeddings(options.embeddings);
  results.push(...(await evaluate("model", server.url)));
  await server.close();
}

const percent = (value: number | null) =>
  value === null ? "" : `${(100 * value).toFixed(0).padStart(3)} %`;

function row({ search, cases, figures }: Result) {
  return {
    search,
    cases,
    n: figures.questions,
    "top 1": percent(figures.top1),
    "top 3": percent(figures.top3),
    "top 5": percent(figures.top5),
    mrr: figures.mrr?.toFixed(2) ?? "",
    "in context": percent(figures.inContext),
    "false finds": percent(figures.falselyFound),
    "alone → second": figures.pairs
      ? `${percent(figures.firstTop3)} → ${percent(figures.secondTop3)}`
      : "",
    right: percent(figures.right),
    "wrong source": percent(figures.wrongSource),
    invented: percent(figures.inventedShown),
    "false alarms": percent(figures.falseAlarms),
    "hand-offs": percent(figures.handoffs),
  };
}

const failures = results.flatMap(({ search, cases, figures }) => {
  const past = Object.entries({ ...THRESHOLDS, ...OF_CASES[cases] }).flatMap(
    ([name, { least, most }]) => {
      const value = figures[name as keyof Figures];
      const holds =
        value === null || (value >= (least ?? -Infinity) && value <= (most ?? Infinity));
      return holds ? [] : [`${search}, ${cases}: ${name} is ${value}`];
    },
  );
  const { firstTop3, secondTop3 } = figures;
  const worse = firstTop3 !== null && secondTop3 !== null && secondTop3 < firstTop3 - SECOND_BELOW;
  return worse ? [...past, `${search}, ${cases}: second questions are at ${secondTop3}`] : past;
});

for (const search of new Set(results.map((one) => one.search))) {
  const files = results.filter((one) => one.search === search).map(({ figures }) => figures);
  const count = ({ questions, unanswerable }: Figures) => questions + unanswerable;
  const answers = files.reduce((sum, one) => sum + count(one), 0);
  const alarms = files.reduce((sum, one) => sum + (one.falseAlarms ?? 0) * count(one), 0);
  if (alarms > MOST_FALSE_ALARMS * answers) {
    failures.push(`${search}: ${Math.round(alarms)} false alarms in ${answers} answers`);
  }
}

if (options.json) console.log(JSON.stringify({ results, failures }, null, 2));
else {
  console.table(results.map(row));
  if (options.misses) {
    for (const { search, cases, misses } of results) {
      for (const { id, what, q, got } of misses) {
        console.log(`${search} ${cases} ${id} ${what}: ${q}\n    ${got.replace(/\n/g, "\n    ")}`);
      }
    }
  }
  for (const failure of failures) console.log(`FAILED ${failure}`);
}
process.exit(failures.length === 0 ? 0 : 1);
