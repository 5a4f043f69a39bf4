/** Marks become elements wherever a reader would take them for marks, and nowhere else. */
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import { expect, test } from "vitest";
import { citationMarks } from "./citationMarks";

const render = (text: string) =>
  renderToStaticMarkup(
    createElement(ReactMarkdown, { remarkPlugins: [citationMarks], children: text }),
  );
const mark = (n: number) => `<cite-mark n="${n}"></cite-mark>`;

test("a mark stays on the line of its word and of the punctuation behind it", () => {
  expect(render("It costs $149 [3].")).toBe(`<p>It costs <cite-run>$149${mark(3)}.</cite-run></p>`);
});

test("marks in a row are one run", () => {
  expect(render("Yes[1][2] [3]")).toBe(
    `<p><cite-run>Yes${mark(1)}${mark(2)}${mark(3)}</cite-run></p>`,
  );
});

test("marks inside emphasis work, marks inside code and links are text", () => {
  expect(render("**open [1]**")).toContain(mark(1));
  expect(render("`a[1]`")).not.toContain("cite-mark");
  expect(render("[see [1] there](https://example.com)")).not.toContain("cite-mark");
});
