/** Texts that come in: whose they are, stored once, and refused when Twilio didn't send them. */
import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { control, customer, messages, row, RUN_TWICE, snapshot, technician } from "../setup";
import {
  later,
  newPhone,
  newSid,
  person,
  sentTo,
  smsShop,
  text,
  threads,
  webhook,
  SHOP_NUMBER,
} from "./shop";
import { DAY } from "../../convex/lib/time";

const form = (from: string, fields: Record<string, string> = {}) => ({
  MessageSid: newSid(),
  From: from,
  To: SHOP_NUMBER,
  Body: "How much is a laptop screen?",
  ...fields,
});

describe("who is believed", () => {
  test("a request without Twilio's signature changes nothing", async () => {
    const t = await smsShop();
    const before = await snapshot(t);
    for (const signature of ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="]) {
      const response = await webhook(t, "/twilio/sms", form(newPhone()), { signature });
      expect(response.status).toBe(403);
    }
    const elsewhere = { base: "https://other.example" };
    const response = await webhook(t, "/twilio/sms", form(newPhone()), elsewhere);
    expect(response.status).toBe(403);
    expect(await snapshot(t)).toEqual(before);
  });

  test("the URL that is signed is the public one, with its query", async () => {
    const base = "https://hooks.joes.shop";
    const t = await smsShop({ TWILIO_WEBHOOK_URL: `${base}/` });
    const phone = newPhone();
    const path = "/twilio/sms?line=front%20desk&x=1";
    expect((await webhook(t, path, form(phone), { base })).status).toBe(200);
    expect((await webhook(t, path, form(newPhone()))).status).toBe(403);
    expect(await threads(t, phone)).toHaveLength(1);
  });

  test("no page can read an answer, and a form that isn't one is refused", async () => {
    const t = await smsShop({ ALLOWED_ORIGINS: "https://shop.example" });
    const preflight = await t.fetch("/twilio/sms", {
      method: "OPTIONS",
      headers: { origin: "https://shop.example" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    expect(preflight.headers.get("access-control-allow-methods")).toBeNull();
    const { From: _, ...rest } = form(newPhone());
    expect((await webhook(t, "/twilio/sms", rest)).status).toBe(400);
    expect((await webhook(t, "/twilio/sms", form("+1", { MessageSid: "1" }))).status).toBe(400);
  });

  test("without configuration the answer says nothing, and the log which command sets it", async () => {
    const t = await smsShop();
    vi.stubEnv("TWILIO_AUTH_TOKEN", "");
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const response = await t.fetch("/twilio/sms", { method: "POST", body: "Body=Hi" });
    expect(response.status).toBe(503);
    expect(logged.mock.calls.flat().join()).toContain("npx convex env set TWILIO_AUTH_TOKEN");
  });
});

test("the same text 50 times in parallel is one message and one answer", async () => {
  const t = await smsShop();
  const phone = newPhone();
  const once = form(phone);
  const all = Array.from({ length: 50 }, () => webhook(t, "/twilio/sms", once));
  expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]));
  await later(t);
  await webhook(t, "/twilio/sms", once);
  await later(t);
  const [thread, ...others] = await threads(t, phone);
  expect(others).toEqual([]);
  const kinds = (await messages(t, thread!._id)).map(({ author }) => author.kind);
  expect(kinds).toEqual(["customer", "agent"]);
  expect(await sentTo(phone)).toHaveLength(1);
});

test("a burst gets one answer, to all of it", async () => {
  const t = await smsShop();
  const phone = newPhone();
  for (const body of ["Hi there", "I broke something", "How much is a laptop screen?"]) {
    await text(t, phone, body);
  }
  await later(t);
  const sent = await sentTo(phone);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.body).toContain("$179");
});

describe("whose a text is", () => {
  test("a number that is written on an account is a stranger's until it is confirmed", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const ann = await customer(t);
    await t.run((ctx) => ctx.db.patch("users", ann.userId, { phone }));
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
      message: { text: "My private matter" },
    });
    await text(t, phone, "Who am I?");
    const texting = await person(t, phone);
    expect(texting._id).not.toBe(ann.userId);
    expect(texting).toMatchObject({ role: "customer", phone, smsConsent: "unknown" });
    expect(texting.phoneVerifiedAt).toBeUndefined();
    const [thread] = await threads(t, phone);
    expect(thread!._id).not.toBe(conversationId);
    expect(await row(t, conversationId)).toMatchObject({ userId: ann.userId, channel: "web" });
    const dana = await technician(t);
    const desk = await dana.t.query(api.conversations.queue, { view: "all" });
    const shown = desk.find(({ _id }) => _id === thread!._id)!;
    expect(shown.customer).toMatchObject({ phone, phoneVerified: false, smsConsent: "unknown" });
  });

  test("the open conversation goes on, and one that was resolved lately opens again", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const dana = await technician(t);
    await text(t, phone, "One");
    await text(t, phone, "Two");
    const [thread, ...none] = await threads(t, phone);
    expect(none).toEqual([]);
    await dana.t.mutation(api.conversations.resolve, { conversationId: thread!._id });
    await text(t, phone, "Three");
    expect(await threads(t, phone)).toMatchObject([{ status: "open", episode: 2 }]);
    await dana.t.mutation(api.conversations.resolve, { conversationId: thread!._id });
    vi.setSystemTime(Date.now() + 15 * DAY);
    await text(t, phone, "Something else");
    const statuses = (await threads(t, phone)).map(({ status }) => status);
    expect(statuses.sort()).toEqual(["open", "resolved"]);
  });

  test("what is no phone number is taken, and not answered", async () => {
    const t = await smsShop();
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    // That the provider called is on record, once an hour.
    expect((await text(t, "54321", "Hi")).status).toBe(200);
    warned.mockClear();
    const before = await snapshot(t);
    for (const from of ["AMAZON", "12345", "whatsapp:+16145550100"]) {
      expect((await text(t, from, "Hi")).status).toBe(200);
    }
    expect(warned).toHaveBeenCalledTimes(RUN_TWICE ? 6 : 3);
    expect(await snapshot(t)).toEqual(before);
  });
});

test("more texts than the assistant answers go to a technician, and none is lost", async () => {
  const t = await smsShop();
  const phone = newPhone();
  for (let i = 0; i < 18; i++) await text(t, phone, `Text ${i}`);
  const [thread] = await threads(t, phone);
  expect(thread).toMatchObject({ owner: { kind: "queue" }, brief: { reason: "reply_cap" } });
  const said = await messages(t, thread!._id);
  expect(said.filter(({ author }) => author.kind === "customer")).toHaveLength(18);
  await later(t);
  expect(await sentTo(phone)).toHaveLength(1);
});

test("an answer that fails is a technician's: by text there is no button to try again", async () => {
  const t = await smsShop();
  const phone = newPhone();
  const match = "Refused by text?";
  const fault = { provider: "openrouter", kind: "status", status: 400, match };
  await control("/faults", { ...fault, times: "always" });
  await text(t, phone, match);
  await later(t);
  const [thread] = await threads(t, phone);
  expect(thread).toMatchObject({ owner: { kind: "queue" }, brief: { reason: "provider_error" } });
  const sent = await sentTo(phone);
  expect(sent.map(({ body }) => body)).toEqual([expect.stringContaining("to our technicians")]);
});
