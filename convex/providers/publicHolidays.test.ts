/** Public holidays, as the shop's calendar has them. */
import { expect, test } from "vitest";
import { isAppError } from "../lib/errors";
import { listPublicHolidays } from "./publicHolidays";

const of = (region: string, timeZone: string, from = "2027-01-01", to = "2027-12-31") =>
  listPublicHolidays(region, { from, to, timeZone });
const dates = (...args: Parameters<typeof of>) => of(...args).map(({ date }) => date);

test("of the United States and Ohio, with the days that stand in for others", () => {
  const days = of("US-OH", "America/New_York");
  expect(days).toContainEqual({ date: "2027-11-25", name: "Thanksgiving Day" });
  expect(days).toContainEqual({
    date: "2027-07-05",
    name: "Independence Day",
    insteadOf: "2027-07-04",
  });
  // For New Year's Day of the year after.
  expect(days).toContainEqual({
    date: "2027-12-31",
    name: "New Year's Day",
    insteadOf: "2028-01-01",
  });
  expect(days.map(({ name }) => name)).not.toContain("Valentine's Day");
});

test("states differ", () => {
  expect(dates("DE-BY", "Europe/Berlin")).toContain("2027-01-06");
  expect(dates("DE-BE", "Europe/Berlin")).not.toContain("2027-01-06");
});

test.each(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Istanbul"])(
  "a holiday that begins at sunset is the day after, in %s too",
  (timeZone) => {
    // Ramazan Bayramı of 2026: from the evening of the 19th of March; three days.
    expect(dates("TR", "Europe/Istanbul", "2026-03-15", "2026-03-25")).toEqual([
      "2026-03-20",
      "2026-03-21",
      "2026-03-22",
    ]);
    expect(dates("US-OH", timeZone)).toContain("2027-11-25");
  },
);

test.each([
  ["US", /differ by state/],
  ["US-ZZ", /differ by state/],
  ["XX", /No holidays are known/],
  ["us-oh", /No holidays are known/],
  ["Ohio", /No holidays are known/],
  ["", /No holidays are known/],
  ["__proto__", /No holidays are known/],
  ["US-constructor", /No holidays are known/],
  ["US-LA-XX", /no part "XX"/],
])("%j is refused in words", (region, words) => {
  try {
    of(region, "America/New_York");
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(error.data.code).toBe("invalid_input");
    expect(error.data.message).toMatch(words);
    return;
  }
  throw new Error("It was taken.");
});
