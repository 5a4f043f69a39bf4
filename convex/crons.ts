/** Upkeep. Nothing here is on a customer's path: replies recover by their own scheduled checks. */
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("roll up events", { minutes: 5 }, internal.analytics.rollUp, {});
crons.interval("clean up", { hours: 1 }, internal.workflows.cleanUp, {});
crons.interval("end snoozes", { minutes: 5 }, internal.conversations.endSnoozes, {});

export default crons;
