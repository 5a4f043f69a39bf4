/** The demo's data in a deployment with another endpoint for embeddings: it gets vectors of that one, with the real CLI. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runConvexCli } from "@computer-guys/convex-local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, startSystem, type System } from "../../local/system";
import { exportSnapshot, reopenFrom } from "./moving";

let folder: string;
let system: System;
let documents: number;

async function convex(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runConvexCli(system.deployment, args, { cwd: ROOT });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** How many vectors of each model passages point at, and how many passages have none. */
async function vectors(): Promise<Record<string, number>> {
  const code = `
    const counts = {};
    for (const { vectorId } of await ctx.db.query("knowledge")
      .withIndex("by_kind_and_updated", (q) => q.eq("kind", "passage")).collect()) {
      const vector = vectorId && (await ctx.db.get(vectorId));
      const type = vector ? vector.type : "none";
      counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;`;
  return JSON.parse(await convex("run", "--inline-query", code)) as Record<string, number>;
}

const endpoint = async (host: string) => {
  const url = await convex("env", "get", "OPENAI_BASE_URL");
  await convex("env", "set", "OPENAI_BASE_URL", url.trim().replace(/127\.0\.0\.1|localhost/, host));
};

/** As it is typed: `npx pnpm run embed`. */
async function embed(): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/embed.ts"], {
    cwd: ROOT,
    env: {
      ...process.env,
      CONVEX_SELF_HOSTED_URL: system.deployment.url,
      CONVEX_SELF_HOSTED_ADMIN_KEY: system.deployment.adminKey,
    },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, printed };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "embed-"));
  system = await startSystem();
  documents = (JSON.parse(await convex("run", "seed:progress")) as { published: number }).published;
  const file = path.join(folder, "snapshot.zip");
  await exportSnapshot(system, file);
  system = await reopenFrom(file, system, {});
  await endpoint("localhost");
});

afterAll(async () => {
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

test("what a cron runs makes them by itself", async () => {
  const [demo, ...others] = Object.keys(await vectors());
  expect(demo).toMatch(/127\.0\.0\.1/);
  expect(others).toEqual([]);
  await convex("run", "knowledge:maintain");
  await expect
    .poll(async () => Object.keys(await vectors()), { timeout: 120_000, interval: 1_000 })
    .toEqual([expect.stringMatching(/localhost/)]);
});

test("`pnpm run embed` makes them at once, and says how far it is; again there is nothing to do", async () => {
  await endpoint("127.0.0.1");
  const { code, printed } = await embed();
  expect(printed).toMatch(
    /^Embedding on the self-hosted deployment at http.*\n\d+ to go, \d+ done\n/,
  );
  expect(printed).toMatch(
    /Every document has its vectors of text-embedding-3-small@127\.0\.0\.1\.\n$/,
  );
  expect(code).toBe(0);
  expect(Object.keys(await vectors())).toEqual([expect.stringMatching(/127\.0\.0\.1/)]);
  expect(documents).toBeGreaterThan(40);
  expect((await embed()).printed.split("\n")).toHaveLength(3);
});

test("it ends with why when embeddings refuse", async () => {
  await endpoint("localhost");
  system.providers.control.fault({
    provider: "openai",
    kind: "status",
    status: 401,
    times: "always",
  });
  const { code, printed } = await embed();
  expect(printed).toMatch(/✗ \d+ (or more )?have none\. /);
  expect(code).toBe(1);
});
