/**
 * What staff enter and change of documents, each with its event. Admins do it on a page or through
 * the API, whoever may deploy from the CLI: then there is no `actorId`, and the event says "by the CLI".
 */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { recordAct } from "../analytics/events";
import { restoreHours } from "../hours/setting";
import * as Documents from "../knowledge/documents";
import { startIngest } from "../knowledge/ingest";

type By = { actorId?: Id<"users"> };

/** Adds a document and has it read in. Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`. */
export async function addDocument(
  ctx: MutationCtx,
  document: Documents.NewDocument,
  { actorId }: By,
): Promise<Id<"knowledge">> {
  const next = await Documents.addDocument(ctx, await restoreHours(ctx, document));
  await startIngest(ctx, next);
  const { documentId } = next;
  await recordAct(ctx, "document_added", { actorId, documentId });
  return documentId;
}

/** The old version answers until the new one is read in. Errors: `conflict`, `invalid_input`, `too_large`. */
export async function replaceDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  text: Omit<Documents.NewDocument, "slug">,
  { actorId }: By,
): Promise<void> {
  const { _id: documentId, slug } = document;
  const input = await restoreHours(ctx, { ...text, slug });
  await startIngest(ctx, await Documents.replaceDocument(ctx, document, input));
  await recordAct(ctx, "document_replaced", { actorId, documentId });
}

/** Whether the document answers. Errors: `conflict`. */
export async function publishDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  live: boolean,
  { actorId, trialId }: By & { trialId?: Id<"workflows"> },
): Promise<void> {
  await Documents.setPublished(ctx, document, live);
  const type = live ? "document_published" : "document_unpublished";
  await recordAct(ctx, type, { actorId, documentId: document._id }, { trialId });
}

/** Answers keep the excerpts that they cited. */
export async function removeDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  { actorId }: By,
): Promise<void> {
  await Documents.removeDocument(ctx, document);
  // The id alone says nothing once the row is gone.
  const refs = { actorId, documentId: document._id };
  await recordAct(ctx, "document_removed", refs, { reason: document.slug });
}
