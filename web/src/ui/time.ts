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

/** "< 1 min", "4 min", "2 h 5 min", "3 d". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "< 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}
