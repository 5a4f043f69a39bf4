/**
 * Colleagues who are named in notes among staff. A note holds who is meant, by id, beside the words; each of them gets a
 * row of `workflows` that says where, which goes with the conversation. It is written when they are named and once more
 * when they have seen it, and nothing but their own desks reads it.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { excerptOf } from "../../lib/text";
import { mayWork } from "../access/access";
import { recordEvent } from "../analytics/events";
import { NOBODY } from "../conversations/publicMessage";
import { wordsToFind } from "../conversations/wordsToFind";

/** In one note. */
const MAX_MENTIONED = 10;
/** The latest of somebody's, and how much of each note they show. */
const LISTED = 30;
const EXCERPT_CHARS = 160;
/** People of each role. */
const MAX_PEOPLE = 100;
/** Of one conversation. */
const MAX_MARKED = 100;

type Db = Pick<QueryCtx, "db">;
type Mentioned = NonNullable<Doc<"messages">["mentions"]>;

export const vColleague = v.object({ userId: v.id("users"), name: v.string() });
export const vMention = v.object({
  conversationId: v.id("conversations"),
  messageId: v.id("messages"),
  /** Who wrote the note. */
  by: v.optional(v.string()),
  excerpt: v.string(),
  at: v.number(),
  seen: v.boolean(),
});

const nameOf = ({ name }: Doc<"users">) => name ?? NOBODY;

/** Whom a note can name: everybody who works here, by name. */
export async function listColleagues(ctx: Db): Promise<Infer<typeof vColleague>[]> {
  const people: Doc<"users">[] = [];
  for (const role of ["admin", "technician"] as const) {
    const some = await ctx.db
      .query("users")
      .withIndex("by_role_and_name", (q) => q.eq("role", role))
      .take(MAX_PEOPLE);
    people.push(...some.filter((user) => mayWork(user) && user.name !== undefined));
  }
  return people
    .map((user) => ({ userId: user._id, name: nameOf(user) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Errors: `too_large`, `not_found` for whoever doesn't work here, `invalid_input` if the note doesn't say "@" and their name. */
export async function requireMentioned(
  ctx: Db,
  text: string,
  ids: Id<"users">[],
): Promise<Mentioned> {
  const asked = [...new Set(ids)];
  if (asked.length > MAX_MENTIONED) {
    throw appError("too_large", `A note names at most ${MAX_MENTIONED} colleagues.`);
  }
  const people = await Promise.all(asked.map((id) => ctx.db.get("users", id)));
  return people.map((user) => {
    if (user === null || !mayWork(user)) {
      throw appError("not_found", "One of those whom the note names doesn't work here any more.");
    }
    if (!text.includes(`@${nameOf(user)}`)) {
      throw appError("invalid_input", `The note doesn't name @${nameOf(user)}.`);
    }
    return { userId: user._id, name: nameOf(user) };
  });
}

/** Tells each of them, on record; whoever names themselves knows. */
export async function tellMentioned(
  ctx: MutationCtx,
  { _id: messageId, conversationId }: Pick<Doc<"messages">, "_id" | "conversationId">,
  mentioned: Mentioned,
  actorId: Id<"users">,
): Promise<void> {
  for (const { userId } of mentioned) {
    if (userId === undefined || userId === actorId) continue;
    await ctx.db.insert("workflows", {
      ...{ kind: "mention", state: "queued", step: "named in a note", attempt: 1 },
      ...{ userId, conversationId, messageId },
    });
    await recordEvent(ctx, "mentioned", { conversationId, actorId, subjectId: userId });
  }
}

/** Where somebody was named, latest first, at most 30. */
export async function listMentions(
  ctx: Db,
  userId: Id<"users">,
): Promise<Infer<typeof vMention>[]> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "mention"))
    .order("desc")
    .take(LISTED);
  const listed = await Promise.all(rows.map((row) => describe(ctx, row)));
  return listed.filter((one) => one !== null);
}

/** Null while its conversation is being erased. */
async function describe(
  ctx: Db,
  { conversationId, messageId, state, _creationTime }: Doc<"workflows">,
): Promise<Infer<typeof vMention> | null> {
  const note = messageId && (await ctx.db.get("messages", messageId));
  if (!note || conversationId === undefined) return null;
  return {
    conversationId,
    messageId: note._id,
    by: "name" in note.author ? note.author.name : undefined,
    excerpt: excerptOf(note.text, EXCERPT_CHARS),
    at: _creationTime,
    seen: state === "done",
  };
}

/** They have the conversation open. Writes nothing where nothing is new. */
export async function markMentionsSeen(
  ctx: MutationCtx,
  conversationId: Id<"conversations">,
  userId: Id<"users">,
): Promise<void> {
  const rows = await ctx.db
    .query("workflows")
    .withIndex("by_conversation_and_kind", (q) =>
      q.eq("conversationId", conversationId).eq("kind", "mention"),
    )
    .order("desc")
    .take(MAX_MARKED);
  for (const { _id, state, userId: whose } of rows) {
    if (whose === userId && state === "queued") {
      await ctx.db.patch("workflows", _id, { state: "done", step: "seen" });
    }
  }
}

/** Their account goes: the note still says that somebody was named, and no longer who. */
export async function forgetMention(
  ctx: MutationCtx,
  { _id, messageId, userId }: Doc<"workflows">,
): Promise<void> {
  await ctx.db.delete("workflows", _id);
  const note = messageId && (await ctx.db.get("messages", messageId));
  const named = note?.mentions?.find((one) => one.userId === userId);
  if (!note?.mentions || named === undefined) return;
  const text = note.text.replaceAll(`@${named.name}`, `@${NOBODY}`);
  await ctx.db.patch("messages", note._id, {
    text,
    searchText: wordsToFind({ ...note, text }),
    mentions: note.mentions.map((one) => (one === named ? { name: NOBODY } : one)),
  });
}
