/** Starting the durable ingest of a document, with the `workflows` row that people see of it. */
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { workflow } from "../../lib/workflow";

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
