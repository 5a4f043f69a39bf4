/**
 * The ES256 key pair of a `JWT_SECRET`. HKDF-SHA-256 (RFC 5869) expands the secret to 48 bytes, which are reduced to a
 * P-256 scalar as FIPS 186-5 A.2.1 describes. Pure and synchronous: `auth.config.ts` may use neither `Date`,
 * randomness nor async calls, and queries and mutations have no system randomness either.
 *
 * Multiplying the scalar out takes Convex's runtime up to 160 ms, at every sign-in and refresh anew: nothing is kept
 * between calls. So set-up stores the public point beside the secret (`lib/keys.ts`); a secret without one works too.
 */
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { derive, joinPublicPoint, readSecret, toBase64Url, type PublicPoint } from "./keys";

type PublicJwk = PublicPoint & {
  kty: "EC";
  crv: "P-256";
  kid: string;
  alg: "ES256";
  use: "sig";
};

export const APPLICATION_ID = "computer-guys";

const scalarOf = (secret: string): Uint8Array =>
  p256.utils.randomSecretKey(derive(secret, "jwt-es256", 48));

function derivePoint(secret: string): PublicPoint {
  const point = p256.getPublicKey(scalarOf(secret), false); // 0x04 || x || y
  return { x: toBase64Url(point.slice(1, 33)), y: toBase64Url(point.slice(33, 65)) };
}

function publicJwkOf(stored: string): PublicJwk {
  const { secret, point } = readSecret(stored);
  const { x, y } = point ?? derivePoint(secret);
  // RFC 7638 thumbprint: a key's id says nothing about the secret and is the same on every start.
  const kid = toBase64Url(sha256(utf8ToBytes(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`)));
  return { kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" };
}

/** The public keys that verify access tokens: the current secret's first, then those being rotated out. */
export function jwksOf(stored: string[]): { keys: PublicJwk[] } {
  return { keys: stored.map(publicJwkOf) };
}

/** The signing key, in JWK form. It never leaves the deployment. */
export function privateJwkOf(stored: string): PublicJwk & { d: string } {
  return { ...publicJwkOf(stored), d: toBase64Url(scalarOf(readSecret(stored).secret)) };
}

/** What to store for a secret: with its public point, which is then derived never again. */
export function withPublicPoint(stored: string): string {
  const { secret, point } = readSecret(stored);
  return point === null ? joinPublicPoint(secret, derivePoint(secret)) : stored;
}
