/**
 * `resolvedAt` of conversations that were resolved before the field existed: without it they are missing
 * from the desk's list of resolved ones. Open ones don't have it and are not read.
 */
import { findResolvedTime } from "../model/desk/lifecycle";
import { migrations } from "./runner";

export const migrate = migrations.define({
  table: "conversations",
  customRange: (rows) =>
    rows.withIndex("by_status_and_last_message", (q) => q.eq("status", "resolved")),
  migrateOne: async (ctx, conversation) => {
    if (conversation.resolvedAt !== undefined) return;
    return { resolvedAt: await findResolvedTime(ctx, conversation) };
  },
});
