/** What any provider's failure comes down to: try again, try another model, or tell the reason. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  constructor(
    message: string,
    /** 429, 5xx, time-outs and cut streams: the same request may succeed later. */
    readonly retryable: boolean,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** Statuses that a later attempt may not meet (RFC 9110 §15; 408 and 409 as OpenAI's SDK retries them). */
export const isRetryableStatus = (status: number | undefined) =>
  status === undefined || status === 408 || status === 409 || status === 429 || status >= 500;

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
export function retryAfterMsOf(headers: Headers | undefined): number | undefined {
  const value = headers?.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
