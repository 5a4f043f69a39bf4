/**
 * Whether a webhook is the mail provider's: HMAC-SHA256 with the endpoint's secret over its id, its time and the raw
 * payload (https://docs.svix.com/receiving/verifying-payloads/how-manual), with Web Crypto as HTTP actions have it. A
 * test holds this to the library of the scheme's authors.
 */
import { MINUTE, SECOND } from "../lib/time";

/** What is older, or from further ahead, may be a repetition of somebody who listened. */
const TOLERANCE = 5 * MINUTE;
const MAX_SIGNATURES = 10;

type Signed = { headers: Headers; payload: string };

/** `secret` begins with `whsec_`. While it is replaced a webhook has a signature of each. */
export async function isSignedBySvix(
  secret: string,
  { headers, payload }: Signed,
  now: number,
): Promise<boolean> {
  const [id, timestamp, signatures] = ["svix-id", "svix-timestamp", "svix-signature"].map((name) =>
    headers.get(name),
  );
  if (!id || !signatures || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now - Number(timestamp) * SECOND) > TOLERANCE) return false;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const raw = bytesOf(secret.replace(/^whsec_/, ""));
  if (raw === null) return false;
  const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${payload}`);
  for (const one of signatures.split(" ").slice(0, MAX_SIGNATURES)) {
    const claimed = one.startsWith("v1,") ? bytesOf(one.slice(3)) : null;
    // `verify` compares in constant time.
    if (claimed && (await crypto.subtle.verify("HMAC", key, claimed, signed))) return true;
  }
  return false;
}

/** Base64, or null for what is none. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return null;
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
