/**
 * Durable timers: each a row in `workflows`, and a scheduled mutation, which runs exactly once, for when it is due.
 * What is armed stands on the conversation's row (`timers`, `promises`), which every change reads anyway. A timer acts
 * in `model/desk/timerActs.ts`, and only if the conversation still points at it, in the transaction that acts:
 * whatever was restored or slow before that can't make it act twice, or late for nothing.
 */
import { v, type Infer } from "convex/values";
import type { WorkflowId } from "@convex-dev/workflow";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { managerOf } from "../../lib/workflow";
import { truncateText } from "../../lib/text";
import { MINUTE } from "../../lib/time";
import { changeConversation, type ConversationChange } from "./changes";
import {
  dropsPromises,
  fateOf,
  isCustomersMove,
  POINTED_KINDS,
  type PointedKind,
} from "./timerRules";

type Conversation = Doc<"conversations">;
export type TimerKind = PointedKind | "promise";
const TIMER_KINDS: TimerKind[] = [...POINTED_KINDS, "promise"];
/** A document's or a draft's (`model/desk/schedules.ts`). */
const DOCUMENT_KINDS = ["publish", "expire"] as const;

export const vTimerRef = v.object({ timerId: v.id("workflows"), attempt: v.number() });
export type TimerRef = Infer<typeof vTimerRef>;
/** When a timer acts next, and how often it has acted before. */
export const vDue = v.object({ dueAt: v.number(), fires: v.number() });
export type Due = Infer<typeof vDue>;

/** A timer that has not acted so long after its time is taken to be lost. */
export const OVERDUE_AFTER = 10 * MINUTE;
const REARM_BATCH = 20;

const FIRST_STEP: Record<TimerKind, string> = {
  handoff: "alerting technicians",
  follow_up: "asking the customer",
  snooze: "waiting for the end of the snooze",
  promise: "waiting until it is due",
};

/** Starts a timer. The caller stores its id on the conversation in the same transaction. */
export async function armTimer(
  ctx: MutationCtx,
  { _id: conversationId, episode }: Pick<Conversation, "_id" | "episode">,
  { kind, dueAt, userId }: { kind: TimerKind; dueAt: number; userId?: Id<"users"> },
): Promise<Id<"workflows">> {
  const timerId = await ctx.db.insert("workflows", {
    kind,
    state: "running",
    step: FIRST_STEP[kind],
    attempt: 1,
    conversationId,
    episode,
    dueAt,
    fires: 0,
    userId,
  });
  await scheduleTimer(ctx, { timerId, attempt: 1 }, { dueAt, fires: 0 });
  return timerId;
}

/** Has a timer act when it is due. */
export async function scheduleTimer(
  ctx: MutationCtx,
  ref: TimerRef,
  { dueAt, fires: nth }: Due,
): Promise<void> {
  const jobId = await ctx.scheduler.runAt(dueAt, internal.workflows.resumeTimer, { ref, nth });
  await ctx.db.patch("workflows", ref.timerId, { jobId });
}

/** When a timer acts again and what it waits for till then. */
export type NextAct = { at: number; step: string; patch?: Partial<Doc<"workflows">> };

/** A timer has acted; returns when it is due next. */
export async function noteAct(
  ctx: MutationCtx,
  { _id, fires = 0 }: Doc<"workflows">,
  { at, step, patch }: NextAct,
): Promise<Due> {
  // Whole milliseconds: the component takes no others.
  const due = { dueAt: Math.ceil(at), fires: fires + 1 };
  await ctx.db.patch("workflows", _id, { ...patch, step, ...due, error: undefined });
  return due;
}

/**
 * Cancels what the change from `before` to `after` makes moot and starts what the new state needs; `after` is
 * stored already. Returns the conversation as it now is. Reads and writes nothing when nothing is armed.
 */
export async function adjustTimers(
  ctx: MutationCtx,
  before: Conversation,
  after: Conversation,
): Promise<Conversation> {
  const timers: NonNullable<Conversation["timers"]> = { ...after.timers };
  let changed = false;
  for (const kind of POINTED_KINDS) {
    const fate = fateOf(kind, before, after);
    const armed = timers[kind];
    if (armed === undefined ? fate === "none" : fate === "keep") continue;
    if (armed !== undefined) await cancelTimer(ctx, armed);
    timers[kind] =
      fate === "none" ? undefined : await armTimer(ctx, after, { kind, dueAt: dueAt(kind, after) });
    changed = true;
  }
  const patch: ConversationChange = changed ? { timers: orNothing(timers) } : {};
  if (after.promises !== undefined && dropsPromises(after)) {
    for (const { workflowId } of after.promises) await cancelTimer(ctx, workflowId);
    patch.promises = undefined;
  }
  if (Object.keys(patch).length === 0) return after;
  return await changeConversation(ctx, after, patch);
}

/** What a conversation's state needs and has not: those of before there were timers. Nothing if any is armed. */
export async function armMissingTimers(
  ctx: MutationCtx,
  conversation: Conversation,
): Promise<void> {
  if (conversation.timers !== undefined) return;
  // As if it had been opened just now.
  await adjustTimers(ctx, { ...conversation, status: "resolved" }, conversation);
}

const dueAt = (kind: PointedKind, { snoozedUntil }: Conversation) =>
  kind === "snooze" && snoozedUntil !== undefined ? snoozedUntil : Date.now();

const orNothing = (timers: NonNullable<Conversation["timers"]>) =>
  POINTED_KINDS.some((kind) => timers[kind] !== undefined) ? timers : undefined;

/** The pointers without one: a timer that acts takes its own off first, so that its act doesn't cancel it. */
export const withoutTimer = (timers: Conversation["timers"], kind: PointedKind) =>
  timers && orNothing({ ...timers, [kind]: undefined });

/**
 * What a patch does to `silentSince`, to be part of it. It starts when an answer leaves the customer the next
 * move, or a snooze or promise that stood in the way ends; anything else that isn't their move clears it.
 */
export function silencePatch(
  before: Conversation,
  patch: Partial<Conversation>,
): Pick<Conversation, "silentSince"> | undefined {
  const after = { ...before, ...patch };
  if (!isCustomersMove(after)) {
    return before.silentSince === undefined ? undefined : { silentSince: undefined };
  }
  const begins = "waitingSince" in patch || !isCustomersMove(before);
  return begins ? { silentSince: Date.now() } : undefined;
}

/** A live timer's row goes to `cancelled`, and what waits for it ends. Nothing to do if it has ended. */
export async function cancelTimer(
  ctx: MutationCtx,
  timerId: Id<"workflows">,
  step = "no longer needed",
): Promise<void> {
  const timer = await ctx.db.get("workflows", timerId);
  if (timer === null || timer.finishedAt !== undefined) return;
  await endTimer(ctx, timerId, "cancelled", step);
  await endWorkflow(ctx, timer);
}

/** The row's last word. */
export async function endTimer(
  ctx: MutationCtx,
  timerId: Id<"workflows">,
  state: "done" | "cancelled",
  step: string,
): Promise<void> {
  const finishedAt = Date.now();
  await ctx.db.patch("workflows", timerId, { state, step, dueAt: undefined, finishedAt });
}

/** Ends what works on a row, or waits for its time: a scheduled function, or a workflow of the component. */
export async function endWorkflow(ctx: MutationCtx, row: Doc<"workflows">): Promise<void> {
  await cancelJob(ctx, row);
  if (row.componentId === undefined) return;
  const id = row.componentId as WorkflowId;
  // Gone with a restored snapshot, or ended by itself: there is nothing to cancel, and the row's state fences it.
  const manager = managerOf(row.kind);
  const status = await manager.status(ctx, id).catch(() => null);
  if (status?.type === "inProgress") await manager.cancel(ctx, id);
}

/** Calls off the scheduled function that a row waits for. */
export async function cancelJob(
  ctx: MutationCtx,
  { jobId }: Pick<Doc<"workflows">, "jobId">,
): Promise<void> {
  const job = jobId && (await ctx.db.system.get("_scheduled_functions", jobId));
  // Not one that is running: it may be the caller, and the row's state fences it.
  if (job?.state.kind === "pending") await ctx.scheduler.cancel(job._id);
}

/** The timer if it may act: not ended, and not given up on for a later attempt. */
export async function findHeldTimer(
  ctx: Pick<QueryCtx, "db">,
  { timerId, attempt }: TimerRef,
): Promise<Doc<"workflows"> | null> {
  const timer = await ctx.db.get("workflows", timerId);
  return timer?.state === "running" && timer.attempt === attempt ? timer : null;
}

/** Gives up on whatever works on a timer and goes on with its next attempt. */
export async function restartTimer(ctx: MutationCtx, timer: Doc<"workflows">): Promise<void> {
  const { ref, dueAt, nth } = await takeTimerOver(ctx, timer);
  await scheduleTimer(ctx, ref, { dueAt, fires: nth });
}

/** Whatever works on a timer is given up on. Returns what its next attempt may do, and from when on. */
export async function takeTimerOver(
  ctx: MutationCtx,
  timer: Doc<"workflows">,
): Promise<{ ref: TimerRef; dueAt: number; nth: number }> {
  await endWorkflow(ctx, timer);
  const attempt = timer.attempt + 1;
  const { dueAt = Date.now(), fires = 0 } = timer;
  const from = Math.max(dueAt, Date.now());
  await ctx.db.patch("workflows", timer._id, { state: "running", attempt, dueAt: from });
  return { ref: { timerId: timer._id, attempt }, dueAt: from, nth: fires };
}

/**
 * The net under the timers: those that failed or were lost, as by a snapshot, which holds no scheduled functions. At most 20 of each kind a run, each in a transaction of its own.
 */
export async function rearmOverdueTimers(ctx: MutationCtx): Promise<void> {
  for (const { _id } of await listOverdueTimers(ctx, REARM_BATCH)) {
    // A later time puts it behind those that are overdue for longer: none that keeps failing holds the others up.
    await ctx.db.patch("workflows", _id, { dueAt: Date.now() });
    await ctx.scheduler.runAfter(0, internal.privacy.tryRow, { kind: "timer", id: _id });
  }
}

/** At most `count` of each kind. */
export async function listOverdueTimers(
  ctx: Pick<QueryCtx, "db">,
  count: number,
): Promise<Doc<"workflows">[]> {
  const overdue: Doc<"workflows">[] = [];
  for (const kind of [...TIMER_KINDS, ...DOCUMENT_KINDS, "alert", "weekly"] as const) {
    const some = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_finished", (q) =>
        q
          .eq("kind", kind)
          .eq("finishedAt", undefined)
          .gt("dueAt", undefined)
          .lt("dueAt", Date.now() - OVERDUE_AFTER),
      )
      .take(count);
    overdue.push(...some);
  }
  return overdue;
}

/** Its act failed: it is shown, keeps its time, and is started again by `rearmOverdueTimers`. */
export async function markTimerFailed(
  ctx: MutationCtx,
  ref: TimerRef,
  message: string,
): Promise<void> {
  const timer = await findHeldTimer(ctx, ref);
  if (timer === null) return;
  const error = { code: "timer_failed", message: truncateText(message.split("\n")[0] ?? "", 300) };
  await ctx.db.patch("workflows", timer._id, { state: "failed", error });
}

/** A workflow from before timers were scheduled has ended. */
export async function handleTimerWorkflowEnd(
  ctx: MutationCtx,
  ref: TimerRef,
  failure: string | null,
): Promise<void> {
  const timer = await ctx.db.get("workflows", ref.timerId);
  if (timer?.attempt !== ref.attempt) return;
  await ctx.db.patch("workflows", timer._id, { componentId: undefined });
  if (failure !== null) await markTimerFailed(ctx, ref, failure);
}
