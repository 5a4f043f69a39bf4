/** The outbox: what is checked at the claim, in which order texts go, and what a crash at any step leaves. */
import { Lexer } from "marked";
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  control,
  messages,
  passTime,
  refusal,
  row,
  technician,
  type Deployment,
  standIn,
} from "../setup";
import {
  afterLease,
  deliveryOf,
  later,
  newPhone,
  newSid,
  outbox,
  person,
  queued,
  sentTo,
  smsShop,
  text,
  threads,
} from "./shop";
import { LOOK_UPS } from "../../convex/model/sms/claim";
import { DAY, MINUTE } from "../../convex/lib/time";

/** A conversation by text that a technician has; nothing is waiting to go out. */
async function desk(phone = newPhone()) {
  const t = await smsShop();
  await text(t, phone, "My screen is broken");
  const [thread] = await threads(t, phone);
  const conversationId = thread!._id;
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  return { t, phone, dana, conversationId };
}

const state = async (t: Deployment, id: Id<"messages">) => (await deliveryOf(t, id))?.state;
const bodies = async (phone: string) => (await sentTo(phone)).map(({ body }) => body);
const fault = (fields: object) => control("/faults", { provider: "twilio", ...fields });

describe("a sender that is killed", () => {
  test("before it claimed: the text is still queued, and is sent once", async () => {
    const { t, phone, conversationId } = await desk();
    const id = await queued(t, conversationId, "Once");
    const step = await outbox(t, conversationId);
    await step("before");
    expect(await state(t, id)).toBe("queued");
    await step();
    expect(await state(t, id)).toBe("sent");
    expect(await bodies(phone)).toEqual(["Once"]);
  });

  test("after its claim, before it sent: unknown, looked for twice, then sent once", async () => {
    const { t, phone, conversationId } = await desk();
    const id = await queued(t, conversationId, "Once");
    const step = await outbox(t, conversationId);
    await step("claimed");
    expect(await state(t, id)).toBe("sending");
    expect(await step()).toEqual({ kind: "end" });
    afterLease();
    expect(await step()).toMatchObject({ kind: "look_up" });
    expect(await state(t, id)).toBe("unknown");
    expect(await step()).toEqual({ kind: "end" });
    vi.setSystemTime(Date.now() + 3 * MINUTE);
    expect(await step()).toMatchObject({ kind: "look_up" });
    expect(await deliveryOf(t, id)).toMatchObject({ state: "queued", attempt: 2 });
    await step();
    expect(await state(t, id)).toBe("sent");
    expect(await bodies(phone)).toEqual(["Once"]);
  });

  test("after the provider had accepted it: unknown, found by look-up, never sent again", async () => {
    const { t, phone, conversationId } = await desk();
    // The same words went out before: that text is not the lost one.
    const before = await queued(t, conversationId, "Once");
    const step = await outbox(t, conversationId);
    await step();
    const id = await queued(t, conversationId, "Once");
    await step("sent");
    afterLease();
    await step();
    const [first, second] = await sentTo(phone);
    const found = await t.run((ctx) => ctx.db.get("messages", id));
    expect(found).toMatchObject({ smsSid: second!.sid, delivery: { state: "sent" } });
    expect(await t.run((ctx) => ctx.db.get("messages", before))).toMatchObject({
      smsSid: first!.sid,
    });
    expect(await step()).toEqual({ kind: "end" });
    expect(await bodies(phone)).toEqual(["Once", "Once"]);
  });

  test("after it was given up on: what it then hears still counts, and the text is not sent again", async () => {
    const { t, phone, conversationId } = await desk();
    const id = await queued(t, conversationId, "Once");
    const step = await outbox(t, conversationId);
    await step("claimed");
    afterLease();
    await step();
    vi.setSystemTime(Date.now() + 3 * MINUTE);
    await step();
    expect(await deliveryOf(t, id)).toMatchObject({ state: "queued", attempt: 2 });
    const slow = { messageId: id, attempt: 1 };
    const outcome = { kind: "accepted" as const, sid: `SM${"a".repeat(32)}` };
    await t.mutation(internal.sms.settleSend, { text: slow, outcome });
    await step();
    expect(await state(t, id)).toBe("sent");
    expect(await bodies(phone)).toEqual([]);
  });

  test("a workflow that was lost is started again by the cron, and sends what is left", async () => {
    const { t, phone, conversationId } = await desk();
    await queued(t, conversationId, "Left behind");
    await outbox(t, conversationId);
    await t.run(async (ctx) => {
      const rows = await ctx.db.query("workflows").collect();
      const lost = rows.find(({ kind }) => kind === "delivery")!;
      await ctx.db.patch("workflows", lost._id, { leaseExpiresAt: Date.now() - 10 * MINUTE });
    });
    await t.mutation(internal.replies.recoverAll, {});
    await later(t);
    expect(await bodies(phone)).toEqual(["Left behind"]);
  });
});

describe("the same words in two conversations of one number", () => {
  test("when both are lost, one of them for good: neither is taken for the other, and none goes twice", async () => {
    const { t, phone, conversationId } = await desk();
    const other = await t.run(async ({ db }) => {
      const { _id, _creationTime, ...fields } = (await db.get("conversations", conversationId))!;
      return await db.insert("conversations", fields);
    });
    const [arrived, never] = [
      await queued(t, conversationId, "It is ready"),
      await queued(t, other, "It is ready"),
    ];
    const [ofArrived, ofNever] = [await outbox(t, conversationId), await outbox(t, other)];
    await ofArrived("sent");
    await ofNever("claimed");
    afterLease();
    for (const wait of LOOK_UPS) {
      vi.setSystemTime(Date.now() + wait);
      for (const step of [ofNever, ofArrived]) for (let i = 0; i < 3; i++) await step();
    }
    expect(await bodies(phone)).toEqual(["It is ready"]);
    for (const id of [arrived, never]) {
      expect(await deliveryOf(t, id)).toMatchObject({ state: "unknown", reason: "not looked up" });
    }
    const notes = (await messages(t, other)).filter(({ visibility }) => visibility === "staff");
    expect(notes).toHaveLength(1);
  });
});

describe("a text whose body can't be made", () => {
  const UNMAKEABLE = "This one can't be made";
  /** One, and a technician's text behind it; the cron's net finds that nobody is at work on them. */
  async function blocked(by: "ai" | "human", said = UNMAKEABLE) {
    type Lex = (this: Lexer, text: string) => ReturnType<Lexer["lex"]>;
    const real: Lex = Reflect.get(Lexer.prototype, "lex");
    vi.spyOn(Lexer.prototype, "lex").mockImplementation(function (this: Lexer, text) {
      if (text.includes(UNMAKEABLE)) throw new Error("It can't be parsed.");
      return real.call(this, text);
    });
    const shop = await desk();
    const { t, conversationId, dana } = shop;
    if (by === "ai") await dana.t.mutation(api.conversations.release, { conversationId });
    await later(t);
    const author = { kind: "agent" as const, agentId: await addAgent(t), name: "Front Desk" };
    const poison = await queued(t, conversationId, said, { author });
    const behind = await queued(t, conversationId, "Behind it");
    await outbox(t, conversationId);
    await t.run(async ({ db }) => {
      const rows = await db.query("workflows").collect();
      const process = rows.findLast(({ kind }) => kind === "delivery")!;
      await db.patch("workflows", process._id, { leaseExpiresAt: Date.now() - 10 * MINUTE });
    });
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await t.mutation(internal.replies.recoverAll, {});
    await later(t);
    return { ...shop, poison, behind };
  }

  test.each([
    ["can't be parsed", UNMAKEABLE],
    ["has no word that can be texted", "~~$149~~"],
  ])(
    "that %s is staff's after three failures, marked unread, and what waits behind it goes",
    async (_, text) => {
      const { t, phone, conversationId, poison, behind } = await blocked("ai", text);
      expect(await state(t, poison)).toBe("queued");
      const { unreadByStaff } = await row(t, conversationId);
      for (let i = 0; i < 3; i++) {
        await passTime(31_000);
        await later(t);
      }
      expect(await deliveryOf(t, poison)).toMatchObject({ state: "failed", reason: "not_made" });
      expect(await state(t, behind)).toBe("sent");
      expect(await bodies(phone)).toContain("Behind it");
      const now = await row(t, conversationId);
      expect(now.owner.kind).not.toBe("ai");
      expect(now.unreadByStaff).toBeGreaterThan(unreadByStaff);
      const notes = (await messages(t, conversationId)).filter((m) => m.visibility === "staff");
      expect(notes.map(({ text }) => text).join()).toContain("did not arrive (not_made)");
    },
  );

  test("need not be made when a technician has the conversation: theirs goes at once", async () => {
    const { t, phone, poison, behind } = await blocked("human");
    expect(await deliveryOf(t, poison)).toMatchObject({ state: "cancelled", reason: "overtaken" });
    expect(await state(t, behind)).toBe("sent");
    expect(await bodies(phone)).toContain("Behind it");
  });
});

describe("what the provider answers", () => {
  const one = async (phone?: string) => {
    const shop = await desk(phone);
    const id = await queued(shop.t, shop.conversationId, "Your laptop is ready");
    return { ...shop, id, step: await outbox(shop.t, shop.conversationId) };
  };

  test.each([429, 503])("%i: tried again after a while, sent once", async (status) => {
    const { t, phone, id, step } = await one();
    await fault({ kind: "status", status, match: phone.slice(1) });
    await step();
    expect(await deliveryOf(t, id)).toMatchObject({ state: "queued", waitsFor: "provider" });
    expect(await step()).toEqual({ kind: "end" });
    vi.setSystemTime(Date.now() + 6_000);
    await step();
    expect(await state(t, id)).toBe("sent");
    expect(await bodies(phone)).toHaveLength(1);
  });

  test("a connection that is cut after it was accepted: unknown, found, not sent again", async () => {
    const { t, phone, id, step } = await one();
    await fault({ kind: "cut", afterProcessing: true, match: phone.slice(1) });
    await step();
    expect(await state(t, id)).toBe("unknown");
    await step();
    expect(await state(t, id)).toBe("sent");
    expect(await bodies(phone)).toHaveLength(1);
  });

  test("a refusal is never tried again, and is a task for staff", async () => {
    const { t, conversationId, id, step } = await one("+15005550001");
    await step();
    expect(await deliveryOf(t, id)).toMatchObject({ state: "failed", reason: "21211" });
    const notes = (await messages(t, conversationId)).filter((m) => m.visibility === "staff");
    expect(notes.map(({ text }) => text).join()).toContain("did not arrive (21211)");
    expect(await step()).toEqual({ kind: "end" });
  });

  test("missing configuration is a task too, and the log says what to set", async () => {
    const { t, id, step } = await one();
    vi.stubEnv("TWILIO_FROM", "");
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    await step();
    expect(await deliveryOf(t, id)).toMatchObject({ state: "failed", reason: "not_configured" });
    expect(logged.mock.calls.flat().join()).toContain("npx convex env set TWILIO_FROM");
  });
});

describe("at the claim", () => {
  test("of 20 senders exactly one gets the text", async () => {
    const { t, conversationId } = await desk();
    await queued(t, conversationId, "Once");
    const { ref } = await outbox(t, conversationId);
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => t.mutation(internal.sms.claimNext, { ref })),
    );
    expect(claims.filter(({ kind }) => kind === "send")).toHaveLength(1);
  });

  test("one text of a conversation is under way at a time, in the order they were written", async () => {
    const { t, phone, conversationId } = await desk();
    const first = await queued(t, conversationId, "First");
    const second = await queued(t, conversationId, "Second", { settledAt: Date.now() + 1 });
    const step = await outbox(t, conversationId);
    expect(await step("claimed")).toMatchObject({ kind: "send", text: { messageId: first } });
    expect(await step()).toEqual({ kind: "end" });
    expect(await state(t, second)).toBe("queued");
    const outcome = { kind: "refused" as const, reason: "x" };
    await t.mutation(internal.sms.settleSend, { text: { messageId: first, attempt: 1 }, outcome });
    await step();
    expect(await bodies(phone)).toEqual(["Second"]);
  });

  test("a text of which nobody knows holds the next one up for a while, not for ever", async () => {
    const { t, phone, conversationId } = await desk();
    const lost = await queued(t, conversationId, "Lost");
    const next = await queued(t, conversationId, "Next", { settledAt: Date.now() + 1 });
    const step = await outbox(t, conversationId);
    await step("claimed");
    afterLease();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const up = standIn().env.TWILIO_BASE_URL!;
    vi.stubEnv("TWILIO_BASE_URL", "http://127.0.0.1:9");
    expect(await step()).toMatchObject({ kind: "look_up" });
    expect(await step()).toEqual({ kind: "end" });
    expect(await state(t, next)).toBe("queued");
    vi.setSystemTime(Date.now() + 3 * MINUTE);
    expect(await step()).toMatchObject({ kind: "look_up" });
    vi.stubEnv("TWILIO_BASE_URL", up);
    await step();
    expect(await state(t, lost)).toBe("unknown");
    expect(await bodies(phone)).toEqual(["Next"]);
  });

  test("a text of which nobody will ever know is staff's, once, and is not sent again", async () => {
    const { t, phone, conversationId } = await desk();
    await t.run((ctx) => ctx.db.patch("conversations", conversationId, { owner: { kind: "ai" } }));
    const id = await queued(t, conversationId, "Lost");
    const step = await outbox(t, conversationId);
    await step("claimed");
    afterLease();
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.stubEnv("TWILIO_BASE_URL", "http://127.0.0.1:9");
    const notes = async () =>
      (await messages(t, conversationId)).filter(({ visibility }) => visibility === "staff");
    for (const wait of LOOK_UPS) {
      expect(await notes()).toEqual([]);
      vi.setSystemTime(Date.now() + wait);
      expect(await step()).toMatchObject({ kind: "look_up" });
    }
    vi.setSystemTime(Date.now() + DAY);
    expect(await step()).toEqual({ kind: "end" });
    expect(await deliveryOf(t, id)).toMatchObject({ state: "unknown", reason: "not looked up" });
    expect(await notes()).toHaveLength(1);
    expect(await row(t, conversationId)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "undelivered" },
    });
    // What the carrier says later still counts.
    const said = { sid: newSid(), status: "delivered", messageId: id };
    await t.mutation(internal.sms.report, { said });
    expect(await state(t, id)).toBe("delivered");
    expect(await bodies(phone)).toEqual([]);
  });

  test("of two lost texts with the same words neither is taken for the other, nor sent again", async () => {
    const { t, phone, conversationId } = await desk();
    const arrived = await queued(t, conversationId, "Ready");
    const never = await queued(t, conversationId, "Ready", { settledAt: Date.now() + 1 });
    const step = await outbox(t, conversationId);
    await step("sent");
    afterLease();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const up = standIn().env.TWILIO_BASE_URL!;
    vi.stubEnv("TWILIO_BASE_URL", "http://127.0.0.1:9");
    for (const wait of LOOK_UPS.slice(0, 2)) {
      vi.setSystemTime(Date.now() + wait);
      await step();
    }
    await step("claimed");
    afterLease();
    vi.stubEnv("TWILIO_BASE_URL", up);
    for (let hour = 0; hour < 24; hour++) {
      while ((await step()).kind !== "end");
      vi.setSystemTime(Date.now() + 60 * MINUTE);
    }
    expect(await bodies(phone)).toEqual(["Ready"]);
    for (const id of [arrived, never]) {
      expect(await deliveryOf(t, id)).toMatchObject({ state: "unknown", reason: "not looked up" });
    }
    const [one] = await sentTo(phone);
    const said = { sid: one!.sid, status: "delivered", messageId: arrived };
    await t.mutation(internal.sms.report, { said });
    expect(await state(t, arrived)).toBe("delivered");
    expect(await state(t, never)).toBe("unknown");
  });

  test("an answer of the AI does not go once a technician has the conversation", async () => {
    const { t, phone, conversationId } = await desk();
    const agentId = await addAgent(t, { slug: "other" });
    const author = { kind: "agent" as const, agentId, name: "Front Desk" };
    const id = await queued(t, conversationId, "It is $179.", { author });
    const step = await outbox(t, conversationId);
    await step();
    expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled", reason: "overtaken" });
    expect(await bodies(phone)).toEqual([]);
  });

  test("an answer that a newer text overtook does not go, and the next answer is to both", async () => {
    const t = await smsShop();
    const phone = newPhone();
    await text(t, phone, "How much is a laptop screen?");
    const [thread] = await threads(t, phone);
    const agentId = (await t.run((ctx) => ctx.db.query("agents").first()))!._id;
    const author = { kind: "agent" as const, agentId, name: "Front Desk" };
    const id = await queued(t, thread!._id, "Overtaken words.", { author });
    await text(t, phone, "For a 13 inch one");
    const step = await outbox(t, thread!._id);
    await step();
    expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled", reason: "overtaken" });
    expect(await step()).toEqual({ kind: "end" });
    await later(t);
    const { requests } = (await control("/requests?provider=openrouter")) as {
      requests: { body: { messages: { content: string | null }[] } | null }[];
    };
    // Other tests ask the same stand-in, some of them what an answer has cost.
    const all = requests.map(({ body }) => JSON.stringify(body?.messages ?? []));
    const asked = all.findLast((messages) => messages.includes("For a 13 inch one"));
    expect(asked).toContain("How much is a laptop screen?");
    expect(asked).not.toContain("Overtaken words.");
    expect(await bodies(phone)).toHaveLength(1);
  });

  test("what is not an answer waits for the morning, and lets answers pass", async () => {
    const { t, phone, conversationId } = await desk();
    // Sunday, 2026-11-29, noon in New York; the example shop opens on Monday at 9.
    vi.setSystemTime(new Date("2026-11-29T17:00:00Z"));
    const notice = { state: "queued", purpose: "notice", attempt: 1, at: Date.now() } as const;
    const id = await queued(t, conversationId, "Your laptop is ready", { delivery: notice });
    const answer = await queued(t, conversationId, "Yes, we can", { settledAt: Date.now() + 1 });
    const step = await outbox(t, conversationId);
    await step();
    const opensAt = Date.parse("2026-11-30T14:00:00Z");
    expect(await deliveryOf(t, id)).toMatchObject({ waitsFor: "opening", notBefore: opensAt });
    await step();
    expect(await state(t, answer)).toBe("sent");
    expect(await step()).toEqual({ kind: "end" });
    vi.setSystemTime(opensAt);
    await step();
    expect(await bodies(phone)).toEqual(["Yes, we can", "Your laptop is ready"]);
  });

  test("a number gets 20 texts at once and no more; the others wait, in order", async () => {
    const { t, phone, conversationId } = await desk();
    const ids: Id<"messages">[] = [];
    for (let i = 0; i < 22; i++) {
      ids.push(await queued(t, conversationId, `Text ${i}`, { settledAt: Date.now() + i }));
    }
    const step = await outbox(t, conversationId);
    for (let i = 0; i < 21; i++) await step();
    expect(await bodies(phone)).toHaveLength(20);
    expect(await deliveryOf(t, ids[20]!)).toMatchObject({ state: "queued", waitsFor: "limit" });
    expect(await step()).toEqual({ kind: "end" });
    vi.setSystemTime(Date.now() + 3 * MINUTE);
    await step();
    expect((await bodies(phone)).at(-1)).toBe("Text 20");
  });
});

test("a technician's texts go out whole, in order; one that is too long is refused and not stored", async () => {
  const { t, phone, dana, conversationId } = await desk();
  const send = (body: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: body });
  const before = await messages(t, conversationId);
  expect(await refusal(send("x".repeat(1_531)))).toMatchObject({
    code: "too_large",
    segments: 11,
    maxSegments: 10,
  });
  expect(await messages(t, conversationId)).toEqual(before);
  await send("It’s ready.");
  await send("y".repeat(400));
  await later(t);
  expect(await bodies(phone)).toEqual(["It's ready.", "y".repeat(400)]);
  expect((await row(t, conversationId)).waitingSince).toBeUndefined();
  expect((await person(t, phone)).smsConsent).toBe("unknown");
});
