/**
 * `npx pnpm run export`: `convex export` with the same options, and then a note in the deployment that there is one.
 * Convex tells functions of no export, so without it nobody could see how old the last one is.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { convexCliPath } from "@computer-guys/convex-local";
import { EXIT } from "./setup/errors";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

async function convex(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [convexCliPath(), ...args], {
    cwd: ROOT,
    stdio: "inherit",
  });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? EXIT.interrupted));
  });
}

/** What says of which deployment: the note goes to the same one. */
function targetOf(args: string[]): string[] {
  return args.flatMap((arg, i) => {
    if (arg === "--prod" || arg.startsWith("--deployment=")) return [arg];
    return arg === "--deployment" ? [arg, args[i + 1] ?? ""] : [];
  });
}

async function exportDeployment(args: string[]): Promise<number> {
  const code = await convex(["export", ...args]);
  if (code !== 0 || args.some((arg) => arg === "--help" || arg === "-h")) return code;
  const withFiles = args.includes("--include-file-storage");
  const note = ["run", ...targetOf(args), "cli:noteBackup", JSON.stringify({ withFiles })];
  const noted = await convex(note);
  const words =
    noted === 0 ? "It is on record" : "The export is there, but could not be put on record";
  process.stderr.write(`${words} (Health, Backups).\n`);
  return noted;
}

process.exitCode = await exportDeployment(process.argv.slice(2));
