/** Changing `JWT_SECRET` while people are signed in: nobody is signed out, and nothing is forgotten. */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { beforeEach, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { REFRESH_GRACE } from "../../convex/model/accounts/sessions";
import { clockedDeployment, outcomeOf, refusal, snapshot, type Deployment } from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

const OLD = "old-secret-0123456789-0123456789-abcdef";
const NEW = "new-secret-0123456789-0123456789-abcdef";

const before = () => vi.stubEnv("JWT_SECRET", OLD);
const during = () => vi.stubEnv("JWT_SECRET", `${NEW} ${OLD}`);
const after = () => vi.stubEnv("JWT_SECRET", NEW);
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

let t: Deployment;
beforeEach(() => {
  t = clockedDeployment();
  before();
});

const enter = () => t.action(api.auth.createGuestSession, {});
const refresh = (refreshToken: string) => t.action(api.auth.refreshSession, { refreshToken });
const alive = async (tokens: { accessToken: string }) =>
  (await outcomeOf(bearer(t, tokens).t.query(api.users.me, {}))) === "ok";
const validate = (accessToken: string) => t.query(api.auth.validateSession, { accessToken });

test("access tokens of both secrets are good during the rotation, those of the new one after it", async () => {
  const old = await enter();
  during();
  const fresh = await enter();
  const keys = (await (await t.fetch("/.well-known/jwks.json")).json()) as JSONWebKeySet;
  for (const { accessToken } of [old, fresh]) {
    expect(await validate(accessToken)).not.toBeNull();
    await jwtVerify(accessToken, createLocalJWKSet(keys), { currentDate: new Date() });
  }
  after();
  expect(await validate(fresh.accessToken)).not.toBeNull();
  expect(await validate(old.accessToken)).toBeNull();
});

test("a session of the old secret refreshes during the rotation, and lives on after it", async () => {
  const old = await enter();
  during();
  const fresh = await refresh(old.refreshToken);
  after();
  const last = await refresh(fresh.refreshToken);
  expect(bearer(t, last).sessionId).toBe(bearer(t, old).sessionId);
  expect(await alive(last)).toBe(true);
});

test("a code that was asked for before the rotation is good during it", async () => {
  const asked = await askForCode(t, freshAddress());
  during();
  const { challenge, code } = asked;
  expect(await outcomeOf(t.action(api.auth.createSession, { challenge, code }))).toBe("ok");
});

test("five wrong codes are enough also during the rotation", async () => {
  const { challenge, code } = await askForCode(t, freshAddress());
  during();
  const wrong = code === "000000" ? "111111" : "000000";
  for (let i = 0; i < 5; i++) {
    await refusal(t.action(api.auth.createSession, { challenge, code: wrong }));
  }
  const right = t.action(api.auth.createSession, { challenge, code });
  expect(await outcomeOf(right)).toBe("code_invalid");
});

test("a response that was lost when the secret changed is repeated, not replaced", async () => {
  const first = await enter();
  const lost = await refresh(first.refreshToken);
  during();
  const again = await refresh(first.refreshToken);
  expect(again.refreshToken).toBe(lost.refreshToken);
  expect(await alive(await refresh(again.refreshToken))).toBe(true);
});

test.each([
  ["before the rotation, used once more during it", 0],
  ["before it, from several refreshes ago", 2],
])("a stolen token %s still ends its session", async (_, refreshes) => {
  const stolen = await enter();
  let latest = stolen;
  for (let i = 0; i <= refreshes; i++) latest = await refresh(latest.refreshToken);
  during();
  for (let i = 0; i < 3; i++) {
    later(REFRESH_GRACE);
    latest = await refresh(latest.refreshToken);
  }
  expect(await alive(latest)).toBe(true);
  expect(await outcomeOf(refresh(stolen.refreshToken))).toBe("session_expired");
  expect(await alive(latest)).toBe(false);
  const { sessions } = await snapshot(t);
  expect(sessions).toMatchObject([{ state: "revoked", reason: "refresh_reuse" }]);
});

test("a session that slept through the whole rotation has to sign in again, and nothing else ends", async () => {
  const [asleep, awake] = [await enter(), await enter()];
  during();
  const fresh = await refresh(awake.refreshToken);
  after();
  expect(await outcomeOf(refresh(asleep.refreshToken))).toBe("session_expired");
  expect(await alive(fresh)).toBe(true);
});
