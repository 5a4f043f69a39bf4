/** Which numbers get codes by text: what their form can't tell (`lib/phone.test.ts` has that). */
import { expect, test, vi } from "vitest";
import { normalizeSmsNumber } from "./phones";

const read = (raw: string, countries = "US"): string | null => {
  vi.stubEnv("SMS_COUNTRIES", countries);
  try {
    return normalizeSmsNumber(raw);
  } catch {
    return null;
  }
};

test.each([
  ["614\u2011555\u20110142", "+16145550142"],
  // Area codes that are newer than the metadata.
  ["(436) 555-0142", "+14365550142"],
  ["+1 457 555 0142", "+14575550142"],
  ["471-555-0142", "+14715550142"],
  // What is dialled at home alone takes the metadata.
  ["011 15 2345-6789", "+5491123456789", "AR"],
  ["+52 1 55 1234 5678", "+525512345678", "MX"],
  // Near misses.
  ["(436) 911-0142", null],
  ["(900) 555-0142", null],
  ["(436) 555-0142", null, "CA"],
  ["+52 1 55 1234 5678", null],
  ["+55 11 3456-7890", null, "BR"],
])("%j is %j", (raw, number, countries?: string) => {
  expect(read(raw, countries)).toBe(number);
});

test.each([
  ["PR", "(787) 555-0142"],
  ["GU", "(671) 555-0142"],
  ["VI", "(340) 642-0142"],
  ["AS", "(684) 733-1234"],
  ["MP", "(670) 234-5678"],
  ["DO", "(809) 234-5678"],
  ["JM", "(876) 210-1234"],
  ["CA", "(416) 555-0142"],
])("%s is a country of its own", (country, raw) => {
  expect(read(raw)).toBeNull();
  expect(read(raw, `US,${country}`)).toMatch(/^\+1\d{10}$/);
});
