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
 * What only whoever runs the deployment can mend: a key that is missing, wrong or revoked, credit that is used up. The
 * next request meets it too.
 */
export const isOperatorFault = (fault: string): boolean =>
  /^(401|402|403|quota|not_configured)$/.test(fault);

/** What is wrong with one request says nothing of the provider. */
export const isRequestFault = (fault: string): boolean =>
  /^(moderated|400|409|413|422)$/.test(fault);

/**
 * Of OpenRouter's statuses. The operator's faults every model answers the same; of the others below 500 (no such model,
 * a parameter it hasn't, too long, not for this model) another model knows nothing.
 */
export function remedyOf(status: number | undefined, fault: string): Remedy {
  if (isOperatorFault(fault)) return "person";
  return isRetryableStatus(status) ? "again" : "another";
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
export function retryAfterMsOf(headers: Headers | undefined): number | undefined {
  const value = headers?.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/**
 * What `work` comes to within `ms`, its answer's body included: the SDKs' own time-outs end with the headers, or begin
 * anew with each byte. After that the signal fires, once, and a `timeout` is thrown, whatever `work` does then.
 */
export async function withDeadline<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `${what} did not answer within ${ms / 1000} seconds.`;
      reject(new ProviderError(message, true, { fault: "timeout" }));
      abort.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
