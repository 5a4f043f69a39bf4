/** A page that promises what nobody checks must not pass. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NOT_TYPED, PAGES } from "./commands";
import { allPages } from "./links";
import { commandsOf, parseSteps, type Expectation } from "./parse";

const fence = (...lines: string[]) => ["```sh", ...lines, "```"].join("\n");
const ends = (expected: RegExp): Expectation => ({ kind: "run", mode: "ends", expected });

test("a command gets its expectation by its text, without the reader's remarks", () => {
  const markdown = [
    "## Try it",
    fence("npx pnpm demo   # prints its URLs", "# a remark", "npx convex \\", "  env list"),
  ].join("\n");
  const demo: Expectation = { kind: "run", mode: "stays", expected: /Web client/ };
  const list = ends(/^A=\d/);
  expect(parseSteps(markdown, { "npx convex env list": list, "npx pnpm demo": demo })).toEqual([
    { section: "Try it", text: "npx pnpm demo", ...demo },
    { section: "Try it", text: "npx convex env list", ...list },
  ]);
});

test.each<[string, string, Record<string, Expectation>]>([
  ["a command without an expectation", fence("ls", "pwd"), { ls: ends(/./) }],
  ["a block in a list without one", `- item\n\n  ${fence("ls").replaceAll("\n", "\n  ")}`, {}],
  ["an expectation whose command has gone", fence("ls"), { ls: ends(/./), pwd: ends(/./) }],
  ["an expectation of nothing", fence("ls"), { ls: ends(new RegExp("")) }],
  [
    "a reason that the reader isn't told",
    `needs an account\n\n## Here\n\n${fence("ls")}`,
    { ls: { kind: "not-run", reason: "needs an account" } },
  ],
])("refused: %s", (_, markdown, expectations) => {
  expect(() => parseSteps(markdown, expectations)).toThrow();
});

test("a block that needs an account says so to the reader, and is listed", () => {
  const reason: Expectation = { kind: "not-run", reason: "needs an account" };
  const markdown = `This needs an account.\n\n${fence("ls")}`;
  expect(parseSteps(markdown, { ls: reason })).toMatchObject([reason]);
});

test("every page with commands is typed, or says why it isn't", () => {
  const ours = allPages(".").filter((page) => /^(docs\/.*|[A-Z]+)\.md$/.test(page));
  const withCommands = ours.filter((page) => commandsOf(readFileSync(page, "utf8")).length > 0);
  const known = [...Object.keys(PAGES), ...Object.keys(NOT_TYPED)];
  expect(withCommands.filter((page) => !known.includes(page))).toEqual([]);
});

test.each(Object.entries(PAGES))("%s has an expectation for each command", (page, expectations) => {
  expect(parseSteps(readFileSync(page, "utf8"), expectations).length).toBeGreaterThan(0);
});
