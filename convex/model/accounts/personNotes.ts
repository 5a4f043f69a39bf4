/**
 * Notes about a person, among staff: no customer sees them and no model reads them. Each is a row of `workflows` under
 * who wrote it, so that a technician's deletion finds theirs, and the person's row names it, so that it goes with the
 * person. That row is read with every call of theirs: it holds ids, not words.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { cleanText } from "../../lib/text";
import { isStaff } from "../access/access";
import { recordEvent } from "../analytics/events";

/** Of one person. After a merge it may be both persons': then there is no room until some were removed. */
export const MAX_NOTES = 20;
export const MAX_NOTE_CHARS = 1_000;

export const vPersonNote = v.object({
  _id: v.id("workflows"),
  text: v.string(),
  /** When it was written or last changed. */
  at: v.number(),
  /** Who did that; absent once their account is gone. */
  by: v.optional(v.string()),
});
export type PersonNote = Infer<typeof vPersonNote>;

/** A customer who is not leaving. Errors: `not_found`, for staff too. */
export async function requireCustomer(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"users">> {
  const user = await ctx.db.get("users", userId);
  if (user === null || isStaff(user) || user.deletingAt !== undefined) {
    throw appError("not_found", "There is no such customer.");
  }
  return user;
}

/** Latest first; of two of one millisecond, the one that was written later. */
export async function listNotes(
  ctx: Pick<QueryCtx, "db">,
  user: Doc<"users">,
): Promise<PersonNote[]> {
  const notes: PersonNote[] = [];
  for (const id of user.notes ?? []) {
    const row = await ctx.db.get("workflows", id);
    if (row?.note === undefined) continue;
    const author = row.userId && (await ctx.db.get("users", row.userId));
    const by = author ? (author.name ?? author.email) : undefined;
    notes.push({ _id: id, ...row.note, by });
  }
  return notes.reverse().sort((a, b) => b.at - a.at);
}

/** Errors: `not_found`, `invalid_input`, `too_large`, `conflict` when there is no room. */
export async function addNote(
  ctx: MutationCtx,
  author: Doc<"users">,
  about: { userId: Id<"users">; text: string },
): Promise<Id<"workflows">> {
  const user = await requireCustomer(ctx, about.userId);
  const notes = user.notes ?? [];
  if (notes.length >= MAX_NOTES) {
    throw appError("conflict", `There are ${MAX_NOTES} notes already. Remove or change one.`);
  }
  const noteId = await ctx.db.insert("workflows", {
    kind: "person_note",
    state: "done",
    step: "a note about a person",
    attempt: 1,
    userId: author._id,
    note: { text: cleanText("The note", about.text, MAX_NOTE_CHARS), at: Date.now() },
  });
  await ctx.db.patch("users", user._id, { notes: [...notes, noteId] });
  await record(ctx, author, user, "added");
  return noteId;
}

type Which = { userId: Id<"users">; noteId: Id<"workflows"> };

/**
 * Another text, by whoever changes it. `at`: of the note as it was shown; one that a colleague has changed since is a
 * `conflict`, and stays.
 */
export async function changeNote(
  ctx: MutationCtx,
  author: Doc<"users">,
  { text, at, ...which }: Which & { text: string; at: number },
): Promise<void> {
  const { user, note } = await requireNote(ctx, which);
  if (note.at !== at) {
    throw appError("conflict", "A colleague has just changed this note. Read it again first.");
  }
  await ctx.db.patch("workflows", which.noteId, {
    userId: author._id,
    // Later than before in any case: it is what the next change is checked against.
    note: {
      text: cleanText("The note", text, MAX_NOTE_CHARS),
      at: Math.max(Date.now(), note.at + 1),
    },
  });
  await record(ctx, author, user, "changed");
}

export async function removeNote(
  ctx: MutationCtx,
  author: Doc<"users">,
  which: Which,
): Promise<void> {
  const { user } = await requireNote(ctx, which);
  const left = (user.notes ?? []).filter((id) => id !== which.noteId);
  await ctx.db.patch("users", user._id, { notes: left.length > 0 ? left : undefined });
  await ctx.db.delete("workflows", which.noteId);
  await record(ctx, author, user, "removed");
}

async function requireNote(ctx: MutationCtx, { userId, noteId }: Which) {
  const user = await requireCustomer(ctx, userId);
  const row = user.notes?.includes(noteId) ? await ctx.db.get("workflows", noteId) : null;
  if (row?.note === undefined) throw appError("not_found", "There is no such note.");
  return { user, note: row.note };
}

const record = (ctx: MutationCtx, author: Doc<"users">, user: Doc<"users">, reason: string) =>
  recordEvent(ctx, "person_noted", { actorId: author._id, subjectId: user._id }, { reason });

/** With their person. Answers how many. */
export async function eraseNotes(ctx: MutationCtx, user: Doc<"users">): Promise<number> {
  for (const id of user.notes ?? []) {
    if ((await ctx.db.get("workflows", id)) !== null) await ctx.db.delete("workflows", id);
  }
  return user.notes?.length ?? 0;
}
