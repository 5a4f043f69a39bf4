/**
 * What customers would be told at a moment if these were the shop's hours: by the functions that tell them. Pure. Hours
 * that can't be saved are answered with why, for a page that asks while they are being drawn.
 */
import { Temporal } from "temporal-polyfill";
import { v, type Infer } from "convex/values";
import { appError, isAppError } from "../../lib/errors";
import type { vOpeningHours } from "../../validators";
import { isOpen, localTime, sayMoment, type OpeningHours } from "../hours/hours";
import { checkHours } from "../hours/rules";
import { checkInstant } from "../hours/stored";
import { withHours } from "../hours/wording";
import { longerWaitNotice, sayWhenAnswered } from "./notices";

/** An instant, or what the wall clock of the shop shows: "2026-12-24T15:00". */
export const vMoment = v.union(v.object({ at: v.number() }), v.object({ local: v.string() }));

export const vHoursPreview = v.union(
  v.object({ kind: v.literal("refused"), problem: v.string() }),
  v.object({
    kind: v.literal("told"),
    /** In the shop's time, in words. */
    moment: v.string(),
    isOpen: v.boolean(),
    /** Who is handed over reads this while somebody is on a shift, and while nobody is. */
    onDuty: v.string(),
    nobody: v.string(),
    /** Who has waited longer than they were led to expect. */
    longerWait: v.string(),
    /** What the AI answers from, Markdown. */
    quoted: v.string(),
  }),
);

export function previewHours(
  input: Infer<typeof vOpeningHours>,
  moment: Infer<typeof vMoment>,
): Infer<typeof vHoursPreview> {
  try {
    const hours = checkHours(input);
    const now = "at" in moment ? moment.at : instantOf(hours, moment.local);
    checkInstant(now);
    return {
      kind: "told",
      moment: sayMoment(hours, now),
      isOpen: isOpen(hours, now),
      onDuty: sayWhenAnswered({ hours, now, onDuty: true }),
      nobody: sayWhenAnswered({ hours, now, onDuty: false }),
      longerWait: longerWaitNotice({ hours, now }),
      quoted: withHours("", hours, now),
    };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { kind: "refused", problem: error.data.message };
  }
}

function instantOf(hours: OpeningHours, local: string): number {
  const wall = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})$/.exec(local);
  try {
    if (wall !== null) {
      // Refuses what no clock shows, as 25:61.
      const at = Temporal.PlainDateTime.from(local);
      return localTime(hours, at.toPlainDate(), wall[2]!);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw appError("invalid_input", "Give the day and the time, as 2026-12-24 and 15:00.");
}
