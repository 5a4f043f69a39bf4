/**
 * When the deployment was last exported. Convex tells its functions nothing of exports, so the command that makes one
 * puts it on record (`npx pnpm run export`); what the dashboard makes is not seen here.
 */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { recordAct } from "./events";

const WITH_FILES = "with files";

export const vBackup = v.object({
  /** When its download had ended. */
  at: v.number(),
  /** Photos, documents' originals and people's exports are in it. */
  withFiles: v.boolean(),
});

export async function recordBackup(ctx: MutationCtx, withFiles: boolean): Promise<void> {
  await recordAct(ctx, "backup_made", {}, { reason: withFiles ? WITH_FILES : "without files" });
}

export async function findBackup(ctx: Pick<QueryCtx, "db">): Promise<Infer<typeof vBackup> | null> {
  const event = await ctx.db
    .query("analytics")
    .withIndex("by_type", (q) => q.eq("type", "backup_made"))
    .order("desc")
    .first();
  if (event?.kind !== "event") return null;
  const withFiles = event.data.reason?.startsWith(WITH_FILES) ?? false;
  return { at: event._creationTime, withFiles };
}
