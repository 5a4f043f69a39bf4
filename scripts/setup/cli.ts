/**
 * Runs the project's own Convex CLI. Values go in over its standard input, never as arguments, and what it
 * prints is shown only after every known value has been taken out.
 */
import { spawn } from "node:child_process";
import { convexCliPath } from "@computer-guys/convex-local";
import { EXIT, SetupError } from "./errors";

const READ_TIMEOUT_MS = 60_000;
export const PUSH_TIMEOUT_MS = 20 * 60_000;
const SHOWN_CHARS = 4_000;

interface CliResult {
  code: number;
  stdout: string;
  /** Both streams, redacted: for people. */
  shown: string;
}

interface CliOptions {
  input?: string;
  timeoutMs?: number;
  /** Leaves out the target's flags. */
  bare?: boolean;
}

export interface Cli {
  /** Runs `npx convex <args>` on the target and gives what it printed. Throws only if it can't run or end. */
  run(args: string[], options?: CliOptions): Promise<CliResult>;
  /** As `run`, but a failure throws with what the CLI printed. */
  must(args: string[], options?: CliOptions): Promise<CliResult>;
  /** A value that must not be shown from now on. */
  hide(value: string): void;
  redact(text: string): string;
}

export function convexCli(settings: {
  cwd: string;
  /** What makes every command act on the target. */
  flags: string[];
  verbose: boolean;
  signal: AbortSignal;
}): Cli {
  const hidden = new Set<string>();
  const redact = (text: string) => {
    let result = text;
    for (const value of hidden) result = result.replaceAll(value, "[hidden]");
    return result;
  };
  const run = async (args: string[], options: CliOptions = {}): Promise<CliResult> => {
    if (settings.signal.aborted) throw interrupted();
    const { code, stdout, stderr } = await spawned(
      [...args, ...(options.bare === true ? [] : settings.flags)],
      options,
      settings,
    );
    const shown = redact(`${stderr}${stdout}`).trim();
    // What a query answers is for the set-up, not for people.
    if (settings.verbose && stderr.trim() !== "") {
      process.stdout.write(`${redact(stderr).trim().replace(/^/gm, "    ")}\n`);
    }
    return { code, stdout, shown };
  };
  return {
    run,
    redact,
    hide: (value) => {
      if (value.length >= 8) hidden.add(value);
    },
    must: async (args, options) => {
      const result = await run(args, options);
      if (result.code !== 0) {
        throw new SetupError(
          `npx convex ${args.join(" ")} said:\n${result.shown.slice(-SHOWN_CHARS)}`,
        );
      }
      return result;
    },
  };
}

const interrupted = () => new SetupError("Stopped.", EXIT.interrupted);

async function spawned(
  args: string[],
  { input, timeoutMs = READ_TIMEOUT_MS }: CliOptions,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(process.execPath, [convexCliPath(), ...args], {
    cwd,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    signal: AbortSignal.any([signal, timeout]),
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  // A CLI that ends before it has read everything says why by its exit code.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  return await new Promise((resolve, reject) => {
    child.once("error", (error) => {
      if (signal.aborted) reject(interrupted());
      else if (timeout.aborted) reject(new SetupError(tooSlow(args, timeoutMs)));
      else reject(error);
    });
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

// The CLI tries again for ever when it can't connect.
const tooSlow = (args: string[], timeoutMs: number) =>
  `npx convex ${args[0]} gave no answer within ${timeoutMs / 1000} s. Is the deployment reachable from here?`;
