/**
 * The one constructor for expected errors. Clients switch on `code`; `message` is a sentence for people
 * and never holds a token, a code, a phone number or another customer's data. A plain `Error` means a
 * broken invariant.
 */
import { ConvexError, type Value } from "convex/values";

/** The closed union of error codes. docs/errors.md tables what each one means and what to do. */
export const ERROR_CODES = [
  "unauthenticated",
  "forbidden",
  "not_found",
  "invalid_input",
  "conflict",
  "rate_limited",
  "code_invalid",
  "session_expired",
  "not_configured",
  "provider_unavailable",
  "too_large",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** `rate_limited` carries `retryAfterMs`; `not_configured` carries `command`. */
export type AppErrorData = {
  code: ErrorCode;
  message: string;
  [detail: string]: Value | undefined;
};

/** Builds the error to throw: `throw appError("not_found", "There is no such conversation.")`. */
export function appError(
  code: ErrorCode,
  message: string,
  details: Record<string, Value> = {},
): ConvexError<AppErrorData> {
  return new ConvexError({ ...details, code, message });
}

/** True for errors made by `appError`, wherever they were serialized in between. */
export function isAppError(error: unknown): error is ConvexError<AppErrorData> {
  if (!(error instanceof ConvexError)) return false;
  const data: unknown = error.data;
  return (
    typeof data === "object" &&
    data !== null &&
    "code" in data &&
    "message" in data &&
    typeof data.message === "string" &&
    (ERROR_CODES as readonly unknown[]).includes(data.code)
  );
}
