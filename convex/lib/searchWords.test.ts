import { describe, expect, test } from "vitest";
import { ABOUT_LINEAR, growthOf } from "../../tests/growth";
import {
  excerptAround,
  foldWord,
  hasAllTerms,
  MAX_SEARCH_TERMS,
  searchTermsOf,
  searchTextOf,
} from "./searchWords";

const finds = (asked: string, text: string) =>
  hasAllTerms(searchTextOf(text), searchTermsOf(asked));

describe("a text is found by", () => {
  test.each([
    ["cracked", "The screen is cracked."],
    ["SCREEN crack", "The screen is cracked."],
    ["uber", "Über die Tastatur"],
    ["Über", "uber the keyboard"],
    ["o'neill", "Mr O’Neill called"],
    ["ann@example.com", "Write to ann@example.com please"],
    ["0x80070005", "Error 0x80070005 again"],
  ])("%s", (asked, text) => {
    expect(finds(asked, text)).toBe(true);
  });

  const number = "Call me: +1 (555) 010-0123, after five.";
  test.each(["5550100123", "555 010 0123", "(555) 010-0123", "+15550100123", "001 555 010 0123"])(
    "its number as %s",
    (asked) => expect(finds(asked, number)).toBe(true),
  );
  test("a number of abroad with its code and with the trunk's 0", () => {
    expect(finds("0170 / 123 45 67", "+49 170 1234567")).toBe(true);
    expect(finds("+49 170 1234567", "0170-1234567")).toBe(true);
  });
});

test("it has all words that are looked for, and only the last may be a beginning", () => {
  expect(finds("screen broken", "The screen is cracked.")).toBe(false);
  expect(finds("scr cracked", "The screen is cracked.")).toBe(false);
  expect(finds("5550100124", "+1 (555) 010-0123")).toBe(false);
});

test("each word is stored once, and none is longer than Convex takes", () => {
  expect(searchTextOf("The fan, the FAN, the fan!")).toBe("the fan");
  const long = "о".repeat(80);
  expect(new TextEncoder().encode(foldWord(long)).length).toBeLessThan(32);
  expect(finds(long, `Das ${long} hier`)).toBe(true);
});

test("what is stored and what is asked is bounded", () => {
  const many = Array.from({ length: 2_000 }, (_, i) => `word${i}`).join(" ");
  expect(searchTextOf(many).length).toBeLessThanOrEqual(2_000);
  expect(searchTextOf(many)).toMatch(/ word\d+$/);
  expect(searchTermsOf(many)).toHaveLength(MAX_SEARCH_TERMS);
});

test("an excerpt has the first hit in it, and says what the hits are", () => {
  const text = `${"Something else entirely. ".repeat(20)}My laptop's hinge is BROKEN. ${"More. ".repeat(50)}`;
  const parts = excerptAround(text, searchTermsOf("hinge brok"), 120);
  expect(parts.filter(({ hit }) => hit).map(({ text }) => text)).toEqual(["hinge", "BROKEN"]);
  const whole = parts.map((part) => part.text).join("");
  expect(whole).toMatch(/^…/);
  expect(whole.length).toBeLessThanOrEqual(122);
  expect(excerptAround("Nothing here", ["else"], 100)).toEqual([
    { text: "Nothing here", hit: false },
  ]);
  expect(excerptAround("Call 555-010-0123 now", searchTermsOf("5550100123"), 100)).toEqual([
    { text: "Call ", hit: false },
    { text: "555-010-0123", hit: true },
    { text: " now", hit: false },
  ]);
});

test.each(["1", "1 ", "1-", "(1", "a1", "é", "1.)("])("time grows with the text: %j", (shape) => {
  expect(growthOf((text) => searchTextOf(text), shape)).toBeLessThanOrEqual(ABOUT_LINEAR);
  expect(growthOf((text) => excerptAround(text, ["1"], 100), shape)).toBeLessThanOrEqual(
    ABOUT_LINEAR,
  );
});
