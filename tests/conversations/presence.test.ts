/** Typing, "seen" and who else looks: who is told what, in which rows, and what it writes. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { MINUTE, SECOND } from "../../convex/lib/time";
import { LOOK_LASTS, TYPING_LASTS } from "../../convex/model/desk/presence";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  finishProcesses,
  refusal,
  row,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

/** Ann's conversation, which Dana has; Sam is a colleague. */
async function talk({ claimed = true } = {}) {
  const t = clockedDeployment();
  await addAgent(t);
  const ann = await customer(t);
  const [dana, sam] = [await technician(t), await admin(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  if (claimed) await dana.t.mutation(api.conversations.claim, { conversationId });
  const one = { conversationId };
  const type = () => ann.t.mutation(api.presence.startTyping, one);
  const write = (by: Caller, writes: "answer" | "note") =>
    by.t.mutation(api.presence.startWriting, { ...one, writes });
  const look = (by: Caller, more: { saw?: Id<"messages">; leaving?: boolean } = {}) =>
    by.t.mutation(api.presence.lookAt, { ...one, ...more });
  const ask = (text = "Is it ready?") => ann.t.mutation(api.messages.sendMessage, { ...one, text });
  const answer = (text = "Yes.") =>
    dana.t.mutation(api.messages.sendStaffMessage, { ...one, text });
  const forAnn = () => ann.t.query(api.presence.ofTechnician, one);
  const forStaff = (by: Caller) => by.t.query(api.presence.here, one);
  return { t, ann, dana, sam, conversationId, type, write, look, ask, answer, forAnn, forStaff };
}

const presenceRows = (t: Deployment) =>
  t.run(async (ctx) =>
    (await ctx.db.query("workflows").collect()).filter(
      ({ kind }) => kind === "presence" || kind === "desk",
    ),
  );
const after = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe("typing", () => {
  test("of the customer is told to the desk until a moment, and nothing that lists or chats read is written", async () => {
    const { t, dana, conversationId, type, forStaff } = await talk();
    const before = await row(t, conversationId);
    await type();
    const { customer: shown } = await forStaff(dana);
    expect(shown).toEqual({ typesUntil: Date.now() + TYPING_LASTS });
    expect(await row(t, conversationId)).toEqual(before);
    // One that was said a moment ago is not written again, one that is about to end is.
    after(2 * SECOND);
    await type();
    expect((await forStaff(dana)).customer).toEqual(shown);
    after(5 * SECOND);
    await type();
    expect((await forStaff(dana)).customer.typesUntil).toBe(Date.now() + TYPING_LASTS);
    expect(await presenceRows(t)).toHaveLength(1);
  });

  test("of the customer is no row while no technician has the conversation, nor once it is resolved", async () => {
    const { t, dana, conversationId, type } = await talk({ claimed: false });
    await type();
    expect(await presenceRows(t)).toEqual([]);
    await dana.t.mutation(api.conversations.claim, { conversationId });
    await dana.t.mutation(api.conversations.resolve, { conversationId });
    await type();
    expect(await presenceRows(t)).toEqual([]);
  });

  test("of the technician who has it reaches the customer with their name; a note and a colleague don't", async () => {
    const { dana, sam, write, forAnn, forStaff } = await talk();
    await write(sam, "answer");
    await write(sam, "note");
    await write(dana, "note");
    expect(await forAnn()).toEqual({ name: "Dana" });
    expect((await forStaff(sam)).colleagues).toMatchObject([{ name: "Dana", writes: "note" }]);
    expect((await forStaff(dana)).colleagues).toMatchObject([{ name: "Sam", writes: "note" }]);
    await write(dana, "answer");
    expect(await forAnn()).toEqual({ name: "Dana", typesUntil: Date.now() + TYPING_LASTS });
    expect((await forStaff(sam)).colleagues).toMatchObject([{ writes: "answer" }]);
    // From one box to the other: what is written now is none of the customer's business.
    await write(dana, "note");
    expect(await forAnn()).toEqual({ name: "Dana" });
  });

  test("of who has given it back is not the customer's any more", async () => {
    const { dana, conversationId, write, forAnn } = await talk();
    await write(dana, "answer");
    await dana.t.mutation(api.conversations.release, { conversationId });
    expect(await forAnn()).toBeNull();
  });

  test("is limited, and a page that says too much loses nothing else", async () => {
    const { type, ask } = await talk();
    for (let i = 0; i < 30; i++) await type();
    expect(await refusal(type())).toMatchObject({ code: "rate_limited" });
    await ask();
  });
});

describe("seen", () => {
  test("is told to the customer of the technician who has the conversation, once they have seen it", async () => {
    const { sam, dana, look, ask, forAnn } = await talk();
    const saw = await ask();
    await look(sam, { saw });
    await look(dana);
    expect((await forAnn())?.seen).toBeUndefined();
    after(MINUTE);
    const at = Date.now();
    await look(dana, { saw });
    expect((await forAnn())?.seen).toEqual({ at, upTo: expect.any(Number) as number });
    // When it was seen stays, however often it is said, also once the desk is closed.
    after(MINUTE);
    await look(dana, { saw });
    await look(dana, { leaving: true });
    expect((await forAnn())?.seen).toMatchObject({ at });
  });

  test("is told to the desk by the customer's page, in its own row", async () => {
    const { t, ann, dana, conversationId, answer, forStaff } = await talk();
    const shows = await answer();
    const at = Date.now();
    await ann.t.mutation(api.conversations.onPage, { conversationId, shows });
    after(MINUTE);
    await ann.t.mutation(api.conversations.onPage, { conversationId, shows });
    expect((await forStaff(dana)).customer.seen).toEqual({
      at,
      upTo: expect.any(Number) as number,
    });
    expect(await presenceRows(t)).toMatchObject([{ kind: "presence", seen: shows, step: "gone" }]);
  });

  test("is not of a note, nor of another conversation's message", async () => {
    const { ann, dana, conversationId, look, forAnn, forStaff } = await talk();
    const shows = await dana.t.mutation(api.messages.addNote, { conversationId, text: "Hm." });
    await ann.t.mutation(api.conversations.onPage, { conversationId, shows });
    expect((await forStaff(dana)).customer.seen).toBeUndefined();
    const other = await ann.t.mutation(api.conversations.createConversation, {
      message: { text: "Another thing" },
    });
    await look(dana, { saw: other.messageId! });
    expect((await forAnn())?.seen).toBeUndefined();
  });
});

describe("who looks", () => {
  test("is seen by colleagues, and by nobody else, until it is over on a clock", async () => {
    const { dana, sam, look, forAnn, forStaff } = await talk({ claimed: false });
    await look(dana);
    await look(sam);
    const looksUntil = Date.now() + LOOK_LASTS;
    expect(await forStaff(sam)).toEqual({
      customer: {},
      colleagues: [{ userId: dana.userId, name: "Dana", looksUntil }],
    });
    expect(await forAnn()).toBeNull();
  });

  test("leaves no row behind, but for what was seen", async () => {
    const { t, dana, sam, look, ask, forStaff } = await talk();
    const saw = await ask();
    await look(sam);
    await look(dana, { saw });
    await look(sam, { leaving: true });
    await look(dana, { leaving: true });
    expect(await presenceRows(t)).toMatchObject([{ userId: dana.userId, state: "done" }]);
    expect((await forStaff(sam)).colleagues).toEqual([]);
  });

  test("goes with the conversation, with the technician, and after its time", async () => {
    const one = await talk();
    await one.type();
    await one.look(one.dana, { saw: await one.ask() });
    await one.ann.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
    await finishProcesses(one.t, "purge");
    expect(await presenceRows(one.t)).toEqual([]);

    const two = await talk();
    await two.look(two.dana, { saw: await two.ask() });
    await two.dana.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
    await finishProcesses(two.t, "purge");
    expect(await presenceRows(two.t)).toEqual([]);

    const three = await talk();
    await three.type();
    await three.look(three.dana);
    after(31 * 24 * 60 * MINUTE);
    await three.t.mutation(internal.workflows.cleanUp, {});
    await three.t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
    expect(await presenceRows(three.t)).toEqual([]);
  });
});
