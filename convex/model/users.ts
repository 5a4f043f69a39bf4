/** Creating people and changing what they may do. */
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { appError } from "./errors";
import { record } from "./events";
import { revokeAll } from "./sessions";
import { checkContact, cleanText, normalizeEmail } from "./text";

type Role = Doc<"users">["role"];
const MAX_NAME = 100;

export function byEmail(ctx: Pick<QueryCtx, "db">, email: string): Promise<Doc<"users"> | null> {
  return ctx.db
    .query("users")
    .withIndex("by_email", (q) => q.eq("email", email))
    .unique();
}

export async function create(
  ctx: MutationCtx,
  input: { email: string; name?: string; phone?: string; role: Role },
): Promise<Id<"users">> {
  const { email, ...contact } = checkContact({
    email: input.email,
    name: input.name,
    phone: input.phone,
  });
  if (email !== undefined && (await byEmail(ctx, email)) !== null) {
    throw appError("conflict", "There is already somebody with that e-mail address.");
  }
  return await ctx.db.insert("users", {
    role: input.role,
    email,
    ...contact,
    smsConsent: "unknown",
  });
}

/** Creates the person, or gives the one who has the address this role. */
export async function ensure(
  ctx: MutationCtx,
  input: { email: string; name: string; role: Role },
): Promise<Id<"users">> {
  const known = await byEmail(ctx, normalizeEmail(input.email));
  if (known === null) return await create(ctx, input);
  if (known.role !== input.role) await ctx.db.patch("users", known._id, { role: input.role });
  return known._id;
}

export async function rename(
  ctx: MutationCtx,
  userId: Id<"users">,
  rawName: string,
): Promise<void> {
  const name = cleanText("The name", rawName, MAX_NAME);
  await ctx.db.patch("users", userId, { name });
}

/** Role changes are events. Somebody must be left who can undo this. */
export async function setRole(
  ctx: MutationCtx,
  userId: Id<"users">,
  role: Role,
  actorId: Id<"users">,
): Promise<void> {
  const user = await ctx.db.get("users", userId);
  if (user === null) throw appError("not_found", "There is no such person.");
  if (user.role === role) return;
  if (user.role === "admin" && (await isLastAdmin(ctx))) {
    throw appError("conflict", "This is the last admin. Make somebody else an admin first.");
  }
  await ctx.db.patch("users", userId, { role });
  await record(
    ctx,
    "role_changed",
    { actorId, subjectId: userId },
    { reason: `${user.role} to ${role}` },
  );
}

/**
 * Ends all sessions of a person and lets no code open another, until this is undone. Admins lose their role
 * first, so that somebody is always left who can undo this.
 */
export async function setBlocked(
  ctx: MutationCtx,
  userId: Id<"users">,
  blocked: boolean,
  actorId: Id<"users">,
): Promise<void> {
  const user = await ctx.db.get("users", userId);
  if (user === null) throw appError("not_found", "There is no such person.");
  if (blocked === (user.blockedAt !== undefined)) return;
  if (user.role === "admin") {
    throw appError("conflict", "An admin can't be blocked. Take the role away first.");
  }
  await ctx.db.patch("users", userId, { blockedAt: blocked ? Date.now() : undefined });
  if (blocked) await revokeAll(ctx, userId, "blocked");
  await record(ctx, blocked ? "blocked" : "unblocked", { actorId, subjectId: userId });
}

async function isLastAdmin(ctx: Pick<QueryCtx, "db">): Promise<boolean> {
  const admins = await ctx.db
    .query("users")
    .withIndex("by_role_and_name", (q) => q.eq("role", "admin"))
    .take(2);
  return admins.length < 2;
}
