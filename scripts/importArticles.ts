/**
 * `npx pnpm run import-articles FILE… --from zendesk --category help`: the articles of another help centre's export as
 * drafts, on the deployment that the Convex CLI acts on; `--prod`: on production. Again changes nothing but what has
 * changed there; a command that was stopped is given again.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { isAppError } from "../convex/lib/errors";
import { listRows, readArticle } from "../convex/model/knowledge/exports";
import type { HelpCentre } from "../convex/validators";
import { openDeployment, runCommand } from "./deployment";
import { badInput } from "./setup/errors";

const USAGE =
  "npx pnpm run import-articles FILE… --from zendesk|intercom|chatwoot --category CATEGORY [--prod]";
const SYSTEMS: HelpCentre[] = ["zendesk", "intercom", "chatwoot"];
/** Of one call: Linux takes no longer argument than 128 KiB, and each quote in it is written as two. */
const CALL_BYTES = 60_000;
const CALL_ROWS = 25;

type Failed = { article: string; why: string };
type Result = {
  added: number;
  updated: number;
  unchanged: number;
  hidden: number;
  failed: Failed[];
};

const say = (line: string) => process.stdout.write(`${line}\n`);

function readOptions(args: string[]) {
  const text = { type: "string" } as const;
  const options = {
    from: text,
    category: text,
    prod: { type: "boolean", default: false },
  } as const;
  try {
    const { values, positionals: files } = parseArgs({ args, options, allowPositionals: true });
    const system = SYSTEMS.find((one) => one === values.from);
    if (system !== undefined && values.category !== undefined && files.length > 0) {
      return { system, category: values.category, files, prod: values.prod };
    }
  } catch (error) {
    throw badInput(`${(error as Error).message} ${USAGE}`);
  }
  throw badInput(`Files, where they are from, and a category for what names none: ${USAGE}`);
}

async function rowsOf(system: HelpCentre, file: string): Promise<unknown[]> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw badInput(`${file} can't be read: ${error.message}`);
  });
  try {
    return listRows(system, path.extname(file).toLowerCase() === ".csv" ? "csv" : "json", text);
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw badInput(`${file}: ${error.data.message}`);
  }
}

/** Rows in calls that fit; what fits in none, and what has the number of another one, fails. */
function planCalls(system: HelpCentre, rows: unknown[]) {
  const calls: string[][] = [];
  const failed: Failed[] = [];
  const seen = new Set<string>();
  let bytes = Infinity;
  for (const [i, row] of rows.entries()) {
    const article = readArticle(system, row);
    const name = "error" in article ? `no. ${i + 1}` : article.title;
    const json = JSON.stringify(row);
    const size = Buffer.byteLength(JSON.stringify(json));
    const why =
      !("error" in article) && seen.has(article.key)
        ? "Another article has its number."
        : size > CALL_BYTES &&
          "It is too long for a command. A client's imports.importArticles takes it.";
    if (why) {
      failed.push({ article: name, why });
      continue;
    }
    if (!("error" in article)) seen.add(article.key);
    if (bytes + size > CALL_BYTES || calls.at(-1)!.length === CALL_ROWS) {
      calls.push([]);
      bytes = 0;
    }
    calls.at(-1)!.push(json);
    bytes += size;
  }
  return { calls, failed };
}

async function importArticles(args: string[]): Promise<void> {
  const { system, category, files, prod } = readOptions(args);
  const rows = (await Promise.all(files.map((file) => rowsOf(system, file)))).flat();
  const { calls, failed } = planCalls(system, rows);
  const { label, call } = openDeployment(prod);
  say(`Importing ${rows.length} articles of ${system} on ${label}`);
  const sum: Result = { added: 0, updated: 0, unchanged: 0, hidden: 0, failed };
  let done = failed.length;
  for (const some of calls) {
    const text = `[${some.join(",")}]`;
    const input = { system, format: "json", text, category };
    const result = await call<Result>("imports:importShopArticles", input);
    for (const key of ["added", "updated", "unchanged", "hidden"] as const) sum[key] += result[key];
    sum.failed.push(...result.failed);
    done += some.length;
    say(`${done} of ${rows.length}`);
  }
  for (const { article, why } of sum.failed) say(`✗ ${article}: ${why}`);
  const { added, updated, unchanged, hidden } = sum;
  say(
    `${added} drafts added, ${updated} updated, ${unchanged} as they were, ${hidden} not public.`,
  );
  if (sum.failed.length > 0) process.exitCode = 1;
}

await runCommand(importArticles);
