/** Texts from a phone: the webhook, its redelivery, what its answer does, and Twilio's own opt-out. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ManualClock } from "../clock.fixture";
import { startProviders, type Providers } from "../server";
import { SERVICE_NUMBERS } from "./senders";
import { Shop } from "./shop.fixture";

const PERSON = "+12125550142";
const [NUMBER, OTHER] = SERVICE_NUMBERS;
const PNG = Buffer.from("89504e470d0a1a0a", "hex");
const clock = new ManualClock();

let providers: Providers;
let shop: Shop;
beforeAll(async () => {
  providers = await startProviders({ port: 0, smsStepMs: 0, clock });
  shop = await new Shop(providers.env.TWILIO_AUTH_TOKEN!).start();
  providers.control.texts.configure({ smsUrl: `${shop.url}/twilio/sms?shop=1` });
});
afterAll(async () => {
  await providers.close();
  await shop.stop();
});
afterEach(() => {
  providers.control.reset();
  shop.clear();
});

const text = (body: string, change: object = {}) =>
  providers.control.texts.text({ from: PERSON, to: NUMBER, body, ...change });
const replies = () => {
  clock.advance(1_000);
  return providers.control.sms(PERSON).map(({ body }) => body);
};

test("a text reaches the shop signed, with Twilio's fields", async () => {
  const { sms } = await text("My screen is cracked – 50 €?");
  const [webhook] = shop.webhooks;
  expect(webhook).toMatchObject({ path: "/twilio/sms?shop=1", valid: true });
  expect(webhook!.fields).toMatchObject({
    MessageSid: sms.sid,
    SmsMessageSid: sms.sid,
    SmsSid: sms.sid,
    AccountSid: providers.env.TWILIO_ACCOUNT_SID,
    MessagingServiceSid: providers.env.TWILIO_MESSAGING_SERVICE_SID,
    From: PERSON,
    To: NUMBER,
    Body: "My screen is cracked – 50 €?",
    NumMedia: "0",
    NumSegments: "1",
    SmsStatus: "received",
    ApiVersion: "2010-04-01",
    FromCountry: "US",
    ToCity: "CHICAGO",
  });
  expect(webhook!.fields).not.toHaveProperty("OptOutType");
  await text("to the number outside the service", { to: "+15005550006" });
  expect(shop.webhooks[1]!.fields).not.toHaveProperty("MessagingServiceSid");
});

test("the same text comes many times, at once and again, with one MessageSid", async () => {
  const { sms, answers } = await text("hello", { copies: 20 });
  expect(answers).toHaveLength(20);
  await providers.control.texts.redeliver(sms.sid, 5);
  expect(shop.webhooks).toHaveLength(25);
  expect(new Set(shop.webhooks.map(({ fields }) => fields.MessageSid))).toEqual(new Set([sms.sid]));
  expect(shop.webhooks.every(({ valid }) => valid)).toBe(true);
  expect(() => providers.control.texts.redeliver("SM0")).toThrow("no received text");
});

test("a refusal, or a lost connection, brings it again where the account says so", async () => {
  providers.control.texts.configure({ retries: 3, retryOn: ["5xx", "rt"] });
  shop.answers = [{ status: 500 }, { cut: true }, { status: 200, body: "<Response/>" }];
  const { sms, answers } = await text("hello");
  expect(answers).toMatchObject([{ status: 200 }]);
  expect(shop.webhooks.map(({ fields }) => fields.MessageSid)).toEqual(Array(3).fill(sms.sid));
  expect(providers.control.texts.received()[0]).toMatchObject({ webhookStatus: 200 });
  shop.answers = [{ status: 404 }];
  await text("nobody there");
  expect(providers.control.texts.received()[0]).toMatchObject({ webhookStatus: 404 });
  expect(providers.control.texts.alerts()).toMatchObject([{ code: 11200 }]);
});

test.each([
  ["<Response/>", []],
  ['<?xml version="1.0" encoding="UTF-8"?><Response></Response>', []],
  ["<Response><Message>Hi &amp; welcome &lt;3</Message></Response>", ["Hi & welcome <3"]],
  [
    "<Response><Message><Body>one</Body></Message><Message>two</Message></Response>",
    ["two", "one"],
  ],
])("obeys the answer %s", async (body, expected) => {
  shop.answers = [{ type: "text/xml; charset=utf-8", body }];
  await text("hello");
  expect(replies()).toEqual(expected);
  expect(providers.control.texts.alerts()).toEqual([]);
});

test("a reply comes from the number that was texted, and calls back where it says", async () => {
  const body = `<Response><Message statusCallback="/status?x=1">Hi</Message></Response>`;
  shop.answers = [{ type: "application/xml", body }, { status: 204 }];
  await text("hello", { to: OTHER });
  clock.advance(1_000);
  await shop.got(3);
  expect(providers.control.sms()[0]).toMatchObject({ direction: "outbound-reply", from: OTHER });
  expect(shop.statuses().slice(1)).toEqual(["sent", "delivered"]);
  expect(shop.webhooks[2]).toMatchObject({ path: "/status?x=1", valid: true });
});

test.each([
  ["text/xml", "<Response><Message>", 12100],
  ["text/xml", "<Hello/>", 12200],
  ["application/json", "{}", 12300],
])("an answer that is no TwiML (%s: %s) is an alert", async (type, body, code) => {
  shop.answers = [{ type, body }];
  await text("hello");
  expect(replies()).toEqual([]);
  expect(providers.control.texts.alerts()).toMatchObject([{ code }]);
});

test("a plain text is a message", async () => {
  shop.answers = [{ type: "text/plain", body: "Just text" }];
  await text("hello");
  expect(replies()).toEqual(["Just text"]);
});

test("a picture waits behind the account's credentials, and a redirect", async () => {
  const media = [{ contentType: "image/png", data: PNG.toString("base64") }];
  const { sms } = await text("", { media });
  expect(sms.sid).toMatch(/^MM/);
  const { fields } = shop.webhooks[0]!;
  expect(fields).toMatchObject({ NumMedia: "1", MediaContentType0: "image/png", Body: "" });
  expect(fields.MediaUrl0).toContain(`/Messages/${sms.sid}/Media/ME`);
  expect((await fetch(fields.MediaUrl0!)).status).toBe(401);
  const credentials = `${providers.env.TWILIO_ACCOUNT_SID}:${providers.env.TWILIO_AUTH_TOKEN}`;
  const headers = { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
  const first = await fetch(fields.MediaUrl0!, { headers, redirect: "manual" });
  expect(first.status).toBe(307);
  const file = await fetch(fields.MediaUrl0!, { headers });
  expect(file.headers.get("content-type")).toBe("image/png");
  expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG);
  providers.control.texts.configure({ mediaAuth: false });
  expect((await fetch(fields.MediaUrl0!)).status).toBe(200);
  const deleted = await fetch(`${fields.MediaUrl0!}.json`, { method: "DELETE", headers });
  expect(deleted.status).toBe(204);
  expect((await fetch(fields.MediaUrl0!, { headers })).status).toBe(404);
});

test("STOP is the shop's affair, until the account's opt-out is on", async () => {
  await text("stop");
  expect(replies()).toEqual([]);
  providers.control.texts.configure({ optOut: "default" });
  await text(" Stop ");
  expect(replies()).toEqual([expect.stringContaining("unsubscribed")]);
  expect(shop.webhooks[1]!.fields).not.toHaveProperty("OptOutType");
  shop.answers = [{ body: "<Response><Message>still there?</Message></Response>" }];
  await text("hello");
  // What the shop answers does not get through.
  expect(providers.control.sms(PERSON)[0]).toMatchObject({ status: "failed", errorCode: 21610 });
  shop.answers = [{}];
  await text("please stop calling");
  await text("START");
  expect(replies()[0]).toContain("re-subscribed");
  shop.answers = [{ body: "<Response><Message>welcome</Message></Response>" }];
  await text("hello");
  expect(replies()[0]).toBe("welcome");
});

test.each([
  ["STOPALL", "STOP"],
  ["optout", "STOP"],
  ["Unstop", "START"],
  ["INFO", "HELP"],
  ["stop it", undefined],
])("advanced opt-out says of %j: %s", async (body, type) => {
  providers.control.texts.configure({ optOut: "advanced" });
  await text(body);
  expect(shop.webhooks[0]!.fields.OptOutType).toBe(type);
});
