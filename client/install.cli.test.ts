/** What `docs/using-the-package.md` tells somebody to install, installed: its CLI runs on this Node. */
import { exec } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(exec);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "install-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The one line of the page that installs something with npm. */
async function documentedLine(): Promise<string> {
  const page = await readFile(path.join(ROOT, "docs/using-the-package.md"), "utf8");
  const lines = page.match(/^npm install .*$/gm) ?? [];
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

async function peerRange(folder: string): Promise<string> {
  const file = await readFile(path.join(ROOT, folder, "package.json"), "utf8");
  return (JSON.parse(file) as { peerDependencies: { convex: string } }).peerDependencies.convex;
}

/** Of versions without a pre-release: `>=` and `<` between spaces, as our ranges are written. */
function satisfies(version: string, range: string): boolean {
  return range.split(" ").every((part) => {
    const [, sign, bound] = /^(>=|<)(\d+(?:\.\d+)*)$/.exec(part)!;
    const order = version.localeCompare(bound!, "en", { numeric: true });
    return sign === "<" ? order < 0 : order >= 0;
  });
}

test("the documented line installs a CLI that runs on this Node, and in the peers' range", async () => {
  // The pnpm or npm that runs this test must not decide where the line installs.
  const theirs = /^(p?npm_(?!config_(registry|cache|userconfig))|INIT_CWD|NODE_PATH|NODE_OPTIONS)/i;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !theirs.test(name)),
  );
  await run("npm init --yes", { cwd: folder, env });
  await run(await documentedLine(), { cwd: folder, env });
  const { stdout } = await run("node_modules/.bin/convex --version", { cwd: folder, env });
  const version = stdout.trim();
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  for (const dir of [".", "web"]) {
    expect(satisfies(version, await peerRange(dir)), `${dir}: convex ${version}`).toBe(true);
  }
});

test("the peers' range ends before the version whose CLI stops on Node 20", async () => {
  const range = await peerRange(".");
  const versions = ["1.47.9", "1.48.0", "1.48.12", "1.49.0", "2.0.0"];
  expect(versions.filter((version) => satisfies(version, range))).toEqual(["1.48.0", "1.48.12"]);
});
