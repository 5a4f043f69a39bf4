/**
 * How it was, asked by text: once an episode, with the line that says that it is closed, so that it costs no text of its
 * own. A number that comes back is the rating (`model/sms/ratings.ts`) while the question holds.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { DAY } from "../../lib/time";
import { changeConversation } from "../conversations/changes";
import { isMuted } from "../accounts/consent";
import { goesBySms, hasAgreedToSms } from "./channel";
import { mayHaveArrived } from "./delivery";
import { findRecipient } from "./outbox";
import { tellCustomer } from "./systemLines";

type Conversation = Doc<"conversations">;

/** On a page it stands too: there a number that is typed is a message, so it says how to answer. */
export const HOW_DID_WE_DO = "How did we do? Text back a number from 1 (bad) to 5 (good).";
/** How long a number counts as the answer, from when the question left. */
export const RATING_WINDOW = 7 * DAY;

/** Whether a closing line may ask: by text, with the consent that it would need, and if it is not known already. */
export async function mayAskForRating(
  ctx: Pick<QueryCtx, "db">,
  conversation: Conversation,
): Promise<boolean> {
  if (!goesBySms(conversation) || conversation.rating !== undefined) return false;
  const user = await findRecipient(ctx, conversation);
  if (user === null || isMuted(user)) return false;
  return conversation.channel === "sms" || hasAgreedToSms(user);
}

/** The closing line with the question: texted in opening hours, and not any more once somebody has spoken. */
export async function askForRating(
  ctx: MutationCtx,
  conversation: Conversation,
  line: string,
): Promise<void> {
  const ratingQuestion = await tellCustomer(
    ctx,
    conversation,
    `${line} ${HOW_DID_WE_DO}`,
    "notice",
  );
  await changeConversation(ctx, conversation, { ratingQuestion });
}

/**
 * When the question reached the customer, as far as is known; null for one that has not left, or never will, or that
 * nobody asked: a number is no answer to it.
 */
export async function findRatingAskedAt(
  ctx: Pick<QueryCtx, "db">,
  { status, ratingQuestion }: Conversation,
): Promise<number | null> {
  if (status !== "resolved" || ratingQuestion === undefined) return null;
  const delivery = (await ctx.db.get("messages", ratingQuestion))?.delivery;
  return delivery !== undefined && mayHaveArrived(delivery) ? delivery.at : null;
}
