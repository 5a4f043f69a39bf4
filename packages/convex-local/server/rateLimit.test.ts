/** How a client is told that the deployment has no room for its call, and comes back. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { RateLimitError, type FunctionResult } from "../engine/results";
import { api } from "../fixtures/app/convex/_generated/api";
import { startFixture, type Fixture } from "../fixtures/harness";
import { MutationLog } from "./mutationLog";
import { startDeployment } from "./main";

let fixture: Fixture;
const code = "TooManyWrites";
const message = "Too many writes per second.";
const refusal: FunctionResult = {
  ok: false,
  errorMessage: message,
  rateLimit: code,
  logLines: [],
  journal: null,
};

/** Refuses the first call of `notes:add`; the fixture's crons go on. */
function refuseOnce() {
  const { engine } = fixture.deployment;
  const run = engine.run.bind(engine);
  let calls = 0;
  vi.spyOn(engine, "run").mockImplementation(async (type, path, ...rest) => {
    if (path === "notes:add" && ++calls === 1) return refusal;
    return await run(type, path, ...rest);
  });
  return () => calls;
}

beforeAll(async () => {
  fixture = await startFixture();
});

afterEach(() => vi.restoreAllMocks());
afterAll(() => fixture.close());

test("over HTTP it is a 429 that names the reason", async () => {
  refuseOnce();
  const response = await fetch(`${fixture.deployment.url}/api/mutation`, {
    method: "POST",
    body: JSON.stringify({ path: "notes:add", args: [{ room: "r", text: "t" }] }),
  });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({ code, message });
});

test("an HTTP action that there is no room for is a 429 too", async () => {
  const { engine, siteUrl } = fixture.deployment;
  vi.spyOn(engine, "runHttp").mockRejectedValueOnce(new RateLimitError(code, message));
  const response = await fetch(`${siteUrl}/echo`, { method: "POST", body: "x" });
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({ code, message });
});

test("a live client's mutation is sent again by itself, and runs once", async () => {
  const client = fixture.client();
  await client.query(api.notes.list, { room: "again" });
  const calls = refuseOnce();
  await client.mutation(api.notes.add, { room: "again", text: "came through" });
  expect(calls()).toBe(2);
  expect(await fixture.http.query(api.notes.list, { room: "again" })).toMatchObject([
    { text: "came through" },
  ]);
});

test("what there was no room for is not remembered as answered", async () => {
  const log = new MutationLog();
  const start = vi.fn(() => Promise.resolve(refusal));
  await log.run("session", 1, start);
  await log.run("session", 1, start);
  expect(start).toHaveBeenCalledTimes(2);
});

test("the class is chosen by CONVEX_LOCAL_CLASS, and an unknown one is refused by name", async () => {
  vi.stubEnv("CONVEX_LOCAL_CLASS", "S256");
  const deployment = await startDeployment({ port: 0, sitePort: 0, quiet: true });
  expect(deployment.engine.admission.describe()).toMatch(
    /^S256: 256 scheduled jobs, 512 actions, 256 queries and 256 mutations at a time, 8 MiB/,
  );
  await deployment.close();
  vi.stubEnv("CONVEX_LOCAL_CLASS", "S17");
  await expect(startDeployment({ port: 0, sitePort: 0, quiet: true })).rejects.toThrow(
    'There is no deployment class "S17"',
  );
  vi.unstubAllEnvs();
});
