/**
 * A document's text, in a row of its own: a patch reads and writes its whole row again, and a document's row changes
 * with every state of its reading in.
 */
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { DocumentRow } from "./vectors";

/** Documents from before `m0006_document_body` hold it themselves. */
type Place = Pick<DocumentRow, "bodyId" | "body">;

export async function readBody(
  ctx: Pick<QueryCtx, "db">,
  { bodyId, body }: Place,
): Promise<string> {
  if (bodyId === undefined) return body ?? "";
  const row = await ctx.db.get("knowledge", bodyId);
  if (row?.kind !== "body") throw new Error("A document has lost its text.");
  return row.body;
}

/** Stores a text, and gives what its document is patched with. */
export async function storeBody(
  ctx: MutationCtx,
  body: string,
  { bodyId }: Place = {},
): Promise<{ bodyId: Id<"knowledge">; body: undefined }> {
  const row = { kind: "body" as const, body };
  if (bodyId === undefined) {
    return { bodyId: await ctx.db.insert("knowledge", row), body: undefined };
  }
  await ctx.db.replace("knowledge", bodyId, row);
  return { bodyId, body: undefined };
}

export async function deleteBody(ctx: MutationCtx, { bodyId }: Place): Promise<void> {
  if (bodyId !== undefined) await ctx.db.delete("knowledge", bodyId);
}
