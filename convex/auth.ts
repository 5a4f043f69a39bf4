/**
 * Sign-in without passwords. Codes and tokens are made in actions, checked in mutations; the rules are in
 * `model/sessions.ts`, `model/accounts.ts` and `model/tokens.ts`. The actions are public because whoever
 * signs in has no session yet; each is limited per IP, and per address where there is one.
 */
import { v, type Infer } from "convex/values";
import { internal } from "./_generated/api";
import type { ActionCtx } from "./_generated/server";
import { shopEnv } from "./env";
import { internalMutation, publicAction, publicQuery, userMutation, userQuery } from "./functions";
import { requireCaller, requireStaff } from "./model/access";
import { createGuest } from "./model/accounts";
import { appError } from "./model/errors";
import { base64url } from "./model/keys";
import {
  consume,
  LIMITS,
  rateLimited,
  requestIp,
  tryConsume,
  type LimitName,
} from "./model/limits";
import { vPublicUser } from "./model/projections";
import * as Sessions from "./model/sessions";
import { normalizeEmail } from "./model/text";
import { MINUTE } from "./model/time";
import { signAccessToken, verifyAccessToken } from "./model/tokens";
import { sendEmail } from "./providers/email";
import { ProviderError } from "./providers/errors";

/** `accessTokenExpiresAt` in ms since the epoch; send `accessToken` as a bearer token. */
const vTokens = v.object({
  accessToken: v.string(),
  accessTokenExpiresAt: v.number(),
  refreshToken: v.string(),
  user: vPublicUser,
});
type Tokens = Infer<typeof vTokens>;

const vLimited = v.object({ kind: v.literal("limited"), retryAfterMs: v.number() });
/** Outcomes are values: a thrown error would roll back the count of the attempt. */
const vOutcome = v.union(
  v.object({ kind: v.literal("granted"), grant: Sessions.vGrant }),
  v.object({ kind: v.literal("refused") }),
  vLimited,
);

/** A session for somebody who has not said who they are. Errors: `rate_limited`, `not_configured`. */
export const createGuestSession = publicAction({
  args: {},
  returns: vTokens,
  handler: async (ctx): Promise<Tokens> => {
    const grant = await ctx.runMutation(internal.auth.openGuestSession, { secret: randomSecret() });
    return await tokensFor(grant);
  },
});

/**
 * Mails a 6-digit code, good for 10 minutes and 5 attempts. The answer is the same for every address.
 * Trade `challenge` and the code for tokens with `createSession`. Errors: `invalid_input`,
 * `rate_limited`, `provider_unavailable`, `not_configured`.
 */
export const requestCode = publicAction({
  args: { email: v.string() },
  returns: v.object({ challenge: v.string(), expiresAt: v.number() }),
  handler: async (ctx, args): Promise<{ challenge: string; expiresAt: number }> => {
    const email = normalizeEmail(args.email);
    const challenge = randomSecret();
    const code = randomCode();
    const stored = await ctx.runMutation(internal.auth.storeCode, { email, challenge, code });
    if (stored.kind === "limited") throw rateLimited(stored.retryAfterMs);
    await mailCode(email, code, challenge);
    return { challenge, expiresAt: stored.expiresAt };
  },
});

/**
 * Trades a code for tokens. A guest who asked for the code becomes that account, with their conversations.
 * Errors: `code_invalid` for anything wrong with the code or the challenge, `rate_limited`.
 */
export const createSession = publicAction({
  args: { challenge: v.string(), code: v.string() },
  returns: vTokens,
  handler: async (ctx, args): Promise<Tokens> => await redeem(ctx, args, false),
});

/** As `createSession`, but only for the guest session that asked for the code. */
export const verifyEmail = publicAction({
  args: { challenge: v.string(), code: v.string() },
  returns: vTokens,
  handler: async (ctx, args): Promise<Tokens> => await redeem(ctx, args, true),
});

async function redeem(
  ctx: ActionCtx,
  { challenge, code }: { challenge: string; code: string },
  sameSession: boolean,
): Promise<Tokens> {
  const digits = code.slice(0, 40).replace(/\D/g, "");
  const args = {
    challenge: challenge.slice(0, 100),
    code: digits,
    secret: randomSecret(),
    sameSession,
  };
  return await issued(await ctx.runMutation(internal.auth.redeemCode, args), () =>
    appError("code_invalid", "That code is wrong or has expired. Check it, or ask for a new one."),
  );
}

/**
 * Trades a refresh token for new tokens. The old one answers with the same successor for 10 more seconds;
 * used later it ends the session. Errors: `session_expired`, `rate_limited`.
 */
export const refreshSession = publicAction({
  args: { refreshToken: v.string() },
  returns: vTokens,
  handler: async (ctx, { refreshToken }): Promise<Tokens> =>
    await issued(await ctx.runMutation(internal.auth.rotate, { refreshToken }), () =>
      appError("session_expired", "This session has ended. Sign in again."),
    ),
});

/** Who a token stands for (the caller's own if none is given), or null. For services that get our tokens. */
export const validateSession = publicQuery({
  args: { accessToken: v.optional(v.string()) },
  returns: v.union(
    v.object({ userId: v.id("users"), sessionId: v.id("sessions"), role: vPublicUser.fields.role }),
    v.null(),
  ),
  handler: async (ctx, { accessToken }) => {
    const identity = await ctx.auth.getUserIdentity();
    const sid = typeof identity?.sid === "string" ? identity.sid : "";
    const own = identity && { userId: identity.subject, sessionId: sid };
    const claims = accessToken === undefined ? own : await verifyAccessToken(accessToken);
    const sessionId = claims && ctx.db.normalizeId("sessions", claims.sessionId);
    const session = sessionId && (await ctx.db.get("sessions", sessionId));
    if (session?.state !== "active" || session.userId !== claims?.userId) return null;
    const user = await ctx.db.get("users", session.userId);
    return user && { userId: user._id, sessionId: session._id, role: user.role };
  },
});

/** Ends the caller's session, live subscriptions included. */
export const logout = userMutation({
  limit: "write",
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const session = await ctx.db.get("sessions", ctx.caller.sessionId);
    if (session?.state === "active") await Sessions.revoke(ctx, session, "logout");
    return null;
  },
});

/** The caller's active sessions, at most 100. */
export const listSessions = userQuery({
  args: {},
  returns: v.array(
    v.object({
      sessionId: v.id("sessions"),
      current: v.boolean(),
      createdAt: v.number(),
      lastRefreshedAt: v.number(),
      userAgent: v.optional(v.string()),
    }),
  ),
  handler: async (ctx) => {
    const sessions = await Sessions.activeSessions(ctx, ctx.caller.userId);
    return sessions.map((session) => ({
      sessionId: session._id,
      current: session._id === ctx.caller.sessionId,
      createdAt: session._creationTime,
      lastRefreshedAt: session.rotatedAt,
      userAgent: session.userAgent,
    }));
  },
});

/** Ends one of the caller's sessions. Errors: `not_found`. */
export const revokeSession = userMutation({
  limit: "write",
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const session = await ctx.db.get("sessions", sessionId);
    if (session?.state !== "active" || session.userId !== ctx.caller.userId) {
      throw appError("not_found", "There is no such session.");
    }
    await Sessions.revoke(ctx, session, "revoked");
    return null;
  },
});

export const openGuestSession = internalMutation({
  args: { secret: v.string() },
  returns: Sessions.vGrant,
  handler: async (ctx, { secret }) => {
    await consume(ctx, "guest", { ip: await requestIp(ctx) });
    return await Sessions.open(ctx, await createGuest(ctx), secret);
  },
});

export const storeCode = internalMutation({
  args: { email: v.string(), challenge: v.string(), code: v.string() },
  returns: v.union(v.object({ kind: v.literal("stored"), expiresAt: v.number() }), vLimited),
  handler: async (ctx, { email, ...secrets }) => {
    const retryAfterMs = await tryConsume(ctx, "requestCode", {
      address: email,
      ip: await requestIp(ctx),
    });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    const guestSessionId = await callersSession(ctx);
    const expiresAt = await Sessions.storeCode(ctx, { address: email, ...secrets, guestSessionId });
    return { kind: "stored" as const, expiresAt };
  },
});

export const redeemCode = internalMutation({
  args: { challenge: v.string(), code: v.string(), secret: v.string(), sameSession: v.boolean() },
  returns: vOutcome,
  handler: async (ctx, { sameSession, ...args }) => {
    const retryAfterMs = await tryConsume(ctx, "redeemCode", { ip: await requestIp(ctx) });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    const askedBy = sameSession ? (await requireCaller(ctx)).sessionId : undefined;
    return outcome(await Sessions.redeem(ctx, { ...args, askedBy }));
  },
});

export const rotate = internalMutation({
  args: { refreshToken: v.string() },
  returns: vOutcome,
  handler: async (ctx, { refreshToken }) => {
    const retryAfterMs = await tryConsume(ctx, "refresh", { ip: await requestIp(ctx) });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    return outcome(await Sessions.rotate(ctx, refreshToken));
  },
});

const vLimitName = v.union(...Object.keys(LIMITS).map((name) => v.literal(name as LimitName)));

/** For `staffAction`: checks the caller and consumes the limit in one transaction. */
export const admitStaff = internalMutation({
  args: { limit: vLimitName },
  returns: v.object({ userId: v.id("users"), sessionId: v.id("sessions") }),
  handler: async (ctx, { limit }) => {
    const caller = await requireCaller(ctx);
    await requireStaff({ ...ctx, caller });
    await consume(ctx, limit, {
      user: caller.userId,
      session: caller.sessionId,
      ip: await requestIp(ctx),
    });
    return caller;
  },
});

async function callersSession(ctx: Parameters<typeof requireCaller>[0]) {
  // A stale token must not keep anybody from signing in.
  if ((await ctx.auth.getUserIdentity()) === null) return undefined;
  return await requireCaller(ctx).then(
    ({ sessionId }) => sessionId,
    () => undefined,
  );
}

const outcome = (grant: Sessions.Grant | null) =>
  grant === null ? { kind: "refused" as const } : { kind: "granted" as const, grant };

async function issued(result: Infer<typeof vOutcome>, refusal: () => Error): Promise<Tokens> {
  if (result.kind === "limited") throw rateLimited(result.retryAfterMs);
  if (result.kind === "refused") throw refusal();
  return await tokensFor(result.grant);
}

async function tokensFor({ user, sessionId, refreshToken }: Sessions.Grant): Promise<Tokens> {
  return { ...(await signAccessToken(user._id, sessionId)), refreshToken, user };
}

async function mailCode(email: string, code: string, challenge: string): Promise<void> {
  const { SHOP_NAME } = shopEnv();
  const minutes = Sessions.CODE_LIFETIME / MINUTE;
  const text = `Your sign-in code is ${code}. It is good for ${minutes} minutes.\n\nIf you didn't ask for it, ignore this e-mail: nobody can sign in without the code.\n\n${SHOP_NAME}`;
  try {
    await sendEmail({ to: email, subject: `${code} is your ${SHOP_NAME} code`, text }, challenge);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    console.error(
      "sign-in code not sent:",
      error.retryable ? "retryable" : "refused by the provider",
    );
    throw appError("provider_unavailable", "We couldn't send the code. Try again in a minute.");
  }
}

const randomSecret = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** Six uniform digits: values that would favour low codes are drawn again. */
function randomCode(): string {
  const limit = Math.floor(2 ** 32 / 1_000_000) * 1_000_000;
  for (;;) {
    const value = crypto.getRandomValues(new Uint32Array(1))[0]!;
    if (value < limit) return String(value % 1_000_000).padStart(6, "0");
  }
}
