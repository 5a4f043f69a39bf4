/**
 * The ES256 key pair, derived from `JWT_SECRET` alone, so that one variable is the whole configuration.
 * HKDF-SHA-256 (RFC 5869) expands the secret to 48 bytes, which are reduced to a P-256 scalar as FIPS
 * 186-5 A.2.1 describes. Pure and synchronous: `auth.config.ts` may use neither `Date`, randomness nor
 * async calls, and queries and mutations have no system randomness either.
 */
import { p256 } from "@noble/curves/nist.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

type PublicJwk = {
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
  kid: string;
  alg: "ES256";
  use: "sig";
};

export const APPLICATION_ID = "computer-guys";

const SALT = utf8ToBytes("computer-guys/v1");

/** A handful of secrets and purposes, asked for again and again: deriving is most of a hash's cost. */
const derived = new Map<string, Uint8Array>();
const MAX_DERIVED = 100;

function derive(secret: string, info: string, length: number): Uint8Array {
  const name = `${info} ${length} ${secret}`;
  const known = derived.get(name);
  if (known !== undefined) return known;
  const key = hkdf(sha256, utf8ToBytes(secret), SALT, utf8ToBytes(info), length);
  if (derived.size >= MAX_DERIVED) derived.clear();
  derived.set(name, key);
  return key;
}

function keyPair(secret: string): { d: string; jwk: PublicJwk } {
  const secretKey = p256.utils.randomSecretKey(derive(secret, "jwt-es256", 48));
  const point = p256.getPublicKey(secretKey, false); // 0x04 || x || y
  const x = toBase64Url(point.slice(1, 33));
  const y = toBase64Url(point.slice(33, 65));
  // RFC 7638 thumbprint: a key's id says nothing about the secret and is the same on every start.
  const kid = toBase64Url(sha256(utf8ToBytes(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`)));
  return {
    d: toBase64Url(secretKey),
    jwk: { kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" },
  };
}

/** The public keys that verify access tokens: the current secret's first, then those being rotated out. */
export function jwksOf(secrets: string[]): { keys: PublicJwk[] } {
  return { keys: secrets.map((secret) => keyPair(secret).jwk) };
}

/** The signing key, in JWK form. It never leaves the deployment. */
export function privateJwkOf(secret: string): PublicJwk & { d: string } {
  const { d, jwk } = keyPair(secret);
  return { ...jwk, d };
}

/**
 * HMAC-SHA-256 under a key of its own per purpose, as hex: what is stored in place of a code, a token or
 * an IP address. Without the secret a leaked table can't be searched for a 6-digit code.
 */
export function keyedHash(secret: string, purpose: string, value: string): string {
  return bytesToHex(hmac(sha256, derive(secret, purpose, 32), utf8ToBytes(value)));
}

/** Compares two equally long strings in time that doesn't depend on where they differ. */
export function constantTimeEqual(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** A secret of fewer characters could be guessed. */
export const MIN_SECRET_CHARS = 32;

/** What is wrong with a `JWT_SECRET` and which command mends it, without its value; null if it is long enough. */
export function describeShortSecret(value: string): string | null {
  if (value.length >= MIN_SECRET_CHARS) return null;
  return `JWT_SECRET has ${value.length} characters; it needs ${MIN_SECRET_CHARS} or more. Make one: ${MAKE_SECRET}`;
}

export const MAKE_SECRET = "openssl rand -base64 48 | npx convex env set JWT_SECRET";

/** During a rotation both parts sign off tokens; a value with a part too short is one secret. */
export function splitSecrets(value: string): [string, ...string[]] {
  const [first, ...rest] = value.trim().split(/\s+/);
  const whole: [string] = [value];
  if (first === undefined || rest.length !== 1) return whole;
  return [first, ...rest].every((part) => part.length >= MIN_SECRET_CHARS)
    ? [first, ...rest]
    : whole;
}

// `btoa` is not there while Convex evaluates auth.config.ts in every version; this is.
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** RFC 4648 §5 without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += ALPHABET[word >> 18]! + ALPHABET[(word >> 12) & 63]!;
    if (b !== undefined) out += ALPHABET[(word >> 6) & 63]!;
    if (c !== undefined) out += ALPHABET[word & 63]!;
  }
  return out;
}
