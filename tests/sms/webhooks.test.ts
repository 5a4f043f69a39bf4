/** A text in, an answer out: the whole way, with the real SDK against the stand-in. */
import { expect, test } from "vitest";
import { messages } from "../setup";
import { later, newPhone, sentTo, smsShop, text, threads } from "./shop";

test("a text is answered by text, once, from the shop's knowledge", async () => {
  const t = await smsShop();
  const phone = newPhone();
  const response = await text(t, phone, "How much is a laptop screen?");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/xml");
  expect(await response.text()).toContain("<Response></Response>");
  await later(t);
  const sent = await sentTo(phone);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.body).toContain("$179");
  expect(sent[0]!.body).toContain("Source: Laptop screens");
  const [thread] = await threads(t, phone);
  expect(thread).toMatchObject({ channel: "sms", owner: { kind: "ai" } });
  const [, answer] = await messages(t, thread!._id);
  expect(answer).toMatchObject({ smsSid: sent[0]!.sid, delivery: { state: "sent", segments: 1 } });
});
