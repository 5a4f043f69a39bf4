/** Access tokens: what is in them, who can verify them, and which forgeries are refused. */
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
} from "jose";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { APPLICATION_ID, privateJwkOf } from "../../convex/lib/signingKeys";
import {
  ACCESS_TOKEN_LIFETIME,
  CUSTOMER_TOKEN_LIFETIME,
} from "../../convex/model/accounts/sessions";
import {
  clockedDeployment,
  deployment,
  JWT_SECRET,
  outcomeOf,
  refusal,
  type Caller,
  type Deployment,
} from "../setup";
import { forgeries, twin } from "@computer-guys/convex-local/forgeries";
import { bearer } from "./signIn";

const ISSUER = "http://127.0.0.1:3211";
const OTHER_SECRET = "another-secret-0123456789-0123456789-abc";

const published = async (t: Deployment) =>
  (await (await t.fetch("/.well-known/jwks.json")).json()) as JSONWebKeySet;

const validate = (t: Deployment, accessToken: string) =>
  t.query(api.auth.validateSession, { accessToken });

test("any service can verify a token with the published keys alone", async () => {
  const t = deployment();
  const before = Date.now();
  const { accessToken, accessTokenExpiresAt, user } = await t.action(
    api.auth.createGuestSession,
    {},
  );
  const { payload, protectedHeader } = await jwtVerify(
    accessToken,
    createLocalJWKSet(await published(t)),
    { issuer: ISSUER, audience: APPLICATION_ID, algorithms: ["ES256"] },
  );
  expect(protectedHeader).toEqual({ alg: "ES256", typ: "JWT", kid: expect.any(String) as string });
  expect(Object.keys(payload).sort()).toEqual(["aud", "exp", "iat", "iss", "sid", "sub"]);
  expect(payload.sub).toBe(user._id);
  expect(payload.exp! * 1000).toBe(accessTokenExpiresAt);
  expect(accessTokenExpiresAt - Date.now()).toBeLessThanOrEqual(CUSTOMER_TOKEN_LIFETIME);
  // Clocks differ by a little.
  expect(payload.iat! * 1000).toBeLessThan(before - 3_000);
});

test("staff's tokens live a quarter of an hour, a customer's two hours", async () => {
  const t = clockedDeployment();
  const lifetimeOf = async (role: "customer" | "technician") => {
    const guest = await t.action(api.auth.createGuestSession, {});
    await t.run((ctx) => ctx.db.patch("users", guest.user._id, { role }));
    const { refreshToken } = guest;
    const { accessTokenExpiresAt } = await t.action(api.auth.refreshSession, { refreshToken });
    return Math.ceil((accessTokenExpiresAt - Date.now()) / 1000) * 1000;
  };
  expect(await lifetimeOf("technician")).toBe(ACCESS_TOKEN_LIFETIME);
  expect(await lifetimeOf("customer")).toBe(CUSTOMER_TOKEN_LIFETIME);
});

test("Convex's client renews a token while it is still good", async () => {
  const { accessToken } = await deployment().action(api.auth.createGuestSession, {});
  const { iat, exp } = decodeJwt(accessToken);
  // It takes `exp - iat` for what is left, and is early by this much (`authRefreshTokenLeewaySeconds`).
  const renewedAfterMs = (exp! - iat! - 10) * 1000;
  expect(Date.now() + renewedAfterMs).toBeLessThan(exp! * 1000 - 2_000);
});

test("the published keys hold no private part", async () => {
  const { keys } = await published(deployment());
  expect(keys).toHaveLength(1);
  expect(Object.keys(keys[0]!).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
});

test("validateSession tells a valid token's user, session and role", async () => {
  const t = deployment();
  const tokens = await t.action(api.auth.createGuestSession, {});
  const { userId, sessionId } = bearer(t, tokens);
  const expected = { userId, sessionId, role: "customer" };
  expect(await validate(t, tokens.accessToken)).toEqual(expected);
  expect(await bearer(t, tokens).t.query(api.auth.validateSession, {})).toEqual(expected);
  expect(await t.query(api.auth.validateSession, {})).toBeNull();
});

test("a token is good until its time is over, and so is its session's answer", async () => {
  const t = clockedDeployment();
  const { accessToken, accessTokenExpiresAt } = await t.action(api.auth.createGuestSession, {});
  vi.setSystemTime(accessTokenExpiresAt - 1000);
  expect(await validate(t, accessToken)).not.toBeNull();
  vi.setSystemTime(accessTokenExpiresAt + 1000);
  expect(await validate(t, accessToken)).toBeNull();
});

describe("a forged token is refused:", () => {
  let t: Deployment;
  let real: string;
  let caller: Caller;
  beforeEach(async () => {
    t = deployment();
    const tokens = await t.action(api.auth.createGuestSession, {});
    real = tokens.accessToken;
    caller = bearer(t, tokens);
  });

  const claims = () => ({
    sub: caller.userId as string,
    sid: caller.sessionId as string,
    iss: ISSUER,
    aud: APPLICATION_ID,
    iat: Math.floor(Date.now() / 1000) - 10,
    exp: Math.floor(Date.now() / 1000) + 600,
  });
  const ours = () => privateJwkOf(JWT_SECRET);

  /** Signed with the deployment's own key: only what is changed can be the reason for a refusal. */
  async function signed(changes: object, header: object = {}): Promise<string> {
    const payload = JSON.parse(JSON.stringify({ ...claims(), ...changes })) as Record<
      string,
      unknown
    >;
    return await new SignJWT(payload)
      .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: ours().kid, ...header })
      .sign(await importJWK(ours(), "ES256"));
  }

  test("none, as long as nothing is changed", async () => {
    expect(await validate(t, await signed({}))).toMatchObject({ userId: caller.userId });
  });

  test("of every classic kind", async () => {
    const made = await forgeries({ jwk: ours(), real });
    expect(made.length).toBeGreaterThan(100);
    const accepted: string[] = [];
    for (const [kind, token] of made) {
      if ((await validate(t, token)) !== null) accepted.push(kind);
    }
    expect(accepted).toEqual([]);
    expect(await validate(t, real)).toMatchObject({ userId: caller.userId });
  });

  test("but its signature's twin says the same, and nothing more", async () => {
    expect(await validate(t, twin({ jwk: ours(), real }))).toEqual(await validate(t, real));
  });

  test("of a deployment with another secret, and of a secret that was rotated out", async () => {
    vi.stubEnv("JWT_SECRET", OTHER_SECRET);
    expect(await validate(t, real)).toBeNull();
  });

  test.each([
    ["no session", { sid: undefined }],
    ["a session that is no id", { sid: "admin" }],
    ["a session that is no string", { sid: { $ne: null } }],
  ])("%s", async (_, changes) => {
    expect(await validate(t, await signed(changes))).toBeNull();
  });

  test("another user's id with one's own session", async () => {
    const other = bearer(t, await t.action(api.auth.createGuestSession, {}));
    expect(await validate(t, await signed({ sub: other.userId }))).toBeNull();
  });

  test("of another type", async () => {
    expect(await validate(t, await signed({}, { typ: "at+jwt" }))).toBeNull();
  });
});

test("a token of a session that was ended is refused while it has not expired", async () => {
  const t = deployment();
  const tokens = await t.action(api.auth.createGuestSession, {});
  await bearer(t, tokens).t.mutation(api.auth.logout, {});
  expect(await validate(t, tokens.accessToken)).toBeNull();
});

test("without JWT_SECRET sign-in says which command sets it", async () => {
  const t = deployment();
  const { refreshToken } = await t.action(api.auth.createGuestSession, {});
  vi.stubEnv("JWT_SECRET", "");
  for (const call of [
    () => t.action(api.auth.createGuestSession, {}),
    () => t.action(api.auth.refreshSession, { refreshToken }),
    () => t.action(api.auth.requestCode, { email: "ann@example.com" }),
  ]) {
    const error = await refusal(call());
    expect(error).toMatchObject({ code: "not_configured", variable: "JWT_SECRET" });
    expect(error.message).toContain("npx convex env set JWT_SECRET");
  }
});

test("a secret of fewer than 32 bytes is refused", async () => {
  const t = deployment({ JWT_SECRET: "short" });
  expect(await outcomeOf(t.action(api.auth.createGuestSession, {}))).toBe("not_configured");
});

test("during a rotation tokens of both secrets are good, and new ones are of the first", async () => {
  const t = deployment();
  const old = await t.action(api.auth.createGuestSession, {});
  vi.stubEnv("JWT_SECRET", `${OTHER_SECRET} ${JWT_SECRET}`);
  expect(await validate(t, old.accessToken)).not.toBeNull();
  const refreshed = await t.action(api.auth.refreshSession, { refreshToken: old.refreshToken });
  const { kid } = privateJwkOf(OTHER_SECRET);
  expect(decodeProtectedHeader(refreshed.accessToken).kid).toBe(kid);
  expect((await published(t)).keys.map((key) => key.kid)).toEqual([
    kid,
    privateJwkOf(JWT_SECRET).kid,
  ]);
  vi.stubEnv("JWT_SECRET", OTHER_SECRET);
  expect(await validate(t, old.accessToken)).toBeNull();
  expect(await validate(t, refreshed.accessToken)).not.toBeNull();
  const { refreshToken } = refreshed;
  expect(await outcomeOf(t.action(api.auth.refreshSession, { refreshToken }))).toBe("ok");
});
