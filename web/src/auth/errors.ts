/** Reads the backend's `ConvexError({ code, message, … })` wherever it was thrown. */
import { ConvexError } from "convex/values";

export type ServerError = { code: string; message: string; retryAfterMs?: number | undefined };

/** The backend's own refusal, or null for everything else (no network, time-out, internal error). */
export function serverErrorOf(error: unknown): ServerError | null {
  if (!(error instanceof ConvexError)) return null;
  const data: unknown = error.data;
  if (typeof data !== "object" || data === null || !("code" in data) || !("message" in data)) {
    return null;
  }
  const { code, message } = data;
  if (typeof code !== "string" || typeof message !== "string") return null;
  const retryAfterMs = "retryAfterMs" in data ? data.retryAfterMs : undefined;
  return {
    code,
    message,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
  };
}

/** True when the server says that there is no such session any more. */
export function isSessionOver(error: unknown): boolean {
  const code = serverErrorOf(error)?.code;
  return code === "session_expired" || code === "unauthenticated";
}
