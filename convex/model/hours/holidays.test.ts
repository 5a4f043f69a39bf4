/** What a holiday closes: each date once, and what is set stays. */
import { expect, test } from "vitest";
import { seedOpeningHours } from "./example";
import { closuresOf, planHolidays } from "./holidays";
import type { OpeningHours } from "./hours";

/** The shop is closed on Sundays, and open on Saturdays. */
const shop: OpeningHours = { ...seedOpeningHours, holidays: [] };
const verdicts = (
  found: Parameters<typeof planHolidays>[1],
  { hours = shop, except = [] as string[] } = {},
) => planHolidays(hours, found, except).map(({ date, verdict }) => `${date} ${verdict}`);

test("each date is closed once, in order, with its first name", () => {
  const found = [
    { date: "2026-12-25", name: "Christmas Day" },
    { date: "2026-11-26", name: "Thanksgiving" },
    { date: "2026-12-25", name: "Christmas" },
  ];
  expect(closuresOf(planHolidays(shop, found, []))).toEqual([
    { date: "2026-11-26", name: "Thanksgiving" },
    { date: "2026-12-25", name: "Christmas Day" },
  ]);
});

test("what is planned again after it was added changes nothing", () => {
  const found = [{ date: "2026-12-25", name: "Christmas Day" }];
  const holidays = closuresOf(planHolidays(shop, found, []));
  const again = planHolidays({ ...shop, holidays }, found, []);
  expect(closuresOf(again)).toEqual([]);
  expect(again).toMatchObject([{ verdict: "set_already" }]);
});

test("a date that has an entry by hand keeps it, with its hours", () => {
  const open: [string, string][] = [["09:00", "12:00"]];
  const hours = { ...shop, holidays: [{ date: "2026-12-24", open }] };
  const found = [{ date: "2026-12-24", name: "Christmas Eve" }];
  expect(verdicts(found, { hours })).toEqual(["2026-12-24 set_already"]);
});

test("a day on which the shop is closed anyway is none to close, nor one that is left out", () => {
  const found = [
    { date: "2027-07-04", name: "Independence Day" },
    { date: "2027-10-11", name: "Columbus Day" },
  ];
  expect(verdicts(found, { except: ["2027-10-11"] })).toEqual([
    "2027-07-04 closed_anyway",
    "2027-10-11 left_out",
  ]);
});

test("of a holiday and its substitute one day is closed: the day itself if the shop would be open", () => {
  const found = [
    { date: "2027-06-18", name: "Juneteenth", insteadOf: "2027-06-19" },
    { date: "2027-06-19", name: "Juneteenth" },
    { date: "2027-07-04", name: "Independence Day" },
    { date: "2027-07-05", name: "Independence Day", insteadOf: "2027-07-04" },
  ];
  expect(verdicts(found)).toEqual([
    "2027-06-18 observed_on_the_day",
    "2027-06-19 closes",
    "2027-07-04 closed_anyway",
    "2027-07-05 closes",
  ]);
});

test("a substitute that falls on another holiday is that holiday", () => {
  const found = [
    { date: "2027-12-24", name: "Christmas Day", insteadOf: "2027-12-25" },
    { date: "2027-12-24", name: "Christmas Eve" },
    { date: "2027-12-25", name: "Christmas Day" },
  ];
  expect(closuresOf(planHolidays(shop, found, []))).toEqual([
    { date: "2027-12-24", name: "Christmas Eve" },
    { date: "2027-12-25", name: "Christmas Day" },
  ]);
});

test("a name is cut to what may be stored, and one of which nothing is seen is none", () => {
  const found = [
    { date: "2026-12-24", name: "x".repeat(500) },
    { date: "2026-12-25", name: " \u200b" },
  ];
  const [long, blank] = planHolidays(shop, found, []);
  expect(long!.name).toHaveLength(80);
  expect(blank).toEqual({ date: "2026-12-25", verdict: "closes" });
});
