/** Twilio's request signature: HMAC-SHA1 over the exact URL and the parameters, sorted by name. */
import { createHmac } from "node:crypto";

export function signTwilio(authToken: string, url: string, params: Record<string, string>): string {
  const data = Object.keys(params)
    .sort()
    .reduce((text, key) => text + key + params[key]!, url);
  return createHmac("sha1", authToken).update(data, "utf8").digest("base64");
}
