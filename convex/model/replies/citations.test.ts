/** Marks in an answer: none points at nothing, and every source shown was used. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Id } from "../../_generated/dataModel";
import { citePassages, EXCERPT_CHARS } from "./citations";
import { findMarks } from "../../lib/citationMarks";
import type { FoundPassage } from "../knowledge/search";

const passage = (n: number, text = `Text ${n}.`): FoundPassage => ({
  passageId: `p${n}` as Id<"knowledge">,
  documentId: `d${n}` as Id<"knowledge">,
  version: n,
  title: `Title ${n}`,
  heading: `Heading ${n}`,
  text,
  score: 1,
});
const PASSAGES = [passage(1), passage(2), passage(3)];

test("used passages are cited by number, with what they said and which version said it", () => {
  const { text, citations } = citePassages(
    "It costs $179 [2]. It takes two days [2][1].",
    PASSAGES,
  );
  expect(text).toBe("It costs $179 [2]. It takes two days [2][1].");
  expect(citations.map(({ n, passageId, version }) => [n, passageId, version])).toEqual([
    [1, "p1", 1],
    [2, "p2", 2],
  ]);
  expect(citations[0]).toMatchObject({
    title: "Title 1",
    heading: "Heading 1",
    excerpt: "Text 1.",
  });
});

test.each([
  ["Sure [9].", "Sure."],
  ["Sure [0].", "Sure."],
  ["Sure [1, 9].", "Sure [1]."],
  ["Sure [1, 3].", "Sure [1][3]."],
  ["Sure [7, 8]!", "Sure!"],
  ["Sure【2†source】【9†source】[Passage 3; 1].", "Sure[2][3][1]."],
  ["Sure `a [9]`, (x)[9].", "Sure `a [9]`, (x)[9]."],
  ["Sure [ 2 ] [ 9 ].", "Sure [2]."],
  ["A [link](https://x.example) and [1](y) stay.", "A [link](https://x.example) and [1](y) stay."],
  ["An array[i] and [note] stay.", "An array[i] and [note] stay."],
])("%j becomes %j", (raw, expected) => {
  expect(citePassages(raw, PASSAGES).text).toBe(expected);
});

test("whatever a model writes, marks and citations name the same passages", () => {
  const part = fc.oneof(
    fc.constantFrom("It costs $179.", " ", "\n", "[", "]", "[[1]]", "[1](x)", "[ 1 ]", "[01]"),
    fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }).map((list) => ` [${list.join(", ")}]`),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const { text, citations } = citePassages(parts.join(""), PASSAGES);
      const shown = new Set(findMarks(text));
      for (const n of shown) expect(PASSAGES[n - 1]).toBeDefined();
      expect(citations.map(({ n }) => n)).toEqual([...shown].sort((a, b) => a - b));
    }),
  );
});

test("an excerpt is short, and whole characters", () => {
  const long = passage(1, `x${"🙂".repeat(EXCERPT_CHARS)}`);
  const { citations } = citePassages("Yes [1].", [long]);
  expect(citations[0]!.excerpt.length).toBeLessThanOrEqual(EXCERPT_CHARS);
  expect(citations[0]!.excerpt).not.toMatch(/\p{Surrogate}/u);
});
