/** The other commands: variables, data, and what a push says it did. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, waitForResult, type Fixture } from "../fixtures/harness";
import { copyFixture, type Project } from "../fixtures/project";

// Each command is a process of its own, and machines differ.
vi.setConfig({ testTimeout: 120_000 });

let fixture: Fixture;
let project: Project;

beforeAll(async () => {
  fixture = await startFixture();
  project = await copyFixture(fixture.deployment);
});

afterAll(async () => {
  await project.remove();
  await fixture.close();
});

const convex = (args: string, input?: string) => project.convex(args.split(" "), input);

async function change(changes: { name: string; value: string | null }[]) {
  const response = await fetch(`${fixture.deployment.url}/api/update_environment_variables`, {
    method: "POST",
    headers: { authorization: `Convex ${fixture.deployment.adminKey}` },
    body: JSON.stringify({ changes }),
  });
  return response.status === 200 ? null : ((await response.json()) as { code: string });
}

test("a variable is set by argument, file or pipe, re-runs live queries, and is read by name", async () => {
  const client = fixture.client();
  const live = waitForResult<string | null>(
    client,
    api.runtime.variable,
    { name: "PIPED" },
    (v) => v === "in",
  );
  expect((await convex("env set PIPED", "in")).code).toBe(0);
  expect(await live).toBe("in");
  await project.write("../defaults.env", 'ONE="1"\nTWO=two words\n');
  expect((await convex("env set --from-file defaults.env")).stderr).toContain("Successfully set 2");
  expect((await convex("env get TWO")).stdout).toBe("two words\n");
  expect((await convex("env get CONVEX_CLOUD_URL")).stdout.trim()).toBe(fixture.deployment.url);
  const names = (await convex("env list --names-only")).stdout.trim().split("\n");
  expect(names).toEqual(["FIXTURE_JWKS", "ONE", "PIPED", "TWO"]);
  expect((await convex("env set ONE=uno")).code).toBe(0);
  expect(await fixture.http.query(api.runtime.variable, { name: "ONE" })).toBe("uno");
});

test("a variable is visible to the next call, without a restart, and so is its removal", async () => {
  expect((await convex("env set COLOUR teal")).code).toBe(0);
  expect(await fixture.http.query(api.runtime.variable, { name: "COLOUR" })).toBe("teal");
  expect((await convex("env list")).stdout).toContain("COLOUR=teal");
  await convex("env remove COLOUR");
  expect(await fixture.http.query(api.runtime.variable, { name: "COLOUR" })).toBeNull();
});

test.each([
  ["1A", "b", "The environment variable name 1A is invalid."],
  ["CONVEX_SITE_URL", "b", 'Environment variable with name "CONVEX_SITE_URL" is built-in'],
  ["BIG", "x".repeat(8193), "The environment variable value is 8193 bytes, which is too large."],
  ["N".repeat(257), "b", "is too long. Environment variable names must be less than 256."],
])("a variable is refused in Convex's words, case %#", async (name, value, words) => {
  const { code, stderr } = await project.convex(["env", "set", name, value]);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
});

test("512 variables of 512 KiB in all; a change is made whole or not at all", async () => {
  const many = Array.from({ length: 513 }, (_, i) => ({ name: `MANY_${i}`, value: "x" }));
  expect(await change(many)).toMatchObject({ code: "EnvVarLimitMet" });
  const large = Array.from({ length: 65 }, (_, i) => ({ name: `L_${i}`, value: "x".repeat(8192) }));
  expect(await change(large)).toMatchObject({ code: "EnvVarTotalSizeLimitMet" });
  expect(
    await change([
      { name: "GOOD", value: "1" },
      { name: "not good", value: "1" },
    ]),
  ).toMatchObject({
    code: "EnvironmentVariableNameInvalid",
  });
  for (const name of ["MANY_0", "L_0", "GOOD"])
    expect(fixture.deployment.env.get(name)).toBeUndefined();
});

test("a change that breaks auth.config.ts is refused, and tokens go on being accepted", async () => {
  const { code, stderr } = await convex("env remove FIXTURE_JWKS");
  expect(code).toBe(1);
  expect(stderr).toContain("Environment variable FIXTURE_JWKS is used in auth config file");
  const client = fixture.client();
  client.setAuth(() => fixture.token());
  expect(await client.query(api.runtime.whoami, {})).toMatchObject({ subject: "ada" });
});

test("data lists tables, and documents by order, limit and format, also of the system and of components", async () => {
  for (const text of ["one", "two", "three"]) {
    await fixture.http.mutation(api.notes.add, { room: "data", text });
  }
  expect((await convex("data")).stdout.trim().split("\n")).toEqual(["notes", "ticks", "vectors"]);
  const oldest = await convex("data notes --order asc --limit 2 --format jsonl");
  expect(
    oldest.stdout
      .trim()
      .split("\n")
      .map((line) => /"text": "(\w+)"/.exec(line)?.[1]),
  ).toEqual(["one", "two"]);
  const newest = await convex("data notes --limit 1");
  expect(newest.stdout).toMatch(/_id +\| _creationTime +\| likes +\| room +\| text/);
  expect(newest.stdout).toContain('"three"');
  expect(newest.stderr).toContain("Showing the 1 most recently created document");
  await fixture.http.action(api.files.store, { text: "hello" });
  expect((await convex("data _storage")).stdout).toContain('"text/plain"');
  await fixture.http.mutation(api.notes.addLater, { room: "d", text: "x", delayMs: 3_600_000 });
  expect((await convex("data _scheduled_functions")).stdout).toContain('"notes:addInternal"');
  expect((await convex("data --component workflow")).stdout).toContain("workflows");
  expect((await convex("data nothing")).stderr).toContain("There are no documents in this table.");
  const unknown = await convex("data notes --component nowhere");
  expect(unknown.stderr).toContain("Component path 'nowhere' not found");
});

test("deploy says which indexes it adds, stages, enables and removes; a dry run changes nothing", async () => {
  const BY_LIKES = '.index("by_likes", ["likes"])';
  const staged = '.index("by_likes", { fields: ["likes"], staged: true })';
  const restore = await project.edit("schema.ts", BY_LIKES, `${staged}.index("by_text", ["text"])`);
  const dry = await convex("deploy --dry-run --typecheck disable --codegen disable");
  expect(dry.code, dry.stderr).toBe(0);
  expect(dry.stderr).toMatch(/Would add table indexes:\s+\[\+\] notes\.by_text/);
  expect(dry.stderr).toMatch(/These indexes would be staged:\s+\[\*\] notes\.by_likes/);
  const pushed = await project.push();
  expect(pushed.stderr).toMatch(/Added table indexes:\s+\[\+\] notes\.by_text/);
  expect(pushed.stderr).toMatch(/These indexes are now staged:\s+\[\*\] notes\.by_likes/);
  const byLikes = 'await ctx.db.query("notes").withIndex("by_likes").first()';
  expect((await project.convex(["run", "--inline-query", byLikes])).stderr).toContain("by_likes");
  await restore();
  const back = await project.push();
  expect(back.stderr).toMatch(/These indexes are now enabled:\s+\[\*\] notes\.by_likes/);
  expect(back.stderr).toMatch(/Deleted table indexes:\s+\[-\] notes\.by_text/);
  expect(back.stderr).toContain("No large indexes are deleted by this push");
});

test("a staged validator is reported with what the stored documents make of it", async () => {
  const shape =
    "label: v.string(),\n    embedding: v.optional(v.array(v.float64())),\n    active: v.boolean(),\n  })";
  const restore = await project.edit(
    "schema.ts",
    shape,
    `${shape}.staged({ label: v.literal("a") })`,
  );
  expect((await project.push()).code).toBe(0);
  const valid = await project.push();
  expect(valid.stderr).toContain("vectors: validated. Safe to apply");
  await fixture.http.mutation(api.vectors.add, { label: "b", active: true });
  const failed = await project.push();
  expect(failed.stderr).toMatch(/vectors: failed: Document with ID/);
  await restore();
  await project.push();
});

test("a component that a push unmounts keeps its data until it is mounted again", async () => {
  const id = await fixture.http.mutation(api.durable.start, { room: "unmounted" });
  await waitForResult(
    fixture.client(),
    api.durable.status,
    { id },
    (status) => status === "completed",
  );
  const durable = await project.read("convex/durable.ts");
  await project.discard("durable.ts");
  const restore = await project.edit("convex.config.ts", "app.use(workflow);", "void workflow;");
  expect((await project.push()).stderr).toContain("Unmounted component workflow.");
  await expect(fixture.http.query(api.durable.status, { id })).rejects.toThrow("Could not find");
  await restore();
  await project.write("durable.ts", durable);
  expect((await project.push()).stderr).toContain("Remounted component workflow.");
  expect(await fixture.http.query(api.durable.status, { id })).toBe("completed");
});

test("deploy --cmd runs the command with the URL", async () => {
  const { stdout, stderr } = await project.convex([
    ..."deploy --typecheck disable --codegen disable --cmd-url-env-var-name THE_URL --cmd".split(
      " ",
    ),
    "echo built for $THE_URL",
  ]);
  expect(stdout).toContain(`built for ${fixture.deployment.url}`);
  expect(stderr).toContain('Ran "echo built for $THE_URL"');
});

test("function-spec describes every function, in order", async () => {
  const { stdout } = await convex("function-spec");
  const { url, functions } = JSON.parse(stdout) as {
    url: string;
    functions: { identifier?: string }[];
  };
  expect(url).toBe(fixture.deployment.url);
  expect(functions).toContainEqual({
    identifier: "notes.js:add",
    functionType: "Mutation",
    visibility: { kind: "public" },
    args: {
      type: "object",
      value: {
        room: { fieldType: { type: "string" }, optional: false },
        text: { fieldType: { type: "string" }, optional: false },
      },
    },
    returns: { type: "id", tableName: "notes" },
  });
  expect(functions).toContainEqual({ functionType: "HttpAction", method: "POST", path: "/echo" });
  const names = functions.flatMap(({ identifier }) => identifier ?? []);
  expect(names.map((name) => name.split(":")[0])).toEqual(
    names.map((name) => name.split(":")[0]).sort(),
  );
});

test.each([
  ["dashboard", "is not supported for self-hosted deployments", 0],
  ["insights", "Insights are only available for cloud deployments", 1],
  ["env default list", "only available for cloud projects", 1],
])("%s says that it is not for such a deployment", async (command, words, expected) => {
  const { code, stderr } = await convex(command);
  expect(stderr).toContain(words);
  expect(code).toBe(expected);
});

test("an endpoint that there is not answers the CLI at once", async () => {
  const headers = { "convex-client": "npm-cli-1.48.0" };
  const answer = await fetch(`${fixture.deployment.url}/api/nothing`, { method: "POST", headers });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    code: "NotSupported",
    message: "The local deployment has no POST /api/nothing",
  });
});
