/** Marks become elements wherever a reader would take them for marks, and nowhere else. */
import { findMarks, writeMarks } from "@computer-guys/support-backend/answers";
import fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import ReactMarkdown from "react-markdown";
import { expect, test } from "vitest";
import remarkGfm from "remark-gfm";
import { citationMarks, signMarks } from "./citationMarks";

const render = (text: string) =>
  renderToStaticMarkup(
    createElement(ReactMarkdown, {
      remarkPlugins: [remarkGfm, citationMarks],
      children: signMarks(text),
    }),
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

test("the forms of other models are marks, an index is text, with and without code around it", () => {
  expect(render("**Open【1†source】** [Passage 2; 3]")).toContain(mark(1));
  expect(render("Yes [1-2].")).toContain(mark(1) + mark(2));
  for (const code of [
    "(Get-PhysicalDisk)[0]",
    "&#x27;a;b&#x27;.Split(&#x27;;&#x27;)[1]",
    "$a[1]",
  ]) {
    const raw = code.replaceAll("&#x27;", "'");
    expect(render(raw)).toBe(`<p>${code}</p>`);
    expect(render(`\`${raw}\``)).toBe(`<p><code>${code}</code></p>`);
    expect(render(`\`\`\`\n${raw} 【1†x】\n\`\`\``)).toContain(`${code} 【1†x】\n</code>`);
  }
  // Code for being indented, which only the tree knows.
  expect(render("Run:\n\n    echo a [1]")).toContain("<code>echo a [1]\n</code>");
});

test("whatever a model writes, the page shows the marks that the server counts, before and after it wrote them anew", () => {
  const piece = fc.constantFrom(
    ...[
      "[1]",
      "[2, 3]",
      "[1-2]",
      "【4†source】",
      "[Passage 5]",
      "$a[1]",
      "x()[0]",
      "(see)",
      "word",
      ".",
    ],
    ...[
      "`",
      "`b [6]`",
      "\n```\nc [7]\n```\n",
      "\n\n",
      " ",
      "**",
      "[t](http://u.example)",
      "https://v.example/[8] ",
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
      const raw = pieces.join("");
      const shown = (text: string) =>
        new Set([...render(text).matchAll(/cite-mark n="(\d+)"/g)].map(([, n]) => Number(n)));
      expect(shown(raw)).toEqual(new Set(findMarks(raw)));
      expect(shown(writeMarks(raw))).toEqual(new Set(findMarks(raw)));
    }),
    { numRuns: 1_000 },
  );
});
