/** What people type, made safe to store. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAppError } from "./errors";
import {
  PREVIEW_CHARS,
  cleanOptionalText,
  cleanText,
  excerptOf,
  isBlank,
  normalizeEmail,
  previewOf,
  truncateText,
} from "./text";
import { anyText } from "../../tests/arbitraries";

const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const refused = (act: () => unknown) => {
  try {
    act();
    return null;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.data;
  }
};
const codeOf = (act: () => unknown) => refused(act)?.code ?? "ok";
const refusalOf = (act: () => unknown) => refused(act)?.message;

describe("cleaning", () => {
  test("leaves well-formed, normalized text without controls, and the same when done again", () => {
    fc.assert(
      fc.property(anyText(), (raw) => {
        const text = cleanOptionalText("It", raw, 1000);
        expect(text).not.toMatch(UNSAFE);
        expect(text).not.toMatch(LONE_SURROGATE);
        expect(text).toBe(text.normalize("NFC").trim());
        expect(cleanOptionalText("It", text, 1000)).toBe(text);
      }),
    );
  });

  test("keeps what people write: lines, tabs, emoji, right-to-left letters, HTML as characters", () => {
    for (const text of ["a\nb\tc", "👩‍🔧 café", "שלום مرحبا", "<b>5 < 6 && 7 > 2</b>"]) {
      expect(cleanText("It", text, 100)).toBe(text);
    }
    expect(cleanText("It", "a\r\nb\rc", 100)).toBe("a\nb\nc");
  });

  test("refuses what is too long, before and after cleaning, and what is empty after it", () => {
    expect(codeOf(() => cleanText("It", "x".repeat(11), 10))).toBe("too_large");
    expect(codeOf(() => cleanText("It", "\u0000".repeat(41), 10))).toBe("too_large");
    expect(codeOf(() => cleanText("It", "x".repeat(10), 10))).toBe("ok");
    expect(codeOf(() => cleanText("It", " \u0000\u200e ".replace("\u200e", ""), 10))).toBe(
      "invalid_input",
    );
    expect(codeOf(() => cleanOptionalText("It", "  ", 10))).toBe("ok");
  });
});

test("a preview is one line of bounded length, and whole characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 250 }), (text) => {
      const line = previewOf(text);
      expect([...line].length).toBeLessThanOrEqual(PREVIEW_CHARS);
      expect(line).not.toMatch(/[\n\r\t]/);
      expect(LONE_SURROGATE.test(line)).toBe(LONE_SURROGATE.test(text));
    }),
  );
});

test("a text cut short is never cut in the middle of a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(50), (text, max) => {
      const head = truncateText(text, max);
      expect(text.startsWith(head)).toBe(true);
      expect(head.length).toBeLessThanOrEqual(max);
      expect(head.length).toBeGreaterThanOrEqual(Math.min(text.length, max) - 1);
      expect(head).not.toMatch(LONE_SURROGATE);
    }),
  );
});

describe("an e-mail address", () => {
  test.each([
    [" Ann@Example.COM ", "ann@example.com"],
    ["ann+tag@mail.example.co.uk", "ann+tag@mail.example.co.uk"],
    ["o'neil@example.com", "o'neil@example.com"],
  ])("%j is %j", (raw, email) => {
    expect(normalizeEmail(raw)).toBe(email);
  });

  test.each([
    "",
    "ann",
    "ann@",
    "@example.com",
    "ann@example",
    "ann@@example.com",
    "ann@exa mple.com",
    "ann@example..com",
    "ann@-example.com",
    "Ann <ann@example.com>",
    "ann@example.com\nBcc: all@example.com",
    `${"a".repeat(65)}@example.com`,
    `ann@${"a".repeat(250)}.com`,
  ])("%j is none", (raw) => {
    expect(codeOf(() => normalizeEmail(raw))).toBe("invalid_input");
  });

  test.each([
    ["ann@münchen.example", "ann@xn--mnchen-3ya.example"],
    ["ann@例え.jp", "ann@xn--r8jz45g.jp"],
    ["Ann@MÜNCHEN.example", "ann@xn--mnchen-3ya.example"],
    ["ann@пример.рф", "ann@xn--e1afmkfd.xn--p1ai"],
  ])("a host in other letters is written by punycode: %s", (raw, email) => {
    expect(normalizeEmail(raw)).toBe(email);
    expect(normalizeEmail(email)).toBe(email);
  });

  test.each([
    ["ann.example.com", /no "@"/],
    ["ann@@example.com", /more than one "@"/],
    ["ann@exa mple.com", /a space/],
    ["@example.com", /in front/],
    ["ann@", /behind the "@" is missing/],
    ["ann@example..com", /two dots/],
    ["ann@example,com", /a comma where a dot/],
    ["ann@example", /such as "\.com"/],
    ["ann@example.com.", /ends with a dot/],
    ["<ann@example.com>", /the address alone/],
  ])("what is wrong is said: %s", (raw, words) => {
    expect(refusalOf(() => normalizeEmail(raw))).toMatch(words);
  });

  test("is the same when normalized again, and never holds white space or a line end", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (raw) => {
        if (codeOf(() => normalizeEmail(raw)) !== "ok") return;
        const email = normalizeEmail(raw);
        expect(normalizeEmail(email)).toBe(email);
        expect(email).not.toMatch(/\s/);
      }),
    );
  });
});

test.each([
  ["", true],
  [" \n\t", true],
  ["\u200b\u200c\u200d\u2060\ufeff", true],
  ["\u3164 \u115f\uffa0\u2800", true],
  ["\u{e0020}\u{e0041}", true],
  ["0", false],
  ["\u200b.", false],
  ["\u{1f44d}\ufe0f", false],
  ["\ufffd", false],
])("%j is blank: %s", (text, blank) => {
  expect(isBlank(text)).toBe(blank);
});

test("joiners stay in what can be seen: families, scripts that need them", () => {
  for (const text of [
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
  ]) {
    expect(cleanText("The message", text, 100)).toBe(text);
  }
});

test("a preview and an excerpt hold no secret, whole or cut", () => {
  const said = `${"word ".repeat(26)}4111 1111 1111 1111 and more`;
  for (const copy of [previewOf(said), excerptOf(said, 140)]) {
    expect(copy).not.toMatch(/4111/);
    expect(copy.length).toBeLessThanOrEqual(140);
  }
});
