/** The HTTP endpoints. */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { deployment } from "../setup";

afterEach(() => {
  vi.resetModules();
});

test("/health answers, uncached, without any configuration", async () => {
  const t = deployment({ JWT_SECRET: "" });
  const response = await t.fetch("/health");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ok" });
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("/.well-known/jwks.json serves the public keys, cacheable for a while", async () => {
  const response = await deployment().fetch("/.well-known/jwks.json");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
  const { keys } = (await response.json()) as JSONWebKeySet;
  expect(keys).toMatchObject([{ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" }]);
  expect(keys[0]).not.toHaveProperty("d");
});

test("nothing else is served", async () => {
  const t = deployment();
  for (const path of ["/", "/.well-known/", "/health/", "/.env", "/.well-known/jwks.json.bak"]) {
    expect((await t.fetch(path)).status).toBe(404);
  }
  const wrong = await t.fetch("/health", { method: "POST" });
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get("allow")).toBe("GET, OPTIONS");
});

test("Convex is told the same keys, issuer and audience that tokens are made with", async () => {
  const t = deployment();
  const { default: config } = await import("../../convex/auth.config");
  const [provider] = config.providers;
  const { keys } = (await (await t.fetch("/.well-known/jwks.json")).json()) as JSONWebKeySet;
  const prefix = "data:application/json,";
  expect(provider!.jwks.startsWith(prefix)).toBe(true);
  const configured = JSON.parse(
    decodeURIComponent(provider!.jwks.slice(prefix.length)),
  ) as JSONWebKeySet;
  expect(configured.keys).toEqual(keys);
  const { accessToken } = await t.action(api.auth.createGuestSession, {});
  const { issuer, applicationID: audience, algorithm } = provider!;
  const options = { issuer, audience, algorithms: [algorithm], typ: "JWT" };
  await expect(
    jwtVerify(accessToken, createLocalJWKSet(configured), options),
  ).resolves.toBeTruthy();
});
