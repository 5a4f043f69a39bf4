import { expect, test } from "vitest";
import { leastMs } from "../../../tests/timing";
import { keptPercentOf } from "./kept";

const DRAFT = "The screen is $179. It takes two days.";

test.each([
  ["as it was", DRAFT, 100],
  ["with more around it", `Hi Ann! ${DRAFT} See you, Dana`, 100],
  ["in other letters and marks", "the SCREEN is 179 – it takes two days", 100],
  ["half of it", "The screen is $179.", 50],
  ["one word for another", "The screen is $179. It takes three days.", 88],
  ["in another order", "It takes two days. The screen is $179.", 50],
  ["nothing of it", "Bring your laptop, please!", 0],
  ["nothing", "", 0],
])("%s", (_, sent, kept) => {
  expect(keptPercentOf(DRAFT, sent)).toBe(kept);
});

test("of a draft without words nothing is kept", () => {
  expect(keptPercentOf("", "Hello")).toBe(0);
  expect(keptPercentOf("…", "…")).toBe(0);
});

test("the longest texts there are take no time", () => {
  const long = "a b ".repeat(2_000);
  expect(keptPercentOf(long, long)).toBe(100);
  expect(leastMs(() => keptPercentOf(long, long), 500)).toBeLessThan(500);
});
