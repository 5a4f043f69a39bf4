/**
 * Sessions. Secrets are made in actions (queries and mutations have a seeded generator); only keyed hashes
 * are stored. Refresh tokens rotate (RFC 9700 §4.14.2): a token's successor is derived from it, so a
 * retried or concurrent refresh gets the same successor instead of a second one, and an old token can be
 * recognized as an ancestor of the current one without being stored.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { EventType, vSession } from "../../validators";
import { recordEvent } from "../analytics/events";
import { storedHashOf, candidateHashesOf, matchesHash } from "./hashes";
import { ownUser, vOwnUser } from "./publicUser";
import { truncateText } from "../../lib/text";
import { DAY, HOUR, MINUTE } from "../../lib/time";

export const ACCESS_TOKEN_LIFETIME = 15 * MINUTE;
/**
 * Each renewal runs every subscription of a page again, and twenty pages are open all day. A session that has ended is
 * refused at once, whatever its token says: what a short one bounds is what staff may do with it.
 */
export const CUSTOMER_TOKEN_LIFETIME = 2 * HOUR;
export const SESSION_LIFETIME = 180 * DAY;
export const IDLE_LIFETIME = 30 * DAY;
/** Of one that the link of an e-mail has opened, however it is used. */
export const LINK_SESSION_LIFETIME = DAY;
/**
 * Two tabs, or a lost response: the predecessor still answers with the same successor. Longer than a
 * client waits for an answer before it tries again (15 s in `web/`), or a stalled one would end the session.
 */
export const REFRESH_GRACE = MINUTE;
/** A user's sessions: what `listSessions` shows and one transaction ends. One more ends the least used. */
export const MAX_SESSIONS = 100;
/** Longer than any browser's: the rest is somebody's play. */
const MAX_USER_AGENT = 300;
const MAX_PAGES = 50;
/** How many generations back a reused token is recognized: two days of refreshing every 15 minutes, as staff do. */
const ANCESTORS = 192;

type ActiveSession = Doc<"sessions"> & { state: "active" };
type RevokeReason = Extract<Infer<typeof vSession>, { state: "revoked" }>["reason"];

/** What an action needs to issue tokens for a session. */
export const vGrant = v.object({
  sessionId: v.id("sessions"),
  refreshToken: v.string(),
  /** No access token outlives the session. */
  expiresAt: v.number(),
  user: vOwnUser,
});
export type Grant = Infer<typeof vGrant>;

const refreshHashes = (token: string) => candidateHashesOf("refresh", token);
/** The tokens that may follow `token`: derived under the current secret, or under the one before. */
const successors = (token: string) => candidateHashesOf("refresh-successor", token);

/**
 * Opens a session. `secret` is 256 bits from an action's generator. With `conversationId` it reads and writes in that
 * one besides its user's own, for a day.
 */
export async function open(
  ctx: MutationCtx,
  userId: Id<"users">,
  secret: string,
  conversationId?: Id<"conversations">,
): Promise<Grant> {
  const { userAgent } = await ctx.meta.getRequestMetadata();
  const now = Date.now();
  await makeRoom(ctx, userId);
  const expiresAt = now + (conversationId === undefined ? IDLE_LIFETIME : LINK_SESSION_LIFETIME);
  const sessionId = await ctx.db.insert("sessions", {
    state: "active",
    userId,
    refreshHash: storedHashOf("refresh", secret),
    rotatedAt: now,
    expiresAt,
    userAgent: userAgent === null ? undefined : truncateText(userAgent, MAX_USER_AGENT),
    conversationId,
  });
  return await grant(ctx, { _id: sessionId, userId, expiresAt }, secret);
}

async function makeRoom(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const sessions = await listActive(ctx, userId);
  if (sessions.length < MAX_SESSIONS) return;
  const leastUsed = sessions.reduce((a, b) => (b.rotatedAt < a.rotatedAt ? b : a));
  await revoke(ctx, leastUsed, "replaced");
  await recordEvent(ctx, "session_revoked", { subjectId: userId }, { reason: "too_many" });
}

async function grant(
  ctx: MutationCtx,
  session: Pick<ActiveSession, "_id" | "userId" | "expiresAt">,
  secret: string,
): Promise<Grant> {
  const { _id: sessionId, userId, expiresAt } = session;
  const user = await ctx.db.get("users", userId);
  if (user === null) throw new Error("A session without a user.");
  const refreshToken = `${sessionId}.${secret}`;
  return { sessionId, refreshToken, expiresAt, user: ownUser(user) };
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
  const presented = refreshHashes(secret);
  if (matchesHash(presented, session.refreshHash)) {
    return await advance(ctx, session, { secret, underCurrentSecret: presented[0] });
  }
  if (
    matchesHash(presented, session.previousRefreshHash) &&
    now < session.rotatedAt + REFRESH_GRACE
  ) {
    // Under whichever secret the successor was derived when it was first given out.
    const next = successors(secret).find((token) =>
      matchesHash(refreshHashes(token), session.refreshHash),
    );
    return next === undefined ? null : await grant(ctx, session, next);
  }
  if (isAncestor(secret, session)) await revoke(ctx, session, "refresh_reuse");
  return null;
}

async function advance(
  ctx: MutationCtx,
  session: ActiveSession,
  { secret, underCurrentSecret }: { secret: string; underCurrentSecret: string },
): Promise<Grant> {
  const now = Date.now();
  const next = storedHashOf("refresh-successor", secret);
  const lifetime = session.conversationId === undefined ? SESSION_LIFETIME : LINK_SESSION_LIFETIME;
  const expiresAt = Math.min(now + IDLE_LIFETIME, Math.floor(session._creationTime) + lifetime);
  await ctx.db.patch("sessions", session._id, {
    refreshHash: storedHashOf("refresh", next),
    previousRefreshHash: session.refreshHash,
    rotatedAt: now,
    expiresAt,
    // The first refresh after `JWT_SECRET` changed: the chain of tokens goes on under the new secret.
    ...(session.refreshHash !== underCurrentSecret && { lastOldHash: session.refreshHash }),
  });
  return await grant(ctx, { ...session, expiresAt }, next);
}

/** True for a token that this session was once given: somebody else may hold it, so the session ends. */
function isAncestor(secret: string, { refreshHash, lastOldHash }: ActiveSession): boolean {
  if (!/^[\w-]{32,80}$/.test(secret)) return false;
  return successors(secret).some((_, which) => {
    let token = secret;
    for (let i = 0; i < ANCESTORS; i++) {
      const candidates = refreshHashes(token);
      if (matchesHash(candidates, refreshHash) || matchesHash(candidates, lastOldHash)) return true;
      token = successors(token)[which]!;
    }
    return false;
  });
}

/**
 * What the end of a session is recorded as. The other reasons are the ends of acts with an event of their own:
 * a sign-in, a changed address, a blocked or signed out person, a deleted account.
 */
const EVENTS: Partial<Record<RevokeReason, EventType>> = {
  logout: "signed_out",
  revoked: "session_revoked",
  refresh_reuse: "token_reused",
};

/** Ends a session from this transaction on. The row stays until no access token can name it any more. */
export async function revoke(
  ctx: MutationCtx,
  session: ActiveSession,
  reason: RevokeReason,
): Promise<void> {
  await ctx.db.replace("sessions", session._id, {
    state: "revoked",
    userId: session.userId,
    reason,
    userAgent: session.userAgent,
    expiresAt: Date.now() + CUSTOMER_TOKEN_LIFETIME + MINUTE,
  });
  const type = EVENTS[reason];
  if (type === undefined) return;
  // Who holds an old token is not known: it was done to the account, not by it.
  const { userId } = session;
  await recordEvent(
    ctx,
    type,
    reason === "refresh_reuse" ? { subjectId: userId } : { actorId: userId },
  );
}

/** Ends a session in whose place there is another one now. */
export async function revokeReplaced(
  ctx: MutationCtx,
  sessionId: Id<"sessions"> | undefined,
): Promise<void> {
  const session = sessionId && (await ctx.db.get("sessions", sessionId));
  if (session?.state === "active") await revoke(ctx, session, "replaced");
}

/** Ends all sessions of a user, `except` one; answers how many. */
export async function revokeAll(
  ctx: MutationCtx,
  userId: Id<"users">,
  reason: RevokeReason,
  { except }: { except?: Id<"sessions"> } = {},
): Promise<number> {
  let ended = 0;
  // Sessions that were opened before there was a `MAX_SESSIONS` may be more than a page of them.
  for (let page = 0; page < MAX_PAGES; page++) {
    const sessions = await listActive(ctx, userId);
    const ending = sessions.filter(({ _id }) => _id !== except);
    for (const session of ending) await revoke(ctx, session, reason);
    ended += ending.length;
    if (sessions.length < MAX_SESSIONS) break;
  }
  return ended;
}

/** A user's sessions: all, since `open` keeps them at `MAX_SESSIONS`. */
export async function listActive(
  ctx: Pick<QueryCtx, "db">,
  userId: Id<"users">,
): Promise<ActiveSession[]> {
  const rows = await ctx.db
    .query("sessions")
    .withIndex("by_user_and_state", (q) => q.eq("userId", userId).eq("state", "active"))
    .take(MAX_SESSIONS);
  return rows.filter((row) => row.state === "active");
}
