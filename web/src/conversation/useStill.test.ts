/** How long what the server says holds on a page whose clock may be wrong. */
import { expect, test } from "vitest";
import { endOf } from "./useStill";

const LASTS = 10_000;
const NOW = 1_000_000;
const HOUR = 3_600_000;

test.each([
  ["right", 0],
  ["an hour late", -HOUR],
  ["an hour early", HOUR],
])("what begins while one watches holds as long as it lasts, with a clock that is %s", (_, off) => {
  const until = NOW + LASTS;
  expect(endOf(until, LASTS, NOW + off, false) - (NOW + off)).toBe(LASTS);
});

test.each([
  ["is over", NOW - 1, -1],
  ["has begun", NOW + 4_000, 4_000],
  ["seems to go on for an hour, by a clock that is late", NOW + HOUR, LASTS],
])("what is found that %s holds no longer than that", (_, until, holds) => {
  expect(endOf(until, LASTS, NOW, true) - NOW).toBe(holds);
});
