/** People: customers, technicians, admins. How they come to be signed in is in `auth.ts`. */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import {
  adminMutation,
  internalMutation,
  publicAction,
  staffMutation,
  staffQuery,
  userMutation,
  userQuery,
} from "./functions";
import { loadCallerUser } from "./model/access/access";
import * as Accounts from "./model/accounts/accounts";
import * as Identity from "./model/accounts/identity";
import { addCustomer } from "./model/desk/people";
import * as Availability from "./model/desk/availability";
import * as Export from "./model/privacy/export";
import { checkPageSize, withoutSplit } from "./lib/pages";
import { ownUser, publicUser, vOwnUser, vPublicUser } from "./model/accounts/publicUser";
import * as Purge from "./model/privacy/purge";
import { requireRecentSignIn } from "./model/accounts/recentSignIn";
import { redeemForTokens, vTokens, type Tokens } from "./model/accounts/signIn";
import { normalizeEmail } from "./lib/text";
import * as Users from "./model/accounts/users";
import * as Staff from "./model/desk/staff";
import { vBlockReason, vCapability, vRole } from "./validators";

const userId = v.id("users");

/** The caller. */
export const me = userQuery({
  args: {},
  returns: vOwnUser,
  handler: async (ctx) => ownUser(await loadCallerUser(ctx)),
});

/**
 * A customer at the counter. The address counts as theirs only once they sign in with a code.
 * Errors: `conflict` if somebody has the address, `invalid_input`.
 */
export const createUser = staffMutation({
  limit: "write",
  args: { email: v.string(), name: v.optional(v.string()), phone: v.optional(v.string()) },
  returns: userId,
  handler: async (ctx, args) => await addCustomer(ctx, args, { actorId: ctx.user._id }),
});

/** The person with an address, or null. Staff only: an address says who somebody is. */
export const getUserByEmail = staffQuery({
  args: { email: v.string() },
  returns: v.union(vPublicUser, v.null()),
  handler: async (ctx, { email }) => {
    const user = await Users.findUserByEmail(ctx, normalizeEmail(email));
    return user && publicUser(user);
  },
});

/**
 * Changes the caller's name, 1 to 100 characters, or, of staff, whether alerts that can't wait are texted to their
 * confirmed number. Errors: `invalid_input`, `too_large`, `conflict` without such a number or after a STOP from it.
 */
export const updateUser = userMutation({
  limit: "write",
  args: { name: v.optional(v.string()), alertsByText: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { name, alertsByText }) => {
    const user = await loadCallerUser(ctx);
    if (name !== undefined) await Users.renameUser(ctx, user._id, name);
    if (alertsByText !== undefined) await Users.setAlertsByText(ctx, user, alertsByText);
    return null;
  },
});

/**
 * Says who a guest is, by a token that the server of the page around the widget has signed: HS256 under
 * `WIDGET_IDENTITY_SECRET`, `aud` "computer-guys-widget", `sub`, `iat`, `exp` five minutes later at most; `name` and
 * `email` if it knows them. They become the contact of the guest's conversations, unconfirmed: nobody is signed in or
 * merged. A token names one guest; the same guest again is no error. Errors: `code_invalid` with the reason; `forbidden`
 * for staff's addresses, and for callers who are no guests; `conflict` for an address that somebody has confirmed, or
 * (with `anotherPerson`) in a session in which somebody else was named; `invalid_input`, `too_large`, `not_configured`.
 */
export const identifyGuest = userMutation({
  limit: "write",
  args: { token: v.string() },
  returns: v.null(),
  handler: async (ctx, { token }) => {
    await Identity.identifyGuest(ctx, await loadCallerUser(ctx), token);
    return null;
  },
});

/**
 * Proves the caller's e-mail address with the code that `auth.requestCode` mailed to it. A guest becomes
 * that account, with their conversations. An account changes its address: the old one is told, and all its
 * sessions end. Only for the session that asked, and for a change only within 10 minutes of signing in;
 * public because the caller's session ends here, and the tokens of the new one are the answer. Errors:
 * `unauthenticated`, `forbidden` (with `recentSignInMs`), `code_invalid` (also for an address of somebody else's),
 * `rate_limited`.
 */
export const verifyEmail = publicAction({
  args: { challenge: v.string(), code: v.string() },
  returns: vTokens,
  handler: async (ctx, args): Promise<Tokens> => await redeemForTokens(ctx, args, true),
});

/**
 * Proves the caller's phone number with the code that `auth.requestCode` texted to it. A guest becomes that account, with
 * their conversations; an account gets the number, may be signed in to with it, and takes over what was texted from it.
 * An e-mail address of the account is told; a number that replaces another ends all sessions. Who may, and the tokens,
 * as with `verifyEmail`. Errors: `unauthenticated`, `forbidden` (with `recentSignInMs`), `code_invalid` (also for a
 * number that another account has confirmed), `rate_limited`.
 */
export const verifyPhone = publicAction({
  args: { challenge: v.string(), code: v.string() },
  returns: vTokens,
  handler: async (ctx, args): Promise<Tokens> => await redeemForTokens(ctx, args, true),
});

/**
 * Takes the caller's number off the account: nothing is texted to it, and it opens the account no longer. Errors:
 * `conflict` when there is no e-mail address to sign in with, `forbidden` (with `recentSignInMs`).
 */
export const removePhone = userMutation({
  limit: "write",
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const user = await loadCallerUser(ctx);
    await requireRecentSignIn(ctx, user, ctx.caller);
    await Accounts.removePhone(ctx, user);
    return null;
  },
});

/** People of one role, by name, at most 100 a page. */
export const list = staffQuery({
  args: { role: vRole, paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vPublicUser),
  handler: async (ctx, { role, paginationOpts }) => {
    const page = withoutSplit(
      await ctx.db
        .query("users")
        .withIndex("by_role_and_name", (q) => q.eq("role", role))
        .paginate(checkPageSize(paginationOpts)),
    );
    return { ...page, page: page.page.map(publicUser) };
  },
});

/** Makes somebody a customer, technician or admin. Errors: `not_found`, `conflict` for the last admin. */
export const setRole = adminMutation({
  limit: "write",
  args: { userId, role: vRole },
  returns: v.null(),
  handler: async (ctx, { userId, role }) => {
    await Staff.setRole(ctx, userId, { role, actorId: ctx.user._id });
    return null;
  },
});

/**
 * Keeps somebody out, or lets them in again. Blocking ends all their sessions; asking for a code answers them
 * as anybody, and no code works; what they text or mail is kept, and the AI doesn't answer it. `reason` is on the record
 * of the act. Errors: `not_found`, `conflict` for an admin.
 */
export const setBlocked = adminMutation({
  limit: "write",
  args: { userId, blocked: v.boolean(), reason: v.optional(vBlockReason) },
  returns: v.null(),
  handler: async (ctx, { userId, ...act }) => {
    await Staff.setBlocked(ctx, userId, { ...act, actorId: ctx.user._id });
    return null;
  },
});

/**
 * Makes files of everything about the caller, in the background; watch `getDataExport`. While one is being
 * made, asking again is answered with the same one. Errors: `rate_limited` (3 a day).
 */
export const exportMyData = userMutation({
  limit: "export",
  args: {},
  returns: v.object({ exportId: v.id("workflows") }),
  handler: async (ctx) => ({ exportId: await Export.startExport(ctx, ctx.caller.userId) }),
});

/** The caller's latest export, or null. Its files have URLs once it is done, and are deleted after 7 days. */
export const getDataExport = userQuery({
  args: {},
  returns: v.union(Export.vDataExport, v.null()),
  handler: async (ctx) => await Export.findLatestExport(ctx, ctx.caller.userId),
});

/**
 * On record that the caller opens a file of their export. The page calls it; storage, where the file is, calls nobody.
 * Errors: `not_found`.
 */
export const markExportRead = userMutation({
  limit: "write",
  args: { exportId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, { exportId }) => {
    await Export.markRead(ctx, ctx.caller.userId, exportId);
    return null;
  },
});

/**
 * Deletes the caller's account, or guest's, for good: every session ends in this transaction, everything is
 * erased by a durable workflow, and a receipt is mailed to a verified address. `receiptId` is its row in
 * `workflows`. Errors: `forbidden` (with `recentSignInMs`) unless the session was opened with a code in the
 * last 10 minutes, guests apart; `conflict` for the last admin.
 */
export const deleteMyAccount = userMutation({
  limit: "deletion",
  args: { confirm: v.literal("DELETE") },
  returns: v.object({ receiptId: v.id("workflows"), receiptMailed: v.boolean() }),
  handler: async (ctx) => {
    const user = await loadCallerUser(ctx);
    await requireRecentSignIn(ctx, user, ctx.caller);
    const receiptId = await Purge.startPurge(ctx, user);
    return { receiptId, receiptMailed: user.emailVerifiedAt !== undefined };
  },
});

/**
 * Begins the caller's shift, or ends it. On a shift one is given waiting conversations that fit `skills` (none:
 * everything), up to `capacity` open ones at a time (1 to 20); both are kept for the next shift. The desk says
 * that it is still there with `heartbeat`. Errors: `invalid_input`.
 */
export const setAvailability = staffMutation({
  limit: "write",
  args: {
    available: v.boolean(),
    skills: v.optional(v.array(vCapability)),
    capacity: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Availability.setAvailability(ctx, ctx.user, args);
    return null;
  },
});

/**
 * The desk is still open: every four minutes while on a shift, which ends 10 minutes after the last, or 45 s after the
 * desk said that it is being closed (`leaving`). False: there is none.
 */
export const heartbeat = staffMutation({
  limit: "write",
  args: { leaving: v.optional(v.boolean()) },
  returns: v.boolean(),
  handler: async (ctx, { leaving = false }) =>
    await Availability.renewLease(ctx, ctx.user._id, leaving),
});

/** Ends somebody's shift; whoever waits for an answer of theirs goes on to others. */
export const endShift = adminMutation({
  limit: "write",
  args: { userId },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Availability.endRunningShift(ctx, args.userId, "ended by an admin", ctx.user._id);
    return null;
  },
});

/** Who is on a shift, with what they take on and how many conversations they have. */
export const onDuty = staffQuery({
  args: {},
  returns: v.array(Availability.vOnDuty),
  handler: async (ctx) => await Availability.listOnDuty(ctx),
});

/** Scheduled by a shift for when its lease may be over. */
export const checkShift = internalMutation({
  args: { workflowId: v.id("workflows") },
  returns: v.null(),
  handler: async (ctx, args) => {
    await Availability.checkLease(ctx, args.workflowId);
    return null;
  },
});

/** For the CLI: the first admin, and staff before anybody can sign in. Repeating it changes nothing. */
export const ensureStaff = internalMutation({
  args: { email: v.string(), name: v.string(), role: vRole },
  returns: userId,
  handler: async (ctx, args) => await Staff.ensureStaff(ctx, args),
});
