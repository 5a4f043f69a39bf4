/**
 * Whether the questions that a document was written for find it. They are asked once it is read in, by its words and
 * by its vectors, and again a few times later: embeddings may have been down, and an action may be lost.
 */
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { HOUR, MINUTE } from "../../lib/time";

/** Questions that a text is to answer: each is searched for. */
export const MAX_GAPS = 20;
const AGAIN = [10 * MINUTE, HOUR, 6 * HOUR];

/** From here on a document is to answer these as well. */
export async function addGapsTo(
  ctx: MutationCtx,
  documentId: Id<"knowledge">,
  gapIds: Id<"analytics">[],
): Promise<void> {
  const document = await ctx.db.get("knowledge", documentId);
  if (document?.kind !== "document" || gapIds.length === 0) return;
  const all = [...new Set([...(document.gapIds ?? []), ...gapIds])];
  // Of one that was replaced again and again the latest matter.
  await ctx.db.patch("knowledge", documentId, { gapIds: all.slice(-2 * MAX_GAPS) });
}

export async function startCheck(
  ctx: MutationCtx,
  documentId: Id<"knowledge">,
  attempt = 0,
): Promise<void> {
  const document = await ctx.db.get("knowledge", documentId);
  if (document?.kind !== "document" || document.gapIds === undefined) return;
  await ctx.scheduler.runAfter(0, internal.gaps.ask, { documentId });
  const again = AGAIN[attempt];
  if (again === undefined) return;
  const next = { documentId, attempt: attempt + 1 };
  await ctx.scheduler.runAfter(again, internal.gaps.check, next);
}

type GapRow = Extract<Doc<"analytics">, { kind: "gap" }>;

/** What a document is to answer, and is not found by yet. */
export async function readGapsOf(
  ctx: Pick<QueryCtx, "db">,
  documentId: Id<"knowledge">,
): Promise<GapRow[]> {
  const document = await ctx.db.get("knowledge", documentId);
  if (document?.kind !== "document") return [];
  const rows = [];
  for (const gapId of document.gapIds ?? []) rows.push(await ctx.db.get("analytics", gapId));
  return rows.filter((row) => row?.kind === "gap");
}
