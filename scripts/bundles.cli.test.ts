/**
 * What each call evaluates before its first line: Convex keeps no module between calls, and the time counts to the
 * second that a query or mutation has. So each module with functions has a budget for everything that it imports, as
 * the Convex CLI bundles it. `npx vitest run --project cli scripts/bundles` prints the table.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runConvexCli } from "@computer-guys/convex-local";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Thousands of characters. A module that needs more has begun to import something large: see what, and where. */
const BUDGETS: Record<string, number> = {
  agents: 290,
  analytics: 468,
  "auth.config": 80,
  articleReader: 122,
  auth: 423,
  cli: 807,
  conversations: 688,
  crons: 100,
  drafts: 606,
  embeddings: 213,
  env: 65,
  documentReader: 220,
  files: 188,
  functions: 155,
  gaps: 257,
  health: 667,
  holidayReader: 166,
  holidays: 427,
  http: 348,
  imports: 269,
  knowledge: 587,
  mail: 800,
  mailReader: 352,
  messages: 754,
  migrations: 257,
  presence: 207,
  privacy: 688,
  recalls: 597,
  replies: 740,
  schema: 89,
  seed: 602,
  setup: 235,
  sms: 808,
  smsSender: 426,
  sources: 539,
  transcripts: 299,
  trials: 446,
  users: 622,
  validators: 85,
  versions: 545,
  workflows: 943,
  assists: 335,
  customers: 281,
  desk: 248,
  editing: 472,
  labels: 399,
  savedReplies: 183,
  // One call of all pages, answered from the cache of queries; naming it changes agents.
  shop: 284,
  targets: 398,
  budget: 309,
  firstDay: 204,
  channels: 236,
  guardrails: 351,
  hours: 337,
  staff: 472,
  weekly: 468,
  mentions: 247,
};
/** What an action needs now and then, and loads when it does. */
const LATE = ["openai", "resend", "libphonenumber-js", "twilio", "ical.js", "date-holidays"];

interface Module {
  path: string;
  source: string;
}

let folder: string;
let modules: Map<string, Module>;
let entries: string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "bundles-"));
  const file = path.join(folder, "push");
  // The whole push, written down instead of sent: nobody listens at this address.
  const target = { url: "http://127.0.0.1:9", adminKey: "none" };
  const flags = ["--push-all-modules", "--typecheck", "disable", "--codegen", "disable"];
  const { stderr } = await runConvexCli(target, ["deploy", ...flags, "--write-push-request", file]);
  const text = await readFile(`${file}.json`, "utf8").catch(() => {
    throw new Error(`The CLI wrote no push:\n${stderr}`);
  });
  const { appDefinition } = JSON.parse(text) as {
    appDefinition: { schema: Module; changedModules: Module[] };
  };
  const pushed = [...appDefinition.changedModules, appDefinition.schema];
  modules = new Map(pushed.map((module) => [module.path, module]));
  entries = [...modules.keys()].filter((name) => !name.includes("/")).sort();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A module and all that it imports when it is loaded, chunks that modules share among them. */
function graphOf(entry: string): Module[] {
  const found = new Map<string, Module>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const module = modules.get(name);
    if (module === undefined) throw new Error(`${entry} imports ${name}, which is not pushed`);
    found.set(name, module);
    for (const [, specifier] of module.source.matchAll(
      /^(?:import|export)\b(?!\()[^;"']*["'](\.[^"']+)["'];/gm,
    )) {
      visit(path.posix.join(path.posix.dirname(name), specifier!));
    }
  };
  visit(entry);
  return [...found.values()];
}

const sizeOf = (graph: Module[]) => graph.reduce((sum, { source }) => sum + source.length, 0);

/** Characters by package, largest first: esbuild writes above each file's code which file it is. */
function inputsOf(graph: Module[]): [name: string, chars: number][] {
  const sums = new Map<string, number>();
  for (const { source } of graph) {
    let name = "glue";
    for (const line of source.split("\n")) {
      const file = /^\/\/ ((?:\.\.\/)*(?:convex|node_modules)\/\S+\.\w+)$/.exec(line)?.[1];
      if (file !== undefined) name = packageOf(file);
      sums.set(name, (sums.get(name) ?? 0) + line.length + 1);
    }
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}

const packageOf = (file: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file;

const thousands = (chars: number) => Math.round(chars / 1000);

function describeEntry(entry: string): string {
  const graph = graphOf(entry);
  const largest = inputsOf(graph)
    .slice(0, 8)
    .map(([name, chars]) => `${name} ${thousands(chars)}`);
  return `${entry}: ${thousands(sizeOf(graph))} (${largest.join(", ")})`;
}

test("no module with functions evaluates more than its budget", () => {
  console.info(entries.map(describeEntry).join("\n"));
  const over = entries.filter((entry) => {
    const budget = BUDGETS[entry.replace(/\.js$/, "")];
    return budget === undefined || thousands(sizeOf(graphOf(entry))) > budget;
  });
  expect(over.map(describeEntry)).toEqual([]);
});

test("a budget that has lost its module goes", () => {
  const names = entries.map((entry) => entry.replace(/\.js$/, ""));
  expect(Object.keys(BUDGETS).filter((name) => !names.includes(name))).toEqual([]);
});

test("large packages that few calls need are in nobody's graph", () => {
  const early = entries
    .filter((entry) => entry !== "smsSender.js")
    .flatMap((entry) =>
      inputsOf(graphOf(entry))
        .filter(([name]) => LATE.includes(name))
        .map(([name]) => `${entry} loads ${name}`),
    );
  expect(early).toEqual([]);
});
