/** `convex logs`: what an entry says, and when it appears. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, type Fixture } from "../fixtures/harness";
import { copyFixture, type Project } from "../fixtures/project";
import type { RunningCli } from "../cli";

// Each command is a process of its own, and machines differ.
vi.setConfig({ testTimeout: 120_000 });

let fixture: Fixture;
let project: Project;
let logs: RunningCli;

interface Entry {
  kind: "Completion" | "Progress";
  identifier: string;
  udfType: string;
  requestId: string;
  executionId: string;
  caller?: string;
  error?: string | null;
  logLines: { level: string; messages: string[]; isTruncated: boolean; componentPath?: string }[];
}

beforeAll(async () => {
  fixture = await startFixture();
  project = await copyFixture(fixture.deployment);
  // Crons would fill the history.
  await project.edit("crons.ts", "{ seconds: 1 }", "{ hours: 1 }");
  await project.push();
  logs = project.start(["logs", "--success"]);
  await logs.printed(/Watching logs/);
  // Its first answer only says where the log ends, and nothing says when it came: what ran before is never printed.
  await vi.waitFor(
    async () => {
      await fixture.http.query(api.ticks.count, { source: "none" });
      expect(logs.output).toMatch(/ticks:count/);
    },
    { timeout: 60_000 },
  );
});

afterAll(async () => {
  await logs.interrupt();
  await project.remove();
  await fixture.close();
});

/** The whole history, as the CLI asks for it. */
async function entries(): Promise<Entry[]> {
  const response = await fetch(`${fixture.deployment.url}/api/stream_function_logs?cursor=0`, {
    headers: { authorization: `Convex ${fixture.deployment.adminKey}` },
  });
  return ((await response.json()) as { entries: Entry[] }).entries;
}

const ofPath = async (path: string) =>
  (await entries()).filter(({ identifier }) => identifier === path);

test("levels and values print as on Convex; successes say how long they took", async () => {
  await fixture.http.mutation(api.logging.everyLevel, {});
  for (const level of ["LOG", "DEBUG", "INFO", "WARN", "ERROR"]) {
    await logs.printed(new RegExp(`\\[CONVEX M\\(logging:everyLevel\\)\\] \\[${level}\\] `));
  }
  await logs.printed(/\[CONVEX M\(logging:everyLevel\)\] Function executed in \d+ ms/);
  const [entry] = await ofPath("logging:everyLevel");
  expect(entry?.logLines.map(({ messages }) => messages.join(" "))).toEqual([
    "'text' 1 [\n  'a',\n  {\n    b: null\n  }\n]",
    "undefined",
    "Map (1) {\n  'k' => 1\n}",
    "true",
    "[Error: bad]",
    "'it\\'s'",
  ]);
});

test("an error is logged as it was thrown, with the request ID that the client was given", async () => {
  const error = await fixture.http
    .mutation(api.notes.fail, { room: "logs", kind: "plain" })
    .catch(String);
  await logs.printed(/\[CONVEX M\(notes:fail\)\] Uncaught Error: boom/);
  const [entry] = await ofPath("notes:fail");
  expect(entry).toMatchObject({ kind: "Completion", error: "Uncaught Error: boom" });
  expect(error).toContain(`[Request ID: ${entry?.requestId}]`);
});

test("an action's lines appear while it runs; a Node action says so; its calls know their parent", async () => {
  let release = (): void => undefined;
  const held = createServer((_, response) => (release = () => void response.end()));
  await new Promise<void>((resolve) => held.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(held.address() as AddressInfo).port}`;
  const requested = new Promise<unknown>((resolve) => held.once("request", resolve));
  const done = fixture.http.action(api.logging.slow, { url });
  await logs.printed(/\[CONVEX A\(logging:slow\)\] \[LOG\] 'started'/);
  expect((await ofPath("logging:slow")).map(({ kind }) => kind)).toEqual(["Progress"]);
  await requested;
  release();
  await done;
  held.close();
  const [progress, last] = await ofPath("logging:slow");
  expect(progress).toMatchObject({ logLines: [{ messages: ["'started'"] }] });
  expect(last).toMatchObject({ kind: "Completion", logLines: [], environment: "isolate" });
  expect(last?.executionId).toBe(progress?.executionId);
  const [query] = await ofPath("notes:latest");
  expect(query).toMatchObject({ caller: "Action", parentExecutionId: last?.executionId });
  expect(query?.requestId).toBe(last?.requestId);
  await fixture.http.action(api.node.sha256, { text: "a" });
  expect(await ofPath("node:sha256")).toMatchObject([{ environment: "node" }]);
});

test("HTTP actions, scheduled functions and users are told apart", async () => {
  await fetch(`${fixture.deployment.siteUrl}/echo`, { method: "POST", body: "hi" });
  await logs.printed(/\[CONVEX H\(POST \/echo\)\] Function executed/);
  expect(await ofPath("POST /echo")).toMatchObject([
    { udfType: "HttpAction", caller: "HttpEndpoint", success: { status: "201" } },
  ]);
  await fixture.http.mutation(api.notes.addLater, { room: "logs", text: "x", delayMs: 0 });
  await logs.printed(/\[CONVEX M\(notes:addInternal\)\] Function executed/);
  expect(await ofPath("notes:addInternal")).toMatchObject([
    { caller: "Scheduler", identityType: "system" },
  ]);
  const client = fixture.client();
  client.setAuth(() => fixture.token());
  await client.mutation(api.notes.add, { room: "logs", text: "signed in" });
  expect((await ofPath("notes:add")).at(-1)).toMatchObject({
    caller: "SyncWorker",
    identityType: "user",
    usageStats: { databaseWriteDocuments: 1 },
  });
  await project.convex(["run", "runtime:whoami"]);
  expect((await ofPath("runtime:whoami")).at(-1)).toMatchObject({
    caller: "HttpApi",
    identityType: "instance_admin",
  });
});

test("long lines are cut, endless ones counted, and a nested function's lines are its caller's", async () => {
  await fixture.http.mutation(api.logging.tooMuch, {});
  const many = (await ofPath("logging:tooMuch"))[0]?.logLines;
  const long = many?.[0];
  expect(long).toMatchObject({ isTruncated: true });
  expect(Buffer.byteLength(long?.messages.join(" ") ?? "")).toBeLessThanOrEqual(32_768);
  expect(many).toHaveLength(256);
  expect(many?.at(-1)).toMatchObject({
    level: "ERROR",
    messages: ["Log overflow (maximum 256). Remaining log lines omitted."],
  });
  await fixture.http.mutation(api.logging.outer, {});
  expect(await ofPath("logging:outer")).toMatchObject([
    {
      logLines: [
        { messages: ["'before'"] },
        { messages: ["'adding'", expect.anything()], udfPath: "notes:add", componentPath: "" },
        { messages: ["'after'"] },
      ],
    },
  ]);
});

test("--history and --jsonl print entries as they are", async () => {
  const history = project.start(["logs", "--history", "1000", "--jsonl"]);
  const line = await history.printed(/\{.*"identifier":"logging:outer".*\}/);
  expect(JSON.parse(line)).toMatchObject({ kind: "Completion", udfType: "Mutation" });
  await history.interrupt();
});
