/** A text in, an answer out: the whole way, with the real SDK against the stand-in. */
import { getFunctionName, type FunctionReference } from "convex/server";
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { SECOND } from "../../convex/lib/time";
import { Grounding } from "../../convex/model/replies/grounding";
import { replyEffects, ReplyWriter } from "../../convex/model/replies/writer";
import { messages, technician } from "../setup";
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

test("an answer by text is stored every two seconds while it is written, more often once somebody looks on", async () => {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "How much is a laptop screen?");
  const [{ _id: conversationId, turn }] = (await threads(t, phone)) as [Doc<"conversations">];
  const dana = await technician(t);
  const assignment = (await t.mutation(internal.replies.begin, {
    conversationId,
    turn,
    attempt: 1,
  }))!;
  const stored: string[] = [];
  const runMutation = (fn: FunctionReference<"mutation", "internal">, args: object) => {
    stored.push(getFunctionName(fn));
    return t.mutation(fn, args);
  };
  const ctx = { runMutation } as never;
  const writer = new ReplyWriter(ctx, replyEffects(ctx, assignment, conversationId), {
    reader: null,
    grounding: new Grounding([]),
    byText: assignment.channel === "sms",
  });
  writer.startRound({ model: "m", promptChars: 1 });
  writer.append("Hello there. ");
  const untilNext = () => writer.nextWriteAt() - Date.now();
  expect(untilNext()).toBe(2 * SECOND);
  await writer.write();
  expect(untilNext()).toBe(2 * SECOND);
  const live = await dana.t.query(api.replies.subscribeToReply, { conversationId });
  expect(live).toMatchObject({ text: "Hello there. ", readAlong: true });
  await dana.t.mutation(api.replies.watch, { conversationId });
  await writer.write();
  expect(untilNext()).toBeLessThan(1.5 * SECOND);
  expect(stored).toEqual(["replies:checkpoint", "replies:checkpoint"]);
});
