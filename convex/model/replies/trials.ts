/**
 * A trial: a changed prompt, model or set of documents beside the live one, on exchanges that were answered and on lines
 * of an evaluation. Nothing but its own rows is written (`rehearsal.ts`). One exchange a step, each with a lease: a step
 * that was lost is done again, once. The process says how far it is; `analytics` has its two sides and the results.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { vChannel, vDocumentSet, vTrialAgent, vTrialSide } from "../../validators";
import { appError } from "../../lib/errors";
import { MINUTE } from "../../lib/time";
import { loadContext, vContextMessage } from "./context";
import { pickPictures } from "./pickPictures";
import {
  CALL_RESERVE_MICRO_USD,
  REPLY_RESERVE_MICRO_USD,
  reserveBudget,
  settleReservation,
} from "./budget";
import { findSpec, rowsOf, type Result } from "./trialRows";

/** Two replies of two minutes at most, and their ends. */
const STEP_LEASE = 6 * MINUTE;
/** Steps lost over one exchange before it is passed over. */
const MAX_LOST = 2;

type Process = Doc<"workflows">;
type Trial = NonNullable<Process["trial"]>;

export const vStep = v.object({ workflowId: v.id("workflows"), attempt: v.number() });
type Step = Infer<typeof vStep>;

export const vTask = v.object({
  resultId: v.id("analytics"),
  context: v.array(vContextMessage),
  channel: vChannel,
  earlier: v.optional(v.string()),
  live: vTrialAgent,
  changed: vTrialAgent,
  documents: vDocumentSet,
  leftMicroUsd: v.number(),
});

/** What a step came to. Without sides: the money limit was reached, or it failed. */
export const vDone = v.object({
  resultId: v.id("analytics"),
  live: v.optional(vTrialSide),
  changed: v.optional(vTrialSide),
  costMicroUsd: v.number(),
});

/** One at a time: each of its steps takes one of the places that replies need, too. */
export async function requireNoneRunning(ctx: MutationCtx): Promise<void> {
  const running = await ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) => q.eq("kind", "trial").eq("state", "running"))
    .first();
  if (running !== null) throw appError("conflict", "A trial is under way. Cancel it, or wait.");
}

/** The next step, and the check that it was lost. */
export async function goOn(ctx: MutationCtx, step: Step): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.trials.step, step);
  await ctx.db.patch("workflows", step.workflowId, {
    leaseExpiresAt: Date.now() + STEP_LEASE,
    jobId: await ctx.scheduler.runAfter(STEP_LEASE, internal.trials.check, step),
  });
}

type Held = Process & { trial: Trial };
async function findHeld(ctx: MutationCtx, { workflowId, attempt }: Step): Promise<Held | null> {
  const process = await ctx.db.get("workflows", workflowId);
  const held = process?.kind === "trial" && process.state === "running";
  return held && process.attempt === attempt && process.trial !== undefined
    ? (process as Held)
    : null;
}

/** The next exchange, with the money for it reserved. Null: there is none, or it may not be done. */
export async function takeExchange(
  ctx: MutationCtx,
  step: Step,
): Promise<Infer<typeof vTask> | null> {
  const process = await findHeld(ctx, step);
  // Reserved: a step that was started twice.
  if (process === null || process.reserved !== undefined) return null;
  const { _id, _creationTime: start, trial } = process;
  const next = await nextResult(ctx, start, trial.after);
  const spec = await findSpec(ctx, start);
  if (next === null || spec === null) return await endTrial(ctx, process, "done");
  const brief = trial.lost < MAX_LOST ? await loadBrief(ctx, next) : null;
  if (brief === null) {
    const error = trial.lost < MAX_LOST ? "gone" : "lost";
    await ctx.db.patch("analytics", next._id, { error });
    return await advance(ctx, process, next._creationTime, 0);
  }
  const leftMicroUsd = trial.limitMicroUsd - trial.spentMicroUsd;
  if (leftMicroUsd < CALL_RESERVE_MICRO_USD) return await endTrial(ctx, process, "money limit");
  const reserved = await reserveBudget(ctx, _id, 2 * REPLY_RESERVE_MICRO_USD);
  if (reserved === null) return await endTrial(ctx, process, "daily budget");
  await ctx.db.patch("workflows", _id, {
    reserved,
    step: `exchange ${trial.done + 1} of ${trial.of}`,
    leaseExpiresAt: Date.now() + STEP_LEASE,
  });
  const { live, changed, documents } = spec;
  return { resultId: next._id, ...brief, live, changed, documents, leftMicroUsd };
}

/** Books what a step used, and goes on. One that was overtaken or cancelled is booked all the same. */
export async function storeExchange(
  ctx: MutationCtx,
  step: Step,
  { resultId, live, changed, costMicroUsd }: Infer<typeof vDone>,
): Promise<void> {
  const process = await ctx.db.get("workflows", step.workflowId);
  const isOwn = process?.attempt === step.attempt && process.reserved !== undefined;
  if (!isOwn || process.trial === undefined) return;
  await settleReservation(ctx, process.reserved!, costMicroUsd);
  const trial = { ...process.trial, spentMicroUsd: process.trial.spentMicroUsd + costMicroUsd };
  await ctx.db.patch("workflows", process._id, { reserved: undefined, trial });
  if (process.state !== "running") return;
  const held: Held = { ...process, reserved: undefined, trial };
  if (live === undefined || changed === undefined) {
    await endTrial(ctx, held, "money limit");
    return;
  }
  const result = await ctx.db.get("analytics", resultId);
  // Its customer has been erased meanwhile, and it with them: whatever is next is found by the one before.
  if (result?.kind === "trial_result") await ctx.db.patch("analytics", resultId, { live, changed });
  await advance(ctx, held, result?._creationTime ?? trial.after, 1);
}

async function advance(
  ctx: MutationCtx,
  { _id, attempt, trial, jobId }: Held,
  after: number,
  done: number,
): Promise<null> {
  if (jobId !== undefined) await ctx.scheduler.cancel(jobId);
  await ctx.db.patch("workflows", _id, {
    trial: { ...trial, after, done: trial.done + done, lost: 0 },
  });
  await goOn(ctx, { workflowId: _id, attempt });
  return null;
}

const ENDS = {
  done: { state: "done", step: "done", error: undefined },
  "money limit": {
    state: "failed",
    step: "stopped",
    error: { code: "trial_limit", message: "The trial's money limit is reached." },
  },
  "daily budget": {
    state: "failed",
    step: "stopped",
    error: { code: "daily_budget", message: "The day's budget is used up. Retry it tomorrow." },
  },
  cancelled: { state: "cancelled", step: "cancelled", error: undefined },
} as const;

async function endTrial(
  ctx: MutationCtx,
  { _id, jobId }: Process,
  how: keyof typeof ENDS,
): Promise<null> {
  if (jobId !== undefined) await ctx.scheduler.cancel(jobId);
  await ctx.db.patch("workflows", _id, {
    ...ENDS[how],
    finishedAt: Date.now(),
    leaseExpiresAt: undefined,
    jobId: undefined,
  });
  return null;
}

/** Ends it; what its step under way has used is booked when that ends. */
export const cancelTrial = (ctx: MutationCtx, process: Process) =>
  endTrial(ctx, process, "cancelled");

/** Goes on where it stopped. Errors: `conflict` while another one runs. */
export async function resumeTrial(ctx: MutationCtx, process: Process): Promise<void> {
  await requireNoneRunning(ctx);
  await ctx.db.patch("workflows", process._id, {
    state: "running",
    step: "waiting",
    finishedAt: undefined,
    error: undefined,
  });
  await replaceStep(ctx, process, 0);
}

/** Another step in place of one that never told what it used: that is taken to be all that it had reserved. */
async function replaceStep(ctx: MutationCtx, process: Process, lost: 0 | 1): Promise<void> {
  const { _id, trial, reserved } = process;
  const attempt = process.attempt + 1;
  const spent = reserved?.microUsd ?? 0;
  await ctx.db.patch("workflows", _id, {
    attempt,
    reserved: undefined,
    trial: trial && {
      ...trial,
      spentMicroUsd: trial.spentMicroUsd + spent,
      lost: trial.lost + (reserved === undefined ? 0 : lost),
    },
  });
  await goOn(ctx, { workflowId: _id, attempt });
}

/** A step whose lease is over is done again. */
export async function checkTrial(ctx: MutationCtx, step: Step): Promise<void> {
  const process = await findHeld(ctx, step);
  if (process === null) return;
  const { _id, leaseExpiresAt = 0 } = process;
  if (leaseExpiresAt <= Date.now()) return await replaceStep(ctx, process, 1);
  const jobId = await ctx.scheduler.runAt(leaseExpiresAt, internal.trials.check, step);
  await ctx.db.patch("workflows", _id, { jobId });
}

async function nextResult(ctx: MutationCtx, start: number, after: number): Promise<Result | null> {
  const row = await rowsOf(ctx, "trial_result", start, after).first();
  return row?.kind === "trial_result" ? row : null;
}

type Brief = Pick<Infer<typeof vTask>, "context" | "channel" | "earlier">;

/** What the AI had when it answered. Null: the exchange is gone, or nothing was asked in it. */
async function loadBrief(ctx: MutationCtx, result: Result): Promise<Brief | null> {
  const { line, conversationId, messageId } = result;
  if (line !== undefined) {
    return { context: [{ role: "customer", text: line.question }], channel: "web" };
  }
  const conversation = conversationId && (await ctx.db.get("conversations", conversationId));
  const answer = messageId && (await ctx.db.get("messages", messageId));
  if (!conversation || !answer) return null;
  const { _id, episode, channel, earlier } = conversation;
  const then = { _id, episode: answer.episode, channel };
  const context = await loadContext(ctx, then, answer);
  if (context.at(-1)?.role !== "customer") return null;
  const isSame = answer.episode === episode;
  // Nobody's pictures are shown for a try.
  return {
    context: pickPictures(context, 0),
    channel,
    ...(isSame && earlier !== undefined && { earlier }),
  };
}
