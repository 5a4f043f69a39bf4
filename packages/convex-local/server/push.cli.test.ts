/** Pushes by the real CLI: what they refuse, what they keep, what they swap. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, waitForResult, type Fixture } from "../fixtures/harness";
import { copyFixture, type Project } from "../fixtures/project";
import { FIXTURE_APP, pushApp } from "../fixtures/pushing";
import { runConvexCli } from "../cli";

let fixture: Fixture;
let project: Project;
let app: string;

beforeAll(async () => {
  fixture = await startFixture();
  project = await copyFixture(fixture.deployment);
  app = project.folder;
});

afterAll(async () => {
  await fixture.close();
  await project.remove();
});

const edit: Project["edit"] = (...args) => project.edit(...args);

test("a schema that stored documents break is refused, and everything keeps running", async () => {
  await fixture.http.mutation(api.notes.add, { room: "schema", text: "kept" });
  const restore = await edit(
    "schema.ts",
    "text: v.string(),",
    "text: v.string(),\n    owner: v.string(),",
  );
  const { code, stderr } = await project.push();
  expect(code).not.toBe(0);
  expect(stderr).toContain("Schema validation failed");
  expect(stderr).toContain('in table "notes" does not match the schema');
  await restore();
  await fixture.http.mutation(api.notes.add, { room: "schema", text: "still allowed" });
  expect(await fixture.http.query(api.notes.list, { room: "schema" })).toHaveLength(2);
});

test("a push swaps functions, keeps documents and updates live queries", async () => {
  const client = fixture.client();
  await fixture.http.mutation(api.notes.add, { room: "swap", text: "before" });
  const live = waitForResult<{ text: string }[]>(
    client,
    api.notes.list,
    { room: "swap" },
    (notes) => notes[0]?.text === "BEFORE",
  );
  const restore = await edit(
    "notes.ts",
    'export const list = query({\n  args: { room: v.string() },\n  returns: v.array(vNote),\n  handler: async (ctx, { room }) =>\n    await ctx.db\n      .query("notes")\n      .withIndex("by_room", (q) => q.eq("room", room))\n      .collect(),',
    'export const list = query({\n  args: { room: v.string() },\n  returns: v.array(vNote),\n  handler: async (ctx, { room }) =>\n    (await ctx.db\n      .query("notes")\n      .withIndex("by_room", (q) => q.eq("room", room))\n      .collect()).map((note) => ({ ...note, text: note.text.toUpperCase() })),',
  );
  await pushApp(fixture.deployment, app);
  expect(await live).toMatchObject([{ text: "BEFORE" }]);
  await restore();
});

test("auth.config.ts with a variable that is not set fails the push, with the command that sets it", async () => {
  const restore = await edit("auth.config.ts", '"https://issuer.example"', "process.env.NOT_SET!");
  const { code, stderr } = await project.push();
  expect(code).not.toBe(0);
  expect(stderr).toContain("NOT_SET");
  expect(stderr).toContain("env set");
  await restore();
});

test("auth.config.ts may not read the clock", async () => {
  const restore = await edit(
    "auth.config.ts",
    'applicationID: "fixture"',
    "applicationID: String(Date.now())",
  );
  const { code, stderr } = await project.push();
  expect(code).not.toBe(0);
  expect(stderr).toContain("Date is not supported in auth.config.ts");
  await restore();
});

test("a module that throws while it loads fails the push", async () => {
  const restore = await edit(
    "ticks.ts",
    "export const count",
    'throw new Error("at load");\nexport const count',
  );
  const { code, stderr } = await project.push();
  expect(code).not.toBe(0);
  expect(stderr).toContain("at load");
  await restore();
  expect(await fixture.http.query(api.ticks.count, { source: "none" })).toBe(0);
});

test("codegen gives the committed files", async () => {
  const before = await readFile(path.join(app, "convex/_generated/api.d.ts"), "utf8");
  const { code } = await runConvexCli(fixture.deployment, ["codegen", "--typecheck", "disable"], {
    cwd: app,
  });
  expect(code).toBe(0);
  const files = ["api.d.ts", "api.js", "dataModel.d.ts", "server.d.ts", "server.js"];
  for (const file of files) {
    const generated = await readFile(path.join(app, "convex/_generated", file), "utf8");
    const committed = await readFile(path.join(FIXTURE_APP, "convex/_generated", file), "utf8");
    expect(generated, file).toBe(committed);
  }
  expect(before).toContain("workflow");
});

test("the CLI lists functions and data", async () => {
  const spec = await runConvexCli(fixture.deployment, ["function-spec"], { cwd: app });
  const { functions } = JSON.parse(spec.stdout) as { functions: { identifier?: string }[] };
  expect(functions.map(({ identifier }) => identifier)).toContain("notes.js:add");
  const data = await runConvexCli(fixture.deployment, ["data", "notes"], { cwd: app });
  expect(data.stdout).toContain("kept");
});
