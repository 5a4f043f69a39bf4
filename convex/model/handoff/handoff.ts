/**
 * Handing a conversation from the AI to people. A hand-off is a tool call, a rule on the customer's words
 * (`model/handoff/triggers.ts`) or a click, never parsed from the AI's prose; each stores its reason and a brief.
 */
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { vHandoff } from "../../validators";
import { autoAssignWaiting } from "./assignment";
import { briefOf, withoutSecrets } from "./brief";
import { patchToReopen } from "../conversations/episodes";
import { recordEvent } from "../analytics/events";
import { summarizeLastQuestion, listPublicMessages } from "../conversations/history";
import { handoffNotice, type Situation } from "./notices";
import { loadHours } from "../hours/stored";
import { listLiveShifts } from "./shifts";
import { tellCustomer } from "../outbox/systemLines";
import type { Topic } from "./topics";
import { cleanOptionalText } from "../../lib/text";
import { bumpTurn, queuedOwner } from "../conversations/turns";
import { actOnNewWait } from "./waits";

export { insertSystemMessage } from "../outbox/systemLines";

export type Handoff = Infer<typeof vHandoff>;
type Escalation = Handoff & {
  actorId?: Id<"users">;
  /** What the customer must be warned of. */
  topic?: Topic | null;
};

/**
 * Puts the conversation in the queue with its brief, in one transaction with what caused it, and on to a technician
 * on duty who has room. Nothing to do if people have it already. The AI is mute from this transaction on.
 */
export async function handOffConversation(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { actorId, topic = null, ...handoff }: Escalation,
): Promise<Doc<"conversations">> {
  if (conversation.owner.kind !== "ai") return conversation;
  const now = Date.now();
  const wasResolved = conversation.status === "resolved";
  const fromRules = briefOf(await lately(ctx, conversation), handoff.reason);
  const next = await bumpTurn(ctx, conversation, {
    ...(wasResolved ? patchToReopen(conversation) : { status: "open", snoozedUntil: undefined }),
    owner: queuedOwner(now, handoff),
    brief: withoutSecrets({ ...fromRules, ...handoff, at: now }),
    offer: undefined,
    waitingSince: conversation.waitingSince ?? now,
    unreadByStaff: conversation.unreadByStaff + 1,
    lastMessageAt: now,
  });
  // Nothing reaches the customer, so there is nothing to tell them.
  if (handoff.reason !== "undelivered") {
    const notice = handoffNotice({ reason: handoff.reason, topic }, await loadSituation(ctx));
    await tellCustomer(ctx, next, notice, "answer");
  }
  const refs = { conversationId: conversation._id, actorId, agentId: conversation.agentId };
  if (wasResolved) await recordEvent(ctx, "reopened", refs);
  await recordEvent(ctx, "escalated", refs, { reason: handoff.reason });
  const given = await autoAssignWaiting(ctx);
  // It may have been given away already.
  const after = given > 0 ? ((await ctx.db.get("conversations", next._id)) ?? next) : next;
  await actOnNewWait(ctx, after);
  return after;
}

/** Somebody asks for a technician, with a note or about the last question. Errors: `too_large`. */
export async function askForTechnician(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { note = "", actorId, asStaff }: { note?: string; actorId: Id<"users">; asStaff: boolean },
): Promise<void> {
  const said = cleanOptionalText("The note", note, 1000);
  await handOffConversation(ctx, conversation, {
    reason: asStaff ? "staff" : "customer_request",
    summary: said || (await summarizeLastQuestion(ctx, conversation._id)),
    urgency: "normal",
    actorId,
  });
}

/** What the customer wrote lately in this episode, newest first. */
async function lately(
  ctx: Pick<QueryCtx, "db">,
  { _id, episode }: Doc<"conversations">,
): Promise<string[]> {
  const rows = await listPublicMessages(ctx, _id);
  return rows
    .filter((row) => row.author.kind === "customer" && row.episode === episode && row.text !== "")
    .map(({ text }) => text);
}

/** What a notice depends on: two small reads, only when people take over. */
export async function loadSituation(ctx: Pick<QueryCtx, "db">): Promise<Situation> {
  return {
    hours: await loadHours(ctx),
    now: Date.now(),
    onDuty: (await listLiveShifts(ctx)).length > 0,
  };
}
