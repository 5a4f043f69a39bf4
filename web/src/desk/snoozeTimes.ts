/** Until when a conversation is set aside, as choices that make sense now. Pure. */
import { isOpenAt, nextOpening, type Opening } from "../ui/openings";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** "This afternoon", by the clock of whoever sits at the desk. */
const AFTERNOON = 14;

type SnoozeChoice = { label: string; until: number };

/** An hour, this afternoon, and the next opening (another day's while the shop is open): each only where it lies ahead. */
export function snoozeChoices(now: number, openings: readonly Opening[]): SnoozeChoice[] {
  const afternoon = new Date(now).setHours(AFTERNOON, 0, 0, 0);
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  const opening = nextOpening(
    openings,
    isOpenAt(openings, now) ? tomorrow.setHours(0, 0, 0, 0) - 1 : now,
  );
  return [
    { label: "For an hour", until: now + HOUR },
    ...(afternoon > now + HOUR ? [{ label: "This afternoon", until: afternoon }] : []),
    ...(opening === undefined ? [] : [{ label: "When we open", until: opening }]),
  ];
}

/** By when a promise is kept if nobody says otherwise: in an hour, or an hour after the shop opens. */
export function promiseTime(now: number, openings: readonly Opening[]): number {
  const soon = roundedAhead(now, HOUR);
  if (isOpenAt(openings, soon)) return soon;
  return roundedAhead(nextOpening(openings, now) ?? now, HOUR);
}

/** For `<input type="datetime-local">`: the local wall clock, to the minute. */
export function toLocalInput(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE);
  return local.toISOString().slice(0, 16);
}

/** The instant of such an input's value; NaN while it is incomplete. */
export const fromLocalInput = (value: string): number => new Date(value).getTime();

/** The next full quarter of an hour, at least `ms` away: what a time field begins with. */
export const roundedAhead = (now: number, ms: number): number =>
  Math.ceil((now + ms) / (15 * MINUTE)) * 15 * MINUTE;
