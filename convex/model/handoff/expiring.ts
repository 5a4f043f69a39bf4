/** Documents whose time ends soon, and drafts that could not be published at theirs: what admins are told of them, once. */
import type { QueryCtx } from "../../_generated/server";
import { DAY } from "../../lib/time";
import { sayOpening } from "../hours/hours";
import { loadHours } from "../hours/stored";

/** So long before its end an admin is told. */
export const EXPIRY_NOTICE = 7 * DAY;
/** What was found within it is told: a digest that could not be mailed is followed by others. */
const TOLD_WITHIN = DAY;
const LISTED = 20;

/** A line for each, in words. Titles are the shop's own. */
export async function listExpiring(ctx: Pick<QueryCtx, "db">): Promise<string[]> {
  const now = Date.now();
  const timers = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_finished", (q) =>
      q
        .eq("kind", "expire")
        .eq("finishedAt", undefined)
        .gt("dueAt", undefined)
        .lte("dueAt", now + EXPIRY_NOTICE),
    )
    .take(LISTED);
  const lines: string[] = [];
  for (const { documentId, toldAt = 0, dueAt = now } of timers) {
    if (toldAt <= now - TOLD_WITHIN) continue;
    const document = documentId && (await ctx.db.get("knowledge", documentId));
    if (document?.kind !== "document") continue;
    const when = sayOpening(await loadHours(ctx), document.expiresAt ?? dueAt, now);
    lines.push(`"${document.title}" stops answering ${when}.`);
  }
  const failed = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_finished", (q) =>
      q.eq("kind", "publish").gt("finishedAt", now - TOLD_WITHIN),
    )
    .order("desc")
    .take(LISTED);
  for (const { state, error } of failed) {
    if (state === "failed") lines.push(`A draft was not published at its time: ${error?.message}`);
  }
  return lines;
}
