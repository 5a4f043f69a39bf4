"use node";
/** Reads holidays, from a file or of a region: in Node, for what knows all countries is too large for the default runtime. */
import { v } from "convex/values";
import { internalAction } from "./functions";
import { vFoundHolidays, vHolidaySource } from "./validators";

/** What a source names from one local date to another, both included. Errors: `invalid_input`, `too_large`. */
export const read = internalAction({
  args: { source: vHolidaySource, from: v.string(), to: v.string(), timeZone: v.string() },
  returns: vFoundHolidays,
  handler: async (_ctx, { source, ...range }) => {
    if (source.kind === "ical") {
      const { readCalendarFile } = await import("./providers/calendarFile");
      return readCalendarFile(source.text, range);
    }
    const { listPublicHolidays } = await import("./providers/publicHolidays");
    return { found: listPublicHolidays(source.region, range), timed: 0 };
  },
});
