/**
 * `npx pnpm run deploy`: to development. `npx pnpm run deploy:prod`: to production, with the web client built
 * against it. Both say which deployment that is before anything is pushed, as the CLI decides it: `convex deploy`
 * alone goes to production when a production key is set, and to a development deployment with a key of one. What
 * follows the command is passed on (`npx pnpm run deploy --dry-run`).
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { convexCliPath } from "@computer-guys/convex-local";
import { EXIT, SetupError } from "./setup/errors";
import { deployCommand, findTarget, lookUp, noDeployment } from "./setup/target";
import { readEnvFile } from "./setup/wishes";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dotenv = (name: string) => {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readEnvFile(file) : {};
};

async function deploy([first, ...rest]: string[]): Promise<number> {
  const prod = first === "--prod";
  const extra = prod || first === undefined ? rest : [first, ...rest];
  const sources = [process.env, dotenv(".env.local"), dotenv(".env")];
  // A self-hosted URL is one deployment, and no other is production beside it.
  const selfHosted = lookUp(sources, "CONVEX_SELF_HOSTED_URL") !== null;
  const target = findTarget(sources, prod && !selfHosted);
  if (target === null) throw noDeployment();
  const command = deployCommand(target, prod);
  process.stdout.write(`Deploying to ${prod ? "production" : "development"}: ${target.label}\n`);
  const child = spawn(process.execPath, [convexCliPath(), ...command, ...extra], {
    cwd: ROOT,
    stdio: "inherit",
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? EXIT.interrupted));
  });
}

try {
  process.exitCode = await deploy(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`✗ ${error.message}\n`);
  process.exitCode = error.exitCode;
}
