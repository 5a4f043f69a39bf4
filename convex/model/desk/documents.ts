/**
 * What staff enter and change of documents, each with its event. Admins do it on a page or through
 * the API, whoever may deploy from the CLI: then there is no `actorId`, and the event says "by the CLI".
 */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { EventData, EventType } from "../../validators";
import { appError } from "../../lib/errors";
import { recordAct, recordEvent } from "../analytics/events";
import { cancelTimer } from "../conversations/timers";
import { restoreHours } from "../hours/setting";
import { readBody } from "../knowledge/bodies";
import * as Documents from "../knowledge/documents";
import { detachDraft, discardDraft, type DraftRow } from "../knowledge/drafts";
import { requireVersion, signVersion } from "../knowledge/history";
import { startIngest } from "../knowledge/ingest";
import { addGapsTo } from "../knowledge/gapChecks";
import { noteApproved } from "../knowledge/imported";

/** Without an actor it is whoever may deploy, or `scheduled`: an admin's earlier word, at its time. */
type By = { actorId?: Id<"users">; scheduled?: boolean };

const noteAct = (
  ctx: MutationCtx,
  type: EventType,
  documentId: Id<"knowledge">,
  { actorId, scheduled, ...data }: By & EventData,
): Promise<Id<"analytics">> =>
  scheduled
    ? recordEvent(ctx, type, { documentId }, { ...data, reason: "at its time" })
    : recordAct(ctx, type, { actorId, documentId }, data);

/** Adds a document and has it read in. Errors: `conflict` for a slug that exists, `invalid_input`, `too_large`. */
export async function addDocument(
  ctx: MutationCtx,
  document: Documents.NewDocument,
  by: By,
): Promise<Id<"knowledge">> {
  const next = await Documents.addDocument(ctx, await restoreHours(ctx, document));
  await startIngest(ctx, next);
  const { documentId } = next;
  const eventId = await noteAct(ctx, "document_added", documentId, by);
  await signVersion(ctx, documentId, eventId);
  return documentId;
}

/** The old version answers until the new one is read in. Errors: `conflict`, `invalid_input`, `too_large`. */
export async function replaceDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  text: Omit<Documents.NewDocument, "slug">,
  { textOf, ...by }: By & { textOf?: number },
): Promise<void> {
  const { _id: documentId, slug } = document;
  const input = await restoreHours(ctx, { ...text, slug });
  await startIngest(ctx, await Documents.replaceDocument(ctx, document, input, textOf));
  const said = textOf === undefined ? {} : { reason: `version ${textOf}` };
  const eventId = await noteAct(ctx, "document_replaced", documentId, { ...by, ...said });
  await signVersion(ctx, documentId, eventId);
}

/**
 * An earlier version's text again, as a new version. Errors: `not_found` if it is not kept, `conflict` if the document
 * says just that.
 */
export async function takeBackDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  version: number,
  by: By,
): Promise<void> {
  const text = await requireVersion(ctx, document, version);
  const body = await readBody(ctx, document);
  const { title, category, format } = document;
  if (
    text.body === body &&
    text.title === title &&
    text.category === category &&
    text.format === format
  ) {
    throw appError("conflict", `The document says what version ${version} said.`);
  }
  await replaceDocument(ctx, document, text, { ...by, textOf: version });
}

/** Whether the document answers. Errors: `conflict`. */
export async function publishDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  live: boolean,
  by: By & { trialId?: Id<"workflows"> },
): Promise<void> {
  await Documents.setPublished(ctx, document, live);
  await noteAct(ctx, live ? "document_published" : "document_unpublished", document._id, by);
}

/** Whatever was to happen to it at a time won't. */
export async function callOff(
  ctx: MutationCtx,
  { publish, ...row }: Documents.DocumentRow | DraftRow,
): Promise<void> {
  if (publish !== undefined) await cancelTimer(ctx, publish.timerId);
  if (row.kind === "document" && row.expireTimer) await cancelTimer(ctx, row.expireTimer);
}

/** Answers keep the excerpts that they cited. */
export async function removeDocument(
  ctx: MutationCtx,
  document: Documents.DocumentRow,
  { actorId }: By,
): Promise<void> {
  await callOff(ctx, document);
  await Documents.removeDocument(ctx, document);
  await detachDraft(ctx, document._id);
  // The id alone says nothing once the row is gone.
  const refs = { actorId, documentId: document._id };
  await recordAct(ctx, "document_removed", refs, { reason: document.slug });
}

/**
 * Makes a document of a draft, or the new text of its document: from here on it is as if an admin had typed it. Errors:
 * `conflict` if what is live has changed since the draft was saved, or as `addDocument` and `replaceDocument`.
 */
export async function approveDraft(
  ctx: MutationCtx,
  draft: DraftRow,
  { slug, ...by }: By & { slug?: string },
): Promise<Id<"knowledge">> {
  const { title, category, format, documentId, gapIds = [] } = draft;
  const text = { title, category, format, body: await readBody(ctx, draft) };
  await callOff(ctx, draft);
  await discardDraft(ctx, draft);
  if (documentId === undefined) {
    const added = await addDocument(ctx, { ...text, slug }, by);
    await addGapsTo(ctx, added, gapIds);
    await noteApproved(ctx, draft, added);
    return added;
  }
  const document = await Documents.requireDocument(ctx, documentId);
  if (document.version !== draft.version) {
    const message = "The document has changed since. Compare the two, and save the draft again.";
    throw appError("conflict", message);
  }
  await replaceDocument(ctx, document, text, by);
  await addGapsTo(ctx, documentId, gapIds);
  await noteApproved(ctx, draft, documentId);
  return documentId;
}
