import { expect, test } from "vitest";
import {
  fromLocalInput,
  promiseTime,
  roundedAhead,
  snoozeChoices,
  toLocalInput,
} from "./snoozeTimes";

const HOUR = 60 * 60 * 1000;
/** Local time, as at the desk. */
const local = (day: number, hour: number, minute = 0) =>
  new Date(2026, 10, day, hour, minute).getTime();
const openings = [
  { opensAt: local(25, 9), closesAt: local(25, 18) },
  { opensAt: local(27, 9), closesAt: local(27, 18) },
];

test("before the shop opens all three are offered, and the opening is today's", () => {
  expect(snoozeChoices(local(25, 8), openings)).toEqual([
    { label: "For an hour", until: local(25, 9) },
    { label: "This afternoon", until: local(25, 14) },
    { label: "When we open", until: local(25, 9) },
  ]);
});

test("while the shop is open the opening is another day's", () => {
  expect(snoozeChoices(local(25, 10), openings).at(-1)).toEqual({
    label: "When we open",
    until: local(27, 9),
  });
});

test("a promise is due in an hour, and never at a time that the shop is closed at", () => {
  expect(promiseTime(local(25, 9, 50), openings)).toBe(local(25, 11));
  expect(promiseTime(local(25, 2, 30), openings)).toBe(local(25, 10));
  expect(promiseTime(local(25, 17, 30), openings)).toBe(local(27, 10));
  expect(promiseTime(local(28, 3), openings)).toBe(local(28, 4));
});

test("this afternoon is offered only while it lies more than an hour ahead", () => {
  const labels = (now: number) => snoozeChoices(now, openings).map(({ label }) => label);
  expect(labels(local(25, 12, 59))).toContain("This afternoon");
  expect(labels(local(25, 13))).not.toContain("This afternoon");
});

test("without a known opening it is left out", () => {
  expect(snoozeChoices(local(28, 16), openings)).toEqual([
    { label: "For an hour", until: local(28, 17) },
  ]);
});

test("a time field shows the local wall clock, and reads back the same minute", () => {
  expect(toLocalInput(local(25, 9, 5))).toBe("2026-11-25T09:05");
  expect(fromLocalInput("2026-11-25T09:05")).toBe(local(25, 9, 5));
  expect(fromLocalInput("")).toBeNaN();
  expect(roundedAhead(local(25, 9, 1), HOUR)).toBe(local(25, 10, 15));
});
