/** How far the pages of a site have come: on its row, as staff see it. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";

type Site = NonNullable<Doc<"workflows">["site"]>;
type Row = Pick<Doc<"workflows">, "_id" | "state">;

/** A page of it was read in, or can't be. */
export async function countPage(
  ctx: MutationCtx,
  siteId: Id<"workflows">,
  end: "read" | "failed",
): Promise<void> {
  const row = await ctx.db.get("workflows", siteId);
  if (row?.site === undefined) return;
  await changeSite(ctx, row, { ...row.site, [end]: row.site[end] + 1 });
}

/** Stores how far it is, in words too. It is done with its last page. */
export async function changeSite(ctx: MutationCtx, { _id, state }: Row, site: Site): Promise<void> {
  const isListed = site.listId !== undefined && site.at === site.of;
  const isDone = state === "running" && isListed && site.read + site.failed === site.added;
  await ctx.db.patch("workflows", _id, {
    site,
    step: describeSite(site),
    ...(isDone ? { state: "done", finishedAt: Date.now() } : {}),
  });
  if (isDone && site.listId !== undefined) await ctx.db.delete("knowledge", site.listId);
}

function describeSite({ of, read, failed, known }: Site): string {
  const counts = [`${read} of ${of} pages read`];
  if (known > 0) counts.push(`${known} known already`);
  if (failed > 0) counts.push(`${failed} can't be read`);
  return counts.join(", ");
}
