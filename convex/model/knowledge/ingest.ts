/** The durable ingest of a document, from its start to its end, with the `workflows` row that people see of it. */
import { internal } from "../../_generated/api";
import type { RunResult } from "@convex-dev/workpool";
import type { Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { truncateText } from "../../lib/text";
import { background } from "../../lib/workflow";
import { HOUR } from "../../lib/time";
import type { vMessageError } from "../../validators";
import { failIngest } from "./documents";
import { countPage } from "./sites";
import { awaitVectors, describeEmbeddings, type vIngest, type VersionRef } from "./vectors";

/** Reads a document's next version in. */
export async function startIngest(
  ctx: MutationCtx,
  ref: VersionRef,
  { partOf }: Pick<Doc<"workflows">, "partOf"> = {},
): Promise<void> {
  const document = await ctx.db.get("knowledge", ref.documentId);
  const unread = document?.kind === "document" && document.unread !== undefined;
  const processId = await addProcess(ctx, ref, { attempt: 1, unread, partOf });
  const args = unread ? { ...ref, processId } : ref;
  const componentId: string = await background.start(ctx, internal.knowledge.ingest, args, {
    onComplete: internal.knowledge.ingestDone,
    context: { ref, processId },
  });
  await ctx.db.patch("workflows", processId, { componentId });
}

const READING_ORIGINAL = "reading the original";
const READING_IN = "reading in";

const addProcess = (
  ctx: MutationCtx,
  { documentId }: VersionRef,
  { unread, ...fields }: Pick<Doc<"workflows">, "attempt" | "partOf"> & { unread: boolean },
) =>
  ctx.db.insert("workflows", {
    kind: "ingest",
    state: "running",
    step: unread ? READING_ORIGINAL : READING_IN,
    ...fields,
    documentId,
  });

/** When a document that was saved just now answers, and how it is found: for whoever saved it. */
export async function describeReading(ctx: MutationCtx): Promise<string> {
  const soon = "Saved. The AI answers by it within a minute.";
  const found = await describeEmbeddings(ctx);
  return found === null ? soon : `${soon} ${found}`;
}

/** Its original was read. */
export async function markRead(ctx: MutationCtx, processId: Id<"workflows">): Promise<void> {
  if ((await ctx.db.get("workflows", processId))?.state !== "running") return;
  await ctx.db.patch("workflows", processId, { step: READING_IN });
}

/** Its original can't be read, and never will be: in words for whoever gave it. */
export async function failReading(
  ctx: MutationCtx,
  { ref, processId }: Infer<typeof vIngest>,
  error: Infer<typeof vMessageError>,
): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  if (process?.state !== "running") return;
  await endProcess(ctx, process, { state: "failed", error });
  await failIngest(ctx, ref, error);
}

async function endProcess(
  ctx: MutationCtx,
  { _id, partOf }: Doc<"workflows">,
  { state, error }: Pick<Doc<"workflows">, "state" | "error">,
): Promise<void> {
  const step = error === undefined ? "done" : "failed";
  await ctx.db.patch("workflows", _id, { state, step, finishedAt: Date.now(), error });
  if (partOf !== undefined) await countPage(ctx, partOf, error === undefined ? "read" : "failed");
}

/** The end of an ingest, on its row and, if it came to nothing, on its document. */
export async function endIngest(
  ctx: MutationCtx,
  { ref, processId }: Infer<typeof vIngest>,
  result: RunResult,
): Promise<void> {
  const process = await ctx.db.get("workflows", processId);
  // Given up on, for another attempt.
  if (process?.state !== "running") return;
  const failed = result.kind !== "success";
  const reason =
    result.kind === "failed" ? truncateText(result.error, 300) : "Reading in was cancelled.";
  const error = failed ? { code: "ingest_failed", message: reason } : undefined;
  const ends = { success: "done", failed: "failed", canceled: "cancelled" } as const;
  await endProcess(ctx, process, { state: ends[result.kind], error });
  if (error) await failIngest(ctx, ref, error);
}

/** One that has not ended by then is lost, as by a move to another deployment. */
const LOST_AFTER = HOUR;
const MAX_ATTEMPTS = 3;
export const RESUME_BATCH = 20;

const lostBefore = () => Date.now() - LOST_AFTER;

/** Ingests that do not end. `model/privacy/sweep.ts` goes through them. */
export const lostIngests = (ctx: Pick<QueryCtx, "db">, count: number) =>
  ctx.db
    .query("workflows")
    .withIndex("by_kind_and_state", (q) =>
      q
        .eq("kind", "ingest")
        .eq("state", "running")
        .eq("leaseExpiresAt", undefined)
        .lt("_creationTime", lostBefore()),
    )
    .take(count);

/** A lost ingest begins again; one that is lost each time fails, and the old version answers on. */
export async function resumeIngest(
  ctx: MutationCtx,
  { _id, _creationTime, state, documentId, attempt, partOf }: Doc<"workflows">,
): Promise<void> {
  if (state !== "running" || _creationTime >= lostBefore()) return;
  const error = { code: "ingest_lost", message: "Reading in did not end. It was begun again." };
  const finishedAt = Date.now();
  await ctx.db.patch("workflows", _id, { state: "failed", step: "lost", finishedAt, error });
  const document = documentId && (await ctx.db.get("knowledge", documentId));
  const over = document?.kind !== "document" || document.nextVersion === undefined;
  if (partOf !== undefined && (over || attempt >= MAX_ATTEMPTS)) {
    await countPage(ctx, partOf, "failed");
  }
  if (!document || document.kind !== "document" || document.nextVersion === undefined) return;
  const ref = { documentId: document._id, version: document.nextVersion };
  if (attempt >= MAX_ATTEMPTS) {
    const message = "Reading in did not end, three times.";
    return await failIngest(ctx, ref, { ...error, message });
  }
  await awaitVectors(ctx, ref, document);
  const unread = document.unread !== undefined;
  const processId = await addProcess(ctx, ref, { attempt: attempt + 1, unread, partOf });
  // Not by a workflow: after a move the component waits for a loop of its own that no longer runs.
  await ctx.scheduler.runAfter(0, internal.knowledge.readInLost, { ref, processId });
}
