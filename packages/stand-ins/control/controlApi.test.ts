import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startProviders, type Providers } from "../server";

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders({ port: 0, pace: { firstChunkMs: 0, chunksPerSecond: 0 } });
});
afterAll(() => providers.close());
beforeEach(() => providers.control.reset());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${providers.url}/__control${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

const chat = (content: string) =>
  fetch(`${providers.env.OPENROUTER_BASE_URL}/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${providers.env.OPENROUTER_API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content }] }),
  });

test("sets faults and scripts, and lists what was received", async () => {
  expect(
    await call("POST", "/faults", { provider: "openrouter", kind: "status", status: 503 }),
  ).toMatchObject({ status: 200, body: { id: 1, times: 1 } });
  expect((await chat("hi")).status).toBe(503);
  const { body } = await call("POST", "/script", { text: "scripted", match: "hi" });
  const reply = (await (await chat("hi")).json()) as {
    choices: Array<{ message: { content: string } }>;
  };
  expect(reply.choices[0]!.message.content).toBe("scripted");
  expect((await call("POST", "/release", { id: body.id })).status).toBe(200);
  const { requests } = (await call("GET", "/requests?provider=openrouter")).body as unknown as {
    requests: object[];
  };
  expect(requests).toMatchObject([
    { status: 503 },
    { status: 200, body: { messages: [{ content: "hi" }] } },
  ]);
  await call("DELETE", "/requests");
  expect((await call("GET", "/requests")).body).toEqual({ requests: [] });
});

test("a fault can hit every second request only", async () => {
  const fault = { provider: "openrouter", kind: "status", status: 429, every: 2, times: 2 };
  await call("POST", "/faults", fault);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) statuses.push((await chat("hi")).status);
  expect(statuses).toEqual([200, 429, 200, 429, 200, 200]);
});

test("says what is wrong with bad input", async () => {
  const bad = await call("POST", "/faults", {
    provider: "openrouter",
    kind: "status",
    status: 200,
  });
  expect(bad).toMatchObject({
    status: 400,
    body: { error: { message: "invalid input", issues: [{ path: "status" }] } },
  });
  expect((await call("POST", "/faults", { provider: "twilio", kind: "error_chunk" })).status).toBe(
    400,
  );
  expect((await call("POST", "/script", {})).status).toBe(400);
  expect((await call("POST", "/script", { text: "ab", chunks: 3 })).status).toBe(400);
  expect((await call("GET", "/requests?provider=nobody")).status).toBe(400);
  expect((await call("PUT", "/faults")).status).toBe(405);
  expect((await call("GET", "/nothing")).status).toBe(404);
  const form = await fetch(`${providers.url}/__control/faults`, {
    method: "POST",
    body: '{"provider":"openai","kind":"stall"}',
  });
  expect(form.status).toBe(400);
});

test("texts the shop, and sets what becomes of its own texts", async () => {
  const [from, to] = ["+12125550142", "+13125550111"];
  const settings = await call("POST", "/sms/settings", { optOut: "advanced" });
  expect(settings.body).toMatchObject({ optOut: "advanced", retries: 1, retryOn: ["ct"] });
  const sent = await call("POST", "/sms/inbound", { from, to, body: "STOP" });
  expect(sent.body).toMatchObject({ message: { from, to, body: "STOP" }, answers: [] });
  expect((await call("GET", `/sms?to=${encodeURIComponent(from)}`)).body).toMatchObject({
    messages: [{ direction: "outbound-reply", segments: { encoding: "GSM-7", count: 1 } }],
  });
  expect((await call("GET", "/sms/inbound")).body).toMatchObject({ messages: [{ body: "STOP" }] });
  const twilio = (number: string) =>
    fetch(
      `${providers.env.TWILIO_BASE_URL}/2010-04-01/Accounts/${providers.env.TWILIO_ACCOUNT_SID}/Messages.json`,
      {
        method: "POST",
        headers: {
          authorization: `Basic ${Buffer.from(`${providers.env.TWILIO_ACCOUNT_SID}:${providers.env.TWILIO_AUTH_TOKEN}`).toString("base64")}`,
        },
        body: new URLSearchParams({ To: number, From: to, Body: "Ready" }),
      },
    ).then(async (response) => ((await response.json()) as { code?: number }).code);
  expect(await twilio(from)).toBe(21610);
  await call("POST", "/sms/optout", { number: from, optedOut: false });
  expect(await twilio(from)).toBeUndefined();
  await call("POST", "/sms", { to: from, status: "delivered", refuse: 21614 });
  expect(await twilio(from)).toBe(21614);
  const rule = { action: "duplicate", status: "sent", copies: 4 };
  expect((await call("POST", "/sms/callbacks", rule)).body).toMatchObject({ ...rule, times: 1 });
  expect((await call("GET", "/sms/callbacks")).body).toMatchObject({ rules: [rule] });
  await call("DELETE", "/sms/callbacks");
  expect((await call("GET", "/sms/callbacks")).body).toEqual({ rules: [] });
  expect((await call("GET", "/sms/alerts")).body).toEqual({ alerts: [] });
});

test("says what is wrong with a text", async () => {
  const from = "+12125550142";
  const bad = [
    ["/sms/inbound", { from: "me", to: from }],
    ["/sms/settings", { retries: 6 }],
    ["/sms/settings", { smsUrl: "not a url" }],
    ["/sms/callbacks", { action: "vanish" }],
    ["/sms", { to: from, status: "delivered", refuse: 5 }],
  ] as const;
  for (const [path, input] of bad) {
    expect([path, (await call("POST", path, input)).status]).toEqual([path, 400]);
  }
  expect((await call("POST", "/sms/redeliver", { sid: "SM0" })).status).toBe(404);
});

test.each([{ host: "evil.example" }, { origin: "https://evil.example" }])(
  "refuses a request from elsewhere: %o",
  async (headers) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const req = request(`${providers.url}/resend/inbox`, { headers }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.on("error", reject).end();
    });
    expect(status).toBe(403);
  },
);

test("says in one line that its port is taken, and closes with streams open", async () => {
  const port = Number(new URL(providers.url).port);
  await expect(startProviders({ port })).rejects.toThrow(
    `port ${port} on 127.0.0.1 is already in use`,
  );
  const other = await startProviders({ port: 0 });
  other.control.fault({ provider: "openai", kind: "stall" });
  const stalled = fetch(`${other.env.OPENAI_BASE_URL}/embeddings`, {
    method: "POST",
    headers: { authorization: `Bearer ${other.env.OPENAI_API_KEY}` },
    body: "{}",
  });
  await other.control.waitForRequest((r) => r.outcome === "broken");
  await other.close();
  await expect(stalled).rejects.toThrow();
});

test.each([
  [
    "resend",
    "RESEND_BASE_URL",
    "/emails",
    { from: "a@b.example", to: "c@d.example", subject: "s", text: "t" },
  ],
  ["openai", "OPENAI_BASE_URL", "/embeddings", { model: "text-embedding-3-small", input: "hi" }],
  [
    "openrouter",
    "OPENROUTER_BASE_URL",
    "/chat/completions",
    { model: "openai/gpt-4o-mini", stream: true, messages: [{ role: "user", content: "hi" }] },
  ],
] as const)(
  "%s begins an answer that never ends, until its caller leaves",
  async (provider, base, path, body) => {
    await call("POST", "/faults", { provider, kind: "endless", everyMs: 1 });
    const leave = new AbortController();
    const key = providers.env[base.replace("BASE_URL", "API_KEY")];
    const response = await fetch(`${providers.env[base]}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: leave.signal,
    });
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    for (let chunk = 0; chunk < 20; chunk++) expect((await reader.read()).done).toBe(false);
    expect(providers.control.requests(provider)[0]).toMatchObject({
      outcome: "broken",
      open: true,
    });
    leave.abort();
    await providers.control.waitForRequest((one) => one.provider === provider && !one.open);
  },
);

test("a refusal by moderation says why", async () => {
  await call("POST", "/faults", {
    provider: "openrouter",
    kind: "status",
    status: 403,
    flagged: true,
  });
  const refused = await chat("hi");
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ error: { metadata: { reasons: ["violence"] } } });
});
