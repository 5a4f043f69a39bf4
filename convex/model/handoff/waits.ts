/**
 * Somebody waits in the queue: technicians are alerted, and the customer is told once how it is. The first time in the
 * hand-off's own transaction, then by its timer.
 */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import { changeConversation } from "../conversations/changes";
import { isUrgent } from "../conversations/urgency";
import { cancelJob, noteAct, scheduleTimer, type NextAct } from "../conversations/timers";
import type { OpeningHours } from "../hours/hours";
import { loadHours } from "../hours/stored";
import { tellCustomer } from "../outbox/systemLines";
import { requestAlert } from "./alertRequests";
import { longerWaitNotice } from "./notices";
import { planWaitingAct } from "./schedule";

type Conversation = Doc<"conversations">;

/** What the timer of a wait would do at once is done now: its job, and a call, are saved. */
export async function actOnNewWait(ctx: MutationCtx, conversation: Conversation): Promise<void> {
  const id = conversation.owner.kind === "queue" ? conversation.timers?.handoff : undefined;
  const timer = id && (await ctx.db.get("workflows", id));
  if (!timer || timer.state !== "running" || timer.fires !== 0) return;
  const due = await noteAct(ctx, timer, await actOnWait(ctx, timer, conversation));
  await cancelJob(ctx, timer);
  await scheduleTimer(ctx, { timerId: timer._id, attempt: timer.attempt }, due);
}

export async function actOnWait(
  ctx: MutationCtx,
  timer: Doc<"workflows">,
  conversation: Conversation,
): Promise<NextAct> {
  const { owner } = conversation;
  if (owner.kind !== "queue") throw new Error("A hand-off's timer is armed outside of the queue.");
  const hours = await loadHours(ctx);
  const now = Date.now();
  const wait = {
    since: Math.floor(timer._creationTime),
    urgent: isUrgent(conversation),
    alerts: timer.alerts ?? 0,
    told: timer.toldAt !== undefined,
  };
  const { alert, tell, nextAt } = planWaitingAct(hours, wait, now);
  if (alert) {
    await requestAlert(ctx);
    await recordEvent(ctx, "alerted", { conversationId: conversation._id });
  }
  if (tell) await tellOfTheWait(ctx, conversation, hours, now);
  const alerts = wait.alerts + (alert ? 1 : 0);
  return {
    at: nextAt,
    step: `waiting for a technician, ${alertsWords(alerts)}`,
    patch: { alerts, ...(tell && { toldAt: now }) },
  };
}

/** Honest words once: nobody has come, what happens next, and how else the shop may reach them. */
async function tellOfTheWait(
  ctx: MutationCtx,
  conversation: Conversation,
  hours: OpeningHours,
  now: number,
): Promise<void> {
  // Somebody waits: told at the hour at which it is true.
  await tellCustomer(ctx, conversation, longerWaitNotice({ hours, now }), "answer");
  await changeConversation(ctx, conversation, {
    unreadByCustomer: conversation.unreadByCustomer + 1,
    lastMessageAt: now,
  });
}

function alertsWords(alerts: number): string {
  if (alerts === 0) return "nobody alerted yet";
  return alerts === 1 ? "alerted once" : `alerted ${alerts} times`;
}
