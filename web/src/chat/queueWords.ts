/** What somebody in line is told: their place, and what the opening hours mean for it. Pure. */
import { isOpenAt, nextOpening, type Opening } from "../ui/openings";
import { atTime, dueTime } from "../ui/time";

type Hours = { timeZone: string; openings: readonly Opening[] };

/** `more`: beyond what is counted. */
export function placeWords(position: { place: number; more: boolean } | null): string {
  if (position === null) return "You're in line for a technician.";
  const { place, more } = position;
  if (more) return `At least ${place} people are ahead of you in line.`;
  return place === 1 ? "You're next in line." : `You're number ${place} in line.`;
}

/** No hour is promised while the shop is open, and while it is closed only that of the next opening. */
export function whenWords(shop: Hours | undefined, now: number): string {
  const here = "The answer will be here, also when you come back later.";
  if (shop === undefined || isOpenAt(shop.openings, now)) return here;
  const opensAt = nextOpening(shop.openings, now);
  if (opensAt === undefined) return `We're closed right now. ${here}`;
  return `We're closed right now and open ${atTime(dueTime(opensAt, now, shop.timeZone))}. ${here}`;
}
