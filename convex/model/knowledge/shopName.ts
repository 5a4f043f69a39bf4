/** What the shop is called: as an admin has set it, else as the deployment has it (`SHOP_NAME`). */
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { shopEnv } from "../../env";
import { cleanText } from "../../lib/text";
import { findOnlyRow, putOnlyRow } from "./onlyRow";

export const MAX_SHOP_NAME_CHARS = 100;

export async function findShopName(ctx: Pick<QueryCtx, "db">): Promise<string> {
  return (await findOnlyRow(ctx, "shop_name"))?.name ?? shopEnv().SHOP_NAME;
}

/** Errors: `invalid_input`, `too_large`. */
export async function storeShopName(ctx: MutationCtx, name: string): Promise<void> {
  // One line: it stands in the subjects of mails.
  const line = cleanText("The shop's name", name, MAX_SHOP_NAME_CHARS).replace(/\s+/g, " ");
  await putOnlyRow(ctx, { kind: "shop_name", name: line, updatedAt: Date.now() });
}
