/**
 * The example shop's opening hours, known through the end of 2027, and the hours of a deployment that has
 * not set its own (`knowledge.setHours`). The document `hours-and-location` is written from them.
 */
import type { OpeningHours, Shift } from "./hours";

const WEEKDAY: Shift[] = [["09:00", "18:00"]];

export const seedOpeningHours: OpeningHours = {
  timeZone: "America/New_York",
  weekly: {
    mon: WEEKDAY,
    tue: WEEKDAY,
    wed: WEEKDAY,
    thu: WEEKDAY,
    fri: WEEKDAY,
    // The shop closes for lunch on Saturday.
    sat: [
      ["10:00", "13:00"],
      ["14:00", "17:00"],
    ],
    sun: [],
  },
  holidays: [
    { date: "2026-11-26", name: "Thanksgiving" },
    { date: "2026-12-24", name: "Christmas Eve" },
    { date: "2026-12-25", name: "Christmas Day" },
    { date: "2027-01-01", name: "New Year's Day" },
    { date: "2027-05-31", name: "Memorial Day" },
    { date: "2027-06-19", name: "Juneteenth" },
    { date: "2027-07-05", name: "Independence Day (observed)" },
    { date: "2027-09-06", name: "Labor Day" },
    { date: "2027-11-25", name: "Thanksgiving" },
    { date: "2027-12-24", name: "Christmas Eve" },
    { date: "2027-12-25", name: "Christmas Day" },
  ],
};
