/** Schedules as cron patterns. */
import { expect, test } from "vitest";
import { toCronPattern } from "./cronSchedules";

test.each([
  [{ type: "hourly", minuteUTC: 7 }, "7 * * * *"],
  [{ type: "daily", hourUTC: 3, minuteUTC: 5 }, "5 3 * * *"],
  [{ type: "weekly", dayOfWeek: "monday", hourUTC: 9 }, "0 9 * * 1"],
  [{ type: "monthly", day: 31, hourUTC: 0, minuteUTC: 1 }, "1 0 31 * *"],
  [{ type: "cron", cron: "*/5 * * * *" }, "*/5 * * * *"],
])("the schedule %j is the pattern %s", (schedule, pattern) => {
  expect(toCronPattern(schedule)).toBe(pattern);
});
