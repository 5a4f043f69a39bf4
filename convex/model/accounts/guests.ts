/** Guests: customers who have proved no address and no number. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import * as Sessions from "./sessions";

export const isGuest = (user: Doc<"users">) =>
  user.role === "customer" &&
  user.emailVerifiedAt === undefined &&
  user.phoneVerifiedAt === undefined;

/** How to reach a guest who begins a conversation, as the server of the page around the widget has said. */
export function contactOfClaim(user: Doc<"users"> | null): Doc<"conversations">["contact"] {
  if (!user?.claim || !isGuest(user)) return undefined;
  const { name, email } = user.claim;
  return name === undefined && email === undefined ? undefined : { name, email };
}

export async function createGuest(ctx: MutationCtx): Promise<Id<"users">> {
  return await ctx.db.insert("users", { role: "customer", smsConsent: "unknown" });
}

/** Deletes a guest who left no trace: no contact, no note, no conversation. False, and nothing done, for anybody else. */
export async function removeUnusedGuest(ctx: MutationCtx, userId: Id<"users">): Promise<boolean> {
  const user = await ctx.db.get("users", userId);
  if (user === null || !isGuest(user)) return false;
  if ([user.name, user.email, user.phone, user.notes].some((known) => known !== undefined)) {
    return false;
  }
  const conversation = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", userId))
    .first();
  if (conversation !== null) return false;
  await Sessions.revokeAll(ctx, userId, "account_deleted");
  await ctx.db.delete("users", userId);
  return true;
}
