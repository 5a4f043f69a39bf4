import { expect, test } from "vitest";
import { listTime, listTimeInside } from "./time";

const NOON = new Date(2026, 10, 29, 12).getTime();
const HOUR = 3_600_000;

test("a day begins with a capital where it stands alone, and with none within a sentence", () => {
  const yesterday = NOON - 24 * HOUR;
  expect(listTime(yesterday, NOON)).toBe("Yesterday");
  expect(listTimeInside(yesterday, NOON)).toBe("yesterday");
  for (const at of [NOON - HOUR, NOON - 240 * HOUR]) {
    expect(listTimeInside(at, NOON)).toBe(listTime(at, NOON));
  }
});
