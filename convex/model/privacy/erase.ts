/**
 * Taking a person, or one conversation, out of the database, in bounded batches. Each call of `eraseUser` or
 * `eraseConversation` does a batch, or several small ones, in the caller's transaction and tells what it removed, so
 * that whoever calls it can be killed between any two and go on. The order matters: what leads to other rows goes last.
 */
import type { WithoutSystemFields } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { isStaff } from "../access/access";
import { deleteFile } from "../knowledge/storedFiles";
import { NOBODY } from "../conversations/publicMessage";
import { forgetMention } from "../desk/mentions";
import { requeueCases } from "../desk/ownership";
import { joinedLine } from "../outbox/systemLines";
import { LIMITS } from "../access/limits";
import { keepOptOut } from "../accounts/consent";
import { eraseNotes } from "../accounts/personNotes";
import { gapKeyOf } from "../analytics/gaps";
import { endWorkflow } from "../conversations/timers";
import { bumpTurn, forgetReturn } from "../conversations/turns";

/** Rows per batch: with the largest messages a third of what one transaction may read. */
export const ERASE_BATCH = 200;

export type Removed = Record<string, number>;
type Erased = { done: boolean; removed: Removed };

/** Batches share a transaction until it has removed so many rows: a person is many small ones, and each call costs. */
const SHARED = 50;

async function eraseSome(eraseNext: () => Promise<Erased>): Promise<Erased> {
  const removed: Removed = {};
  for (;;) {
    const { done, removed: more } = await eraseNext();
    addRemoved(removed, more);
    const rows = Object.values(removed).reduce((sum, count) => sum + count, 0);
    if (done || rows >= SHARED) return { done, removed };
  }
}

/**
 * Some of a conversation. A reply being written is stopped first, and whoever had it in a queue has it no
 * more. Staff notes, files and processes go with it; events stay as numbers.
 */
export const eraseConversation = (
  ctx: MutationCtx,
  { _id }: Doc<"conversations">,
): Promise<Erased> =>
  eraseSome(async () => {
    const conversation = await ctx.db.get("conversations", _id);
    if (conversation === null) return { done: true, removed: {} };
    return await eraseBatchOf(ctx, conversation);
  });

async function eraseBatchOf(ctx: MutationCtx, conversation: Doc<"conversations">): Promise<Erased> {
  const id = conversation._id;
  await close(ctx, conversation);
  const messages = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_settled", (q) => q.eq("conversationId", id))
    .take(ERASE_BATCH);
  for (const { _id } of messages) await ctx.db.delete("messages", _id);
  if (messages.length > 0) return { done: false, removed: { messages: messages.length } };

  const processes = await ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) => q.eq("conversationId", id))
    .take(ERASE_BATCH);
  if (processes.length > 0) return { done: false, removed: await eraseProcesses(ctx, processes) };

  const events = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) => q.eq("conversationId", id))
    .take(ERASE_BATCH);
  if (events.length > 0) return { done: false, removed: await unlink(ctx, events) };

  await ctx.db.delete("conversations", id);
  return { done: true, removed: { conversations: 1 } };
}

/** Out of every queue and with nobody writing in it, from this transaction on. */
async function close(ctx: MutationCtx, conversation: Doc<"conversations">): Promise<void> {
  // Resolving has ended whatever was being written, and only people or a message open it again.
  if (conversation.status === "resolved") return;
  await bumpTurn(ctx, conversation, {
    status: "resolved",
    owner: { kind: "ai" },
    waitingSince: undefined,
    snoozedUntil: undefined,
  });
}

/** The latest conversations, closed in the transaction that asks for the deletion; `eraseUser` closes the rest. */
const CLOSED_AT_ONCE = 50;
export async function closeOpenConversations(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const latest = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
    .order("desc")
    .take(CLOSED_AT_ONCE);
  for (const conversation of latest) await close(ctx, conversation);
}

async function eraseProcesses(ctx: MutationCtx, rows: Doc<"workflows">[]): Promise<Removed> {
  const removed: Removed = {};
  for (const row of rows) {
    const { _id, fileId } = row;
    await endWorkflow(ctx, row);
    if (fileId !== undefined && (await deleteFile(ctx, fileId))) addRemoved(removed, { files: 1 });
    await ctx.db.delete("workflows", _id);
    addRemoved(removed, { processes: 1 });
  }
  return removed;
}

/**
 * Events keep what they count, and lose the conversation, its customer (the guest that they once were, too)
 * and the question. What staff did there stays theirs. A question is taken off the list of gaps unless others
 * asked the same.
 */
async function unlink(ctx: MutationCtx, rows: Doc<"analytics">[]): Promise<Removed> {
  const rolledUpTo = await rollUpCursor(ctx);
  const staff = new Map<Id<"users"> | undefined, Id<"users"> | undefined>();
  const onlyStaff = async (id: Id<"users"> | undefined) => {
    if (id !== undefined && !staff.has(id)) {
      const user = await ctx.db.get("users", id);
      staff.set(id, user !== null && isStaff(user) ? id : undefined);
    }
    return staff.get(id);
  };
  for (const row of rows) {
    // A trial's figures of an exchange go with it.
    if (row.kind === "trial_result") await ctx.db.delete("analytics", row._id);
    if (row.kind !== "event") continue;
    const { question } = row.data;
    if (question !== undefined && row._creationTime <= rolledUpTo)
      await decrementGap(ctx, question);
    await ctx.db.patch("analytics", row._id, {
      conversationId: undefined,
      actorId: await onlyStaff(row.actorId),
      subjectId: await onlyStaff(row.subjectId),
      data: { ...row.data, question: undefined },
    });
  }
  return { eventsUnlinked: rows.length };
}

async function rollUpCursor(ctx: MutationCtx): Promise<number> {
  const cursor = await ctx.db
    .query("analytics")
    .withIndex("by_kind_and_count", (q) => q.eq("kind", "cursor"))
    .unique();
  return cursor?.kind === "cursor" ? cursor.upTo : 0;
}

/** Takes one who asked off the list of gaps, and the question with the last of them. */
export async function decrementGap(ctx: MutationCtx, asked: string): Promise<void> {
  const question = gapKeyOf(asked);
  const row = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", undefined).eq("question", question),
    )
    .unique();
  if (row?.kind !== "gap") return;
  if (row.count > 1) await ctx.db.patch("analytics", row._id, { count: row.count - 1 });
  else await ctx.db.delete("analytics", row._id);
}

/** Some of a person, whatever their role. Done once nothing but the user's row is left, and that gone. */
export const eraseUser = (ctx: MutationCtx, userId: Id<"users">): Promise<Erased> =>
  eraseSome(() => eraseBatch(ctx, userId));

async function eraseBatch(ctx: MutationCtx, userId: Id<"users">): Promise<Erased> {
  for (const stage of ERASE_STAGES) {
    const removed = await stage.run(ctx, userId);
    if (removed !== null) return { done: false, removed };
  }
  const user = await ctx.db.get("users", userId);
  if (user === null) return { done: true, removed: {} };
  await keepOptOut(ctx, user);
  const notes = await eraseNotes(ctx, user);
  await ctx.db.delete("users", userId);
  return { done: true, removed: { users: 1, ...(notes > 0 && { notes }) } };
}

type Stage = {
  name: string;
  /** What one batch removed, or null when there is nothing left for this stage. */
  run: (ctx: MutationCtx, userId: Id<"users">) => Promise<Removed | null>;
};

/** In order. Each looks for its first rows by an index, so a stage that is done costs one empty read. */
export const ERASE_STAGES: Stage[] = [
  { name: "conversations", run: eraseConversations },
  { name: "cases", run: giveUpCases },
  { name: "authorship", run: eraseAuthorship },
  { name: "mentions", run: eraseMentions },
  { name: "shifts", run: eraseShifts },
  { name: "promises", run: erasePromisors },
  { name: "noted", run: eraseNoteAuthors },
  { name: "exports", run: eraseExports },
  { name: "uploads", run: eraseUploads },
  { name: "sessions", run: eraseSessions },
  { name: "acts", run: unlinkActs },
  { name: "limits", run: eraseLimits },
];

async function eraseConversations(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const conversation = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
    .first();
  return conversation && (await eraseBatchOf(ctx, conversation)).removed;
}

/** A technician's open cases go back to the queue: a person was promised. */
async function giveUpCases(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  await forgetReturns(ctx, userId);
  const returned = await requeueCases(ctx, userId);
  return returned > 0 ? { casesReturned: returned } : null;
}

/** Waiting conversations that remember who gave them back. */
async function forgetReturns(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const waiting = await ctx.db
    .query("conversations")
    .withIndex("by_status_and_owner", (q) => q.eq("status", "open").eq("owner.kind", "queue"))
    .take(ERASE_BATCH);
  for (const { _id, owner } of waiting) {
    if (owner.kind !== "queue" || owner.returnedBy !== userId) continue;
    await forgetReturn(ctx, _id, owner);
  }
}

/** What a technician wrote to others keeps its text and loses its author. */
async function eraseAuthorship(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_author", (q) => q.eq("author.userId", userId))
    .take(ERASE_BATCH);
  for (const { _id, author } of rows) {
    await ctx.db.patch("messages", _id, anonymous(author));
  }
  return rows.length > 0 ? { authorshipsRemoved: rows.length } : null;
}

function anonymous(
  author: Doc<"messages">["author"],
): Partial<WithoutSystemFields<Doc<"messages">>> {
  return author.kind === "technician"
    ? { author: { kind: "technician", name: NOBODY } }
    : { author: { kind: "system" }, text: joinedLine() };
}

/** Notes that name a technician say so no longer. */
async function eraseMentions(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "mention"))
    .take(ERASE_BATCH);
  for (const row of rows) await forgetMention(ctx, row);
  return rows.length > 0 ? { mentions: rows.length } : null;
}

/** A technician's shifts, one that runs has ended with the cases; what they had open, and what the AI wrote for them. */
async function eraseShifts(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  for (const kind of ["shift", "lease", "desk", "assist", "weekly"] as const) {
    const rows = await ctx.db
      .query("workflows")
      .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", kind))
      .take(ERASE_BATCH);
    if (rows.length > 0) return await eraseProcesses(ctx, rows);
  }
  return null;
}

/** A technician's promises stay the shop's, and lose who gave them. */
function erasePromisors(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  return eraseAuthors(ctx, userId, "promise");
}

async function eraseAuthors(
  ctx: MutationCtx,
  userId: Id<"users">,
  kind: "promise" | "person_note",
): Promise<Removed | null> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", kind))
    .take(ERASE_BATCH);
  for (const { _id } of rows) await ctx.db.patch("workflows", _id, { userId: undefined });
  return rows.length > 0 ? { authorshipsRemoved: rows.length } : null;
}

/** What a technician has noted about others stays, and loses who wrote it. */
function eraseNoteAuthors(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  return eraseAuthors(ctx, userId, "person_note");
}

/** The files of an export first: they are found by its row. */
async function eraseExports(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const job = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "export"))
    .first();
  if (job === null) return null;
  const parts = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) =>
      q.eq("userId", undefined).eq("kind", "file").eq("partOf", job._id),
    )
    .take(ERASE_BATCH);
  return await eraseProcesses(ctx, parts.length > 0 ? parts : [job]);
}

/** Uploads that no message has sent. */
async function eraseUploads(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const uploads = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "file"))
    .take(ERASE_BATCH);
  return uploads.length > 0 ? await eraseProcesses(ctx, uploads) : null;
}

async function eraseSessions(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const sessions = await ctx.db
    .query("sessions")
    .withIndex("by_user_and_state", (q) => q.eq("userId", userId))
    .take(ERASE_BATCH);
  for (const { _id } of sessions) await ctx.db.delete("sessions", _id);
  return sessions.length > 0 ? { sessions: sessions.length } : null;
}

/** Acts of theirs outside of their own conversations, and what was done to them: staff's, mostly. */
async function unlinkActs(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  const acts = await ctx.db
    .query("analytics")
    .withIndex("by_actor", (q) => q.eq("actorId", userId))
    .take(ERASE_BATCH);
  for (const { _id } of acts) await ctx.db.patch("analytics", _id, { actorId: undefined });
  if (acts.length > 0) return { eventsUnlinked: acts.length };
  const done = await ctx.db
    .query("analytics")
    .withIndex("by_subject", (q) => q.eq("subjectId", userId))
    .take(ERASE_BATCH);
  for (const { _id } of done) await ctx.db.patch("analytics", _id, { subjectId: undefined });
  return done.length > 0 ? { eventsUnlinked: done.length } : null;
}

async function eraseLimits(ctx: MutationCtx, userId: Id<"users">): Promise<Removed | null> {
  let limits = 0;
  for (const [name, scopes] of Object.entries(LIMITS)) {
    if (!("user" in scopes)) continue;
    const bucket = await ctx.db
      .query("rateLimits")
      .withIndex("name", (q) => q.eq("name", `${name}:user`).eq("key", userId))
      .unique();
    if (bucket === null) continue;
    await ctx.db.delete("rateLimits", bucket._id);
    limits += 1;
  }
  return limits > 0 ? { limits } : null;
}

/** Adds `more` to `removed`, in place. */
export function addRemoved(removed: Removed, more: Removed): void {
  for (const [kind, count] of Object.entries(more)) removed[kind] = (removed[kind] ?? 0) + count;
}
