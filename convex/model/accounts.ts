/**
 * Who a verified address belongs to. A guest who verifies one becomes that account: upgraded in place, or
 * merged into the account that owns the address, in one transaction. Never on an unverified address.
 */
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { activeSessions, revoke } from "./sessions";

/** Conversations moved in one transaction; the rest follow in further ones. */
const MAX_MOVED = 500;

export const isGuest = (user: Doc<"users">) =>
  user.role === "customer" && user.emailVerifiedAt === undefined;

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
    .withIndex("by_user_and_status", (q) => q.eq("userId", userId))
    .first();
  if (conversation !== null) return false;
  for (const session of await activeSessions(ctx, userId)) await revoke(ctx, session, "logout");
  await ctx.db.delete("users", userId);
  return true;
}

/** The account of an address that has just been proved, with the guest's conversations in it. */
export async function mergeOrUpgrade(
  ctx: MutationCtx,
  email: string,
  guestId: Id<"users"> | undefined,
): Promise<Id<"users">> {
  const found = guestId && (await ctx.db.get("users", guestId));
  const guest = found && isGuest(found) ? found : null;
  const owner = await ctx.db
    .query("users")
    .withIndex("by_email", (q) => q.eq("email", email))
    .unique();
  const emailVerifiedAt = Date.now();
  if (guest !== null) await revokeAll(ctx, guest._id);
  if (owner !== null) {
    if (owner.emailVerifiedAt === undefined)
      await ctx.db.patch("users", owner._id, { emailVerifiedAt });
    if (guest !== null && guest._id !== owner._id) await merge(ctx, guest, owner);
    return owner._id;
  }
  if (guest !== null) {
    await ctx.db.patch("users", guest._id, { email, emailVerifiedAt });
    return guest._id;
  }
  return await ctx.db.insert("users", {
    role: "customer",
    email,
    emailVerifiedAt,
    smsConsent: "unknown",
  });
}

async function revokeAll(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  for (const session of await activeSessions(ctx, userId)) await revoke(ctx, session, "upgraded");
}

async function merge(ctx: MutationCtx, guest: Doc<"users">, owner: Doc<"users">): Promise<void> {
  if (owner.name === undefined && guest.name !== undefined) {
    await ctx.db.patch("users", owner._id, { name: guest.name });
  }
  await moveConversations(ctx, guest._id, owner._id);
}

/** Moves a batch, goes on by itself, and deletes the guest when nothing is left. */
export async function moveConversations(
  ctx: MutationCtx,
  from: Id<"users">,
  to: Id<"users">,
): Promise<void> {
  const conversations = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_status", (q) => q.eq("userId", from))
    .take(MAX_MOVED);
  const owner = await ctx.db.get("users", to);
  // The account was deleted while its guest's conversations were on their way into it.
  if (owner === null || owner.deletingAt !== undefined) return await eraseRest(ctx, from);
  for (const { _id } of conversations) await ctx.db.patch("conversations", _id, { userId: to });
  if (conversations.length === MAX_MOVED) {
    await ctx.scheduler.runAfter(0, internal.auth.moveConversations, { from, to });
  } else {
    await ctx.db.delete("users", from);
    await eraseRest(ctx, from);
  }
}

const eraseRest = async (ctx: MutationCtx, userId: Id<"users">) => {
  await ctx.scheduler.runAfter(0, internal.privacy.eraseRest, { userId });
};
