/**
 * Customers who come back: to a technician who has gone home since, or to a conversation that a technician had
 * settled. A matter that people had is not begun again by the AI as if nothing had been: within three days the same
 * technician has it at once if they are there and have room, else the AI answers and offers a person.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { drain, giveTo, obstacle, returnToQueue, waitingPlace } from "../handoff/assignment";
import { changeConversation } from "../conversations/changes";
import { letAnswer, type Answering } from "../conversations/replyProcess";
import { record } from "../analytics/events";
import { situation } from "../handoff/handoff";
import { latestPublic } from "../conversations/history";
import { leftNotice } from "../handoff/notices";
import { announce } from "../handoff/offers";
import { hasLeft } from "../handoff/shifts";
import { HOUR } from "../../lib/time";
import { onlyThanks } from "../handoff/triggers";

type Conversation = Doc<"conversations">;
/** So long after it was settled a message is about the same matter. */
export const SAME_MATTER = 72 * HOUR;

export type Back = { kind: "technician"; user: Doc<"users"> } | { kind: "offer" };

/** Where a message to a resolved conversation goes, if people had it; null: to the AI, as any. */
export async function comesBack(
  ctx: Pick<QueryCtx, "db">,
  { _id, brief, resolvedAt = 0 }: Conversation,
  text: string,
): Promise<Back | null> {
  if (Date.now() - resolvedAt > SAME_MATTER || onlyThanks(text)) return null;
  // From the messages: no row has to hold who it was, which their leaving would have to erase.
  const author = (await latestPublic(ctx, _id)).find(
    ({ author }) => author.kind === "technician",
  )?.author;
  if (brief === undefined && author === undefined) return null;
  const userId = author?.kind === "technician" ? author.userId : undefined;
  const user = userId && (await ctx.db.get("users", userId));
  if (user && (await obstacle(ctx, user)) === null) return { kind: "technician", user };
  return { kind: "offer" };
}

/** The new episode begins with the technician, or with the AI and an offer beside its answer. */
export async function welcomeBack(
  ctx: MutationCtx,
  conversation: Conversation,
  back: Back,
  answering: Answering,
): Promise<void> {
  if (back.kind === "technician") {
    const { name = "a technician", _id } = back.user;
    await giveTo(ctx, conversation, back.user, `You're back with ${name}, who will answer here.`);
    const refs = { conversationId: conversation._id, subjectId: _id };
    return await record(ctx, "assigned", refs, { reason: "returning" });
  }
  // -1: the AI's answer comes after it, so a later "yes" may mean that.
  const offer = { reason: "returning" as const, at: Date.now(), turn: -1 };
  await changeConversation(ctx, conversation, { offer });
  await announce(ctx, conversation, "returning");
  await letAnswer(ctx, conversation, answering);
}

/** True if whoever has it has gone home: read only when a person has it. */
export async function hasLeftIt(
  ctx: Pick<QueryCtx, "db">,
  { owner }: Conversation,
): Promise<boolean> {
  return owner.kind === "human" && (await hasLeft(ctx, owner));
}

/** To the queue, and on to whoever has room: the customer has written again to somebody who isn't there. */
export async function passOn(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  const since = waitingPlace(conversation, Date.now());
  const line = leftNotice(await situation(ctx, conversation));
  await returnToQueue(ctx, conversation, since, { reason: "offline", line, tells: "answer" });
  await drain(ctx);
}
