/** A conversation's life: created, owned by the AI, the queue or a technician, resolved, reopened. */
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "./errors";
import { record } from "./events";
import { reopened } from "./episodes";
import { systemMessage } from "./handoff";
import { enqueueReply } from "./replies";
import { DAY } from "./time";
import { bumpTurn } from "./turns";

/** Conversations that `conversations.queue` returns at most per view. */
export const QUEUE_LIMIT = 50;

export async function create(ctx: MutationCtx, userId: Id<"users">): Promise<Doc<"conversations">> {
  const id = await ctx.db.insert("conversations", {
    userId,
    channel: "web",
    status: "open",
    owner: { kind: "ai" },
    turn: 0,
    episode: 1,
    lastMessageAt: Date.now(),
    preview: "",
    unreadByCustomer: 0,
    unreadByStaff: 0,
    aiReplies: 0,
  });
  await record(ctx, "conversation_created", { conversationId: id, actorId: userId });
  return (await ctx.db.get("conversations", id))!;
}

/** Open conversations that wait for anybody, the longest waiting first. */
export function waiting(ctx: Pick<QueryCtx, "db">): Promise<Doc<"conversations">[]> {
  return ctx.db
    .query("conversations")
    .withIndex("by_status_and_owner", (q) => q.eq("status", "open").eq("owner.kind", "queue"))
    .take(QUEUE_LIMIT);
}

/** Open conversations of one technician, latest message first. */
export function mine(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"conversations">[]> {
  return ctx.db
    .query("conversations")
    .withIndex("by_technician", (q) => q.eq("owner.userId", userId).eq("status", "open"))
    .order("desc")
    .take(QUEUE_LIMIT);
}

/** All open conversations, latest message first. */
export function allOpen(ctx: Pick<QueryCtx, "db">): Promise<Doc<"conversations">[]> {
  return ctx.db
    .query("conversations")
    .withIndex("by_status_and_last_message", (q) => q.eq("status", "open"))
    .order("desc")
    .take(QUEUE_LIMIT);
}

/** Resolved conversations, latest resolved first. */
export function resolved(ctx: Pick<QueryCtx, "db">): Promise<Doc<"conversations">[]> {
  return ctx.db
    .query("conversations")
    .withIndex("by_resolved", (q) => q.gt("resolvedAt", undefined))
    .order("desc")
    .take(QUEUE_LIMIT);
}

/**
 * One transaction: of two technicians exactly one wins, the other gets `conflict` with `claimedBy`. Works
 * from the AI too (take-over): its reply stops here. Claiming what is already one's own changes nothing.
 */
export async function claim(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
): Promise<void> {
  refuseResolved(conversation);
  if (conversation.owner.kind === "human") {
    if (conversation.owner.userId === technician._id) return;
    const other = await ctx.db.get("users", conversation.owner.userId);
    const claimedBy = other?.name ?? "another technician";
    throw appError("conflict", `${claimedBy} has this conversation.`, { claimedBy });
  }
  const waitedMs = conversation.waitingSince && Date.now() - conversation.waitingSince;
  await giveTo(ctx, conversation, technician);
  await record(
    ctx,
    "claimed",
    { conversationId: conversation._id, actorId: technician._id },
    { reason: conversation.owner.kind, waitedMs },
  );
}

/** A new episode begins by `reopen` or the customer's next message, not by the way. */
function refuseResolved({ status }: Doc<"conversations">): void {
  if (status === "resolved") {
    throw appError("conflict", "This conversation is resolved. Reopen it first.");
  }
}

/** Hands the conversation to a colleague, whoever has it. Errors: `conflict` when it is resolved. */
export async function assign(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
  actorId: Id<"users">,
): Promise<void> {
  refuseResolved(conversation);
  if (conversation.owner.kind === "human" && conversation.owner.userId === technician._id) return;
  await giveTo(ctx, conversation, technician);
  const refs = { conversationId: conversation._id, actorId, subjectId: technician._id };
  await record(ctx, "assigned", refs);
}

async function giveTo(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
): Promise<void> {
  const now = Date.now();
  const next = await bumpTurn(ctx, conversation, {
    status: "open",
    snoozedUntil: undefined,
    owner: { kind: "human", userId: technician._id, since: now },
    lastMessageAt: now,
  });
  await systemMessage(ctx, next, joined(technician.name), technician._id);
}

/** The line that says who has taken over; without a name once their account is gone. */
export const joined = (name = "A technician") => `${name} has joined the conversation.`;

/** Back to the AI, which answers at once if the customer is waiting for an answer. */
export async function release(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  actorId: Id<"users">,
): Promise<void> {
  if (conversation.owner.kind === "ai") return;
  const next = await bumpTurn(ctx, conversation, {
    owner: { kind: "ai" },
    aiReplies: 0,
    lastMessageAt: Date.now(),
  });
  await systemMessage(ctx, next, "Our assistant is back in the conversation.");
  await record(ctx, "released", { conversationId: conversation._id, actorId });
  if (next.waitingSince !== undefined) await enqueueReply(ctx, next);
}

/** Cases given back in one transaction. */
const REQUEUE_BATCH = 50;

/** Puts a technician's cases back in the queue, at most 50: they may not answer any more. Returns how many. */
export async function requeue(ctx: MutationCtx, technicianId: Id<"users">): Promise<number> {
  const cases = await ctx.db
    .query("conversations")
    .withIndex("by_technician", (q) => q.eq("owner.userId", technicianId))
    .take(REQUEUE_BATCH);
  const now = Date.now();
  for (const conversation of cases) {
    const next = await bumpTurn(ctx, conversation, {
      status: "open",
      snoozedUntil: undefined,
      owner: { kind: "queue", since: now },
      lastMessageAt: now,
    });
    await systemMessage(ctx, next, "Another technician will go on from here.");
    await record(ctx, "escalated", { conversationId: next._id }, { reason: "staff" });
  }
  return cases.length;
}

/** `conflict` if something happened in the conversation since `turn`. */
export function requireTurn(conversation: Doc<"conversations">, turn: number | undefined): void {
  if (turn === undefined || turn === conversation.turn) return;
  throw appError("conflict", "Something new has come in. Look at it first.");
}

const CLOSED = "Our team has closed this conversation. Write again any time and it opens again.";

export async function resolve(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  actorId: Id<"users">,
): Promise<void> {
  if (conversation.status === "resolved") return;
  const next = await bumpTurn(ctx, conversation, {
    status: "resolved",
    resolvedAt: Date.now(),
    owner: { kind: "ai" },
    snoozedUntil: undefined,
    waitingSince: undefined,
    unreadByStaff: 0,
  });
  await systemMessage(ctx, next, CLOSED);
  await record(ctx, "resolved", { conversationId: conversation._id, actorId });
}

/** Events of a conversation looked at for its end: thumbs and ratings may follow it. */
const LOOK_BACK = 20;

/** When a resolved conversation was resolved, from its events; else when something was last said in it. */
export async function resolvedTime(
  ctx: Pick<QueryCtx, "db">,
  { _id, lastMessageAt }: Doc<"conversations">,
): Promise<number> {
  const events = await ctx.db
    .query("analytics")
    .withIndex("by_conversation", (q) => q.eq("conversationId", _id))
    .order("desc")
    .take(LOOK_BACK);
  const end = events.find((row) => row.kind === "event" && row.type === "resolved");
  return end?._creationTime ?? lastMessageAt;
}

export async function reopen(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  actorId: Id<"users">,
): Promise<void> {
  if (conversation.status !== "resolved") return;
  await bumpTurn(ctx, conversation, { ...reopened(conversation), lastMessageAt: Date.now() });
  await record(ctx, "reopened", { conversationId: conversation._id, actorId });
}

/** Out of the lists until a time, at most 90 days ahead; a customer's message ends it at once. */
export async function snooze(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  until: number,
  actorId: Id<"users">,
): Promise<void> {
  const now = Date.now();
  if (!(until > now && until < now + 90 * DAY)) {
    throw appError("invalid_input", "Snooze until a time within the next 90 days.");
  }
  refuseResolved(conversation);
  await ctx.db.patch("conversations", conversation._id, { status: "snoozed", snoozedUntil: until });
  await record(ctx, "snoozed", { conversationId: conversation._id, actorId });
}

export async function endSnoozes(ctx: MutationCtx): Promise<void> {
  const due = await ctx.db
    .query("conversations")
    .withIndex("by_snooze_end", (q) =>
      q.gt("snoozedUntil", undefined).lte("snoozedUntil", Date.now()),
    )
    .take(100);
  for (const { _id } of due) {
    await ctx.db.patch("conversations", _id, { status: "open", snoozedUntil: undefined });
    await record(ctx, "woken", { conversationId: _id });
  }
}
