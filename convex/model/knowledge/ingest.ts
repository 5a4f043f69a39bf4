/** The durable ingest of a document, from its start to its end, with the `workflows` row that people see of it. */
import { internal } from "../../_generated/api";
import type { RunResult } from "@convex-dev/workpool";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { truncateText } from "../../lib/text";
import { workflow } from "../../lib/workflow";
import { failIngest } from "./documents";

/** Reads the document's next version in. */
export async function startIngest(ctx: MutationCtx, documentId: Id<"knowledge">): Promise<void> {
  const processId = await ctx.db.insert("workflows", {
    kind: "ingest",
    state: "running",
    step: "reading in",
    attempt: 1,
    documentId,
  });
  const componentId: string = await workflow.start(
    ctx,
    internal.knowledge.ingest,
    { documentId },
    { onComplete: internal.knowledge.ingestDone, context: { documentId, processId } },
  );
  await ctx.db.patch("workflows", processId, { componentId });
}

/** The end of an ingest, on its row and, if it came to nothing, on its document. */
export async function endIngest(
  ctx: MutationCtx,
  { documentId, processId }: { documentId: Id<"knowledge">; processId: Id<"workflows"> },
  result: RunResult,
): Promise<void> {
  const failed = result.kind !== "success";
  const reason =
    result.kind === "failed" ? truncateText(result.error, 300) : "Reading in was cancelled.";
  const error = failed ? { code: "ingest_failed", message: reason } : undefined;
  await ctx.db.patch("workflows", processId, {
    state: result.kind === "success" ? "done" : result.kind === "failed" ? "failed" : "cancelled",
    step: failed ? "failed" : "done",
    finishedAt: Date.now(),
    error,
  });
  const document = await ctx.db.get("knowledge", documentId);
  if (error && document?.kind === "document") await failIngest(ctx, document, error);
}
