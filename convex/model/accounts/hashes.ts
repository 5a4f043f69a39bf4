/**
 * Keyed hashes of codes and tokens, under the current secret and, while one is being rotated out, under the
 * one before: what was stored before a rotation is still recognized after it.
 */
import { jwtSecrets } from "../../env";
import { constantTimeEqual, keyedHash } from "../../lib/keys";

/** What is stored. Always under the current secret. */
export const storedHashOf = (purpose: string, value: string): string =>
  keyedHash(jwtSecrets()[0], purpose, value);

/** What may have been stored: the current secret's first. */
export function candidateHashesOf(purpose: string, value: string): [string, ...string[]] {
  const [current, ...earlier] = jwtSecrets();
  return [
    keyedHash(current, purpose, value),
    ...earlier.map((secret) => keyedHash(secret, purpose, value)),
  ];
}

/** Looks at every candidate in full: how long it takes says nothing about which one it was. */
export function matchesHash(candidates: string[], stored: string | undefined): boolean {
  if (stored === undefined) return false;
  return candidates.map((one) => constantTimeEqual(one, stored)).includes(true);
}
