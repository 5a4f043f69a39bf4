/** Opening hours as people meet them: nights, lunches, holidays, clock changes, and the words for them. */
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import {
  addOpenMs,
  findClosedReason,
  isOpen,
  findNextOpening,
  openMsBetween,
  openingsOn,
  sayOpening,
  type Holiday,
  type OpeningHours,
  type Shift,
} from "./hours";
import { DAY, HOUR, MINUTE } from "../../lib/time";

const WEEKDAY: Shift[] = [["09:00", "18:00"]];

/** The seed's week: weekdays nine to six, Saturdays with a lunch, closed on Sundays. */
function shop(over: Partial<OpeningHours["weekly"]> = {}, holidays: Holiday[] = []): OpeningHours {
  return {
    timeZone: "America/New_York",
    weekly: {
      mon: WEEKDAY,
      tue: WEEKDAY,
      wed: WEEKDAY,
      thu: WEEKDAY,
      fri: WEEKDAY,
      sat: [
        ["10:00", "13:00"],
        ["14:00", "17:00"],
      ],
      sun: [],
      ...over,
    },
    holidays,
  };
}

const closedAlways = shop({ mon: [], tue: [], wed: [], thu: [], fri: [], sat: [] });
const thanksgiving: Holiday[] = [{ date: "2026-11-26", name: "Thanksgiving" }];

/** An instant by the clock on the shop's wall. */
const at = (local: string, timeZone = "America/New_York") =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;

const hoursLong = (hours: OpeningHours, date: string) =>
  openingsOn(hours, Temporal.PlainDate.from(date)).map(
    ({ opensAt, closesAt }) => (closesAt - opensAt) / HOUR,
  );

test("the shop is open from the opening minute up to, not at, the closing one", () => {
  expect(isOpen(shop(), at("2026-11-25T08:59:59"))).toBe(false);
  expect(isOpen(shop(), at("2026-11-25T09:00"))).toBe(true);
  expect(isOpen(shop(), at("2026-11-25T17:59:59"))).toBe(true);
  expect(isOpen(shop(), at("2026-11-25T18:00"))).toBe(false);
});

test("a split shift is closed for lunch and opens again the same day", () => {
  const lunch = at("2026-11-28T13:20");
  expect(isOpen(shop(), lunch)).toBe(false);
  expect(findNextOpening(shop(), lunch)).toBe(at("2026-11-28T14:00"));
});

test("while it is open, the next opening is now", () => {
  const noon = at("2026-11-25T12:00");
  expect(findNextOpening(shop(), noon)).toBe(noon);
});

test("a holiday is a date of the shop's own calendar, and the next opening skips it", () => {
  const hours = shop({}, thanksgiving);
  // Still the 25th in New York, and the 26th in UTC.
  expect(findNextOpening(hours, at("2026-11-25T19:30"))).toBe(at("2026-11-27T09:00"));
  expect(isOpen(hours, at("2026-11-26T12:00"))).toBe(false);
  expect(isOpen(hours, at("2026-11-27T09:00"))).toBe(true);
});

test("a holiday's own hours replace the weekday's", () => {
  const hours = shop({}, [
    { date: "2026-12-24", name: "Christmas Eve", open: [["09:00", "12:00"]] },
  ]);
  expect(isOpen(hours, at("2026-12-24T11:59"))).toBe(true);
  expect(isOpen(hours, at("2026-12-24T12:00"))).toBe(false);
});

test("a shop that never opens has no next opening, and a wait in opening time still ends", () => {
  const now = at("2026-11-25T12:00");
  expect(findNextOpening(closedAlways, now)).toBeNull();
  expect(openMsBetween(closedAlways, now, now + 30 * DAY)).toBe(0);
  expect(addOpenMs(closedAlways, now, HOUR)).toBe(now + 366 * DAY);
});

test("opening time stands still at night, over lunch and on holidays", () => {
  const hours = shop({}, thanksgiving);
  expect(openMsBetween(hours, at("2026-11-25T17:30"), at("2026-11-27T09:30"))).toBe(HOUR);
  expect(openMsBetween(hours, at("2026-11-28T12:30"), at("2026-11-28T14:30"))).toBe(HOUR);
  expect(addOpenMs(hours, at("2026-11-25T17:50"), 15 * MINUTE)).toBe(at("2026-11-27T09:05"));
  expect(openMsBetween(hours, at("2026-11-25T12:00"), at("2026-11-25T11:00"))).toBe(0);
});

test("on both clock changes a shift from two to six has its real length", () => {
  const nightly = shop({ sun: [["02:00", "06:00"]] });
  expect(hoursLong(nightly, "2026-03-08")).toEqual([3]);
  expect(hoursLong(nightly, "2026-11-01")).toEqual([4]); // one o'clock is what comes twice
  expect(hoursLong(nightly, "2026-11-08")).toEqual([4]);
  expect(hoursLong(nightly, "2027-03-14")).toEqual([3]);
  expect(hoursLong(nightly, "2027-11-07")).toEqual([4]);
  const berlin = { ...nightly, timeZone: "Europe/Berlin" };
  expect(hoursLong(berlin, "2026-03-29")).toEqual([3]);
  expect(hoursLong(berlin, "2026-10-25")).toEqual([5]);
});

test("an opening at a time that the clock skips is the moment of the change", () => {
  const hours = shop({ sun: [["02:30", "03:10"]] });
  const change = at("2026-03-08T03:00");
  expect(findNextOpening(hours, change - 2 * HOUR)).toBe(change);
  expect(openMsBetween(hours, change - HOUR, change + HOUR)).toBe(10 * MINUTE);
  expect(hoursLong(shop({ sun: [["02:10", "02:50"]] }), "2026-03-08")).toEqual([0]);
  expect(findNextOpening(shop({ sun: [["02:10", "02:50"]] }), change - HOUR)).toBe(
    at("2026-03-09T09:00"),
  );
});

test("a date that the calendar skipped has no opening", () => {
  const apia = { ...shop(), timeZone: "Pacific/Apia" };
  // Samoa went from Thursday the 29th of December 2011 straight to Saturday the 31st.
  expect(findNextOpening(apia, at("2011-12-29T18:30", "Pacific/Apia"))).toBe(
    at("2011-12-31T10:00", "Pacific/Apia"),
  );
});

test("a shift may run to midnight, or past it into a holiday", () => {
  const late = shop({ wed: [["12:00", "24:00"]], fri: [["22:00", "02:00"]] }, [
    { date: "2026-11-28", name: "Inventory" },
  ]);
  expect(isOpen(late, at("2026-11-25T23:59"))).toBe(true);
  expect(isOpen(late, at("2026-11-26T00:00"))).toBe(false);
  expect(isOpen(late, at("2026-11-28T01:59"))).toBe(true);
  expect(isOpen(late, at("2026-11-28T02:00"))).toBe(false);
});

test("why it is closed: a named holiday that closes the day, and nothing more", () => {
  const hours = shop({}, [
    ...thanksgiving,
    { date: "2026-12-24", name: "Christmas Eve", open: [["09:00", "12:00"]] },
    { date: "2026-12-28" },
  ]);
  expect(findClosedReason(hours, at("2026-11-25T12:00"))).toBeNull();
  expect(findClosedReason(hours, at("2026-11-25T20:00"))).toEqual({});
  expect(findClosedReason(hours, at("2026-11-26T12:00"))).toEqual({ holiday: "Thanksgiving" });
  expect(findClosedReason(hours, at("2026-12-24T08:00"))).toEqual({});
  // Its own hours close what the week has open.
  expect(findClosedReason(hours, at("2026-12-24T15:00"))).toEqual({ holiday: "Christmas Eve" });
  expect(findClosedReason(hours, at("2026-12-24T20:00"))).toEqual({});
  expect(findClosedReason(hours, at("2026-12-28T12:00"))).toEqual({});
});

test.each([
  ["2026-11-25T07:30", [], "at 9:00 AM"],
  ["2026-11-25T00:00", [], "at 9:00 AM"],
  ["2026-11-24T23:59", [], "tomorrow at 9:00 AM"],
  ["2026-11-25T18:00", [], "tomorrow at 9:00 AM"],
  ["2026-11-25T18:00", thanksgiving, "on Friday, November 27 at 9:00 AM"],
  ["2026-11-28T13:20", [], "at 2:00 PM"],
  ["2026-11-28T17:00", [], "on Monday, November 30 at 9:00 AM"],
  ["2026-11-29T12:00", [], "tomorrow at 9:00 AM"],
  // The nights of both clock changes.
  ["2026-10-31T20:00", [], "on Monday, November 2 at 9:00 AM"],
  ["2026-11-01T23:30", [], "tomorrow at 9:00 AM"],
  ["2027-03-13T20:00", [], "on Monday, March 15 at 9:00 AM"],
  ["2027-03-14T23:30", [], "tomorrow at 9:00 AM"],
  ["2026-12-31T19:00", [], "tomorrow at 9:00 AM"],
  ["2026-12-31T19:00", [{ date: "2027-01-01" }], "on Saturday, January 2 at 10:00 AM"],
] satisfies [string, Holiday[], string][])(
  "asked at %s, with holidays %j, the shop opens %s",
  (local, days, words) => {
    const hours = shop({}, days);
    const now = at(local);
    const said = sayOpening(hours, findNextOpening(hours, now) ?? now, now);
    // In the shop's zone, by its name of that day.
    expect(said.replace(/ E[SD]T$/, "")).toBe(words);
    expect(said).not.toBe(words);
  },
);
