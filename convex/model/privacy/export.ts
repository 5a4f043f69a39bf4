/**
 * A person's data as files: the job that they watch. A durable workflow writes the files
 * (`model/privacy/exportFile.ts`) from pages (`model/privacy/exportPages.ts`); this is its row, its start and its end.
 */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vProcessState } from "../../validators";
import { fileUrlOf } from "../conversations/attachments";
import { deleteFile } from "../knowledge/storedFiles";
import { EXPORT_RETENTION } from "./cleanup";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { background } from "../../lib/workflow";
import { HOUR } from "../../lib/time";

/** One without progress for this long is lost: asking again makes a new one. */
const STALLED_AFTER = HOUR;
/** Files shown of one export: far more than anybody has. */
const MAX_PARTS = 200;

export const vDataExport = v.object({
  exportId: v.id("workflows"),
  state: vProcessState,
  requestedAt: v.number(),
  /** Once done: when its files are deleted. */
  expiresAt: v.optional(v.number()),
  /** In order; usually one. Their URLs answer to the person's access token only. */
  files: v.array(v.object({ part: v.number(), url: v.string() })),
});

function latestJob(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"workflows"> | null> {
  return ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) => q.eq("userId", userId).eq("kind", "export"))
    .order("desc")
    .first();
}

/** Starts an export, or returns the one that is being made. */
export async function startExport(ctx: MutationCtx, userId: Id<"users">): Promise<Id<"workflows">> {
  const now = Date.now();
  const latest = await latestJob(ctx, userId);
  if (latest?.state === "running" && (latest.progressAt ?? 0) > now - STALLED_AFTER) {
    return latest._id;
  }
  const processId = await ctx.db.insert("workflows", {
    kind: "export",
    state: "running",
    step: "collecting",
    attempt: 1,
    userId,
    progressAt: now,
  });
  await run(ctx, processId);
  await recordEvent(ctx, "data_exported", { actorId: userId });
  return processId;
}

async function run(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  const componentId: string = await background.start(
    ctx,
    internal.privacy.exportData,
    { processId },
    { onComplete: internal.privacy.exportDone, context: { processId }, startAsync: true },
  );
  await ctx.db.patch("workflows", processId, { componentId });
}

/** Starts one that failed again, for the same person: files that it has written are kept. Errors: `conflict`. */
export async function restartExport(ctx: MutationCtx, job: Doc<"workflows">): Promise<void> {
  const user = job.userId && (await ctx.db.get("users", job.userId));
  if (!user || user.deletingAt !== undefined) {
    throw appError("conflict", "The person whose data it is has left.");
  }
  await ctx.db.patch("workflows", job._id, beginAgain());
  await run(ctx, job._id);
}

const beginAgain = () => ({
  state: "running" as const,
  step: "collecting",
  progressAt: Date.now(),
  finishedAt: undefined,
  error: undefined,
});

const MAX_ATTEMPTS = 3;
const RESUMED = 20;

/** For a cron: the latest exports that failed or stand still begin again, each three times at most. */
export async function resumeExports(ctx: MutationCtx): Promise<void> {
  const stalledBefore = Date.now() - STALLED_AFTER;
  for (const state of ["failed", "running"] as const) {
    const jobs = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "export").eq("state", state))
      .order("desc")
      .take(RESUMED);
    for (const job of jobs) {
      const { attempt, progressAt = 0 } = job;
      if (progressAt > stalledBefore) continue;
      const user = job.userId && (await ctx.db.get("users", job.userId));
      if (attempt >= MAX_ATTEMPTS || !user || user.deletingAt !== undefined) {
        await failExport(ctx, job._id);
        continue;
      }
      await ctx.db.patch("workflows", job._id, { attempt: attempt + 1, ...beginAgain() });
      // Not by a workflow: after a move the component waits for a loop of its own that no longer runs.
      await ctx.scheduler.runAfter(0, internal.privacy.exportLost, { processId: job._id });
    }
  }
}

export async function findLatestExport(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Infer<typeof vDataExport> | null> {
  const job = await latestJob(ctx, userId);
  if (job === null) return null;
  const files: { part: number; url: string }[] = [];
  for (const row of job.state === "done" ? await partsOf(ctx, job._id) : []) {
    if (row.fileId) files.push({ part: row.attempt, url: fileUrlOf(row.fileId) });
  }
  return {
    exportId: job._id,
    state: job.state,
    requestedAt: job._creationTime,
    expiresAt: job.finishedAt && job.finishedAt + EXPORT_RETENTION,
    files,
  };
}

/** A file of their export is being opened. Errors: `not_found` for one that is not theirs, not made, or gone. */
export async function markRead(
  ctx: MutationCtx,
  actorId: Id<"users">,
  exportId: Id<"workflows">,
): Promise<void> {
  const job = await ctx.db.get("workflows", exportId);
  if (job?.kind !== "export" || job.userId !== actorId || job.state !== "done") {
    throw appError("not_found", "There is no such export.");
  }
  await recordEvent(ctx, "export_read", { actorId });
}

function partsOf(ctx: Pick<QueryCtx, "db">, processId: Id<"workflows">) {
  return ctx.db
    .query("workflows")
    .withIndex("by_user_and_kind", (q) =>
      q.eq("userId", undefined).eq("kind", "file").eq("partOf", processId),
    )
    .take(MAX_PARTS);
}

/** The export that is being made, or null once it is over or its person gone. */
export async function findRunningExport(
  ctx: Pick<QueryCtx, "db">,
  processId: Id<"workflows">,
): Promise<(Doc<"workflows"> & { userId: Id<"users"> }) | null> {
  const job = await ctx.db.get("workflows", processId);
  return job?.state === "running" && job.userId !== undefined
    ? { ...job, userId: job.userId }
    : null;
}

/** Takes a written file. One that comes too late, or twice, is deleted: false. */
export async function storePart(
  ctx: MutationCtx,
  args: { processId: Id<"workflows">; part: number; fileId: Id<"_storage">; last: boolean },
): Promise<boolean> {
  const { processId, part, fileId, last } = args;
  const job = await findRunningExport(ctx, processId);
  const known = job && (await partsOf(ctx, processId)).some((row) => row.attempt === part);
  if (job === null || known) {
    await deleteFile(ctx, fileId);
    return false;
  }
  const now = Date.now();
  await ctx.db.insert("workflows", {
    kind: "file",
    state: "done",
    step: "exported",
    // Of a file: its number.
    attempt: part,
    partOf: processId,
    fileId,
    finishedAt: now,
  });
  await ctx.db.patch("workflows", processId, {
    progressAt: now,
    ...(last && { state: "done", step: "done", finishedAt: now }),
  });
  return true;
}

/** The workflow gave up: the person is told, and may ask again. The reason is in its log. */
export async function failExport(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  if ((await findRunningExport(ctx, processId)) === null) return;
  await ctx.db.patch("workflows", processId, {
    state: "failed",
    step: "failed",
    finishedAt: Date.now(),
    error: { code: "export_failed", message: "The export could not be made." },
  });
}
