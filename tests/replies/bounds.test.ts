/** Whatever a model sends, and however slowly: the reply settles, in time, within its bounds, and is charged once. */
import { countOpenRequests } from "@computer-guys/convex-local/testing";
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { REPLY_RESERVE_MICRO_USD, sumSpentToday } from "../../convex/model/replies/budget";
import { MAX_ANSWER_CHARS } from "../../convex/model/replies/writer";
import { control, nextTurn, row, runReply, technician, type Deployment } from "../setup";
import { answers, ask, countPieces, holdClock, requestsFor } from "./asking";

const spentToday = (t: Deployment) => t.run((ctx) => sumSpentToday(ctx, Date.now()));

async function answerTo(question: string, script: object) {
  await control("/script", { match: question, ...script });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  const [answer, ...more] = await answers(t, conversationId);
  expect(more).toEqual([]);
  return { t, conversationId, answer: answer! };
}

const NESTED: Record<string, string> = {
  quotes: `${"> ".repeat(2_000)}deep`,
  bullets: `${"- ".repeat(2_000)}deep`,
  numbers: `${"1. ".repeat(2_000)}deep`,
  mixed: `${"> - 1) ".repeat(800)}deep`,
};
for (const [name, text] of Object.entries(NESTED)) {
  test(`an answer of nested ${name} is stored, and its reservation settled`, async () => {
    const { t, conversationId, answer } = await answerTo(`Nested ${name}?`, { text });
    expect(answer).toMatchObject({ status: "complete" });
    expect(answer.text.length).toBeLessThan(100);
    expect(await spentToday(t)).toBe(answer.usage!.costMicroUsd);
    expect((await row(t, conversationId)).preview).toBe("deep");
  });
}

test("control characters, bidi overrides and halves of characters never reach the database", async () => {
  const question = "Unstorable?";
  const text = "Pay \u202eelbaliava\u202c \u0007now \ud800, \udc00 and 😀.\u0000";
  const raw = [...text.split("😀").join("|").split("|")[0]!].map(contentChunk);
  const { answer } = await answerTo(question, {
    raw: [...raw, contentChunk("\ud83d"), contentChunk("\ude00."), END],
  });
  expect(answer).toMatchObject({
    status: "complete",
    text: "Pay elbaliava now \ufffd, \ufffd and 😀.",
  });
});

test("what a tool call is made of is cleaned too: half a character in a brief hands over all the same", async () => {
  const question = "Unstorable brief?";
  const args = String.raw`{"reason":"complaint","summary":"Rude \ud800 reply\u0000","urgency":"high"}`;
  const toolCalls = [{ name: "escalate_to_human", arguments: args }];
  await control("/script", { match: question, toolCalls });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect(await row(t, conversationId)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "complaint", summary: "Rude \ufffd reply" },
  });
});

test("an answer that goes on past its bound is cut there, at once, marked, and charged as the provider has it", async () => {
  const question = "Endless prose?";
  const text = "Lorem ipsum dolor. ".repeat(10_000);
  const { t, answer } = await answerTo(question, {
    text,
    chunks: 2_000,
    endless: true,
    holdAfter: 1_500,
  });
  expect(answer).toMatchObject({ status: "complete" });
  expect(answer.text.length).toBeLessThanOrEqual(MAX_ANSWER_CHARS);
  expect(answer.text.length).toBeGreaterThan(MAX_ANSWER_CHARS - 100);
  expect(answer.text).toMatch(/dolor\.? …$|\w …$/);
  expect(answer.usage!.estimated).toBeUndefined();
  expect(await spentToday(t)).toBe(answer.usage!.costMicroUsd);
  const requests = await requestsFor(question);
  expect(requests).toHaveLength(1);
  await expect.poll(async () => (await requestsFor(question))[0]!.outcome).toBe("aborted");
});

test("thoughts that go on and on in the answer are nobody's answer", async () => {
  const question = "Endless thoughts?";
  const text = `<think>${"Hmm. ".repeat(10_000)}`;
  await control("/script", { match: question, text, chunks: 500, endless: true });
  await control("/script", { match: question, text: "From the fallback." });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect(await answers(t, conversationId)).toMatchObject([{ text: "From the fallback." }]);
  expect((await requestsFor(question)).map(({ body }) => body.model)).toEqual([
    "openai/gpt-5-mini",
    "anthropic/claude-haiku-4.5",
  ]);
});

test("a tool call without end goes to the next model", async () => {
  const question = "Endless call?";
  const args = `{"query":"${"a".repeat(90_000)}`;
  const toolCalls = [{ name: "search_knowledge", arguments: args }];
  await control("/script", { match: question, toolCalls });
  await control("/script", { match: question, text: "Without it." });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect(await answers(t, conversationId)).toMatchObject([{ text: "Without it." }]);
  expect(await requestsFor(question)).toHaveLength(2);
});

test("an answer that the database refuses is settled without its words, and nothing stays reserved", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const question = "Refused by the database?";
  const text = await import("../../convex/lib/plainText");
  vi.spyOn(text, "toPlainText").mockImplementation((markdown) => {
    if (markdown !== "") throw new Error("can't be read");
    return "";
  });
  await control("/script", { match: question, text: "Some words.", times: 3 });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect((await row(t, conversationId)).owner.kind).toBe("queue");
  expect(await spentToday(t)).toBeLessThan(REPLY_RESERVE_MICRO_USD / 2);
  const workflows = await t.run((ctx) => ctx.db.query("workflows").collect());
  expect(workflows.find(({ kind }) => kind === "reply")).toMatchObject({ state: "failed" });
});

test("after a silence the next model is asked, not the same one, and all of it ends within the deadline", async () => {
  const question = "All silent?";
  const fault = { provider: "openrouter", kind: "stall", match: question, times: 9 };
  await control("/faults", fault);
  const { t, conversationId } = await ask(question);
  holdClock();
  let done = false;
  const reply = runReply(t, conversationId).finally(() => (done = true));
  const asked = async () => (await requestsFor(question)).map(({ body }) => body.model);
  const [first, second] = ["openai/gpt-5-mini", "anthropic/claude-haiku-4.5"];
  await vi.waitUntil(async () => (await asked()).length === 1, { timeout: 30_000 });
  await passSeconds(24);
  expect(await asked()).toEqual([first]);
  await passSeconds(2);
  await vi.waitUntil(async () => (await asked()).length === 2, { timeout: 30_000 });
  await passSeconds(22);
  expect(done).toBe(false);
  await passSeconds(4);
  await reply;
  expect(await asked()).toEqual([first, second]);
  expect((await row(t, conversationId)).owner.kind).toBe("queue");
});

/** Of the held clock, with room for what each of them sets off. */
async function passSeconds(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await vi.advanceTimersByTimeAsync(1_000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Time passes in steps, each after something has come; `steps` of them, or until the reply has ended. */
async function runWhileKeptAlive(
  reply: Promise<void>,
  { steps, then = () => undefined }: { steps: number; then?: () => unknown },
) {
  let done = false;
  const ended = reply.finally(() => (done = true));
  const received = countPieces();
  const from = Date.now();
  for (let step = 0; step < steps && !done; step++) {
    const before = received();
    await vi.waitUntil(() => done || received() > before, { timeout: 30_000, interval: 1 });
    await vi.advanceTimersByTimeAsync(5_000);
  }
  await then();
  while (!done) {
    await vi.advanceTimersByTimeAsync(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  return Date.now() - from;
}

test("comments say that the provider is at work: an answer after a minute of them is one request", async () => {
  const question = "Kept alive?";
  const script = { match: question, text: "At last.", shape: "keep_alive" };
  const { id } = (await control("/script", script)) as { id: number };
  const { t, conversationId } = await ask(question);
  holdClock();
  const then = () => control("/release", { id });
  const passed = await runWhileKeptAlive(runReply(t, conversationId), { steps: 12, then });
  expect(passed).toBeGreaterThanOrEqual(60_000);
  expect(await answers(t, conversationId)).toMatchObject([
    { text: "At last.", status: "complete" },
  ]);
  expect(await requestsFor(question)).toHaveLength(1);
});

test("comments for ever end with the deadline, and a person has the conversation", async () => {
  const question = "Kept alive for ever?";
  await control("/script", { match: question, text: "Never.", shape: "keep_alive", times: 9 });
  const { t, conversationId } = await ask(question);
  holdClock();
  const passed = await runWhileKeptAlive(runReply(t, conversationId), { steps: 100 });
  // Less than another step of the clock; the end itself takes some of it.
  expect(passed).toBeLessThan(131_000);
  expect(await requestsFor(question)).toHaveLength(1);
  expect((await row(t, conversationId)).owner.kind).toBe("queue");
  await expect.poll(async () => (await requestsFor(question))[0]!.outcome).toBe("aborted");
});

/** A reply that has shown its first words, of a model that says no more. */
async function fallenSilent(question: string) {
  const script = { match: question, text: "Take out the card.", chunks: 4, holdAfter: 2 };
  await control("/script", script);
  const { t, ann, conversationId } = await ask(question);
  const dana = await technician(t);
  holdClock();
  let done = false;
  const written = runReply(t, conversationId).finally(() => (done = true));
  await vi.waitUntil(
    async () => {
      await vi.advanceTimersByTimeAsync(20);
      return Boolean((await answers(t, conversationId))[0]?.text);
    },
    { timeout: 20_000 },
  );
  /** Fails if the writer does: on Convex a request that is aborted twice ends its action, and nothing is charged. */
  const finish = async () => {
    while (!done) {
      // The next model answers in real time, which the clock must not overtake.
      if (countOpenRequests() === 0) await vi.advanceTimersByTimeAsync(250);
      await nextTurn();
    }
    await written;
  };
  return { t, ann, dana, conversationId, finish };
}

const ENDINGS: Record<
  string,
  (reply: Awaited<ReturnType<typeof fallenSilent>>) => Promise<unknown>
> = {
  "the customer stops": ({ ann, conversationId }) =>
    ann.t.mutation(api.replies.stop, { conversationId }),
  "a technician takes over": ({ dana, conversationId }) =>
    dana.t.mutation(api.conversations.claim, { conversationId }),
};
for (const [name, end] of Object.entries(ENDINGS)) {
  test(`a reply that ${name} while the model is silent ends its request; its writer succeeds and charges it`, async () => {
    const question = `Silent while ${name}?`;
    const reply = await fallenSilent(question);
    await end(reply);
    // The writer learns of it with its next write.
    await reply.finish();
    const [answer] = await answers(reply.t, reply.conversationId);
    expect(answer!.status).toBe("stopped");
    expect(answer!.text).toMatch(/^Take/);
    expect(answer!.usage!.costMicroUsd).toBeGreaterThan(0);
    expect(await spentToday(reply.t)).toBe(answer!.usage!.costMicroUsd);
    await expect.poll(async () => (await requestsFor(question))[0]!.outcome).toBe("aborted");
  });
}

test("a silence after the first words is the next model's turn, and both are charged", async () => {
  const question = "Silent in mid-stream?";
  const { t, conversationId, finish } = await fallenSilent(question);
  await control("/script", { match: question, text: "From the fallback." });
  await finish();
  const [answer, ...more] = await answers(t, conversationId);
  expect(more).toEqual([]);
  expect(answer).toMatchObject({ text: "From the fallback.", status: "complete" });
  expect(answer!.usage).toMatchObject({ estimated: true });
  expect(await spentToday(t)).toBe(answer!.usage!.costMicroUsd);
  expect((await requestsFor(question)).map(({ body }) => body.model)).toEqual([
    "openai/gpt-5-mini",
    "anthropic/claude-haiku-4.5",
  ]);
});

const contentChunk = (content: string) =>
  `data: ${JSON.stringify({ id: "gen-1", choices: [{ index: 0, delta: { content } }] })}\n\n`;
const END = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`;
