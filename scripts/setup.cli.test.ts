/** The whole set-up with the real Convex CLI, against local deployments that start with no variable set. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../convex/_generated/api";
import { runConvexCli, startDeployment, type RunningDeployment } from "@computer-guys/convex-local";
import { PUSH } from "@computer-guys/convex-local/testing";
import { startProviders } from "@computer-guys/stand-ins";
import { ROOT } from "../local/system";

const OPENROUTER = `sk-or-v1-${"0123456789abcdef".repeat(4)}`;
const OTHER = `sk-or-v1-${"fedcba9876543210".repeat(4)}`;
/** What the stand-in takes: the admin's code is really mailed. */
const RESEND = "re_local_stand_in";
const SHOP = `Joe's #1 "PC" shop`;
const ADMIN = ["--admin", "Me@Joes.Shop", "--name", "Joe Miller"];
const QUICK = ["--no-typecheck"];
const LONG = 240_000;

let folder: string;
let deployment: RunningDeployment;
let providers: Awaited<ReturnType<typeof startProviders>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "setup-"));
  providers = await startProviders({ port: 0 });
  deployment = await fresh();
});

afterAll(async () => {
  await deployment.close();
  await providers.close();
  await rm(folder, { recursive: true, force: true });
});

const fresh = () => startDeployment({ port: 0, sitePort: 0, quiet: true, env: {} });

interface Run {
  code: number | null;
  output: string;
}

/** Runs the script as a process, without the variables of whoever runs the tests. */
async function setUp(
  args: string[],
  options: {
    on?: RunningDeployment | null;
    env?: Record<string, string>;
    /** Sends the signal once the output has this. */
    kill?: { at: string; signal: "SIGTERM" | "SIGKILL" };
  } = {},
): Promise<Run> {
  const on = options.on === undefined ? deployment : options.on;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: folder,
    CI: "true",
    CONVEX_DEPLOYMENT: "",
    CONVEX_DEPLOY_KEY: "",
    CONVEX_DEPLOYMENT_TOKEN: "",
    CONVEX_SELF_HOSTED_URL: on?.url ?? "",
    CONVEX_SELF_HOSTED_ADMIN_KEY: on?.adminKey ?? "",
    ...options.env,
  };
  const command = ["--import", "tsx", path.join(ROOT, "scripts/setup.ts"), ...args];
  const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: "pipe" });
  let output = "";
  let { kill } = options;
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    if (kill === undefined || !output.includes(kill.at)) return;
    child.kill(kill.signal);
    kill = undefined;
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, output };
}

/** The real providers' variables, with the stand-ins behind them. */
async function envFile(variables: Record<string, string> = {}): Promise<string> {
  const file = path.join(folder, "keys.env");
  const { OPENROUTER_BASE_URL = "", RESEND_BASE_URL = "" } = providers.env;
  const all = { OPENROUTER_BASE_URL, RESEND_BASE_URL, ...variables };
  const lines = Object.entries(all).map(([name, value]) => `${name}=\`${value}\``);
  await writeFile(file, lines.join("\n"));
  return file;
}

/** A module that notes the command line of the Node process that loads it: ours, and every child's. */
async function argumentRecorder() {
  const recorded = path.join(folder, "arguments");
  const file = path.join(folder, "record.mjs");
  const note = "appendFileSync(process.env.RECORD_ARGUMENTS, JSON.stringify(process.argv))";
  await writeFile(file, `import { appendFileSync } from "node:fs";\n${note};\n`);
  return { recorded, recorder: pathToFileURL(file).href };
}

const variables = ({ env }: RunningDeployment) =>
  Object.fromEntries(env.list().map(({ name, value }) => [name, value]));

/** How many documents each table has: what a repetition must not change. Limits and events of checks aside. */
function counts({ engine }: RunningDeployment): Record<string, number> {
  const database = engine.database("");
  const tables = ["users", "agents", "knowledge", "conversations", "messages"];
  return Object.fromEntries(tables.map((name) => [name, database?.count(name) ?? 0]));
}

async function adminsOf(on: RunningDeployment): Promise<string[]> {
  const state = await on.engine.call("query", "setup:state");
  return (state as { admins: string[] }).admins;
}

test("with no deployment configured it says which commands to run, in order", async () => {
  const { code, output } = await setUp([], { on: null });
  expect(code).toBe(3);
  expect(output).toMatch(/npx convex login[\s\S]*--configure new/);
});

test("a deployment that can't be reached is named at once", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  const { code, output } = await setUp([], { env: { CONVEX_SELF_HOSTED_URL: url } });
  expect(code).toBe(1);
  expect(output).toContain(`${url} (CONVEX_SELF_HOSTED_URL) can't be reached`);
});

test("before it, Convex refuses the first push for want of JWT_SECRET", async () => {
  const { code, stderr } = await runConvexCli(deployment, PUSH, { cwd: ROOT });
  expect(code).not.toBe(0);
  expect(stderr).toContain("JWT_SECRET");
});

test(
  "bad input and dry runs change nothing",
  async () => {
    const refused = [
      setUp(["--admin", "nonsense"]),
      setUp([...ADMIN, "--from-file", path.join(folder, "missing.env")]),
      setUp(ADMIN, { env: { OPENAI_API_KEY: "hunter2" } }),
      setUp(["--prod"]),
      setUp(["--finish-rotation"]),
    ];
    for (const { code, output } of await Promise.all(refused)) {
      expect(code, output).toBe(2);
      expect(output).not.toContain("hunter2");
    }
    const { code, output } = await setUp([...ADMIN, "--seed", "--dry-run"]);
    expect(code).toBe(0);
    expect(output).toMatch(/Generate JWT_SECRET[\s\S]*Push[\s\S]*me@joes\.shop[\s\S]*example shop/);
    expect(variables(deployment)).toEqual({});
    expect(counts(deployment).users).toBe(0);
  },
  LONG,
);

test("a wrong admin key fails in the CLI's words, and shows the key to nobody", async () => {
  const adminKey = "local|wrong-key-0123456789";
  const { code, output } = await setUp(ADMIN, { on: { ...deployment, adminKey } });
  expect(code).toBe(1);
  expect(output).toContain("admin key was invalid");
  expect(output).not.toContain(adminKey);
});

let first: Run;
let secret: string;
let before: Record<string, number>;

test(
  "a new deployment is set up: secret, keys, functions, admin, shop, and it works",
  async () => {
    const given = {
      RESEND_API_KEY: RESEND,
      EMAIL_FROM: "Joe <support@joes.shop>",
      SHOP_NAME: SHOP,
    };
    const file = await envFile(given);
    const { recorded, recorder } = await argumentRecorder();
    first = await setUp([...ADMIN, ...QUICK, "--seed", "--verbose", "--from-file", file], {
      env: {
        OPENROUTER_API_KEY: OPENROUTER,
        NODE_OPTIONS: `--import=${recorder}`,
        RECORD_ARGUMENTS: recorded,
      },
    });
    expect(first.code, first.output).toBe(0);
    const set = variables(deployment);
    secret = set.JWT_SECRET ?? "";
    expect(secret).toMatch(/^[\w-]{64}:es256:/);
    expect(set).toMatchObject({ ...given, OPENROUTER_API_KEY: OPENROUTER });
    expect(await adminsOf(deployment)).toContain("me@joes.shop");
    expect(first.output).toContain("44 of 44 documents read in");
    expect(first.output).toContain(deployment.siteUrl);

    const everything = first.output + (await readFile(recorded, "utf8"));
    expect(everything).toContain("users:ensureStaff");
    for (const value of [secret, OPENROUTER, RESEND, deployment.adminKey]) {
      expect(everything).not.toContain(value);
    }
  },
  LONG,
);

test("the admin signs in with a mailed code, from the sender that was set", async () => {
  const http = new ConvexHttpClient(deployment.url, { logger: false });
  const { challenge } = await http.action(api.auth.requestCode, { email: "me@joes.shop" });
  const mail = providers.control.emails("me@joes.shop")[0];
  expect(mail?.from).toBe("Joe <support@joes.shop>");
  expect(mail?.subject).toContain(SHOP);
  const code = /\d{6}/.exec(mail?.text ?? "")![0];
  const { user } = await http.action(api.auth.createSession, { challenge, code });
  expect(user).toMatchObject({ role: "admin", name: "Joe Miller" });
});

test(
  "repeated, it changes nothing: keys are kept, and its check leaves no guest behind",
  async () => {
    before = counts(deployment);
    const set = variables(deployment);
    const env = { OPENROUTER_API_KEY: OTHER };
    const { code, output } = await setUp([...ADMIN, ...QUICK, "--seed"], { env });
    expect(code, output).toBe(0);
    expect(output).toMatch(/kept: OPENROUTER_API_KEY[\s\S]*1\/2 Push[\s\S]*2\/2 Check/);
    expect(variables(deployment)).toEqual(set);
    expect(counts(deployment)).toEqual(before);
  },
  LONG,
);

test(
  "--force replaces keys, JWT_SECRET never",
  async () => {
    const file = await envFile({ JWT_SECRET: "x".repeat(40) });
    const { code, output } = await setUp([...QUICK, "--force", "--from-file", file], {
      env: { OPENROUTER_API_KEY: OTHER },
    });
    expect(code, output).toBe(0);
    expect(variables(deployment)).toMatchObject({ OPENROUTER_API_KEY: OTHER, JWT_SECRET: secret });
    expect(output).not.toContain(OTHER);
  },
  LONG,
);

test(
  "a JWT_SECRET of before gets its public key beside it, and signs nobody out",
  async () => {
    const http = new ConvexHttpClient(deployment.url, { logger: false });
    const bare = secret.replace(/:es256:.*/, "");
    await runConvexCli(deployment, ["env", "set", "--force", "JWT_SECRET"], { input: bare });
    expect(variables(deployment).JWT_SECRET).toBe(bare);
    const { accessToken, user } = await http.action(api.auth.createGuestSession, {});
    const { code, output } = await setUp(QUICK);
    expect(code, output).toBe(0);
    expect(output).toContain("Store the public key beside JWT_SECRET");
    expect(output).not.toContain(bare);
    expect(variables(deployment).JWT_SECRET).toBe(secret);
    http.setAuth(accessToken);
    expect((await http.query(api.users.me, {}))._id).toBe(user._id);
  },
  LONG,
);

test(
  "a rotation signs nobody out; its end keeps those who have been back since",
  async () => {
    const http = new ConvexHttpClient(deployment.url, { logger: false });
    const me = async (token: string) => {
      http.setAuth(token);
      return await http.query(api.users.me, {}).then(
        ({ _id }) => _id,
        () => null,
      );
    };
    const back = await http.action(api.auth.createGuestSession, {});
    const away = await http.action(api.auth.createGuestSession, {});
    const begun = await setUp(["--rotate-secret"]);
    expect(begun.code, begun.output).toBe(0);
    const [now = "", old] = variables(deployment).JWT_SECRET!.split(" ");
    expect(old).toBe(secret);
    expect(now).toMatch(/^[\w-]{64}:es256:/);
    expect(await me(back.accessToken)).toBe(back.user._id);
    const { refreshToken } = back;
    const refreshed = await http.action(api.auth.refreshSession, { refreshToken });

    const twice = await setUp(["--rotate-secret"]);
    expect(twice.code).toBe(2);
    const ended = await setUp(["--finish-rotation"]);
    expect(ended.code, ended.output).toBe(0);
    expect(variables(deployment).JWT_SECRET).toBe(now);
    expect(await me(refreshed.accessToken)).toBe(back.user._id);
    expect(await me(away.accessToken)).toBeNull();
    for (const output of [begun.output, twice.output, ended.output]) {
      for (const value of [secret, now]) expect(output).not.toContain(value);
    }
  },
  LONG,
);

test("a secret that is too short is refused, not overwritten", async () => {
  const weak = await startDeployment({
    port: 0,
    sitePort: 0,
    quiet: true,
    env: { JWT_SECRET: "too-short-a-secret" },
  });
  const { code, output } = await setUp(QUICK, { on: weak });
  await weak.close();
  expect(code).toBe(1);
  expect(output).toContain("shorter than 32");
  expect(output).not.toContain("too-short-a-secret");
  expect(variables(weak)).toEqual({ JWT_SECRET: "too-short-a-secret" });
});

test(
  "broken off while it pushes, killed while it reads in: repeating finishes it",
  async () => {
    const other = await fresh();
    const args = [...ADMIN, ...QUICK, "--seed"];
    const stopped = await setUp(args, { on: other, kill: { at: "2/5 Push", signal: "SIGTERM" } });
    expect(stopped.code, stopped.output).toBe(130);
    expect(stopped.output).toContain("Stopped at step 2/5 Push");
    expect(stopped.output).toContain("Repeating is safe");
    const kept = variables(other).JWT_SECRET;
    expect(kept).toBeDefined();

    const killed = await setUp(args, {
      on: other,
      kill: { at: "of 44 documents", signal: "SIGKILL" },
    });
    expect(killed.code).toBeNull();
    const finished = await setUp(args, { on: other });
    expect(finished.code, finished.output).toBe(0);
    expect(variables(other).JWT_SECRET).toBe(kept);
    // As many as on the deployment that was set up in one go, less the guests of its tests.
    const { users: _users, ...documents } = counts(other);
    expect(before).toMatchObject(documents);
    expect(await adminsOf(other)).toEqual(["me@joes.shop", "owner@computerguys.example"]);
    await other.close();
  },
  LONG,
);
