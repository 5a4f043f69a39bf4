/** OpenRouter's list of models with prices, kept for an hour: hundreds of entries that change by the week. */
import { v, type Infer } from "convex/values";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { vListedModel } from "../../validators";
import { findOnlyRow, putOnlyRow } from "../knowledge/onlyRow";

export const vModelList = v.object({
  /** By id. */
  models: v.array(vListedModel),
  /** When OpenRouter was asked. */
  asOf: v.number(),
});
export type ModelList = Infer<typeof vModelList>;

export async function loadModelList(ctx: Pick<QueryCtx, "db">): Promise<ModelList | null> {
  const row = await findOnlyRow(ctx, "model_list");
  return row === null ? null : { models: row.models, asOf: row.updatedAt };
}

export async function storeModelList(
  ctx: MutationCtx,
  { models, asOf: updatedAt }: ModelList,
): Promise<void> {
  await putOnlyRow(ctx, { kind: "model_list", models, updatedAt });
}
