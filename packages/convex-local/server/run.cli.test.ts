/** `convex run`: functions by name, in components, watched, and queries that are not deployed. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, type Fixture } from "../fixtures/harness";
import { copyFixture, type Project } from "../fixtures/project";

// Each command is a process of its own, and machines differ.
vi.setConfig({ testTimeout: 120_000 });

let fixture: Fixture;
let project: Project;

beforeAll(async () => {
  fixture = await startFixture();
  project = await copyFixture(fixture.deployment);
  await fixture.http.mutation(api.notes.add, { room: "run", text: "first" });
});

afterAll(async () => {
  await project.remove();
  await fixture.close();
});

const run = (...args: string[]) => project.convex(["run", ...args]);
const inline = (source: string, ...args: string[]) =>
  project.convex(["run", "--inline-query", source, ...args]);

/** A query as the CLI sends it. */
const asModule = (body: string) =>
  `import { query } from "convex:/_system/repl/wrappers.js";\n` +
  `export default query({ handler: async (ctx) => { ${body} } });`;

async function post(source: string, adminKey = fixture.deployment.adminKey) {
  const response = await fetch(`${fixture.deployment.url}/api/run_test_function`, {
    method: "POST",
    body: JSON.stringify({ adminKey, args: {}, bundle: { path: "testQuery.js", source } }),
  });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as { code?: string } };
}

test("queries, mutations, actions and internal functions answer with JSON and their console lines", async () => {
  const added = await run("notes:add", '{room: "run", text: "second"}');
  expect(added).toMatchObject({ code: 0 });
  expect(added.stderr).toMatch(/\[LOG\] 'adding' \{\n {2}room: 'run'\n\}/);
  const id = JSON.parse(added.stdout) as string;
  const got = await run("notes:get", JSON.stringify({ id }));
  expect(JSON.parse(got.stdout)).toMatchObject({ _id: id, text: "second" });
  expect((await run("api.runtime.callOthers", '{room: "called"}')).stdout.trim()).toBe("1");
  expect((await run("internal.notes.secret")).stdout.trim()).toBe('"internal"');
});

test("an internal function answers, and --identity acts as somebody", async () => {
  expect((await run("runtime:greet", '{"name":"Ada"}')).stdout).toContain("hello Ada");
  const whoami = await run("runtime:whoami", "{}", "--identity", '{"subject":"root"}');
  expect(JSON.parse(whoami.stdout)).toMatchObject({ subject: "root" });
});

test("a function of a component is reached with --component", async () => {
  const { stderr, code } = await run("workflow:getStatus", "{}", "--component", "workflow");
  expect(code).toBe(1);
  expect(stderr).toContain("ArgumentValidationError");
  expect(stderr).toContain("Object is missing the required field");
});

test("an unknown function is answered with those that there are; a client learns nothing of them", async () => {
  const { stderr, code } = await run("notes:nothing");
  expect(code).toBe(1);
  expect(stderr).toContain(
    "Could not find function for 'notes:nothing'. Did you forget to run `npx convex dev`?",
  );
  expect(stderr).toMatch(/Available functions:[^]*notes:[^]*add[^]*secret/);
  const inComponent = await run("nothing:here", "{}", "--component", "workflow");
  expect(inComponent.stderr).toContain("Could not find function for 'nothing:here' in 'workflow'");
  expect(inComponent.stderr).toContain("workflow:");
  await expect(fixture.http.query("notes:nothing" as never)).rejects.toThrow(
    /Could not find public function for 'notes:nothing'\.$/,
  );
});

test("arguments that are no JSON, of a wrong type, or for another kind of function are named", async () => {
  expect((await run("notes:add", "{oops")).stderr).toContain("Failed to parse arguments as JSON");
  const wrong = await run("notes:add", '{room: 1, text: "x"}');
  expect(wrong.stderr).toContain(
    "Value does not match validator.\nPath: .room\nValue: 1.0\nValidator: v.string()",
  );
  const extra = await run("notes:list", '{room: "run", more: 2}');
  expect(extra.stderr).toContain(
    "Object contains extra field `more` that is not in the validator.\n\n" +
      'Object: {more: 2.0, room: "run"}\nValidator: v.object({room: v.string()})',
  );
  await expect(fixture.http.query("notes:add" as never, {})).rejects.toThrow(
    "Trying to execute notes.js:add as Query, but it is defined as Mutation.",
  );
});

test("--watch prints each new result, --push pushes first", async () => {
  const watching = project.start(["run", "notes:list", '{room: "watched"}', "--watch"]);
  await watching.printed(/\[\]/);
  await fixture.http.mutation(api.notes.add, { room: "watched", text: "now" });
  await watching.printed(/"text": "now"/);
  await watching.interrupt();
  const restore = await project.edit("runtime.ts", "`hello ${name}`", "`hi ${name}`");
  const pushed = await run("runtime:greet", '{name: "Ada"}', "--push", "--typecheck", "disable");
  expect(pushed.stdout.trim()).toBe('"hi Ada"');
  await restore();
  await project.push();
});

test.each([
  ["an expression", 'await ctx.db.query("notes").take(1)', "first"],
  ["statements", 'const note = await ctx.db.query("notes").first(); return note.text;', "first"],
  [
    "a module",
    'export default query({ handler: async (ctx) => (await ctx.db.query("notes").first()).text })',
    "first",
  ],
])("--inline-query takes %s", async (_, source, expected) => {
  const { code, stdout } = await inline(source);
  expect(code).toBe(0);
  expect(stdout).toContain(expected);
});

test("an inline query has a console and the variables, and can look into a component", async () => {
  const { stdout, stderr } = await inline(
    'const n = 1; console.log("seen", { n }); return process.env.FIXTURE_JWKS.slice(0, 5)',
  );
  expect(stderr).toContain("[LOG] 'seen' {\n  n: 1\n}");
  expect(JSON.parse(stdout)).toBe("data:");
  const workflows = await inline(
    'await ctx.db.query("workflows").take(1)',
    "--component",
    "workflow",
  );
  expect(JSON.parse(workflows.stdout)).toEqual([]);
  const unknown = await inline("1", "--component", "nowhere");
  expect(unknown.stderr).toMatch(/Component path "nowhere" was not found\.[^]*workflow\/workpool/);
});

test.each([
  ['await ctx.db.insert("notes", {})', "ctx.db.insert is not a function"],
  [
    'await Convex.asyncSyscall("1.0/insert", JSON.stringify({ table: "notes", value: { room: "run", text: "no", likes: 0 } }))',
    "A query can only read",
  ],
  ['await globalThis["fe" + "tch"]("http://127.0.0.1")', "`fetch` is not supported"],
  ["setTimeout(() => 0, 1)", "`setTimeout` is not supported"],
  ['await import("node:fs")', "an inline query imports nothing"],
  ['await import(["node", "fs"].join(":"))', "Dynamic require of"],
  [
    'for (let i = 0; i < 5000; i++) await ctx.db.query("notes").withIndex("by_room").first()',
    "Too many index ranges",
  ],
])("an inline query is a sandbox: %s", async (body, refusal) => {
  const { text } = await post(asModule(body));
  expect(text).toContain(refusal);
  const notes = await fixture.http.query(api.notes.list, { room: "run" });
  expect(notes.map(({ text }: { text: string }) => text)).not.toContain("no");
});

test("an inline query sees nothing of Node, nor does its module while it loads", async () => {
  const names = [
    "Buffer",
    "require",
    "global",
    "fetch",
    "setImmediate",
    "process.versions",
    "globalThis.process.exit",
  ];
  const types = `[${names.map((name) => `typeof ${name}`).join()}]`;
  const { body } = await post(
    `const loading = ${types};\n${asModule(`return [loading, ${types}]`)}`,
  );
  const nothing = names.map(() => "undefined");
  expect(body).toMatchObject({ status: "success", value: [nothing, nothing] });
});

test("only a default export that is a query is run", async () => {
  expect(await post("export default 1")).toMatchObject({ body: { code: "InvalidTestQuery" } });
  const mutation = `export default Object.assign(() => 0, { isMutation: true, isPublic: true })`;
  expect(await post(mutation)).toMatchObject({ body: { code: "UnsupportedTestQuery" } });
  expect(await post("export const a = 1")).toMatchObject({ body: { code: "InvalidTestQuery" } });
  expect(await post("export default 1", "wrong")).toMatchObject({ status: 401 });
});
