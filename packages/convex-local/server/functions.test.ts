/** Functions over HTTP, with the real `ConvexHttpClient`: values, errors, runtime rules, files. */
import { Agent, request } from "node:http";
import { ConvexHttpClient } from "convex/browser";
import { ConvexError } from "convex/values";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api, internal } from "../fixtures/app/convex/_generated/api";
import { startFixture, type Fixture } from "../fixtures/harness";
import { pushFixture } from "../fixtures/pushing";
import { startDeployment } from "./main";

let fixture: Fixture;
let http: ConvexHttpClient;

beforeAll(async () => {
  fixture = await startFixture();
  http = fixture.http;
});

afterAll(() => fixture.close());

/** What a client is told about a query that it may not call. */
async function refusal(query: typeof api.notes.failingQuery): Promise<string> {
  return String(await http.query(query, {}).catch((e: unknown) => e));
}

const asQuery = (reference: unknown) => reference as typeof api.notes.failingQuery;

test("queries, mutations and actions answer with decoded values", async () => {
  const id = await http.mutation(api.notes.add, { room: "basics", text: "one" });
  expect(await http.query(api.notes.get, { id })).toMatchObject({ _id: id, text: "one", likes: 0 });
  expect(await http.action(api.runtime.callOthers, { room: "basics" })).toBe(2);
  expect(await http.consistentQuery(api.notes.get, { id })).toMatchObject({ text: "one" });
});

test("a ConvexError carries its data; any other error its message; neither commits", async () => {
  const data: unknown = await http
    .mutation(api.notes.fail, { room: "errors", kind: "data" })
    .catch((e: unknown) => e);
  expect(data).toBeInstanceOf(ConvexError);
  expect(data).toMatchObject({ data: { code: "conflict", message: "no" } });
  const plain: unknown = await http
    .mutation(api.notes.fail, { room: "errors", kind: "plain" })
    .catch((e: unknown) => e);
  expect(plain).not.toBeInstanceOf(ConvexError);
  expect(String(plain)).toMatch(/\[Request ID: [0-9a-f]+\] Server Error\nUncaught Error: boom/);
  expect(await http.query(api.notes.list, { room: "errors" })).toEqual([]);
});

test("in a function a failed call's ConvexError is an instance of that class, a plain error is not", async () => {
  const caught = (kind: "plain" | "data") =>
    http.mutation(api.notes.catchFailure, { room: "caught", kind });
  expect(await caught("data")).toEqual([true, false]);
  expect(await caught("plain")).toEqual([false, false]);
  expect(await http.query(api.notes.list, { room: "caught" })).toEqual([]);
});

test("arguments and return values are validated, and a wrong return value does not commit", async () => {
  await expect(http.query(api.notes.list, { room: 1 as never })).rejects.toThrow(
    "ArgumentValidationError",
  );
  await expect(http.mutation(api.notes.badReturn, { room: "returns" })).rejects.toThrow(
    "ReturnsValidationError",
  );
  expect(await http.query(api.notes.list, { room: "returns" })).toEqual([]);
});

test("internal functions answer clients as if they did not exist", async () => {
  const hidden = await refusal(asQuery(internal.notes.secret));
  const absent = await refusal("notes:absent" as never);
  const strip = (text: string) => text.replace(/ID: \w+/, "").replace(/notes:\w+/, "");
  expect(strip(hidden)).toContain("Could not find public function");
  expect(strip(hidden)).toBe(strip(absent));
});

test("admin endpoints refuse a missing and a wrong key", async () => {
  for (const headers of [new Headers(), new Headers({ authorization: "Convex wrong" })]) {
    for (const [path, body] of [
      ["/api/update_environment_variables", { changes: [{ name: "A", value: "b" }] }],
      ["/api/get_config_hashes", {}],
      ["/api/deploy2/start_push", {}],
      ["/api/deploy2/finish_push", {}],
    ] as const) {
      const response = await fetch(fixture.deployment.url + path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      expect(response.status, path).toBe(401);
    }
    const logs = await fetch(`${fixture.deployment.url}/api/stream_function_logs?cursor=0`, {
      headers,
    });
    expect(logs.status).toBe(401);
  }
  expect(fixture.deployment.env.get("A")).toBeUndefined();
});

test("the default runtime has no Node globals; a Node action has them and the deployment's variables", async () => {
  expect(await http.query(api.runtime.nodeGlobals, {})).toEqual({
    buffer: "undefined",
    immediate: "undefined",
    nextTick: "undefined",
  });
  expect(await http.query(api.runtime.bareBuffer, {})).toBe("undefined");
  expect(await http.query(api.runtime.variable, { name: "PATH" })).toBeNull();
  const { hash, home } = await http.action(api.node.sha256, { text: "a" });
  expect(hash).toMatch(/^ca978112ca1bbdca/);
  expect(home).toBeNull();
});

test("queries and mutations get no system randomness, actions do", async () => {
  await expect(http.mutation(api.runtime.makeKey, {})).rejects.toThrow("generateKey");
  expect(await http.action(api.runtime.makeKeyInAction, {})).toBe("secret");
});

test("an upload URL stores a file once it is used, and getUrl serves it", async () => {
  const url = await http.mutation(api.files.uploadUrl, {});
  const upload = await fetch(url, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: new Uint8Array([1, 2, 3]),
  });
  const { storageId } = (await upload.json()) as { storageId: never };
  const served = await fetch((await http.query(api.files.url, { id: storageId })) ?? "");
  expect(served.headers.get("content-type")).toBe("image/png");
  expect([...new Uint8Array(await served.arrayBuffer())]).toEqual([1, 2, 3]);
  expect(await http.query(api.files.metadata, { id: storageId })).toMatchObject({
    size: 3,
    contentType: "image/png",
  });
  const stored = await http.action(api.files.store, { text: "hello" });
  const file = await fetch((await http.query(api.files.url, { id: stored })) ?? "");
  expect(await file.text()).toBe("hello");
  const forged = await fetch(`${fixture.deployment.url}/api/storage/${"0".repeat(32)}-${stored}`);
  expect(forged.status).toBe(404);
  const noToken = await fetch(`${fixture.deployment.url}/api/storage/upload?token=x`, {
    method: "POST",
  });
  expect(noToken.status).toBe(401);
});

test("HTTP actions get the request as it was sent and may write", async () => {
  const { siteUrl } = fixture.deployment;
  const echo = await fetch(`${siteUrl}/echo?q=1`, {
    method: "POST",
    headers: { "x-in": "yes" },
    body: "payload",
  });
  expect(echo.status).toBe(201);
  expect(echo.headers.get("x-echo")).toBe("yes");
  expect(await echo.json()).toEqual({ body: "payload", path: "/echo" });
  expect(await (await fetch(`${siteUrl}/rooms/lobby`)).text()).toBe("ok");
  expect(await http.query(api.notes.list, { room: "lobby" })).toHaveLength(1);
  expect((await fetch(`${siteUrl}/absent`)).status).toBe(404);
});

test("HTTP actions get a body as it comes, and may answer before it ends or without it", async () => {
  const { port } = new URL(fixture.deployment.siteUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** Sends a piece, and the rest once there is an answer. */
  const post = (path: string, piece: string, rest: string) =>
    new Promise<string>((resolve, reject) => {
      const sent = request({ port, path, method: "POST", agent }, (answer) => {
        sent.end(rest);
        let body = "";
        answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
        answer.on("end", () => resolve(body));
      });
      sent.on("error", reject);
      sent.write(piece);
    });
  const rest = "x".repeat(4 * 1024 * 1024);
  expect(await post("/first", "one", rest)).toBe("one");
  expect(await post("/absent", "two", rest)).toContain("No HttpAction");
  // The connection has read what the actions have not.
  expect(await post("/first", "three", "")).toBe("three");
  agent.destroy();
});

test("browsers of any origin may call the API", async () => {
  const preflight = await fetch(`${fixture.deployment.url}/api/query`, {
    method: "OPTIONS",
    headers: {
      origin: "http://127.0.0.1:5173",
      "access-control-request-headers": "content-type,convex-client",
    },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("http://127.0.0.1:5173");
  expect(preflight.headers.get("access-control-allow-headers")).toContain("convex-client");
});

test("vector search leaves out rows without a vector and rows that the filter drops", async () => {
  const near = await http.mutation(api.vectors.add, {
    label: "near",
    embedding: [1, 0, 0, 0],
    active: true,
  });
  const far = await http.mutation(api.vectors.add, {
    label: "far",
    embedding: [0, 1, 0, 0],
    active: true,
  });
  await http.mutation(api.vectors.add, { label: "none", active: true });
  await http.mutation(api.vectors.add, { label: "off", embedding: [1, 0, 0, 0], active: false });
  const found = await http.action(api.vectors.nearest, { vector: [0.9, 0.1, 0, 0] });
  expect(found.map(({ _id }) => _id)).toEqual([near, far]);
});

test("text search ranks by relevance and takes the last term as a prefix", async () => {
  const add = (text: string) => http.mutation(api.notes.add, { room: "search", text });
  await add("the laptop screen is fine and the battery is fine and everything else is fine");
  const best = await add("cracked laptop screen");
  await add("printer");
  const found = await http.query(api.notes.search, { room: "search", text: "cracked scr" });
  expect(found[0]?._id).toBe(best);
  expect(found).toHaveLength(2);
  expect(await http.query(api.notes.search, { room: "elsewhere", text: "laptop" })).toEqual([]);
});

test("tokens are verified over HTTP too", async () => {
  const client = new ConvexHttpClient(fixture.deployment.url, { logger: false });
  client.setAuth(await fixture.token({ extra: { sid: "s1" } }));
  expect(await client.query(api.runtime.whoami, {})).toMatchObject({
    subject: "ada",
    issuer: "https://issuer.example",
    tokenIdentifier: "https://issuer.example|ada",
    sid: "s1",
  });
  client.setAuth(await fixture.token({ foreignKey: true }));
  await expect(client.query(api.runtime.whoami, {})).rejects.toThrow("InvalidAuthHeader");
});

test("an action's calls are counted with what they read and wrote", async () => {
  const from = fixture.events.length;
  await http.action(api.runtime.callOthers, { room: "metered" });
  const runs = fixture.events
    .slice(from)
    // The fixture's interval cron ticks when it likes.
    .filter(({ caller }) => caller !== "cron")
    .map(({ path, caller, documentsRead, documentsWritten }) => ({
      path,
      caller,
      documentsRead,
      documentsWritten,
    }));
  expect(runs).toEqual([
    { path: "notes:addInternal", caller: "action", documentsRead: 0, documentsWritten: 1 },
    { path: "notes:list", caller: "action", documentsRead: 1, documentsWritten: 0 },
    { path: "runtime:callOthers", caller: "client", documentsRead: 0, documentsWritten: 0 },
  ]);
});

test("module state does not live from one run to the next", async () => {
  expect(await http.mutation(api.runtime.countRuns, {})).toBe(1);
  expect(await http.mutation(api.runtime.countRuns, {})).toBe(1);
});

test("it does for a deployment that is told to keep modules", async () => {
  const env = { FIXTURE_JWKS: "data:application/json,{}" };
  const kept = await startDeployment({ port: 0, sitePort: 0, quiet: true, env, keepModules: true });
  await pushFixture(kept);
  const client = new ConvexHttpClient(kept.url, { logger: false });
  expect(await client.mutation(api.runtime.countRuns, {})).toBe(1);
  expect(await client.mutation(api.runtime.countRuns, {})).toBe(2);
  await kept.close();
});

test("an unhandled rejection or a promise that never resolves fails its mutation and nothing else", async () => {
  const room = "rejections";
  await expect(http.mutation(api.runtime.addAndReject, { room })).rejects.toThrow("nobody listens");
  await expect(http.mutation(api.runtime.waitForEver, {})).rejects.toThrow(
    "Returned promise will never resolve",
  );
  expect(await http.query(api.notes.list, { room })).toEqual([]);
  await http.mutation(api.notes.add, { room, text: "the next one" });
  expect(await http.query(api.notes.list, { room })).toHaveLength(1);
});

test("import() is for actions", async () => {
  expect(await http.action(api.runtime.importInAction, {})).toContain("list");
  await expect(http.mutation(api.runtime.importInMutation, {})).rejects.toThrow(
    "dynamic module import unsupported",
  );
});
