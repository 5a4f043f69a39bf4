/**
 * `npx pnpm run setup`: sets up the deployment that the Convex CLI is configured for, with the CLI's own
 * commands, and can be repeated at any time. What it does and why is in docs/deploy.md.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runSetup } from "./setup/run";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second one ends the process as it always does.
  process.once(signal, () => stop.abort());
}

const ci = (process.env.CI ?? "") !== "" && process.env.CI !== "false";
process.exitCode = await runSetup({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: path.resolve(path.dirname(fileURLToPath(import.meta.url)), ".."),
  interactive: !ci && process.stdin.isTTY && process.stdout.isTTY,
  say: (line) => process.stdout.write(`${line}\n`),
  signal: stop.signal,
});
