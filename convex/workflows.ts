/** What people see of durable processes, and what they may do to them; timers, alerts, and the clean-up. */
import { vWorkflowId } from "@convex-dev/workflow";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import {
  internalAction,
  internalMutation,
  internalQuery,
  staffMutation,
  staffQuery,
} from "./functions";
import { requireProcess } from "./model/access/access";
import { deliverEmail } from "./model/analytics/email";
import * as Health from "./model/analytics/health";
import { mailLetters } from "./model/handoff/letters";
import * as Alerts from "./model/handoff/alerts";
import { sweepOrIsolate } from "./model/privacy/sweep";
import { isAppError } from "./lib/errors";
import { fireDocumentTimer } from "./model/desk/schedules";
import * as TimerActs from "./model/desk/timerActs";
import { workflow, endedArgs } from "./lib/workflow";
import { checkPageSize, withoutSplit } from "./lib/pages";
import * as Processes from "./model/processes/processes";
import { startDueUpkeep } from "./model/processes/upkeep";
import { processForStaff, vProcessForStaff } from "./model/processes/processes";
import { logError } from "./lib/log";
import { MINUTE } from "./lib/time";
import * as Timers from "./model/conversations/timers";
import { ProviderError } from "./providers/errors";
import { vProcessKind, vProcessState } from "./validators";

/** Processes of one kind, latest first, at most 100 a page. */
export const list = staffQuery({
  args: {
    kind: vProcessKind,
    state: v.optional(vProcessState),
    paginationOpts: paginationOptsValidator,
  },
  returns: paginationResultValidator(vProcessForStaff),
  handler: async (ctx, { kind, state, paginationOpts }) => {
    const page = withoutSplit(
      await ctx.db
        .query("workflows")
        .withIndex("by_kind_and_state", (q) => {
          const ofKind = q.eq("kind", kind);
          return state === undefined ? ofKind : ofKind.eq("state", state);
        })
        .order("desc")
        .paginate(checkPageSize(paginationOpts)),
    );
    return { ...page, page: page.page.map((row) => processForStaff(row, ctx.user)) };
  },
});

/** One process. Errors: `not_found`. */
export const get = staffQuery({
  args: { workflowId: v.id("workflows") },
  returns: vProcessForStaff,
  handler: async (ctx, { workflowId }) =>
    processForStaff(await requireProcess(ctx, workflowId), ctx.user),
});

/** Run by a cron: deletes a batch of everything that is past its time, and goes on while there is more. */
export const cleanUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    let more = false;
    for (const kind of ["session", "process", "bucket"] as const) {
      more = (await sweepOrIsolate(ctx, { kind })) || more;
    }
    if (more) await ctx.scheduler.runAfter(0, internal.workflows.cleanUp, {});
    return null;
  },
});

/**
 * Ends a live process: an answer, a follow-up, a snooze, a promise; for admins, an ingest or an alert too.
 * Errors: `not_found`, `forbidden`, `conflict` with the reason.
 */
export const cancel = staffMutation({
  limit: "write",
  args: { workflowId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await Processes.cancelProcess(ctx, await requireProcess(ctx, workflowId), ctx.user);
    return null;
  },
});

/** Starts a failed process again. Errors: `not_found`, `forbidden`, `conflict` with the reason. */
export const retry = staffMutation({
  limit: "write",
  args: { workflowId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await Processes.retryProcess(ctx, await requireProcess(ctx, workflowId), ctx.user);
    return null;
  },
});

/** As `resumeTimer`, for timers that were armed before they were scheduled: these run out here. Starts no more. */
export const timer = workflow
  .define({
    args: { ref: Timers.vTimerRef, ...Timers.vDue.fields },
    returns: v.null(),
  })
  .handler(async (step, { ref, dueAt, fires }): Promise<null> => {
    let next: Timers.Due | null = { dueAt, fires };
    while (next !== null) {
      const due: Timers.Due = next;
      const args = { ref, nth: due.fires };
      next = await step.runMutation(internal.workflows.fire, args, { runAt: due.dueAt });
    }
    return null;
  });

export const fire = internalMutation({
  args: { ref: Timers.vTimerRef, nth: v.number() },
  returns: v.union(Timers.vDue, v.null()),
  handler: async (ctx, { ref, nth }) => {
    const kind = (await ctx.db.get("workflows", ref.timerId))?.kind;
    return kind === "publish" || kind === "expire"
      ? await fireDocumentTimer(ctx, ref, nth)
      : await TimerActs.fireTimer(ctx, ref, nth);
  },
});

/** Scheduled for when a timer is due: acts, and is scheduled again while the act says so. What fails has changed nothing. */
export const resumeTimer = internalMutation({
  args: { ref: Timers.vTimerRef, nth: v.number() },
  returns: v.null(),
  handler: async (ctx, { ref, nth }): Promise<null> => {
    const timer = await Timers.findHeldTimer(ctx, ref);
    // This act has been done, and what follows is scheduled.
    if (timer === null || (timer.fires ?? 0) !== nth) return null;
    try {
      const due: Timers.Due | null = await ctx.runMutation(internal.workflows.fire, { ref, nth });
      if (due !== null) await Timers.scheduleTimer(ctx, ref, due);
    } catch (error) {
      logError(`timer ${ref.timerId}`, error);
      await Timers.markTimerFailed(ctx, ref, error instanceof Error ? error.message : "");
    }
    return null;
  },
});

export const timerDone = internalMutation({
  args: endedArgs(Timers.vTimerRef),
  returns: v.null(),
  handler: async (ctx, { workflowId, result, context }) => {
    // Its journal has served: what people see is the `workflows` row. A cancelled one still has steps that end.
    if (result.kind !== "canceled") await workflow.cleanup(ctx, workflowId);
    else await ctx.scheduler.runAfter(MINUTE, internal.workflows.forgetCancelled, { workflowId });
    const failure = result.kind === "failed" ? result.error : null;
    await Timers.handleTimerWorkflowEnd(ctx, context, failure);
    return null;
  },
});

export const forgetCancelled = internalMutation({
  args: { workflowId: vWorkflowId },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await workflow.cleanup(ctx, workflowId);
    return null;
  },
});

/** As `sendAlert`, for digests that were asked for before they were scheduled: these run out here. Starts no more. */
export const alert = workflow
  .define({ args: { ref: Timers.vTimerRef, dueAt: v.number() }, returns: v.null() })
  .handler(async (step, { ref, dueAt }): Promise<null> => {
    const userIds = await step.runMutation(internal.workflows.beginAlert, ref, { runAt: dueAt });
    let tally: Record<string, number> = {};
    for (const userId of userIds) {
      const mailed = step.runAction(internal.workflows.mailAlert, { ref, userId }, MAIL_RETRY);
      tally = Alerts.countOutcome(tally, await mailed.catch(() => "failed" as const));
    }
    await step.runMutation(internal.workflows.finishAlert, { ref, tally }, { inline: true });
    return null;
  });

const MAIL_RETRY = { retry: { maxAttempts: 4, initialBackoffMs: 2_000, base: 4 } };

export const beginAlert = internalMutation({
  args: Timers.vTimerRef.fields,
  returns: v.array(v.id("users")),
  handler: async (ctx, ref) => await Alerts.beginAlert(ctx, ref),
});

/** Throws what is worth another try. */
export const mailAlert = internalAction({
  args: { ref: Timers.vTimerRef, userId: v.id("users") },
  returns: Alerts.vChannelOutcome,
  handler: async (ctx, { ref, userId }): Promise<Infer<typeof Alerts.vChannelOutcome>> => {
    const letter = await ctx.runQuery(internal.workflows.alertLetter, { ref, userId });
    if (letter === null) return "skipped";
    const { to, subject, text, byText } = letter;
    if (byText) await ctx.runAction(internal.smsSender.sendAlert, { ref, userId });
    if (to === undefined) return byText ? "texted" : "skipped";
    try {
      await deliverEmail(ctx, { to, subject, text }, `alert-${ref.timerId}-${userId}`);
      return "sent";
    } catch (error) {
      if (isAppError(error) && error.data.code === "not_configured") return "not_configured";
      if (error instanceof ProviderError && !error.retryable) return "refused";
      throw error;
    }
  },
});

/**
 * Scheduled for when a digest is due: to everybody on the desk, one after another, so that one bad address holds nobody
 * up. What dies here is taken up by upkeep.
 */
export const sendAlert = internalAction({
  args: Timers.vTimerRef.fields,
  returns: v.null(),
  handler: async (ctx, ref): Promise<null> => {
    const letters = await ctx.runMutation(internal.workflows.writeAlert, ref);
    if (letters === null) return null;
    await ctx.runMutation(internal.workflows.finishAlert, {
      ref,
      ...(await mailLetters(letters, {
        key: `alert-${ref.timerId}`,
        text: ({ userId }) => ctx.runAction(internal.smsSender.sendAlert, { ref, userId }),
      })),
    });
    return null;
  },
});

export const writeAlert = internalMutation({
  args: Timers.vTimerRef.fields,
  returns: v.union(v.array(Alerts.vAddressed), v.null()),
  handler: async (ctx, ref) => await Alerts.writeAlert(ctx, ref),
});

export const alertLetter = internalQuery({
  args: { ref: Timers.vTimerRef, userId: v.id("users") },
  returns: v.union(Alerts.vLetter, v.null()),
  handler: async (ctx, { ref, userId }) => await Alerts.composeAlert(ctx, ref, userId),
});

export const claimAlertText = internalMutation({
  args: { ref: Timers.vTimerRef, userId: v.id("users") },
  returns: v.union(Alerts.vAlertSms, v.null()),
  handler: async (ctx, { ref, userId }) => await Alerts.claimAlertSms(ctx, ref, userId),
});

export const alertRefused = internalMutation({
  args: { userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { userId }) => {
    await Alerts.recordCarrierOptOut(ctx, userId);
    return null;
  },
});

export const finishAlert = internalMutation({
  args: {
    ref: Timers.vTimerRef,
    tally: Alerts.vTally,
    /** What the e-mail provider made of it: a fault, or null for none. Absent when it was not asked, or has been noted. */
    fault: v.optional(v.union(v.string(), v.null())),
  },
  returns: v.null(),
  handler: async (ctx, { ref, tally, fault }) => {
    await Health.noteProvider(ctx, "email", fault);
    await Alerts.finishAlert(ctx, ref, tally);
    return null;
  },
});

/** Run by a cron: asks customers who have been silent for a day, 25 a transaction. */
export const startFollowUps = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await sweepOrIsolate(ctx, { kind: "silence" }))
      await ctx.scheduler.runAfter(0, internal.workflows.startFollowUps, {});
    return null;
  },
});

/** Run by a cron: starts what upkeep there is to do. */
export const upkeep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await startDueUpkeep(ctx);
    return null;
  },
});

/** Run by upkeep: timers and alerts that were lost, as by a restored snapshot, start again. */
export const rearmTimers = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await Timers.rearmOverdueTimers(ctx);
    return null;
  },
});
