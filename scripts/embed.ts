/**
 * `npx pnpm run embed`: vectors for every document that lacks those of today's model, as after another model or an
 * import, on the deployment that the Convex CLI acts on; `--prod`: on production. A cron does the same within minutes:
 * this is for whoever wants to see it done.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Infer } from "convex/values";
import type { vEmbeddingProgress } from "../convex/model/knowledge/vectors";
import { convexCli } from "./setup/cli";
import { badInput, EXIT, SetupError } from "./setup/errors";
import { findTarget, lookUp, noDeployment } from "./setup/target";
import { readEnvFile } from "./setup/wishes";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dotenv = (name: string) => {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readEnvFile(file) : {};
};
/** Rounds in which nothing gets better, before it is given up: one document may keep the others waiting once. */
const PATIENCE = 3;
const PAUSE_MS = 1_000;

type Progress = Infer<typeof vEmbeddingProgress>;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function embed(args: string[]): Promise<void> {
  const prod = args.includes("--prod");
  if (args.some((arg) => arg !== "--prod")) throw badInput("The only option is --prod.");
  const sources = [process.env, dotenv(".env.local"), dotenv(".env")];
  const selfHosted = lookUp(sources, "CONVEX_SELF_HOSTED_URL") !== null;
  const target = findTarget(sources, prod && !selfHosted);
  if (target === null) throw noDeployment();
  say(`Embedding on ${target.label}`);
  const signal = new AbortController().signal;
  const cli = convexCli({ cwd: ROOT, flags: target.flags, verbose: false, signal });
  const call = async <T>(...args: string[]) =>
    JSON.parse((await cli.must(["run", ...args])).stdout) as T;
  let left = await call<Progress>("knowledge:countUnembedded");
  for (let idle = 0, again = true; left.waiting > 0; again = false) {
    const { waiting, hasMore, error } = left;
    if (idle >= PATIENCE && error !== null) throw new SetupError(`${waiting} have none. ${error}`);
    say(`${waiting}${hasMore ? " or more" : ""} to go`);
    // Somebody else may be at it: a cron.
    if (idle > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const { made, ...next } = await call<Progress & { made: number }>(
      "cli:embed",
      JSON.stringify({ again }),
    );
    idle = made > 0 ? 0 : idle + 1;
    left = next;
  }
  if (left.model === null) throw new SetupError("There is no OPENAI_API_KEY: docs/environment.md.");
  say(`Every document has its vectors of ${left.model}.`);
}

try {
  await embed(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`✗ ${error.message}\n`);
  process.exitCode = error.exitCode || EXIT.failed;
}
