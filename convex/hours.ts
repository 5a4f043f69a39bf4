/** What hours would mean before they are set. They are set and read by `knowledge.setHours` and `knowledge.hours`. */
import { adminQuery } from "./functions";
import { previewHours, vHoursPreview, vMoment } from "./model/handoff/hoursPreview";
import { vOpeningHours } from "./validators";

/**
 * What customers would be told at a moment if these were the hours, in the words of the real answers: `at`, or `local`
 * of the shop's wall clock ("2026-12-24T15:00"). Hours that `knowledge.setHours` would refuse, and no moment, are
 * answered as `refused` with the reason.
 */
export const preview = adminQuery({
  args: { hours: vOpeningHours, moment: vMoment },
  returns: vHoursPreview,
  handler: (_ctx, { hours, moment }) => Promise.resolve(previewHours(hours, moment)),
});
