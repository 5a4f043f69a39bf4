import { expect, test } from "vitest";
import { priceOf, shareOfFree, type Used } from "./prices";

const used = (more: Partial<Used> = {}): Used => ({
  calls: 1_000_000,
  trafficGb: 1,
  storedGb: 0.5,
  actionGbHours: 20,
  ...more,
});

test("what a plan includes costs its base, and what is beyond is paid by the meter", () => {
  expect(priceOf("Starter", used())).toBe(0);
  expect(priceOf("Professional", used())).toBe(25);
  expect(priceOf("Starter", used({ calls: 3_000_000, trafficGb: 11 }))).toBeCloseTo(4.4 + 2.2);
  expect(priceOf("Professional", used({ trafficGb: 150, actionGbHours: 260 }))).toBeCloseTo(48);
});

test("the free plan ends with whatever is used up first", () => {
  expect(shareOfFree(used({ trafficGb: 2 }))).toEqual({ meter: "trafficGb", share: 2 });
  expect(shareOfFree(used({ storedGb: 0.1, calls: 10, trafficGb: 0.1 })).meter).toBe(
    "actionGbHours",
  );
});
