import { expect, test } from "vitest";
import { limitDepth } from "./markdown";
import { toPlainText } from "./plainText";

test("eight levels of quotes and lists stay, and the words after them", () => {
  const kept = [
    "plain",
    "> quote",
    "- a\n  - b\n    - c",
    "> - 1. > - > - > eight",
    "2. two\n3. three",
  ];
  for (const text of kept) expect(limitDepth(text)).toBe(text);
  expect(limitDepth("> ".repeat(9) + "x")).toBe(`${"> ".repeat(7)}> x`);
  expect(limitDepth(`a\n${"- ".repeat(50)}x\nb`)).toBe(`a\n${"- ".repeat(7)}- x\nb`);
  // Not levels: a rule, a sum, a year.
  for (const text of ["----------", "1.5.2.3.4.5.6.7.8.9.10 is out", "2026) ok"]) {
    expect(limitDepth(text)).toBe(text);
  }
});

test("however deep a text is nested, it has a beginning in plain words", () => {
  for (const mark of ["> ", ">", "- ", "1. ", "> - ", "* 1) > "]) {
    expect(toPlainText(`${mark.repeat(2_000)}x`)).toMatch(/^x?$/);
  }
  expect(toPlainText(`${"> ".repeat(300)}x`)).toBe("x");
});

test("a preview is without citation marks, and has what stands in code", () => {
  expect(toPlainText("Run `$a [1]`【1†source】, see **it** [Passage 2].")).toBe(
    "Run $a [1], see it.",
  );
});

test.each([
  ["It takes ~1 hour (~$50).", "It takes ~1 hour (~$50)."],
  ["~2 days, ~$80 in parts", "~2 days, ~$80 in parts"],
  ["About **~1 hour**, or ~2", "About ~1 hour, or ~2"],
  ["- ~1 hour\n- ~$50", "~1 hour ~$50"],
  ["~~$149~~ $129", "$129"],
  ["Now ~~$149~~ **$129**, ~1 hour", "Now $129, ~1 hour"],
  ["| Part | Price |\n|-|-|\n| Screen | ~~$149~~ ~$129 |", "Part Price Screen ~$129"],
  ["Delete ~/cache and ~/tmp", "Delete ~/cache and ~/tmp"],
])(
  "the preview of %j keeps what one tilde says, and drops what two strike out",
  (said, preview) => {
    expect(toPlainText(said)).toBe(preview);
  },
);
