/** What any provider's failure comes down to: try again, try another model, or tell the reason. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly retryAfterMs?: number;
  /**
   * What went wrong, in a word without anybody's words: a status, `timeout`, `unreachable`, `cut`, or one of ours for
   * what a status alone doesn't say (`quota`, `moderated`).
   */
  readonly fault: string;
  constructor(
    message: string,
    /** 429, 5xx, time-outs and cut streams: the same request may succeed later. */
    readonly retryable: boolean,
    { retryAfterMs, fault = "failed" }: { retryAfterMs?: number; fault?: string } = {},
  ) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.fault = fault;
  }
}

/** What to do about a model that failed: ask it again later, another one now, or a person. */
export type Remedy = "again" | "another" | "person";

export class ModelError extends ProviderError {
  constructor(
    message: string,
    readonly remedy: Remedy,
    options: { retryAfterMs?: number; fault?: string } = {},
  ) {
    super(message, remedy === "again", options);
  }
}

/** Statuses that a later attempt may not meet (RFC 9110 §15; 408 and 409 as OpenAI's SDK retries them). */
export const isRetryableStatus = (status: number | undefined) =>
  status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;

/**
 * OpenRouter's statuses. 401, 402 and 403 (no key, no credit, a key that may not) are the operator's: every model
 * answers the same. Of the others below 500 (no such model, a parameter it hasn't, too long) another model knows nothing.
 */
export function remedyOf(status: number | undefined): Remedy {
  if (isRetryableStatus(status)) return "again";
  return status === 401 || status === 402 || status === 403 ? "person" : "another";
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
export function retryAfterMsOf(headers: Headers | undefined): number | undefined {
  const value = headers?.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
