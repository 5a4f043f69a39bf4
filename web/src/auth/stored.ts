/**
 * The session as one stored string. Token ages are measured by this machine's clock from the moment
 * the tokens arrived, because a customer's clock may be hours off and the server's time says nothing here.
 */
import type { AuthUser, Tokens } from "./types";

export type StoredSession = {
  id: string;
  accessToken: string;
  refreshToken: string;
  /** This machine's clock. */
  obtainedAt: number;
  lifetimeMs: number;
  /** How far this machine's clock is ahead of the server's, if it is; absent in what was kept from before. */
  aheadMs?: number;
  user: AuthUser;
  /** The last tries to refresh these tokens failed: no tab tries again before `until`. */
  failed?: { count: number; at: number; until: number };
};

export function toStored(tokens: Tokens, id: string, now: number): StoredSession {
  const { accessToken, refreshToken, user } = tokens;
  const lifetimeMs = jwtLifetimeMs(accessToken) ?? tokens.accessTokenExpiresAt - now;
  const aheadMs = Math.max(0, now + lifetimeMs - tokens.accessTokenExpiresAt);
  return { id, accessToken, refreshToken, obtainedAt: now, lifetimeMs, aheadMs, user };
}

/** Null for nothing, and for what another version of the client has left behind. */
export function parseStored(text: string | null): StoredSession | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isStored(value) ? value : null;
  } catch {
    return null;
  }
}

function isStored(value: unknown): value is StoredSession {
  if (typeof value !== "object" || value === null) return false;
  const s = value as Record<string, unknown>;
  return (
    typeof s["id"] === "string" &&
    typeof s["accessToken"] === "string" &&
    typeof s["refreshToken"] === "string" &&
    typeof s["obtainedAt"] === "number" &&
    typeof s["lifetimeMs"] === "number" &&
    typeof s["user"] === "object" &&
    s["user"] !== null
  );
}

/** `exp - iat` of a JWT (RFC 7519), or null for a token that isn't one. */
function jwtLifetimeMs(token: string): number | null {
  const payload = token.split(".")[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/")));
    if (typeof claims !== "object" || claims === null) return null;
    const { exp, iat } = claims as { exp?: unknown; iat?: unknown };
    return typeof exp === "number" && typeof iat === "number" ? (exp - iat) * 1000 : null;
  } catch {
    return null;
  }
}
