import { expect, test } from "vitest";
import { CLOCK_SKEW, wordsHeardBefore } from "./heard";

const heard = {
  text: "One two three",
  sent: [
    { at: 1_000, length: 3 },
    { at: 2_000, length: 7 },
    { at: 3_000, length: 13 },
  ],
  clock: 10_000,
};

test("what was sent before the turn moved stays, to the character", () => {
  const at = (endedAt: number) => wordsHeardBefore(heard, endedAt, 10_000);
  expect(at(900)).toBe("");
  expect(at(1_000 + CLOCK_SKEW - 1)).toBe("");
  expect(at(1_000 + CLOCK_SKEW)).toBe("One");
  expect(at(2_999)).toBe("One two");
  expect(at(9_000)).toBe("One two three");
});

test("clocks that are farther apart than they may be prove nothing", () => {
  for (const off of [CLOCK_SKEW + 1, -CLOCK_SKEW - 1]) {
    expect(wordsHeardBefore(heard, 9_000, heard.clock + off)).toBe("");
  }
  expect(wordsHeardBefore(heard, 9_000, heard.clock + CLOCK_SKEW)).toBe(heard.text);
});
