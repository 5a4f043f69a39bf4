/** What people change on a conversation without a word in it: how to reach them, what they have seen, how it was. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { smsEnv } from "../../env";
import { normalizeContact } from "../../lib/contact";
import { cleanOptionalText } from "../../lib/text";
import { tryConsumeLimit } from "../access/limits";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "./changes";

type Conversation = Doc<"conversations">;
type Person = { actorId: Id<"users">; asStaff: boolean };

/** Adds to how the shop may reach the customer about this: on record, by the names of the fields. Errors: `invalid_input`. */
export async function changeContact(
  ctx: MutationCtx,
  conversation: Conversation,
  contact: NonNullable<Conversation["contact"]>,
  { actorId }: Pick<Person, "actorId">,
): Promise<void> {
  await changeConversation(ctx, conversation, {
    contact: { ...conversation.contact, ...normalizeContact(contact, smsEnv().home) },
  });
  const refs = { conversationId: conversation._id, actorId };
  await recordEvent(ctx, "contact_changed", refs, { reason: Object.keys(contact).join(", ") });
}

/** Everything up to now has been seen, on the side of whoever says so. Writes nothing if it was already. */
export async function markRead(
  ctx: MutationCtx,
  conversation: Conversation,
  { asStaff }: Pick<Person, "asStaff">,
): Promise<void> {
  const field = asStaff ? "unreadByStaff" : "unreadByCustomer";
  if (conversation[field] > 0) await changeConversation(ctx, conversation, { [field]: 0 });
}

/** Something is to be read again, on the staff's side. Writes nothing if there is something unread. */
export async function markUnread(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  if (conversation.unreadByStaff === 0) {
    await changeConversation(ctx, conversation, { unreadByStaff: 1 });
  }
}

/**
 * The customer's rating of this episode; a later one replaces it. It is counted once an episode: a changed mind
 * changes the score that counts, not the number of ratings. Who changes it all the time is not heard for a while: the
 * answer is then how long to wait, otherwise null. Errors: `invalid_input`, `too_large`.
 */
export async function rateConversation(
  ctx: MutationCtx,
  conversation: Conversation,
  { score, ...said }: { score: number; comment?: string },
  actorId: Id<"users">,
): Promise<number | null> {
  if (![1, 2, 3, 4, 5].includes(score)) {
    throw appError("invalid_input", "A rating is a whole number from 1 to 5.");
  }
  const comment = cleanOptionalText("The comment", said.comment ?? "", 1000) || undefined;
  const previousScore = conversation.rating?.score;
  if (previousScore !== undefined && previousScore !== score) {
    const wait = await tryConsumeLimit(ctx, "rating", { user: conversation.userId });
    if (wait !== null) return wait;
  }
  await changeConversation(ctx, conversation, { rating: { score, comment, at: Date.now() } });
  if (previousScore === score) return null;
  const refs = { conversationId: conversation._id, actorId };
  await recordEvent(ctx, "rated", refs, { score, previousScore });
  return null;
}
