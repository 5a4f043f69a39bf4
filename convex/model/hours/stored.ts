/**
 * The shop's hours as they are stored: one small row of `knowledge`, read only when somebody is handed over or waits for
 * a person. `setting.ts` writes it: whoever only reads it would load all that reads documents in.
 */
import type { QueryCtx } from "../../_generated/server";
import { seedOpeningHours } from "./example";
import { appError } from "../../lib/errors";
import { listOpenings, type Opening, type OpeningHours } from "./hours";
import { checkHours } from "./rules";
import { DAY, HOUR } from "../../lib/time";
import { findOnlyRow } from "../knowledge/onlyRow";

/** How far ahead clients are told the exact openings. */
const UPCOMING_DAYS = 14;

/** The shop's hours; the example shop's while it has not set its own. */
export async function loadHours(ctx: Pick<QueryCtx, "db">): Promise<OpeningHours> {
  const row = await findOnlyRow(ctx, "hours");
  return row === null ? seedOpeningHours : checkHours(row.hours, { isStored: true });
}

/**
 * The exact openings of the fortnight from `from`, which is rounded down to its hour, so that everybody who
 * asks within it shares one answer. No clock: the caller compares with its own. Touching shifts are one.
 */
export function listUpcomingOpenings(hours: OpeningHours, from: number): Opening[] {
  checkInstant(from);
  const start = from - (from % HOUR);
  const merged: Opening[] = [];
  for (const opening of listOpenings(hours, start, start + UPCOMING_DAYS * DAY)) {
    const last = merged.at(-1);
    if (last?.closesAt === opening.opensAt) last.closesAt = opening.closesAt;
    else merged.push({ ...opening });
  }
  return merged;
}

/** Beyond it no calendar is meant, and the arithmetic of dates ends somewhere. Errors: `invalid_input`. */
export function checkInstant(at: number): void {
  if (at >= 0 && at <= Date.UTC(2100, 0)) return;
  throw appError("invalid_input", "A time is in milliseconds since 1970, up to 2100.");
}
