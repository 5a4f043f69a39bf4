/** Forged tokens against a running deployment: the real HTTP and WebSocket clients, and HTTP actions. */
import { ConvexHttpClient, type ConvexClient } from "convex/browser";
import { anyApi, type FunctionReference } from "convex/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgeries, twin, type Forgery, type Signer } from "../fixtures/forgeries";
import { startFixture, waitForResult, type Fixture } from "../fixtures/harness";

const whoami = anyApi.runtime!.whoami as unknown as FunctionReference<"query">;

let fixture: Fixture;
let signer: Signer;
let made: Forgery[];
beforeAll(async () => {
  fixture = await startFixture();
  signer = { jwk: fixture.jwk, real: await fixture.token({ sub: "ada" }) };
  made = await forgeries(signer);
});
afterAll(async () => {
  await fixture.close();
});

type Identity = { subject: string } | null;

/** The caller as an HTTP query sees it, or "refused". */
async function overHttp(token: string): Promise<string | null> {
  const client = new ConvexHttpClient(fixture.deployment.url, { logger: false });
  client.setAuth(token);
  try {
    const me = (await client.query(whoami, {})) as Identity;
    return me?.subject ?? null;
  } catch {
    return "refused";
  }
}

/** Whether a client that offers the token counts as signed in, and as whom its queries see it. */
async function overWebSocket(client: ConvexClient, token: string): Promise<[boolean, Identity]> {
  const signedIn = await new Promise<boolean>((resolve) => {
    client.setAuth(() => Promise.resolve(token), resolve);
  });
  return [signedIn, (await client.query(whoami, {})) as Identity];
}

async function overHttpAction(token: string): Promise<string> {
  const url = `${fixture.deployment.siteUrl}/whoami`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return response.ok ? await response.text() : "refused";
}

/** Whether a header can carry it at all: Node takes 16 KB, and no line ends. */
const fitsHeader = (token: string) => token.length < 16_000 && !/[^\x21-\x7e]/.test(token);

test("the real token is accepted on every way in: the control", async () => {
  expect(await overHttp(signer.real)).toBe("ada");
  expect(await overHttpAction(signer.real)).toBe('"ada"');
  const client = fixture.client();
  client.setAuth(() => Promise.resolve(signer.real));
  const me = await waitForResult<Identity>(client, whoami, {}, (value) => value !== null);
  expect(me?.subject).toBe("ada");
});

test("no kind of forged token makes an HTTP query somebody", async () => {
  expect(made.length).toBeGreaterThan(100);
  const accepted: string[] = [];
  for (const [kind, token] of made) {
    if ((await overHttp(token)) !== "refused") accepted.push(kind);
  }
  expect(accepted).toEqual([]);
});

test("no kind of forged token signs a WebSocket in", async () => {
  const accepted: string[] = [];
  const client = fixture.client();
  for (const [kind, token] of made) {
    const [signedIn, identity] = await overWebSocket(client, token);
    if (signedIn || identity !== null) accepted.push(kind);
  }
  expect(accepted).toEqual([]);
});

test("an HTTP action that asks who its caller is fails for every kind of forged token", async () => {
  const accepted: string[] = [];
  for (const [kind, token] of made.filter(([, token]) => fitsHeader(token))) {
    if ((await overHttpAction(token)) !== "refused") accepted.push(kind);
  }
  expect(accepted).toEqual([]);
});

test("one that does not ask runs: it may check tokens of its own", async () => {
  const response = await fetch(`${fixture.deployment.siteUrl}/echo`, {
    method: "POST",
    headers: { authorization: "Bearer of.another.issuer" },
    body: "words",
  });
  expect(response.status).toBe(201);
});

test("the signature's twin is the same caller, and nobody else", async () => {
  expect(await overHttp(twin(signer))).toBe("ada");
});

test("a forged token takes the identity of the real one before it away", async () => {
  const client = fixture.client();
  client.setAuth(() => Promise.resolve(signer.real));
  await waitForResult<Identity>(client, whoami, {}, (value) => value !== null);
  const [, forged] = made.find(([kind]) => kind === "another payload")!;
  const [signedIn, identity] = await overWebSocket(client, forged);
  expect(signedIn).toBe(false);
  expect(identity).toBeNull();
});
