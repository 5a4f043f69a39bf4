/** A technician's last message, changed within a minute: who may, until when, and what follows it. */
import { beforeEach, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { MINUTE, SECOND } from "../../convex/lib/time";
import { answer, losePatience, mailCase, mailShop, mailsTo, sendLetter } from "../mail/shop";
import { later, newPhone, sentTo, smsShop, text, threads } from "../sms/shop";
import {
  clockedDeployment,
  customer,
  messages,
  outcomeOf,
  page,
  refusal,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

/** A Tuesday, ten in the morning in New York. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");

let t: Deployment;
beforeEach(() => {
  t = clockedDeployment();
  vi.setSystemTime(TUESDAY);
});

async function claimed() {
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Is it ready?" },
  });
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const say = (text: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  return { ann, dana, conversationId, say };
}

const edit = (who: Caller, messageId: Id<"messages">, words = "It is ready at three.") =>
  who.t.mutation(api.messages.editStaffMessage, { messageId, text: words });
const stored = async (id: Id<"messages">): Promise<Doc<"messages">> =>
  (await t.run((ctx) => ctx.db.get("messages", id)))!;
const after = (ms: number) => vi.setSystemTime(Date.now() + ms);

test("the new words stand for both sides, in lists and in search, as edited", async () => {
  const { ann, dana, conversationId, say } = await claimed();
  const messageId = await say("It is ready at tow.");
  after(20 * SECOND);
  await edit(dana, messageId, "It is ready at two.");
  for (const reader of [ann, dana]) {
    const { page: shown } = await reader.t.query(api.messages.getMessages, {
      conversationId,
      paginationOpts: page(),
    });
    expect(shown.filter(({ _id }) => _id === messageId)).toEqual([
      expect.objectContaining({ text: "It is ready at two.", editedAt: Date.now() }),
    ]);
  }
  expect((await row(t, conversationId)).preview).toBe("It is ready at two.");
  const find = async (text: string) => await dana.t.query(api.conversations.search, { text });
  expect(await find("two")).toMatchObject([{ message: { _id: messageId } }]);
  expect(await find("tow")).toEqual([]);
});

test("a page that has had the message gets the new words with its news, once", async () => {
  const { ann, dana, conversationId, say } = await claimed();
  const messageId = await say("It is raedy.");
  const { settledAt: openedAt = 0 } = await stored(messageId);
  const news = async () =>
    (await ann.t.query(api.messages.live, { conversationId, after: openedAt })).messages;
  expect(await news()).toEqual([]);
  after(SECOND);
  await edit(dana, messageId, "It is ready.");
  expect(await news()).toMatchObject([{ _id: messageId, text: "It is ready." }]);
});

test("until the minute from sending is over, and no later for having been changed before", async () => {
  const { dana, say } = await claimed();
  const messageId = await say("One.");
  after(40 * SECOND);
  expect(await outcomeOf(edit(dana, messageId, "Two."))).toBe("ok");
  after(19 * SECOND);
  expect(await outcomeOf(edit(dana, messageId, "Three."))).toBe("ok");
  after(2 * SECOND);
  const late = await refusal(edit(dana, messageId, "Four."));
  expect(late).toMatchObject({ code: "conflict", obstacle: "late" });
  expect((await stored(messageId)).text).toBe("Three.");
});

test("not once the customer has written, a colleague has it, or it is resolved", async () => {
  const overtakenBy = async (
    act: (world: Awaited<ReturnType<typeof claimed>>, eli: Caller) => Promise<unknown>,
  ) => {
    const world = await claimed();
    const messageId = await world.say("It is ready.");
    await act(world, await technician(t, "Eli"));
    const refused = await refusal(edit(world.dana, messageId));
    expect(refused).toMatchObject({ code: "conflict", obstacle: "overtaken" });
    expect((await stored(messageId)).text).toBe("It is ready.");
  };
  await overtakenBy(({ ann, conversationId }) =>
    ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Thanks!" }),
  );
  await overtakenBy(({ say }) => say("And charged."));
  await overtakenBy(({ dana, conversationId }, eli) =>
    eli.t.mutation(api.conversations.claim, { conversationId, from: dana.userId }),
  );
  await overtakenBy(({ dana, conversationId }) =>
    dana.t.mutation(api.conversations.resolve, { conversationId }),
  );
});

test("a note among staff in between is nothing that the customer has heard", async () => {
  const { dana, conversationId, say } = await claimed();
  const messageId = await say("It is raedy.");
  await dana.t.mutation(api.messages.addNote, { conversationId, text: "Told them." });
  expect(await outcomeOf(edit(dana, messageId, "It is ready."))).toBe("ok");
});

test("of editing and resolving at once one comes first, and nothing is half done", async () => {
  const { dana, conversationId, say } = await claimed();
  const messageId = await say("It is ready.");
  const [edited] = await Promise.allSettled([
    edit(dana, messageId, "It is ready now."),
    dana.t.mutation(api.conversations.resolve, { conversationId }),
  ]);
  const { text, editedAt } = await stored(messageId);
  expect((await row(t, conversationId)).status).toBe("resolved");
  expect([text, editedAt !== undefined]).toEqual(
    edited.status === "fulfilled" ? ["It is ready now.", true] : ["It is ready.", false],
  );
});

test("nobody else's message, no note, no customer's and no answer of the AI's", async () => {
  const { ann, dana, conversationId, say } = await claimed();
  const eli = await technician(t, "Eli");
  const messageId = await say("It is ready.");
  const noteId = await dana.t.mutation(api.messages.addNote, { conversationId, text: "Hm." });
  const [question] = await messages(t, conversationId);
  expect(await outcomeOf(edit(eli, messageId))).toBe("not_found");
  expect(await outcomeOf(edit(ann, messageId))).toBe("forbidden");
  expect(await outcomeOf(edit(dana, noteId))).toBe("not_found");
  expect(await outcomeOf(edit(dana, question!._id))).toBe("not_found");
});

test("empty words, too many and a gap of a saved reply are refused; the same words change nothing", async () => {
  const { dana, say } = await claimed();
  const messageId = await say("It is ready.");
  const before = await stored(messageId);
  expect(await outcomeOf(edit(dana, messageId, "  "))).toBe("invalid_input");
  expect(await outcomeOf(edit(dana, messageId, "x".repeat(8_001)))).toBe("too_large");
  expect(await outcomeOf(edit(dana, messageId, "Hi {customer name}."))).toBe("invalid_input");
  await edit(dana, messageId, " It is ready. ");
  expect(await stored(messageId)).toEqual(before);
  const events = (await snapshot(t))["analytics"] as { type: string }[];
  expect(events.filter(({ type }) => type === "message_edited")).toEqual([]);
});

test("a promise that only the old words made goes with them, and the new ones' stands", async () => {
  const { dana, conversationId, say } = await claimed();
  const messageId = await say("I'll call you by three.");
  const due = async () => (await row(t, conversationId)).promises?.map(({ dueAt }) => dueAt);
  const THREE = Date.parse("2026-11-24T20:00:00Z");
  expect(await due()).toEqual([THREE]);
  after(5 * SECOND);
  await edit(dana, messageId, "I'll call you by four.");
  expect(await due()).toEqual([THREE + 60 * MINUTE]);
  await edit(dana, messageId, "I'll see.");
  expect(await due()).toBeUndefined();
  expect(await dana.t.query(api.conversations.promises, {})).toEqual([]);
});

test("an e-mail that waits for the page goes with the new words, and only once they were not shown", async () => {
  t = await mailShop();
  const one = await mailCase(t);
  const messageId = await answer(one, "It is raedy.");
  await one.ann.t.mutation(api.conversations.onPage, {
    conversationId: one.conversationId,
    shows: messageId,
  });
  expect((await stored(messageId)).delivery).toMatchObject({ state: "cancelled" });
  after(SECOND);
  await edit(one.dana, messageId, "It is ready.");
  // The page has shown the old words.
  expect((await stored(messageId)).delivery).toMatchObject({ state: "queued", channel: "email" });
  losePatience();
  await sendLetter(one);
  expect(await mailsTo(one.address)).toMatchObject([
    { text: expect.stringContaining("It is ready.") as string },
  ]);
});

test("a text goes with the new words while it waits, and is out of reach once it has left", async () => {
  t = await smsShop({}, TUESDAY);
  const phone = newPhone();
  await text(t, phone, "Is it ready?");
  await later(t);
  const [{ _id: conversationId }] = (await threads(t, phone)) as [Doc<"conversations">];
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const messageId = await dana.t.mutation(api.messages.sendStaffMessage, {
    conversationId,
    text: "It is raedy.",
  });
  const tooLong = edit(dana, messageId, "word ".repeat(400));
  expect(await refusal(tooLong)).toMatchObject({ code: "too_large", segments: 14 });
  await edit(dana, messageId, "It is ready.");
  await later(t);
  expect((await sentTo(phone)).map(({ body }) => body)).toContainEqual("It is ready.");
  expect((await sentTo(phone)).map(({ body }) => body)).not.toContainEqual("It is raedy.");
  const refused = await refusal(edit(dana, messageId));
  expect(refused).toMatchObject({ code: "conflict", obstacle: "sent" });
});
