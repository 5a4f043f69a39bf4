import fc from "fast-check";
import { expect, test } from "vitest";
import { diffPassages, type PassageChange } from "./diff";

const passage = (heading: string, text: string) => ({ heading, text });
const screens = passage("Screens", "An iPhone 13 screen costs $129 and takes two hours.");
const dearer = passage("Screens", "An iPhone 13 screen costs $149 and takes two hours.");
const batteries = passage("Batteries", "A battery costs $69.");
const hours = passage("", "We are open from nine to six.");

test("the same passages are no change, wherever they stand", () => {
  expect(diffPassages([screens, batteries, hours], [hours, screens, batteries])).toEqual([]);
});

test("a changed passage shows what it said and what it says", () => {
  expect(diffPassages([screens, batteries], [dearer, batteries])).toEqual([
    { heading: "Screens", before: screens.text, after: dearer.text },
  ]);
});

test("what came has no before, what went has no after", () => {
  expect(diffPassages([screens], [hours])).toEqual([
    { heading: "", after: hours.text },
    { heading: "Screens", before: screens.text },
  ]);
});

test("a heading that was renamed is a change, not one passage gone and another come", () => {
  const renamed = { ...screens, heading: "Screen repairs" };
  expect(diffPassages([screens, batteries], [renamed, batteries])).toEqual([
    { heading: "Screen repairs", before: screens.text, after: screens.text },
  ]);
});

test("of several passages under one heading each goes with the one that it is most like", () => {
  const tablet = passage("Screens", "A tablet's glass costs $99, by appointment only.");
  const cheaper = passage("Screens", "A tablet's glass costs $89, by appointment only.");
  expect(diffPassages([screens, tablet], [cheaper, dearer])).toEqual([
    { heading: "Screens", before: tablet.text, after: cheaper.text },
    { heading: "Screens", before: screens.text, after: dearer.text },
  ]);
});

test("one of two equal passages that goes is seen", () => {
  expect(diffPassages([hours, hours], [hours])).toEqual([{ heading: "", before: hours.text }]);
});

const passages = fc.array(
  fc.record({
    heading: fc.constantFrom("", "Prices", "Hours"),
    text: fc.constantFrom("$49", "$59 flat", "nine to six", "nine to five", "we call you", ""),
  }),
  { maxLength: 12 },
);

const sorted = (texts: (string | undefined)[]) => texts.filter((text) => text !== undefined).sort();
const takeFrom = (all: string[], taken: (string | undefined)[]) => {
  const left = [...all];
  for (const one of taken) if (one !== undefined) left.splice(left.indexOf(one), 1);
  return left;
};

test("what one version has, less what went, is what the other has, less what came", () => {
  fc.assert(
    fc.property(passages, passages, (before, after) => {
      const changes: PassageChange[] = diffPassages(before, after);
      const texts = (all: { text: string }[]) => all.map(({ text }) => text);
      expect(
        sorted(
          takeFrom(
            texts(before),
            changes.map((one) => one.before),
          ),
        ),
      ).toEqual(
        sorted(
          takeFrom(
            texts(after),
            changes.map((one) => one.after),
          ),
        ),
      );
    }),
  );
});
