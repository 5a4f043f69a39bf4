/** What the shop is called: as an admin has set it, else as the deployment has it (`SHOP_NAME`). */
import type { QueryCtx } from "../../_generated/server";
import { shopEnv } from "../../env";
import { findOnlyRow } from "./onlyRow";

export async function findShopName(ctx: Pick<QueryCtx, "db">): Promise<string> {
  return (await findOnlyRow(ctx, "shop_name"))?.name ?? shopEnv().SHOP_NAME;
}
