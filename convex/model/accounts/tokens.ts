/**
 * Access tokens: JWTs (RFC 7519, RFC 8725) signed with ES256 under the key derived from `JWT_SECRET`.
 * Signing needs an action: mutations and queries can't do ECDSA.
 */
import { createLocalJWKSet, errors, importJWK, jwtVerify, SignJWT } from "jose";
import type { Doc, Id } from "../../_generated/dataModel";
import { signingSecrets, siteUrl } from "../../env";
import { APPLICATION_ID, jwksOf, privateJwkOf } from "../../lib/signingKeys";
import { ACCESS_TOKEN_LIFETIME, CUSTOMER_TOKEN_LIFETIME } from "./sessions";
import { SECOND } from "../../lib/time";

/**
 * Clocks differ by a little: a token from the future is refused. Less than the 10 s by which Convex's client renews a
 * token before `exp - iat` is over: with as much it asks when the token has just expired, and its socket is cut.
 */
const BACKDATE = 5 * SECOND;

/** Ours have some 500 characters. */
const MAX_LENGTH = 4096;
/** A compact JWS (RFC 7515 §7.1) with an ES256 signature, in the one way to write its 64 bytes. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/;

export async function signAccessToken(
  { _id: userId, role }: Pick<Doc<"users">, "_id" | "role">,
  sessionId: Id<"sessions">,
  sessionEndsAt: number,
): Promise<{ accessToken: string; accessTokenExpiresAt: number }> {
  const { d, ...jwk } = privateJwkOf(signingSecrets()[0]);
  const now = Date.now();
  const lifetime = role === "customer" ? CUSTOMER_TOKEN_LIFETIME : ACCESS_TOKEN_LIFETIME;
  const expiresAt = Math.floor(Math.min(now + lifetime, sessionEndsAt) / 1000);
  const accessToken = await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: "ES256", kid: jwk.kid, typ: "JWT" })
    .setSubject(userId)
    .setIssuer(siteUrl())
    .setAudience(APPLICATION_ID)
    .setIssuedAt(Math.floor((now - BACKDATE) / 1000))
    .setExpirationTime(expiresAt)
    .sign(await importJWK({ ...jwk, d }, "ES256"));
  return { accessToken, accessTokenExpiresAt: expiresAt * 1000 };
}

/** The claims of a token that this deployment signed and that is valid now, or null. */
export async function verifyAccessToken(
  token: string,
): Promise<{ userId: string; sessionId: string; expiresAt: number } | null> {
  if (token.length > MAX_LENGTH || !COMPACT.test(token)) return null;
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createLocalJWKSet(jwksOf(signingSecrets())),
      {
        issuer: siteUrl(),
        audience: APPLICATION_ID,
        algorithms: ["ES256"],
        typ: "JWT",
        requiredClaims: ["sub", "sid", "exp", "iat"],
      },
    );
    // As Convex has it, and jose has not: a key is named, and a token isn't from the future.
    const { sub = "", sid, exp = 0, iat = Infinity } = payload;
    if (protectedHeader.kid === undefined || iat * 1000 > Date.now()) return null;
    return typeof sid === "string" ? { userId: sub, sessionId: sid, expiresAt: exp * 1000 } : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
