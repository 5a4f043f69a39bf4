/** The states of the shop's texts, and the callbacks that tell of them, on a clock that tests move. */
import twilio from "twilio";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ManualClock } from "../clock.fixture";
import { startProviders, type Providers } from "../server";
import { SERVICE_NUMBERS } from "./senders";
import { Shop } from "./shop.fixture";

const PERSON = "+12125550142";
const STEP_MS = 100;
const clock = new ManualClock();

let providers: Providers;
let shop: Shop;
beforeAll(async () => {
  providers = await startProviders({ port: 0, smsStepMs: STEP_MS, clock });
  shop = await new Shop(providers.env.TWILIO_AUTH_TOKEN!).start();
});
afterAll(async () => {
  await providers.close();
  await shop.stop();
});
afterEach(() => {
  providers.control.reset();
  shop.clear();
});

/** With a query whose order and escapes matter to the signature. */
const PATH = "/twilio/status?b=2&a=%27x%20y%27&empty=";

function send(change: object = {}) {
  const sdk = twilio(providers.env.TWILIO_ACCOUNT_SID, providers.env.TWILIO_AUTH_TOKEN);
  sdk.api.baseUrl = providers.env.TWILIO_BASE_URL!;
  return sdk.messages.create({
    to: PERSON,
    from: SERVICE_NUMBERS[0],
    body: "Ready",
    statusCallback: `${shop.url}${PATH}`,
    ...change,
  });
}
const serviced = () => ({
  from: undefined,
  messagingServiceSid: providers.env.TWILIO_MESSAGING_SERVICE_SID,
});

/** Lets so much time pass, step by step, each callback taken before the next. */
async function pass(steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    clock.advance(STEP_MS);
    await providers.control.texts.idle();
  }
}

test("each state but the first is called back, signed, with Twilio's fields", async () => {
  const { sid } = await send(serviced());
  await pass(1);
  expect(shop.statuses()).toEqual(["queued"]);
  await pass(3);
  expect(shop.statuses()).toEqual(["queued", "sent", "delivered"]);
  expect(shop.webhooks.every(({ valid }) => valid)).toBe(true);
  expect(shop.webhooks.every(({ path }) => path === PATH)).toBe(true);
  const [first, , last] = shop.webhooks;
  expect(first!.fields).toEqual({
    AccountSid: providers.env.TWILIO_ACCOUNT_SID,
    ApiVersion: "2010-04-01",
    From: providers.control.sms()[0]!.from,
    To: PERSON,
    MessageSid: sid,
    MessageStatus: "queued",
    SmsSid: sid,
    SmsStatus: "queued",
    MessagingServiceSid: providers.env.TWILIO_MESSAGING_SERVICE_SID,
  });
  expect(last!.fields.RawDlrDoneDate).toMatch(/^\d{10}$/);
  expect(first!.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
});

test("without a service the first callback is the one of sending", async () => {
  await send();
  await pass(5);
  expect(shop.statuses()).toEqual(["sent", "delivered"]);
});

test.each([
  [{ status: "undelivered", errorCode: 30005 }, ["sent", "undelivered"], "30005"],
  [{ status: "undelivered" }, ["sent", "undelivered"], "30003"],
  [{ status: "failed", errorCode: 30007 }, ["failed"], "30007"],
  [{ status: "failed" }, ["failed"], "30008"],
  [{ status: "sent" }, ["sent"], undefined],
] as const)("ends as was set for the number: %o", async (outcome, statuses, code) => {
  providers.control.setSmsOutcome(PERSON, outcome);
  await send();
  await send({ to: "+12125550143" });
  await pass(5);
  const mine = shop.webhooks.filter(({ fields }) => fields.To === PERSON);
  expect(mine.map(({ fields }) => fields.MessageStatus)).toEqual(statuses);
  expect(mine.at(-1)!.fields.ErrorCode).toBe(code);
  expect(shop.webhooks.at(-1)!.fields).toMatchObject({ MessageStatus: "delivered" });
});

test("a signature does not fit other fields, another URL or another token", async () => {
  await send();
  await pass(5);
  const { fields, headers } = shop.webhooks[0]!;
  const signature = String(headers["x-twilio-signature"]);
  const token = providers.env.TWILIO_AUTH_TOKEN!;
  const url = `${shop.url}${PATH}`;
  const check = twilio.validateRequest;
  expect(check(token, signature, url, fields)).toBe(true);
  expect(check(token, signature, url, { ...fields, MessageStatus: "failed" })).toBe(false);
  expect(check(token, signature, url.replace("b=2", "b=3"), fields)).toBe(false);
  expect(check("other", signature, url, fields)).toBe(false);
});

test("a callback is lost, doubled or late when told so", async () => {
  const { texts } = providers.control;
  texts.callbackRule({ action: "drop", status: "sent" });
  await send();
  await pass(5);
  expect(shop.statuses()).toEqual(["delivered"]);
  shop.clear();
  texts.callbackRule({ action: "duplicate", copies: 3, to: PERSON, times: "always" });
  await send();
  await pass(5);
  expect(shop.statuses()).toEqual([
    ...Array<string>(3).fill("sent"),
    ...Array<string>(3).fill("delivered"),
  ]);
  texts.clearCallbackRules();
  shop.clear();
  texts.callbackRule({ action: "delay", delayMs: 60_000, status: "sent" });
  await send();
  await pass(5);
  expect(shop.statuses()).toEqual(["delivered"]);
  clock.advance(60_000);
  await texts.idle();
  expect(shop.statuses()).toEqual(["delivered", "sent"]);
  // Its fields are those of its own time.
  expect(shop.webhooks[1]!.fields).not.toHaveProperty("RawDlrDoneDate");
  expect(texts.callbackRules()).toEqual([]);
});

test("a callback is tried again as the account says, and then told about", async () => {
  const { texts } = providers.control;
  const token = "i-twilio-idempotency-token";
  shop.answers = [{ status: 503 }, { status: 200 }];
  await send();
  await pass(5);
  // By default only where no connection came about.
  expect(shop.statuses()).toEqual(["sent", "delivered"]);
  expect(texts.alerts()).toMatchObject([{ code: 11200, text: "answered with status 503" }]);
  shop.clear();
  texts.configure({ retries: 2, retryOn: ["ct", "rt", "5xx"] });
  shop.answers = [{ status: 503 }, { cut: true }, { status: 200 }];
  await send();
  await pass(5);
  expect(shop.statuses()).toEqual(["sent", "sent", "sent", "delivered"]);
  const tokens = shop.webhooks.map(({ headers }) => headers[token]);
  expect(new Set(tokens.slice(0, 3)).size).toBe(1);
  expect(tokens[3]).not.toBe(tokens[0]);
  const closed = await new Shop("").start();
  await closed.stop();
  await send({ statusCallback: `${closed.url}/status` });
  await pass(5);
  expect(texts.alerts()[0]).toMatchObject({ code: 11205, text: "no connection" });
});

test("callbacks for a public address go through the proxy, signed for the public address", async () => {
  const { texts } = providers.control;
  const publicOrigin = "https://shop.example";
  texts.configure({ proxy: { publicOrigin, origin: shop.url } });
  await send({ statusCallback: `${publicOrigin}${PATH}` });
  await pass(5);
  const { fields, headers, valid } = shop.webhooks[0]!;
  expect(valid).toBe(false);
  const token = providers.env.TWILIO_AUTH_TOKEN!;
  const signature = String(headers["x-twilio-signature"]);
  expect(twilio.validateRequest(token, signature, `${publicOrigin}${PATH}`, fields)).toBe(true);
  shop.clear();
  await send({ statusCallback: "https://elsewhere.example/status" });
  await pass(5);
  expect(shop.webhooks).toEqual([]);
  expect(texts.alerts()[0]).toMatchObject({ text: "the stand-in calls this machine only" });
});

test("media are fetched from the shop and listed; one that is not there ends the message", async () => {
  const { texts } = providers.control;
  shop.answers = [{ type: "image/png", body: "picture" }, { status: 200 }];
  const sdk = twilio(providers.env.TWILIO_ACCOUNT_SID, providers.env.TWILIO_AUTH_TOKEN);
  sdk.api.baseUrl = providers.env.TWILIO_BASE_URL!;
  const sent = await send({ mediaUrl: [`${shop.url}/a.png`], statusCallback: undefined });
  expect(sent).toMatchObject({ numMedia: "1" });
  expect(sent.sid).toMatch(/^MM/);
  await shop.got(1);
  await texts.waitFor((sms) => sms.sid === sent.sid && sms.media[0]!.bytes.length > 0);
  await pass(5);
  expect((await sdk.messages(sent.sid).fetch()).status).toBe("delivered");
  const [file] = await sdk.messages(sent.sid).media.list();
  expect(file).toMatchObject({ contentType: "image/png", parentSid: sent.sid });
  shop.answers = [{ status: 404 }];
  const lost = await send({ mediaUrl: [`${shop.url}/none.png`], statusCallback: undefined });
  const failed = await texts.waitFor((sms) => sms.sid === lost.sid && sms.status === "failed");
  expect(failed.errorCode).toBe(30008);
  await pass(5);
  const kept = await sdk.messages(lost.sid).fetch();
  expect([kept.status, kept.errorCode, kept.price]).toEqual(["failed", 30008, null]);
});
