/**
 * Sign-in without passwords. Codes and tokens are made in actions, checked in mutations; the rules are in
 * `model/accounts/sessions.ts`, `model/accounts/accounts.ts`, `model/accounts/tokens.ts` and `model/accounts/signIn.ts`. The actions are public because whoever
 * signs in has no session yet; each is limited per IP, and per address where there is one.
 */
import { v } from "convex/values";
import { internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import type { ActionCtx } from "./_generated/server";
import { requireTwilio } from "./env";
import {
  internalAction,
  internalMutation,
  internalQuery,
  publicAction,
  publicQuery,
  userMutation,
  userQuery,
} from "./functions";
import {
  findCallersSession,
  requireAdmin,
  requireCaller,
  requireStaff,
} from "./model/access/access";
import * as Guests from "./model/accounts/guests";
import * as Codes from "./model/accounts/codes";
import { deviceOf } from "./model/accounts/devices";
import { appError } from "./lib/errors";
import {
  consumeLimit,
  LIMITS,
  rateLimitedError,
  ipOfRequest,
  tryConsumeLimit,
  vLimited,
  type LimitName,
} from "./model/access/limits";
import { countRefusal } from "./model/access/refusals";
import { vPublicUser } from "./model/accounts/publicUser";
import {
  outcomeOf,
  redeemForAnybody,
  redeemForCaller,
  vOutcome,
} from "./model/accounts/redemption";
import * as Sessions from "./model/accounts/sessions";
import {
  requireTokens,
  mailCode,
  randomCode,
  randomSecret,
  redeemForTokens,
  tokensFor,
  vTokens,
  type Tokens,
} from "./model/accounts/signIn";
import { mailSignInChanged, vSignInChange } from "./model/accounts/signInMail";
import { findShopName } from "./model/knowledge/shopName";
import { normalizeEmail } from "./lib/text";
import { MINUTE } from "./lib/time";
import { verifyAccessToken } from "./model/accounts/tokens";

/** A session for somebody who has not said who they are. Errors: `rate_limited`, `not_configured`. */
export const createGuestSession = publicAction({
  args: {},
  returns: vTokens,
  handler: async (ctx): Promise<Tokens> => {
    const secret = randomSecret();
    const opened = await ctx.runMutation(internal.auth.openGuestSession, { secret });
    if (opened.kind === "limited") throw rateLimitedError(opened.retryAfterMs);
    return await tokensFor(opened.grant);
  },
});

/**
 * Sends a 6-digit code, good for 10 minutes and 5 attempts, to an e-mail address or a phone number (one of the two;
 * a number in a country of `SMS_COUNTRIES`). The answer is the same for every address, and nothing looks up whether it
 * is known. Trade `challenge` and the code for tokens with `createSession`, or give the caller the address with
 * `users.verifyEmail` or `users.verifyPhone`; a code that was asked for within a session works in that session only.
 * A number that has opted out of texts gets none, and is answered the same. Errors: `invalid_input`, `rate_limited`,
 * `provider_unavailable` (e-mail), `not_configured`.
 */
export const requestCode = publicAction({
  args: { email: v.optional(v.string()), phone: v.optional(v.string()) },
  returns: v.object({ challenge: v.string(), expiresAt: v.number() }),
  handler: async (ctx, { email, phone }): Promise<{ challenge: string; expiresAt: number }> => {
    if ((email === undefined) === (phone === undefined)) {
      throw appError("invalid_input", "Give an e-mail address or a phone number: one of the two.");
    }
    const challenge = randomSecret();
    if (email !== undefined) return { challenge, expiresAt: await mailed(ctx, email, challenge) };
    requireTwilio();
    // Numbering plans are large, and needed here only.
    const { normalizeSmsNumber } = await import("./model/accounts/phones");
    const address = normalizeSmsNumber(phone!);
    return { challenge, expiresAt: await stored(ctx, { address, challenge }) };
  },
});

/** Stores an attempt and mails its code; answers when it ends. */
async function mailed(ctx: ActionCtx, email: string, challenge: string): Promise<number> {
  const address = normalizeEmail(email);
  const code = randomCode();
  const expiresAt = await stored(ctx, { address, challenge, code });
  await mailCode(ctx, { email: address, code, challenge });
  return expiresAt;
}

/** Stores an attempt; answers when it ends. */
async function stored(
  ctx: ActionCtx,
  attempt: { address: string; challenge: string; code?: string },
): Promise<number> {
  const outcome = await ctx.runMutation(internal.auth.storeCode, attempt);
  if (outcome.kind === "limited") throw rateLimitedError(outcome.retryAfterMs);
  return outcome.expiresAt;
}

/**
 * Trades a code for tokens. A guest who asked for the code becomes that account, with their conversations.
 * Errors: `code_invalid` for anything wrong with the code or the challenge, `rate_limited`.
 */
export const createSession = publicAction({
  args: { challenge: v.string(), code: v.string() },
  returns: vTokens,
  handler: async (ctx, args): Promise<Tokens> => await redeemForTokens(ctx, args, false),
});

/**
 * Opens the one conversation that an e-mail was about, with the token of its link: for a day, to a guest who is nobody
 * in particular. It works once, signs nobody in and confirms no address. For the page's own POST: what follows links in
 * mails never asks for it. Errors: `code_invalid` for one that is used, over or wrong, `rate_limited`.
 */
export const openMailLink = publicAction({
  args: { token: v.string() },
  returns: v.object({ ...vTokens.fields, conversationId: v.id("conversations") }),
  handler: async (ctx, { token }): Promise<Tokens & { conversationId: Id<"conversations"> }> => {
    const link = { token, secret: randomSecret() };
    const opened = await ctx.runMutation(internal.mail.openLink, link);
    if (opened.kind === "limited") throw rateLimitedError(opened.retryAfterMs);
    if (opened.kind === "refused") {
      throw appError("code_invalid", "This link was used, or is over. Answer the e-mail instead.");
    }
    return { ...(await tokensFor(opened.grant)), conversationId: opened.conversationId };
  },
});

/**
 * Trades a refresh token for new tokens. The old one answers with the same successor for a minute;
 * used later it ends the session. Errors: `session_expired`, `rate_limited`.
 */
export const refreshSession = publicAction({
  args: { refreshToken: v.string() },
  returns: vTokens,
  handler: async (ctx, { refreshToken }): Promise<Tokens> =>
    await requireTokens(await ctx.runMutation(internal.auth.rotate, { refreshToken }), () =>
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

/** The caller's active sessions, at most 100, with the device in words ("Chrome on Windows"). */
export const listSessions = userQuery({
  args: {},
  returns: v.array(
    v.object({
      sessionId: v.id("sessions"),
      current: v.boolean(),
      createdAt: v.number(),
      lastRefreshedAt: v.number(),
      device: v.optional(v.string()),
    }),
  ),
  handler: async (ctx) => {
    const sessions = await Sessions.listActive(ctx, ctx.caller.userId);
    return sessions.map((session) => ({
      sessionId: session._id,
      current: session._id === ctx.caller.sessionId,
      createdAt: session._creationTime,
      lastRefreshedAt: session.rotatedAt,
      device: deviceOf(session.userAgent ?? ""),
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

/** Ends all the caller's sessions but this one, and answers how many. */
export const revokeOtherSessions = userMutation({
  limit: "write",
  args: {},
  returns: v.object({ ended: v.number() }),
  handler: async (ctx) => {
    const { userId, sessionId } = ctx.caller;
    return { ended: await Sessions.revokeAll(ctx, userId, "revoked", { except: sessionId }) };
  },
});

export const openGuestSession = internalMutation({
  args: { secret: v.string() },
  returns: v.union(v.object({ kind: v.literal("granted"), grant: Sessions.vGrant }), vLimited),
  handler: async (ctx, { secret }) => {
    const retryAfterMs = await tryConsumeLimit(ctx, "guest", { ip: await ipOfRequest(ctx) });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    const userId = await Guests.createGuest(ctx);
    return { kind: "granted" as const, grant: await Sessions.open(ctx, userId, secret) };
  },
});

/** Without a code it is for a number: the code is made of the challenge, and texted from a function of its own. */
export const storeCode = internalMutation({
  args: { address: v.string(), challenge: v.string(), code: v.optional(v.string()) },
  returns: v.union(v.object({ kind: v.literal("stored"), expiresAt: v.number() }), vLimited),
  handler: async (ctx, { address, challenge, ...given }) => {
    const retryAfterMs = await Codes.tryConsumeLimits(ctx, address);
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    const askedBy = await findCallersSession(ctx);
    const code = given.code ?? Codes.codeFor(challenge);
    const { attemptId, expiresAt } = await Codes.store(ctx, { address, challenge, code, askedBy });
    if (given.code === undefined) {
      await ctx.scheduler.runAfter(0, internal.smsSender.sendCode, { attemptId });
    }
    return { kind: "stored" as const, expiresAt };
  },
});

/** What is to be texted for an attempt, or null. */
export const codeToText = internalQuery({
  args: { attemptId: v.id("sessions") },
  returns: v.union(v.object({ to: v.string(), code: v.string(), shop: v.string() }), v.null()),
  handler: async (ctx, { attemptId }) => {
    const sms = await Codes.smsOf(ctx, attemptId);
    return sms && { ...sms, shop: await findShopName(ctx) };
  },
});

export const redeemCode = internalMutation({
  args: { challenge: v.string(), code: v.string(), secret: v.string(), sameSession: v.boolean() },
  returns: vOutcome,
  handler: async (ctx, { sameSession, ...args }) => {
    const retryAfterMs = await tryConsumeLimit(ctx, "redeemCode", { ip: await ipOfRequest(ctx) });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    const outcome = await (sameSession ? redeemForCaller : redeemForAnybody)(ctx, args);
    if (outcome.kind === "refused") await countRefusal(ctx, "code_failed");
    return outcome;
  },
});

export const rotate = internalMutation({
  args: { refreshToken: v.string() },
  returns: vOutcome,
  handler: async (ctx, { refreshToken }) => {
    const retryAfterMs = await tryConsumeLimit(ctx, "refresh", { ip: await ipOfRequest(ctx) });
    if (retryAfterMs !== null) return { kind: "limited" as const, retryAfterMs };
    return outcomeOf(await Sessions.rotate(ctx, refreshToken));
  },
});

const NOTICE_ATTEMPTS = 6;

/**
 * Tells an account's e-mail address (of a changed one, the one before) how one may sign in now; tries again for an hour
 * when e-mail is down.
 */
export const tellOldAddress = internalAction({
  args: {
    to: v.string(),
    key: v.string(),
    attempt: v.number(),
    /** Absent: the e-mail address has changed. */
    change: v.optional(vSignInChange),
  },
  returns: v.null(),
  handler: async (ctx, { to, key, attempt, change = "email" }) => {
    const done = await mailSignInChanged(ctx, { to, change, idempotencyKey: key });
    if (!done && attempt < NOTICE_ATTEMPTS) {
      const next = { to, key, attempt: attempt + 1, change };
      await ctx.scheduler.runAfter(2 ** attempt * MINUTE, internal.auth.tellOldAddress, next);
    }
    return null;
  },
});

const vLimitName = v.union(...Object.keys(LIMITS).map((name) => v.literal(name as LimitName)));

/** For `staffAction` and `adminAction`: checks the caller and consumes the limit in one transaction. */
export const admitStaff = internalMutation({
  args: { limit: vLimitName, admin: v.optional(v.boolean()) },
  returns: v.object({ userId: v.id("users"), sessionId: v.id("sessions") }),
  handler: async (ctx, { limit, admin = false }) => {
    const caller = await requireCaller(ctx);
    await (admin ? requireAdmin : requireStaff)({ ...ctx, caller });
    await consumeLimit(ctx, limit, { user: caller.userId });
    return caller;
  },
});
