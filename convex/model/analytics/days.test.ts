import { expect, test } from "vitest";
import { HOUR } from "../../lib/time";
import { calendarOf, dayAt, listPeriods, sayHour } from "./days";
import { openByHour } from "./report";

const at = (iso: string) => Date.parse(iso);
const hours = ({ start, end }: { start: number; end: number }) => (end - start) / HOUR;

test("a day lasts from midnight to midnight of the shop's clock, longer or shorter where that changes", () => {
  expect(hours(dayAt("America/New_York", at("2026-11-01T12:00:00Z")))).toBe(25);
  expect(hours(dayAt("America/New_York", at("2026-03-08T12:00:00Z")))).toBe(23);
  expect(hours(dayAt("Australia/Lord_Howe", at("2026-10-04T00:00:00Z")))).toBe(23.5);
  // Midnight itself is skipped: the day begins at one.
  const { start } = dayAt("America/Santiago", at("2026-09-06T12:00:00Z"));
  expect(sayHour("America/Santiago", start)).toBe("2026-09-06T01:00-03:00");
});

test("hours are counted from midnight: whole ones in zones half an hour off, each of two alike by itself", () => {
  const kathmandu = calendarOf("Asia/Kathmandu");
  expect(kathmandu(at("2026-05-01T04:20:00Z"))).toMatchObject({
    hourStart: at("2026-05-01T04:15:00Z"),
    hour: 10,
  });
  const newYork = calendarOf("America/New_York");
  const [first, second] = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"].map((iso) =>
    newYork(at(iso)),
  );
  expect([first!.hour, second!.hour]).toEqual([1, 1]);
  expect(second!.hourStart - first!.hourStart).toBe(HOUR);
});

test("weeks begin on Monday, months on the first, and each ends where the next begins", () => {
  for (const by of ["day", "week", "month"] as const) {
    const periods = listPeriods("Europe/Berlin", by, at("2026-11-01T23:30:00Z"), 5);
    for (const [i, { start }] of periods.entries())
      expect(start).toBe(periods[i - 1]?.end ?? start);
    expect(periods.at(-1)!.date).toBe(
      { day: "2026-11-02", week: "2026-11-02", month: "2026-11-01" }[by],
    );
  }
});

test("an ordinary week's openings by the hour: parts of hours, and nights that run into the next day", () => {
  const closed = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  const open = openByHour({
    weekly: { ...closed, mon: [["09:30", "11:00"]], sun: [["23:00", "01:00"]] },
  });
  expect(open.flatMap((share, i) => (share > 0 ? [[i, share]] : []))).toEqual([
    [0, 1],
    [9, 0.5],
    [10, 1],
    [6 * 24 + 23, 1],
  ]);
});
