/**
 * HTTP endpoints: a health check, files, Twilio's webhooks, and the public keys for services that verify our
 * tokens themselves.
 * Any page may read the keys: they are public, the same for everybody, and no credentials are involved.
 */
import { jwtSecrets } from "./env";
import { FILE_ROUTES } from "./http/files";
import { buildHttpRouter, jsonResponse } from "./http/router";
import { jwksOf } from "./lib/keys";
import { handleDeliveryStatus, handleInboundMessage } from "./model/sms/webhooks";

export default buildHttpRouter([
  {
    path: "/health",
    method: "GET",
    readers: "named",
    handler: () => jsonResponse({ status: "ok" }),
  },
  {
    path: "/.well-known/jwks.json",
    method: "GET",
    readers: "anyone",
    handler: () =>
      jsonResponse(jwksOf(jwtSecrets()), 200, { "cache-control": "public, max-age=300" }),
  },
  ...FILE_ROUTES,
  { path: "/twilio/sms", method: "POST", readers: "nobody", handler: handleInboundMessage },
  { path: "/twilio/status", method: "POST", readers: "nobody", handler: handleDeliveryStatus },
]);
