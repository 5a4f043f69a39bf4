/**
 * Handing a conversation from the AI to people. A hand-off is a tool call, a rule or a person's click,
 * never parsed from prose; each stores its reason.
 */
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { HandoffReason } from "../validators";
import { reopened } from "./episodes";
import { record } from "./events";
import { textOut } from "./smsQueue";
import { bumpTurn } from "./turns";

/** AI replies per episode; the next customer message goes to a technician. */
export const REPLY_CAP = 30;

export type Handoff = {
  reason: HandoffReason;
  summary: string;
  urgency: "low" | "normal" | "high";
};

const QUEUED =
  "I've passed this to our technicians with everything you told me. Someone will answer right here; you can keep adding details while you wait.";
const QUEUED_BY_FAILURE =
  "Our assistant can't answer right now, so I've passed your question to our technicians. Someone will answer right here.";
const QUEUED_BY_BUDGET =
  "Our assistant has finished for today. Leave us a message here with everything a technician should know, and your phone number or e-mail address: a technician will answer.";

/** What the customer is told; null: nothing, since nothing reaches them. */
const NOTICES: Partial<Record<HandoffReason, string | null>> = {
  undelivered: null,
  provider_error: QUEUED_BY_FAILURE,
  daily_budget: QUEUED_BY_BUDGET,
};

/**
 * Puts the conversation in the queue with its brief, in one transaction with what caused it. Nothing to do
 * if people have it already. The AI is mute from this transaction on.
 */
export async function escalate(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  handoff: Handoff,
  actorId?: Doc<"users">["_id"],
): Promise<Doc<"conversations">> {
  if (conversation.owner.kind !== "ai") return conversation;
  const now = Date.now();
  const wasResolved = conversation.status === "resolved";
  const next = await bumpTurn(ctx, conversation, {
    ...(wasResolved ? reopened(conversation) : { status: "open", snoozedUntil: undefined }),
    owner: { kind: "queue", since: now },
    brief: { ...handoff, at: now },
    waitingSince: conversation.waitingSince ?? now,
    unreadByStaff: conversation.unreadByStaff + 1,
    lastMessageAt: now,
  });
  const notice = NOTICES[handoff.reason];
  if (notice !== null) {
    const messageId = await systemMessage(ctx, next, notice ?? QUEUED);
    if (next.channel === "sms") await textOut(ctx, next, messageId, "answer");
  }
  const refs = { conversationId: conversation._id, actorId, agentId: conversation.agentId };
  if (wasResolved) await record(ctx, "reopened", refs);
  await record(ctx, "escalated", refs, { reason: handoff.reason });
  return next;
}

/** A line in the conversation that nobody said. `userId`: the member of staff whom it names. */
export async function systemMessage(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  text: string,
  userId?: Doc<"users">["_id"],
): Promise<Doc<"messages">["_id"]> {
  return await ctx.db.insert("messages", {
    conversationId: conversation._id,
    author: userId === undefined ? { kind: "system" } : { kind: "system", userId },
    visibility: "public",
    status: "complete",
    text,
    settledAt: Date.now(),
    turn: conversation.turn,
    episode: conversation.episode,
  });
}
