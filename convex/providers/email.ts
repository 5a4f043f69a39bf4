/** Transactional e-mail over Resend. */
import { resendEnv } from "../env";
import { isAppError } from "../lib/errors";
import { isRetryableStatus, ProviderError, withDeadline } from "./errors";
import { refuseUnset } from "./unset";

/** Somebody waits for the code. Resend answers within a second, and the same key may be sent again. */
export const EMAIL_TIMEOUT_MS = 10_000;

export type Mail = {
  to: string;
  subject: string;
  text: string;
  replyTo?: string;
  headers?: Record<string, string>;
  tags?: { name: string; value: string }[];
  /** `content` is Base64. */
  attachments?: { filename: string; content: string; contentType: string }[];
};

/**
 * Sends one e-mail, and answers the provider's id of it. The key makes a repeated call send nothing twice within a day.
 * For the functions of this package `deliverEmail` (`model/analytics/email.ts`), which also notes what became of it.
 */
export async function sendEmail(message: Mail, idempotencyKey: string): Promise<string> {
  const env = resendEnv();
  // With the call: mutations beside whoever sends would load the SDK each time.
  const { Resend } = await import("resend");
  const resend = new Resend(env.RESEND_API_KEY, { baseUrl: env.RESEND_BASE_URL });
  const { data, error } = await withDeadline(EMAIL_TIMEOUT_MS, "E-mail: Resend", (signal) =>
    resend.emails.send({ from: env.EMAIL_FROM, ...message }, { idempotencyKey, signal }),
  );
  if (error === null) return data.id;
  const fault = faultOf(error);
  // The same key with other words never goes.
  const final = fault === "quota" || error.name === "invalid_idempotent_request";
  const retryable = !final && isRetryableStatus(error.statusCode ?? undefined);
  throw new ProviderError(`E-mail: ${error.message}`, retryable, { fault });
}

/** Of 409s the one that no later try changes: the same key with other words. */
const isKnownKey = ({ fault, retryable }: ProviderError) => fault === "409" && !retryable;

/**
 * Hands over an answer. Never throws for what the provider does: that is an outcome. One whose answer is lost is handed
 * over again with the same key. Of a key that is known with other words (a shop renamed between two tries) the mail has
 * gone, under an id that we don't know.
 */
export async function mailLetter(
  letter: Mail,
  key: string,
): Promise<{ outcome: MailOutcome; fault: string | null }> {
  try {
    const sid = await sendEmail(letter, key);
    return { outcome: { kind: "accepted", sid }, fault: null };
  } catch (error) {
    if (isAppError(error)) return refuseUnset(error);
    if (!(error instanceof ProviderError)) throw error;
    const { fault, retryable, retryAfterMs } = error;
    if (isKnownKey(error)) return { outcome: { kind: "accepted", sid: "" }, fault: null };
    const kind = retryable ? "busy" : "refused";
    return { outcome: { kind, reason: fault, ...(retryable && { retryAfterMs }) }, fault };
  }
}

type MailOutcome =
  | { kind: "accepted"; sid: string }
  | { kind: "busy" | "refused"; reason: string; retryAfterMs?: number };

/** What is used up is for whoever pays, though it comes as a 429. */
function faultOf({ name, statusCode }: { name: string; statusCode: number | null }): string {
  if (name.endsWith("quota_exceeded")) return "quota";
  return statusCode === null ? "unreachable" : String(statusCode);
}
