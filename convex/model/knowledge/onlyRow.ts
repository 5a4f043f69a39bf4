/** Settings of the shop that are one row each, of a kind of their own. */
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";

/** The kinds of which there is one row at most. */
type Kind =
  | "shop_name"
  | "hours"
  | "targets"
  | "labels"
  | "settings"
  | "own_topics"
  | "forbidden_words"
  | "rule_cases"
  | "daily_budget"
  | "first_day"
  | "model_list";
type Only<K extends Kind> = Extract<Doc<"knowledge">, { kind: K }>;
type Fields = { [K in Kind]: Omit<Only<K>, "_id" | "_creationTime"> }[Kind];

export async function findOnlyRow<K extends Kind>(
  ctx: Pick<QueryCtx, "db">,
  kind: K,
): Promise<Only<K> | null> {
  const rows = ctx.db.query("knowledge");
  const range = rows.withIndex("by_kind_and_updated", (q) => q.eq("kind", kind));
  return (await range.unique()) as Only<K> | null;
}

/** In the place of the row there is. */
export async function putOnlyRow(ctx: MutationCtx, fields: Fields): Promise<void> {
  const row = await findOnlyRow(ctx, fields.kind);
  if (row === null) await ctx.db.insert("knowledge", fields);
  else await ctx.db.replace("knowledge", row._id, fields);
}
