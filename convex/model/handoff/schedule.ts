/**
 * When technicians are alerted to somebody who waits, and when the customer is told that it takes longer than
 * they were led to expect. Pure. An alert goes out while somebody may read it: in opening hours, and at any hour
 * if it is urgent. It never ends by itself: only a claim, a release or the end of the conversation ends it.
 */
import {
  addOpenMs,
  isOpen,
  findNextOpening,
  openMsBetween,
  type OpeningHours,
} from "../hours/hours";
import { DAY, HOUR, MINUTE } from "../../lib/time";

/** Not claimed in this much opening time: alerted again, and the customer is told. */
export const UNCLAIMED_AFTER = 5 * MINUTE;
/** Opening time from each further alert to the next; after the last of them once a day, at opening. */
const LADDER = [15 * MINUTE, 45 * MINUTE, 2 * HOUR, 4 * HOUR];
/** With the one at the hand-off and the one at `UNCLAIMED_AFTER`. */
export const FREQUENT_ALERTS = LADDER.length + 2;
/** From a daily alert, at least so long: not twice on a day with a lunch break. */
const OVERNIGHT = 12 * HOUR;

export type Wait = {
  /** Since when it has been in the queue. */
  since: number;
  urgent: boolean;
  /** Alerts so far. */
  alerts: number;
  told: boolean;
};
type Act = { alert: boolean; tell: boolean; nextAt: number };

/** What to do now about one who waits, and when to look again. */
export function planWaitingAct(hours: OpeningHours, wait: Wait, now: number): Act {
  const open = isOpen(hours, now);
  const alert = open || wait.urgent;
  const waitedEnough = openMsBetween(hours, wait.since, now) >= UNCLAIMED_AFTER;
  // Who came just before closing isn't left without a word until the morning.
  const tell = !wait.told && (waitedEnough || (!open && isOpen(hours, wait.since)));
  const after = { ...wait, alerts: wait.alerts + (alert ? 1 : 0), told: wait.told || tell };
  return { alert, tell, nextAt: lookAgain(hours, after, now) };
}

function lookAgain(hours: OpeningHours, { alerts, told }: Wait, now: number): number {
  const opensAt = findNextOpening(hours, now);
  // A shop that never opens: whoever keeps it so is reminded all the same.
  if (opensAt === null) return now + DAY;
  if (opensAt > now) return opensAt;
  // By the clock: it may close meanwhile.
  if (!told) return now + UNCLAIMED_AFTER;
  const pause = LADDER[Math.max(alerts - 2, 0)];
  return pause === undefined ? nextMorning(hours, now) : addOpenMs(hours, now, pause);
}

/** The first opening that begins after the night; a shop that never closes counts a day. */
function nextMorning(hours: OpeningHours, now: number): number {
  for (let at = now + OVERNIGHT; at < now + 2 * DAY; at += 15 * MINUTE) {
    if (!isOpen(hours, at)) return findNextOpening(hours, at) ?? now + DAY;
  }
  return now + DAY;
}
