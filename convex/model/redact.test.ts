/** What is removed before text leaves, and what isn't. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { redact } from "./redact";
import { anyText } from "../test.arbitraries";

/** Card networks' published test numbers. */
const CARDS = ["4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"];

test.each(CARDS)("card number %s is removed, in groups and in a sentence", (card) => {
  for (const written of [
    card,
    card.replace(/(.{4})/g, "$1 "),
    card.replace(/(.{4})(?=.)/g, "$1-"),
  ]) {
    const safe = redact(`My card is ${written.trim()}, exp 12/29.`);
    expect(safe.replace(/\D/g, "")).toBe("1229");
    expect(safe).toContain("[card number removed]");
  }
});

test("any number with a right check digit is removed, any with a wrong one kept", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{12,17}$/), (head) => {
      const digits = [...head].reverse().map(Number);
      const sum = digits.reduce((all, digit, i) => {
        const doubled = i % 2 === 0 ? digit * 2 : digit;
        return all + (doubled > 9 ? doubled - 9 : doubled);
      }, 0);
      const check = (10 - (sum % 10)) % 10;
      expect(redact(`card ${head}${check} ok`)).toBe("card [card number removed] ok");
      const wrong = `card ${head}${(check + 1) % 10} ok`;
      expect(redact(wrong)).toBe(wrong);
    }),
  );
});

test.each([
  ["my password is hunter2!", "hunter2"],
  ["Password: S3cret#1", "S3cret#1"],
  ["pin = 4821", "4821"],
  ["the passcode was 998877", "998877"],
  ["key sk-abcdefghijklmnop1234", "sk-abcdefghijklmnop1234"],
  ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
  ["ghp_abcdefghijklmnopqrstuvwxyz0123", "ghp_abcdef"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "eyJhbGci"],
])("%j loses its secret", (text, secret) => {
  expect(redact(text)).not.toContain(secret);
  expect(redact(text)).toMatch(/removed\]/);
});

test.each([
  "My password is wrong and I can't sign in.",
  "Serial 1234567890123, phone +1 614 555 0142.",
  "A screen costs $179.00 and takes 1-2 days.",
  "I forgot my PIN.",
  "Order 2026-11-26, case 12345678.",
])("%j is kept as it is", (text) => {
  expect(redact(text)).toBe(text);
});

test("removing twice is removing once, and any text is survived", () => {
  const pieces = fc.oneof(anyText(), fc.constantFrom(...CARDS, "password: x"));
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const once = redact(parts.join(" "));
      expect(redact(once)).toBe(once);
    }),
  );
});

test("the longest message of digits is read in time", () => {
  const started = performance.now();
  redact("4".repeat(8_000));
  redact("4 ".repeat(4_000));
  expect(performance.now() - started).toBeLessThan(500);
});
