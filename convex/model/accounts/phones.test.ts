/** Phone numbers as people type and paste them. */
import { expect, test, vi } from "vitest";
import { normalizeSmsNumber } from "./phones";

const read = (raw: string): string | null => {
  vi.stubEnv("SMS_COUNTRIES", "US");
  try {
    return normalizeSmsNumber(raw);
  } catch {
    return null;
  }
};

test.each([
  ["(614) 555-0142", "+16145550142"],
  ["1-614-555-0142", "+16145550142"],
  ["614.555.0142", "+16145550142"],
  ["614\u2011555\u20110142", "+16145550142"],
  ["\u202a+1 614 555 0142\u202c", "+16145550142"],
  ["\u200e6145550142", "+16145550142"],
  ["６１４５５５０１４２", "+16145550142"],
  // Area codes that are newer than the metadata.
  ["(436) 555-0142", "+14365550142"],
  ["+1 457 555 0142", "+14575550142"],
  ["471-555-0142", "+14715550142"],
  // Near misses.
  ["(436) 155-0142", null],
  ["(436) 911-0142", null],
  ["(911) 555-0142", null],
  ["(294) 555-0142", null],
  ["(900) 555-0142", null],
  ["(436) 555-014", null],
  ["(436) 555-0142 ext. 7", null],
  ["+52 1 55 1234 5678", null],
  // Puerto Rico is a country of its own.
  ["(787) 555-0142", null],
])("%j is %j", (raw, number) => {
  expect(read(raw)).toBe(number);
});
