/** Invariant 6: a session that has ended reads nothing. */
import { mutantOf, type Mutant } from "./mutant";

const SESSIONS_FILE = "convex/model/accounts/sessions.ts";
const ACCOUNTS = "convex/model/accounts/accounts.ts";

const ended = mutantOf(6, "sign-in");

export const SESSIONS: Mutant[] = [
  ended({
    name: "a revoked session is one",
    file: "convex/model/access/access.ts",
    find: `const session = sessionId && (await ctx.db.get("sessions", sessionId));`,
    replace: `const row = sessionId && (await ctx.db.get("sessions", sessionId));
  const session =
    row?.state === "revoked" ? { ...row, state: "active" as const, conversationId: undefined } : row;`,
    why: "its row is still there, and is taken for a session's",
  }),
  ended({
    name: "just refreshed, not ended",
    file: SESSIONS_FILE,
    find: `sessions.filter(({ _id }) => _id !== except)`,
    replace: `sessions.filter(({ _id, rotatedAt }) => _id !== except && rotatedAt < Date.now())`,
    why: "a session that was renewed in the same moment outlives the end of all",
  }),
  ended({
    name: "the same address again",
    file: ACCOUNTS,
    find: `await Sessions.revokeAll(ctx, user._id, changed ? "email_changed" : "revoked");`,
    replace: `if (changed) await Sessions.revokeAll(ctx, user._id, "email_changed");`,
    why: "proving the address that one has ends no other session",
  }),
  ended({
    name: "the guest's sessions go on",
    file: ACCOUNTS,
    find: `    await Sessions.revokeAll(ctx, guest._id, "upgraded");
    await ctx.db.patch("users", guest._id, { email,`,
    replace: `    await ctx.db.patch("users", guest._id, { email,`,
    why: "a guest who becomes an account keeps the tokens of before",
  }),
  ended({
    name: "the shop's computer stays signed in",
    file: ACCOUNTS,
    find: `    await Sessions.revokeAll(ctx, guest._id, "upgraded");
    return;`,
    replace: `    return;`,
    why: "a technician signs in, and the guest's session reads on",
  }),
  ended({
    name: "blocked, and still there",
    file: "convex/model/desk/staff.ts",
    find: `    await Sessions.revokeAll(ctx, userId, "blocked");
    if (user.role !== "customer")`,
    replace: `    if (user.role !== "customer") await Sessions.revokeAll(ctx, userId, "blocked");
    if (user.role !== "customer")`,
    why: "blocking ends the sessions of staff only",
  }),
  ended({
    name: "the browser's old session is left behind",
    file: "convex/model/accounts/redemption.ts",
    find: `if (userId !== null && asker !== null && !Guests.isGuest(asker)) {`,
    replace: `if (userId !== null && asker !== null && asker._id === userId) {`,
    why: "it ends only when the same account signs in again",
  }),
  ended({
    name: "a moment after its end",
    file: SESSIONS_FILE,
    find: `  if (now >= session.expiresAt) {`,
    replace: `  if (now > session.expiresAt) {`,
    why: "refreshed in the millisecond in which it is over",
  }),
];
