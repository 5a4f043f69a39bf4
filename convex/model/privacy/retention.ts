/** Retention by age: what is past its time, and what becomes of old events. `sweep.ts` goes through it. */
import { retentionEnv } from "../../env";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { isGuest } from "../accounts/guests";
import { UNSENT_RETENTION } from "../conversations/attachments";
import { decrementGap } from "./erase";
import { DAY } from "../../lib/time";

/** Guests and files looked at in one transaction. */
export const SCAN_BATCH = 100;
/** Events whose identifiers go in one transaction. */
export const EVENTS_BATCH = 500;

type Db = Pick<QueryCtx, "db">;
export type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;

const before = (days: number) => Date.now() - days * DAY;

/** Resolved conversations that nobody has written in for so long, the longest first. */
export const oldConversations = (ctx: Db, count: number) =>
  ctx.db
    .query("conversations")
    .withIndex("by_status_and_last_message", (q) =>
      q.eq("status", "resolved").lt("lastMessageAt", before(retentionEnv().conversationDays)),
    )
    .take(count);

/** Whether it still is: whoever is back has opened it again. */
export const isOldConversation = ({ status, lastMessageAt }: Doc<"conversations">) =>
  status === "resolved" && lastMessageAt < before(retentionEnv().conversationDays);

/** Whoever may be a guest and is as old, by creation: who has no address is one, an account by phone, or leaving. */
export const possibleGuests = (ctx: Db, count: number, after: number) =>
  ctx.db
    .query("users")
    .withIndex("by_email", (q) =>
      q
        .eq("email", undefined)
        .gt("_creationTime", after)
        .lt("_creationTime", before(retentionEnv().guestDays)),
    )
    .take(count);

/** Guests who have no session any more, and have written nothing for so long. */
export async function isGone(ctx: Db, guest: Doc<"users">): Promise<boolean> {
  if (!isGuest(guest) || guest.deletingAt !== undefined) return false;
  const session = await ctx.db
    .query("sessions")
    .withIndex("by_user_and_state", (q) => q.eq("userId", guest._id).eq("state", "active"))
    .order("desc")
    .first();
  if (session !== null && session.expiresAt > Date.now()) return false;
  const latest = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", guest._id))
    .order("desc")
    .first();
  return latest === null || latest.lastMessageAt < before(retentionEnv().guestDays);
}

/** Uploads whose message was never sent, and what was admitted and never came. */
export const unsentFiles = (ctx: Db, count: number) =>
  ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) =>
      q
        .eq("kind", "file")
        .eq("state", "running")
        .eq("leaseExpiresAt", undefined)
        .lt("_creationTime", Date.now() - UNSENT_RETENTION),
    )
    .take(count);

/** Files of more than an hour, by creation: one that no row names was left by an action that died between two steps. */
export const oldFiles = (ctx: Db, count: number, after: number) =>
  ctx.db.system
    .query("_storage")
    .withIndex("by_creation_time", (q) =>
      q.gt("_creationTime", after).lt("_creationTime", Date.now() - UNSENT_RETENTION),
    )
    .take(count);

/** Old events that have been rolled up. The roll-up's cursor remembers how far this has come: none is read twice. */
export async function oldEvents(ctx: Db, count: number): Promise<EventRow[]> {
  const cursor = await rollUpCursor(ctx);
  if (cursor === null) return [];
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) =>
      q
        .eq("kind", "event")
        .eq("count", undefined)
        .eq("period", undefined)
        .eq("start", undefined)
        .gt("_creationTime", cursor.unlinkedUpTo ?? 0)
        .lte("_creationTime", Math.min(before(retentionEnv().eventDays), cursor.upTo)),
    )
    .take(count);
  return rows.filter((row) => row.kind === "event");
}

/** Takes who, whom, where and the question out of an event; what it counts stays. */
export async function unlinkEvent(ctx: MutationCtx, row: EventRow): Promise<void> {
  // Later nothing would lead from whoever asked to the list of gaps.
  if (row.data.question !== undefined) await decrementGap(ctx, row.data.question);
  await ctx.db.patch("analytics", row._id, {
    actorId: undefined,
    subjectId: undefined,
    conversationId: undefined,
    data: { ...row.data, question: undefined },
  });
}

export async function rememberUnlinked(ctx: MutationCtx, last: EventRow): Promise<void> {
  const cursor = await rollUpCursor(ctx);
  if (cursor === null) return;
  await ctx.db.patch("analytics", cursor._id, { unlinkedUpTo: last._creationTime });
}

async function rollUpCursor(ctx: Db) {
  const cursor = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "cursor"))
    .unique();
  return cursor?.kind === "cursor" ? cursor : null;
}
