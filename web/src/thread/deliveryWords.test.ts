/** What staff read beneath a text: every state has words of its own, and a code that we know says why. */
import { expect, test } from "vitest";
import { deliveryWords } from "./deliveryWords";

const words = (state: string, more: object = {}) => deliveryWords({ state, at: 0, ...more });

test.each([
  ["queued", {}, "Text waits to be sent"],
  ["queued", { waitsFor: "opening" }, "Text waits until we open"],
  ["queued", { waitsFor: "page" }, "Texted if the customer's page doesn't show it"],
  ["sending", {}, "Sending text…"],
  ["unknown", {}, "Text sent? We are looking it up"],
  ["unknown", { reason: "not looked up" }, "Text sent? Nobody could find out"],
  ["sent", { segments: 1 }, "Texted"],
  ["delivered", { segments: 3 }, "Delivered by text in 3 parts"],
  ["undelivered", { reason: "30003" }, "Text did not arrive: the phone is off or out of reach"],
  ["failed", { reason: "never arrived" }, "Text did not arrive: the provider never had it"],
  ["failed", { reason: "12345" }, "Text did not arrive: error 12345"],
  ["cancelled", { reason: "overtaken" }, "Not texted: something newer was said"],
  [
    "queued",
    { channel: "email", waitsFor: "page" },
    "Mailed if the customer's page doesn't show it",
  ],
  ["queued", { channel: "email", waitsFor: "limit" }, "E-mail waits"],
  ["sending", { channel: "email" }, "Sending e-mail…"],
  ["sent", { channel: "email", segments: 0 }, "Mailed"],
  ["delivered", { channel: "email" }, "Delivered by e-mail"],
  [
    "cancelled",
    { channel: "email", reason: "unsubscribed" },
    "Not mailed: the customer wants no answers by e-mail",
  ],
  [
    "undelivered",
    { channel: "email", reason: "bounced" },
    "E-mail did not arrive: the address takes no mail",
  ],
])("%s %j: %s", (state, more, said) => {
  expect(words(state, more)).toBe(said);
});
