/** What hours a shop may set, and what it is told when it may not. */
import { expect, test } from "vitest";
import { isAppError } from "../../lib/errors";
import { checkHours, MAX_HOLIDAYS, MAX_SHIFTS_A_DAY } from "./rules";
import { seedOpeningHours } from "./example";

type Input = Parameters<typeof checkHours>[0];
const closed = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
const hours = (weekly: Partial<Input["weekly"]>, over: Partial<Input> = {}): Input => ({
  timeZone: "America/New_York",
  weekly: { ...closed, ...weekly },
  holidays: [],
  ...over,
});

function refusal(input: Input): { code: string; message: string } {
  try {
    checkHours(input);
  } catch (error) {
    if (isAppError(error)) return error.data;
    throw error;
  }
  throw new Error("It was accepted.");
}

test("the seed's hours, a shop that never opens, and one that never closes may be set", () => {
  const always = [["00:00", "24:00"]];
  const week = { mon: always, tue: always, wed: always, thu: always, fri: always };
  expect(checkHours(seedOpeningHours)).toEqual(seedOpeningHours);
  expect(checkHours(hours({}))).toEqual(hours({}));
  expect(checkHours(hours({ ...week, sat: always, sun: always }))).toBeTruthy();
});

test("shifts may touch, run to midnight, and run past it up to the next day's first", () => {
  const weekly = {
    fri: [
      ["09:00", "12:00"],
      ["12:00", "15:00"],
      ["22:00", "02:00"],
    ],
    sat: [["02:00", "24:00"]],
    sun: [["00:00", "06:00"]],
  };
  expect(checkHours(hours(weekly)).weekly).toMatchObject(weekly);
});

test("holidays are kept by date, their names in one line that fits a table", () => {
  const holidays = [
    { date: "2026-12-25", name: " Christmas |\nDay " },
    { date: "2026-11-26", open: [["09:00", "12:00"]] },
  ];
  expect(checkHours(hours({}, { holidays })).holidays).toEqual([
    { date: "2026-11-26", open: [["09:00", "12:00"]] },
    { date: "2026-12-25", name: "Christmas Day" },
  ]);
});

test.each<[string, Input, RegExp]>([
  [
    "an unknown zone",
    hours({}, { timeZone: "America/Columbus" }),
    /"America\/Columbus" is no time zone/,
  ],
  ["an offset for a zone", hours({}, { timeZone: "-05:00" }), /"-05:00" is no time zone/],
  ...["EST", "MST", "HST", "Etc/GMT+5", "Etc/GMT-14"].map(
    (timeZone): [string, ReturnType<typeof hours>, RegExp] => [
      `${timeZone}, an offset by another name`,
      hours({}, { timeZone }),
      /no clock change reaches/,
    ],
  ),
  ["an empty zone", hours({}, { timeZone: "" }), /is no time zone/],
  ["one time", hours({ mon: [["09:00"]] }), /A shift on Monday needs two times/],
  ["three times", hours({ mon: [["09:00", "12:00", "18:00"]] }), /needs two times/],
  ["no time", hours({ mon: [["9am", "6pm"]] }), /On Monday, "9am" to "6pm" is no shift/],
  ["25 o'clock", hours({ tue: [["09:00", "25:00"]] }), /is no shift/],
  ["60 minutes", hours({ tue: [["09:60", "18:00"]] }), /is no shift/],
  ["opening at 24:00", hours({ tue: [["24:00", "02:00"]] }), /is no shift/],
  ["an empty shift", hours({ wed: [["09:00", "09:00"]] }), /opens and closes at 09:00/],
  [
    "shifts that overlap",
    hours({
      thu: [
        ["09:00", "13:00"],
        ["12:30", "18:00"],
      ],
    }),
    /On Thursday, 12:30–18:00 begins before 09:00–13:00 ends/,
  ],
  [
    "shifts out of order",
    hours({
      thu: [
        ["14:00", "18:00"],
        ["09:00", "13:00"],
      ],
    }),
    /List the shifts in order/,
  ],
  [
    "a shift after one that runs past midnight",
    hours({
      fri: [
        ["22:00", "02:00"],
        ["23:00", "23:30"],
      ],
    }),
    /On Friday, 23:00–23:30 begins before/,
  ],
  [
    "a night that runs into the next morning's shift",
    hours({ sun: [["22:00", "02:00"]], mon: [["01:30", "09:00"]] }),
    /Sunday's 22:00–02:00 runs past Monday's opening at 01:30/,
  ],
  ["a date that does not exist", hours({}, { holidays: [{ date: "2026-02-30" }] }), /is no date/],
  [
    "a date in other words",
    hours({}, { holidays: [{ date: "12/25/2026" }] }),
    /Write it as 2026-12-25/,
  ],
  [
    "a date twice",
    hours({}, { holidays: [{ date: "2026-12-25" }, { date: "2026-12-25", name: "Christmas" }] }),
    /2026-12-25 is listed twice/,
  ],
  ["a blank name", hours({}, { holidays: [{ date: "2026-12-25", name: " " }] }), /name is empty/],
  [
    "overlapping hours of a holiday",
    hours(
      {},
      {
        holidays: [
          {
            date: "2026-12-24",
            open: [
              ["09:00", "12:00"],
              ["11:00", "13:00"],
            ],
          },
        ],
      },
    ),
    /On 2026-12-24, 11:00–13:00 begins before/,
  ],
])("%s is refused in words", (_, input, words) => {
  const { code, message } = refusal(input);
  expect(code).toBe("invalid_input");
  expect(message).toMatch(words);
});

test("the row stays small: shifts, holidays and names have a limit", () => {
  const shifts = Array.from({ length: MAX_SHIFTS_A_DAY + 1 }, (_, i) => [`0${i}:00`, `0${i}:30`]);
  const holidays = Array.from({ length: MAX_HOLIDAYS + 1 }, (_, i) => ({
    date: new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
  }));
  const name = "x".repeat(81);
  expect(refusal(hours({ mon: shifts }))).toMatchObject({ code: "too_large" });
  expect(refusal(hours({}, { holidays }))).toMatchObject({ code: "too_large" });
  expect(refusal(hours({}, { holidays: [{ date: "2026-12-25", name }] }))).toMatchObject({
    code: "too_large",
  });
  expect(checkHours(hours({ mon: shifts.slice(1) }, { holidays: holidays.slice(1) }))).toBeTruthy();
});

test("hours that were stored under such a zone go on", () => {
  const stored = { ...seedOpeningHours, timeZone: "EST" };
  expect(checkHours(stored, { isStored: true }).timeZone).toBe("EST");
});
