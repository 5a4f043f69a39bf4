import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { expect, test } from "vitest";
import { isDrawable } from "./drawable";

const table = (columns: number, rows: number) =>
  `${"|a".repeat(columns)}|\n${"|-".repeat(columns)}|\n${"|x\n".repeat(rows)}`;

test.each([
  [
    "an answer",
    "Screens **cost** [1]:\n\n| Phone | Price |\n| - | - |\n| A | $1 |\n\n1. Call\n   - now\n",
  ],
  ["a list in a list in a quote", "> - 1. one\n>   - two\n"],
  ["a price list", table(6, 200)],
  ["a rule", "*".repeat(80)],
  ["pipes in a command", "cat log | grep a | sort | uniq -c | ".repeat(20)],
  ["a long answer", "A word and another one. ".repeat(500)],
  ["a signed number list", "- -5 °C\n- - -\n"],
])("%s is drawn", (_, text) => {
  expect(isDrawable(text)).toBe(true);
});

test.each([
  ["lists inside lists", "- ".repeat(21) + "x"],
  ["numbered ones too", "1. > - ".repeat(7) + "x"],
  ["quotes without spaces", ">".repeat(21) + "x"],
  ["a wide table", table(31, 1)],
  ["a head in a quote", `> ${"|a".repeat(31)}|\n> ${"|-".repeat(31)}|\n`],
  ["a head without outer pipes", `${"a|".repeat(40)}a\n${"-|".repeat(40)}-\n`],
  ["a table of short rows", table(30, 101)],
  ["several tables", `${table(30, 60)}\n${table(30, 60)}`],
  ["a run of stars", "*".repeat(201)],
  ["a run of mixed marks", "**_".repeat(70)],
  ["a book", "word ".repeat(4_001)],
])("%s are shown as text", (_, text) => {
  expect(isDrawable(text)).toBe(false);
});

test("a long line takes no longer than its length", () => {
  for (const part of [" ", "> ", "-", "- ", "|", "| ", "1", ":-"]) {
    expect(isDrawable(`${part.repeat(10_000)}x`)).toBeTypeOf("boolean");
  }
}, 1_000);

/** Elements made: what takes the time, and the same on every machine. */
const elementsOf = (text: string) =>
  renderToStaticMarkup(
    createElement(ReactMarkdown, { remarkPlugins: [remarkGfm], children: text }),
  ).split("<").length;

test("what is drawn is bounded: the most that passes makes less than ten thousand elements", () => {
  for (const text of [table(29, 97), "- ".repeat(20) + "x", `${"> ".repeat(20)}x\n`.repeat(400)]) {
    expect(isDrawable(text)).toBe(true);
    expect(elementsOf(text)).toBeLessThan(10_000);
  }
});
