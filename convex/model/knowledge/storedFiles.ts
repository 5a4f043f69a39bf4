/** Stored files, whatever uses them: messages, exports, documents, the lowest floor of these. Each has one `file` row. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";

/** What uses a stored file, or null for one that nothing names. */
export function findFileRow(
  ctx: Pick<QueryCtx, "db">,
  fileId: Id<"_storage">,
): Promise<Doc<"workflows"> | null> {
  return ctx.db
    .query("workflows")
    .withIndex("by_opt_out_and_file", (q) => q.eq("optOutHash", undefined).eq("fileId", fileId))
    .unique();
}

/** Deletes a stored file; one that is gone already is fine. True if it was there. */
export async function deleteFile(ctx: MutationCtx, fileId: Id<"_storage">): Promise<boolean> {
  if ((await ctx.db.system.get("_storage", fileId)) === null) return false;
  await ctx.storage.delete(fileId);
  return true;
}
