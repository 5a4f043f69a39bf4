/**
 * What a timer does when it is due, in one transaction that first looks whether the conversation still points at
 * it. `nth` counts a timer's acts: one that was done already is not done again by a step that comes twice.
 */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { autoAssignWaiting, GOES_ON, returnToQueue } from "../handoff/assignment";
import { recordEvent } from "../analytics/events";
import { sendFollowUp, resolveSilentConversation } from "./followUps";
import { actOnWait } from "../handoff/waits";
import { mayOwnerContinue, hasOwnerLeft } from "../handoff/shifts";
import { escalateLatePromise } from "../promises/ledger";
import { DAY } from "../../lib/time";
import {
  endTimer,
  findHeldTimer,
  noteAct,
  withoutTimer,
  type Due,
  type NextAct,
  type TimerRef,
} from "../conversations/timers";
import { setConversationAside } from "../conversations/turns";

type Timer = Doc<"workflows">;
type Conversation = Doc<"conversations">;
type Next = NextAct | null;

/** What the component may be early by. */
const EARLY = 100;
/** From the follow-up to the end of the conversation. */
export const SILENT_AFTER_FOLLOW_UP = 2 * DAY;

/** Runs the act. Returns when the next one is due; null: it is over, moot, or has been given up on. */
export async function fireTimer(ctx: MutationCtx, ref: TimerRef, nth: number): Promise<Due | null> {
  const timer = await findHeldTimer(ctx, ref);
  if (timer?.dueAt === undefined) return null;
  const { dueAt, fires = 0 } = timer;
  // Done already, or a moment early: the component keeps time in tenths of a second.
  if (fires !== nth || Date.now() < dueAt) return { dueAt: dueAt + EARLY, fires };
  const conversation =
    timer.conversationId && (await ctx.db.get("conversations", timer.conversationId));
  if (!conversation || !pointsAt(conversation, timer)) {
    await endTimer(ctx, timer._id, "cancelled", "no longer needed");
    return null;
  }
  const next = await act(ctx, timer, conversation);
  return next && (await noteAct(ctx, timer, next));
}

function pointsAt({ episode, timers, promises }: Conversation, timer: Timer): boolean {
  if (timer.episode !== episode) return false;
  if (timer.kind === "promise") return !!promises?.some((one) => one.workflowId === timer._id);
  return [timers?.handoff, timers?.follow_up, timers?.snooze].includes(timer._id);
}

async function act(ctx: MutationCtx, timer: Timer, conversation: Conversation): Promise<Next> {
  switch (timer.kind) {
    case "handoff":
      return await actOnWait(ctx, timer, conversation);
    case "snooze":
      return await wake(ctx, timer, conversation);
    case "promise":
      return await escalateLatePromise(ctx, timer, conversation);
    case "follow_up":
      if ((timer.fires ?? 0) > 0) return await resolveSilentConversation(ctx, timer, conversation);
      await sendFollowUp(ctx, conversation);
      return { at: Date.now() + SILENT_AFTER_FOLLOW_UP, step: "waiting for the customer" };
    default:
      throw new Error(`There is no timer of this kind: ${timer.kind}.`);
  }
}

/** The end of a snooze. */
async function wake(ctx: MutationCtx, timer: Timer, conversation: Conversation): Promise<Next> {
  await endTimer(ctx, timer._id, "done", "woken");
  await recordEvent(ctx, "woken", { conversationId: conversation._id });
  await takeUpConversation(ctx, conversation, {
    timers: withoutTimer(conversation.timers, "snooze"),
    unreadByStaff: conversation.unreadByStaff + 1,
  });
  return null;
}

/** Staff take it up before its time. */
export async function endSnoozeEarly(
  ctx: MutationCtx,
  conversation: Conversation,
  actorId: Id<"users">,
): Promise<void> {
  await recordEvent(ctx, "woken", { conversationId: conversation._id, actorId });
  await takeUpConversation(ctx, conversation);
}

/**
 * Open again: with whom it belonged to, or in the queue at its old place if they can't go on; and on to whoever has
 * room.
 */
export async function takeUpConversation(
  ctx: MutationCtx,
  conversation: Conversation,
  patch: Pick<Partial<Conversation>, "timers" | "unreadByStaff"> = {},
): Promise<void> {
  const { owner, waitingSince } = conversation;
  // One who has gone home keeps what is answered until the customer writes.
  const away =
    owner.kind === "human" && waitingSince !== undefined && (await hasOwnerLeft(ctx, owner));
  if (!away && (await mayOwnerContinue(ctx, owner))) {
    await setConversationAside(ctx, conversation, {
      ...patch,
      status: "open",
      snoozedUntil: undefined,
    });
  } else {
    // At the place that the wait so far is worth.
    const since = waitingSince ?? (owner.kind === "ai" ? Date.now() : owner.since);
    await returnToQueue(ctx, conversation, since, { reason: "offline", line: GOES_ON });
  }
  await autoAssignWaiting(ctx);
}
