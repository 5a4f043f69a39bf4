/** Errors in words, with what to do. The server's own sentences are shown as they are. */
import { serverErrorOf } from "./errors";

export type Problem = {
  /** The backend's error code, or "network", or "unknown". */
  code: string;
  message: string;
  /** When trying again may work: milliseconds since the Unix epoch, by this machine's clock. */
  retryAt?: number;
};

/** What to tell people about any rejected call or error that was thrown while rendering. */
export function problemOf(error: unknown, now = Date.now()): Problem {
  const known = serverErrorOf(error);
  if (known !== null) {
    const { code, message, retryAfterMs } = known;
    if (code === "rate_limited") {
      const words = "That was a lot at once. Take a breath, then try again.";
      return { code, message: words, retryAt: now + (retryAfterMs ?? 5000) };
    }
    return { code, message };
  }
  if (isUnreachable(error)) {
    return {
      code: "network",
      message: "We couldn't be reached. Check your connection and try again.",
    };
  }
  return { code: "unknown", message: "Something went wrong on our side. Try again in a moment." };
}

/** The server has said nothing: no network, or no answer in time. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");
