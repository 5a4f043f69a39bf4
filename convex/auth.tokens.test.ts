/** Access tokens: what is in them, who can verify them, and which forgeries are refused. */
import {
  base64url,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JSONWebKeySet,
} from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import { APPLICATION_ID, privateJwk } from "./model/keys";
import { ACCESS_TOKEN_LIFETIME } from "./model/sessions";
import {
  clockedDeployment,
  deployment,
  JWT_SECRET,
  outcomeOf,
  refusal,
  type Caller,
  type Deployment,
} from "./test.setup";
import { bearer } from "./test.signin";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

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
  expect(accessTokenExpiresAt - before).toBeLessThanOrEqual(ACCESS_TOKEN_LIFETIME + 1000);
  // Clocks differ by a little.
  expect(payload.iat! * 1000).toBeLessThan(before - 5_000);
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

  const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
  const claims = () => ({
    sub: caller.userId as string,
    sid: caller.sessionId as string,
    iss: ISSUER,
    aud: APPLICATION_ID,
    iat: Math.floor(Date.now() / 1000) - 10,
    exp: Math.floor(Date.now() / 1000) + 600,
  });
  const ours = () => privateJwk(JWT_SECRET);

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

  test.each(["none", "None", "NONE"])("algorithm %s, without a signature", async (alg) => {
    const header = encode({ alg, typ: "JWT", kid: ours().kid });
    expect(await validate(t, `${header}.${encode(claims())}.`)).toBeNull();
  });

  test("HS256 with the public key as the secret", async () => {
    const { d: _, ...publicKey } = ours();
    for (const secret of [JSON.stringify(publicKey), publicKey.x]) {
      const forged = await new SignJWT(claims())
        .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: publicKey.kid })
        .sign(new TextEncoder().encode(secret));
      expect(await validate(t, forged)).toBeNull();
    }
  });

  test("signed with a key of the forger's, under our key's id or brought along in the header", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(publicKey);
    for (const extra of [{}, { jwk }, { jku: "https://evil.example/jwks.json" }]) {
      const forged = await new SignJWT(claims())
        .setProtectedHeader({ alg: "ES256", typ: "JWT", kid: ours().kid, ...extra })
        .sign(privateKey);
      expect(await validate(t, forged)).toBeNull();
    }
  });

  test("with another payload under a real signature", async () => {
    const [header, , signature] = real.split(".");
    const payload = encode({ ...claims(), sub: "somebody-else" });
    expect(await validate(t, `${header}.${payload}.${signature}`)).toBeNull();
  });

  test("with a damaged, an empty, or an all-zero signature", async () => {
    const [header, payload, signature = ""] = real.split(".");
    const zeros = base64url.encode(new Uint8Array(64));
    const damaged = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
    for (const forged of [zeros, damaged, "", signature.slice(0, -2)]) {
      expect(await validate(t, `${header}.${payload}.${forged}`)).toBeNull();
    }
  });

  test.each([
    ["another issuer", { iss: "https://evil.example" }],
    ["another audience", { aud: "another-app" }],
    ["no audience", { aud: undefined }],
    ["no expiry", { exp: undefined }],
    ["an expiry in the past", { exp: 1 }],
    ["no session", { sid: undefined }],
    ["a session that is no id", { sid: "admin" }],
    ["a session that is no string", { sid: { $ne: null } }],
    ["no user", { sub: undefined }],
    ["a start in the future", { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ])("%s", async (_, changes) => {
    expect(await validate(t, await signed(changes))).toBeNull();
  });

  test("another user's id with one's own session", async () => {
    const other = bearer(t, await t.action(api.auth.createGuestSession, {}));
    expect(await validate(t, await signed({ sub: other.userId }))).toBeNull();
  });

  test("of another type, of an unknown key, and with critical headers", async () => {
    expect(await validate(t, await signed({}, { typ: "at+jwt" }))).toBeNull();
    expect(await validate(t, await signed({}, { kid: "another" }))).toBeNull();
    const [header, payload, signature] = real.split(".");
    const critical = encode({ ...decodeProtectedHeader(real), crit: ["b64"], b64: false });
    expect(await validate(t, `${critical}.${payload}.${signature}`)).toBeNull();
    expect(header).toBeTruthy();
  });

  test("no token at all", async () => {
    for (const junk of ["", ".", "..", "a.b.c", "null", real.slice(0, -40), `${real}.${real}`]) {
      expect(await validate(t, junk)).toBeNull();
    }
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
  const { kid } = privateJwk(OTHER_SECRET);
  expect(decodeProtectedHeader(refreshed.accessToken).kid).toBe(kid);
  expect((await published(t)).keys.map((key) => key.kid)).toEqual([
    kid,
    privateJwk(JWT_SECRET).kid,
  ]);
  vi.stubEnv("JWT_SECRET", OTHER_SECRET);
  expect(await validate(t, old.accessToken)).toBeNull();
  expect(await validate(t, refreshed.accessToken)).not.toBeNull();
  const { refreshToken } = refreshed;
  expect(await outcomeOf(t.action(api.auth.refreshSession, { refreshToken }))).toBe("ok");
});
