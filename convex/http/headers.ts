/**
 * What every HTTP answer says to the browser that receives it, and to which pages it may be given. Pure:
 * `http/router.ts` applies it to every route, so that no route can forget it.
 */
import type { ErrorCode } from "../lib/errors";

/** An answer is data, never a page: nothing in it may run, load, be framed, sniffed or kept. */
export const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-frame-options": "DENY",
} as const;

/** Of an answer that is a page with a button. */
export const PAGE_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; sandbox allow-forms";

/**
 * Which pages of other origins may read an answer: those named in `ALLOWED_ORIGINS`, any, for what is public
 * by its nature, or none, for what servers call. Credentials are never allowed: there are no cookies, and a bearer token is not one.
 */
export type Readers = "named" | "anyone" | "nobody";

/** How long a browser may remember a preflight, in seconds: a removed origin is refused after this time. */
const PREFLIGHT_SECONDS = 600;

/** A request's `Origin` against the list. Exact, as serialized by browsers; `null` is nobody's origin. */
export const isNamedOrigin = (origin: string, allowed: readonly string[]) =>
  allowed.includes(origin);

/** `cors` for an answer that `origin` asked for; `null` for a request that no browser made. */
export function corsHeaders(
  readers: Readers,
  origin: string | null,
  allowed: readonly string[],
): Record<string, string> {
  if (readers === "anyone") {
    return {
      "access-control-allow-origin": "*",
      "cross-origin-resource-policy": "cross-origin",
    };
  }
  const named = readers === "named" && origin !== null && isNamedOrigin(origin, allowed);
  return {
    "cross-origin-resource-policy": named ? "cross-origin" : "same-origin",
    ...(named
      ? {
          "access-control-allow-origin": origin,
          // When to come again, for whoever is limited.
          "access-control-expose-headers": "retry-after",
        }
      : {}),
  };
}

/** What the answer to a preflight adds, for pages that may read. */
export function preflightHeaders(methods: readonly string[]): Record<string, string> {
  return {
    "access-control-allow-methods": methods.join(", "),
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": String(PREFLIGHT_SECONDS),
  };
}

/** Expected errors as HTTP statuses (RFC 9110). */
export const STATUS_OF: Record<ErrorCode, number> = {
  unauthenticated: 401,
  session_expired: 401,
  forbidden: 403,
  not_found: 404,
  invalid_input: 400,
  code_invalid: 400,
  conflict: 409,
  rate_limited: 429,
  too_large: 413,
  not_configured: 503,
  provider_unavailable: 503,
};
