/** A conversation of the page that goes on by text: consent, what is texted and what the page shows, one thread. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { customer, messages, refusal, row, technician, type Deployment } from "../setup";
import {
  deliveryOf,
  later,
  newPhone,
  newSid,
  person,
  sentTo,
  smsShop,
  stored,
  text,
} from "../sms/shop";
import { PAGE_GRACE, PAGE_LEASE } from "../../convex/model/outbox/presence";
import { tellCustomer } from "../../convex/model/outbox/systemLines";
import { MINUTE, SECOND } from "../../convex/lib/time";

/** A customer with a confirmed number, in a conversation of the page that a technician has. */
async function page({ verified = true } = {}) {
  const t = await smsShop();
  const phone = newPhone();
  const ann = await customer(t, "ann@example.com");
  if (verified) {
    const proved = { phone, textsFrom: phone, phoneVerifiedAt: Date.now() };
    await t.run((ctx) => ctx.db.patch("users", ann.userId, proved));
  }
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  // What they are told is an answer, at any time of the day.
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Is it ready?" });
  const goOn = (on = true) =>
    ann.t.mutation(api.conversations.continueByText, { conversationId, on });
  const onPage = (fields: { shows?: Id<"messages">; leaving?: boolean } = {}) =>
    ann.t.mutation(api.conversations.onPage, { conversationId, ...fields });
  const answer = (body: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: body });
  const bodies = async () => (await sentTo(phone)).map(({ body }) => body);
  return { t, phone, ann, dana, conversationId, goOn, onPage, answer, bodies };
}

/** Time passes, and whatever was due in it is done. */
async function pass(t: Deployment, ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await vi.waitUntil(async () => !(await isDue(t)), { timeout: 5_000, interval: 1 });
  await later(t);
}

/** An outbox that is to be woken by now. */
const isDue = (t: Deployment) =>
  t.run(async (ctx) => {
    const waiting = await ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "delivery").eq("state", "queued"))
      .collect();
    return waiting.some(({ leaseExpiresAt = 0 }) => leaseExpiresAt <= Date.now());
  });

const presence = async (t: Deployment): Promise<Doc<"workflows">[]> =>
  await t.run(async (ctx) =>
    (await ctx.db.query("workflows").collect()).filter(({ kind }) => kind === "presence"),
  );
const ledger = async (t: Deployment) =>
  await t.run(async (ctx) => {
    const events = await ctx.db
      .query("analytics")
      .withIndex("by_type", (q) => q.eq("type", "sms_consent_changed"))
      .collect();
    return events.map((event) => (event.kind === "event" ? event.data.reason : ""));
  });

describe("going on by text", () => {
  test("needs a confirmed number, and says so", async () => {
    const { goOn, t } = await page({ verified: false });
    expect(await refusal(goOn())).toMatchObject({ code: "conflict", obstacle: "phone" });
    expect(await ledger(t)).toEqual([]);
  });

  test("is consent, on the ledger once, with its source", async () => {
    const { t, phone, goOn, ann, conversationId } = await page();
    await goOn();
    await goOn();
    expect(await ledger(t)).toEqual(["continue by text, web"]);
    expect(await person(t, phone)).toMatchObject({ smsConsent: "granted" });
    const seen = await ann.t.query(api.conversations.get, { conversationId });
    expect(seen.byTextSince).toEqual(expect.any(Number));
  });

  test("does not undo a STOP: only a text of START does", async () => {
    const { t, phone, goOn } = await page();
    await text(t, phone, "STOP");
    expect(await refusal(goOn())).toMatchObject({ code: "conflict", obstacle: "opted_out" });
    expect(await person(t, phone)).toMatchObject({ smsConsent: "revoked" });
    await text(t, phone, "START");
    await goOn();
    expect(await person(t, phone)).toMatchObject({ smsConsent: "granted" });
  });

  test("is nothing for a conversation by text", async () => {
    const { t, phone, ann } = await page();
    await text(t, phone, "Hello");
    await later(t);
    const rows = await t.run((ctx) => ctx.db.query("conversations").collect());
    const { _id: conversationId } = rows.find(({ channel }) => channel === "sms")!;
    const call = ann.t.mutation(api.conversations.continueByText, { conversationId, on: true });
    expect(await refusal(call)).toMatchObject({ code: "conflict" });
  });
});

describe("the page", () => {
  test("of a conversation that does not go on by text costs no row", async () => {
    const { t, onPage, answer, bodies } = await page();
    await onPage();
    await answer("On the page only");
    await later(t);
    expect(await presence(t)).toEqual([]);
    expect(await bodies()).toEqual([]);
  });

  test("has one row, which a heartbeat writes, and nothing that is read with the conversation", async () => {
    const { t, goOn, onPage, conversationId } = await page();
    await goOn();
    const before = await row(t, conversationId);
    await onPage();
    await onPage({ leaving: true });
    await onPage();
    expect(await presence(t)).toHaveLength(1);
    expect(await row(t, conversationId)).toEqual(before);
  });

  test("that is not heard of any more ends with the net under leases, and begins again when it is back", async () => {
    const { t, goOn, onPage } = await page();
    await goOn();
    vi.setSystemTime(Date.now() + 10 * MINUTE);
    await t.mutation(internal.replies.recoverAll, {});
    vi.advanceTimersByTime(0);
    await t.finishInProgressScheduledFunctions();
    expect(await presence(t)).toMatchObject([{ state: "done", step: "gone" }]);
    await onPage();
    const [back, ...others] = await presence(t);
    expect(others).toEqual([]);
    expect(back).toMatchObject({ state: "running", step: "there" });
    expect(back).not.toHaveProperty("finishedAt");
  });
});

describe("a technician's answer", () => {
  test("is texted once the page has been gone for its lease, and not before", async () => {
    const { t, goOn, answer, bodies } = await page();
    await goOn();
    const id = await answer("It is ready");
    await later(t);
    expect(await deliveryOf(t, id)).toMatchObject({ state: "queued", waitsFor: "page" });
    await pass(t, PAGE_LEASE - 10 * SECOND);
    expect(await bodies()).toEqual([]);
    await pass(t, 11 * SECOND);
    expect(await deliveryOf(t, id)).toMatchObject({ state: "sent" });
    expect(await bodies()).toEqual(["It is ready"]);
  });

  test("goes sooner when the page has said that it is closed", async () => {
    const { t, goOn, onPage, answer, bodies } = await page();
    await goOn();
    await onPage({ leaving: true });
    await answer("It is ready");
    await later(t);
    expect(await bodies()).toEqual([]);
    await pass(t, PAGE_GRACE + SECOND);
    expect(await bodies()).toEqual(["It is ready"]);
  });

  test("that the page has shown is not texted, also when the page has closed since", async () => {
    const { t, goOn, onPage, answer, bodies } = await page();
    await goOn();
    const id = await answer("It is ready");
    await later(t);
    await onPage({ shows: id });
    await onPage({ leaving: true });
    await pass(t, PAGE_LEASE + SECOND);
    expect(await deliveryOf(t, id)).toMatchObject({
      state: "cancelled",
      reason: "seen on the page",
    });
    expect(await bodies()).toEqual([]);
  });

  test("that the page has not shown waits as long as the page is there, and is texted after it", async () => {
    const { t, goOn, onPage, answer, bodies } = await page();
    await goOn();
    const first = await answer("First");
    const id = await answer("Second");
    for (let beat = 0; beat < 6; beat++) {
      await onPage({ shows: first });
      await pass(t, 20 * SECOND);
    }
    expect(await deliveryOf(t, first)).toMatchObject({ state: "cancelled" });
    expect(await deliveryOf(t, id)).toMatchObject({ state: "queued", waitsFor: "page" });
    await pass(t, PAGE_LEASE + SECOND);
    expect(await bodies()).toEqual(["Second"]);
  });

  test("is not taken for seen by what is not the customer's to see", async () => {
    const { t, goOn, onPage, answer, bodies, dana, conversationId } = await page();
    await goOn();
    await answer("It is ready");
    const note = { conversationId, text: "A note" };
    await onPage({ shows: await dana.t.mutation(api.messages.addNote, note), leaving: true });
    await pass(t, PAGE_LEASE + SECOND);
    expect(await bodies()).toEqual(["It is ready"]);
  });

  test("goes nowhere after STOP, and not after the customer has stopped it on the page", async () => {
    for (const end of ["STOP", "page"]) {
      const { t, phone, goOn, answer, bodies } = await page();
      await goOn();
      const id = await answer("It is ready");
      if (end === "STOP") await text(t, phone, "STOP");
      else await goOn(false);
      await pass(t, PAGE_LEASE + SECOND);
      const reason = end === "STOP" ? "opted_out" : "stopped";
      expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled", reason });
      expect((await bodies()).filter((body) => body === "It is ready")).toEqual([]);
    }
  });

  test("stays on the page when the customer has opted out, and is refused when it is too long to text", async () => {
    const { t, phone, goOn, answer } = await page();
    await goOn();
    expect(await refusal(answer("word ".repeat(400)))).toMatchObject({ code: "too_large" });
    await text(t, phone, "STOP");
    const id = await answer("word ".repeat(400));
    expect(await deliveryOf(t, id)).toBeUndefined();
  });

  test("never goes to a number that was taken off since", async () => {
    const { t, goOn, answer, bodies, ann } = await page();
    await goOn();
    const id = await answer("It is ready");
    await ann.t.mutation(api.users.removePhone, {});
    await pass(t, PAGE_LEASE + SECOND);
    expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled", reason: "gone" });
    expect(await bodies()).toEqual([]);
  });
});

test("a line that the customer must know goes the same way", async () => {
  const { t, goOn, bodies, conversationId } = await page();
  await goOn();
  await t.run(async (ctx) => {
    const conversation = (await ctx.db.get("conversations", conversationId))!;
    await tellCustomer(ctx, conversation, "It takes longer.", "answer");
  });
  await later(t);
  expect(await bodies()).toEqual([]);
  await pass(t, PAGE_LEASE + SECOND);
  expect(await bodies()).toEqual(["It takes longer."]);
});

describe("a text from the customer", () => {
  test("comes into the same thread, and the technician's next answer goes by text at once", async () => {
    const { t, phone, goOn, answer, bodies, conversationId } = await page();
    await goOn();
    await pass(t, PAGE_LEASE + SECOND);
    const MessageSid = newSid();
    await text(t, phone, "When can I come?", { MessageSid });
    expect(await stored(t, MessageSid)).toMatchObject({ conversationId });
    await answer("Until six");
    await later(t);
    expect(await bodies()).toEqual(["Until six"]);
  });

  test("is answered by text by the AI, what is typed on the page is answered there", async () => {
    const { t, phone, goOn, ann, dana, bodies, conversationId } = await page();
    await goOn();
    await dana.t.mutation(api.conversations.release, { conversationId });
    await text(t, phone, "How much is a laptop screen?");
    await later(t);
    const byText = (await messages(t, conversationId)).at(-1)!;
    expect(byText).toMatchObject({ author: { kind: "agent" }, delivery: { state: "sent" } });
    expect(await bodies()).toHaveLength(1);
    const typed = { conversationId, text: "And how much is it on the page?" };
    await ann.t.mutation(api.messages.sendMessage, typed);
    await later(t);
    const onPage = (await messages(t, conversationId)).at(-1)!;
    expect(onPage.author.kind).toBe("agent");
    expect(onPage.delivery).toBeUndefined();
    expect(await bodies()).toHaveLength(1);
  });

  test("of several conversations goes into the newest that goes on by text; without one it is a thread of its own", async () => {
    const { t, phone, goOn, ann, conversationId } = await page();
    const sent = async () => {
      const MessageSid = newSid();
      await text(t, phone, "Hello?", { MessageSid });
      vi.setSystemTime(Date.now() + SECOND);
      return (await stored(t, MessageSid))!.conversationId;
    };
    const thread = await sent();
    expect(thread).not.toBe(conversationId);
    expect(await row(t, thread)).toMatchObject({ channel: "sms" });
    await goOn();
    expect(await sent()).toBe(conversationId);
    const newer = await ann.t.mutation(api.conversations.createConversation, {});
    const on = { conversationId: newer.conversationId, on: true };
    await ann.t.mutation(api.conversations.continueByText, on);
    expect(await sent()).toBe(newer.conversationId);
    expect((await person(t, phone))._id).toBe(ann.userId);
  });
});
