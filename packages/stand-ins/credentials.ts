/** Values that only the stand-ins accept. They are no secrets. */
import { MESSAGING_SERVICE_SID } from "./twilio/senders";

export const CREDENTIALS = {
  OPENROUTER_API_KEY: "sk-or-v1-local-stand-in",
  OPENAI_API_KEY: "sk-local-stand-in",
  RESEND_API_KEY: "re_local_stand_in",
  RESEND_WEBHOOK_SECRET: `whsec_${Buffer.from("local-stand-in-webhook-secret").toString("base64")}`,
  TWILIO_ACCOUNT_SID: `AC${"00c0ffee".repeat(4)}`,
  TWILIO_AUTH_TOKEN: "local".padEnd(32, "0"),
  TWILIO_MESSAGING_SERVICE_SID: MESSAGING_SERVICE_SID,
} as const;
