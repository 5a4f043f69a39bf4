/** Setting the shop's hours: the row, and in the same transaction the document that the AI quotes. */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { HOURS_SLUG, type vOpeningHours } from "../../validators";
import { readBody } from "../knowledge/bodies";
import * as Documents from "../knowledge/documents";
import { describeReading, startIngest } from "../knowledge/ingest";
import { findOnlyRow, putOnlyRow } from "../knowledge/onlyRow";
import type { vPage } from "../knowledge/search";
import type { VersionRef } from "../knowledge/vectors";
import { passagesOf } from "../knowledge/versions";
import type { OpeningHours } from "./hours";
import { checkHours } from "./rules";
import { withHours } from "./wording";

export const vSaved = v.object({
  /** The document that the AI quotes. */
  documentId: v.id("knowledge"),
  /** For whoever saved: when the AI quotes it, and how it is found. */
  note: v.string(),
});

/**
 * Stores the hours and has the document `hours-and-location` say the same, which is added if there is none.
 * Errors: `invalid_input`, `too_large`; `conflict` while that document is being read in.
 */
export async function storeHours(
  ctx: MutationCtx,
  input: Infer<typeof vOpeningHours>,
): Promise<Infer<typeof vSaved>> {
  const hours = checkHours(input);
  await putOnlyRow(ctx, { kind: "hours", hours, updatedAt: Date.now() });
  const note = await describeReading(ctx);
  const next = await writeDocument(ctx, hours);
  await startIngest(ctx, next);
  return { documentId: next.documentId, note };
}

async function writeDocument(ctx: MutationCtx, hours: OpeningHours): Promise<VersionRef> {
  const document = await Documents.findDocumentBySlug(ctx, HOURS_SLUG);
  if (document === null) {
    return await Documents.addDocument(ctx, {
      slug: HOURS_SLUG,
      title: "Opening hours",
      category: "hours",
      format: "markdown",
      body: withHours("", hours, Date.now()),
    });
  }
  const { title, category } = document;
  const body = await readBody(ctx, document);
  const input = {
    title,
    category,
    format: "markdown" as const,
    body: withHours(body, hours, Date.now()),
  };
  return await Documents.replaceDocument(ctx, document, input);
}

/**
 * Whoever edits that document by hand edits the rest of it: once hours are set, its hours are written from
 * them again.
 */
export async function restoreHours(
  ctx: Pick<QueryCtx, "db">,
  input: Documents.NewDocument,
): Promise<Documents.NewDocument> {
  if (Documents.slugOf(input) !== HOURS_SLUG) return input;
  const row = await findOnlyRow(ctx, "hours");
  if (row === null) return input;
  return {
    ...input,
    format: "markdown",
    body: withHours(input.body, checkHours(row.hours), Date.now()),
  };
}

/** The document with the shop's hours and contact, as it answers. Empty: there is none. */
export async function loadShopPage(ctx: Pick<QueryCtx, "db">): Promise<Infer<typeof vPage>[]> {
  const document = await Documents.findDocumentBySlug(ctx, HOURS_SLUG);
  if (document?.state !== "published") return [];
  const rows = await passagesOf(ctx, document._id, document.version);
  return rows.map(({ title, heading, text }) => ({ title, heading, text }));
}
