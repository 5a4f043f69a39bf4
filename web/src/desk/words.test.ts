/** What the desk says while somebody types a text: as the backend counts it. */
import { expect, test } from "vitest";
import { measureText, withoutMarks } from "./words";

test.each([
  ["It's ready.", "1 of 10 text messages"],
  // Typography is made plain before it is sent, so it costs nothing.
  ["It\u2019s \u201cready\u201d \u2014 come by\u2026", "1 of 10 text messages"],
  ["x".repeat(160), "1 of 10 text messages"],
  ["x".repeat(161), "2 of 10 text messages"],
  ["x".repeat(1_530), "10 of 10 text messages"],
  ["Ready \u{1f44d}", "1 of 10 text messages · emoji and some letters make them shorter"],
  [
    `${"x".repeat(69)}\u{1f44d}`,
    "2 of 10 text messages · emoji and some letters make them shorter",
  ],
])("%j: %s", (text, hint) => {
  expect(measureText(text)).toEqual({ hint, problem: null });
});

test.each([["x".repeat(1_531)], ["\u{1f44d}".repeat(336)]])(
  "more than fit are refused: %#",
  (text) => {
    expect(measureText(text)).toMatchObject({
      hint: null,
      problem: expect.stringMatching(/^That is 11 text messages; at most 10/) as string,
    });
  },
);

test("an answer that is found stands in its line without Markdown and marks of sources", () => {
  expect(withoutMarks("- **iPad:** $129, 2–3 days [1] Anything else? [12]")).toBe(
    "- iPad: $129, 2–3 days Anything else?",
  );
});
