/** Which values are plausible, that messages never repeat one, and that a value survives its `.env` line. */
import { parseEnv } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  VARIABLES,
  completeSecret,
  derivesPoint,
  dotenvLine,
  newSecret,
  problemOf,
  secretProblem,
  secretState,
} from "./variables";

const nothing = new Set<string>();
const problem = (name: string, value: string, given: ReadonlySet<string> = nothing) => {
  const variable = VARIABLES.find((one) => one.name === name);
  if (variable === undefined) throw new Error(`There is no ${name}`);
  return problemOf(variable, value, given);
};
const hex = "0123456789abcdef".repeat(4);

test.each([
  ["OPENROUTER_API_KEY", `sk-or-v1-${hex}`],
  ["OPENAI_API_KEY", `sk-proj-${hex}`],
  ["RESEND_API_KEY", `re_${hex.slice(0, 33)}`],
  ["EMAIL_FROM", "Joe's PCs <support@joes.shop>"],
  ["EMAIL_FROM", "support@joes.shop"],
  ["SHOP_NAME", "Joe's #1 PC shop"],
  ["ALLOWED_ORIGINS", "https://support.joes.shop, http://127.0.0.1:5173"],
  ["TWILIO_ACCOUNT_SID", `AC${hex.slice(0, 32)}`],
  ["TWILIO_AUTH_TOKEN", hex.slice(0, 32)],
  ["TWILIO_FROM", "+16145550142"],
  ["TWILIO_MESSAGING_SERVICE_SID", `MG${hex.slice(0, 32)}`],
  ["OPENAI_BASE_URL", "https://proxy.joes.shop/v1"],
])("%s takes %s", (name, value) => {
  expect(problem(name, value)).toBeNull();
});

test.each([
  ["OPENROUTER_API_KEY", `sk-${hex}`, /begin with sk-or-/],
  ["OPENROUTER_API_KEY", "sk-or-v1-0123", /too short/],
  ["OPENROUTER_API_KEY", "sk-or-…", /ellipsis/],
  ["OPENROUTER_API_KEY", `sk-or-v1-${hex} sk-or-v1-${hex}`, /white space/],
  ["OPENROUTER_API_KEY", `"sk-or-v1-${hex}"`, /quotation/],
  ["OPENAI_API_KEY", `sk-or-v1-${hex}`, /OpenRouter/],
  ["OPENAI_API_KEY", `sk-${hex}\n`, /control characters or line breaks/],
  ["RESEND_API_KEY", hex, /begin with re_/],
  ["EMAIL_FROM", "Joe <joe>", /no sender/],
  ["EMAIL_FROM", "Joe joe@joes.shop", /no sender/],
  ["SHOP_NAME", "x".repeat(101), /too long/],
  ["ALLOWED_ORIGINS", "https://support.joes.shop/", /no origin/],
  ["ALLOWED_ORIGINS", "https://a.example, *", /no origin/],
  ["SHOP_NAME", "x".repeat(9000), /8 KiB/],
  ["TWILIO_ACCOUNT_SID", `SK${hex.slice(0, 32)}`, /AC and 32/],
  ["TWILIO_AUTH_TOKEN", hex, /32 hexadecimal/],
  ["TWILIO_FROM", "(614) 555-0142", /number like/],
  ["RESEND_BASE_URL", "ftp://joes.shop", /URL/],
])("%s refuses a value that can't be right", (name, value, reason) => {
  const found = problem(name, value);
  expect(found).toMatch(reason);
  expect(found).not.toContain(hex.slice(0, 12));
});

test("another service's key may look different", () => {
  expect(problem("OPENAI_API_KEY", "stand-in", new Set(["OPENAI_BASE_URL"]))).toBeNull();
  expect(problem("OPENAI_API_KEY", "stand-in", new Set(["RESEND_BASE_URL"]))).not.toBeNull();
});

test("a JWT_SECRET is missing, weak, one, or two in a rotation", () => {
  expect(secretState(null)).toBe("missing");
  expect(secretState("")).toBe("weak");
  expect(secretState("x".repeat(31))).toBe("weak");
  expect(secretState("x".repeat(32))).toBe("one");
  expect(secretState(`${newSecret()} ${newSecret()}`)).toBe("rotating");
});

test("the public key is added to a secret, to both of a rotation, and once", () => {
  const [a, b] = ["a".repeat(40), "b".repeat(40)];
  expect(derivesPoint(a)).toBe(true);
  const both = completeSecret(`${a} ${b}`);
  expect(both).toMatch(/^a{40}:es256:\S+ b{40}:es256:\S+$/);
  expect(derivesPoint(both)).toBe(false);
  expect(completeSecret(both)).toBe(both);
  expect(secretProblem(completeSecret(a))).toBeNull();
  expect(secretProblem(completeSecret(a).replace("a", "c"))).toContain("public key");
  expect(secretState(completeSecret("x".repeat(31)))).toBe("weak");
});

test("generated secrets are new each time, and long", () => {
  const secrets = Array.from({ length: 50 }, newSecret);
  expect(new Set(secrets).size).toBe(50);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{64}:es256:/);
});

test("what a .env line holds is read back exactly, or no line is written", () => {
  const values = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  const quoted = fc.array(fc.constantFrom("'", '"', "`", "#", "\\", "\\n", " ", "=", "$", "a"), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        values,
        quoted.map((parts) => parts.join("")),
      ),
      (value) => {
        const line = dotenvLine("NAME", value);
        if (line === null) return;
        expect(parseEnv(`A=1\n${line}\nB=2\n`)).toEqual({ A: "1", NAME: value, B: "2" });
      },
    ),
    { numRuns: 2000 },
  );
});
