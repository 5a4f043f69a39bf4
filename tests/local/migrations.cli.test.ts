/** Migrations of the package on the local deployment, run and watched with the real Convex CLI. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Doc } from "../../convex/_generated/dataModel";
import type { Progress } from "../../convex/migrations/runner";
import { MIGRATIONS } from "../../convex/validators";
import { cliVariables, convexCliPath, runConvexCli } from "@computer-guys/convex-local";
import { ROOT, startSystem, type System } from "../../local/system";

const OLD_ROWS = 250;
const FLAT_METRICS = {
  replies: 4,
  failures: 0,
  handoffs: 0,
  promptTokens: 10,
  completionTokens: 20,
  costMicroUsd: 30,
  firstTokenMsSum: 800,
  totalMsSum: 4000,
};

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.close();
});

/** Rows as they were stored before the migrations were written. */
beforeEach(async () => {
  const [agent] = system.engine.database()!.documents("agents");
  await system.engine.system("", ({ db }) => {
    db.patch("agents", agent!._id, { metrics: FLAT_METRICS });
    const userId = db.insert("users", { role: "customer", smsConsent: "unknown" });
    for (let i = 0; i < OLD_ROWS; i++) {
      db.insert("conversations", {
        userId,
        channel: "web",
        status: "resolved",
        owner: { kind: "ai" },
        turn: 1,
        episode: 1,
        lastMessageAt: 1000 + i,
        preview: "It works again.",
        unreadByCustomer: 0,
        unreadByStaff: 0,
        aiReplies: 0,
      });
    }
  });
});

const unfilled = () =>
  [...system.engine.database()!.documents("conversations")].filter(
    (row) => (row as unknown as Doc<"conversations">).resolvedAt === undefined,
  ).length;

async function convex<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await runConvexCli(system.deployment, args, { cwd: ROOT });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** Reads what `convex run --watch` prints until it says that all migrations are done. */
async function watchUntilDone(): Promise<string> {
  const cli = spawn(process.execPath, [convexCliPath(), "run", "--watch", "migrations:status"], {
    cwd: ROOT,
    env: { ...process.env, ...cliVariables(system.deployment), CI: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let problems = "";
  cli.stderr.on("data", (chunk: Buffer) => (problems += chunk.toString()));
  try {
    await new Promise<void>((resolve, reject) => {
      cli.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        const last = printed.slice(printed.lastIndexOf("[\n"));
        if (last.match(/"state": "success"/g)?.length === MIGRATIONS.length) resolve();
      });
      cli.once("error", reject);
      cli.once("exit", (code) => reject(new Error(`The CLI ended with ${code}: ${problems}`)));
    });
  } finally {
    cli.kill();
  }
  return printed;
}

test("a dry run from the CLI says what it would write, and old rows are as they were", async () => {
  const answer = await convex<Progress & { dryRun: unknown }>(
    "run",
    "migrations:run",
    '{"fn": "m0001_resolved_at", "dryRun": true}',
  );
  expect(answer).toMatchObject({
    state: "notStarted",
    dryRun: { rowsRead: 100, isLast: false, writes: { "conversations.resolvedAt": 100 } },
  });
  expect(unfilled()).toBe(OLD_ROWS);
});

/** Pushes the package with a schema that has no place for agents' flat totals any more. */
async function pushNarrowed(): Promise<string> {
  // Inside the package, so that imports resolve as they do from `convex/`.
  await mkdir(path.join(ROOT, ".local"), { recursive: true });
  const cwd = await mkdtemp(path.join(ROOT, ".local/narrowed-"));
  try {
    await cp(path.join(ROOT, "convex"), path.join(cwd, "convex"), { recursive: true });
    for (const name of ["package.json", "convex.json"]) {
      await cp(path.join(ROOT, name), path.join(cwd, name));
    }
    // External packages of Node actions are looked for where the project is.
    await symlink(path.join(ROOT, "node_modules"), path.join(cwd, "node_modules"));
    const file = path.join(cwd, "convex/validators/agents.ts");
    const widened = await readFile(file, "utf8");
    const narrowed = widened.replace("v.union(vAgentMetrics, vFlatAgentMetrics)", "vAgentMetrics");
    expect(narrowed).not.toBe(widened);
    await writeFile(file, narrowed);
    const push = ["deploy", "--typecheck", "disable", "--codegen", "disable"];
    const { code, stderr } = await runConvexCli(system.deployment, push, { cwd });
    return code === 0 ? "pushed" : stderr;
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test("migrations run from the CLI are watched from it until they are done", async () => {
  const before = unfilled();
  const watched = watchUntilDone();
  const started = await convex<Progress[]>("run", "migrations:runAll");
  expect(started[0]).toMatchObject({ name: "m0001_resolved_at", state: "inProgress" });
  const printed = await watched;
  expect(printed).toContain('"name": "m0001_resolved_at"');
  expect(printed).toContain(`"processed": ${before}`);
  expect(unfilled()).toBe(0);
  // The component's own view of the same.
  const args = ["run", "--component", "migrations", "lib:getStatus"];
  const rows = await convex<{ name: string; isDone: boolean }[]>(...args);
  expect(rows.map(({ name, isDone }) => [name, isDone]).sort()).toEqual(
    MIGRATIONS.map((name) => [`migrations/${name}:migrate`, true]),
  );
  await convex("run", "migrations:runAll");
});

test(
  "a schema that old rows break is refused until they are migrated",
  { timeout: 90_000 },
  async () => {
    expect(await pushNarrowed()).toMatch(/table "agents" does not match the schema/);
    await convex("run", "migrations:run", '{"fn": "m0002_agent_metrics", "reset": true}');
    expect(await pushNarrowed()).toBe("pushed");
  },
);
