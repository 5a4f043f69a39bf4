/** Status callbacks: signed, once or often, in any order. */
import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { DAY } from "../../convex/lib/time";
import { messages, row, snapshot, technician, type Deployment } from "../setup";
import {
  claim,
  deliveryOf,
  newPhone,
  newSid,
  queued,
  report,
  smsShop,
  text,
  threads,
  webhook,
} from "./shop";

/** A text under way: claimed, and the provider's answer not heard yet. */
async function underWay(t: Deployment) {
  const phone = newPhone();
  await text(t, phone, "My screen is broken");
  const [thread] = await threads(t, phone);
  const id = await queued(t, thread!._id, "We can fix that");
  const ref = { messageId: id, attempt: 1 };
  await claim(t, id);
  const sid = newSid();
  const accept = () =>
    t.mutation(internal.sms.settleSend, { text: ref, outcome: { kind: "accepted", sid } });
  const of = `?message=${id}&conversation=${thread!._id}`;
  const say = (status: string, extra: Record<string, string> = {}) =>
    report(t, { MessageSid: sid, MessageStatus: status, ...extra }, of);
  return { conversationId: thread!._id, id, sid, accept, say };
}

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((one, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [one, ...rest]),
  );
}

test.each([
  [["queued", "sent", "delivered"], "delivered"],
  [["queued", "sent", "undelivered"], "undelivered"],
  [["sent", "failed"], "failed"],
])("%j in every order, twice, before and after the answer to the send: %s", async (said, end) => {
  const t = await smsShop();
  for (const order of permutations([...said, "accept"])) {
    const { id, sid, accept, say } = await underWay(t);
    for (const status of [...order, ...order]) {
      if (status === "accept") await accept();
      else expect((await say(status)).status).toBe(204);
    }
    expect(await deliveryOf(t, id)).toMatchObject({ state: end });
    expect((await t.run((ctx) => ctx.db.get("messages", id)))!.smsSid).toBe(sid);
  }
});

test("a failure becomes a task for staff, once: a note, and the conversation in the queue", async () => {
  const t = await smsShop();
  const { conversationId, id, accept, say } = await underWay(t);
  await accept();
  for (let i = 0; i < 3; i++) await say("undelivered", { ErrorCode: "30003" });
  expect(await deliveryOf(t, id)).toMatchObject({ state: "undelivered", reason: "30003" });
  const notes = (await messages(t, conversationId)).filter((m) => m.visibility === "staff");
  expect(notes).toHaveLength(1);
  const conversation = await row(t, conversationId);
  expect(conversation).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "undelivered" },
  });
  // What can't be delivered is not announced by another text.
  const out = (await messages(t, conversationId)).filter((m) => m.delivery?.state === "queued");
  expect(out).toEqual([]);
});

describe("whoever has the conversation learns of a text that did not arrive", () => {
  async function undeliveredWhile(
    meanwhile: (t: Deployment, id: Id<"conversations">) => Promise<unknown>,
  ) {
    const t = await smsShop();
    const { conversationId, accept, say } = await underWay(t);
    await accept();
    await meanwhile(t, conversationId);
    await say("undelivered", { ErrorCode: "30003" });
    return { t, conversation: await row(t, conversationId), conversationId };
  }
  const takenBy = async (t: Deployment, conversationId: Id<"conversations">) => {
    const dana = await technician(t);
    await dana.t.mutation(api.conversations.claim, { conversationId });
    return dana;
  };

  test("a technician keeps it, unread", async () => {
    const { conversation } = await undeliveredWhile(takenBy);
    expect(conversation).toMatchObject({ owner: { kind: "human" }, unreadByStaff: 1 });
    expect(conversation.brief?.reason).not.toBe("undelivered");
  });

  test("one that was set aside is taken up again, by whom it belongs to", async () => {
    const { conversation } = await undeliveredWhile(async (t, conversationId) => {
      const dana = await takenBy(t, conversationId);
      const until = Date.now() + DAY;
      await dana.t.mutation(api.conversations.snooze, { conversationId, until });
      expect((await row(t, conversationId)).status).toBe("snoozed");
    });
    expect(conversation).toMatchObject({ status: "open", owner: { kind: "human" } });
    expect(conversation.unreadByStaff).toBe(1);
  });

  test("one that was resolved with it is open again, and waits for anybody", async () => {
    const { t, conversation } = await undeliveredWhile(async (shop, conversationId) => {
      const dana = await takenBy(shop, conversationId);
      await dana.t.mutation(api.conversations.resolve, { conversationId });
      expect((await row(shop, conversationId)).status).toBe("resolved");
    });
    expect(conversation).toMatchObject({
      status: "open",
      owner: { kind: "queue" },
      brief: { reason: "undelivered" },
    });
    const waiting = await (
      await technician(t)
    ).t.query(api.conversations.queue, {
      view: "waiting",
    });
    expect(waiting.map(({ _id }) => _id)).toContain(conversation._id);
  });

  test("of somebody who is leaving nothing is opened again", async () => {
    const { conversation } = await undeliveredWhile(async (t, conversationId) => {
      const dana = await takenBy(t, conversationId);
      await dana.t.mutation(api.conversations.resolve, { conversationId });
      await t.run(async (ctx) => {
        const { userId } = (await ctx.db.get("conversations", conversationId))!;
        await ctx.db.patch("users", userId, { deletingAt: Date.now() });
      });
    });
    expect(conversation.status).toBe("resolved");
  });
});

test("what isn't signed, isn't ours or isn't a status changes nothing", async () => {
  const t = await smsShop();
  const { id, say } = await underWay(t);
  const before = await snapshot(t);
  const params = { MessageSid: newSid(), MessageStatus: "delivered" };
  const forged = { signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
  expect((await webhook(t, `/twilio/status?message=${id}`, params, forged)).status).toBe(403);
  expect((await report(t, params)).status).toBe(204);
  expect((await report(t, params, "?message=nothing")).status).toBe(204);
  expect((await say("a new status of theirs")).status).toBe(204);
  expect((await report(t, { MessageSid: "x", MessageStatus: "sent" })).status).toBe(400);
  expect(await snapshot(t)).toEqual(before);
});

test("a callback names its text by the URL, also when its conversation is gone", async () => {
  const t = await smsShop();
  const { conversationId, id, say } = await underWay(t);
  await t.run(async (ctx) => {
    await ctx.db.delete("conversations", conversationId);
    await ctx.db.delete("messages", id);
  });
  expect((await say("failed", { ErrorCode: "30005" })).status).toBe(204);
  const gone: Id<"messages"> = id;
  expect(await deliveryOf(t, gone)).toBeUndefined();
});
