/** Moves the whole system's data to a new deployment at the same address, with the real CLI. */
import { runConvexCli } from "@computer-guys/convex-local";
import { ROOT, startSystem, type System } from "../../local/system";

async function convex(system: System, ...args: string[]): Promise<void> {
  const { code, stderr } = await runConvexCli(system.deployment, args, { cwd: ROOT });
  if (code !== 0) throw new Error(`convex ${args.join(" ")} failed:\n${stderr}`);
}

export async function exportSnapshot(system: System, file: string): Promise<void> {
  await convex(system, "export", "--include-file-storage", "--path", file);
}

/** Ends the old system; the new one holds what is in `file` and nothing else, imported as `docs/deploy.md` says. */
export async function reopenFrom(
  file: string,
  old: System,
  env: Record<string, string>,
): Promise<System> {
  const port = (url: string) => Number(new URL(url).port);
  const { url, siteUrl } = old.deployment;
  await old.close();
  const ports = { api: port(url), site: port(siteUrl), providers: 0 };
  const system = await startSystem({ env, ports, seed: false });
  await convex(system, "import", file);
  // A loop that was at work believes in the copy that it still is (`findings/worker-loop-lost-in-import.sh`).
  for (const pool of ["workflow/workpool", "background/workpool"]) {
    await convex(system, "run", "--component", pool, "kick:forceKick");
  }
  return system;
}
