/** A README that promises what nobody checks must not pass. */
import { expect, test } from "vitest";
import { parseBlocks } from "./parse";

const fence = (...lines: string[]) => ["```sh", ...lines, "```"].join("\n");

test("a command, its mode and what it must print are read from the comment above the block", () => {
  const markdown = [
    "## Try it",
    "<!-- run",
    "stays: pnpm demo => Web client",
    "env list => ^A=\\d",
    "-->",
    "",
    fence("npx pnpm demo   # prints its URLs", "# a remark", "npx convex \\", "  env list"),
  ].join("\n");
  expect(parseBlocks(markdown)).toEqual([
    {
      kind: "run",
      section: "Try it",
      commands: ["npx pnpm demo", "npx convex env list"],
      checks: [
        { text: "npx pnpm demo", mode: "stays", expected: /Web client/ },
        { text: "npx convex env list", mode: "ends", expected: /^A=\d/ },
      ],
    },
  ]);
});

test.each([
  ["no comment", fence("ls")],
  ["a comment that is not directly above", `<!-- run\nls => .\n-->\n\ntext\n\n${fence("ls")}`],
  ["a command without an expectation", `<!-- run\nls => .\n-->\n\n${fence("ls", "pwd")}`],
  ["an expectation of another command", `<!-- run\npwd => .\n-->\n\n${fence("ls")}`],
  ["an expectation of nothing", `<!-- run\nls =>\n-->\n\n${fence("ls")}`],
  ["a reason that the reader isn't told", `<!-- not run: needs an account -->\n\n${fence("ls")}`],
  [
    "a block in a list, where comments don't reach",
    `- item\n\n  ${fence("ls").replaceAll("\n", "\n  ")}`,
  ],
])("refused: %s", (_, markdown) => {
  expect(() => parseBlocks(markdown)).toThrow();
});

test("a block that needs an account says so to the reader, and is listed", () => {
  const markdown = `This needs an account.\n\n<!-- not run: needs an account -->\n\n${fence("ls")}`;
  expect(parseBlocks(markdown)).toMatchObject([{ kind: "not-run", reason: "needs an account" }]);
});
