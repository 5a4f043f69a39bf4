/**
 * Which article of which help centre is which draft or document: what makes an import that is repeated change nothing.
 * A row stays when its draft is approved or discarded: an article that nobody wanted doesn't come back by itself, until
 * it changes.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { isAppError } from "../../lib/errors";
import { vHelpCentre, type HelpCentre } from "../../validators";
import {
  countRoom,
  createDraft,
  editDraft,
  findDraftOf,
  vDraftText,
  type DraftRow,
} from "./drafts";

type Row = Extract<Doc<"knowledge">, { kind: "imported" }>;

/** No document's slug has a colon. */
const slugFor = (system: string, key: string) => `${system}:${key}`;

async function findImported(
  ctx: Pick<QueryCtx, "db">,
  system: string,
  key: string,
): Promise<Row | null> {
  const row = await ctx.db
    .query("knowledge")
    .withIndex("by_slug", (q) => q.eq("slug", slugFor(system, key)))
    .unique();
  return row?.kind === "imported" ? row : null;
}

/** Which of these have been imported as they are. */
export async function listUnchanged(
  ctx: Pick<QueryCtx, "db">,
  system: HelpCentre,
  articles: { key: string; contentHash: string }[],
): Promise<string[]> {
  const unchanged = [];
  for (const { key, contentHash } of articles) {
    const row = await findImported(ctx, system, key);
    if (row?.contentHash === contentHash) unchanged.push(key);
  }
  return unchanged;
}

export const vArticles = v.object({
  system: vHelpCentre,
  articles: v.array(vDraftText.extend({ key: v.string(), contentHash: v.string() })),
});
export const vStored = v.object({
  added: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  failed: v.array(v.object({ article: v.string(), why: v.string() })),
});

/** Each alone: what can't be a draft says why, and the others are. */
export async function storeArticles(
  ctx: MutationCtx,
  { system, articles }: Infer<typeof vArticles>,
): Promise<Infer<typeof vStored>> {
  const stored: Infer<typeof vStored> = { added: 0, updated: 0, unchanged: 0, failed: [] };
  let room = await countRoom(ctx);
  for (const article of articles) {
    try {
      const how = await storeArticle(ctx, system, article, room);
      stored[how] += 1;
      if (how === "added") room -= 1;
    } catch (error) {
      // Thrown before anything was written.
      if (!isAppError(error)) throw error;
      stored.failed.push({ article: article.title.slice(0, 200), why: error.data.message });
    }
  }
  return stored;
}

type Article = Infer<typeof vArticles>["articles"][number];

async function storeArticle(
  ctx: MutationCtx,
  system: HelpCentre,
  { key, contentHash, ...text }: Article,
  room: number,
): Promise<"added" | "updated" | "unchanged"> {
  const row = await findImported(ctx, system, key);
  if (row?.contentHash === contentHash) return "unchanged";
  const draft = row && (await draftOf(ctx, row));
  const origin = { kind: "import" as const, system, key };
  if (draft !== null) {
    await editDraft(ctx, draft, text);
    await ctx.db.patch("knowledge", row!._id, { contentHash });
    return "updated";
  }
  const documentId = row?.documentId && (await ctx.db.get("knowledge", row.documentId))?._id;
  const draftId = await createDraft(ctx, { ...text, documentId, origin }, room);
  const slug = slugFor(system, key);
  if (row === null)
    await ctx.db.insert("knowledge", { kind: "imported", slug, contentHash, draftId });
  else await ctx.db.patch("knowledge", row._id, { contentHash, draftId });
  return documentId === undefined ? "added" : "updated";
}

/** The draft that came of it and is one still. */
async function draftOf(ctx: Pick<QueryCtx, "db">, row: Row): Promise<DraftRow | null> {
  const draft = row.draftId && (await ctx.db.get("knowledge", row.draftId));
  if (draft?.kind === "draft") return draft;
  // What an admin is changing by hand is theirs.
  const other = row.documentId && (await findDraftOf(ctx, row.documentId));
  return other && other.origin.kind === "import" ? other : null;
}

/** From here on the article is this document's. */
export async function noteApproved(
  ctx: MutationCtx,
  { origin }: DraftRow,
  documentId: Id<"knowledge">,
): Promise<void> {
  if (origin.kind !== "import") return;
  const row = await findImported(ctx, origin.system, origin.key);
  if (row !== null) await ctx.db.patch("knowledge", row._id, { documentId, draftId: undefined });
}
