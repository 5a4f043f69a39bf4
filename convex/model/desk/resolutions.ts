/**
 * Resolving as an event: it carries what its episode came to, computed from the conversation's own events in
 * the transaction that resolves, so that a replay needs nothing but the event, even after the conversation is
 * deleted. Whether it stayed solved is known 72 hours later: `judgeResolved` says so with an event of its own.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import {
  costOf,
  episodeFactsOf,
  judgeEpisode,
  latestEpisodeOf,
  REOPEN_WINDOW,
} from "../analytics/metrics";
import { loadCursor, SETTLE_TIME, type EventRow } from "../analytics/rollups";
import { loadHours } from "../hours/stored";

/** Events of one episode that are looked at. A longer one keeps its count and has no beginning, so no times. */
const EPISODE_EVENTS = 500;
/** Episodes judged in one transaction. */
export const JUDGE_BATCH = 20;

/** Who ended it: staff, the customer (they closed it), or the timer after a follow-up without an answer. */
export type ResolvedBy =
  | { by: "staff"; actorId: Id<"users"> }
  | { by: "customer"; actorId: Id<"users"> }
  | { by: "silence" };

/** Records that `conversation`'s episode is resolved now. To be called by whoever resolves, after the bump. */
export async function recordResolved(
  ctx: MutationCtx,
  { _id, episode: number }: Doc<"conversations">,
  resolved: ResolvedBy,
): Promise<void> {
  const events = await episodeUpTo(ctx, _id, Number.MAX_SAFE_INTEGER);
  const facts = events && episodeFactsOf(events, number, Date.now(), await loadHours(ctx));
  const refs = {
    conversationId: _id,
    actorId: "actorId" in resolved ? resolved.actorId : undefined,
  };
  await recordEvent(ctx, "resolved", refs, { reason: resolved.by, episode: facts ?? undefined });
}

/** The events of the episode that was under way at `at`, in order; null if it is longer than the limit. */
async function episodeUpTo(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  at: number,
): Promise<EventRow[] | null> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", conversationId).eq("question", undefined).lte("_creationTime", at),
    )
    .order("desc")
    .take(EPISODE_EVENTS);
  const events = latestEpisodeOf(rows.filter((row) => row.kind === "event").reverse());
  return events.length > 0 ? events : null;
}

/** Episodes whose 72 hours are over and that are not judged, oldest first. `model/privacy/sweep.ts` goes through them. */
export async function unjudgedEpisodes(
  ctx: Pick<QueryCtx, "db">,
  count: number,
): Promise<EventRow[]> {
  const cursor = await loadCursor(ctx);
  if (cursor === null) return [];
  const due = await ctx.db
    .query("analytics")
    .withIndex("by_type", (q) =>
      q
        .eq("type", "resolved")
        .gt("_creationTime", cursor.judgedUpTo ?? 0)
        .lte("_creationTime", Date.now() - REOPEN_WINDOW - SETTLE_TIME),
    )
    .take(count);
  return due.filter((row) => row.kind === "event");
}

/** The cursor moves in the transaction that judges: each is judged once, however often this runs. */
export async function rememberJudged(ctx: MutationCtx, last: EventRow): Promise<void> {
  const cursor = await loadCursor(ctx);
  if (cursor !== null)
    await ctx.db.patch("analytics", cursor._id, { judgedUpTo: last._creationTime });
}

/** Nothing is said of empty episodes, of those from before there were facts, and of deleted conversations. */
export async function judgeResolved(ctx: MutationCtx, resolved: EventRow): Promise<void> {
  const { conversationId, data } = resolved;
  if (conversationId === undefined || (data.episode?.customerMessages ?? 0) === 0) return;
  const before = (await episodeUpTo(ctx, conversationId, resolved._creationTime)) ?? [resolved];
  const after = await windowAfter(ctx, conversationId, resolved._creationTime);
  const next = after.findIndex(({ type }) => type === "reopened");
  const own = [...before, ...(next < 0 ? after : after.slice(0, next))];
  await recordEvent(
    ctx,
    "episode_judged",
    { conversationId },
    {
      reason: judgeEpisode([...before, ...after], resolved),
      judged: { costMicroUsd: costOf(own), rated: own.some(({ type }) => type === "rated") },
    },
  );
}

/** What happened in the conversation in the 72 hours after: a resolved one is quiet until it is reopened. */
async function windowAfter(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  resolvedAt: number,
): Promise<EventRow[]> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q
        .eq("conversationId", conversationId)
        .eq("question", undefined)
        .gt("_creationTime", resolvedAt)
        .lte("_creationTime", resolvedAt + REOPEN_WINDOW),
    )
    .take(EPISODE_EVENTS);
  return rows.filter((row) => row.kind === "event");
}
