/** The schedules of `crons.ts` files: what they mean, and which no calendar has. */
import { Cron } from "croner";

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** `null` for a schedule by the calendar. */
export function toIntervalMs(schedule: Record<string, unknown>): number | null {
  if (schedule.type !== "interval") return null;
  const seconds = Number(schedule.seconds ?? 0);
  const minutes = Number(schedule.minutes ?? 0);
  const hours = Number(schedule.hours ?? 0);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

/** What is wrong with a schedule that the client library let pass, or `null`. */
export function findCronProblem(schedule: Record<string, unknown>): string | null {
  if (schedule.type === "interval") return null;
  try {
    new Cron(toCronPattern(schedule), { timezone: "UTC", paused: true }).stop();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A calendar schedule as a cron pattern. */
export function toCronPattern(schedule: Record<string, unknown>): string {
  const minute = Number(schedule.minuteUTC ?? 0);
  const hour = Number(schedule.hourUTC ?? 0);
  switch (schedule.type) {
    case "hourly":
      return `${minute} * * * *`;
    case "daily":
      return `${minute} ${hour} * * *`;
    case "weekly":
      return `${minute} ${hour} * * ${WEEKDAYS.indexOf(String(schedule.dayOfWeek))}`;
    case "monthly":
      return `${minute} ${hour} ${Number(schedule.day)} * *`;
    default:
      return String(schedule.cron);
  }
}
