/** What nobody said and the customer is to know: by text at its time, and not when it has become moot. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { DID_IT_HELP } from "../../convex/model/desk/followUps";
import { HOW_DID_WE_DO } from "../../convex/model/outbox/ratingQuestion";
import { DAY, MINUTE } from "../../convex/lib/time";
import { messages, row, runUntil, technician, type Deployment } from "../setup";
import { claim, deliveryOf, later, newPhone, outbox, sentTo, smsShop, text, threads } from "./shop";

/** A Tuesday, 10 in the morning in the shop of the seed; it closes at 6 and opens at 9. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");
const EVENING = Date.parse("2026-11-24T23:30:00Z");
const MORNING = Date.parse("2026-11-25T14:00:00Z");

const bodies = async (phone: string) => (await sentTo(phone)).map(({ body }) => body);

/** A text on a Tuesday morning, which the AI has answered. */
async function answered() {
  const t = await smsShop({}, TUESDAY);
  const phone = newPhone();
  const say = async (body: string) => {
    await text(t, phone, body);
    await later(t);
  };
  await say("How much is a laptop screen?");
  const [thread] = await threads(t, phone);
  return { t, phone, say, conversationId: thread!._id };
}

/** Dana has it, has answered, and nobody waits. */
async function withDana() {
  const shop = await answered();
  const { conversationId } = shop;
  const dana = await technician(shop.t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const send = async (body: string) => {
    await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: body });
    await later(shop.t);
  };
  await send("Bring it in, please.");
  return { ...shop, dana, send };
}

async function lineLike(t: Deployment, id: Id<"conversations">, part: string) {
  return (await messages(t, id)).find(
    ({ author, text: said }) => author.kind === "system" && said.includes(part),
  );
}

describe("an offer", () => {
  test("is texted in words, and a yes by text is a hand-off whose notice is texted", async () => {
    const { t, phone, say, conversationId } = await answered();
    await say("That did not work");
    await say("It still does not work");
    expect((await bodies(phone)).at(-1)).toMatch(/hasn't helped twice.*Say yes/);
    expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "ai" } });
    await say("Yes please");
    expect(await row(t, conversationId)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "same_failure" },
    });
    expect((await bodies(phone)).at(-1)).toMatch(/passed this to our technicians/);
    // The number that they text from is one to reach them at.
    expect((await bodies(phone)).at(-1)).not.toMatch(/phone number/);
  });

  test.each(["Yes", "No thanks"])(
    "whose text has not left yet is not what a %j is about",
    async (word) => {
      const { t, phone, say, conversationId } = await answered();
      await say("That did not work");
      await text(t, phone, "It still does not work");
      const offer = (await lineLike(t, conversationId, "Say yes"))!;
      expect(offer.delivery!.state).toBe("queued");
      await text(t, phone, word);
      const after = await row(t, conversationId);
      expect(after).toMatchObject({ owner: { kind: "ai" }, offer: { reason: "same_failure" } });
      expect(after.trouble?.declined).toBe(false);
      await later(t);
      expect(await deliveryOf(t, offer._id)).toMatchObject({ state: "cancelled" });
    },
  );

  test.each(["sending", "unknown"] as const)(
    "whose text is %s may have arrived: a yes is about it",
    async (state) => {
      const { t, phone, say, conversationId } = await answered();
      await say("That did not work");
      await text(t, phone, "It still does not work");
      const offer = (await lineLike(t, conversationId, "Say yes"))!;
      const attempt = { messageId: offer._id, attempt: 1 };
      await claim(t, offer._id);
      if (state === "unknown") {
        const outcome = { kind: "lost" as const, reason: "ECONNRESET" };
        await t.mutation(internal.sms.settleSend, { text: attempt, outcome });
      }
      expect((await deliveryOf(t, offer._id))!.state).toBe(state);
      await text(t, phone, "Yes");
      expect(await row(t, conversationId)).toMatchObject({
        owner: { kind: "queue" },
        brief: { reason: "same_failure" },
      });
    },
  );

  test("that a newer text overtook does not go", async () => {
    const { t, phone, say, conversationId } = await answered();
    await say("That did not work");
    await text(t, phone, "It still does not work");
    const offer = (await lineLike(t, conversationId, "Say yes"))!;
    expect(offer.delivery).toMatchObject({ state: "queued", purpose: "offer" });
    await text(t, phone, "What about the warranty?");
    await later(t);
    expect(await deliveryOf(t, offer._id)).toMatchObject({ reason: "overtaken" });
    expect((await bodies(phone)).join()).not.toMatch(/Say yes/);
  });
});

test("words that call for a person go to one before a model is asked, and the notice is texted", async () => {
  const { t, phone, say, conversationId } = await answered();
  await say("I want to talk to a human");
  expect(await row(t, conversationId)).toMatchObject({ brief: { reason: "customer_request" } });
  expect(await bodies(phone)).toHaveLength(2);
});

test("who waits and is not claimed is told so once, by a text that is an answer at any hour", async () => {
  const { t, say, conversationId } = await answered();
  await say("I want to talk to a human");
  await runUntil(t, TUESDAY + 20 * MINUTE);
  const told = (await messages(t, conversationId)).filter(({ text: said }) =>
    said.startsWith("Nobody has been free"),
  );
  expect(told).toHaveLength(1);
  expect(told[0]!.delivery).toMatchObject({ purpose: "answer" });
});

test("that somebody has it is shown and not texted; that it is closed is, with the question how it was", async () => {
  const { t, phone, dana, conversationId } = await withDana();
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  await later(t);
  expect(await lineLike(t, conversationId, "has joined")).toBeDefined();
  const closed = (await lineLike(t, conversationId, "has closed this conversation"))!;
  expect(closed.text).toContain(HOW_DID_WE_DO);
  expect((await bodies(phone)).slice(1)).toEqual(["Bring it in, please.", closed.text]);
});

test("the question whether it is solved is asked in opening hours, and two days later it is closed", async () => {
  const { t, phone, conversationId } = await withDana();
  // A day of silence ends in the evening.
  const silentSince = EVENING - DAY;
  await t.run((ctx) => ctx.db.patch("conversations", conversationId, { silentSince }));
  vi.setSystemTime(EVENING);
  await t.mutation(internal.workflows.startFollowUps, {});
  await runUntil(t, MORNING - MINUTE);
  expect(await bodies(phone)).not.toContain(DID_IT_HELP);
  await runUntil(t, MORNING + MINUTE);
  await later(t);
  expect((await bodies(phone)).at(-1)).toBe(DID_IT_HELP);
  await runUntil(t, MORNING + 2 * DAY - MINUTE);
  expect((await row(t, conversationId)).status).toBe("open");
  await runUntil(t, MORNING + 2 * DAY + MINUTE);
  expect((await row(t, conversationId)).status).toBe("resolved");
});

describe("that a promise is late", () => {
  /** Promised for the evening, after the shop has closed. */
  async function late() {
    const shop = await withDana();
    const { t, dana, conversationId } = shop;
    await dana.t.mutation(api.conversations.makePromise, {
      conversationId,
      text: "call back",
      dueAt: EVENING,
    });
    await runUntil(t, EVENING + MINUTE);
    await later(t);
    const line = (await lineLike(t, conversationId, "and are late"))!;
    expect(line.delivery).toMatchObject({ state: "queued", notBefore: MORNING });
    return { ...shop, line };
  }

  test("is texted in the morning", async () => {
    const { t, phone, line, conversationId } = await late();
    vi.setSystemTime(MORNING);
    const step = await outbox(t, conversationId);
    await step();
    expect((await bodies(phone)).at(-1)).toBe(line.text);
  });

  test("is not texted when somebody has spoken to the customer meanwhile", async () => {
    const { t, phone, line, send, conversationId } = await late();
    await send("Sorry, I call you now.");
    vi.setSystemTime(MORNING);
    const step = await outbox(t, conversationId);
    await step();
    expect(await deliveryOf(t, line._id)).toMatchObject({
      state: "cancelled",
      reason: "overtaken",
    });
    expect((await bodies(phone)).at(-1)).toBe("Sorry, I call you now.");
  });
});

test("a text that did not arrive hands over without a word to whom nothing arrives", async () => {
  const { t, conversationId } = await answered();
  const said = await messages(t, conversationId);
  const sid = said.find(({ author }) => author.kind === "agent")!.smsSid!;
  await t.mutation(internal.sms.report, {
    said: { sid, status: "undelivered", errorCode: "30003" },
  });
  expect(await row(t, conversationId)).toMatchObject({ brief: { reason: "undelivered" } });
  expect(await lineLike(t, conversationId, "passed")).toBeUndefined();
});
