/** The shop's own people, as admins keep them. Roles, blocking and shifts are in `users.ts`; rules: `model/desk/staff.ts`. */
import { v } from "convex/values";
import { adminMutation, adminQuery } from "./functions";
import { recordAct } from "./model/analytics/events";
import { setWork as storeWork } from "./model/desk/availability";
import * as Staff from "./model/desk/staff";
import { literals, vCapability, vTimestamp } from "./validators";

const userId = v.id("users");

/** Admins and technicians, by name: at most 200 of each. `awayUntil` may be over: compare it with the client's clock. */
export const list = adminQuery({
  args: {},
  returns: v.array(Staff.vColleague),
  handler: async (ctx) => await Staff.listStaff(ctx),
});

/**
 * Adds somebody to the staff by their e-mail address, or makes staff of a customer who has it, and mails them how they
 * sign in: with a code, at the desk. Whoever is it already is mailed again. Errors: `invalid_input`, `too_large`,
 * `conflict` for who is blocked, and for an admin who is invited as a technician.
 */
export const invite = adminMutation({
  limit: "write",
  args: {
    email: v.string(),
    name: v.optional(v.string()),
    role: literals("technician", "admin"),
  },
  returns: userId,
  handler: async (ctx, args) => await Staff.inviteStaff(ctx, args, ctx.user._id),
});

/**
 * What a colleague takes on while they are on a shift: `skills` (none: everything), up to `capacity` open conversations
 * at a time (1 to 20). It holds from the next assignment on. Errors: `not_found`, `invalid_input`.
 */
export const setWork = adminMutation({
  limit: "write",
  args: { userId, skills: v.array(vCapability), capacity: v.number() },
  returns: v.null(),
  handler: async (ctx, { userId, ...work }) => {
    await Staff.requireColleague(ctx, userId);
    await storeWork(ctx, userId, work);
    const refs = { actorId: ctx.user._id, subjectId: userId };
    await recordAct(ctx, "staff_changed", refs, { reason: "skills, capacity" });
    return null;
  },
});

/**
 * Sends a colleague on leave `until` a time within a year, or (null) says that they are back. On leave nothing is given
 * to them, and no alert goes to them while anybody else is there; their shift ends, and what they have open goes back to
 * the queue. Beginning a shift ends it. Errors: `not_found`, `invalid_input`.
 */
export const setAway = adminMutation({
  limit: "write",
  args: { userId, until: v.union(vTimestamp, v.null()) },
  returns: v.null(),
  handler: async (ctx, { userId, until }) => {
    await Staff.setAway(ctx, userId, until, ctx.user._id);
    return null;
  },
});

/** Signs a colleague out on every device, the caller's own session apart, and ends their shift. Errors: `not_found`. */
export const endSessions = adminMutation({
  limit: "write",
  args: { userId },
  returns: v.object({ ended: v.number() }),
  handler: async (ctx, { userId }) => ({ ended: await Staff.endSessions(ctx, userId, ctx.caller) }),
});
