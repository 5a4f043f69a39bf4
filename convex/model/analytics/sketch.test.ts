import { expect, test } from "vitest";
import { fc } from "../../../tests/properties";
import { DAY, HOUR } from "../../lib/time";
import { addCounts, type Counts } from "./metrics";
import { quantileOf, RELATIVE_ERROR, sketchOf, withoutSketches } from "./sketch";

const sketch = (times: number[]) =>
  times.reduce<Counts>((sum, ms) => addCounts(sum, sketchOf("t", ms)), {});
const times = fc.array(fc.integer({ min: 100, max: 30 * DAY }), { minLength: 1, maxLength: 60 });

test("a quantile is within the stated error of the exact one, however the times are spread over periods", () => {
  fc.assert(
    fc.property(times, times, fc.constantFrom(0.5, 0.9), (a, b, q) => {
      const all = [...a, ...b].sort((x, y) => x - y);
      const exact = all[Math.ceil(q * all.length) - 1]!;
      const shown = quantileOf(addCounts(sketch(a), sketch(b)), "t", q)!;
      expect(Math.abs(shown - exact)).toBeLessThanOrEqual(RELATIVE_ERROR * exact * 1.000001);
    }),
  );
});

test("a sketch is bounded: 172 buckets, and what is shorter or longer counts as its end", () => {
  const all: Counts = {};
  for (let ms = 1; ms < 100 * DAY; ms *= 1.01) Object.assign(all, sketchOf("t", ms));
  expect(Object.keys(all)).toHaveLength(172);
  expect(quantileOf(sketch([0]), "t", 0.5)).toBe(100);
  const longest = quantileOf(sketch([400 * DAY]), "t", 0.5)! / DAY;
  expect(Math.abs(longest / 30 - 1)).toBeLessThanOrEqual(RELATIVE_ERROR);
});

test("of nothing there is no quantile, and one sketch knows nothing of another whose name begins like its own", () => {
  expect(quantileOf({}, "t", 0.5)).toBeNull();
  expect(quantileOf(sketchOf("time", HOUR), "t", 0.5)).toBeNull();
  expect(withoutSketches({ resolved: 2, ...sketchOf("resolved.ms", 5) })).toEqual({ resolved: 2 });
});
