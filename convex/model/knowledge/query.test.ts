/** Questions as customers write them, read as the shop's words. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "../../../tests/arbitraries";
import { asksSomething, readQuestion } from "./query";
import { rankPassages, type Candidate } from "./rank";
import { countSlips } from "./stems";
import { GENERAL } from "./words";

const termsOf = (question: string) => readQuestion(question).terms;

describe("what is searched for", () => {
  test.each([
    ["a slip of the hand", "galaxy scren replacment", "screen"],
    ["a slip of the ear", "what time do u close on saterday", "saturday"],
    ["letters swapped", "new batetry please", "battery"],
    ["a word written in two", "my lap top is hot", "laptop"],
    ["two words written as one", "price of an iphone14", "iphone"],
    ["a number with its unit", "1tb ssd", "tb"],
    ["a model's short name", "s22 display", "galaxy"],
    ["a model's number", "t480 won't charge", "laptop"],
    ["another word for it", "my notebook is bulging", "swollen"],
    ["Spanish", "se me cayó café en el portátil", "spilled"],
    ["German", "Habt ihr samstags offen?", "hours"],
  ])("%s: %s", (_, question, term) => {
    expect(termsOf(question)).toContain(term);
  });

  test("words of no table are searched for as they are, small words not at all", () => {
    expect(readQuestion("is there a zx81 in your shop").concepts).toMatchObject([
      { kind: "plain", written: ["zx81"] },
    ]);
    expect(readQuestion("do you have the zx81 in your shop").concepts).toMatchObject([
      { kind: "wanted", written: ["zx81"] },
    ]);
  });

  test("at most 16 terms come of any text, each once", () => {
    fc.assert(
      fc.property(fc.oneof(anyText(300), fc.lorem({ maxCount: 60 })), (text) => {
        const terms = termsOf(text);
        expect(terms.length).toBeLessThanOrEqual(16);
        expect(new Set(terms).size).toBe(terms.length);
      }),
    );
  });

  // The last term is a prefix: "bus" would find all that is about business.
  test("no short word is the last term", () => {
    expect(termsOf("is there a bus").at(-1)).not.toBe("bus");
  });
});

test("slips are counted as letters left out, added, changed or swapped", () => {
  expect([
    countSlips("scren", "screen", 2),
    countSlips("nubmer", "number", 2),
    countSlips("replacment", "replacement", 2),
    countSlips("phone", "drone", 2),
    countSlips("power", "printer", 2),
  ]).toEqual([1, 1, 1, 2, 3]);
});

test.each([
  ["and how long does it take?", true],
  ["what about a macbook", true],
  ["how much is it", true],
  ["do you take apple pay", false],
  ["galaxy s22 screen", false],
])("leans on the question before: %s %s", (question, leans) => {
  expect(readQuestion(question).leans).toBe(leans);
});

test.each([
  ["ok trying that now", false],
  ["thanks!", false],
  ["thank you so much, that helped", false],
  ["great, i'll try that tonight with the laptop", false],
  ["Hi", false],
  ["ok and how much is a laptop screen", true],
  ["thanks, what about the battery price?", true],
  ["do you sell playstation 5 consoles", true],
  ["do you fix microwaves", true],
])("asks something: %s %s", (text, asks) => {
  expect(asksSomething(text)).toBe(asks);
});

const passage = (title: string, heading: string, text: string): Candidate<string> => ({
  passage: `${title}/${heading}`,
  title,
  heading,
  text,
});
const SCREENS = passage("Phone screens", "iPhone screen: price", "| iPhone 12 | $179 |");
const BATTERIES = passage("Batteries", "Phone battery: price", "| iPhone | $79 |");
const PARKING = passage("Where we are", "Parking", "Behind the building, in Columbus.");

const rank = (question: string, byText: Candidate<string>[], near = false) =>
  rankPassages(
    [{ concepts: readQuestion(question).concepts, byVector: [], byText, near }],
    (key) => key,
  ).map(({ passage }) => passage);

describe("what was found", () => {
  test("comes in the order of how much of the question it speaks of", () => {
    expect(rank("iphone 12 battery", [SCREENS, BATTERIES])[0]).toBe(BATTERIES.passage);
    expect(rank("iphone 12 screen", [BATTERIES, SCREENS])[0]).toBe(SCREENS.passage);
  });

  test("is nothing when what is missing weighs more, unless a vector is near", () => {
    expect(rank("whats the weather in columbus", [PARKING])).toEqual([]);
    expect(rank("do you engrave iphones", [SCREENS, BATTERIES])).toEqual([]);
    expect(rank("whats the weather in columbus", [PARKING], true)).toHaveLength(1);
    expect(rank("where do i park", [PARKING])).toHaveLength(1);
  });

  test.each([
    ["a thing of another trade", "can you fix the screen of my motorbike"],
    ["a thing of another trade, two words", "do you repair apple watch screens"],
    ["what nobody knows, asked of the shop", "do you gild screens"],
    ["goods", "do you sell used iphones"],
    ["a number that stands in a text", "what is 12"],
    ["the part of an unknown thing", "how much is a zorbo battery"],
    ["the part of an unknown thing, the other way round", "price of the battery in my zorbo"],
    ["a device's own price", "how much for a new iphone 12"],
  ])("is nothing for %s: %s", (_, question) => {
    expect(rank(question, [SCREENS, BATTERIES])).toEqual([]);
  });

  test.each([
    "how much is a new screen?",
    "screen went black while i watched netflix",
    "i left it in the car and now the screen is dark",
    "of course the screen, what does that cost",
    "the screen of the laptop from costco is broken",
    "how much is a new iphone 12 screen",
    "crappy screen, price?",
  ])("is something for what people say besides: %s", (question) => {
    expect(rank(question, [SCREENS])).toHaveLength(1);
  });

  test("is nothing where what is asked for only stands in a text", () => {
    const fan = passage("Overheating", "Fan cleaning", "Don't use a vacuum cleaner. It takes ink.");
    expect(rank("do you fix vacuum cleaners", [fan])).toEqual([]);
    expect(rank("do you sell ink", [fan])).toEqual([]);
    expect(rank("do you clean fans", [fan])).toHaveLength(1);
  });

  test("no word that people use for anything is another trade's", () => {
    const read = (text: string) => readQuestion(text).concepts.map(({ kind }) => kind);
    for (const word of GENERAL.trim().split(/\s+/)) expect(read(word), word).not.toContain("other");
  });

  test("is something where a document is about a thing of another trade, or the story has one", () => {
    const watches = passage("Watches", "Watch glass: price", "| Apple Watch | $99 |");
    expect(rank("do you repair watches", [watches])).toHaveLength(1);
    expect(rank("i drove over my iphone with it, cracked screen price", [SCREENS])).toHaveLength(1);
  });
});
