/** Upkeep. Replies and timers have their own schedules; their crons are the nets under those. */
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("recover lost replies", { minutes: 5 }, internal.replies.recoverAll, {});
crons.interval("roll up events", { minutes: 5 }, internal.analytics.rollUp, {});
crons.interval("judge episodes", { hours: 1 }, internal.analytics.judge, {});
// After the last events of the UTC day have settled and been rolled up.
crons.daily("replay events", { hourUTC: 0, minuteUTC: 30 }, internal.analytics.check, {});
crons.interval("embed what has no vectors", { minutes: 10 }, internal.knowledge.maintain, {});
crons.interval("clean up", { hours: 1 }, internal.workflows.cleanUp, {});
crons.interval("resume deletions", { minutes: 10 }, internal.privacy.resumePurges, {});
crons.interval("delete unsent files", { minutes: 10 }, internal.privacy.deleteUnsent, {});
crons.interval("delete by age", { hours: 24 }, internal.privacy.startRetention, {});
crons.interval("follow up", { hours: 1 }, internal.workflows.startFollowUps, {});
crons.interval("rearm lost timers", { minutes: 10 }, internal.workflows.rearmTimers, {});
crons.interval("read missed texts", { minutes: 10 }, internal.sms.catchUp, {});

export default crons;
