/** How many answers at a time one user, and one network, may have told to them as they are written. */
import type { MutationCtx } from "../../_generated/server";
import { giveBackRoom, hasRoom, ipOfRequest } from "../access/limits";

/** True if there is room for one more. */
export const takeRoomToRead = async (ctx: MutationCtx): Promise<boolean> =>
  await hasRoom(ctx, "readAlong", await findReader(ctx));

/** When it has ended. */
export const giveBackRoomToRead = async (ctx: MutationCtx): Promise<void> =>
  await giveBackRoom(ctx, "readAlong", await findReader(ctx));

/** The HTTP action's caller, in each of its mutations. */
async function findReader(ctx: MutationCtx) {
  const user = (await ctx.auth.getUserIdentity())?.subject;
  return { ip: await ipOfRequest(ctx), ...(user !== undefined && { user }) };
}
