/** Runs the project's own Convex CLI as a child process against a given deployment. */
import { spawn } from "node:child_process";
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

/** Runs `convex <args>` in `cwd` and collects what it prints. Never asks anything. */
export async function runConvexCli(
  target: CliTarget,
  args: string[],
  options: { cwd?: string; signal?: AbortSignal; input?: string } = {},
): Promise<CliResult> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...cliVariables(target),
    // Keeps the CLI from sending error reports: it would wait for a network that may not be there.
    CI: "1",
  };
  return await new Promise<CliResult>((resolve, reject) => {
    const child = spawn(process.execPath, [convexCliPath(), ...args], {
      cwd: options.cwd ?? process.cwd(),
      env,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin?.end(options.input);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}
