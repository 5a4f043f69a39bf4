/**
 * A customer who does not react to an answer: asked once in an episode whether it is solved, and two days later
 * the conversation is resolved. Found by `silentSince`, which an answer sets and any other move clears, so that an
 * exchange starts no process; every conversation is looked at once per silence, however it comes out.
 */
import { goesBySms } from "../outbox/channel";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { resolveConversation } from "./lifecycle";
import { recordEvent } from "../analytics/events";
import { findLastBegun } from "../conversations/history";
import { findNextOpening } from "../hours/hours";
import { loadHours } from "../hours/stored";
import { tellCustomer } from "../outbox/systemLines";
import { DAY } from "../../lib/time";
import { changeConversation, type ConversationChange } from "../conversations/changes";
import { armTimer, endTimer } from "../conversations/timers";
import { isCustomersMove } from "../conversations/timerRules";

type Conversation = Doc<"conversations">;

/** Silence after an answer. */
export const SILENT_FOR = DAY;
/** Conversations looked at in one transaction: each may start a workflow. */
export const FOLLOW_UP_BATCH = 25;

export const DID_IT_HELP =
  "Did that solve it? If not, just write what happened: we'll go on from here. If we don't hear from you, we'll close this conversation in two days.";
export const CLOSED_SILENT =
  "We haven't heard from you, so we've closed this conversation. Write again any time and it opens again.";

const silentBefore = () => Date.now() - SILENT_FOR;

/** Those who have been silent the longest. `model/privacy/sweep.ts` goes through them. */
export const silentConversations = (ctx: Pick<QueryCtx, "db">, count: number) =>
  ctx.db
    .query("conversations")
    .withIndex("by_resolved_and_silent", (q) =>
      q.eq("resolvedAt", undefined).gt("silentSince", undefined).lte("silentSince", silentBefore()),
    )
    .take(count);

export const isSilent = ({ silentSince }: Conversation) =>
  silentSince !== undefined && silentSince <= silentBefore();

/** Arms the question, if it is due, and takes the conversation off the list. */
export async function lookIntoSilence(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  // Out of the index in any case: the next answer puts it there again.
  const patch: ConversationChange = { silentSince: undefined };
  if (await isDue(ctx, conversation)) {
    const dueAt = await askAt(ctx, conversation);
    const timer = await armTimer(ctx, conversation, { kind: "follow_up", dueAt });
    patch.timers = { ...conversation.timers, follow_up: timer };
    patch.followedUp = conversation.episode;
  }
  await changeConversation(ctx, conversation, patch);
}

/** By text in opening hours: the two days to react begin when the question arrives. */
async function askAt(ctx: Pick<QueryCtx, "db">, conversation: Conversation): Promise<number> {
  const now = Date.now();
  return goesBySms(conversation) ? (findNextOpening(await loadHours(ctx), now) ?? now) : now;
}

async function isDue(ctx: Pick<QueryCtx, "db">, conversation: Conversation): Promise<boolean> {
  const { _id, episode, followedUp } = conversation;
  if (!isCustomersMove(conversation) || followedUp === episode) return false;
  const spoken = await findLastBegun(ctx, _id);
  if (spoken === null || spoken.episode !== episode || spoken.text === "") return false;
  return spoken.author.kind === "technician" || spoken.author.kind === "agent";
}

/** The question. It is no answer and no turn: whatever is said next cancels what follows. */
export async function sendFollowUp(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  await tellCustomer(ctx, conversation, DID_IT_HELP, "notice");
  await changeConversation(ctx, conversation, {
    unreadByCustomer: conversation.unreadByCustomer + 1,
    lastMessageAt: Date.now(),
  });
  await recordEvent(ctx, "followed_up", { conversationId: conversation._id });
}

/** The end of the silence. Returns that nothing follows. */
export async function resolveSilentConversation(
  ctx: MutationCtx,
  timer: Doc<"workflows">,
  conversation: Conversation,
): Promise<null> {
  await endTimer(ctx, timer._id, "done", "resolved: the customer did not react");
  await resolveConversation(ctx, conversation, { by: "silence" }, { line: CLOSED_SILENT });
  return null;
}
