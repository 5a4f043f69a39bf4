/** What customers are told when people take over: by night, on holidays, across both clock changes, with nobody there. */
import { describe, expect, test } from "vitest";
import type { OpeningHours } from "../hours/hours";
import { handoffNotice, longerWaitNotice, sayWhenAnswered, type Situation } from "./notices";

const HOURS: OpeningHours = {
  timeZone: "America/New_York",
  weekly: {
    mon: [["09:00", "18:00"]],
    tue: [["09:00", "18:00"]],
    wed: [
      ["09:00", "12:00"],
      ["13:00", "18:00"],
    ],
    thu: [["09:00", "18:00"]],
    fri: [["09:00", "18:00"]],
    sat: [["10:00", "14:00"]],
    sun: [["09:00", "12:00"]],
  },
  holidays: [
    { date: "2026-12-24", name: "Christmas Eve", open: [["09:00", "12:00"]] },
    { date: "2026-12-25", name: "Christmas Day" },
  ],
};
const at = (now: string, rest: Partial<Situation> = {}): Situation => ({
  hours: HOURS,
  now: Date.parse(now),
  onDuty: false,
  ...rest,
});

describe("closed: when it opens", () => {
  test.each([
    ["by night", "2026-12-02T22:00-05:00", "We're closed right now. We open tomorrow at 9:00 AM"],
    ["before opening", "2026-12-02T07:00-05:00", "We open at 9:00 AM"],
    ["in the lunch break", "2026-12-02T12:30-05:00", "We open at 1:00 PM"],
    [
      "on an afternoon that is closed",
      "2026-12-24T14:00-05:00",
      "(Christmas Eve). We open on Saturday, December 26 at 10:00 AM",
    ],
    ["on a holiday", "2026-12-25T11:00-05:00", "(Christmas Day). We open tomorrow at 10:00 AM"],
    // Clocks go forward on 8 March 2026, back on 1 November 2026, both at 2 AM.
    ["the night clocks go forward", "2026-03-08T01:30-05:00", "We open at 9:00 AM"],
    ["the day before that", "2026-03-07T20:00-05:00", "We open tomorrow at 9:00 AM"],
    ["in the hour that comes twice", "2026-11-01T01:30-04:00", "We open at 9:00 AM"],
    ["in its second pass", "2026-11-01T01:30-05:00", "We open at 9:00 AM"],
  ])("%s", (_, now, says) => {
    expect(sayWhenAnswered(at(now))).toContain(says);
  });

  test("the opening that is told is the real one on both days of a clock change", () => {
    expect(sayWhenAnswered(at("2026-03-08T08:59-04:00"))).toContain("We open");
    expect(sayWhenAnswered(at("2026-03-08T09:00-04:00"))).not.toContain("closed");
    expect(sayWhenAnswered(at("2026-11-01T08:59-05:00"))).toContain("We open");
    expect(sayWhenAnswered(at("2026-11-01T09:00-05:00"))).not.toContain("closed");
  });
});

test("open with nobody on a shift: nothing is promised but that they answer once they can", () => {
  const said = sayWhenAnswered(at("2026-12-02T10:00-05:00"));
  expect(said).toMatch(/^As soon as a technician is free/);
  expect(said).not.toMatch(/closed|open/);
});

test("somebody on a shift counts for more than the hours", () => {
  expect(sayWhenAnswered(at("2026-12-02T22:00-05:00", { onDuty: true }))).not.toMatch(/closed/);
});

test("a shop that never opens says no hour", () => {
  const never = {
    ...HOURS,
    holidays: [],
    weekly: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
  };
  const said = sayWhenAnswered(at("2026-12-02T10:00-05:00", { hours: never }));
  expect(said).toBe(
    "We're closed right now. A technician will answer right here once we are back.",
  );
});

test("no notice asks for a contact: the page does, once", () => {
  for (const now of ["2026-12-02T22:00-05:00", "2026-12-02T10:00-05:00"]) {
    const handOff = { reason: "customer_request", topic: null } as const;
    for (const words of [handoffNotice(handOff, at(now)), longerWaitNotice(at(now))]) {
      expect(words).not.toMatch(/phone|e-mail/);
    }
  }
});

test("danger comes first, before where the message went", () => {
  const handOff = { reason: "customer_request", topic: "swollen_battery" } as const;
  expect(handoffNotice(handOff, at("2026-12-02T22:00-05:00"))).toMatch(
    /^Please stop using and charging.*I've passed this/s,
  );
});
