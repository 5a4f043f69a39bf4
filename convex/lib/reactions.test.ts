/** Reactions of phones: the table, and what may never change one. */
/// <reference types="vite/client" />
import { expect, test } from "vitest";
import { listWrong, readCases, VARIANTS } from "../../tests/cases";
import { readReaction } from "./reactions";
import raw from "./reactions.cases.txt?raw";

const cases = readCases(raw);
const judge = (text: string) => readReaction(text)?.kind ?? "none";

test("every row of the table is as it says", () => {
  expect(cases.length).toBeGreaterThanOrEqual(180);
  expect(listWrong(cases, judge)).toEqual([]);
});

// A phone writes no greeting in front: with one it is somebody who writes.
test.each(VARIANTS.filter(([variant]) => !variant.includes("in front")))(
  "%s changes no decision",
  (_variant, vary) => {
    const changed = cases.filter(({ text }) => judge(vary(text)) !== judge(text));
    expect(changed.map(({ text }) => vary(text))).toEqual([]);
  },
);

test("what is quoted is what was said, without the marks around it", () => {
  expect(readReaction("Liked “It's “ready” now”")?.quoted).toBe("It's “ready” now");
  expect(readReaction("👍 to “ We open at 9. ”")?.quoted).toBe("We open at 9.");
  expect(readReaction("Hat „Bis dann“ mit „Gefällt mir“ markiert")?.quoted).toBe("Bis dann");
});
