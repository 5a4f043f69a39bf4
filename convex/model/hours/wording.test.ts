/** The hours as the AI quotes them: written from the hours, and nothing else of the document changed. */
import { expect, test } from "vitest";
import { seedDocuments } from "../../seed/documents";
import { seedOpeningHours } from "./example";
import { HOURS_SLUG } from "../../validators";
import { withHours } from "./wording";

const seeded = () => seedDocuments.find(({ slug }) => slug === HOURS_SLUG)!.body;

const NOW = Date.parse("2026-07-01T12:00:00Z");

test.each([
  ["America/Detroit", "Eastern Time"],
  ["America/Indiana/Indianapolis", "Eastern Time"],
  ["America/New_York", "Eastern Time"],
  ["America/Phoenix", "Mountain Standard Time"],
])("the zone %s is called %s, as it is now", (timeZone, name) => {
  expect(withHours("", { ...seedOpeningHours, timeZone }, NOW)).toContain(`All times are ${name}.`);
});

test("the example shop's document states the example shop's hours", () => {
  const body = seeded();
  expect(body).toContain("All times are Eastern Time.");
  expect(body).toContain("| Monday to Friday | 9:00 am – 6:00 pm |");
  expect(body).toContain("| Saturday | 10:00 am – 1:00 pm and 2:00 pm – 5:00 pm |");
  expect(body).toContain("| Sunday | closed |");
  expect(body).toContain("| Thanksgiving | Thursday, November 26, 2026 | closed |");
  expect(body.match(/\| closed \|$/gm)).toHaveLength(1 + seedOpeningHours.holidays.length);
  expect(body).toContain("218 Maple Street");
});

test("writing the same hours again changes nothing", () => {
  expect(withHours(seeded(), seedOpeningHours, NOW)).toBe(seeded());
});

test("other hours replace every word about the old ones, and keep the rest and its order", () => {
  const evening = {
    ...seedOpeningHours,
    timeZone: "Asia/Kolkata",
    weekly: {
      ...seedOpeningHours.weekly,
      sat: [],
      mon: [["12:00", "24:00"]] as [string, string][],
    },
    holidays: [{ date: "2026-12-24", open: [["09:00", "12:30"]] as [string, string][] }],
  };
  const body = withHours(seeded(), evening, NOW);
  expect(body).toContain("All times are India Standard Time.");
  expect(body).toContain("| Monday | noon – midnight |");
  expect(body).toContain("| Tuesday to Friday | 9:00 am – 6:00 pm |");
  expect(body).toContain("| Saturday and Sunday | closed |");
  expect(body).toContain("| Special hours | Thursday, December 24, 2026 | 9:00 am – 12:30 pm |");
  expect(body).not.toMatch(/Eastern|10:00 am|Thanksgiving \|/);
  const headings = (text: string) => text.match(/^##.*$/gm);
  expect(headings(body)).toEqual(headings(seeded()));
  const rest = (text: string) => text.slice(text.indexOf("## Address"));
  expect(rest(body)).toBe(rest(seeded()));
});

test("without holidays that section goes, and comes back with the first", () => {
  const without = withHours(seeded(), { ...seedOpeningHours, holidays: [] }, NOW);
  expect(without).not.toContain("## Holidays");
  const again = withHours(without, seedOpeningHours, NOW);
  expect(again.match(/^##.*$/gm)?.slice(0, 3)).toEqual([
    "## Opening hours of Computer Guys",
    "## Holidays on which the shop is closed",
    "## Address and phone number",
  ]);
});

test("a document that said nothing of hours states them first", () => {
  const body = withHours("# Find us\n\n## Parking\n\nBehind the house.\n", seedOpeningHours, NOW);
  expect(body.match(/^##? .*$/gm)).toEqual([
    "## Opening hours",
    "## Holidays on which the shop is closed",
    "# Find us",
    "## Parking",
  ]);
});
