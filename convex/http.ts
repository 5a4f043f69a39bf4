/**
 * HTTP endpoints: a health check, files, questions with their answers' words, Twilio's and Resend's webhooks, and the
 * public keys for services that verify our
 * tokens themselves.
 * Any page may read the keys: they are public, the same for everybody, and no credentials are involved.
 */
import { internal } from "./_generated/api";
import { signingSecrets } from "./env";
import { FILE_ROUTES } from "./http/files";
import { MAIL_ROUTES } from "./http/mail";
import { REPLY_ROUTES } from "./http/reply";
import { buildHttpRouter, jsonResponse } from "./http/router";
import { jwksOf } from "./lib/signingKeys";
import { MINUTE } from "./lib/time";
import { handleMailEvent, MAX_EVENT_BYTES } from "./model/sms/mailWebhook";
import { handleDeliveryStatus, handleInboundMessage } from "./model/sms/webhooks";

export default buildHttpRouter([
  {
    path: "/health",
    method: "GET",
    readers: "named",
    handler: async (ctx): Promise<Response> => {
      // To the minute, so that a monitor that asks often is answered from Convex's cache.
      const now = Math.floor(Date.now() / MINUTE) * MINUTE;
      return jsonResponse({ status: await ctx.runQuery(internal.health.status, { now }) });
    },
  },
  {
    path: "/.well-known/jwks.json",
    method: "GET",
    readers: "anyone",
    handler: () =>
      jsonResponse(jwksOf(signingSecrets()), 200, { "cache-control": "public, max-age=300" }),
  },
  ...FILE_ROUTES,
  ...REPLY_ROUTES,
  ...MAIL_ROUTES,
  { path: "/twilio/sms", method: "POST", readers: "nobody", handler: handleInboundMessage },
  {
    path: "/resend/events",
    method: "POST",
    readers: "nobody",
    maxBodyBytes: MAX_EVENT_BYTES,
    handler: handleMailEvent,
  },
  { path: "/twilio/status", method: "POST", readers: "nobody", handler: handleDeliveryStatus },
]);
