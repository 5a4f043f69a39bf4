/**
 * Retention by age: a cron goes through what is past its time once a day, one bounded batch per transaction,
 * each batch scheduling the next. The same code erases as when somebody deletes their account.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { retentionEnv } from "../../env";
import { isGuest } from "../accounts/guests";
import { deleteFile, findFileRow, UNSENT_RETENTION } from "../conversations/attachments";
import { eraseConversation, decrementGap } from "./erase";
import { DAY, MINUTE } from "../../lib/time";

/** Guests and files looked at in one transaction. */
export const SCAN_BATCH = 100;
/** Events whose identifiers go in one transaction. */
const EVENTS_BATCH = 500;

export const vRetentionTask = v.union(
  v.object({ kind: v.literal("conversations") }),
  /** Guests by creation, those after `after`. */
  v.object({ kind: v.literal("guests"), after: v.number() }),
  v.object({ kind: v.literal("uploads"), after: v.number() }),
  v.object({ kind: v.literal("events") }),
);
type RetentionTask = Infer<typeof vRetentionTask>;

const ALL: RetentionTask[] = [
  { kind: "conversations" },
  { kind: "guests", after: 0 },
  { kind: "uploads", after: 0 },
  { kind: "events" },
];

export async function startRetention(ctx: MutationCtx): Promise<void> {
  for (const task of ALL) await ctx.scheduler.runAfter(0, internal.privacy.retain, { task });
}

/** How far back a look reaches: one that is late or lost is made up for, and every file is looked at twice or so. */
const UNSENT_WINDOW = 30 * MINUTE;

/**
 * What nothing names is gone within minutes of its hour, however it came: an upload whose message was never sent, and
 * what an action that died had stored. `startRetention` looks at all files, once a day.
 */
export async function deleteUnsent(ctx: MutationCtx): Promise<void> {
  const over = Date.now() - UNSENT_RETENTION;
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) =>
      q.eq("kind", "file").eq("state", "running").lt("_creationTime", over),
    )
    .take(SCAN_BATCH);
  for (const { _id, fileId } of rows) {
    if (fileId !== undefined) await deleteFile(ctx, fileId);
    await ctx.db.delete("workflows", _id);
  }
  // What is left of these is found again: they come first.
  if (rows.length === SCAN_BATCH)
    await ctx.scheduler.runAfter(0, internal.privacy.deleteUnsent, {});
  else await runRetentionBatch(ctx, { kind: "uploads", after: over - UNSENT_WINDOW });
}

/** One batch; schedules the next while there may be more. */
export async function runRetentionBatch(ctx: MutationCtx, task: RetentionTask): Promise<void> {
  const next = await batch(ctx, task);
  if (next !== null) await ctx.scheduler.runAfter(0, internal.privacy.retain, { task: next });
}

async function batch(ctx: MutationCtx, task: RetentionTask): Promise<RetentionTask | null> {
  switch (task.kind) {
    case "conversations":
      return (await eraseOldConversation(ctx)) ? task : null;
    case "guests":
      return await eraseGuests(ctx, task);
    case "uploads":
      return await deleteUploads(ctx, task);
    case "events":
      return (await unlinkEvents(ctx)) ? task : null;
  }
}

const before = (days: number) => Date.now() - days * DAY;

/** A batch of the resolved conversation that nobody has written in for the longest time. */
async function eraseOldConversation(ctx: MutationCtx): Promise<boolean> {
  const cutoff = before(retentionEnv().conversationDays);
  const conversation = await ctx.db
    .query("conversations")
    .withIndex("by_status_and_last_message", (q) =>
      q.eq("status", "resolved").lt("lastMessageAt", cutoff),
    )
    .first();
  if (conversation === null) return false;
  await eraseConversation(ctx, conversation);
  return true;
}

/** Guests who have no session any more, and have written nothing for so long. */
async function eraseGuests(
  ctx: MutationCtx,
  { after }: Extract<RetentionTask, { kind: "guests" }>,
): Promise<RetentionTask | null> {
  const cutoff = before(retentionEnv().guestDays);
  // Who has no address is a guest, an account by phone, or one that is being deleted.
  const guests = await ctx.db
    .query("users")
    .withIndex("by_email", (q) =>
      q.eq("email", undefined).gt("_creationTime", after).lt("_creationTime", cutoff),
    )
    .take(SCAN_BATCH);
  for (const guest of guests) {
    if (!(await isGone(ctx, guest, cutoff))) continue;
    await ctx.scheduler.runAfter(0, internal.privacy.eraseRest, { userId: guest._id });
  }
  const last = guests.at(-1);
  return last !== undefined && guests.length === SCAN_BATCH
    ? { kind: "guests", after: last._creationTime }
    : null;
}

async function isGone(
  ctx: Pick<QueryCtx, "db">,
  guest: Doc<"users">,
  cutoff: number,
): Promise<boolean> {
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
  return latest === null || latest.lastMessageAt < cutoff;
}

/** Files that no row names an hour after they came: left by an action that died between two of its steps. */
async function deleteUploads(
  ctx: MutationCtx,
  { after }: Extract<RetentionTask, { kind: "uploads" }>,
): Promise<RetentionTask | null> {
  const files = await ctx.db.system
    .query("_storage")
    .withIndex("by_creation_time", (q) =>
      q.gt("_creationTime", after).lt("_creationTime", Date.now() - UNSENT_RETENTION),
    )
    .take(SCAN_BATCH);
  for (const { _id } of files) {
    if ((await findFileRow(ctx, _id)) === null) await deleteFile(ctx, _id);
  }
  const last = files.at(-1);
  return last !== undefined && files.length === SCAN_BATCH
    ? { kind: "uploads", after: last._creationTime }
    : null;
}

/**
 * Takes who, whom, where and the question out of old events that have been rolled up; what they count stays.
 * The roll-up's cursor remembers how far this has come: no event is read twice.
 */
async function unlinkEvents(ctx: MutationCtx): Promise<boolean> {
  const cutoff = before(retentionEnv().eventDays);
  const cursor = await ctx.db
    .query("analytics")
    .withIndex("by_kind", (q) => q.eq("kind", "cursor"))
    .unique();
  if (cursor?.kind !== "cursor") return false;
  const events = await ctx.db
    .query("analytics")
    .withIndex("by_kind", (q) =>
      q
        .eq("kind", "event")
        .gt("_creationTime", cursor.unlinkedUpTo ?? 0)
        .lte("_creationTime", Math.min(cutoff, cursor.upTo)),
    )
    .take(EVENTS_BATCH);
  for (const row of events) {
    if (row.kind !== "event") continue;
    // Later nothing would lead from whoever asked to the list of gaps.
    if (row.data.question !== undefined) await decrementGap(ctx, row.data.question);
    await ctx.db.patch("analytics", row._id, {
      actorId: undefined,
      subjectId: undefined,
      conversationId: undefined,
      data: { ...row.data, question: undefined },
    });
  }
  const last = events.at(-1);
  if (last === undefined) return false;
  await ctx.db.patch("analytics", cursor._id, { unlinkedUpTo: last._creationTime });
  return events.length === EVENTS_BATCH;
}
