/** Upkeep. Replies and timers have their own schedules; it is the net under those (`model/processes/upkeep.ts`). */
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("upkeep", { minutes: 5 }, internal.workflows.upkeep, {});
crons.interval("judge episodes", { hours: 1 }, internal.analytics.judge, {});
// Of the shop's days that are over by then.
crons.daily("replay events", { hourUTC: 0, minuteUTC: 30 }, internal.analytics.check, {});
crons.interval("clean up", { hours: 1 }, internal.workflows.cleanUp, {});
crons.interval("delete by age", { hours: 24 }, internal.privacy.startRetention, {});
crons.interval("follow up", { hours: 1 }, internal.workflows.startFollowUps, {});

export default crons;
