/** Runs the project's own Convex CLI as a child process against a given deployment. */
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";

export interface CliTarget {
  url: string;
  adminKey: string;
}

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Variables that would point the CLI at another deployment. Set to nothing, not left out: the CLI
 * would otherwise take them from the user's `.env.local`.
 */
const OTHER_DEPLOYMENTS = ["CONVEX_DEPLOYMENT", "CONVEX_DEPLOY_KEY", "CONVEX_DEPLOYMENT_TOKEN"];

/** The arguments of a push that does nothing else: no type check, no generated files. */
export const PUSH = ["deploy", "--typecheck", "disable", "--codegen", "disable"];

export function convexCliPath(): string {
  const require = createRequire(import.meta.url);
  return path.join(path.dirname(require.resolve("convex/package.json")), "bin/main.js");
}

/** What points the CLI at a deployment, and nowhere else. */
export function cliVariables({ url, adminKey }: CliTarget): Record<string, string> {
  return {
    CONVEX_SELF_HOSTED_URL: url,
    CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey,
    ...Object.fromEntries(OTHER_DEPLOYMENTS.map((name) => [name, ""])),
  };
}

interface CliOptions {
  cwd?: string;
  signal?: AbortSignal;
  input?: string;
}

function spawnCli(target: CliTarget, args: string[], options: CliOptions): ChildProcess {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...cliVariables(target),
    // Keeps the CLI from sending error reports: it would wait for a network that may not be there.
    CI: "1",
  };
  return spawn(process.execPath, [convexCliPath(), ...args], {
    cwd: options.cwd ?? process.cwd(),
    env,
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Runs `convex <args>` in `cwd` and collects what it prints. Never asks anything. */
export async function runConvexCli(
  target: CliTarget,
  args: string[],
  options: CliOptions = {},
): Promise<CliResult> {
  return await new Promise<CliResult>((resolve, reject) => {
    const child = spawnCli(target, args, options);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin?.end(options.input);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

export interface RunningCli {
  /** Everything printed so far, both streams. */
  readonly output: string;
  /** Waits for something printed after the last match. */
  printed(pattern: RegExp): Promise<string>;
  exited: Promise<number | null>;
  /** Ctrl-C, and waits for the end. */
  interrupt(): Promise<number | null>;
}

/** Below the limits of the tests that wait, so that what fails says what was printed instead. */
const PATIENCE_MS = 100_000;

/** Starts a command that goes on until it is told to stop: `convex dev`, `convex logs`, `run --watch`. */
export function startConvexCli(
  target: CliTarget,
  args: string[],
  options: CliOptions = {},
): RunningCli {
  const child = spawnCli(target, args, options);
  let output = "";
  let read = 0;
  const listeners = new Set<() => void>();
  const grown = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of [...listeners]) listener();
  };
  child.stdout?.on("data", grown);
  child.stderr?.on("data", grown);
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed = async (pattern: RegExp): Promise<string> =>
    await new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        listeners.delete(look);
        finish();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`convex ${args.join(" ")} ${why} ${pattern}:\n${output}`)));
      const timer = setTimeout(() => fail(`did not print in ${PATIENCE_MS} ms`), PATIENCE_MS);
      const look = (): void => {
        const match = pattern.exec(output.slice(read));
        if (match === null) return;
        read += match.index + match[0].length;
        settle(() => resolve(match[0]));
      };
      listeners.add(look);
      look();
      void exited.then((code) => fail(`ended with ${code} before`));
    });
  return {
    get output() {
      return output;
    },
    printed,
    exited,
    interrupt: async () => {
      child.kill("SIGINT");
      return await exited;
    },
  };
}
