/** Calendar files as people export them, and as nobody should. */
import { expect, test } from "vitest";
import { isAppError } from "../lib/errors";
import { readCalendarFile } from "./calendarFile";

const RANGE = { from: "2026-11-28", to: "2027-12-31" };
const event = (...lines: string[]) => ["BEGIN:VEVENT", ...lines, "END:VEVENT"];
const calendar = (...events: string[][]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...events.flat(), "END:VCALENDAR", ""].join("\r\n");
const read = (...events: string[][]) => readCalendarFile(calendar(...events), RANGE);
const days = (...events: string[][]) => read(...events).found.map(({ date }) => date);

function refusal(text: string): { code: string; message: string } {
  try {
    readCalendarFile(text, RANGE);
  } catch (error) {
    if (isAppError(error)) return error.data;
    throw error;
  }
  throw new Error("It was read.");
}

test("all-day events are read with their names, folded and escaped; those with a time are counted", () => {
  const christmas = event("DTSTART;VALUE=DATE:20261225", "SUMMARY:Christmas\\, the ", " 25th");
  const party = event("DTSTART:20261218T180000Z", "SUMMARY:Party");
  expect(read(christmas, party)).toEqual({
    found: [{ date: "2026-12-25", name: "Christmas, the 25th" }],
    timed: 1,
  });
});

test("an event of several days is each of them, and its end is none", () => {
  const some = ["DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"];
  expect(days(event(...some))).toEqual(["2026-12-24", "2026-12-25", "2026-12-26"]);
  const long = ["DTSTART;VALUE=DATE:19000101", "DTEND;VALUE=DATE:21000101"];
  expect(days(event(...long))).toHaveLength(399);
});

test("what repeats is read within the range, without what was taken out, moved or cancelled", () => {
  const yearly = ["UID:a", "DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=YEARLY"];
  expect(days(event(...yearly))).toEqual(["2027-01-01"]);
  const thanksgiving = ["UID:b", "DTSTART;VALUE=DATE:20201126"];
  const rule = "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH";
  expect(days(event(...thanksgiving, rule))).toEqual(["2027-11-25"]);
  expect(days(event(...thanksgiving, rule, "EXDATE;VALUE=DATE:20271125"))).toEqual([]);
  expect(days(event(...thanksgiving, `${rule};UNTIL=20261231`))).toEqual([]);
  const other = ["UID:b", "RECURRENCE-ID;VALUE=DATE:20271125"];
  const moved = event(...other, "DTSTART;VALUE=DATE:20271126");
  expect(days(event(...thanksgiving, rule), moved)).toEqual(["2027-11-26"]);
  const off = event(...other, "DTSTART;VALUE=DATE:20271125", "STATUS:CANCELLED");
  expect(days(event(...thanksgiving, rule), off)).toEqual([]);
});

test("an exception of one series is none of another's", () => {
  const rule = "RRULE:FREQ=YEARLY";
  const exception = ["UID:other", "RECURRENCE-ID;VALUE=DATE:20270101"];
  const moved = event(...exception, "DTSTART;VALUE=DATE:20270105");
  const ours = event("UID:ours", "DTSTART;VALUE=DATE:20200101", rule);
  expect(days(ours, moved).sort()).toEqual(["2027-01-01", "2027-01-05"]);
});

test.each([
  "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
  "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU",
  "FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4",
  "FREQ=YEARLY;INTERVAL=2",
  "FREQ=MONTHLY;BYDAY=1MO",
  "FREQ=MONTHLY;BYMONTHDAY=31",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE",
  "FREQ=DAILY;COUNT=500",
])("%s is gone through", (rule) => {
  expect(days(event("DTSTART;VALUE=DATE:20261201", `RRULE:${rule}`)).length).toBeGreaterThan(0);
});

// Each might never come true, which ical.js would look for without an end.
test.each([
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
  "FREQ=YEARLY;BYMONTH=2;BYDAY=MO;BYSETPOS=6",
  "FREQ=YEARLY;BYMONTH=2;BYDAY=6MO",
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=20;BYDAY=1MO",
  "FREQ=YEARLY;BYYEARDAY=366",
  "FREQ=YEARLY;BYWEEKNO=53",
  "FREQ=HOURLY",
  "FREQ=SECONDLY;BYSECOND=1",
])("%s is refused before it is asked", (rule) => {
  const { code, message } = refusal(
    calendar(event("DTSTART;VALUE=DATE:20261207", `RRULE:${rule}`)),
  );
  expect(code).toBe("invalid_input");
  expect(message).toMatch(/too complicated. List its days/);
});

test.each([
  ["nothing", "", /BEGIN:VCALENDAR/],
  ["a web page", "<html></html>", /BEGIN:VCALENDAR/],
  ["one that is cut off", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", /can be read/],
  ["a broken line", "BEGIN:VCALENDAR\r\nFOO\r\nEND:VCALENDAR", /can be read/],
  ["a broken date", calendar(event("DTSTART;VALUE=DATE:2026130")), /can be read/],
  ["a 13th month", calendar(event("DTSTART;VALUE=DATE:20261301")), /is no date/],
  ["a 30th of February", calendar(event("DTSTART;VALUE=DATE:20270230")), /is no date/],
  [
    "a frequency that is none",
    calendar(event("DTSTART;VALUE=DATE:20261207", "RRULE:FREQ=FOO")),
    /can be read/,
  ],
])("%s is refused in words", (_, text, words) => {
  const { code, message } = refusal(text);
  expect(code).toBe("invalid_input");
  expect(message).toMatch(words);
});

test("a file without events names no day, and one of several calendars all of theirs", () => {
  expect(days()).toEqual([]);
  const one = calendar(event("DTSTART;VALUE=DATE:20261224"));
  const two = calendar(event("DTSTART;VALUE=DATE:20261225"));
  expect(readCalendarFile(one + two, RANGE).found).toHaveLength(2);
});

test("too many events, and repetitions without number, are refused", () => {
  const many = Array.from({ length: 2_001 }, () => event("DTSTART;VALUE=DATE:20261224"));
  expect(refusal(calendar(...many))).toMatchObject({ code: "too_large" });
  const daily = event("DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=DAILY");
  expect(refusal(calendar(daily, daily))).toMatchObject({ code: "too_large" });
});
