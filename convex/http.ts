/**
 * HTTP endpoints: a health check, Twilio's webhooks, and the public keys for services that verify our tokens
 * themselves.
 * Any page may read the keys: they are public, the same for everybody, and no credentials are involved.
 */
import { jwtSecrets } from "./env";
import { httpRoutes, json } from "./http/router";
import { jwks } from "./lib/keys";
import { receiveStatus, receiveText } from "./model/sms/webhooks";

export default httpRoutes([
  {
    path: "/health",
    method: "GET",
    readers: "named",
    handler: () => json({ status: "ok" }),
  },
  {
    path: "/.well-known/jwks.json",
    method: "GET",
    readers: "anyone",
    handler: () => json(jwks(jwtSecrets()), 200, { "cache-control": "public, max-age=300" }),
  },
  { path: "/twilio/sms", method: "POST", readers: "nobody", handler: receiveText },
  { path: "/twilio/status", method: "POST", readers: "nobody", handler: receiveStatus },
]);
