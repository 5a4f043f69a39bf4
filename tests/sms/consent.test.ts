/** Consent: what STOP ends, what START begins, and who can't undo it. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { refusal, messages, snapshot, technician, type Deployment } from "../setup";
import {
  deliveryOf,
  later,
  newPhone,
  outbox,
  person,
  queued,
  sentTo,
  smsShop,
  text,
  threads,
} from "./shop";

const ledger = async (t: Deployment) => {
  const events = (await snapshot(t)).analytics as { type?: string; data?: { reason?: string } }[];
  return events
    .filter(({ type }) => type === "sms_consent_changed")
    .map(({ data }) => data!.reason);
};
const bodies = async (phone: string) => (await sentTo(phone)).map(({ body }) => body);

/** A conversation with a technician, by text. */
async function withTechnician(phone = newPhone()) {
  const t = await smsShop();
  await text(t, phone, "My screen is broken");
  const [thread] = await threads(t, phone);
  const dana = await technician(t);
  const conversationId = thread!._id;
  await dana.t.mutation(api.conversations.claim, { conversationId });
  return { t, phone, dana, conversationId };
}

test("a STOP between enqueue and send: nothing goes out but its confirmation", async () => {
  const { t, phone, dana, conversationId } = await withTechnician();
  const first = await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "A" });
  const second = await dana.t.mutation(api.messages.sendStaffMessage, {
    conversationId,
    text: "B",
  });
  await text(t, phone, "Stop.");
  await later(t);
  for (const id of [first, second]) {
    expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled", reason: "opted_out" });
  }
  expect(await bodies(phone)).toEqual([expect.stringMatching(/won't get any more texts/)]);
  expect(await ledger(t)).toEqual(["STOP, by text"]);
});

test("a STOP is no question: given back by people, the assistant has nothing to answer", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "STOP");
  const [thread] = await threads(t, phone);
  const conversationId = thread!._id;
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.conversations.release, { conversationId });
  expect((await threads(t, phone))[0]).not.toHaveProperty("waitingSince");
  const { workflows } = await snapshot(t);
  expect(workflows).not.toContainEqual(expect.objectContaining({ kind: "reply" }));
});

test("a question of somebody who has opted out since is not answered when people give it back", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "I want to talk to a person");
  await text(t, phone, "STOP");
  await text(t, phone, "How much is a laptop screen?");
  const [thread] = await threads(t, phone);
  expect(thread!.waitingSince).toBeDefined();
  const conversationId = thread!._id;
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.conversations.release, { conversationId });
  expect((await threads(t, phone))[0]).not.toHaveProperty("waitingSince");
  const { workflows } = await snapshot(t);
  expect(workflows).not.toContainEqual(expect.objectContaining({ kind: "reply", state: "queued" }));
});

test("a STOP ends the answer that is being written, and nobody waits any more", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "How much is a laptop screen?");
  await text(t, phone, "STOP");
  await later(t);
  expect(await bodies(phone)).toEqual([expect.stringMatching(/won't get any more/)]);
  const [thread] = await threads(t, phone);
  expect(thread!.waitingSince).toBeUndefined();
  expect((await messages(t, thread!._id)).filter(({ author }) => author.kind === "agent")).toEqual(
    [],
  );
});

test("who has opted out is heard and shown, and not answered, until they say START", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "STOP");
  await text(t, phone, "How much is a laptop screen?");
  await later(t);
  expect(await bodies(phone)).toHaveLength(1);
  const [thread] = await threads(t, phone);
  expect((await messages(t, thread!._id)).map(({ text }) => text)).toContain(
    "How much is a laptop screen?",
  );
  await text(t, phone, "yes");
  await later(t);
  expect((await person(t, phone)).smsConsent).toBe("granted");
  await text(t, phone, "How much is a laptop screen?");
  await later(t);
  expect((await bodies(phone)).at(-1)).toContain("$179");
  expect(await ledger(t)).toEqual(["STOP, by text", "YES, by text"]);
});

test("HELP is answered with the shop's name, and ends no answer that is being written", async () => {
  const t = await smsShop({ SHOP_NAME: "Joe's Repair" });
  const phone = newPhone();
  await text(t, phone, "How much is a laptop screen?");
  await text(t, phone, "help");
  await later(t);
  const sent = await bodies(phone);
  expect(sent).toHaveLength(2);
  expect(sent.some((body) => body.startsWith("Joe's Repair support"))).toBe(true);
  expect(sent.some((body) => body.includes("$179"))).toBe(true);
});

test("a machine that only says such words is answered six times an hour; STOP counts all the same", async () => {
  const t = await smsShop();
  const phone = newPhone();
  for (let i = 0; i < 8; i++) await text(t, phone, "HELP");
  await later(t);
  expect(await bodies(phone)).toHaveLength(6);
  await text(t, phone, "STOP");
  await later(t);
  expect(await bodies(phone)).toHaveLength(6);
  expect((await person(t, phone)).smsConsent).toBe("revoked");
});

test("when the provider answers the words, we don't", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "STOP", { OptOutType: "STOP" });
  await text(t, phone, "HELP", { OptOutType: "HELP" });
  vi.stubEnv("TWILIO_ANSWERS_STOP", "true");
  await text(t, phone, "INFO");
  await later(t);
  expect(await bodies(phone)).toEqual([]);
  expect((await person(t, phone)).smsConsent).toBe("revoked");
});

test("staff see an opt-out and can't override it", async () => {
  const { t, phone, dana, conversationId } = await withTechnician();
  await text(t, phone, "STOP");
  const before = await messages(t, conversationId);
  const send = { conversationId, text: "Please come back" };
  expect(await refusal(dana.t.mutation(api.messages.sendStaffMessage, send))).toMatchObject({
    code: "conflict",
  });
  expect(await messages(t, conversationId)).toEqual(before);
  const { customer } = await dana.t.query(api.conversations.getForStaff, { conversationId });
  expect(customer.smsConsent).toBe("revoked");
});

test("21610 of the carrier is an opt-out, without a task for anybody", async () => {
  const { t, conversationId, dana } = await withTechnician("+15005550004");
  const send = { conversationId, text: "Your screen is here" };
  const id = await dana.t.mutation(api.messages.sendStaffMessage, send);
  await later(t);
  expect(await deliveryOf(t, id)).toMatchObject({ state: "opted_out", reason: "21610" });
  expect((await person(t, "+15005550004")).smsConsent).toBe("revoked");
  expect(await ledger(t)).toEqual(["21610, by the carrier"]);
});

describe("an opt-out outlives the person's rows", () => {
  test("and a new conversation from that number is not answered, until START", async () => {
    const t = await smsShop();
    const phone = newPhone();
    await text(t, phone, "STOP");
    await later(t);
    const { _id } = await person(t, phone);
    await t.mutation(internal.privacy.eraseRest, { userId: _id });
    for (let i = 0; i < 20; i++) {
      if ((await t.run((ctx) => ctx.db.get("users", _id))) === null) break;
      vi.advanceTimersByTime(1_000);
      await t.finishInProgressScheduledFunctions();
    }
    expect(await t.run((ctx) => ctx.db.get("users", _id))).toBeNull();
    await text(t, phone, "How much is a laptop screen?");
    expect((await person(t, phone)).smsConsent).toBe("revoked");
    await later(t);
    expect(await bodies(phone)).toHaveLength(1);
    await text(t, phone, "START");
    await text(t, phone, "How much is a laptop screen?");
    await later(t);
    expect((await bodies(phone)).at(-1)).toContain("$179");
    const again = await t.run((ctx) => ctx.db.query("workflows").collect());
    expect(again.filter(({ optOutHash }) => optOutHash !== undefined)).toEqual([]);
  });
});

test("a text that was queued before a STOP is not sent, wherever its process stands", async () => {
  const { t, phone, conversationId } = await withTechnician();
  const id = await queued(t, conversationId, "Too late");
  const step = await outbox(t, conversationId);
  await step("before");
  const user = await person(t, phone);
  await t.run((ctx) => ctx.db.patch("users", user._id, { smsConsent: "revoked" }));
  await step();
  expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled" });
  expect(await bodies(phone)).toEqual([]);
});
