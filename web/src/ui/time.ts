/** Dates and durations in the reader's language and time zone. */
const DAY = 24 * 60 * 60 * 1000;

export const clockTime = (at: number): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });

export const fullTime = (at: number): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });

/** "Today", "Yesterday", then the date. */
export function dayName(at: number, now = Date.now()): string {
  const date = new Date(at).toDateString();
  if (date === new Date(now).toDateString()) return "Today";
  if (date === new Date(now - DAY).toDateString()) return "Yesterday";
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Date(at).toLocaleDateString(undefined, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" as const }),
  });
}

/** "3:14 PM" today, else "Yesterday" or the date: for lists. */
export function listTime(at: number, now = Date.now()): string {
  const name = dayName(at, now);
  if (name === "Today") return clockTime(at);
  if (name === "Yesterday") return name;
  return new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** The same within a sentence: "yesterday". */
export const listTimeInside = (at: number, now = Date.now()): string =>
  listTime(at, now).replace("Yesterday", "yesterday");

/** "< 1 min", "4 min", "2 h 5 min", "3 d". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "< 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

/**
 * "3:00 PM", "tomorrow at 3:00 PM", "on Monday, November 30 at 9:00 AM" in the reader's time; with a `timeZone` in that
 * one, which is named, as it is in what the shop writes.
 */
export function dueTime(at: number, now: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const say = (time: number, options: Intl.DateTimeFormatOptions) =>
    new Date(time).toLocaleString(undefined, { ...options, ...zone });
  const clock = { hour: "numeric", minute: "2-digit" } as const;
  const time = say(at, timeZone === undefined ? clock : { ...clock, timeZoneName: "short" });
  const day = (time: number) => say(time, { dateStyle: "short" });
  if (day(at) === day(now)) return time;
  if (day(at) === day(now + DAY)) return `tomorrow at ${time}`;
  return `on ${say(at, { weekday: "long", month: "long", day: "numeric" })} at ${time}`;
}

/** The same as an adverb: "at 3:00 PM" where it is today. */
export const atTime = (due: string): string => (/^\d/.test(due) ? `at ${due}` : due);
