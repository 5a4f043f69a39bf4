/** The signature check against Twilio's own: both must say the same of whatever arrives. */
import fc from "fast-check";
import twilio from "twilio";
import { expect, test } from "vitest";
import { isSignedByTwilio } from "./twilioSignature";

type Request = { url: string; params: Record<string, string | string[]> };

const host = fc.constantFrom(
  "shop.convex.site",
  "hooks.joes.shop",
  "shop.convex.site:443",
  "127.0.0.1:3211",
  "hooks.joes.shop:8443",
);
const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const query = fc
  .array(fc.tuple(word, word), { maxLength: 3 })
  .map((pairs) => (pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`));
const url = fc
  .tuple(fc.constantFrom("https", "http"), host, fc.constantFrom("/twilio/sms", "/a/b"), query)
  .map(([scheme, at, path, search]) => `${scheme}://${at}${path}${search}`);
const value = fc.oneof(word, fc.constant(""), fc.array(word, { minLength: 1, maxLength: 3 }));
const name = fc.oneof(fc.constantFrom("From", "To", "Body", "MessageSid", "NumMedia"), word);
/** Node's `Object.keys` puts whole numbers first, before they are sorted: no difference, but no `__proto__`. */
const params = fc.dictionary(
  name.filter((one) => one !== "__proto__"),
  value,
  { maxKeys: 8 },
);
const token = fc.stringMatching(/^[0-9a-f]{32}$/);

/** What happens to a request on its way, and to its signature. */
const tampering = fc.constantFrom<
  (sent: Request, signature: string) => { sent: Request; signature: string }
>(
  (sent, signature) => ({ sent, signature }),
  (sent, signature) => ({ sent: { ...sent, url: `${sent.url}x` }, signature }),
  (sent, signature) => ({ sent: { ...sent, url: `${sent.url}?a=1` }, signature }),
  (sent, signature) => ({
    sent: { ...sent, url: sent.url.replace(/\/\/[^/]*/, "//evil.example") },
    signature,
  }),
  (sent, signature) => ({
    sent: { ...sent, params: { ...sent.params, Body: "Other" } },
    signature,
  }),
  (sent, signature) => ({ sent: { ...sent, params: { ...sent.params, Extra: "" } }, signature }),
  (sent, signature) => ({ sent: { ...sent, params: {} }, signature }),
  (sent, signature) => ({ sent, signature: signature.slice(0, -1) }),
  (sent, signature) => ({ sent, signature: `${signature}=` }),
  (sent, signature) => ({
    sent,
    signature: signature.replace(/^./, (c) => (c === "A" ? "B" : "A")),
  }),
  (sent, signature) => ({ sent, signature: signature.toLowerCase() }),
  (sent) => ({ sent, signature: "" }),
);

const fieldsOf = ({ params }: Request) =>
  Object.entries(params).flatMap(([key, values]) =>
    [values].flat().map((one): [string, string] => [key, one]),
  );

test("it says what the SDK's validateRequest says, on 1,000 requests, signed and tampered with", async () => {
  let valid = 0;
  let refused = 0;
  const request = fc.record({ url, params });
  await fc.assert(
    fc.asyncProperty(token, request, tampering, async (authToken, signed, tamper) => {
      const made = twilio.getExpectedTwilioSignature(authToken, signed.url, signed.params);
      const { sent, signature } = tamper(signed, made);
      const theirs = twilio.validateRequest(authToken, signature, sent.url, sent.params);
      const ours = await isSignedByTwilio(authToken, signature, sent.url, fieldsOf(sent));
      expect(ours).toBe(theirs);
      if (ours) valid += 1;
      else refused += 1;
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(valid, refused)).toBeGreaterThan(50);
});

test("another account's token, no signature and one that isn't base64 are refused", async () => {
  const url = "https://shop.convex.site/twilio/sms";
  const signature = twilio.getExpectedTwilioSignature("mine", url, { Body: "Hi" });
  const check = (token: string, given: string | null) =>
    isSignedByTwilio(token, given, url, [["Body", "Hi"]]);
  expect(await check("mine", signature)).toBe(true);
  expect(await check("other", signature)).toBe(false);
  expect(await check("mine", null)).toBe(false);
  expect(await check("mine", "not base64 at all, really!!!")).toBe(false);
});

test("a proxy that signs with the standard port, or without, is understood", async () => {
  const bare = "https://shop.convex.site/twilio/sms?a=1";
  const ported = "https://shop.convex.site:443/twilio/sms?a=1";
  const signature = twilio.getExpectedTwilioSignature("mine", ported, {});
  expect(await isSignedByTwilio("mine", signature, bare, [])).toBe(true);
});
