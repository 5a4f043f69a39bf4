import { expect, test } from "vitest";
import type { Id } from "../api";
import { findColleagues, mentionedIn, type Colleague } from "./mentioned";

const one = (userId: string, name: string): Colleague => ({ userId: userId as Id<"users">, name });
const dana = one("d", "Dana Whitfield");
const sam = one("s", "Sam");
const okafor = one("o", "Sam Okafor");
const other = one("p", "Sam");
const all = [dana, sam, okafor];

test.each([
  ["@Dana Whitfield, can you look?", ["d"]],
  ["Ask @Sam Okafor", ["o"]],
  ["Ask @Sam Okafor, not @Sam.", ["o", "s"]],
  ["@Samuel is a customer", []],
  ["Dana Whitfield knows", []],
  ["@Dana", []],
  ["@Dana Whitfield @Dana Whitfield", ["d"]],
])("whom %s names", (text, ids) => {
  expect(mentionedIn(text, all)).toEqual(ids);
});

test("a name that looks like a pattern is a name", () => {
  expect(mentionedIn("Ask @D. (night)", [one("n", "D. (night)")])).toEqual(["n"]);
});

test("of two with one name it is who was chosen, and both if nobody was", () => {
  expect(mentionedIn("Hi @Sam", [sam, other], new Set(["p"]))).toEqual(["p"]);
  expect(mentionedIn("Hi @Sam", [sam, other])).toEqual(["s", "p"]);
});

test("found by the beginning of any word of the name, the first name first", () => {
  expect(findColleagues([okafor, dana], "ok").map(({ userId }) => userId)).toEqual(["o"]);
  expect(findColleagues([one("x", "Kim Dane"), dana], "dan").map(({ userId }) => userId)).toEqual([
    "d",
    "x",
  ]);
  expect(findColleagues(all, "")).toHaveLength(3);
  expect(findColleagues(all, "itfield")).toEqual([]);
});
