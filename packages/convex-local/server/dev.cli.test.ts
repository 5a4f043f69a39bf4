/** `convex dev` as a person uses it: it watches, pushes, and mends itself when what was wrong is mended. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, waitForResult, type Fixture } from "../fixtures/harness";
import { copyFixture, type Project } from "../fixtures/project";
import type { RunningCli } from "../cli";

// Each command is a process of its own, and machines differ.
vi.setConfig({ testTimeout: 240_000 });

let fixture: Fixture;
let project: Project;
let dev: RunningCli;

beforeAll(async () => {
  fixture = await startFixture();
  project = await copyFixture(fixture.deployment);
  dev = project.start([
    "dev",
    "--tail-logs",
    "always",
    "--run",
    "ticks:counts",
    "--typecheck",
    "disable",
  ]);
  await dev.printed(/Convex functions ready!/);
});

afterAll(async () => {
  await dev.interrupt();
  await project.remove();
  await fixture.close();
});

interface Note {
  text: string;
}

test("the first push runs the function of --run, once, and writes the URL for the client", async () => {
  // The fixture has no `ticks:counts`: the CLI says what there is.
  await dev.printed(/Failed to run function "ticks:counts"[^]*Available functions:[^]*ticks:count/);
  expect(await project.read(".env.local")).toContain(`CONVEX_URL=${fixture.deployment.url}`);
});

test("an edit is live in an open client, and the documents are the same", async () => {
  const client = fixture.client();
  const id = await fixture.http.mutation(api.notes.add, { room: "dev", text: "kept" });
  const live = waitForResult<Note[]>(
    client,
    api.notes.list,
    { room: "dev" },
    ([n]) => n?.text === "KEPT",
  );
  const restore = await project.edit(
    "notes.ts",
    `.withIndex("by_room", (q) => q.eq("room", room))
      .collect(),`,
    `.withIndex("by_room", (q) => q.eq("room", room))
      .collect()
      .then((notes) => notes.map((note) => ({ ...note, text: note.text.toUpperCase() }))),`,
  );
  expect(await live).toMatchObject([{ _id: id, text: "KEPT" }]);
  await dev.printed(/Convex functions ready!/);
  await restore();
  await dev.printed(/Convex functions ready!/);
  expect(await fixture.http.query(api.notes.list, { room: "dev" })).toMatchObject([
    { _id: id, text: "kept" },
  ]);
});

test("console lines appear while it watches", async () => {
  await fixture.http.mutation(api.notes.add, { room: "tail", text: "seen" });
  await dev.printed(/\[CONVEX M\(notes:add\)\] \[LOG\] 'adding' \{\s+room: 'tail'\s+\}/);
});

test("a type error is refused by TypeScript, the deployment goes on, and mending it pushes", async () => {
  const checked = await copyFixture(fixture.deployment);
  const restore = await checked.edit("runtime.ts", "`hello ${name}`", "`hello ${name}`.length");
  const watching = checked.start(["dev", "--typecheck", "enable"]);
  await watching.printed(/error[^]*TS2322/);
  expect(await fixture.http.action(api.runtime.callOthers, { room: "types" })).toBe(1);
  await restore();
  await watching.printed(/Convex functions ready!/);
  await watching.interrupt();
  await checked.remove();
});

test("a schema that the data breaks is refused; mending the data pushes by itself", async () => {
  const id = await fixture.http.mutation(api.notes.add, { room: "heal", text: "x".repeat(5) });
  const restore = await project.edit(
    "schema.ts",
    "text: v.string(),",
    'text: v.union(v.literal("kept"), v.literal("seen"), v.literal("from an action")),',
  );
  await dev.printed(/Schema validation failed\.[^]*in table "notes" does not match the schema/);
  expect(await fixture.http.query(api.notes.get, { id })).toMatchObject({ text: "xxxxx" });
  await project.convex(["run", "notes:remove", JSON.stringify({ id })]);
  await dev.printed(/Convex functions ready!/);
  await expect(
    fixture.http.mutation(api.notes.add, { room: "heal", text: "other" }),
  ).rejects.toThrow();
  await restore();
  await dev.printed(/Convex functions ready!/);
});

test("an auth.config.ts that reads an unset variable is refused; setting it pushes by itself", async () => {
  const restore = await project.edit(
    "auth.config.ts",
    '"https://issuer.example"',
    "process.env.DEV_ISSUER!",
  );
  await dev.printed(/Environment variable DEV_ISSUER is used in auth config file/);
  expect(await fixture.http.query(api.notes.list, { room: "dev" })).toHaveLength(1);
  await project.convex(["env", "set", "DEV_ISSUER", "https://other.example"]);
  await dev.printed(/Convex functions ready!/);
  await restore();
  await dev.printed(/Convex functions ready!/);
});

test("--until-success ends after the first good push; --start runs a command beside it", async () => {
  const once = project.start([
    "dev",
    "--until-success",
    "--typecheck",
    "disable",
    "--start",
    "echo started-$((6 * 7))",
  ]);
  await once.printed(/started-42/);
  expect(await once.exited).toBe(0);
});

test("Ctrl-C ends it", async () => {
  const other = project.start(["dev", "--typecheck", "disable"]);
  await other.printed(/Convex functions ready!/);
  await other.interrupt();
  expect(other.output).not.toContain("Error");
});
