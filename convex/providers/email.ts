/** Transactional e-mail over Resend. */
import { resendEnv } from "../env";
import { isRetryableStatus, ProviderError, withDeadline } from "./errors";

/** Somebody waits for the code. Resend answers within a second, and the same key may be sent again. */
export const EMAIL_TIMEOUT_MS = 10_000;

/**
 * Sends one e-mail. The key makes a repeated call send nothing twice within a day. For the functions of this package
 * `deliverEmail` (`model/analytics/email.ts`), which also notes what became of it.
 */
export async function sendEmail(
  message: { to: string; subject: string; text: string },
  idempotencyKey: string,
): Promise<void> {
  const env = resendEnv();
  // With the call: mutations beside whoever sends would load the SDK each time.
  const { Resend } = await import("resend");
  const resend = new Resend(env.RESEND_API_KEY, { baseUrl: env.RESEND_BASE_URL });
  const { error } = await withDeadline(EMAIL_TIMEOUT_MS, "E-mail: Resend", (signal) =>
    resend.emails.send({ from: env.EMAIL_FROM, ...message }, { idempotencyKey, signal }),
  );
  if (error !== null) {
    const fault = faultOf(error);
    // The same key with other words never goes.
    const final = fault === "quota" || error.name === "invalid_idempotent_request";
    const retryable = !final && isRetryableStatus(error.statusCode ?? undefined);
    throw new ProviderError(`E-mail: ${error.message}`, retryable, { fault });
  }
}

/** What is used up is for whoever pays, though it comes as a 429. */
function faultOf({ name, statusCode }: { name: string; statusCode: number | null }): string {
  if (name.endsWith("quota_exceeded")) return "quota";
  return statusCode === null ? "unreachable" : String(statusCode);
}
