/** Who works here: roles, blocking, and that an admin is left. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { recordAct } from "../analytics/events";
import { returnAllWork } from "./availability";
import * as Sessions from "../accounts/sessions";
import { normalizeEmail } from "../../lib/text";
import { type Role, findUserByEmail, createUser, noPersonError } from "../accounts/users";

/** For the CLI: creates the person, or gives the one who has the address this role. Both are audit events. */
export async function ensureStaff(
  ctx: MutationCtx,
  input: { email: string; name: string; role: Role },
): Promise<Id<"users">> {
  const known = await findUserByEmail(ctx, normalizeEmail(input.email));
  if (known !== null) {
    await setRole(ctx, known._id, { role: input.role });
    return known._id;
  }
  const subjectId = await createUser(ctx, input);
  await recordAct(ctx, "user_created", { subjectId }, { reason: input.role });
  return subjectId;
}

/** Role changes are events. Somebody must be left who can undo this. Without an actor: by the CLI. */
export async function setRole(
  ctx: MutationCtx,
  userId: Id<"users">,
  { role, actorId }: { role: Role; actorId?: Id<"users"> },
): Promise<void> {
  const user = await ctx.db.get("users", userId);
  if (user === null || user.deletingAt !== undefined) throw noPersonError();
  if (user.role === role) return;
  await refuseLastAdmin(ctx, user);
  await ctx.db.patch("users", userId, { role });
  // A customer can't answer: nobody would. What is more than a batch stays visible in the desk's lists.
  if (role === "customer") await returnAllWork(ctx, userId, actorId);
  const refs = { actorId, subjectId: userId };
  await recordAct(ctx, "role_changed", refs, { reason: `${user.role} to ${role}` });
}

/** `conflict` if this is the only admin left. Reads the range that a change of roles writes. */
export async function refuseLastAdmin(
  ctx: Pick<QueryCtx, "db">,
  user: Doc<"users">,
): Promise<void> {
  if (user.role === "admin" && (await isLastAdmin(ctx))) {
    throw appError("conflict", "This is the last admin. Make somebody else an admin first.");
  }
}

/**
 * Ends all sessions of a person and lets no code open another, until this is undone. Admins lose their role
 * first, so that somebody is always left who can undo this. Without an actor: by the CLI.
 */
export async function setBlocked(
  ctx: MutationCtx,
  userId: Id<"users">,
  { blocked, actorId }: { blocked: boolean; actorId?: Id<"users"> },
): Promise<void> {
  const user = await ctx.db.get("users", userId);
  if (user === null || user.deletingAt !== undefined) throw noPersonError();
  if (blocked === (user.blockedAt !== undefined)) return;
  if (user.role === "admin") {
    throw appError("conflict", "An admin can't be blocked. Take the role away first.");
  }
  await ctx.db.patch("users", userId, { blockedAt: blocked ? Date.now() : undefined });
  if (blocked) {
    await Sessions.revokeAll(ctx, userId, "blocked");
    if (user.role !== "customer") await returnAllWork(ctx, userId, actorId);
  }
  await recordAct(ctx, blocked ? "blocked" : "unblocked", { actorId, subjectId: userId });
}

async function isLastAdmin(ctx: Pick<QueryCtx, "db">): Promise<boolean> {
  const admins = await ctx.db
    .query("users")
    .withIndex("by_role_and_name", (q) => q.eq("role", "admin"))
    .take(2);
  return admins.length < 2;
}
