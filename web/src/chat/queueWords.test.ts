import { describe, expect, test } from "vitest";
import { placeWords, whenWords } from "./queueWords";

const at = (time: string) => Date.parse(`${time}Z`);
// New York: 9 to 18 on Wednesday, closed on Thanksgiving, open again on Friday.
const shop = {
  timeZone: "America/New_York",
  openings: [
    { opensAt: at("2026-11-25T14:00"), closesAt: at("2026-11-25T23:00") },
    { opensAt: at("2026-11-27T14:00"), closesAt: at("2026-11-27T23:00") },
  ],
};

describe("the place in line", () => {
  test.each([
    [{ place: 1, more: false }, "You're next in line."],
    [{ place: 3, more: false }, "You're number 3 in line."],
    [{ place: 5, more: false }, "You're number 5 in line."],
    // The sixth has exactly five before them.
    [{ place: 5, more: true }, "At least 5 people are ahead of you in line."],
    [null, "You're in line for a technician."],
  ])("%j", (position, words) => expect(placeWords(position)).toBe(words));
});

describe("the hours", () => {
  test("while the shop is open, or its hours are not known yet, no hour is named", () => {
    for (const told of [whenWords(shop, at("2026-11-25T22:59")), whenWords(undefined, 0)]) {
      expect(told).toMatch(/^The answer will be here/);
      expect(told).not.toMatch(/closed|\d/);
    }
  });

  test("from the minute of closing on, the next opening is named in the shop's time, past the holiday", () => {
    const told = whenWords(shop, at("2026-11-25T23:00")).replace(/\s/g, " ");
    expect(told).toMatch(/closed right now and open on Friday, November 27 at 9:00 AM EST/);
    const early = whenWords(shop, at("2026-11-27T08:00")).replace(/\s/g, " ");
    expect(early).toMatch(/closed right now and open at 9:00 AM EST/);
  });

  test("without a known opening none is made up", () => {
    const told = whenWords(shop, at("2026-11-28T12:00"));
    expect(told).toMatch(/^We're closed right now\. /);
    expect(told).not.toMatch(/\d/);
  });
});
