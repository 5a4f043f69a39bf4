/**
 * Who has a conversation: claim, assign, transfer, back to the queue, back to the AI. Each is one transaction that
 * bumps the turn, says so in the conversation, and lets the queue move on where it frees somebody.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { isStaff } from "../access/access";
import {
  autoAssignWaiting,
  makeOwner,
  GOES_ON,
  findObstacle,
  returnToQueue,
} from "../handoff/assignment";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { isMuted } from "../accounts/consent";
import { findLastSettled } from "../conversations/history";
import { insertNote } from "./notes";
import { enqueueReply } from "../conversations/replyProcess";
import { joinedLine, insertSystemMessage } from "../outbox/systemLines";
import { bumpTurn } from "../conversations/turns";

type Conversation = Doc<"conversations">;

/** A new episode begins by `reopen` or the customer's next message, not by the way. */
export function refuseResolved({ status }: Conversation): void {
  if (status === "resolved") {
    throw appError("conflict", "This conversation is resolved. Reopen it first.");
  }
}

/** `conflict` with `claimedBy` when somebody else has it. */
async function refuseOthers(
  ctx: Pick<QueryCtx, "db">,
  { owner }: Conversation,
  caller: Doc<"users">,
): Promise<void> {
  if (owner.kind !== "human" || owner.userId === caller._id) return;
  const other = await ctx.db.get("users", owner.userId);
  const claimedBy = other?.name ?? "another technician";
  throw appError("conflict", `${claimedBy} has this conversation.`, { claimedBy });
}

/**
 * One transaction: of two technicians exactly one wins, the other gets `conflict` with `claimedBy`, also when it was
 * assigned to them by the rules. Works from the AI too (take-over): its reply stops here. Claiming what is already
 * one's own changes nothing. A colleague's only by naming them: whoever takes it knows from whom.
 */
export async function claimConversation(
  ctx: MutationCtx,
  conversation: Conversation,
  technician: Doc<"users">,
  from?: Id<"users">,
): Promise<void> {
  refuseResolved(conversation);
  const { owner } = conversation;
  const had = owner.kind === "human" ? owner.userId : undefined;
  if (had === technician._id) return;
  if (had !== from) await refuseOthers(ctx, conversation, technician);
  const waitedMs = conversation.waitingSince && Date.now() - conversation.waitingSince;
  const next = await makeOwner(ctx, conversation, technician, joinedLine(technician.name));
  if (had !== undefined) {
    const colleague = (await ctx.db.get("users", had))?.name ?? "a colleague";
    await insertNote(ctx, next, technician, `Took this over from ${colleague}.`);
  }
  const refs = { conversationId: conversation._id, actorId: technician._id, subjectId: had };
  await recordEvent(ctx, "claimed", refs, { reason: owner.kind, waitedMs });
  if (had !== undefined) await autoAssignWaiting(ctx);
}

/** Who hands it on, and what they write to their colleagues about it. */
type Handover = { caller: Doc<"users">; note?: string };

const UNAVAILABLE = {
  blocked: "may not answer customers now",
  offline: "is not on a shift",
  full: "has as many conversations as they take on",
};

/** Whom `assignConversation` may give to: `invalid_input` for anybody else. */
export async function requireTechnician(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"users">> {
  const technician = await ctx.db.get("users", userId);
  if (technician === null || !isStaff(technician)) {
    throw appError("invalid_input", "Only technicians and admins can be assigned.");
  }
  return technician;
}

/**
 * Hands the conversation to a colleague who is on a shift and has room, with a note among staff if there is one.
 * Somebody else's only by an admin. Errors: `conflict` (with `claimedBy`, or with `obstacle` blocked, offline, full).
 */
export async function assignConversation(
  ctx: MutationCtx,
  conversation: Conversation,
  { technician, caller, note }: Handover & { technician: Doc<"users"> },
): Promise<void> {
  refuseResolved(conversation);
  if (caller.role !== "admin") await refuseOthers(ctx, conversation, caller);
  if (conversation.owner.kind === "human" && conversation.owner.userId === technician._id) return;
  // Whoever takes it is there, on a shift or not.
  const why = technician._id === caller._id ? null : await findObstacle(ctx, technician);
  if (why !== null) {
    const name = technician.name ?? "This technician";
    throw appError("conflict", `${name} ${UNAVAILABLE[why]}.`, { obstacle: why });
  }
  const next = await makeOwner(ctx, conversation, technician, joinedLine(technician.name));
  if (note) await insertNote(ctx, next, caller, note);
  const waitedMs = conversation.waitingSince && Date.now() - conversation.waitingSince;
  const refs = { conversationId: conversation._id, actorId: caller._id, subjectId: technician._id };
  await recordEvent(ctx, "assigned", refs, { reason: conversation.owner.kind, waitedMs });
  if (conversation.owner.kind === "human") await autoAssignWaiting(ctx);
}

/**
 * Back to the queue, at its old place, for any colleague but the one who returns it. Errors: `conflict` unless one's
 * own, admins apart.
 */
export async function requeueConversation(
  ctx: MutationCtx,
  conversation: Conversation,
  { caller, note }: Handover,
): Promise<void> {
  refuseResolved(conversation);
  if (conversation.owner.kind === "queue") return;
  if (conversation.owner.kind === "ai") {
    throw appError("conflict", "The assistant has this conversation. Ask for a person first.");
  }
  if (caller.role !== "admin") await refuseOthers(ctx, conversation, caller);
  const { queuedSince, userId } = conversation.owner;
  const since = queuedSince ?? conversation.waitingSince ?? Date.now();
  const next = await returnToQueue(ctx, conversation, since, {
    reason: "staff",
    line: GOES_ON,
    actorId: caller._id,
    returnedBy: userId,
  });
  if (note) await insertNote(ctx, next, caller, note);
  await autoAssignWaiting(ctx);
}

/** Back to the AI, which answers at once if the customer is waiting for an answer. */
export async function releaseConversation(
  ctx: MutationCtx,
  conversation: Conversation,
  actorId: Id<"users">,
): Promise<void> {
  if (conversation.owner.kind === "ai") return;
  const spoken = await findLastSettled(ctx, conversation._id);
  const unanswered =
    spoken?.author.kind === "customer" && (await isToAnswer(ctx, conversation, spoken))
      ? spoken
      : undefined;
  const next = await bumpTurn(ctx, conversation, {
    owner: { kind: "ai" },
    offer: undefined,
    trouble: undefined,
    aiReplies: 0,
    lastMessageAt: Date.now(),
    // Who asked for a person and was given back waits for nothing; an open question is waited for again.
    waitingSince: unanswered && (conversation.waitingSince ?? unanswered.settledAt),
  });
  await insertSystemMessage(ctx, next, "Our assistant is back in the conversation.");
  await recordEvent(ctx, "released", { conversationId: conversation._id, actorId });
  if (unanswered !== undefined) await enqueueReply(ctx, next);
  if (conversation.owner.kind === "human") await autoAssignWaiting(ctx);
}

/** A text that begins nothing, as STOP does, has nobody waiting for an answer; nor has who may not be sent one. */
async function isToAnswer(
  ctx: Pick<QueryCtx, "db">,
  { userId, waitingSince }: Conversation,
  { smsSid }: Doc<"messages">,
): Promise<boolean> {
  if (smsSid === undefined) return true;
  const user = await ctx.db.get("users", userId);
  return waitingSince !== undefined && user !== null && !isMuted(user);
}

/** Cases given back in one transaction. */
const BATCH = 50;

/** Puts a technician's cases back in the queue, at most 50: they may not answer any more. Returns how many. */
export async function requeueCases(ctx: MutationCtx, technicianId: Id<"users">): Promise<number> {
  const cases = await ctx.db
    .query("conversations")
    .withIndex("by_technician", (q) => q.eq("owner.userId", technicianId))
    .take(BATCH);
  for (const one of cases) {
    const queuedSince = one.owner.kind === "human" ? one.owner.queuedSince : undefined;
    const since = queuedSince ?? one.waitingSince ?? Date.now();
    await returnToQueue(ctx, one, since, { reason: "staff", line: GOES_ON });
  }
  if (cases.length > 0) await autoAssignWaiting(ctx);
  return cases.length;
}
