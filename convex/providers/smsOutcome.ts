/** What a send comes to, in words that need no SDK: rules and the sender (`"use node"`) share them. */
/** What the provider's answer to a send comes to. */
export type SendOutcome =
  | { kind: "accepted"; sid: string }
  | { kind: "busy"; reason: string; retryAfterMs?: number }
  | { kind: "refused"; reason: string }
  | { kind: "opted_out"; reason: string }
  | { kind: "lost"; reason: string };

/** With what it says of the provider, null for nothing wrong: for `model/analytics/health.ts`. */
export type NotedOutcome = { outcome: SendOutcome; fault: string | null };

const DAILY_LIMIT = 63038;

/** A failed send in a word of `ProviderError`. */
export function faultOfSend({ status, code }: { status?: number; code?: number | string }): string {
  if (code === DAILY_LIMIT) return "quota";
  if (status !== undefined) return String(status);
  if (typeof code !== "string") return "cut";
  if (NEVER_SENT.test(code)) return "unreachable";
  return code === "timeout" ? code : "cut";
}

const OPTED_OUT = 21610;

/** Before a connection stands nothing can have arrived. */
const NEVER_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/**
 * An error of the provider by class. 429 and 503 say that the request was not taken; any other 5xx and a
 * connection that was lost may have come after the text was accepted, so they are looked up, not repeated.
 */
export function classifySendError(error: {
  status?: number;
  code?: number | string;
  retryAfterMs?: number;
}): Exclude<SendOutcome, { kind: "accepted" }> {
  const { status, code, retryAfterMs } = error;
  const reason = String(code ?? status ?? "unknown");
  if (code === OPTED_OUT) return { kind: "opted_out", reason };
  if (status === 429 || status === 503) return { kind: "busy", reason, retryAfterMs };
  if (status !== undefined && status >= 400 && status < 500) return { kind: "refused", reason };
  if (typeof code === "string" && NEVER_SENT.test(code)) return { kind: "busy", reason };
  return { kind: "lost", reason };
}

/** Pictures of one text, as many as Twilio passes on. */
export const MAX_MEDIA = 10;

/** A stretch of time: from `from` on, before `to`, milliseconds since the Unix epoch. */
export type Stretch = { from: number; to: number };
