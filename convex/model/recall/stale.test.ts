import { expect, test } from "vitest";
import { linesOf } from "../replies/grounds";
import { findStale, readCorrection, writeCorrection, type Statement } from "./stale";

const section = (heading: string, text: string) => linesOf({ title: "Repairs", heading, text });
const OLD = [
  ...section(
    "Screens",
    "| Device | Price |\n| --- | --- |\n| iPhone 12 screen | $109 |\n| iPhone 13 screen | $129 |",
  ),
  ...section("Batteries", "An iPhone battery costs $69. Batteries have 12 months of warranty."),
  ...section("Pick-up", "Keep your receipt. We store a device for 30 days."),
];
const NOW = [
  ...section(
    "Screens",
    "| Device | Price |\n| --- | --- |\n| iPhone 12 screen | $129 |\n| iPhone 13 screen | $149 |",
  ),
  ...section("Batteries", "An iPhone battery costs $69. Batteries have 6 months of warranty."),
  ...section("Pick-up", "Keep your receipt. We store a device for 30 days."),
];

const judge = (text: string, statement: Partial<Statement> = {}, others = "") =>
  findStale(
    { text, question: "", marks: [1], ...statement },
    { old: OLD, now: NOW, others: section("", others) },
  );
const said = (...args: Parameters<typeof judge>) => judge(...args).map((one) => one.said);

test("the sentence that says the old price is stale, with the line that has taken its place", () => {
  expect(judge("Happy to help. An iPhone 13 screen costs $129 [1].")).toEqual([
    { said: "An iPhone 13 screen costs $129.", now: "iPhone 13 screen, $149" },
  ]);
});

test("a price that another device has now is no price of this one", () => {
  // $129 stands in both versions.
  expect(said("An iPhone 13 screen costs $129 [1].")).toHaveLength(1);
  expect(said("An iPhone 12 screen costs $109 [1].")).toHaveLength(1);
});

test.each([
  ["what holds still", "An iPhone battery costs $69 [1]."],
  ["what the document never said", "An iPad screen costs $300 [1]."],
  ["what states no fact", "We repair iPhone 13 screens [1]."],
  ["a fact of a passage that only moved", "We store a device for 30 days [1]."],
])("%s is not stale", (_, answer) => {
  expect(said(answer)).toEqual([]);
});

test("warranties, times and durations count as prices do", () => {
  expect(judge("Batteries have 12 months of warranty [1].")).toEqual([
    {
      said: "Batteries have 12 months of warranty.",
      now: "Batteries have 6 months of warranty.",
    },
  ]);
});

test("each of several sentences is told, once", () => {
  expect(
    said("An iPhone 13 screen costs $129 [1]. Batteries have 12 months of warranty [1]."),
  ).toEqual(["An iPhone 13 screen costs $129.", "Batteries have 12 months of warranty."]);
});

test("a sentence that rests on another document's mark is not this one's", () => {
  expect(said("An iPhone 13 screen costs $129 [2].")).toEqual([]);
  expect(said("An iPhone 13 screen costs $129 [1][2].")).toHaveLength(1);
});

test("what another cited document says still is true still", () => {
  expect(
    said("An iPhone 13 screen costs $129 [1].", {}, "An iPhone 13 screen costs $129."),
  ).toEqual([]);
});

test("a short answer is about what was asked", () => {
  const question = "How much is an iPhone 13 screen?";
  expect(said("It costs $129 [1].", { question })).toEqual(["It costs $129."]);
  expect(said("It costs $129 [1].", { question: "How much is an iPhone 12 screen?" })).toEqual([]);
});

test("without a source a price counts, and what may be from anywhere does not", () => {
  const text = "An iPhone 13 screen costs $129. You have 12 months of warranty.";
  const unnamed = { text, question: "" };
  const grounds = { old: OLD, now: NOW, others: [] };
  expect(findStale(unnamed, grounds).map((one) => one.said)).toEqual([
    "An iPhone 13 screen costs $129.",
  ]);
  expect(findStale({ ...unnamed, isShopPage: true }, grounds)).toHaveLength(2);
});

test("where nothing answers any more, whatever it said is stale and nothing takes its place", () => {
  const grounds = { old: OLD, now: [], others: [] };
  expect(
    findStale({ text: "A battery costs $69 [1].", question: "", marks: [1] }, grounds),
  ).toEqual([{ said: "A battery costs $69." }]);
});

const open = (days: string) => section("Hours", `We are open ${days} from 9:00 AM to 6:00 PM.`);

test("a day on which it was open counts without a time", () => {
  const grounds = {
    old: open("Monday to Saturday"),
    now: [...open("Monday to Friday"), ...section("Hours", "Saturday: closed.")],
    others: [],
  };
  const statement = { question: "", isShopPage: true };
  expect(findStale({ ...statement, text: "Yes, we're open on Saturday." }, grounds)).toHaveLength(
    1,
  );
  expect(findStale({ ...statement, text: "Yes, we're open on Friday." }, grounds)).toEqual([]);
});

test("a correction names what was said and what holds, three sentences at most, and fits texts", () => {
  const long = "An iPhone 13 screen, with the labor, the part and a protector, ".repeat(5);
  const stale = judge("An iPhone 13 screen costs $129 [1].");
  expect(writeCorrection(stale)).toBe(
    'A correction to what we told you earlier.\nWe said: "An iPhone 13 screen costs $129."\nIt is now: iPhone 13 screen, $149',
  );
  expect(writeCorrection([{ said: "It costs $1." }])).toBe(
    'A correction to what we told you earlier.\nWe said: "It costs $1." That no longer holds.\nAsk us here before you rely on it.',
  );
  const [cut] = judge(`${long} costs $129 [1].`);
  expect(cut!.said.length).toBeLessThanOrEqual(120);
  const four = ["a", "b", "c", "d"].map((name) => ({ said: name, now: name }));
  expect(writeCorrection(four).match(/We said/g)).toHaveLength(3);
  expect(writeCorrection(four)).toContain("Ask us here");
});

test("of a correction only what it says now is said, of an admin's own words all", () => {
  const text = writeCorrection(judge("An iPhone 13 screen costs $129 [1]."));
  expect(readCorrection(text)).toBe("iPhone 13 screen, $149");
  expect(readCorrection("It is $149 now.")).toBe("It is $149 now.");
});
