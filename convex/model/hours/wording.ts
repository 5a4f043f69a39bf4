/**
 * The opening hours as the AI quotes them: two sections of the document `hours-and-location`, written from
 * the same hours that hand-offs and timers use, so that the two can't disagree. Pure. Everything else in
 * that document, the address above all, is the shop's own text and stays.
 */
import { Temporal } from "temporal-polyfill";
import { WEEKDAYS, type Holiday, type OpeningHours, type Shift } from "./hours";

const NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Sections that are written anew, whatever they said; the shop may word their headings. */
const GENERATED = { week: /^## Opening hours\b/i, holidays: /^## Holidays\b/i };

/**
 * The document's Markdown with its sections "## Opening hours …" and "## Holidays …" written anew; both
 * come first where the document had none. `now` decides what the zone is called.
 */
export function withHours(body: string, hours: OpeningHours, now: number): string {
  const sections = sectionsOf(body);
  const found = (pattern: RegExp) => sections.find((section) => pattern.test(section));
  const heading = (pattern: RegExp, otherwise: string) =>
    found(pattern)?.split("\n", 1)[0] ?? otherwise;
  const fresh = [
    `${heading(GENERATED.week, "## Opening hours")}\n\n${weekText(hours, now)}`,
    ...(hours.holidays.length === 0
      ? []
      : [
          `${heading(GENERATED.holidays, "## Holidays on which the shop is closed")}\n\n${holidaysText(hours.holidays)}`,
        ]),
  ];
  const isGenerated = (section: string) =>
    GENERATED.week.test(section) || GENERATED.holidays.test(section);
  const at = Math.max(
    0,
    sections.findIndex((section) => isGenerated(section)),
  );
  const before = sections.slice(0, at);
  const after = sections.slice(at).filter((section) => !isGenerated(section));
  return [...before, ...fresh, ...after].join("\n\n") + "\n";
}

/** Cut before each heading of the second level, and of the first: a new chapter ends a section too. */
const sectionsOf = (body: string) =>
  body
    .split(/^(?=##? )/m)
    .map((section) => section.trim())
    .filter((section) => section !== "");

function weekText({ timeZone, weekly }: OpeningHours, now: number): string {
  const rows: { from: number; to: number; open: string }[] = [];
  for (const [day, name] of WEEKDAYS.entries()) {
    const open = sayShifts(weekly[name]);
    const last = rows.at(-1);
    if (last?.open === open) last.to = day;
    else rows.push({ from: day, to: day, open });
  }
  return [
    `All times are ${sayZone(timeZone, now)}.`,
    table(
      ["Day", "Open"],
      rows.map(({ from, to, open }) => [sayDays(from, to), open]),
    ),
  ].join("\n\n");
}

function sayDays(from: number, to: number): string {
  if (from === to) return NAMES[from]!;
  return `${NAMES[from]} ${to === from + 1 ? "and" : "to"} ${NAMES[to]}`;
}

function holidaysText(holidays: Holiday[]): string {
  return [
    "On these days the shop is closed, or open at the times given. The chat assistant still answers; a technician reads your message when we are open next.",
    table(
      ["Holiday", "Date", "Open"],
      holidays.map(({ date, name, open }) => [
        name ?? ((open ?? []).length === 0 ? "Closed day" : "Special hours"),
        sayDate(date),
        sayShifts(open ?? []),
      ]),
    ),
    "All other days have the normal hours.",
  ].join("\n\n");
}

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function sayShifts(shifts: Shift[]): string {
  if (shifts.length === 0) return "closed";
  return shifts.map(([opens, closes]) => `${sayWall(opens)} – ${sayWall(closes)}`).join(" and ");
}

/** "13:30" as "1:30 pm"; the ends of a day in words, which nobody takes for the other one. */
function sayWall(time: string): string {
  if (time === "00:00" || time === "24:00") return "midnight";
  if (time === "12:00") return "noon";
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return `${hour % 12 || 12}:${String(minute).padStart(2, "0")} ${hour < 12 ? "am" : "pm"}`;
}

const sayDate = (date: string) =>
  Temporal.PlainDate.from(date).toLocaleString("en-US", {
    weekday: "long",
    month: "long",
    day: "numeric",
    year: "numeric",
  });

/** "Eastern Time", or the zone's own name where it has no other: as it is now, for zones have changed their rules. */
function sayZone(timeZone: string, now: number): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longGeneric" });
  return parts.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}
