/** What staff set on a conversation to find it and to order their work: its labels, and how urgent it is. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "../conversations/changes";
import { setUrgent } from "../conversations/turns";
import { isUrgent } from "../conversations/urgency";
import { loadLabels } from "../knowledge/labels";

export const MAX_LABELS_ON_ONE = 8;

/** Keys that are on no list any more go with the next change. Errors: `not_found`, `too_large`. */
export async function putLabels(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { key, on }: { key: string; on: boolean },
  actorId: Id<"users">,
): Promise<void> {
  const had = conversation.labels ?? [];
  if (had.includes(key) === on) return;
  const known = new Set((await loadLabels(ctx)).map((label) => label.key));
  if (on && !known.has(key)) throw appError("not_found", "There is no such label.");
  const kept = had.filter((one) => one !== key && known.has(one));
  const labels = on ? [...kept, key] : kept;
  if (labels.length > MAX_LABELS_ON_ONE) {
    throw appError("too_large", `At most ${MAX_LABELS_ON_ONE} labels fit. Take one off first.`);
  }
  await changeConversation(ctx, conversation, { labels: labels.length > 0 ? labels : undefined });
  const refs = { conversationId: conversation._id, actorId };
  await recordEvent(ctx, on ? "labelled" : "unlabelled", refs, { reason: key });
}

/** Urgent or not, whatever its brief says, until the episode ends. */
export async function markUrgent(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  urgent: boolean,
  actorId: Id<"users">,
): Promise<void> {
  if (isUrgent(conversation) === urgent) return;
  await setUrgent(ctx, conversation, urgent);
  const refs = { conversationId: conversation._id, actorId };
  await recordEvent(ctx, "urgency_set", refs, { reason: urgent ? "urgent" : "not urgent" });
}
