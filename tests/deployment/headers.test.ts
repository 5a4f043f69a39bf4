/** What every answer of every HTTP action says to browsers, whatever was asked, and to which pages. */
import { ROUTABLE_HTTP_METHODS } from "convex/server";
import { describe, expect, test, vi } from "vitest";
import http from "../../convex/http";
import { appError } from "../../convex/lib/errors";
import { buildHttpRouter, jsonResponse, type Route } from "../../convex/http/router";
import { anyText } from "../arbitraries";
import { fc, runs } from "../properties";
import { deployment } from "../setup";

const SHOP = "https://shop.example";
const EVIL = "https://evil.example";

function expectProtected(response: Response): void {
  // A page with a button may post to itself, and no more.
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  const form = isPage ? "'self'" : "'none'";
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    "content-security-policy": `default-src 'none'; base-uri 'none'; form-action ${form}; frame-ancestors 'none'; sandbox${isPage ? " allow-forms" : ""}`,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": expect.stringMatching(/^max-age=\d{8}; /) as string,
    "cross-origin-resource-policy": expect.stringMatching(/^(same|cross)-origin$/) as string,
    "cache-control": expect.any(String) as string,
  });
  expect(headers).not.toHaveProperty("access-control-allow-credentials");
  expect(headers).not.toHaveProperty("set-cookie");
  if (response.status !== 200) expect(headers["cache-control"]).toBe("no-store");
  if (headers["access-control-allow-origin"] !== "*") expect(headers["vary"]).toBe("Origin");
}

/** An action's context for a caller without a session. */
const refuse = () => Promise.reject(appError("unauthenticated", "Sign in first."));
const NOBODY = { runQuery: refuse, runMutation: refuse };

/** A routed answer to any request, as the runtime gives it. */
async function ask(router: typeof http, path: string, init: RequestInit = {}): Promise<Response> {
  const request = new Request(`https://deployment.example${path}`, init);
  const method = request.method as (typeof ROUTABLE_HTTP_METHODS)[number];
  const found = router.lookup(new URL(request.url).pathname, method);
  const action = found![0] as unknown as {
    _handler: (ctx: unknown, request: Request) => Promise<Response>;
  };
  const healthy = { ...NOBODY, runQuery: () => Promise.resolve("ok") };
  return await action._handler(path.startsWith("/health") ? healthy : NOBODY, request);
}

const paths = [...new Set(http.getRoutes().map(([path]) => path.replace(/\*$/, "unknown")))];
const cases = paths.flatMap((path) =>
  ROUTABLE_HTTP_METHODS.map((method) => [method, path] as const),
);

test("the table covers every route", () => {
  expect([...paths].sort()).toEqual([
    "/.well-known/jwks.json",
    "/files",
    "/health",
    "/mail/unsubscribe",
    "/reply",
    "/resend/events",
    "/twilio/sms",
    "/twilio/status",
    "/unknown",
  ]);
});

describe.each(cases)("%s %s", (method, path) => {
  test.each([null, SHOP, EVIL, "null"])("is protected, asked by the page of %s", async (origin) => {
    const t = deployment({ ALLOWED_ORIGINS: SHOP });
    const headers = new Headers(origin === null ? [] : [["origin", origin]]);
    const response = await t.fetch(path, { method, headers });
    expectProtected(response);
    expect(response.status).toBeLessThan(500);
    const readable = response.headers.get("access-control-allow-origin");
    if (path.endsWith("jwks.json")) expect(readable).toBe("*");
    else if (/^\/(twilio|mail|resend)\//.test(path)) expect(readable).toBeNull();
    else expect(readable).toBe(origin === SHOP ? SHOP : null);
  });
});

test("no page of another origin may read unless it is named", async () => {
  const t = deployment();
  for (const origin of [SHOP, "https://shop.example.evil.example", "http://shop.example", "null"]) {
    const response = await t.fetch("/health", { headers: { origin } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("a preflight allows a named page the path's methods, and tells others nothing", async () => {
  const t = deployment({ ALLOWED_ORIGINS: SHOP });
  const preflight = (origin: string, path = "/health") =>
    t.fetch(path, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "GET" },
    });
  const allowed = await preflight(SHOP);
  expect(allowed.status).toBe(204);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    "access-control-allow-origin": SHOP,
    "access-control-allow-methods": "GET",
    "access-control-allow-headers": "authorization, content-type",
    vary: "Origin",
  });
  const refused = await preflight(EVIL);
  expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  expect(refused.headers.get("access-control-allow-methods")).toBeNull();
  expect((await preflight(SHOP, "/unknown")).status).toBe(404);
});

test("a list that is not valid allows nobody, and shows its mistake to the operator only", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const t = deployment({ ALLOWED_ORIGINS: "*" });
  const response = await t.fetch("/health", { headers: { origin: EVIL } });
  expect(response.status).toBe(503);
  expectProtected(response);
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  expect(await response.text()).not.toContain("ALLOWED_ORIGINS");
  expect(logged.mock.lastCall?.[0]).toContain("npx convex env set ALLOWED_ORIGINS");
  expect((await t.fetch("/health")).status).toBe(200);
});

describe("a route", () => {
  const echo: Route = {
    path: "/echo",
    method: "POST",
    readers: "named",
    maxBodyBytes: 10,
    handler: async (_ctx, request) =>
      jsonResponse({ body: await request.text(), url: request.url }),
  };
  const failing = (error: unknown): Route => ({
    path: "/fail",
    method: "GET",
    readers: "named",
    handler: () => Promise.reject(error instanceof Error ? error : new Error(String(error))),
  });
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    ask(buildHttpRouter([echo]), "/echo?a=1", { method: "POST", body, headers });

  test("gets its body and its exact address", async () => {
    const response = await post("0123456789");
    const url = "https://deployment.example/echo?a=1";
    expect(await response.json()).toEqual({ body: "0123456789", url });
  });

  test("never sees a body over its limit, announced or not", async () => {
    for (const response of [
      await post("01234567890"),
      await post("x", { "content-length": "11" }),
      await post("x".repeat(1_000_000)),
    ]) {
      expect(response.status).toBe(413);
      expectProtected(response);
    }
  });

  test("is not run for a page that is not named", async () => {
    vi.stubEnv("ALLOWED_ORIGINS", SHOP);
    expect((await post("x", { origin: EVIL })).status).toBe(403);
    expect((await post("x", { origin: "null" })).status).toBe(403);
    expect((await post("x", { origin: SHOP })).status).toBe(200);
  });

  test("that fails tells clients nothing of why", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    const secret = new Error("row k57e of table sessions at model/accounts/sessions.ts:42");
    const response = await ask(buildHttpRouter([failing(secret)]), "/fail");
    expect(response.status).toBe(500);
    expectProtected(response);
    const body = { code: "internal", message: "Something went wrong on our side." };
    expect(await response.json()).toEqual(body);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining(secret.message));
  });

  test("that is limited says when to come again", async () => {
    const limited = appError("rate_limited", "Too fast.", { retryAfterMs: 1_500 });
    const response = await ask(buildHttpRouter([failing(limited)]), "/fail");
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("2");
    expect(await response.json()).toEqual({ code: "rate_limited", message: "Too fast." });
  });
});

test(
  "no method, path, header or body gets an unprotected answer, an echo or a server error",
  { timeout: 60_000 },
  async () => {
    const t = deployment({ ALLOWED_ORIGINS: SHOP });
    const token = fc.stringMatching(/^[a-zA-Z0-9-]{1,20}$/);
    const value = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
    const segment = fc.oneof(
      anyText(20),
      fc.constantFrom("..", ".", "%2e%2e", "%00", "health", ".well-known", "<script>", "api", "\\"),
    );
    const path = fc.oneof(
      fc.constantFrom(...paths),
      fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
    );
    const hostile = fc.record({
      path,
      query: anyText(30),
      method: fc.constantFrom(...ROUTABLE_HTTP_METHODS, "HEAD"),
      headers: fc.array(
        fc.tuple(
          fc.oneof(
            token,
            fc.constantFrom("origin", "authorization", "content-length", "x-http-method-override"),
          ),
          fc.oneof(
            value,
            fc.constantFrom(SHOP, EVIL, "null", "Bearer a.b.c", "-1", "9".repeat(30)),
          ),
        ),
        { maxLength: 6 },
      ),
      body: fc.uint8Array({ maxLength: 200 }),
    });
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(hostile, async ({ path, query, method, headers, body }) => {
        const bodyless = ["GET", "HEAD", "OPTIONS"].includes(method);
        const url = new URL("https://deployment.example");
        url.pathname = path;
        url.search = query;
        const response = await ask(http, url.pathname + url.search, {
          method,
          headers: new Headers(headers),
          ...(bodyless ? {} : { body }),
        });
        asked += 1;
        expectProtected(response);
        expect([200, 204, 400, 401, 403, 404, 405, 413]).toContain(response.status);
        const readable = response.headers.get("access-control-allow-origin");
        expect([null, SHOP, "*"]).toContain(readable);
        if (response.status !== 404) return;
        const body404 = { code: "not_found", message: "There is nothing at this address." };
        expect(await response.json()).toEqual(body404);
      }),
      { numRuns: runs() },
    );
    expect(asked).toBe(runs());
    expect((await t.fetch("/health")).status).toBe(200);
  },
);
