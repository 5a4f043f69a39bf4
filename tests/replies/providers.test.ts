import { expect, test, vi } from "vitest";
import { control, messages, row, RUN_TWICE, runReply } from "../setup";
import { answers, ask, requestsFor, runWithTimers } from "./asking";

test("a model that is overloaded is asked again", async () => {
  const question = "Overloaded once?";
  await control("/faults", {
    provider: "openrouter",
    kind: "status",
    status: 429,
    match: question,
  });
  await control("/script", { match: question, text: "Fine now." });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  expect(await answers(t, conversationId)).toMatchObject([
    { text: "Fine now.", status: "complete" },
  ]);
  expect((await requestsFor(question)).map(({ body }) => body.model)).toEqual([
    "openai/gpt-5-mini",
    "openai/gpt-5-mini",
  ]);
});

test("a model that stays down is replaced by the agent's fallback", async () => {
  const question = "Down for good?";
  const fault = { provider: "openrouter", kind: "status", status: 503, match: question, times: 2 };
  await control("/faults", fault);
  await control("/script", { match: question, text: "From the fallback." });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  const [answer] = await answers(t, conversationId);
  expect(answer).toMatchObject({ text: "From the fallback.", status: "complete" });
  expect(answer!.usage!.model).toBe("anthropic/claude-haiku-4.5");
});

test("a model that asks for a long wait is left for the fallback at once", async () => {
  const question = "Long wait?";
  await control("/faults", {
    provider: "openrouter",
    kind: "status",
    status: 429,
    retryAfter: 3600,
    match: question,
  });
  await control("/script", { match: question, text: "No waiting." });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  const models = (await requestsFor(question)).map(({ body }) => body.model);
  expect(models).toEqual(["openai/gpt-5-mini", "anthropic/claude-haiku-4.5"]);
});

test("when every model is down, a technician has the conversation and the customer knows", async () => {
  const question = "All down?";
  const fault = { provider: "openrouter", kind: "status", status: 500, match: question, times: 4 };
  await control("/faults", fault);
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  const conversation = await row(t, conversationId);
  expect(conversation).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "provider_error" },
  });
  expect(conversation.waitingSince).toBeDefined();
  expect((await messages(t, conversationId)).at(-1)!.text).toContain("passed your question");
});

test("a refusal that every model would repeat hands over at once, and staff read the provider's reason", async () => {
  const question = "Refused?";
  await control("/faults", {
    provider: "openrouter",
    kind: "status",
    status: 402,
    match: question,
  });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  expect(await answers(t, conversationId)).toEqual([]);
  const [process] = await t.run((ctx) => ctx.db.query("workflows").collect());
  expect(process).toMatchObject({ state: "failed", error: { code: "provider_unavailable" } });
  expect(process!.error!.message).toContain("credits");
  expect(await requestsFor(question)).toHaveLength(1);
  expect(await row(t, conversationId)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "provider_error" },
  });
});

for (const fault of [
  { kind: "cut", afterChunks: 3 },
  { kind: "malformed", afterChunks: 3 },
  { kind: "error_chunk", afterChunks: 3, code: 502, message: "upstream" },
]) {
  test(`a stream that ends by "${fault.kind}" is started again, and no word stands twice`, async () => {
    const question = `Broken by ${fault.kind}?`;
    await control("/faults", { provider: "openrouter", match: question, ...fault });
    const script = {
      match: question,
      text: "Alpha beta gamma delta epsilon.",
      chunks: 5,
      times: 2,
    };
    await control("/script", script);
    const { t, conversationId } = await ask(question);
    await runWithTimers(t, conversationId);
    const [answer, ...more] = await answers(t, conversationId);
    expect(more).toEqual([]);
    expect(answer).toMatchObject({ text: "Alpha beta gamma delta epsilon.", status: "complete" });
    // The first try's tokens were used all the same.
    expect(answer!.usage).toMatchObject({ estimated: true });
  });
}

test("a model that never answers is given up on, while the lease is kept", async () => {
  const question = "Stalled?";
  await control("/faults", { provider: "openrouter", kind: "stall", match: question });
  await control("/script", { match: question, text: "Second try." });
  const { t, conversationId } = await ask(question);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  await runWithTimers(t, conversationId);
  const all = await answers(t, conversationId);
  expect(all).toMatchObject([{ text: "Second try.", status: "complete" }]);
  const [workflow] = await t.run((ctx) => ctx.db.query("workflows").collect());
  expect(workflow).toMatchObject({ state: "done", attempt: 1 });
});

test("a missing model key is told with the command that sets it, and a technician takes over", async () => {
  const { t, conversationId } = await ask("No key?", { OPENROUTER_API_KEY: "" });
  await runReply(t, conversationId);
  const conversation = await row(t, conversationId);
  expect(conversation.owner.kind).toBe("queue");
  expect(conversation.brief!.summary).toContain("npx convex env set OPENROUTER_API_KEY");
  const said = (await messages(t, conversationId)).map((message) => message.text).join(" ");
  expect(said).not.toContain("OPENROUTER");
});

test("the model's call for a person hands over with its reason and summary", async () => {
  const question = "Your last repair was sloppy and rude";
  await control("/script", {
    match: question,
    toolCalls: [
      {
        name: "escalate_to_human",
        arguments: { reason: "complaint", summary: "Unhappy with a repair.", urgency: "high" },
      },
    ],
  });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect(await row(t, conversationId)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "complaint", summary: "Unhappy with a repair.", urgency: "high" },
  });
  expect((await messages(t, conversationId)).map((m) => m.author.kind)).toEqual([
    "customer",
    "system",
  ]);
});

test("a malformed tool call is fed back once, with what is wrong with it", async () => {
  const question = "Malformed tool call?";
  await control("/script", {
    match: question,
    toolCalls: [{ name: "search_knowledge", arguments: '{"query": ' }],
  });
  await control("/script", { match: question, text: "Without the tool." });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect(await answers(t, conversationId)).toMatchObject([{ text: "Without the tool." }]);
  const [, second] = await requestsFor(question);
  expect(second!.body.messages.at(-1)).toMatchObject({
    role: "tool",
    content: "The arguments are not valid JSON.",
  });
});

test("a model that goes on calling tools ends in words all the same", async () => {
  const question = "Endless tools?";
  const call = { name: "search_knowledge", arguments: { query: "screens" } };
  await control("/script", { match: question, toolCalls: [call], times: 3 });
  await control("/script", { match: question, text: "Enough." });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect(await answers(t, conversationId)).toMatchObject([{ text: "Enough." }]);
  const sent = await requestsFor(question);
  expect(sent).toHaveLength(4);
  // Not every provider knows `tool_choice: "none"`, and some want no word of calls then.
  const last = sent.at(-1)!.body;
  expect(last.tools).toBeUndefined();
  expect(last.tool_choice).toBeUndefined();
  expect(last.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  expect(last.messages[0]!.content).toContain("Nothing else was found.");
});

test("a contact that the customer writes is stored on the conversation, and a wrong one isn't", async () => {
  const question = "Reach me at the address below";
  for (const email of ["not an address", "Ann@Example.com"]) {
    const toolCalls = [{ name: "set_contact", arguments: { email } }];
    await control("/script", { match: question, toolCalls });
  }
  await control("/script", { match: question, text: "Got it." });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  expect((await row(t, conversationId)).contact).toEqual({ email: "ann@example.com" });
  expect(await answers(t, conversationId)).toMatchObject([{ text: "Got it." }]);
});

test("secrets are redacted before they reach the model", async () => {
  const question = "My card 4111 1111 1111 1111 was charged, password: hunter22";
  await control("/script", { match: "[card number removed]", text: "Noted." });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  const sent = JSON.stringify(await control("/requests"));
  expect(sent).not.toContain("4111 1111");
  expect(sent).not.toContain("hunter22");
  expect((await messages(t, conversationId))[0]!.text).toBe(question);
});

test("a mark that points at no passage is removed from the answer", async () => {
  const question = "Invented source?";
  await control("/script", { match: question, text: "True [1]. Invented [7]. Both [1, 9]." });
  const { t, conversationId } = await ask(`${question} laptop screen`);
  await runReply(t, conversationId);
  const [answer] = await answers(t, conversationId);
  expect(answer!.text).toBe("True [1]. Invented. Both [1].");
  expect(answer!.citations!.map(({ n }) => n)).toEqual([1]);
});

test("a question that finds nothing is kept for the list of gaps, redacted", async () => {
  const question = "Zebra quux? My password is hunter22";
  await control("/script", { match: "Zebra quux", text: "I don't know.", times: 2 });
  const { t, conversationId } = await ask(question, { OPENAI_API_KEY: "" });
  await runReply(t, conversationId);
  const events = await t.run((ctx) => ctx.db.query("analytics").collect());
  const gap = events.find((e) => e.kind === "event" && e.type === "knowledge_gap");
  expect(gap).toMatchObject({ data: { question: "Zebra quux? My password is [removed]" } });
});

test("an answer that says it doesn't know found nothing, whatever it cites: a gap, and no source shown", async () => {
  const question = "What is the weight of a laptop screen?";
  await control("/script", { match: question, text: "The passages don't say that [1]. Sorry!" });
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  const [answer] = await answers(t, conversationId);
  expect(answer!.text).toBe("The passages don't say that. Sorry!");
  expect(answer!.citations).toBeUndefined();
  const events = await t.run((ctx) => ctx.db.query("analytics").collect());
  const gap = events.find((e) => e.kind === "event" && e.type === "knowledge_gap");
  expect(gap).toMatchObject({ data: { question } });
});

test("an answer of nothing is tried again, then by the fallback, then handed over", async () => {
  const question = "Empty answers?";
  await control("/script", { match: question, text: "", times: 4 });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  expect((await requestsFor(question)).map(({ body }) => body.model)).toEqual([
    "openai/gpt-5-mini",
    "openai/gpt-5-mini",
    "anthropic/claude-haiku-4.5",
    "anthropic/claude-haiku-4.5",
  ]);
  expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "queue" } });
});

test("a model that calls tools where it must not is given up on, not fed for ever", async () => {
  const question = "Tools without end?";
  const call = { name: "search_knowledge", arguments: { query: "screens" } };
  await control("/script", { match: question, toolCalls: [call], times: 50 });
  const { t, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  expect((await requestsFor(question)).length).toBeLessThanOrEqual(4);
  expect(await row(t, conversationId)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "provider_error" },
  });
});

test("throttled embeddings don't hold an answer up, however long they ask to wait", async () => {
  const question = "Throttled embeddings and a laptop screen?";
  const fault = {
    provider: "openai",
    kind: "status",
    status: 429,
    retryAfter: 60,
    match: question,
  };
  await control("/faults", { ...fault, times: "always" });
  await control("/script", { match: question, text: "From text search [1]." });
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { t, conversationId } = await ask(question);
  await runReply(t, conversationId);
  const [answer] = await answers(t, conversationId);
  expect(answer).toMatchObject({ text: "From text search [1].", citations: [{ n: 1 }] });
  // A mutation says it: each of its runs.
  expect(warn).toHaveBeenCalledTimes(RUN_TWICE ? 2 : 1);
});
