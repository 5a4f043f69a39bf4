/** Whether whoever has a conversation can go on with it. */
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { mayWork } from "./access";

/** False for a technician who may not answer any more: their account is gone, blocked, or a customer's. */
export async function canGoOn(
  ctx: Pick<MutationCtx, "db">,
  owner: Doc<"conversations">["owner"],
): Promise<boolean> {
  if (owner.kind !== "human") return true;
  const user = await ctx.db.get("users", owner.userId);
  return user !== null && mayWork(user);
}
