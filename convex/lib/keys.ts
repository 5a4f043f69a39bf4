/**
 * `JWT_SECRET` and what is derived from it by HKDF-SHA-256 (RFC 5869), so that one variable is the whole
 * configuration: a key of its own for every purpose. The key pair is in `signingKeys.ts`, whose curve few need.
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { remember } from "./remember";

const SALT = utf8ToBytes("computer-guys/v1");

/** A handful of secrets and purposes, asked for again and again: deriving is most of a hash's cost. */
const derived = new Map<string, Uint8Array>();

export function derive(secret: string, info: string, length: number): Uint8Array {
  return remember(derived, `${info} ${length} ${secret}`, () =>
    hkdf(sha256, utf8ToBytes(secret), SALT, utf8ToBytes(info), length),
  );
}

/** Ready to be given a value: taking in the key is half of what is left. */
const keyed = new Map<string, ReturnType<typeof hmac.create>>();

/**
 * HMAC-SHA-256 under a key of its own per purpose, as hex: what is stored in place of a code, a token or
 * an IP address. Without the secret a leaked table can't be searched for a 6-digit code.
 */
export function keyedHash(secret: string, purpose: string, value: string): string {
  const ready = remember(keyed, `${purpose} ${secret}`, () =>
    hmac.create(sha256, derive(secret, purpose, 32)),
  );
  return bytesToHex(ready.clone().update(utf8ToBytes(value)).digest());
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
  const chars = Math.min(...splitSecrets(value).map((stored) => readSecret(stored).secret.length));
  if (chars >= MIN_SECRET_CHARS) return null;
  return `JWT_SECRET has ${chars} characters; it needs ${MIN_SECRET_CHARS} or more. Make one: ${MAKE_SECRET}`;
}

/** As above, and null only if each public point is that of its secret: tokens would be refused everywhere. */
export function describeBadSecret(value: string): string | null {
  const short = describeShortSecret(value);
  if (short !== null || splitSecrets(value).every(isWhole)) return short;
  return "JWT_SECRET holds a public key that is not its secret's: a part of it was changed or cut. Set it without what begins with :es256:, then run `npx pnpm run setup`, which adds the right one";
}

function isWhole(stored: string): boolean {
  const { secret, point } = readSecret(stored);
  if (point === null) return !stored.includes(POINT_MARK);
  return joinPublicPoint(secret, point) === stored;
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

/** Coordinates on P-256, base64url: 32 bytes each. */
export type PublicPoint = { x: string; y: string };

const POINT_MARK = ":es256:";
/** `secret:es256:x:y:tag`. The tag shows that the point is the secret's, without multiplying it out. */
const WITH_POINT = /^(.+):es256:([\w-]{43}):([\w-]{43}):[\w-]{43}$/s;

/** A secret as it is stored, with or without its public point. */
export function readSecret(stored: string): { secret: string; point: PublicPoint | null } {
  const [, secret, x, y] = WITH_POINT.exec(stored) ?? [];
  if (secret === undefined || x === undefined || y === undefined) {
    return { secret: stored, point: null };
  }
  return { secret, point: { x, y } };
}

export function joinPublicPoint(secret: string, { x, y }: PublicPoint): string {
  const tag = hmac(sha256, derive(secret, "jwt-public-point", 32), utf8ToBytes(`${x}.${y}`));
  return `${secret}${POINT_MARK}${x}:${y}:${toBase64Url(tag)}`;
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
