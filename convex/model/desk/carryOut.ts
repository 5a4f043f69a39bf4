/** Does what `planResponse` says, in the transaction that has stored the customer's message. */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import { enqueueAllowedReply, type Answering } from "../conversations/replyProcess";
import { autoAssignWaiting } from "../handoff/assignment";
import { handOffByRule, offerTechnician } from "../handoff/offers";
import type { Plan } from "./planResponse";
import { passOnToQueue, welcomeBack } from "./returning";

/** `answering`: how the AI answers on this channel, where the plan lets it. */
export async function carryOut(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { plan, answering }: { plan: Plan; answering: Answering },
): Promise<void> {
  const refs = { conversationId: conversation._id, actorId: conversation.userId };
  switch (plan.kind) {
    case "nothing":
      return;
    case "pass_on":
      return await passOnToQueue(ctx, conversation);
    case "drain_queue":
      await autoAssignWaiting(ctx);
      return;
    case "welcome_back":
      return await welcomeBack(ctx, conversation, plan.back, answering);
    case "hand_off":
      if (plan.accepted) await recordEvent(ctx, "offer_accepted", refs, { reason: plan.reason });
      return await handOffByRule(ctx, conversation, { ...plan, actorId: conversation.userId });
    case "offer":
      return await offerTechnician(ctx, conversation, plan.reason);
    case "answer":
      if (plan.declined) await recordEvent(ctx, "offer_declined", refs);
      return await enqueueAllowedReply(ctx, conversation, answering);
  }
}
