/**
 * Timers of conversations that were snoozed, or waited for a technician, before there were timers: without
 * one a snooze never ends and nobody is alerted. The others are armed with their next change.
 */
import { migrations } from "./runner";
import { armMissingTimers } from "../model/conversations/timers";

export const migrate = migrations.define({
  table: "conversations",
  // Each may start a workflow.
  batchSize: 20,
  migrateOne: async (ctx, conversation) => {
    await armMissingTimers(ctx, conversation);
  },
});
