/** Until when a conversation is set aside, as choices that make sense now. Pure. */
import type { Opening } from "../ui/openings";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** "This afternoon", by the clock of whoever sits at the desk. */
const AFTERNOON = 14;

type SnoozeChoice = { label: string; until: number };

/** An hour, this afternoon, and the first opening after today: each only where it lies ahead. */
export function snoozeChoices(now: number, openings: readonly Opening[]): SnoozeChoice[] {
  const afternoon = new Date(now).setHours(AFTERNOON, 0, 0, 0);
  const tomorrow = new Date(now);
  tomorrow.setDate(tomorrow.getDate() + 1);
  const opening = openings.find(({ opensAt }) => opensAt >= tomorrow.setHours(0, 0, 0, 0));
  return [
    { label: "For an hour", until: now + HOUR },
    ...(afternoon > now + HOUR ? [{ label: "This afternoon", until: afternoon }] : []),
    ...(opening === undefined ? [] : [{ label: "When we open", until: opening.opensAt }]),
  ];
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
