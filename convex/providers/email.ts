/** Transactional e-mail over Resend. */
import { resendEnv } from "../env";
import { ProviderError } from "./errors";

/** Sends one e-mail. The key makes a repeated call send nothing twice within a day. */
export async function sendEmail(
  message: { to: string; subject: string; text: string },
  idempotencyKey: string,
): Promise<void> {
  const env = resendEnv();
  // With the call: mutations beside whoever sends would load the SDK each time.
  const { Resend } = await import("resend");
  const resend = new Resend(env.RESEND_API_KEY, { baseUrl: env.RESEND_BASE_URL });
  const { error } = await resend.emails.send(
    { from: env.EMAIL_FROM, ...message },
    { idempotencyKey },
  );
  if (error !== null) {
    const retryable = error.name === "rate_limit_exceeded" || error.name === "application_error";
    throw new ProviderError(`E-mail: ${error.message}`, retryable);
  }
}
