/** Upkeep. Replies recover by their own scheduled checks; the cron is the net under those. */
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("recover lost replies", { minutes: 5 }, internal.replies.recoverAll, {});
crons.interval("roll up events", { minutes: 5 }, internal.analytics.rollUp, {});
crons.interval("judge episodes", { hours: 1 }, internal.analytics.judge, {});
// After the last events of the UTC day have settled and been rolled up.
crons.daily("replay events", { hourUTC: 0, minuteUTC: 30 }, internal.analytics.check, {});
crons.interval("clean up", { hours: 1 }, internal.workflows.cleanUp, {});
crons.interval("resume deletions", { minutes: 10 }, internal.privacy.resumePurges, {});
crons.interval("delete by age", { hours: 24 }, internal.privacy.startRetention, {});
crons.interval("end snoozes", { minutes: 5 }, internal.conversations.endSnoozes, {});

export default crons;
