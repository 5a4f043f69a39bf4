/** Who works here: roles, blocking, and that an admin is left. */
import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { recordAct } from "../analytics/events";
import { endRunningShift, returnAllWork } from "./availability";
import { storedHashOf } from "../accounts/hashes";
import { publicUser, vPublicUser } from "../accounts/publicUser";
import * as Sessions from "../accounts/sessions";
import { DEFAULT_CAPACITY } from "../handoff/shifts";
import { normalizeEmail } from "../../lib/text";
import { DAY } from "../../lib/time";
import { userFields, vCapability, type BlockReason } from "../../validators";
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

/** A colleague, as admins see them in the settings. */
export const vColleague = vPublicUser.extend({
  skills: v.array(vCapability),
  capacity: v.number(),
  /** Compare it with the client's clock. */
  awayUntil: userFields.awayUntil,
});

/** At most this many of each role. */
const MAX_STAFF = 200;

/** Admins first, by name. */
export async function listStaff(ctx: Pick<QueryCtx, "db">): Promise<Infer<typeof vColleague>[]> {
  const found: Doc<"users">[] = [];
  for (const role of ["admin", "technician"] as const) {
    const some = await ctx.db
      .query("users")
      .withIndex("by_role_and_name", (q) => q.eq("role", role))
      .take(MAX_STAFF);
    found.push(...some.filter(({ deletingAt }) => deletingAt === undefined));
  }
  return found.map((user) => ({
    ...publicUser(user),
    skills: user.skills ?? [],
    capacity: user.capacity ?? DEFAULT_CAPACITY,
    awayUntil: user.awayUntil,
  }));
}

/** Errors: `not_found` for customers, too. */
export async function requireColleague(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<Doc<"users">> {
  const user = await ctx.db.get("users", userId);
  if (user === null || user.role === "customer" || user.deletingAt !== undefined) {
    throw appError("not_found", "There is no such colleague.");
  }
  return user;
}

/**
 * Makes somebody staff by their address, known or not, and mails them how they sign in; again for whoever is it already.
 * Errors: `invalid_input`, `conflict` for who is blocked, and for an admin who would become a technician that way.
 */
export async function inviteStaff(
  ctx: MutationCtx,
  { email, name, role }: { email: string; name?: string; role: "technician" | "admin" },
  actorId: Id<"users">,
): Promise<Id<"users">> {
  const known = await findUserByEmail(ctx, normalizeEmail(email));
  if (known?.blockedAt !== undefined) {
    throw appError("conflict", "They are blocked. Unblock them first.");
  }
  if (known?.role === "admin" && role !== "admin") {
    throw appError("conflict", "They are an admin already. Change their role in the list.");
  }
  const subjectId = known?._id ?? (await createUser(ctx, { email, name, role }));
  if (known !== null) await setRole(ctx, known._id, { role, actorId });
  const to = known?.email ?? normalizeEmail(email);
  const key = storedHashOf("mail", `${subjectId} ${Date.now()} invited`);
  const mail = { to, key, attempt: 1, change: "invited" as const };
  await ctx.scheduler.runAfter(0, internal.auth.tellOldAddress, mail);
  await recordAct(ctx, "staff_invited", { actorId, subjectId }, { reason: role });
  return subjectId;
}

/** Longer is no leave but an account to be taken the role from. */
const MAX_AWAY = 366 * DAY;

/**
 * On leave until then, or (null) back: their shift ends, and all that they have goes to the others. Errors: `not_found`,
 * `invalid_input`.
 */
export async function setAway(
  ctx: MutationCtx,
  userId: Id<"users">,
  until: number | null,
  actorId: Id<"users">,
): Promise<void> {
  await requireColleague(ctx, userId);
  const now = Date.now();
  if (until !== null && !(until > now && until <= now + MAX_AWAY)) {
    throw appError("invalid_input", "A leave ends in the future, within a year.");
  }
  await ctx.db.patch("users", userId, { awayUntil: until ?? undefined });
  if (until !== null) await returnAllWork(ctx, userId, actorId);
  const refs = { actorId, subjectId: userId };
  await recordAct(ctx, "staff_away", refs, { reason: until === null ? "back" : "away" });
}

/** Signs somebody out everywhere, the asking session apart, and ends their shift. Errors: `not_found`. */
export async function endSessions(
  ctx: MutationCtx,
  userId: Id<"users">,
  caller: { userId: Id<"users">; sessionId: Id<"sessions"> },
): Promise<number> {
  await requireColleague(ctx, userId);
  const isOwn = userId === caller.userId;
  const except = isOwn ? caller.sessionId : undefined;
  const ended = await Sessions.revokeAll(ctx, userId, "by_admin", { except });
  if (!isOwn) await endRunningShift(ctx, userId, "ended by an admin", caller.userId);
  const refs = { actorId: caller.userId, subjectId: userId };
  await recordAct(ctx, "staff_signed_out", refs);
  return ended;
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
  { blocked, reason, actorId }: { blocked: boolean; reason?: BlockReason; actorId?: Id<"users"> },
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
  await recordAct(
    ctx,
    blocked ? "blocked" : "unblocked",
    { actorId, subjectId: userId },
    { reason },
  );
}

async function isLastAdmin(ctx: Pick<QueryCtx, "db">): Promise<boolean> {
  const admins = await ctx.db
    .query("users")
    .withIndex("by_role_and_name", (q) => q.eq("role", "admin"))
    .take(2);
  return admins.length < 2;
}
