/**
 * Offering a technician: where the rule says "offer first". The offer stands on the conversation for the client's
 * buttons; words answer it as long as nothing else was said since.
 */
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { vTrouble } from "../../validators";
import { changeConversation } from "../conversations/changes";
import { AT_ONCE, enqueueAllowedReply } from "../conversations/replyProcess";
import { recordEvent } from "../analytics/events";
import { handOffConversation, type Handoff } from "./handoff";
import { loadOwnTopics } from "../knowledge/guardrails";
import { summarizeLastQuestion, findLastBegun, listPublicMessages } from "../conversations/history";
import { offerNotice } from "./notices";
import { mayHaveArrived } from "../outbox/delivery";
import { tellCustomer } from "../outbox/systemLines";
import type { Topic } from "./topics";
import { decideHandoff, type Decision, type OfferReason, type TriggerState } from "./triggers";
import { bumpTurn } from "../conversations/turns";

type Conversation = Doc<"conversations">;
const NO_TROUBLE: Infer<typeof vTrouble> = { failures: 0, noSource: 0, declined: false };

/**
 * Whether the customer can mean the standing offer: one whose text has not left yet, or never will, is none to say yes
 * to. One that was claimed may have arrived before we hear of it; on a page it stands there.
 */
export async function isOfferHeard(
  ctx: Pick<QueryCtx, "db">,
  { _id, offer, turn, channel }: Conversation,
): Promise<boolean> {
  if (channel !== "sms" || offer?.turn !== turn) return true;
  const said = await listPublicMessages(ctx, _id);
  const line = said.find((one) => one.turn === turn && one.delivery?.purpose === "offer");
  return line?.delivery !== undefined && mayHaveArrived(line.delivery);
}

/** What the rules decide about a message to this conversation as it was before. */
export async function decideForMessage(
  ctx: Pick<QueryCtx, "db">,
  conversation: Conversation,
  text: string,
): Promise<Decision> {
  const state = stateOf(conversation, await isOfferHeard(ctx, conversation));
  // People who have it need no rules.
  if (state.owner !== "ai") return decideHandoff(text, state);
  return decideHandoff(text, { ...state, ownTopics: await loadOwnTopics(ctx) });
}

function stateOf(conversation: Conversation, offerHeard: boolean): TriggerState {
  // A message to a resolved conversation begins an episode in which nothing has gone wrong.
  const fresh = conversation.status === "resolved";
  const { offer, trouble = NO_TROUBLE } = conversation;
  return {
    owner: conversation.owner.kind,
    aiReplies: fresh ? 0 : conversation.aiReplies,
    failures: fresh ? 0 : trouble.failures,
    declined: !fresh && trouble.declined,
    offer:
      fresh || offer === undefined
        ? null
        : { reason: offer.reason, latest: offerHeard && offer.turn === conversation.turn },
  };
}

/** What a decision changes on the conversation: nothing, as a rule. */
export function changesOfDecision(
  decision: Decision,
  { trouble, status }: Conversation,
): Partial<Pick<Conversation, "trouble" | "offer">> {
  const before = status === "resolved" ? NO_TROUBLE : (trouble ?? NO_TROUBLE);
  if (decision.kind === "declined") {
    return { offer: undefined, trouble: { ...NO_TROUBLE, declined: true } };
  }
  if (decision.kind === "hand_off" || decision.failures === before.failures) return {};
  return { trouble: { ...before, failures: decision.failures } };
}

/** Shows the offer in place of an answer: it is the answer to what the customer wrote. */
export async function offerTechnician(
  ctx: MutationCtx,
  conversation: Conversation,
  reason: OfferReason,
): Promise<void> {
  await changeConversation(ctx, conversation, {
    offer: { reason, at: Date.now(), turn: conversation.turn },
    waitingSince: undefined,
    unreadByCustomer: conversation.unreadByCustomer + 1,
  });
  await announceOffer(ctx, conversation, reason);
}

/** The line of an offer that the caller stores. */
export async function announceOffer(
  ctx: MutationCtx,
  conversation: Conversation,
  reason: OfferReason,
): Promise<void> {
  await tellCustomer(ctx, conversation, offerNotice(reason), "offer");
  const refs = { conversationId: conversation._id, agentId: conversation.agentId };
  await recordEvent(ctx, "offered", refs, { reason });
}

/**
 * The buttons of an offer. Accepted: a hand-off with the offer's reason. Declined: the assistant goes on, with the
 * question that the offer stood in for. Without an offer nothing happens: a double click, another tab.
 */
export async function answerStandingOffer(
  ctx: MutationCtx,
  conversation: Conversation,
  { accept, actorId }: { accept: boolean; actorId: Id<"users"> },
): Promise<void> {
  const { offer } = conversation;
  if (offer === undefined || conversation.owner.kind !== "ai") return;
  const refs = { conversationId: conversation._id, actorId };
  await recordEvent(ctx, accept ? "offer_accepted" : "offer_declined", refs, {
    reason: offer.reason,
  });
  if (accept) {
    await handOffByRule(ctx, conversation, { reason: offer.reason, topic: null, actorId });
    return;
  }
  const declined = { offer: undefined, trouble: { ...NO_TROUBLE, declined: true } };
  const spoken = await findLastBegun(ctx, conversation._id);
  if (spoken?.author.kind !== "customer" || conversation.waitingSince !== undefined) {
    await changeConversation(ctx, conversation, declined);
    return;
  }
  const next = await bumpTurn(ctx, conversation, { ...declined, waitingSince: Date.now() });
  await enqueueAllowedReply(ctx, next, AT_ONCE);
}

const URGENT = new Set<Handoff["reason"]>([
  "danger",
  "swollen_battery",
  "scam",
  "ransomware",
  "data_loss",
  "legal",
]);

type Ruled = {
  reason: Handoff["reason"];
  topic: Topic | null;
  /** The name of the shop's own topic. */
  own?: string;
  actorId?: Id<"users">;
};

/** A hand-off that a rule decided: what the customer last wrote is its summary. */
export async function handOffByRule(
  ctx: MutationCtx,
  conversation: Conversation,
  { reason, topic, own, actorId }: Ruled,
): Promise<void> {
  const question =
    reason === "reply_cap"
      ? `The assistant has answered ${conversation.aiReplies} times without settling it.`
      : await summarizeLastQuestion(ctx, conversation._id);
  const summary = own === undefined ? question : `${own}: ${question}`;
  const urgency = URGENT.has(topic ?? reason) ? "high" : "normal";
  await handOffConversation(ctx, conversation, { reason, summary, urgency, actorId, topic });
}

/** Answers without a source, in a row. */
const OFFER_AFTER = 2;

/**
 * What an answer of the AI without a source changes: the second in a row is an offer, or a hand-off; so is the first
 * that says that it is `unsure`.
 */
export function changesAfterAnswer(
  { trouble, offer, turn }: Conversation,
  withoutSource: boolean,
  unsure = false,
): {
  changes: Partial<Pick<Conversation, "trouble" | "offer">>;
  then: "offer" | "hand_off" | null;
} {
  const before = trouble ?? NO_TROUBLE;
  if (!withoutSource) {
    return {
      changes: before.noSource > 0 ? { trouble: { ...before, noSource: 0 } } : {},
      then: null,
    };
  }
  const noSource = before.noSource + (unsure ? OFFER_AFTER : 1);
  const changes = { trouble: { ...before, noSource } };
  if (noSource < OFFER_AFTER) return { changes, then: null };
  if (before.declined || offer !== undefined) return { changes, then: "hand_off" };
  return {
    changes: { ...changes, offer: { reason: "no_source", at: Date.now(), turn } },
    then: "offer",
  };
}
