/** Bounces and complaints, as the provider's signed events tell: they end mail to the address, and are staff's, once. */
import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { findSuppression } from "../../convex/model/accounts/suppressions";
import { control, hush, messages } from "../setup";
import {
  answer,
  losePatience,
  mailCase,
  mailShop,
  mailsTo,
  messageOf,
  post,
  sendLetter,
  tell,
} from "./shop";

async function mailed() {
  const one = await mailCase(await mailShop());
  const messageId = await answer(one);
  losePatience();
  await sendLetter(one);
  const [mail] = await mailsTo(one.address);
  return { ...one, messageId, id: mail!.id };
}
type Mailed = Awaited<ReturnType<typeof mailed>>;

const notes = async ({ t, conversationId }: Mailed) =>
  (await messages(t, conversationId))
    .filter(({ visibility }) => visibility === "staff")
    .map(({ text }) => text);
const suppression = ({ t, address }: Mailed) => t.run((ctx) => findSuppression(ctx, address));

test("delivered is said, and changes nothing else", async () => {
  const one = await mailed();
  await tell(one, { id: one.id, type: "delivered" }, 2);
  expect((await messageOf(one.t, one.messageId)).delivery).toMatchObject({ state: "delivered" });
  expect([await suppression(one), await notes(one)]).toEqual([null, []]);
});

describe.each([
  ["bounced", "undelivered"],
  ["complained", "sent"],
  ["suppressed", "undelivered"],
])("%s", (type, state) => {
  test("told three times: nothing more goes there, and staff have one task", async () => {
    const one = await mailed();
    await tell(one, { id: one.id, type }, 3);
    const reason = type === "complained" ? "complained" : "bounced";
    expect(await suppression(one)).toBe(reason);
    expect((await messageOf(one.t, one.messageId)).delivery).toMatchObject({ state });
    expect(await notes(one)).toHaveLength(1);
    const desk = await one.dana.t.query(api.conversations.getForStaff, {
      conversationId: one.conversationId,
    });
    expect(desk.unread).toBe(1);
    // What is said now is queued for nobody.
    expect((await messageOf(one.t, await answer(one))).delivery).toBeUndefined();
  });
});

test("a bounce after it was delivered is a task all the same", async () => {
  const one = await mailed();
  await tell(one, { id: one.id, type: "delivered" });
  await tell(one, { id: one.id, type: "bounced" }, 2);
  expect(await notes(one)).toHaveLength(1);
  expect(await suppression(one)).toBe("bounced");
});

test("a full mailbox, and a mail that failed, are tasks, and the address stays good", async () => {
  for (const event of [{ type: "bounced", bounce: "Transient" }, { type: "failed" }]) {
    const one = await mailed();
    await tell(one, { id: one.id, ...event }, 2);
    expect(await suppression(one)).toBeNull();
    expect((await messageOf(one.t, one.messageId)).delivery).toMatchObject({ state: "failed" });
    expect(await notes(one)).toHaveLength(1);
  }
});

test("an event of another mail's id changes nothing about a message", async () => {
  const one = await mailed();
  await one.t.run((ctx) => ctx.db.patch("messages", one.messageId, { providerId: "another" }));
  await tell(one, { id: one.id, type: "bounced" });
  expect((await messageOf(one.t, one.messageId)).delivery).toMatchObject({ state: "sent" });
});

test("what is not signed, or is no event, changes nothing", async () => {
  hush();
  const one = await mailed();
  const event = { id: one.id, type: "bounced", bounce: "Permanent" };
  const told = (await control("/emails/event", event)) as {
    payload: string;
    headers: Record<string, string>;
  };
  const forged = await post(one, { ...told, payload: told.payload.replace("bounced", "Bounced") });
  expect(forged.status).toBe(403);
  const { "svix-signature": _, ...unsigned } = told.headers;
  expect((await post(one, { ...told, headers: unsigned })).status).toBe(403);
  expect(await suppression(one)).toBeNull();
});
