/** Promises: the table of `promises.cases.ts`, and what holds for any text. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { anyText } from "../../../tests/arbitraries";
import { seedOpeningHours } from "../hours/example";
import { HORIZON } from "../hours/hours";
import { findPromise } from "./detect";
import { PROMISE_CASES } from "./detect.cases";
import { BREAK_CASES, BREAK_HOURS, TIME_CASES } from "./times.cases";
import { VARIANTS } from "../../../tests/cases";
import { ABOUT_LINEAR, growthOf } from "../../../tests/growth";

const at = (local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(seedOpeningHours.timeZone).epochMilliseconds;
const local = (instant: number) =>
  Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(seedOpeningHours.timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });

const TUESDAY = "2026-11-17T10:00";

test.each(PROMISE_CASES)("$said ($why)", ({ said, at: when = TUESDAY, due, flagged }) => {
  const found = findPromise(said, at(when), seedOpeningHours);
  expect(found && { due: local(found.dueAt), flagged: found.flagged }).toEqual(
    due === null ? null : { due, flagged },
  );
});

test.each(TIME_CASES)("we'll call you %s", (words, due, when = TUESDAY) => {
  const found = findPromise(`We'll call you ${words}.`, at(when), seedOpeningHours);
  expect(found && `${local(found.dueAt)}${found.flagged ? "?" : ""}`).toBe(due);
});

test.each(BREAK_CASES)(
  "with a break and an afternoon off: we'll call you %s",
  (words, due, when = TUESDAY) => {
    const found = findPromise(`We'll call you ${words}.`, at(when), BREAK_HOURS);
    expect(found && `${local(found.dueAt)}${found.flagged ? "?" : ""}`).toBe(due);
  },
);

test("the table is as long as it is said to be", () => {
  expect(PROMISE_CASES.length + TIME_CASES.length + BREAK_CASES.length).toBeGreaterThanOrEqual(280);
  expect(TIME_CASES.length + BREAK_CASES.length).toBeGreaterThanOrEqual(200);
});

test("the ledger gets the sentence that promises, not the message", () => {
  const text = "Hello Ann!\nThe part is here. We’ll  call you by three. Bye!";
  expect(findPromise(text, at(TUESDAY), seedOpeningHours)?.text).toBe("We'll call you by three.");
});

test("whatever is written, what is found lies ahead, within a year, and is short", () => {
  const words = fc.constantFrom(
    ..."we'll I'll call you by at three 3 tomorrow Friday noon in two days 24:00 pm and before . , 11/30 the end of day week within 99 business days midnight half past quarter to one twelve".split(
      " ",
    ),
  );
  const text = fc.oneof(
    anyText(300),
    fc.array(words, { maxLength: 25 }).map((all) => all.join(" ")),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 400 * 24 }), (said, hour) => {
      const now = at(TUESDAY) + hour * 3_600_000;
      const found = findPromise(`We'll call you ${said}`, now, seedOpeningHours);
      if (found === null) return;
      expect(found.dueAt).toBeGreaterThan(now);
      expect(found.dueAt).toBeLessThanOrEqual(now + HORIZON);
      expect(found.text.length).toBeLessThanOrEqual(200);
    }),
    { numRuns: 500 },
  );
});

test.each(VARIANTS.filter(([name]) => !name.startsWith('"?"')))(
  "%s changes no decision",
  (_, vary) => {
    const said = [
      ...PROMISE_CASES.map((row) => ({ text: row.said, when: row.at })),
      ...TIME_CASES.map(([words, , when]) => ({ text: `We'll call you ${words}.`, when })),
    ];
    const dueOf = (text: string, when = TUESDAY) =>
      findPromise(text, at(when), seedOpeningHours)?.dueAt;
    const changed = said.filter(
      // A question stays one, and a quoted line begins its line.
      ({ text, when }) => !/\?$|^>/.test(text) && dueOf(vary(text), when) !== dueOf(text, when),
    );
    expect(changed.map(({ text }) => vary(text))).toEqual([]);
  },
);

test.each([
  "we will have ",
  "I'll and then ",
  "by three ",
  "let me and ",
  "a ",
  "9.",
  "A",
  " ",
  ">",
  "p.m.",
  "we'll call you in two and a half ",
  "We'll call by 3. ",
  "'",
])("a long message of %j takes as long as it is long", (shape) => {
  const work = (text: string) => findPromise(text, at(TUESDAY), seedOpeningHours);
  expect(growthOf(work, shape)).toBeLessThanOrEqual(ABOUT_LINEAR);
});
