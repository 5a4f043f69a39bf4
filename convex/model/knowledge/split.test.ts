/** Splitting: nothing lost, nothing too long, in order, for any input. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_CHARS, splitDocument, TARGET_CHARS } from "./split";
import { anyText } from "../../../tests/arbitraries";

const squash = (text: string) => text.replace(/\s+/g, "");

const word = fc.stringMatching(/^[a-zA-Z0-9äß]{1,12}$/);
const sentence = fc.array(word, { minLength: 1, maxLength: 25 }).map((all) => `${all.join(" ")}.`);
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 30 }).map((all) => all.join(" "));
const prose = fc.array(paragraph, { minLength: 1, maxLength: 12 }).map((all) => all.join("\n\n"));
const anything = fc.oneof(
  anyText(400),
  fc.string({ maxLength: 4000 }),
  fc.constantFrom("#".repeat(3000), "a".repeat(5000), "> ".repeat(2000), "- ".repeat(2000)),
  fc.constantFrom("|".repeat(3000), "[".repeat(2000), "`".repeat(3000), "\n".repeat(4000)),
);
const heading = fc.record({ depth: fc.integer({ min: 1, max: 6 }), title: word });
const section = fc.tuple(heading, fc.array(paragraph, { minLength: 1, maxLength: 4 }));

describe.each(["text", "markdown"] as const)("%s", (format) => {
  test("loses no word, and keeps their order", () => {
    fc.assert(
      fc.property(prose, (body) => {
        const pieces = splitDocument(format, body);
        expect(squash(pieces.map(({ text }) => text).join(" "))).toBe(squash(body));
      }),
    );
  });

  test("makes no piece longer than the limit, and none empty, of any input", () => {
    fc.assert(
      fc.property(fc.oneof(prose, anything), (body) => {
        for (const { text } of splitDocument(format, body)) {
          expect(text.length).toBeLessThanOrEqual(MAX_CHARS);
          expect(text.trim()).not.toBe("");
        }
      }),
    );
  });

  test("is the same every time", () => {
    fc.assert(
      fc.property(anything, (body) => {
        expect(splitDocument(format, body)).toEqual(splitDocument(format, body));
      }),
      { numRuns: 30 },
    );
  });

  test("never cuts a character in two", () => {
    const body = `x${"🙂".repeat(2 * MAX_CHARS)}`;
    for (const { text } of splitDocument(format, body)) expect(text).not.toMatch(/\p{Surrogate}/u);
  });
});

test("markdown: every piece stands under its own headings", () => {
  fc.assert(
    fc.property(fc.array(section, { minLength: 1, maxLength: 6 }), (sections) => {
      const body = sections
        .map(([{ depth, title }, paragraphs]) =>
          [`${"#".repeat(depth)} ${title}`, ...paragraphs].join("\n\n"),
        )
        .join("\n\n");
      const expected = sections.flatMap(([{ title }, paragraphs]) => paragraphs.map(() => title));
      const pieces = splitDocument("markdown", body);
      for (const { heading, text } of pieces) {
        const owner = sections.find(([{ title }]) => heading.split(" › ").at(-1) === title);
        expect(owner).toBeDefined();
        expect(text).not.toBe("");
      }
      const all = squash(pieces.map(({ text }) => text).join(""));
      expect(all).toBe(squash(sections.flatMap(([, paragraphs]) => paragraphs).join("")));
      expect(pieces.length > 0).toBe(expected.length > 0);
    }),
  );
});

test("headings are joined, without the document's own title", () => {
  const body = "# Prices\n\nIntro.\n\n## Screens\n\n### Laptops\n\n$179.\n\n## Batteries\n\n$89.";
  expect(splitDocument("markdown", body)).toEqual([
    { heading: "Prices", text: "Intro." },
    { heading: "Screens › Laptops", text: "$179." },
    { heading: "Batteries", text: "$89." },
  ]);
});

test("a list stays with the line that introduces it, a table in one piece", () => {
  const list = `We repair:\n\n${Array.from({ length: 20 }, (_, i) => `- device number ${i}`).join("\n")}`;
  const lead = "word ".repeat(TARGET_CHARS / 6);
  const pieces = splitDocument("markdown", `${lead}\n\n${list}`);
  expect(pieces.find(({ text }) => text.includes("We repair:"))!.text).toContain("device number 0");
  const table = "| Repair | Price |\n| --- | --- |\n| Screen | $179 |\n| Battery | $89 |";
  expect(splitDocument("markdown", table)).toEqual([{ heading: "", text: table }]);
});

test("what nests too deep for the parser is split all the same, without loss", () => {
  const body = `${"> ".repeat(20_000)}deep`;
  const pieces = splitDocument("markdown", body);
  expect(squash(pieces.map(({ text }) => text).join(""))).toBe(squash(body));
});

test("a document of the longest size is split whole", () => {
  const body = Array.from(
    { length: 260 },
    (_, i) => `## Part ${i}\n\n${"Some words. ".repeat(62)}`,
  );
  expect(splitDocument("markdown", body.join("\n\n"))).toHaveLength(260);
});

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => `| Device ${i} of the long list | $${100 + i} |`);

test("each piece of a long table has its head, and no row is lost", () => {
  const head = "| Repair | Price |\n| --- | --- |";
  const pieces = splitDocument("markdown", `## Prices\n\n${[head, ...rows(80)].join("\n")}`);
  expect(pieces.length).toBeGreaterThan(1);
  for (const { text } of pieces) expect(text.startsWith(head)).toBe(true);
  const kept = pieces.flatMap(({ text }) => text.split("\n").slice(2));
  expect(kept).toEqual(rows(80));
});

test("code that is cut is closed and opened again", () => {
  const lines = Array.from({ length: 80 }, (_, i) => `netsh interface show ${i} ${"x".repeat(20)}`);
  const pieces = splitDocument("markdown", ["```sh", ...lines, "```"].join("\n"));
  expect(pieces.length).toBeGreaterThan(1);
  for (const { text } of pieces) expect(text).toMatch(/^```sh\n[^`]+\n```$/);
});

test("what is told under a step stays with it", () => {
  const steps = Array.from(
    { length: 12 },
    (_, i) => `${i + 1}. Step number ${i}\n\n   Detail of ${i}: ${"word ".repeat(20)}`,
  );
  const pieces = splitDocument("markdown", steps.join("\n"));
  expect(pieces.length).toBeGreaterThan(1);
  for (let i = 0; i < 12; i++) {
    const piece = pieces.find(({ text }) => text.includes(`Step number ${i}\n`))!;
    expect(piece.text).toContain(`Detail of ${i}:`);
  }
});

test("an entry that is a heading only is a passage; one with entries below it is not", () => {
  const body =
    "# FAQ\n\n## We take cards\n\n## Phones\n\n### We fix iPhones\n\n## Closed on Sunday";
  expect(splitDocument("markdown", body)).toEqual([
    { heading: "We take cards", text: "We take cards" },
    { heading: "Phones › We fix iPhones", text: "We fix iPhones" },
    { heading: "Closed on Sunday", text: "Closed on Sunday" },
  ]);
});

test("headings lose their marks, links keep their address", () => {
  const body =
    "## **Book** a [slot](https://a.example/b) `now` {#book}\n\n[Book](https://a.example/b).";
  expect(splitDocument("markdown", body)).toEqual([
    { heading: "Book a slot now", text: "[Book](https://a.example/b)." },
  ]);
});

test("the address of a link that is named elsewhere stays with the text", () => {
  const body = "## Book\n\n[Book here][1] or call.\n\n[1]: https://a.example/book";
  expect(splitDocument("markdown", body)[0]!.text).toContain("https://a.example/book");
});

test("front matter is the document's title, and no passage", () => {
  const front = '---\ntitle: "Wi-Fi help"\ncategory: howto\ntags: [a]\n---\n\n';
  expect(splitDocument("markdown", `${front}Unplug it.\n\n## Reset\n\nHold the button.`)).toEqual([
    { heading: "Wi-Fi help", text: "Unplug it." },
    { heading: "Reset", text: "Hold the button." },
  ]);
});

test("a passage has the place of its first line in the original, and no mark in its text", () => {
  const mark = (place: string) => `<!-- place: ${place} -->`;
  const long = "Words that fill the page. ".repeat(24).trim();
  const body = [
    ...[mark("page=1"), "# Manual", "## Opening", long],
    ...[mark("page=2"), long, "## Empty", mark("page=3"), "## Closing", "Turn it."],
  ].join("\n\n");
  expect(splitDocument("markdown", body)).toEqual([
    { heading: "Opening", text: long, place: "page=1" },
    { heading: "Opening", text: long, place: "page=2" },
    { heading: "Empty", text: "Empty", place: "page=2" },
    { heading: "Closing", text: "Turn it.", place: "page=3" },
  ]);
  // Another comment is text as before, and text is no Markdown.
  expect(splitDocument("markdown", "<!-- place: a b -->")[0]).not.toHaveProperty("place");
  expect(splitDocument("text", mark("page=1"))).toEqual([{ heading: "", text: mark("page=1") }]);
});
