import { expect, test } from "vitest";
import { findPlace } from "./place";

const BODY = [
  "# Prices",
  "",
  "## Screens",
  "",
  "| 13 inch | $1,179.50 |",
  "| 15 inch, matt or glossy | $199, $219 |",
  "",
  "## Batteries",
  "",
  "13 inch: a day",
].join("\n");
const lineOf = (words: string, heading = "") => {
  const place = findPlace(BODY, { words, heading });
  return place && BODY.slice(...place);
};

test("a document opens at the line with most of the words, under its heading where one is named", () => {
  expect(lineOf("glossy screen 15")).toBe("| 15 inch, matt or glossy | $199, $219 |");
  expect(lineOf("inch", "Prices › Batteries")).toBe("13 inch: a day");
  expect(lineOf("", "Screens")).toBe("## Screens");
  expect(lineOf("nothing of it", "Screens")).toBe("## Screens");
});

test("a price that stands alone in its line, or that was looked for, is what is to be typed over", () => {
  expect(lineOf("screen 13 inch")).toBe("$1,179.50");
  expect(lineOf("glossy 219")).toBe("$219");
});

test("without a word that it has it opens at its top", () => {
  expect(lineOf("")).toBe(null);
  expect(lineOf("warranty")).toBe(null);
  expect(lineOf("", "No such heading")).toBe(null);
});
