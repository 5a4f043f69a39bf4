/** The deployment that the Convex CLI acts on, for commands that call its functions. */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { convexCli } from "./setup/cli";
import { EXIT, SetupError } from "./setup/errors";
import { findTarget, lookUp, noDeployment } from "./setup/target";
import { readEnvFile } from "./setup/wishes";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dotenv = (name: string) => {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readEnvFile(file) : {};
};

/** `prod`: production, as `--prod` says. `call` runs a function and gives what it answers. */
export function openDeployment(prod: boolean) {
  const sources = [process.env, dotenv(".env.local"), dotenv(".env")];
  const selfHosted = lookUp(sources, "CONVEX_SELF_HOSTED_URL") !== null;
  const target = findTarget(sources, prod && !selfHosted);
  if (target === null) throw noDeployment();
  const signal = new AbortController().signal;
  const cli = convexCli({ cwd: ROOT, flags: target.flags, verbose: false, signal });
  const call = async <T>(name: string, args: unknown = {}) =>
    JSON.parse((await cli.must(["run", name, JSON.stringify(args)])).stdout) as T;
  return { label: target.label, call };
}

/** Runs a command; what it refuses is a line for people, and its exit code. */
export async function runCommand(command: (args: string[]) => Promise<void>): Promise<void> {
  try {
    await command(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`✗ ${error.message}\n`);
    process.exitCode = error.exitCode || EXIT.failed;
  }
}
