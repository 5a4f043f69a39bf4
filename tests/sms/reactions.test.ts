/** Reactions that phones send as texts: kept with what they quote, answered by nobody. */
import { describe, expect, test } from "vitest";
import type { Id } from "../../convex/_generated/dataModel";
import { messages, row, snapshot, type Deployment } from "../setup";
import { later, newPhone, newSid, sentTo, smsShop, text, threads } from "./shop";

const TUESDAY = Date.parse("2026-11-24T15:00:00Z");

async function answered() {
  const t = await smsShop({}, TUESDAY);
  const phone = newPhone();
  const say = async (body: string, extra: Record<string, string> = {}) => {
    await text(t, phone, body, extra);
    await later(t);
  };
  await say("How much is a laptop screen?");
  const [thread] = await threads(t, phone);
  const last = async () => (await sentTo(phone)).at(-1)!.body;
  return { t, phone, say, last, conversationId: thread!._id };
}

async function offered() {
  const shop = await answered();
  await shop.say("That did not work");
  await shop.say("It still does not work");
  return { ...shop, offer: await shop.last() };
}

const reactions = async (t: Deployment, id: Id<"conversations">) =>
  (await messages(t, id)).flatMap(({ reaction }) =>
    reaction === undefined ? [] : [reaction.sign],
  );
const counted = async (t: Deployment, phone: string) => ({
  sent: (await sentTo(phone)).length,
  rows: Object.values(await snapshot(t)).flat().length,
});

describe("a reaction to a text of ours", () => {
  test.each([
    ["Liked “{}”", "👍"],
    ["Loved “{}”", "❤️"],
    ["Laughed at “{}”", "😂"],
    ["Questioned “{}”", "❓"],
    ["👎 to “{}”", "👎"],
    ["Hat „{}“ mit „Gefällt mir“ markiert", "👍"],
    ["Hat auf „{}“ mit 👍 reagiert", "👍"],
    ["Gefällt: „{}“", "👍"],
    ["Le encantó “{}”", "❤️"],
    ["Reaccionó con 😂 a “{}”", "😂"],
  ])("%s is stored with it, and costs no answer and no row", async (form, sign) => {
    const { t, phone, say, last, conversationId } = await answered();
    const before = await counted(t, phone);
    await say(form.replace("{}", (await last()).slice(0, 100)));
    expect(await reactions(t, conversationId)).toEqual([sign]);
    expect(await counted(t, phone)).toEqual(before);
  });

  test("that is taken back is gone, and the same text again changes nothing", async () => {
    const { t, say, last, conversationId } = await answered();
    const said = await last();
    const sid = { MessageSid: newSid() };
    await say(`Liked “${said}”`, sid);
    await say(`Liked “${said}”`, sid);
    expect(await reactions(t, conversationId)).toEqual(["👍"]);
    await say(`Removed a like from “${said}”`);
    expect(await reactions(t, conversationId)).toEqual([]);
  });

  test("to words that nobody finds is kept as what they wrote, unanswered", async () => {
    const { t, phone, say, conversationId } = await answered();
    const before = (await sentTo(phone)).length;
    await say("Liked “My laptop is smoking, get me a human”");
    expect((await messages(t, conversationId)).at(-1)).toMatchObject({
      author: { kind: "customer" },
    });
    expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "ai" } });
    expect((await sentTo(phone)).length).toBe(before);
  });
});

describe("on an offer", () => {
  test.each([
    ["Liked “", "”"],
    ["Hat „", "“ mit „Gefällt mir“ markiert"],
    ["Le gustó “", "”"],
  ])("liked is a yes: %s…%s", async (before, behind) => {
    const { t, say, offer, conversationId } = await offered();
    await say(before + offer + behind);
    expect(await row(t, conversationId)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "same_failure" },
    });
  });

  test.each([
    ["Disliked “", "”"],
    ["Hat „", "“ mit „Gefällt mir nicht“ markiert"],
    ["No le gustó “", "”"],
  ])("disliked is a no, and the assistant goes on: %s…%s", async (before, behind) => {
    const { t, say, offer, conversationId } = await offered();
    await say(before + offer + behind);
    const after = await row(t, conversationId);
    expect(after).toMatchObject({ owner: { kind: "ai" }, trouble: { declined: true } });
    expect(after.offer).toBeUndefined();
  });

  test.each(["Questioned", "Laughed at", "Removed a like from", "Quitó 👍 de", "Se rio de"])(
    "%s answers nothing",
    async (verb) => {
      const { t, say, offer, conversationId } = await offered();
      await say(`${verb} “${offer}”`);
      expect(await row(t, conversationId)).toMatchObject({
        owner: { kind: "ai" },
        offer: { reason: "same_failure" },
      });
    },
  );

  test("that something was said after, a like is none to", async () => {
    const { t, say, offer, conversationId } = await offered();
    await say("How much is a laptop screen?");
    await say(`Liked “${offer}”`);
    expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "ai" } });
  });
});
