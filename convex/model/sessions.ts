/**
 * Sign-in attempts and sessions. Secrets are made in actions (queries and mutations have a seeded
 * generator); only keyed hashes are stored. Refresh tokens rotate (RFC 9700 §4.14.2): a token's successor
 * is derived from it, so a retried or concurrent refresh gets the same successor instead of a second one,
 * and an old token can be recognized as an ancestor of the current one without being stored.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { jwtSecrets } from "../env";
import type { vSession } from "../validators";
import { constantTimeEqual, keyedHash } from "./keys";
import { mergeOrUpgrade } from "./accounts";
import { publicUser, vPublicUser } from "./projections";
import { truncate } from "./text";
import { DAY, MINUTE } from "./time";

export const ACCESS_TOKEN_LIFETIME = 15 * MINUTE;
export const SESSION_LIFETIME = 180 * DAY;
export const IDLE_LIFETIME = 30 * DAY;
/**
 * Two tabs, or a lost response: the predecessor still answers with the same successor. Longer than a
 * client waits for an answer before it tries again (15 s in `web/`), or a stalled one would end the session.
 */
export const REFRESH_GRACE = MINUTE;
/** Of one address: whoever asks for a code voids nobody else's, and ten people asking is a nuisance. */
export const MAX_LIVE_CODES = 3;
export const CODE_LIFETIME = 10 * MINUTE;
export const CODE_ATTEMPTS = 5;
/** How many generations back a reused token is recognized: two days of refreshing every 15 minutes. */
const ANCESTORS = 192;

type ActiveSession = Extract<Infer<typeof vSession>, { state: "active" }>;
type RevokeReason = Extract<Infer<typeof vSession>, { state: "revoked" }>["reason"];

/** What an action needs to issue tokens for a session. */
export const vGrant = v.object({
  sessionId: v.id("sessions"),
  refreshToken: v.string(),
  user: vPublicUser,
});
export type Grant = Infer<typeof vGrant>;

const hash = (purpose: string, value: string, secret = jwtSecrets()[0]) =>
  keyedHash(secret, purpose, value);
const refreshHashes = (token: string) =>
  jwtSecrets().map((secret) => hash("refresh", token, secret));
const matches = (hashes: string[], stored: string | undefined) =>
  stored !== undefined && hashes.some((candidate) => constantTimeEqual(candidate, stored));
const successor = (token: string) => hash("refresh-successor", token);

/** Opens a session. `secret` is 256 bits from an action's generator. */
export async function open(ctx: MutationCtx, userId: Id<"users">, secret: string): Promise<Grant> {
  const { userAgent } = await ctx.meta.getRequestMetadata();
  const now = Date.now();
  const sessionId = await ctx.db.insert("sessions", {
    state: "active",
    userId,
    refreshHash: hash("refresh", secret),
    rotatedAt: now,
    expiresAt: now + IDLE_LIFETIME,
    userAgent: userAgent === null ? undefined : truncate(userAgent, 200),
  });
  return await grant(ctx, sessionId, userId, secret);
}

async function grant(
  ctx: MutationCtx,
  sessionId: Id<"sessions">,
  userId: Id<"users">,
  secret: string,
) {
  const user = await ctx.db.get("users", userId);
  if (user === null) throw new Error("A session without a user.");
  return { sessionId, refreshToken: `${sessionId}.${secret}`, user: publicUser(user) };
}

/**
 * Trades a refresh token for its successor. Null for a token that is wrong, expired or revoked: the answer
 * is the same, and a token that was never ours revokes nothing for anybody.
 */
export async function rotate(ctx: MutationCtx, refreshToken: string): Promise<Grant | null> {
  const [id = "", secret = "", ...rest] = refreshToken.slice(0, 300).split(".");
  const sessionId = rest.length === 0 ? ctx.db.normalizeId("sessions", id) : null;
  const session = sessionId && (await ctx.db.get("sessions", sessionId));
  if (!session || session.state !== "active") return null;
  const now = Date.now();
  if (now >= session.expiresAt) {
    await ctx.db.delete("sessions", session._id);
    return null;
  }
  const hashes = refreshHashes(secret);
  if (matches(hashes, session.refreshHash)) {
    const next = successor(secret);
    await ctx.db.patch("sessions", session._id, {
      refreshHash: hash("refresh", next),
      previousRefreshHash: session.refreshHash,
      rotatedAt: now,
      expiresAt: Math.min(now + IDLE_LIFETIME, session._creationTime + SESSION_LIFETIME),
    });
    return await grant(ctx, session._id, session.userId, next);
  }
  if (matches(hashes, session.previousRefreshHash) && now < session.rotatedAt + REFRESH_GRACE) {
    return await grant(ctx, session._id, session.userId, successor(secret));
  }
  if (isAncestor(secret, session)) await revoke(ctx, session, "refresh_reuse");
  return null;
}

/** True for a token that this session was once given: somebody else may hold it, so the session ends. */
function isAncestor(secret: string, session: ActiveSession): boolean {
  if (!/^[\w-]{32,80}$/.test(secret)) return false;
  let token = secret;
  for (let i = 0; i < ANCESTORS; i++) {
    if (matches(refreshHashes(token), session.refreshHash)) return true;
    token = successor(token);
  }
  return false;
}

/** Ends a session from this transaction on. The row stays until no access token can name it any more. */
export async function revoke(
  ctx: MutationCtx,
  session: Doc<"sessions"> & { state: "active" },
  reason: RevokeReason,
): Promise<void> {
  await ctx.db.replace("sessions", session._id, {
    state: "revoked",
    userId: session.userId,
    reason,
    userAgent: session.userAgent,
    expiresAt: Date.now() + ACCESS_TOKEN_LIFETIME + MINUTE,
  });
}

/** Sessions of one user that `listSessions` shows, and that one transaction revokes. */
export const MAX_SESSIONS = 100;

export async function activeSessions(ctx: Pick<QueryCtx, "db">, userId: Id<"users">) {
  const rows = await ctx.db
    .query("sessions")
    .withIndex("by_user_and_state", (q) => q.eq("userId", userId).eq("state", "active"))
    .take(MAX_SESSIONS);
  return rows.filter((row) => row.state === "active");
}

/**
 * Stores a sign-in attempt. Each has a challenge of its own, which only whoever asked holds, so a code that
 * a stranger asks for neither works for them nor voids the owner's.
 */
export async function storeCode(
  ctx: MutationCtx,
  input: { address: string; challenge: string; code: string; guestSessionId?: Id<"sessions"> },
): Promise<number> {
  const { address, challenge, code, guestSessionId } = input;
  const earlier = await ctx.db
    .query("sessions")
    .withIndex("by_state_and_address", (q) => q.eq("state", "pending").eq("address", address))
    .order("desc")
    .take(10);
  for (const row of earlier.slice(MAX_LIVE_CODES - 1)) await ctx.db.delete("sessions", row._id);
  const expiresAt = Date.now() + CODE_LIFETIME;
  await ctx.db.insert("sessions", {
    state: "pending",
    address,
    challengeHash: hash("challenge", challenge),
    codeHash: hash("code", `${challenge}:${code}`),
    attempts: 0,
    expiresAt,
    guestSessionId,
  });
  return expiresAt;
}

/**
 * Redeems a code once: the row goes in the transaction that opens the session. Null for a wrong code, a
 * wrong or expired challenge and too many attempts alike. Never throws for those: the attempt must count.
 */
export async function redeem(
  ctx: MutationCtx,
  input: { challenge: string; code: string; secret: string; askedBy?: Id<"sessions"> },
): Promise<Grant | null> {
  const { challenge, code, secret, askedBy } = input;
  const pending = await ctx.db
    .query("sessions")
    .withIndex("by_challenge_hash", (q) => q.eq("challengeHash", hash("challenge", challenge)))
    .unique();
  // The same work whether or not there is such a challenge.
  const candidate = hash("code", `${challenge}:${code}`);
  if (pending?.state !== "pending") return null;
  const right = constantTimeEqual(candidate, pending.codeHash);
  const ours = askedBy === undefined || pending.guestSessionId === askedBy;
  if (!right || !ours || Date.now() >= pending.expiresAt) {
    const attempts = pending.attempts + 1;
    if (attempts >= CODE_ATTEMPTS) await ctx.db.delete("sessions", pending._id);
    else await ctx.db.patch("sessions", pending._id, { attempts });
    return null;
  }
  await ctx.db.delete("sessions", pending._id);
  const guest = pending.guestSessionId && (await ctx.db.get("sessions", pending.guestSessionId));
  const guestId = guest?.state === "active" ? guest.userId : undefined;
  const userId = await mergeOrUpgrade(ctx, pending.address, guestId);
  return await open(ctx, userId, secret);
}
