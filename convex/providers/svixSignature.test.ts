/** The check of a webhook, held to the library of the scheme's authors. */
/// <reference types="node" />
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { isSignedBySvix } from "./svixSignature";
import { MINUTE, SECOND } from "../lib/time";

/** The SDK's own dependency: what it checks with. */
type Signer = { sign: (id: string, at: Date, payload: string) => string };
const resolve = createRequire(createRequire(import.meta.url).resolve("resend"));
const { Webhook } = resolve("standardwebhooks") as { Webhook: new (secret: string) => Signer };

const SECRET = `whsec_${btoa("a-secret-of-some-24-bytes")}`;
const NOW = 1_795_912_000 * SECOND;
const PAYLOAD = '{"type":"email.bounced","data":{"to":["ann@example.com"],"é":"\\u00e9"}}';

function signed({ secret = SECRET, id = "msg_1", at = NOW, payload = PAYLOAD } = {}) {
  const signature = new Webhook(secret).sign(id, new Date(at), payload);
  const headers = new Headers({
    "svix-id": id,
    "svix-timestamp": String(at / SECOND),
    "svix-signature": signature,
  });
  return { headers, payload };
}

test("what the authors' library signs is ours, and the same twice while a secret is replaced", async () => {
  const one = signed();
  expect(await isSignedBySvix(SECRET, one, NOW)).toBe(true);
  const other = signed({ secret: `whsec_${btoa("another-secret-of-24-byte")}` });
  one.headers.set(
    "svix-signature",
    `${other.headers.get("svix-signature")} ${one.headers.get("svix-signature")}`,
  );
  expect(await isSignedBySvix(SECRET, one, NOW)).toBe(true);
});

test.each<[string, (one: ReturnType<typeof signed>) => ReturnType<typeof signed>]>([
  ["another payload", (one) => ({ ...one, payload: `${PAYLOAD} ` })],
  ["another id", (one) => (one.headers.set("svix-id", "msg_2"), one)],
  ["another time", (one) => (one.headers.set("svix-timestamp", String(NOW / SECOND + 1)), one)],
  ["another secret", () => signed({ secret: `whsec_${btoa("another-secret-of-24-byte")}` })],
  ["no signature", (one) => (one.headers.delete("svix-signature"), one)],
  ["no time", (one) => (one.headers.set("svix-timestamp", "now"), one)],
  ["another version", (one) => (one.headers.set("svix-signature", "v2,AAAA"), one)],
  ["nothing behind the version", (one) => (one.headers.set("svix-signature", "v1,"), one)],
  ["six minutes of age", () => signed({ at: NOW - 6 * MINUTE })],
  ["six minutes in the future", () => signed({ at: NOW + 6 * MINUTE })],
])("with %s it is not", async (_, change) => {
  expect(await isSignedBySvix(SECRET, change(signed()), NOW)).toBe(false);
});
