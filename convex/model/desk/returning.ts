/**
 * Customers who come back: to a technician who has gone home since, or to a conversation that a technician had
 * settled. A matter that people had is not begun again by the AI as if nothing had been: within three days the same
 * technician has it at once if they are there and have room, else the AI answers and offers a person.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import {
  autoAssignWaiting,
  makeOwner,
  findObstacle,
  returnToQueue,
  waitingSinceOf,
} from "../handoff/assignment";
import { changeConversation } from "../conversations/changes";
import { enqueueAllowedReply, type Answering } from "../conversations/replyProcess";
import { recordEvent } from "../analytics/events";
import { loadSituation } from "../handoff/handoff";
import { listPublicMessages } from "../conversations/history";
import { technicianLeftNotice } from "../handoff/notices";
import { announceOffer } from "../handoff/offers";
import { hasOwnerLeft } from "../handoff/shifts";
import { HOUR } from "../../lib/time";
import { isOnlyThanks } from "../handoff/answers";

type Conversation = Doc<"conversations">;
/** So long after it was settled a message is about the same matter. */
export const SAME_MATTER = 72 * HOUR;

export type Back = { kind: "technician"; user: Doc<"users"> } | { kind: "offer" };

/** Where a message to a resolved conversation goes, if people had it; null: to the AI, as any. */
export async function routeReturningCustomer(
  ctx: Pick<QueryCtx, "db">,
  { _id, brief, resolvedAt = 0 }: Conversation,
  text: string,
): Promise<Back | null> {
  if (Date.now() - resolvedAt > SAME_MATTER || isOnlyThanks(text)) return null;
  // From the messages: no row has to hold who it was, which their leaving would have to erase.
  const author = (await listPublicMessages(ctx, _id)).find(
    ({ author }) => author.kind === "technician",
  )?.author;
  if (brief === undefined && author === undefined) return null;
  const userId = author?.kind === "technician" ? author.userId : undefined;
  const user = userId && (await ctx.db.get("users", userId));
  if (user && (await findObstacle(ctx, user)) === null) return { kind: "technician", user };
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
    await makeOwner(
      ctx,
      conversation,
      back.user,
      `You're back with ${name}, who will answer here.`,
    );
    const refs = { conversationId: conversation._id, subjectId: _id };
    await recordEvent(ctx, "assigned", refs, { reason: "returning" });
    return;
  }
  // -1: the AI's answer comes after it, so a later "yes" may mean that.
  const offer = { reason: "returning" as const, at: Date.now(), turn: -1 };
  await changeConversation(ctx, conversation, { offer });
  await announceOffer(ctx, conversation, "returning");
  await enqueueAllowedReply(ctx, conversation, answering);
}

/** True if whoever has it has gone home: read only when a person has it. */
export async function hasTechnicianLeft(
  ctx: Pick<QueryCtx, "db">,
  { owner }: Conversation,
): Promise<boolean> {
  return owner.kind === "human" && (await hasOwnerLeft(ctx, owner));
}

/** To the queue, and on to whoever has room: the customer has written again to somebody who isn't there. */
export async function passOnToQueue(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  const since = waitingSinceOf(conversation, Date.now());
  const line = technicianLeftNotice(await loadSituation(ctx));
  await returnToQueue(ctx, conversation, since, { reason: "offline", line, tells: "answer" });
  await autoAssignWaiting(ctx);
}
