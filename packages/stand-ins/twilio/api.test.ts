/** Twilio's own SDK against the stand-in's API. */
import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock.fixture";
import { startProviders, type Providers } from "../server";
import { SERVICE_NUMBERS } from "./senders";

const PERSON = "+12125550142";
const NUMBER = "+15005550006";
const clock = new ManualClock();

let providers: Providers;
beforeAll(async () => {
  providers = await startProviders({ port: 0, smsStepMs: 10, clock });
});
afterAll(() => providers.close());
beforeEach(() => providers.control.reset());

function client(token = providers.env.TWILIO_AUTH_TOKEN!) {
  const sdk = twilio(providers.env.TWILIO_ACCOUNT_SID, token);
  sdk.api.baseUrl = providers.env.TWILIO_BASE_URL!;
  return sdk;
}
const sms = { to: PERSON, from: NUMBER, body: "Your laptop is ready." };
const service = () => ({
  to: PERSON,
  messagingServiceSid: providers.env.TWILIO_MESSAGING_SERVICE_SID!,
  body: sms.body,
});

describe("a message", () => {
  test("is queued, sent and delivered, and fetched in each state", async () => {
    const sent = await client().messages.create(sms);
    expect(sent).toMatchObject({
      status: "queued",
      direction: "outbound-api",
      from: NUMBER,
      messagingServiceSid: null,
      numSegments: "1",
      numMedia: "0",
      errorCode: null,
      dateSent: null,
      price: null,
    });
    expect(sent.sid).toMatch(/^SM[0-9a-f]{32}$/);
    clock.advance(20);
    expect(await client().messages(sent.sid).fetch()).toMatchObject({
      status: "sent",
      price: "-0.00830",
      priceUnit: "USD",
      dateSent: new Date(Math.floor(clock.now() / 1000) * 1000),
    });
    clock.advance(10);
    expect((await client().messages(sent.sid).fetch()).status).toBe("delivered");
  });

  test("of the Messaging Service has no sender until it is queued, then one per recipient for good", async () => {
    const first = await client().messages.create(service());
    expect(first).toMatchObject({
      status: "accepted",
      from: null,
      messagingServiceSid: service().messagingServiceSid,
    });
    const others = ["+12125550143", "+14155550100"].map((to) =>
      client().messages.create({ ...service(), to }),
    );
    const second = await client().messages.create(service());
    const [, near] = await Promise.all(others);
    clock.advance(100);
    const from = async (sid: string) => (await client().messages(sid).fetch()).from;
    expect(SERVICE_NUMBERS).toContain(await from(first.sid));
    expect(await from(second.sid)).toBe(await from(first.sid));
    // The number of the recipient's own area.
    expect(await from(near!.sid)).toBe("+14155550113");
    providers.control.reset();
    await providers.control.texts.text({ from: PERSON, to: SERVICE_NUMBERS[1], body: "hello" });
    const answer = await client().messages.create(service());
    clock.advance(100);
    expect(await from(answer.sid)).toBe(SERVICE_NUMBERS[1]);
  });

  test("waits no longer than its validity period", async () => {
    providers.control.setSmsOutcome(PERSON, { status: "delivered", stepMs: 5_001 });
    const sent = await client().messages.create({ ...sms, validityPeriod: 5 });
    clock.advance(5_001);
    const fetched = await client().messages(sent.sid).fetch();
    expect(fetched).toMatchObject({
      status: "failed",
      errorCode: 30036,
      errorMessage: "Validity Period Expired",
    });
  });

  test("is redacted or deleted when it is done, not before", async () => {
    const { sid } = await client().messages.create(sms);
    await expect(client().messages(sid).update({ body: "" })).rejects.toMatchObject({
      status: 409,
      code: 20009,
    });
    clock.advance(100);
    expect(await client().messages(sid).update({ body: "" })).toMatchObject({ body: "" });
    await expect(client().messages(sid).update({ body: "x" })).rejects.toMatchObject({
      status: 400,
    });
    expect(await client().messages(sid).remove()).toBe(true);
    await expect(client().messages(sid).fetch()).rejects.toMatchObject({ code: 20404 });
  });
});

describe("the list", () => {
  test("is read over several pages, newest first, each message once", async () => {
    for (let i = 0; i < 7; i++) await client().messages.create({ ...sms, body: `text ${i}` });
    const all = await client().messages.list({ pageSize: 3 });
    expect(all.map((message) => message.body)).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((i) => `text ${i}`),
    );
    expect(await client().messages.list({ pageSize: 3, limit: 5 })).toHaveLength(5);
    const page = await client().messages.page({ pageSize: 3 });
    await client().messages.create({ ...sms, body: "meanwhile" });
    const next = await page.nextPage();
    expect(next!.instances.map((message) => message.body)).toEqual(["text 3", "text 2", "text 1"]);
  });

  test("is filtered by recipient, sender and date", async () => {
    const morning = clock.now();
    await client().messages.create(sms);
    clock.advance(86_400_000);
    await client().messages.create({ ...sms, to: "+12125550143" });
    await providers.control.texts.text({ from: PERSON, to: NUMBER, body: "in" });
    clock.advance(1_000);
    const bodies = async (filter: object) => (await client().messages.list(filter)).length;
    expect(await bodies({ to: PERSON })).toBe(1);
    expect(await bodies({ from: PERSON })).toBe(1);
    expect(await bodies({ from: NUMBER })).toBe(2);
    expect(await bodies({ to: PERSON, from: PERSON })).toBe(0);
    const noon = new Date(morning + 43_200_000);
    expect(await bodies({ dateSentBefore: noon })).toBe(1);
    expect(await bodies({ dateSentAfter: noon })).toBe(2);
    const day = new Date(morning).toISOString().slice(0, 10);
    const url = `${providers.env.TWILIO_BASE_URL}/2010-04-01/Accounts/${providers.env.TWILIO_ACCOUNT_SID}/Messages.json?DateSent=${day}`;
    const answer = (await client().request({ method: "get", uri: url })) as {
      body: { messages: object[] };
    };
    expect(answer.body.messages).toHaveLength(1);
  });
});

describe("a refusal", () => {
  test.each([
    [{ to: "12" }, 400, 21211],
    [{ to: "" }, 400, 21604],
    [{ from: "" }, 400, 21603],
    [{ from: "+13125550199" }, 400, 21606],
    [{ from: "shop!" }, 400, 21212],
    [{ to: NUMBER }, 400, 21266],
    [{ from: "+15005550008" }, 400, 21611],
    [{ messagingServiceSid: `MG${"0".repeat(32)}` }, 400, 21701],
    [{ body: "" }, 400, 21602],
    [{ body: "a".repeat(1_601) }, 400, 21617],
    [{ mediaUrl: Array<string>(11).fill("http://127.0.0.1/a.png") }, 400, 21623],
    [{ mediaUrl: ["ftp://host/a.png"] }, 400, 21620],
    [{ statusCallback: "not a url" }, 400, 21609],
    [{ validityPeriod: 36_001 }, 400, 21626],
    [{ to: "+15005550002" }, 400, 21612],
    [{ to: "+15005550003" }, 400, 21408],
    [{ to: "+15005550004" }, 400, 21610],
    [{ to: "+15005550009" }, 400, 21614],
  ])("has Twilio's shape: %o", async (change, status, code) => {
    const failed = await client()
      .messages.create({ ...sms, ...change })
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({
      status,
      code,
      message: expect.stringMatching(/\w/) as string,
      moreInfo: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(providers.control.sms()).toEqual([]);
  });

  test("counts a text's characters, not its bytes", async () => {
    const sent = await client().messages.create({ ...sms, body: "😀".repeat(1_600) });
    expect(sent.status).toBe("queued");
  });

  test("comes for wrong credentials and for what is not there", async () => {
    await expect(client("wrong").messages.create(sms)).rejects.toMatchObject({
      status: 401,
      code: 20003,
    });
    await expect(client().messages("SM00").fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
    const other = client();
    await expect(
      other.api.v2010.accounts(`AC${"1".repeat(32)}`).messages.list(),
    ).rejects.toMatchObject({ status: 404 });
  });

  test("is set per number, or comes with an opt-out and goes with it", async () => {
    providers.control.setSmsOutcome(PERSON, { status: "delivered", refuse: 63038 });
    await expect(client().messages.create(sms)).rejects.toMatchObject({ status: 429, code: 63038 });
    providers.control.reset();
    providers.control.texts.setOptOut(PERSON, true);
    await expect(client().messages.create(sms)).rejects.toMatchObject({ status: 400, code: 21610 });
    await expect(client().messages.create(service())).rejects.toMatchObject({ code: 21610 });
    expect(await client().messages.create({ ...sms, to: "+12125550143" })).toBeDefined();
    providers.control.texts.setOptOut(PERSON, false);
    expect(await client().messages.create(service())).toBeDefined();
  });
});

describe("trouble on the way to Twilio", () => {
  test("429 and 500 come before anything is accepted", async () => {
    const { control } = providers;
    control.fault({ provider: "twilio", kind: "status", status: 429, retryAfter: 2 });
    await expect(client().messages.create(sms)).rejects.toMatchObject({ status: 429, code: 20429 });
    control.fault({ provider: "twilio", kind: "status", status: 500 });
    await expect(client().messages.create(sms)).rejects.toMatchObject({ status: 500, code: 20500 });
    control.fault({ provider: "twilio", kind: "status", status: 429, code: 63038 });
    await expect(client().messages.create(sms)).rejects.toMatchObject({ status: 429, code: 63038 });
    expect(control.sms()).toEqual([]);
  });

  test("a connection that is cut leaves the message accepted, to be found by a look-up", async () => {
    providers.control.fault({ provider: "twilio", kind: "cut", afterProcessing: true });
    await expect(client().messages.create(sms)).rejects.not.toHaveProperty("code", 20500);
    const [found] = await client().messages.list({ to: PERSON });
    expect(found).toMatchObject({ body: sms.body, status: "queued" });
    providers.control.fault({ provider: "twilio", kind: "cut" });
    await expect(client().messages.create({ ...sms, body: "other" })).rejects.toThrow();
    expect(await client().messages.list({ to: PERSON })).toHaveLength(1);
  });

  test("a limit per second says when to come back", async () => {
    providers.control.texts.configure({ apiPerSecond: 2 });
    await client().messages.create(sms);
    await client().messages.create(sms);
    const sdk = client();
    await expect(sdk.messages.create(sms)).rejects.toMatchObject({ status: 429, code: 20429 });
    const last = sdk.httpClient.lastResponse as { headers: Record<string, string> };
    expect(last.headers["retry-after"]).toBe("1");
    clock.advance(1_000);
    expect(await client().messages.create(sms)).toBeDefined();
  });
});
