/** What becomes of a reply whose writer was lost: a crash, a deploy, a time-out. */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { recordEvent } from "../analytics/events";
import { handOffConversation } from "../handoff/handoff";
import { endReplyProcess, REPLY_LEASE } from "../conversations/replyProcess";
import { MAX_ATTEMPTS } from "./admission";
import { estimateUsage, lostPromptCharsOf, settleReservation } from "./budget";
import { findStreamingReply } from "../conversations/turns";
import { wordsToFind } from "../conversations/wordsToFind";

type Lost = {
  workflow: Doc<"workflows">;
  conversation: Doc<"conversations">;
  /** Absent if the writer was lost before it began. */
  row: Doc<"messages"> | null;
};

/**
 * Runs when a lease may have expired. A job that still waits for the scheduler, and a writer that has
 * renewed its lease, are left alone and looked at again; a lost one is replaced, the last one's
 * conversation goes to a technician.
 */
export async function recoverReply(ctx: MutationCtx, workflowId: Id<"workflows">): Promise<void> {
  const workflow = await ctx.db.get("workflows", workflowId);
  if (workflow?.kind !== "reply") return;
  if (workflow.state !== "queued" && workflow.state !== "running") {
    return await giveBackAfterEnd(ctx, workflow);
  }
  const { conversationId, turn, jobId } = workflow;
  const conversation = conversationId && (await ctx.db.get("conversations", conversationId));
  if (!conversation || conversation.turn !== turn) {
    await giveBack(ctx, workflow, null);
    return await endReplyProcess(ctx, workflowId, { state: "cancelled", step: "overtaken" });
  }
  const now = Date.now();
  const row = await findStreamingReply(ctx, conversation._id);
  const expiresAt = Math.max(workflow.leaseExpiresAt ?? 0, row?.leaseExpiresAt ?? 0);
  const job = jobId && (await ctx.db.system.get("_scheduled_functions", jobId));
  if (expiresAt > now) {
    await ctx.scheduler.runAt(expiresAt, internal.replies.recover, { workflowId });
  } else if (job?.state.kind === "pending") {
    await ctx.scheduler.runAfter(REPLY_LEASE, internal.replies.recover, { workflowId });
  } else if (workflow.attempt < MAX_ATTEMPTS) {
    await startAgain(ctx, { workflow, conversation, row });
  } else {
    await giveUp(ctx, { workflow, conversation, row });
  }
}

/** Longest that a writer which was stopped takes to say what it used: it asks the provider first. */
const CHARGE_WITHIN = 3 * REPLY_LEASE;

/** A stopped writer tells what it used, unless it is lost too: then its reservation is nobody's. */
async function giveBackAfterEnd(ctx: MutationCtx, workflow: Doc<"workflows">): Promise<void> {
  if (workflow.reserved === undefined) return;
  const dueAt = (workflow.finishedAt ?? 0) + CHARGE_WITHIN;
  if (dueAt <= Date.now()) return await giveBack(ctx, workflow, null);
  await ctx.scheduler.runAt(dueAt, internal.replies.recover, { workflowId: workflow._id });
}

/** Of a lost writer's reservation its words are taken to be spent. The rest answers others today. */
async function giveBack(
  ctx: MutationCtx,
  { _id, reserved }: Doc<"workflows">,
  row: Doc<"messages"> | null,
): Promise<void> {
  if (reserved === undefined) return;
  const receivedChars = row?.text.length ?? 0;
  const lost = estimateUsage({ promptChars: lostPromptCharsOf(reserved), receivedChars });
  await settleReservation(ctx, reserved, lost.costMicroUsd);
  await ctx.db.patch("workflows", _id, { reserved: undefined });
}

/** Has whatever has been without a writer for longer than its own check should take checked again. */
export async function scheduleLostChecks(ctx: MutationCtx): Promise<void> {
  const overdue = overdueAt();
  for (const { _id } of await listLost(ctx, LOST_BATCH)) {
    // Behind those that have been lost for longer: none that keeps failing is taken first for ever.
    await ctx.db.patch("workflows", _id, { leaseExpiresAt: overdue });
    await ctx.scheduler.runAfter(0, internal.privacy.tryRow, { kind: "lease", id: _id });
  }
}

const overdueAt = () => Date.now() - 3 * REPLY_LEASE;

/** Leases that are over, and that nobody has looked at since: at most `count` of each kind and state. */
export async function listLost(
  ctx: Pick<QueryCtx, "db">,
  count: number,
): Promise<Doc<"workflows">[]> {
  const lost: Doc<"workflows">[] = [];
  for (const kind of LEASED) {
    for (const state of ["queued", "running"] as const) {
      const some = await ctx.db
        .query("workflows")
        .withIndex("by_kind_and_state", (q) =>
          q
            .eq("kind", kind)
            .eq("state", state)
            .gt("leaseExpiresAt", undefined)
            .lt("leaseExpiresAt", overdueAt()),
        )
        .take(count);
      lost.push(...some);
    }
  }
  return lost;
}

/** What has a lease; a shift has its own only if it began before leases were rows. */
const LEASED = ["reply", "delivery", "lease", "shift", "presence", "trial", "assist"] as const;
const LOST_BATCH = 50;

async function startAgain(ctx: MutationCtx, { workflow, conversation, row }: Lost): Promise<void> {
  await giveBack(ctx, workflow, row);
  const attempt = workflow.attempt + 1;
  const leaseExpiresAt = Date.now() + REPLY_LEASE;
  const jobId = await ctx.scheduler.runAfter(0, internal.replies.generate, {
    conversationId: conversation._id,
    turn: conversation.turn,
    attempt,
  });
  await ctx.db.patch("workflows", workflow._id, {
    state: "queued",
    step: "retrying",
    attempt,
    jobId,
    leaseExpiresAt,
  });
  // Fences the lost writer off before the new one begins.
  if (row !== null) await ctx.db.patch("messages", row._id, { attempt, leaseExpiresAt });
  await ctx.scheduler.runAfter(REPLY_LEASE, internal.replies.recover, { workflowId: workflow._id });
}

async function giveUp(ctx: MutationCtx, { workflow, conversation, row }: Lost): Promise<void> {
  const error = { code: "timed_out", message: "The answer was interrupted." };
  if (row !== null && row.text === "") await ctx.db.delete("messages", row._id);
  else if (row !== null) {
    await ctx.db.patch("messages", row._id, {
      status: "failed",
      settledAt: Date.now(),
      searchText: wordsToFind(row),
      error,
      activity: undefined,
      leaseExpiresAt: undefined,
    });
  }
  await giveBack(ctx, workflow, row);
  await endReplyProcess(ctx, workflow._id, { state: "failed", step: "given up", error });
  const agentId = row?.author.kind === "agent" ? row.author.agentId : undefined;
  const refs = { conversationId: conversation._id, agentId };
  await recordEvent(ctx, "reply_failed", refs, { reason: error.code });
  await handOffConversation(ctx, conversation, {
    reason: "provider_error",
    summary: "The assistant was interrupted while it answered.",
    urgency: "normal",
  });
}
