/** Texts that fit: the alphabet, the segments, and what is cut from an answer that is too long. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodingOf, toPlainTypography, sizeOf, wholeText } from "../outbox/segments";
import { ABOUT_LINEAR, growthOf } from "../../../tests/growth";
import { answerText, markdownToSmsText } from "./fitText";
import { TEXT_CASES } from "./fitText.cases";

describe("segments", () => {
  test.each([
    ["", 0],
    ["x", 1],
    ["x".repeat(160), 1],
    ["x".repeat(161), 2],
    ["x".repeat(306), 2],
    ["x".repeat(307), 3],
    ["€".repeat(80), 1],
    ["€".repeat(81), 2],
    // An escape is not parted from its character: 76 pairs and a unit left over in each segment.
    ["€".repeat(152), 2],
    ["€".repeat(153), 3],
    ["á".repeat(70), 1],
    ["á".repeat(71), 2],
    ["á".repeat(134), 2],
    ["á".repeat(135), 3],
    // 33 emoji of two units and a unit left over.
    ["😀".repeat(66), 2],
    ["😀".repeat(67), 3],
  ])("%j is %i", (text, segments) => {
    expect(sizeOf(text).segments).toBe(segments);
  });

  test("one character outside of the alphabet makes all of them 16 bits", () => {
    expect(encodingOf("Naïve? No.")).toBe("ucs2");
    expect(encodingOf("Über 50 € für [Ärger]?")).toBe("gsm7");
  });
});

test("typographic characters become what the alphabet has", () => {
  const text = toPlainTypography("“It’s 5–7 days…”\u00a0• 3½″ × 2 → done™");
  expect(text).toBe('"It\'s 5-7 days..." - 3 1/2" x 2 -> done(TM)');
  expect(encodingOf(text)).toBe("gsm7");
});

test.each(TEXT_CASES)("%j is texted as %j", (markdown, text) => {
  expect(answerText(markdown)).toBe(text);
});

test.each([
  "<",
  "<b>",
  "<a ",
  "&",
  "&#",
  "~",
  "~~",
  "*a*",
  "\\\\",
  "<!--",
  "<script>",
  "[",
  "%a",
  "C:\\\\",
])("a long answer of %j takes as long as it is long", (shape) => {
  expect(growthOf(markdownToSmsText, shape)).toBeLessThanOrEqual(ABOUT_LINEAR);
});

describe("Markdown", () => {
  test("loses its marks and keeps lists, lines and addresses", () => {
    const markdown = [
      "## Screens",
      "A **laptop** screen is `$179` [1], see [the list](https://shop.example/prices) [2, 3].",
      "",
      "- one",
      "- two <b>bold</b>",
      "",
      "1. first",
      "2. second",
      "",
      "| a | b |",
      "|---|---|",
      "| 1 | 2 |",
    ].join("\n");
    expect(markdownToSmsText(markdown)).toBe(
      [
        "Screens",
        "A laptop screen is $179, see the list: https://shop.example/prices.",
        "- one",
        "- two bold",
        "1. first",
        "2. second",
        "a, b",
        "1, 2",
      ].join("\n"),
    );
  });

  test("says the address of a link once", () => {
    expect(markdownToSmsText("<https://shop.example/a> or [a@b.example](mailto:a@b.example)")).toBe(
      "https://shop.example/a or a@b.example",
    );
  });
});

describe("an answer", () => {
  test("names its sources in one line, each once", () => {
    const sources = [{ title: "Price list" }, { title: "Price list" }, { title: "Warranty" }];
    expect(answerText("It is $179 [1].", sources.slice(0, 2))).toBe(
      "It is $179.\nSource: Price list",
    );
    expect(answerText("It is $179【1†source】, by `$a [1]`.", sources.slice(0, 1))).toBe(
      "It is $179, by $a [1].\nSource: Price list",
    );
    expect(answerText("It is $179 [1][3].", sources)).toBe(
      "It is $179.\nSources: Price list, Warranty",
    );
  });

  test("ends with a whole sentence when it is too long, and still says where it comes from", () => {
    const sentence = "This sentence has exactly fifty characters in it. ";
    const text = answerText(sentence.repeat(12), [{ title: "Guide" }]);
    expect(text).toBe(`${sentence.repeat(5).trim()}\nSource: Guide`);
    expect(sizeOf(text).segments).toBe(2);
  });

  test("keeps its link when the sentence with it doesn't fit", () => {
    const long = "Words of an answer that goes on. ".repeat(12);
    const text = answerText(`${long} Book at https://shop.example/book.`);
    expect(text.endsWith("\nhttps://shop.example/book")).toBe(true);
    expect(sizeOf(text).segments).toBeLessThanOrEqual(2);
  });

  test("has no emoji: one would halve what fits", () => {
    expect(answerText("Done 👍🏽 ✅ 🇺🇸!")).toBe("Done !");
  });

  test("has at most two segments, whatever it is made of", () => {
    const piece = fc.oneof(
      fc.lorem({ maxCount: 12, mode: "sentences" }),
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom(
        "**",
        "\n\n",
        "- ",
        "https://shop.example/a?b=c ",
        "€",
        "“x” ",
        "1. ",
        "|a|b|\n",
      ),
    );
    const titles = fc.array(fc.record({ title: fc.string({ maxLength: 80 }) }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), titles, (pieces, sources) => {
        expect(sizeOf(answerText(pieces.join(""), sources)).segments).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });
});

test("a person's text is sent whole", () => {
  const text = "I’ll be there at 5. ".repeat(40).trim();
  expect(wholeText(text)).toBe(text.replaceAll("’", "'"));
});
