/** Drawing in a week: no two shifts overlap, whatever is dragged where, and what is drawn is what is stored. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addSpan,
  inOrder,
  moveSpan,
  nightOf,
  shiftOf,
  spanOf,
  STEP,
  TRACK,
  type Grip,
} from "./week";

test("a shift is the same after it was drawn, also one that ends at midnight or after it", () => {
  for (const shift of [
    ["09:00", "18:00"],
    ["00:00", "24:00"],
    ["18:30", "24:00"],
    ["20:00", "02:15"],
  ]) {
    expect(shiftOf(spanOf(shift))).toEqual(shift);
  }
});

test("what is drawn over a shift, or touches it, becomes one with it", () => {
  const day = [
    ["09:00", "12:00"],
    ["14:00", "18:00"],
  ];
  expect(addSpan(day, { from: 11 * 60, to: 15 * 60 })).toEqual([["09:00", "18:00"]]);
  expect(addSpan(day, { from: 18 * 60, to: 20 * 60 })).toEqual([day[0], ["14:00", "20:00"]]);
  expect(addSpan(day, { from: 20 * 60, to: 26 * 60 })).toEqual([...day, ["20:00", "02:00"]]);
});

test("an end stops at the shift beside it, and a quarter of an hour before its own other end", () => {
  const day = [
    ["09:00", "12:00"],
    ["14:00", "18:00"],
  ];
  expect(moveSpan(day, 0, "to", TRACK)).toEqual([["09:00", "14:00"], day[1]]);
  expect(moveSpan(day, 1, "from", TRACK)).toEqual([day[0], ["17:45", "18:00"]]);
  expect(moveSpan(day, 1, "both", -TRACK)).toEqual([day[0], ["12:00", "16:00"]]);
  expect(moveSpan(day, 1, "to", TRACK)).toEqual([day[0], ["14:00", "06:00"]]);
});

test("an odd minute goes to the next step that way", () => {
  expect(moveSpan([["09:07", "18:00"]], 0, "from", STEP)).toEqual([["09:15", "18:00"]]);
  expect(moveSpan([["09:07", "18:00"]], 0, "from", -STEP)).toEqual([["09:00", "18:00"]]);
});

test("whatever is drawn and moved, the day's shifts are in order, apart and no longer than a day", () => {
  const minutes = fc.integer({ min: 0, max: TRACK / STEP }).map((n) => n * STEP);
  const act = fc.oneof(
    fc.record({ from: minutes, to: minutes }),
    fc.record({
      index: fc.nat(4),
      grip: fc.constantFrom<Grip>("from", "to", "both"),
      by: fc.integer({ min: -TRACK, max: TRACK }),
    }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      let day: string[][] = [];
      for (const one of acts) {
        day =
          "grip" in one
            ? moveSpan(day, one.index, one.grip, one.by)
            : addSpan(day, { from: Math.min(one.from, one.to), to: Math.max(one.from, one.to) });
        const spans = day.map(spanOf);
        for (const [i, { from, to }] of spans.entries()) {
          expect(from).toBeLessThan(24 * 60);
          expect(to - from).toBeGreaterThan(0);
          expect(to - from).toBeLessThanOrEqual(24 * 60);
          if (i > 0) expect(from).toBeGreaterThanOrEqual(spans[i - 1]!.to);
        }
      }
    }),
  );
});

test("what was typed in any order is saved in order; a night is shown on the day after", () => {
  const none = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  const afternoon = ["14:00", "18:00"];
  const morning = ["09:00", "12:00"];
  const hours = { timeZone: "Europe/Vienna", weekly: { ...none, mon: [afternoon, morning] } };
  const saved = inOrder({
    ...hours,
    holidays: [{ date: "2026-12-24", open: [afternoon, morning] }],
  });
  expect(saved.weekly.mon).toEqual([morning, afternoon]);
  expect(saved.holidays[0]?.open).toEqual([morning, afternoon]);
  expect(nightOf([morning, ["20:00", "02:00"]])).toEqual([{ from: 0, to: 120 }]);
});
