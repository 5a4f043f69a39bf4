import { expect, test } from "vitest";
import { periodsBack, printChosen, readChosen } from "./chosen";

test("what is chosen is read from the address as it was written there", () => {
  for (const chosen of [
    { by: "day" as const },
    { by: "week" as const, from: "2026-11-02" },
    { by: "month" as const, from: "2026-10-01" },
  ]) {
    expect(readChosen(printChosen(chosen))).toEqual(chosen);
  }
  expect(printChosen({ by: "week", from: "2026-11-02" })).toBe("by=week&from=2026-11-02");
});

test("an address without it, or with what nobody can mean, shows the newest week", () => {
  for (const search of ["", "?by=year", "by=&from=", "from=yesterday", "from=2026-11-2"]) {
    expect(readChosen(search)).toEqual({ by: "week" });
  }
});

test("a date opens the period it lies in, the oldest when it is older, the newest when it is to come", () => {
  const weeks = ["2026-11-09", "2026-11-16", "2026-11-23"];
  expect(periodsBack(weeks, undefined)).toBe(0);
  expect(periodsBack(weeks, "2026-11-23")).toBe(0);
  expect(periodsBack(weeks, "2026-11-22")).toBe(1);
  expect(periodsBack(weeks, "2026-11-09")).toBe(2);
  expect(periodsBack(weeks, "2025-01-01")).toBe(2);
  expect(periodsBack(weeks, "2030-01-01")).toBe(0);
});
