/**
 * The shop's hours as they are stored: one small row of `knowledge`, read only when somebody is handed over
 * or waits for a person. Setting them writes the document that the AI quotes in the same transaction.
 */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { seedOpeningHours } from "./example";
import type { vOpeningHours } from "../../validators";
import { appError } from "../../lib/errors";
import { listOpenings, type Opening, type OpeningHours } from "./hours";
import { checkHours } from "./rules";
import { HOURS_SLUG, withHours } from "./wording";
import { describeReading, startIngest } from "../knowledge/ingest";
import { readBody } from "../knowledge/bodies";
import * as Documents from "../knowledge/documents";
import type { VersionRef } from "../knowledge/vectors";
import { DAY, HOUR } from "../../lib/time";

/** How far ahead clients are told the exact openings. */
const UPCOMING_DAYS = 14;

/** The shop's hours; the example shop's while it has not set its own. */
export async function loadHours(ctx: Pick<QueryCtx, "db">): Promise<OpeningHours> {
  const row = await storedRow(ctx);
  return row === null ? seedOpeningHours : checkHours(row.hours);
}

async function storedRow(ctx: Pick<QueryCtx, "db">) {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_kind_and_updated", (q) => q.eq("kind", "hours"))
    .unique();
  return row?.kind === "hours" ? row : null;
}

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
  const row = await storedRow(ctx);
  const fields = { kind: "hours" as const, hours, updatedAt: Date.now() };
  if (row === null) await ctx.db.insert("knowledge", fields);
  else await ctx.db.replace("knowledge", row._id, fields);
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
      body: withHours("", hours),
    });
  }
  const { title, category } = document;
  const body = await readBody(ctx, document);
  const input = { title, category, format: "markdown" as const, body: withHours(body, hours) };
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
  const row = await storedRow(ctx);
  if (row === null) return input;
  return { ...input, format: "markdown", body: withHours(input.body, checkHours(row.hours)) };
}

/**
 * The exact openings of the fortnight from `from`, which is rounded down to its hour, so that everybody who
 * asks within it shares one answer. No clock: the caller compares with its own. Touching shifts are one.
 */
export function listUpcomingOpenings(hours: OpeningHours, from: number): Opening[] {
  // Beyond it no calendar is meant, and the arithmetic of dates ends somewhere.
  if (!(from >= 0 && from <= Date.UTC(2100, 0))) {
    throw appError("invalid_input", "`from` is a time in milliseconds since 1970, up to 2100.");
  }
  const start = from - (from % HOUR);
  const merged: Opening[] = [];
  for (const opening of listOpenings(hours, start, start + UPCOMING_DAYS * DAY)) {
    const last = merged.at(-1);
    if (last?.closesAt === opening.opensAt) last.closesAt = opening.closesAt;
    else merged.push({ ...opening });
  }
  return merged;
}
