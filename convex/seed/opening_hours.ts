/**
 * The shop's opening hours as the hand-off rules read them. They say the same as the document
 * `hours-and-location`: change both together.
 *
 * Times are wall-clock times in `timeZone`; a day with two spans is a split shift. `holidays` are
 * local dates on which the shop is closed all day, known through the end of 2027.
 */

export type SeedWeekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

export type SeedOpeningHours = {
  timeZone: string;
  weekly: Record<SeedWeekday, [opens: string, closes: string][]>;
  holidays: string[];
};

export const seedOpeningHours: SeedOpeningHours = {
  timeZone: "America/New_York",
  weekly: {
    mon: [["09:00", "18:00"]],
    tue: [["09:00", "18:00"]],
    wed: [["09:00", "18:00"]],
    thu: [["09:00", "18:00"]],
    fri: [["09:00", "18:00"]],
    // The shop closes for lunch on Saturday.
    sat: [
      ["10:00", "13:00"],
      ["14:00", "17:00"],
    ],
    sun: [],
  },
  holidays: [
    "2026-11-26", // Thanksgiving
    "2026-12-24", // Christmas Eve
    "2026-12-25", // Christmas Day
    "2027-01-01", // New Year's Day
    "2027-05-31", // Memorial Day
    "2027-06-19", // Juneteenth
    "2027-07-05", // Independence Day, observed
    "2027-09-06", // Labor Day
    "2027-11-25", // Thanksgiving
    "2027-12-24", // Christmas Eve
    "2027-12-25", // Christmas Day
  ],
};
