/** Keys derived from one secret: the same every time, good for jose, and nothing of the secret outside. */
import fc from "fast-check";
import {
  base64url as reference,
  calculateJwkThumbprint,
  importJWK,
  jwtVerify,
  SignJWT,
} from "jose";
import { expect, test } from "vitest";
import {
  toBase64Url,
  constantTimeEqual,
  describeBadSecret,
  joinPublicPoint,
  keyedHash,
  splitSecrets,
} from "./keys";
import { jwksOf, privateJwkOf, withPublicPoint } from "./signingKeys";

const secret = fc.string({ unit: "grapheme", minLength: 32, maxLength: 80 });

test("base64url is RFC 4648 §5 without padding", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64Url(bytes)).toBe(reference.encode(bytes));
    }),
  );
});

test("what a derived key signs, its published half verifies, for any secret", async () => {
  await fc.assert(
    fc.asyncProperty(secret, async (secret) => {
      const jwk = privateJwkOf(secret);
      const token = await new SignJWT({ ok: true })
        .setProtectedHeader({ alg: "ES256" })
        .sign(await importJWK(jwk, "ES256"));
      const [published] = jwksOf([secret]).keys;
      const { payload } = await jwtVerify(token, await importJWK({ ...published! }, "ES256"));
      expect(payload).toEqual({ ok: true });
    }),
    { numRuns: 15 },
  );
});

test("a secret gives the same key every time, and another secret another one", () => {
  fc.assert(
    fc.property(secret, secret, (a, b) => {
      expect(privateJwkOf(a)).toEqual(privateJwkOf(a));
      expect(privateJwkOf(a).d === privateJwkOf(b).d).toBe(a === b);
    }),
    { numRuns: 15 },
  );
});

/** Changing the derivation signs everybody out and voids every code: it must not happen by accident. */
test("the derivation is the one that deployed secrets were used with", async () => {
  const { x, kid } = privateJwkOf("test-secret-0123456789-0123456789-abcdef");
  expect({ x, kid }).toMatchInlineSnapshot(`
    {
      "kid": "dhvoFX-5e0qQy56lpTfrxrwo2T5Y5DYdsG0ZDT9Rw8Y",
      "x": "Ul28x79HztO8qUhVEsoJTVi92B7WQfquLn87uYG1xow",
    }
  `);
  const [key] = jwksOf(["test-secret-0123456789-0123456789-abcdef"]).keys;
  expect(await calculateJwkThumbprint({ ...key! })).toBe(kid);
});

test("the key is derived as RFC 5869 and FIPS 186-5 A.2.1 say", async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const input = "test-secret-0123456789-0123456789-abcdef";
  const material = await crypto.subtle.importKey("raw", encode(input), "HKDF", false, [
    "deriveBits",
  ]);
  const bits = await crypto.subtle.deriveBits(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: encode("computer-guys/v1"),
      info: encode("jwt-es256"),
    },
    material,
    48 * 8,
  );
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const wide = [...new Uint8Array(bits)].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const scalar = (wide % (order - 1n)) + 1n;
  const expected = Uint8Array.from(scalar.toString(16).padStart(64, "0").match(/../g)!, (hex) =>
    parseInt(hex, 16),
  );
  expect(privateJwkOf(input).d).toBe(reference.encode(expected));
});

test("published keys hold no private part, whatever the secrets", () => {
  const secrets = ["a".repeat(32), "b".repeat(32)];
  const set = jwksOf(secrets);
  expect(set.keys).toHaveLength(2);
  for (const [i, one] of secrets.entries()) {
    expect(JSON.stringify(set)).not.toContain(privateJwkOf(one).d);
    expect(set.keys[i]!.kid).toBe(privateJwkOf(one).kid);
  }
});

test("with its public point beside it a secret has the same keys", () => {
  const bare = "test-secret-0123456789-0123456789-abcdef";
  const stored = withPublicPoint(bare);
  expect(privateJwkOf(stored)).toEqual(privateJwkOf(bare));
  expect(jwksOf([stored])).toEqual(jwksOf([bare]));
  expect(withPublicPoint(stored)).toBe(stored);
  expect(describeBadSecret(stored)).toBeNull();
});

test("a stored point is read, not derived: deriving is most of what a sign-in costs", () => {
  const [bare, other] = ["a".repeat(40), privateJwkOf("b".repeat(40))];
  const stored = joinPublicPoint(bare, other);
  expect(privateJwkOf(stored)).toEqual({ ...other, d: privateJwkOf(bare).d });
});

test("a point that is not its secret's, or was cut, is refused before anybody is signed out", () => {
  const stored = withPublicPoint("a".repeat(40));
  const foreign = withPublicPoint("b".repeat(40)).replace(/^b+/, "a".repeat(40));
  for (const wrong of [foreign, stored.slice(0, -1), stored.replace("a:es", ":es"), `${stored}x`]) {
    expect(describeBadSecret(wrong)).toContain("npx pnpm run setup");
    expect(describeBadSecret(`${stored} ${wrong}`)).toContain("npx pnpm run setup");
  }
  expect(describeBadSecret(`${stored} ${withPublicPoint("b".repeat(40))}`)).toBeNull();
  expect(describeBadSecret(withPublicPoint("short"))).toContain("has 5 characters");
});

test("hashes differ by secret, by purpose and by value, and tell nothing of them", () => {
  const hashes = [
    keyedHash("secret-a", "code", "123456"),
    keyedHash("secret-b", "code", "123456"),
    keyedHash("secret-a", "refresh", "123456"),
    keyedHash("secret-a", "code", "123457"),
  ];
  expect(new Set(hashes).size).toBe(4);
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test("comparing is comparing", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(constantTimeEqual(a, b)).toBe(a === b);
      expect(constantTimeEqual(a, a)).toBe(true);
    }),
  );
});

test.each([
  ["one secret", "a".repeat(40), ["a".repeat(40)]],
  ["two", `${"a".repeat(32)} ${"b".repeat(32)}`, ["a".repeat(32), "b".repeat(32)]],
  ["two on lines", `${"a".repeat(32)}\n${"b".repeat(32)}\n`, ["a".repeat(32), "b".repeat(32)]],
  ["one with a space in it", `${"a".repeat(32)} short`, [`${"a".repeat(32)} short`]],
  ["one of four words", "correct horse battery staple and so on", undefined],
])("%s", (_, value, expected) => {
  expect(splitSecrets(value)).toEqual(expected ?? [value]);
});
