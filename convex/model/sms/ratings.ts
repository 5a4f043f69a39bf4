/**
 * A rating that comes by text: the answer to the question in a closing line (`model/outbox/ratingQuestion.ts`). It is
 * kept as what the customer said, and nothing begins with it: the matter stays settled.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { rateConversation } from "../conversations/details";
import { RATING_WINDOW, findRatingAskedAt } from "../outbox/ratingQuestion";
import { tellCustomer } from "../outbox/systemLines";
import { readRating } from "./readRating";

type Conversation = Doc<"conversations">;
type TextedRating = { conversation: Conversation; score: number };

export const THANK_YOU = "Thank you for telling us.";

/**
 * The rating that a text is, and of what: of several conversations that wait for one, of the one asked about last; null
 * for a text that goes its usual way. `threads`: the customer's by text; with one that is open a number is about that.
 */
export async function findRating(
  ctx: Pick<QueryCtx, "db">,
  threads: readonly Conversation[],
  body: string,
): Promise<TextedRating | null> {
  const score = readRating(body);
  if (score === null || threads.some(({ status }) => status !== "resolved")) return null;
  let [found, latest] = [null as Conversation | null, Date.now() - RATING_WINDOW];
  for (const conversation of threads) {
    const askedAt = await findRatingAskedAt(ctx, conversation);
    if (askedAt !== null && askedAt >= latest) [found, latest] = [conversation, askedAt];
  }
  return found && { conversation: found, score };
}

/** Counts it as `conversations.rate` does. The first is thanked for; a machine that answers that is not answered. */
export async function takeRating(
  ctx: MutationCtx,
  { conversation, score }: TextedRating,
  { muted }: { muted: boolean },
): Promise<void> {
  const isFirst = conversation.rating === undefined;
  // One changed too often is stored as what they wrote, and counts no more.
  await rateConversation(ctx, conversation, { score }, conversation.userId);
  // They have just written: an answer, at any hour, and not to somebody who has opted out.
  if (isFirst && !muted) await tellCustomer(ctx, conversation, THANK_YOU, "answer");
}
