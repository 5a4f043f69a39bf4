/** Guests: customers who have proved no address and no number. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import * as Sessions from "./sessions";

export const isGuest = (user: Doc<"users">) =>
  user.role === "customer" &&
  user.emailVerifiedAt === undefined &&
  user.phoneVerifiedAt === undefined;

export async function createGuest(ctx: MutationCtx): Promise<Id<"users">> {
  return await ctx.db.insert("users", { role: "customer", smsConsent: "unknown" });
}

/** Deletes a guest who left no trace: no contact, no conversation. False, and nothing done, for anybody else. */
export async function removeUnusedGuest(ctx: MutationCtx, userId: Id<"users">): Promise<boolean> {
  const user = await ctx.db.get("users", userId);
  if (user === null || !isGuest(user)) return false;
  if ([user.name, user.email, user.phone].some((contact) => contact !== undefined)) return false;
  const conversation = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
    .first();
  if (conversation !== null) return false;
  await Sessions.revokeAll(ctx, userId, "account_deleted");
  await ctx.db.delete("users", userId);
  return true;
}
