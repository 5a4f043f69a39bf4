/**
 * Gives a running example shop its past: weeks that a process beside it plays on a clock of its own (`play.ts`). They
 * end with the shop's last day, so that nothing of them falls together with what it counts today.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import path from "node:path";
import type { Engine } from "@computer-guys/convex-local";
import { dayAt } from "../../convex/model/analytics/days";
import { seedOpeningHours } from "../../convex/model/hours/example";
import { ROOT } from "../system";
import { nameSeeded, takeRows, type History, type Row } from "./play";

/** Behind the page that somebody is looking at. */
const LOW_PRIORITY = 10;
/** A value, or part of one: counts are named by their agents, too. */
const ID = /\b[0-9a-z]{31,37}\b/g;

/** When the example shop's last day ended. */
export const lastMidnight = () => dayAt(seedOpeningHours.timeZone, Date.now()).start;

/** The history of so many days, made beside. Rejects when `signal` ends it. */
export async function makeHistory(
  days: number,
  {
    until = lastMidnight(),
    priority = LOW_PRIORITY,
    signal,
  }: { until?: number; priority?: number; signal?: AbortSignal } = {},
): Promise<History> {
  const folder = await mkdtemp(path.join(tmpdir(), "history-"));
  try {
    const file = path.join(folder, "history.json");
    const script = path.join(ROOT, "local/history/make.ts");
    const args = ["--import", "tsx", script, file, String(until), String(days)];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
      ...(signal === undefined ? {} : { signal }),
    });
    if (child.pid !== undefined) setPriority(child.pid, priority);
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) =>
        code === 0 ? resolve() : reject(new Error(said.slice(-4_000))),
      );
    });
    return JSON.parse(await readFile(file, "utf8")) as History;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const KEPT_IN = path.join(ROOT, ".local/histories");
/** What a history depends on. */
const SOURCES = ["convex", "packages/stand-ins", "local/history", "bench/eval/cases"];

/** As `makeHistory`, or what an earlier start of the day has made by the same sources: it takes a minute or two. */
export async function keepHistory(
  days: number,
  { signal, onMaking }: { signal: AbortSignal; onMaking: () => void },
): Promise<History> {
  const until = lastMidnight();
  const file = path.join(KEPT_IN, `${until}-${days}-${await hashSources()}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, "utf8")) as History;
  onMaking();
  const history = await makeHistory(days, { until, signal });
  await rm(KEPT_IN, { recursive: true, force: true });
  await mkdir(KEPT_IN, { recursive: true });
  // Whole or not at all: a start that is broken off leaves no half of one.
  await writeFile(`${file}.part`, JSON.stringify(history));
  await rename(`${file}.part`, file);
  return history;
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of SOURCES) {
    const entries = await readdir(path.join(ROOT, folder), {
      recursive: true,
      withFileTypes: true,
    });
    const files = entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const one of files.sort()) hash.update(one).update(await readFile(one));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Puts it into a shop that has the same seed, in one commit. Gives the number of its conversations. */
export async function bringHistory(engine: Engine, history: History): Promise<number> {
  const seeded = invert(nameSeeded(await takeRows(engine)));
  const text = JSON.stringify(history.tables).replace(ID, (id) => {
    const name = history.known[id];
    if (name === undefined) return id;
    const here = seeded.get(name);
    if (here === undefined) throw new Error(`This shop lacks ${name}.`);
    return here;
  });
  const tables = JSON.parse(text) as Record<string, Row[]>;
  let counting = false;
  await engine.install(() => {
    const database = engine.database()!;
    const numbers = database.allTables();
    const { cursor = [], ...added } = { ...tables, ...splitCursor(tables.analytics ?? []) };
    const removed = new Map<string, Row[]>();
    const counted = [...database.documents("analytics")].find(({ kind }) => kind === "cursor");
    counting = counted !== undefined;
    if (counted !== undefined) removed.set("analytics", [counted]);
    added.analytics = [...added.analytics, ...joinCursors(counted, cursor[0])];
    // One row in a shop: its own, if somebody has made labels meanwhile.
    const hasLabels = [...database.documents("knowledge")].some(({ kind }) => kind === "labels");
    if (hasLabels) Reflect.deleteProperty(added, "knowledge");
    return new Map([
      ["", { removed, numbers, added: new Map(Object.entries(added)), files: new Map() }],
    ]);
  });
  for (const [name, add] of Object.entries(history.metrics)) {
    const agentId = seeded.get(name);
    await engine.call("mutation", "agents:updateAgentMetrics", { agentId, add });
  }
  // Where a count has gone past them already, the last events of the history are in no number yet.
  if (counting) await engine.call("mutation", "analytics:rebuild");
  return tables.conversations?.length ?? 0;
}

const invert = (known: Record<string, string>) =>
  new Map(Object.entries(known).map(([id, name]) => [name, id]));

const splitCursor = (analytics: Row[]) => ({
  analytics: analytics.filter(({ kind }) => kind !== "cursor"),
  cursor: analytics.filter(({ kind }) => kind === "cursor"),
});

/** What either shop has counted is counted; what the history has judged is judged. */
function joinCursors(here: Row | undefined, there: Row | undefined): Row[] {
  if (here === undefined || there === undefined)
    return [here ?? there].filter((row) => row !== undefined);
  const judgedUpTo = here.judgedUpTo ?? there.judgedUpTo;
  return [judgedUpTo === undefined ? here : { ...here, judgedUpTo }];
}
