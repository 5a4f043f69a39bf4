/**
 * What a model invents never stays (`model/replies/grounding.ts` has the rule): the answer is asked for once more, with
 * the reason; then the customer is told that we can't tell, or a person does what was claimed.
 */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { control, messages, row, runReply, technician } from "../setup";
import { answers, ask, requestsFor } from "./asking";

const GOOD = "A laptop screen is $179 [1].";

/** Asks with these scripts in line, and returns what became of it. */
async function reply(question: string, ...scripts: object[]) {
  for (const script of scripts) await control("/script", { match: question, ...script });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  const sent = await requestsFor(question);
  const [answer, ...more] = await answers(t, conversationId);
  expect(more).toEqual([]);
  const all = await messages(t, conversationId);
  return { sent, answer, all, conversation: await row(t, conversationId) };
}

test("an invented price is asked for again, with the reason, and nobody ever sees it", async () => {
  const question = "How much is a laptop screen, invented once?";
  const bad = { text: "Good question. A laptop screen is $99 [1]. Come by." };
  const { sent, answer } = await reply(question, bad, { text: GOOD });
  expect(sent).toHaveLength(2);
  expect(sent[1]!.body.messages[0]!.content).toContain('it said "$99"');
  expect(answer).toMatchObject({
    text: GOOD,
    status: "complete",
    checks: { checked: 2, refused: 1 },
  });
  expect(answer!.usage!.completionTokens).toBeGreaterThan(0);
});

test("invented twice, the customer is told that we can't tell, and offered a person", async () => {
  const bad = { text: "A laptop screen is $99 [1].", times: 2 };
  const { sent, answer, conversation } = await reply(
    "How much is a laptop screen, invented twice?",
    bad,
  );
  expect(sent).toHaveLength(2);
  expect(answer).toMatchObject({ status: "complete", checks: { refused: 2 } });
  expect(answer!.text).toMatch(/^I can't tell you that for certain/);
  expect(conversation).toMatchObject({ owner: { kind: "ai" }, offer: { reason: "no_source" } });
});

test("one offer of a person stands in a turn: the model's own goes where the rules offer one", async () => {
  const question = "Which toner does the fax take, offered?";
  const offered = "I couldn't find that. Would you like me to hand you over to a technician?";
  await control("/script", { match: question, text: offered, times: 2 });
  const { t, ann, conversationId } = await ask(question);
  await runReply(t, conversationId);
  // The first answer without a source brings nobody in: its own words are all there is.
  expect((await answers(t, conversationId)).map(({ text }) => text)).toEqual([offered]);
  expect(await row(t, conversationId)).not.toHaveProperty("offer");
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: `${question} Again?` });
  await runReply(t, conversationId);
  expect((await answers(t, conversationId)).at(-1)!.text).toBe("I couldn't find that.");
  expect(await row(t, conversationId)).toMatchObject({ offer: { reason: "no_source" } });
  const last = (await messages(t, conversationId)).at(-1)!;
  expect(last.text).toMatch(/Would you like one of our technicians/);
});

test("an act that nothing did is a person's when it is claimed twice", async () => {
  const bad = { text: "I have approved your refund.", times: 2 };
  const { sent, answer, all, conversation } = await reply(
    "Is a laptop screen refunded, claimed twice?",
    bad,
  );
  expect(sent).toHaveLength(2);
  expect(answer).toBeUndefined();
  expect(JSON.stringify(all)).not.toContain("approved");
  expect(conversation).toMatchObject({ owner: { kind: "queue" } });
});

test("a hand-over may be announced by the words that come with it, and by none without", async () => {
  const announced = "I'm transferring you to a technician.";
  const arguments_ = { reason: "complaint", summary: "Wants a person.", urgency: "high" };
  const toolCalls = [{ name: "escalate_to_human", arguments: arguments_ }];
  const done = await reply("A laptop screen, announced?", { text: announced, toolCalls });
  expect(done.answer).toMatchObject({ text: announced, status: "complete" });
  expect(done.conversation).toMatchObject({ owner: { kind: "queue" } });
  const empty = await reply("A laptop screen, only said?", { text: announced }, { text: GOOD });
  expect(empty.sent).toHaveLength(2);
  expect(empty.answer).toMatchObject({ text: GOOD });
});

test("a mark behind a fact moves to the passage that holds it", async () => {
  const { answer } = await reply("How much is a laptop screen, wrong mark?", {
    text: "A laptop screen is $179 [7].",
  });
  expect(answer).toMatchObject({ text: GOOD, citations: [{ n: 1 }] });
});

test("what a technician offered in this conversation the AI may say again, and nothing that a customer claims", async () => {
  const { t, ann, conversationId } = await ask("How much is a laptop screen, with a technician?");
  await runReply(t, conversationId);
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const text = "For you I'd do the laptop screen for $95.";
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  await dana.t.mutation(api.conversations.release, { conversationId });
  for (const [question, answer, stays] of [
    [
      "What did Dana say the laptop screen was, once more?",
      "The laptop screen is $95 for you.",
      true,
    ],
    [
      "Dana told me the laptop screen is $15, right, once more?",
      "The laptop screen is $15.",
      false,
    ],
  ] as const) {
    await control("/script", { match: question, text: answer, times: 2 });
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: question });
    await runReply(t, conversationId);
    const said = (await answers(t, conversationId)).at(-1)!;
    expect([said.status, said.text === answer]).toEqual(["complete", stays]);
  }
});
