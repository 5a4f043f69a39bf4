/** Raw garbage at every endpoint of a deployment: answers of the known kinds, no internals, no crash. */
import { afterAll, beforeAll, expect, test } from "vitest";
import fc from "fast-check";
import WebSocket from "ws";
import { startFixture, type Fixture } from "../fixtures/harness";
import { planRuns } from "../fixtures/runs";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(async () => {
  await fixture.close();
});

/** Stack frames, files, and what an engine says about code that broke. */
const INTERNALS =
  /\n\s+at |node_modules|\.[jt]s:\d|of undefined|of null|is not a function|is not iterable|TypeError|Cannot /;

const PATHS = ["query", "query_at_ts", "mutation", "action", "function", "query_ts"].map(
  (name) => `/api/${name}`,
);
const NAMES = [
  "notes:list",
  "notes:add",
  "runtime:whoami",
  "notes:addInternal",
  "nothing:here",
  "_system/frontend/tableMapping",
  "notes",
  ":",
  "__proto__:x",
  "constructor:name",
];

const jsonText = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    "",
    "null",
    "[]",
    "{",
    "\u0000",
    '{"path":',
    "9".repeat(400),
    '{"__proto__":{"admin":true}}',
  ),
);
const encoded = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(
    { $integer: "x" },
    { $bytes: "!" },
    { $float: "" },
    { $unknown: 1 },
    { $ne: null },
    { _id: "x" },
  ),
);
const call = fc
  .record(
    {
      path: fc.oneof(fc.constantFrom(...NAMES), encoded),
      args: fc.oneof(encoded, fc.array(encoded, { maxLength: 2 })),
      format: fc.oneof(fc.constantFrom("json", "convex_encoded_json"), encoded),
      componentPath: encoded,
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));
/** As `fc.webPath()`, which takes two seconds to set up. */
const urlPath = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=:@/"),
      fc.nat(255).map((byte) => `%${byte.toString(16).padStart(2, "0")}`),
    ),
  )
  .map((parts) => (parts.length === 0 ? "" : `/${parts.join("")}`));
const headers = fc.record(
  {
    authorization: fc.constantFrom(
      "Bearer a.b.c",
      "Bearer ",
      "Convex x",
      "Convex x:e30=",
      "Basic YTpi",
      "Bearer null",
    ),
    "content-type": fc.constantFrom(
      "application/json",
      "text/plain",
      "application/x-www-form-urlencoded",
    ),
    "content-encoding": fc.constantFrom("gzip", "br", "identity", "deflate"),
  },
  { requiredKeys: [] },
);

/** One request for each known kind of answer; the random ones come after them. */
const KNOWN = {
  200: { path: "/api/query", body: '{"path":"runtime:whoami","args":{}}', headers: {} },
  400: { path: "/api/query", body: "{", headers: {} },
  401: { path: "/api/query", body: "{}", headers: { authorization: "Bearer a.b.c" } },
  404: { path: "/nothing", body: "", headers: {} },
  560: { path: "/api/query", body: '{"path":"nothing:here","args":{}}', headers: {} },
};

test("raw HTTP requests get answers of the known kinds, which tell nothing of the code", async () => {
  const kinds = Object.keys(KNOWN).map(Number);
  const seen = new Set<number>();
  const request = fc.record({
    path: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...PATHS) },
      { weight: 1, arbitrary: urlPath },
    ),
    body: fc.oneof(jsonText, call),
    headers,
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path, body, headers }) => {
      const response = await fetch(fixture.deployment.url + path, {
        method: "POST",
        body,
        headers,
      });
      seen.add(response.status);
      const text = await response.text();
      expect(kinds).toContain(response.status);
      expect(text).not.toMatch(INTERNALS);
    }),
    {
      ...planRuns({ few: 300, many: 5_000 }),
      examples: Object.values(KNOWN).map((example): [typeof example] => [example]),
    },
  );
  expect([...seen].sort()).toEqual(kinds);
});

const message = fc.oneof(
  jsonText,
  fc
    .record(
      {
        type: fc.constantFrom(
          "Connect",
          "Authenticate",
          "ModifyQuerySet",
          "Mutation",
          "Action",
          "Event",
          "Nothing",
        ),
        baseVersion: fc.oneof(fc.constant(0), encoded),
        newVersion: fc.oneof(fc.constant(1), encoded),
        tokenType: fc.oneof(fc.constantFrom("None", "User", "Admin"), encoded),
        value: fc.oneof(fc.string(), encoded),
        impersonating: encoded,
        sessionId: fc.oneof(fc.uuid(), encoded),
        connectionCount: encoded,
        clientTs: encoded,
        modifications: fc.oneof(
          encoded,
          fc.array(
            fc.oneof(
              encoded,
              fc.record(
                {
                  type: fc.constantFrom("Add", "Remove"),
                  queryId: encoded,
                  udfPath: fc.oneof(fc.constantFrom(...NAMES), encoded),
                  args: encoded,
                },
                { requiredKeys: [] },
              ),
            ),
            { maxLength: 2 },
          ),
        ),
        requestId: encoded,
        udfPath: fc.oneof(fc.constantFrom(...NAMES), encoded),
        args: encoded,
      },
      { requiredKeys: ["type"] },
    )
    .map((body) => JSON.stringify(body)),
);

/** Sends messages on one connection, waits until the server has read them, and returns what it said. */
async function converse(messages: string[]): Promise<string[]> {
  const socket = new WebSocket(`${fixture.deployment.url.replace("http", "ws")}/api/1.48.0/sync`);
  const said: string[] = [];
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("message", (data: Buffer) => said.push(data.toString("utf8")));
  for (const each of messages) socket.send(each);
  await new Promise<void>((resolve) => {
    socket.once("pong", () => resolve());
    socket.once("close", () => resolve());
    socket.ping();
  });
  socket.terminate();
  return said;
}

test("HTTP actions take any path and body", async () => {
  const request = fc.record({
    path: fc.oneof(urlPath, fc.constantFrom("//@/", "//", "/..//", "/rooms/%", "/echo?%", "/:80")),
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS"),
    body: jsonText,
    headers,
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ path, method, body, headers }) => {
      const url = `${fixture.deployment.siteUrl}${path.startsWith("/") ? "" : "/"}${path}`;
      const response = await fetch(url, {
        method,
        headers,
        ...(method === "GET" ? {} : { body }),
      });
      expect([200, 201, 400, 404]).toContain(response.status);
      expect(await response.text()).not.toMatch(INTERNALS);
    }),
    planRuns({ few: 100, many: 1_000 }),
  );
});

test("connections of raw messages end in words, not in the code's errors", async () => {
  const connect = JSON.stringify({
    type: "Connect",
    sessionId: "s",
    connectionCount: 0,
    lastCloseReason: null,
    clientTs: 0,
  });
  let said = 0;
  const plan = planRuns({ few: 100, many: 1_000 });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), async (messages) => {
      for (const text of await converse([connect, ...messages])) {
        said += 1;
        expect(text).not.toMatch(INTERNALS);
      }
    }),
    plan,
  );
  expect(said).toBeGreaterThan(plan.numRuns * 0.4);
});

test("after all of that the deployment answers as before", async () => {
  expect(await fixture.http.query("runtime:whoami" as never, {})).toBeNull();
});
