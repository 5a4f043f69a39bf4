/** A rating by text: asked once an episode with the closing line, and a number that comes back counts and opens nothing. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { CLOSED_SILENT } from "../../convex/model/desk/followUps";
import { HOW_DID_WE_DO, RATING_WINDOW } from "../../convex/model/outbox/ratingQuestion";
import { sizeOf } from "../../convex/model/outbox/segments";
import {
  as,
  customer,
  messages,
  row,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import {
  deliveryOf,
  later,
  newPhone,
  newSid,
  outbox,
  person,
  sentTo,
  smsShop,
  text,
  threads,
} from "./shop";

/** A Tuesday, 10 in the morning in the shop of the seed; it closes at 6 and opens at 9. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");
const EVENING = Date.parse("2026-11-24T23:30:00Z");
const MORNING = Date.parse("2026-11-25T14:00:00Z");

const bodies = async (phone: string) => (await sentTo(phone)).map(({ body }) => body);
const isQuestion = (body: string) => body.endsWith(HOW_DID_WE_DO);

/** A question by text, which the AI has answered. */
async function answered() {
  const t = await smsShop({}, TUESDAY);
  const phone = newPhone();
  const say = async (body: string, extra: Record<string, string> = {}) => {
    await text(t, phone, body, extra);
    await later(t);
  };
  await say("How much is a laptop screen?");
  const [thread] = await threads(t, phone);
  const conversationId = thread!._id;
  const dana = await technician(t);
  const resolve = async () => {
    await dana.t.mutation(api.conversations.resolve, { conversationId });
    await later(t);
  };
  const questions = async () => (await bodies(phone)).filter(isQuestion).length;
  return {
    t,
    phone,
    say,
    conversationId,
    dana,
    resolve,
    questions,
    now: () => row(t, conversationId),
  };
}

/** And Dana has closed it: the question has left. */
async function asked() {
  const shop = await answered();
  await shop.resolve();
  const before = (await bodies(shop.phone)).length;
  /** What was texted since. */
  const since = async () => (await bodies(shop.phone)).slice(before);
  return { ...shop, since };
}

const ratedEvents = async (t: Deployment) =>
  ((await snapshot(t)).analytics as Doc<"analytics">[])
    .filter((one) => one.kind === "event")
    .filter((one) => one.type === "rated")
    .map(({ data }) => [data.previousScore, data.score]);
const messageOf = async (t: Deployment, id: Id<"conversations">, said: string) =>
  (await messages(t, id)).findLast((one) => one.text === said);
const question = async (t: Deployment, id: Id<"conversations">) =>
  (await messages(t, id)).findLast((one) => isQuestion(one.text))!;

describe("the question", () => {
  test("goes with the closing line: one text, of one segment", async () => {
    const { t, phone, conversationId, resolve } = await answered();
    const before = (await bodies(phone)).length;
    await resolve();
    expect((await bodies(phone)).slice(before)).toEqual([
      `Our team has closed this conversation. Write again any time and it opens again. ${HOW_DID_WE_DO}`,
    ]);
    expect((await question(t, conversationId)).delivery).toMatchObject({ purpose: "notice" });
    expect(sizeOf((await bodies(phone)).at(-1)!)).toEqual({ encoding: "gsm7", segments: 1 });
    expect(sizeOf(`${CLOSED_SILENT} ${HOW_DID_WE_DO}`).segments).toBeLessThanOrEqual(2);
  });

  test("is asked when the follow-up's time is over too", async () => {
    const { t, phone, conversationId, now } = await answered();
    const silentSince = TUESDAY - DAY;
    await t.run((ctx) => ctx.db.patch("conversations", conversationId, { silentSince }));
    await t.mutation(internal.workflows.startFollowUps, {});
    await runUntil(t, TUESDAY + 2 * DAY + HOUR);
    await later(t);
    expect((await now()).status).toBe("resolved");
    expect((await question(t, conversationId)).text).toBe(`${CLOSED_SILENT} ${HOW_DID_WE_DO}`);
    // Two days later is Thanksgiving: it waits for the shop to open.
    expect((await bodies(phone)).some(isQuestion)).toBe(false);
    await runUntil(t, TUESDAY + 3 * DAY);
    await later(t);
    expect((await bodies(phone)).filter(isQuestion)).toHaveLength(1);
  });

  test("is asked once an episode: not again while it is resolved, and again after the next", async () => {
    const { resolve, say, questions, now, dana, conversationId } = await asked();
    await resolve();
    await say("5");
    await resolve();
    expect(await questions()).toBe(1);
    await dana.t.mutation(api.conversations.reopen, { conversationId });
    expect(await now()).toMatchObject({ episode: 2 });
    expect(await now()).not.toHaveProperty("ratingQuestion");
    await resolve();
    expect(await questions()).toBe(2);
  });

  test.each<[string, (shop: Awaited<ReturnType<typeof answered>>) => Promise<unknown>]>([
    ["who has opted out", ({ say }) => say("STOP")],
    [
      "who is blocked",
      async ({ t, phone }) => {
        const { _id } = await person(t, phone);
        await t.run((ctx) => ctx.db.patch("users", _id, { blockedAt: TUESDAY }));
      },
    ],
    [
      "who is leaving",
      async ({ t, phone }) => {
        const { _id } = await person(t, phone);
        await t.run((ctx) => ctx.db.patch("users", _id, { deletingAt: TUESDAY }));
      },
    ],
    [
      "who has said already how it was",
      ({ t, conversationId }) => {
        const rating = { score: 4, at: TUESDAY };
        return t.run((ctx) => ctx.db.patch("conversations", conversationId, { rating }));
      },
    ],
  ])("is not asked of %s", async (_who, before) => {
    const shop = await answered();
    await before(shop);
    const sent = await bodies(shop.phone);
    await shop.resolve();
    expect(await bodies(shop.phone)).toEqual(sent);
    const lines = (await messages(shop.t, shop.conversationId)).map((one) => one.text);
    expect(lines.at(-1)).toBe(
      "Our team has closed this conversation. Write again any time and it opens again.",
    );
    expect(await shop.now()).not.toHaveProperty("ratingQuestion");
  });

  test("is not asked by text of who closes it themselves on the page", async () => {
    const { t, phone, conversationId, questions } = await answered();
    const ann = await signedIn(t, phone);
    const args = { conversationId, status: "resolved" as const };
    await ann.t.mutation(api.conversations.updateConversation, args);
    await later(t);
    expect(await questions()).toBe(0);
    expect((await messages(t, conversationId)).at(-1)!.text).toMatch(/^You closed/);
  });

  describe("that waits for the morning", () => {
    async function waiting() {
      const shop = await answered();
      vi.setSystemTime(EVENING);
      await shop.resolve();
      const line = await question(shop.t, shop.conversationId);
      expect(line.delivery).toMatchObject({ state: "queued", notBefore: MORNING });
      const inTheMorning = async () => {
        vi.setSystemTime(MORNING);
        const step = await outbox(shop.t, shop.conversationId);
        await step();
        return await deliveryOf(shop.t, line._id);
      };
      return { ...shop, inTheMorning };
    }

    test("is asked then", async () => {
      const { inTheMorning, questions } = await waiting();
      expect(await inTheMorning()).toMatchObject({ state: "sent" });
      expect(await questions()).toBe(1);
    });

    test.each<[string, string, (shop: Awaited<ReturnType<typeof waiting>>) => Promise<unknown>]>([
      ["a STOP", "opted_out", ({ say }) => say("STOP")],
      ["another question", "overtaken", ({ say }) => say("And a battery?")],
      [
        "being opened again",
        "overtaken",
        ({ dana, conversationId }) => dana.t.mutation(api.conversations.reopen, { conversationId }),
      ],
      [
        "a rating on the page",
        "overtaken",
        async ({ t, phone, conversationId }) => {
          const ann = await signedIn(t, phone);
          await ann.t.mutation(api.conversations.rate, { conversationId, score: 3 });
        },
      ],
    ])("is not, after %s", async (_what, reason, meanwhile) => {
      const shop = await waiting();
      await meanwhile(shop);
      expect(await shop.inTheMorning()).toMatchObject({ state: "cancelled", reason });
      expect(await shop.questions()).toBe(0);
    });

    test("is no question yet: a 5 before it is a message", async () => {
      const { say, now, t } = await waiting();
      await say("5");
      expect(await now()).toMatchObject({ status: "open", episode: 2 });
      expect(await ratedEvents(t)).toEqual([]);
    });
  });
});

/** The person who texts, on a page. */
async function signedIn(t: Deployment, phone: string): Promise<Caller> {
  const { _id } = await person(t, phone);
  const other = await customer(t, `${crypto.randomUUID()}@example.com`);
  await t.run((ctx) => ctx.db.patch("sessions", other.sessionId, { userId: _id }));
  return as(t, _id, other.sessionId);
}

describe("a number that comes back", () => {
  test.each([
    ["5", 5],
    ["👍🏽", 5],
    ["👎", 1],
    ["4/5, danke!", 4],
  ])("%s is kept, counts, is thanked for, and opens nothing", async (body, score) => {
    const { t, say, since, now, conversationId } = await asked();
    const { turn } = await now();
    await say(body);
    expect(await now()).toMatchObject({ status: "resolved", episode: 1, turn, rating: { score } });
    expect(await now()).not.toHaveProperty("waitingSince");
    expect(await messageOf(t, conversationId, body)).toMatchObject({
      author: { kind: "customer" },
      visibility: "public",
    });
    expect(await ratedEvents(t)).toEqual([[undefined, score]]);
    expect(await since()).toEqual(["Thank you for telling us."]);
    const agents = (await messages(t, conversationId)).filter((one) => one.author.kind === "agent");
    expect(agents).toHaveLength(1);
  });

  test("in the evening is thanked for in the evening: they have just written", async () => {
    const { say, since } = await asked();
    vi.setSystemTime(EVENING);
    await say("5");
    expect(await since()).toHaveLength(1);
  });

  test("after another replaces it, and a machine that answers our thanks is not answered", async () => {
    const { t, say, since, now } = await asked();
    for (const body of ["2", "5", "5", "5"]) await say(body);
    expect((await now()).rating).toMatchObject({ score: 5 });
    expect(await ratedEvents(t)).toEqual([
      [undefined, 2],
      [2, 5],
    ]);
    expect(await since()).toHaveLength(1);
  });

  test("that Twilio tells twice is one", async () => {
    const { t, phone, conversationId, since } = await asked();
    const MessageSid = newSid();
    for (let i = 0; i < 3; i++) await text(t, phone, "3", { MessageSid });
    await later(t);
    const kept = (await messages(t, conversationId)).filter((one) => one.text === "3");
    expect(kept).toHaveLength(1);
    expect(await since()).toHaveLength(1);
  });

  test.each(["5 years old laptop keeps crashing", "5?", "👍👎", "ok"])(
    "%j is no rating: it opens again, to the AI",
    async (body) => {
      const { t, say, now } = await asked();
      await say(body);
      expect(await now()).toMatchObject({ status: "open", episode: 2 });
      expect(await ratedEvents(t)).toEqual([]);
    },
  );

  test("in an open conversation is a message to the AI, also in the next episode", async () => {
    const { t, say, now, conversationId } = await asked();
    await say("My screen is broken");
    const { turn } = await now();
    await say("5");
    expect(await now()).toMatchObject({ status: "open", episode: 2, turn: turn + 1 });
    expect(await ratedEvents(t)).toEqual([]);
    expect((await messages(t, conversationId)).at(-1)).toMatchObject({ author: { kind: "agent" } });
  });

  test("with a picture is for somebody to look at", async () => {
    const { t, say, now } = await asked();
    const media = {
      NumMedia: "1",
      MediaUrl0: "http://127.0.0.1:1/x",
      MediaContentType0: "image/png",
    };
    await say("5", media);
    expect((await now()).episode).toBe(2);
    expect(await ratedEvents(t)).toEqual([]);
  });

  test("counts for seven days from the question, and not after", async () => {
    const { t, say, now, conversationId } = await asked();
    const { at } = (await deliveryOf(t, (await question(t, conversationId))._id))!;
    vi.setSystemTime(at + RATING_WINDOW - MINUTE);
    await say("4");
    expect((await now()).rating).toMatchObject({ score: 4 });
    vi.setSystemTime(at + RATING_WINDOW + MINUTE);
    await say("5");
    expect(await now()).toMatchObject({ status: "open", episode: 2 });
    expect(await ratedEvents(t)).toEqual([[undefined, 4]]);
  });

  test("after STOP is kept and counts, and is not answered", async () => {
    const { t, say, since } = await asked();
    await say("STOP");
    await say("1");
    expect(await ratedEvents(t)).toEqual([[undefined, 1]]);
    expect(await since()).toEqual([expect.stringMatching(/won't get any more texts/)]);
  });

  test("of who is blocked is no rating", async () => {
    const { t, say, since, phone } = await asked();
    const { _id } = await person(t, phone);
    await t.run((ctx) => ctx.db.patch("users", _id, { blockedAt: Date.now() }));
    await say("5");
    expect(await ratedEvents(t)).toEqual([]);
    expect(await since()).toEqual([]);
  });

  test("is no answer where nobody asked: one that its customer closed", async () => {
    const { t, phone, say, conversationId, now } = await answered();
    const ann = await signedIn(t, phone);
    const args = { conversationId, status: "resolved" as const };
    await ann.t.mutation(api.conversations.updateConversation, args);
    await say("5");
    expect(await now()).toMatchObject({ status: "open", episode: 2 });
    expect(await ratedEvents(t)).toEqual([]);
  });
});

describe("a conversation of the page that goes on by text", () => {
  async function page() {
    const t = await smsShop({}, TUESDAY);
    const phone = newPhone();
    const ann = await customer(t);
    const proved = { phone, textsFrom: phone, phoneVerifiedAt: TUESDAY };
    await t.run((ctx) => ctx.db.patch("users", ann.userId, proved));
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
      message: { text: "How much is a laptop screen?" },
    });
    await later(t);
    const dana = await technician(t);
    const goOn = (on = true) =>
      ann.t.mutation(api.conversations.continueByText, { conversationId, on });
    const resolve = () => dana.t.mutation(api.conversations.resolve, { conversationId });
    return { t, phone, ann, conversationId, goOn, resolve };
  }

  test("asks by text once the page is gone, and the number counts", async () => {
    const { t, phone, goOn, resolve, conversationId, ann } = await page();
    await goOn();
    await ann.t.mutation(api.conversations.onPage, { conversationId, leaving: true });
    await resolve();
    await runUntil(t, Date.now() + 2 * MINUTE);
    await later(t);
    expect((await bodies(phone)).filter(isQuestion)).toHaveLength(1);
    await text(t, phone, "4");
    expect(await row(t, conversationId)).toMatchObject({
      status: "resolved",
      rating: { score: 4 },
    });
  });

  test("that shows the question on the page gets no text, and a number by text counts", async () => {
    const { t, phone, goOn, resolve, conversationId, ann } = await page();
    await goOn();
    await resolve();
    const shows = (await question(t, conversationId))._id;
    await ann.t.mutation(api.conversations.onPage, { conversationId, shows });
    await runUntil(t, Date.now() + 2 * MINUTE);
    await later(t);
    expect(await bodies(phone)).toEqual([]);
    await text(t, phone, "2");
    expect(await row(t, conversationId)).toMatchObject({
      status: "resolved",
      rating: { score: 2 },
    });
  });

  test("and any that does not is not asked", async () => {
    const { t, phone, resolve, conversationId, goOn } = await page();
    await goOn();
    await goOn(false);
    await resolve();
    await later(t);
    expect(await row(t, conversationId)).not.toHaveProperty("ratingQuestion");
    expect(await bodies(phone)).toEqual([]);
  });
});

test("beside an open one a number is about that; of two that wait for one, it is of the one asked about last", async () => {
  const { t, conversationId, phone, say, dana } = await asked();
  const { _id: userId } = await person(t, phone);
  // Written in longer ago, and closed later.
  const second = await t.run(async (ctx) => {
    const { _id, _creationTime, ratingQuestion, resolvedAt, ...copy } = (await ctx.db.get(
      "conversations",
      conversationId,
    ))!;
    return await ctx.db.insert("conversations", {
      ...copy,
      userId,
      status: "open",
      lastMessageAt: copy.lastMessageAt - HOUR,
    });
  });
  await say("4");
  expect(await messageOf(t, second, "4")).toBeDefined();
  expect(await ratedEvents(t)).toEqual([]);
  vi.setSystemTime(Date.now() + HOUR);
  await t.run((ctx) => ctx.db.patch("conversations", second, { lastMessageAt: TUESDAY - HOUR }));
  await dana.t.mutation(api.conversations.resolve, { conversationId: second });
  await later(t);
  await say("3");
  expect((await row(t, second)).rating).toMatchObject({ score: 3 });
  expect(await row(t, conversationId)).not.toHaveProperty("rating");
});
