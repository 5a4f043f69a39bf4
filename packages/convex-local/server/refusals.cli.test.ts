/** Pushes that Convex refuses, and what the CLI prints of it. Each leaves the running version alone. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ConvexHttpClient } from "convex/browser";
import { startDeployment } from "./main";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, type Fixture } from "../fixtures/harness";
import { copyFixture, type Project } from "../fixtures/project";
import { pushApp } from "../fixtures/pushing";

// Each command is a process of its own, and machines differ.
vi.setConfig({ testTimeout: 120_000 });

let fixture: Fixture;
let project: Project;

beforeAll(async () => {
  fixture = await startFixture();
  project = await copyFixture(fixture.deployment);
  await fixture.http.mutation(api.notes.add, { room: "steady", text: "before" });
});

afterAll(async () => {
  await project.remove();
  await fixture.close();
});

/** Pushes, expects a refusal that says `words`, and that the deployment answers as before. */
async function refused(words: string[], args?: string[]): Promise<void> {
  const version = await functionSpec();
  const { code, stderr, stdout } = await (args === undefined
    ? project.push()
    : project.convex(args));
  expect(code, stderr).not.toBe(0);
  for (const word of words) expect(stderr + stdout).toContain(word);
  expect(await functionSpec()).toEqual(version);
  const notes = await fixture.http.query(api.notes.list, { room: "steady" });
  expect(notes).toMatchObject([{ text: "before" }]);
}

async function functionSpec(): Promise<unknown> {
  const response = await fetch(`${fixture.deployment.url}/api/query`, {
    method: "POST",
    headers: { authorization: `Convex ${fixture.deployment.adminKey}` },
    body: JSON.stringify({ path: "_system/cli/modules:apiSpec", args: [{}] }),
  });
  return await response.json();
}

test("functions without validators, each by name with what it lacks; HTTP actions need none", async () => {
  await project.write(
    "loose.ts",
    `import { internalMutation, query } from "./_generated/server";
     export const nothing = query(() => null);
     export const noReturns = internalMutation({ args: {}, handler: () => null });`,
  );
  await refused([
    "Hit an error while pushing:",
    "These functions lack validators:",
    "• loose:noReturns: add `returns: ...` (`v.null()` for nothing)",
    "• loose:nothing: add `args: {...}` and `returns: ...`",
    "CONVEX_LOCAL_ALLOW_UNVALIDATED=1",
  ]);
  await project.discard("loose.ts");
});

test("they pass where the deployment was told to take them, as Convex does", async () => {
  const env = { FIXTURE_JWKS: fixture.deployment.env.get("FIXTURE_JWKS") ?? "" };
  const options = { port: 0, sitePort: 0, quiet: true, env, allowUnvalidated: true };
  const lenient = await startDeployment(options);
  await project.write(
    "loose.ts",
    `import { query } from "./_generated/server";\nexport const nothing = query(() => null);`,
  );
  await pushApp(lenient, project.folder);
  await project.discard("loose.ts");
  expect(await new ConvexHttpClient(lenient.url).query("loose:nothing" as never)).toBeNull();
  await lenient.close();
});

test("an index under a reserved name", async () => {
  const restore = await project.edit("schema.ts", '"by_likes"', '"by_id"');
  await refused(['cannot name an index "by_id" because the name is reserved']);
  await restore();
});

test("a cron that no calendar has, and one whose interval is none", async () => {
  const restore = await project.edit("crons.ts", '"*/5 * * * *"', '"61 * * * *"');
  await refused(['Cron job "every five minutes"']);
  await restore();
  const again = await project.edit("crons.ts", "{ seconds: 1 }", "{ seconds: 0.5 }");
  await refused(["Failed to analyze crons.js", "Interval must be an integer greater than 0"]);
  await again();
});

test("a module of Node's in the default runtime, and a component that is not there", async () => {
  const restore = await project.edit(
    "ticks.ts",
    'import { v } from "convex/values";',
    'import { v } from "convex/values";\nimport { createHash } from "node:crypto";\nexport const hash = createHash;',
  );
  await refused(["node:crypto", '"use node"']);
  await restore();
  const again = await project.edit(
    "convex.config.ts",
    "@convex-dev/workflow",
    "@convex-dev/nothing",
  );
  await refused(["@convex-dev/nothing"]);
  await again();
});

test("a type error, found by TypeScript", async () => {
  const restore = await project.edit("ticks.ts", "ticks.length", '"many"');
  await refused(
    ["Type 'string' is not assignable to type 'number'"],
    ["deploy", "--typecheck", "enable", "--codegen", "disable"],
  );
  await restore();
});

test("a schema that stored documents break, with the document, the field and the validator", async () => {
  const restore = await project.edit("schema.ts", "likes: v.number(),", "likes: v.string(),");
  await refused([
    "Schema validation failed.",
    'in table "notes" does not match the schema: Value does not match validator.',
    "Path: .likes\nValue: 0.0\nValidator: v.string()",
  ]);
  await restore();
});

test("variables that change during a push make it start again", async () => {
  const { url, adminKey } = fixture.deployment;
  const post = (path: string, body: unknown) =>
    fetch(url + path, {
      method: "POST",
      headers: { authorization: `Convex ${adminKey}` },
      body: JSON.stringify(body),
    });
  await project.convex([
    "deploy",
    "--push-all-modules",
    "--write-push-request",
    "request",
    "--typecheck",
    "disable",
  ]);
  const request = JSON.parse(await project.read("request.json")) as object;
  const started = await post("/api/deploy2/start_push", { ...request, adminKey });
  const startPush: unknown = await started.json();
  await post("/api/update_environment_variables", { changes: [{ name: "LATE", value: "1" }] });
  const finished = await post("/api/deploy2/finish_push", { adminKey, startPush, dryRun: false });
  expect(await finished.json()).toMatchObject({
    code: "RaceDetected",
    message: expect.stringContaining("Environment variables have changed during push") as string,
  });
});
