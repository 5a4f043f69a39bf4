/** The papers can't rot: what they point at is there, and their maps have every room of the house. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import fences from "../.dependency-cruiser.mjs";
import { allPages, brokenLinks, lostPaths } from "./readme/links";

const PAGES = allPages(".");
/** A changelog names what was there; the other is an example of a file that somebody will write. */
const MAY_BE_GONE = ["CHANGELOG.md:", "docs/migrations.md: convex/migrations/m0003_user_locale.ts"];

test("every relative link leads to a file, and to a heading if it names one", () => {
  expect(PAGES).toContain("README.md");
  expect(PAGES.flatMap((page) => brokenLinks(".", page))).toEqual([]);
});

test("every path in backticks is a file", () => {
  const lost = PAGES.flatMap((page) => lostPaths(".", page));
  expect(lost.filter((line) => !MAY_BE_GONE.some((known) => line.startsWith(known)))).toEqual([]);
});

test("a link to nowhere, a heading that is not there and a lost path are found", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "links-"));
  writeFileSync(
    path.join(folder, "page.md"),
    "# A `b` & c\n\n[1](page.md#a-b--c) [2](#nowhere) [3](gone.md) [4](https://x.test) `a/gone.ts`",
  );
  expect(brokenLinks(folder, "page.md")).toEqual([
    "page.md: #nowhere has no such heading",
    "page.md: gone.md is not there",
  ]);
  expect(lostPaths(folder, "page.md")).toEqual(["page.md: a/gone.ts is not there"]);
  rmSync(folder, { recursive: true });
});

/** `floor-9-replies` of the fences: room by room, from the ground up. */
const floors = (fences.forbidden as { name: string }[]).flatMap(({ name }) => {
  const [, floor, room] = /^floor-(\d+)-(\w+)$/.exec(name) ?? [];
  return floor === undefined || room === undefined ? [] : [{ floor: Number(floor), room }];
});

test("the fences, ARCHITECTURE's drawing and AGENTS's map have the same rooms", () => {
  const rooms = readdirSync("convex/model");
  expect(floors.map(({ room }) => room).sort()).toEqual(rooms.sort());
  const drawing = readFileSync("ARCHITECTURE.md", "utf8");
  const map = readFileSync("AGENTS.md", "utf8");
  for (const { floor, room } of floors) {
    expect(drawing).toMatch(new RegExp(`\\["${floor} [^"]*\\b${room}\\b[^"]*"\\]`));
    expect(map).toMatch(new RegExp(`^\\| ${floor} +\\| \`${room}/\``, "m"));
  }
});

test.each([
  ["README.md", 150],
  ["ARCHITECTURE.md", 150],
  ["AGENTS.md", 60],
])("%s can be read in one go", (page, lines) => {
  expect(readFileSync(page, "utf8").split("\n").length - 1).toBeLessThanOrEqual(lines);
});
