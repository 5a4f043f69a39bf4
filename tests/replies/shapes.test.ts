/**
 * What providers really send (`docs/providers.md`, row by row): on the real SDK, over HTTP, with how many requests it
 * took and what was charged.
 */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { sumSpentToday } from "../../convex/model/replies/budget";
import { admin, control, outcomeOf, row, runReply, type Deployment } from "../setup";
import { answers, ask, requestsFor, runWithTimers } from "./asking";

const FIRST = "openai/gpt-5-mini";
const SECOND = "anthropic/claude-haiku-4.5";
const TEXT = "A laptop's screen has its price, and takes some patience.";
const search = { name: "search_knowledge", arguments: { query: "screens" } };
const escalate = (fields: object) => ({ name: "escalate_to_human", arguments: fields });
const complaint = escalate({ reason: "complaint", summary: "Wants a person.", urgency: "high" });

/** Asks with these scripts in line, and returns what became of it. */
async function reply(question: string, ...scripts: object[]) {
  for (const script of scripts) await control("/script", { match: question, ...script });
  const { t, ann, conversationId } = await ask(question);
  await runWithTimers(t, conversationId);
  const sent = await requestsFor(question);
  const [answer, ...more] = await answers(t, conversationId);
  expect(more).toEqual([]);
  const conversation = await row(t, conversationId);
  const models = sent.map(({ body }) => body.model);
  return { t, ann, conversationId, sent, models, answer, conversation, spent: await spentBy(t) };
}

const spentBy = (t: Deployment) => t.run((ctx) => sumSpentToday(ctx, Date.now()));

for (const status of [400, 404, 413, 422]) {
  test(`${status} from the first model is the next one's question, and costs nothing`, async () => {
    const question = `Status ${status}?`;
    const fault = { provider: "openrouter", kind: "status", status, match: question };
    await control("/faults", fault);
    const { models, answer, spent } = await reply(question, { text: TEXT });
    expect(models).toEqual([FIRST, SECOND]);
    expect(answer).toMatchObject({ text: TEXT, status: "complete" });
    expect(spent).toBe(answer!.usage!.costMicroUsd);
  });
}

for (const status of [401, 402, 403]) {
  test(`${status} is a person's at once, and costs nothing`, async () => {
    const question = `Operator's ${status}?`;
    const fault = { provider: "openrouter", kind: "status", status, match: question };
    await control("/faults", fault);
    const { models, conversation, spent } = await reply(question);
    expect(models).toEqual([FIRST]);
    expect(conversation).toMatchObject({ owner: { kind: "queue" } });
    expect(spent).toBe(0);
  });
}

/** One request, the answer whole, charged as the provider's last word has it. */
for (const shape of ["no_choices", "content_parts", "usage_twice"]) {
  test(`${shape}: the answer is whole, by one request`, async () => {
    const { models, answer, spent } = await reply(`Shape ${shape}?`, { text: TEXT, shape });
    expect(models).toEqual([FIRST]);
    expect(answer).toMatchObject({ text: TEXT, status: "complete" });
    expect(answer!.usage!.estimated).toBeUndefined();
    expect(answer!.usage!.completionTokens).toBeGreaterThan(5);
    expect(spent).toBe(answer!.usage!.costMicroUsd);
  });
}

test("never_ends: an answer that is whole doesn't wait for its connection to close", async () => {
  const { models, answer, spent } = await reply("Never ends?", { text: TEXT, shape: "never_ends" });
  expect(models).toEqual([FIRST]);
  expect(answer).toMatchObject({ text: TEXT, status: "complete" });
  expect(answer!.usage!.estimated).toBeUndefined();
  expect(spent).toBe(answer!.usage!.costMicroUsd);
});

/** What a failed try used is charged, once, beside the answer's. */
for (const [shape, models] of [
  ["finish_error", [FIRST, FIRST]],
  ["finish_content_filter", [FIRST, SECOND]],
  ["finish_unknown", [FIRST, SECOND]],
  ["finish_tool_calls", [FIRST, FIRST]],
] as const) {
  test(`${shape}: half an answer is none`, async () => {
    const question = `Shape ${shape}?`;
    const tried = await reply(question, { text: "Half of it.", shape }, { text: TEXT });
    expect(tried.models).toEqual(models);
    expect(tried.answer).toMatchObject({ text: TEXT, status: "complete" });
    expect(tried.answer!.usage!.estimated).toBeUndefined();
    expect(tried.spent).toBe(tried.answer!.usage!.costMicroUsd);
  });
}

test("a filter that cuts every model's answer off hands over", async () => {
  const script = { text: "Half of it.", shape: "finish_content_filter", times: 2 };
  const { models, conversation, answer } = await reply("Filtered everywhere?", script);
  expect(models).toEqual([FIRST, SECOND]);
  expect(conversation).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "provider_error" },
  });
  expect(answer?.status ?? "failed").toBe("failed");
});

for (const shape of [
  "call_at_1",
  "call_without_index",
  "call_without_id",
  "call_with_ids",
  "calls_at_0",
  "call_as_object",
]) {
  test(`${shape}: a call after a text hands over, with its brief`, async () => {
    const text = "I'll pass this to a technician.";
    const script = { text, shape, toolCalls: [complaint, search] };
    const { models, conversation, answer, spent } = await reply(`Shape ${shape}?`, script);
    expect(models).toEqual([FIRST]);
    expect(conversation).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "complaint", summary: "Wants a person.", urgency: "high" },
    });
    expect(answer).toMatchObject({ text, status: "complete" });
    expect(spent).toBe(answer!.usage!.costMicroUsd);
  });
}

test("a call without an id has one when its result goes back", async () => {
  const script = { toolCalls: [search], shape: "call_without_id" };
  const { sent, answer } = await reply("Call without an id?", script, { text: TEXT });
  expect(sent).toHaveLength(2);
  const [called, result] = sent[1]!.body.messages.slice(-2) as unknown as [
    { tool_calls: { id: string }[] },
    { tool_call_id: string },
  ];
  expect(called.tool_calls[0]!.id).not.toBe("");
  expect(result.tool_call_id).toBe(called.tool_calls[0]!.id);
  expect(answer).toMatchObject({ text: TEXT });
});

test("reasoning_details go back with the tool's result, as they came", async () => {
  const script = { toolCalls: [search], shape: "reasoning_details" };
  const { models, answer } = await reply("Signed thoughts?", script, { text: TEXT });
  // The stand-in refuses a history without them, as Gemini does.
  expect(models).toEqual([FIRST, FIRST]);
  expect(answer).toMatchObject({ text: TEXT, status: "complete" });
});

const MALFORMED: Record<string, [given: object | string, brief: object]> = {
  "null and empty fields": [
    { reason: "refund", summary: "Money back.", urgency: null, device: "", skill: null },
    { reason: "refund", summary: "Money back.", urgency: "normal" },
  ],
  "an urgency of its own": [
    { reason: "refund", summary: "Money back.", urgency: "medium" },
    { reason: "refund", urgency: "normal" },
  ],
  "a reason of its own": [
    { reason: "angry", summary: "Shouts.", urgency: "high" },
    { reason: "needs_technician", summary: "angry: Shouts.", urgency: "high" },
  ],
  "a summary of 3,000 characters": [
    { reason: "refund", summary: "long ".repeat(600) },
    { reason: "refund", summary: `${"long ".repeat(120).trim()}` },
  ],
  "steps in one text": [
    { reason: "refund", summary: "Money back.", stepsTried: "Restarted it." },
    { reason: "refund", stepsTried: ["Restarted it."] },
  ],
  "no fields at all": [{}, { reason: "needs_technician" }],
  "no JSON": ['{"reason": "ref', { reason: "needs_technician" }],
};
for (const [name, [given, brief]] of Object.entries(MALFORMED)) {
  test(`an escalation with ${name} escalates`, async () => {
    const toolCalls = [{ name: "escalate_to_human", arguments: given }];
    const { models, conversation } = await reply(`Escalation, ${name}?`, { toolCalls });
    expect(models).toEqual([FIRST]);
    expect(conversation).toMatchObject({ owner: { kind: "queue" }, brief });
  });
}

test("a refusal is an answer that hands over", async () => {
  const text = "I can't help with that.";
  const { models, answer, conversation, spent } = await reply("Refusal?", {
    text,
    shape: "refusal",
  });
  expect(models).toEqual([FIRST]);
  expect(answer).toMatchObject({ text, status: "complete" });
  expect(conversation).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "needs_technician" },
  });
  expect(spent).toBe(answer!.usage!.costMicroUsd);
});

test("thoughts in the answer are never shown", async () => {
  const text = `<think>The customer wants prices.</think>\n${TEXT}`;
  const { models, answer } = await reply("Thoughts?", { text, chunks: 30 });
  expect(models).toEqual([FIRST]);
  expect(answer).toMatchObject({ text: TEXT, status: "complete" });
});

test("a tool call in the answer is a tool call, and one that can't be read a failed round", async () => {
  const call = JSON.stringify(complaint);
  const said = await reply("Spoken call?", { text: `One moment.<tool_call>${call}</tool_call>` });
  expect(said.models).toEqual([FIRST]);
  expect(said.answer).toMatchObject({ text: "One moment." });
  expect(said.conversation).toMatchObject({ brief: { summary: "Wants a person." } });
  const broken = { text: 'One moment.<tool_call>{"name": ' };
  const tried = await reply("Broken call?", broken, { text: TEXT });
  expect(tried.models).toEqual([FIRST, FIRST]);
  expect(tried.answer).toMatchObject({ text: TEXT, status: "complete" });
});

test("texts before and after a tool call are paragraphs", async () => {
  const before = { text: "Let me look.", toolCalls: [search] };
  const { sent, answer } = await reply("Two texts?", before, { text: TEXT });
  expect(sent).toHaveLength(2);
  expect(answer).toMatchObject({ text: `Let me look.\n\n${TEXT}` });
});

test("after a stop the question is asked again without the half of an answer", async () => {
  const question = "Stopped and asked again?";
  await control("/script", { match: question, text: TEXT });
  const { t, ann, conversationId } = await ask(question);
  await t.run(async (ctx) => {
    const { episode, turn } = (await ctx.db.get("conversations", conversationId))!;
    const agent = (await ctx.db.query("agents").first())!;
    const author = { kind: "agent" as const, agentId: agent._id, name: agent.name };
    const now = Date.now();
    for (const status of ["stopped", "failed"] as const) {
      const half = { conversationId, author, status, episode, turn, text: "Half an answer" };
      await ctx.db.insert("messages", { ...half, visibility: "public", settledAt: now });
    }
  });
  await ann.t.mutation(api.replies.retry, { conversationId });
  await runReply(t, conversationId);
  const sent = await requestsFor(question);
  for (const { body } of sent) expect(body.messages.at(-1)).toMatchObject({ role: "user" });
  expect(JSON.stringify(sent)).not.toContain("Half an answer");
});

test("an agent's settings are sent as OpenRouter's API has them, and without any little thought is asked for", async () => {
  const question = "Settings?";
  const settings = {
    effort: "minimal" as const,
    order: ["anthropic", "google-vertex/europe"],
    allowFallbacks: false,
    dataCollection: "deny" as const,
    cacheFor: "1h" as const,
  };
  await control("/script", { match: question, text: TEXT, times: 2 });
  const { t, conversationId } = await ask(question);
  const sam = await admin(t);
  const [agent] = await sam.t.query(api.agents.list);
  await sam.t.mutation(api.agents.updateAgent, { agentId: agent!._id, settings });
  await runReply(t, conversationId);
  const plain = await ask(question);
  await runReply(plain.t, plain.conversationId);
  const [first, second] = (await requestsFor(question)).map(({ body }) => body);
  expect(first).toMatchObject({
    reasoning: { effort: "minimal" },
    provider: {
      order: ["anthropic", "google-vertex/europe"],
      allow_fallbacks: false,
      data_collection: "deny",
    },
    cache_control: { type: "ephemeral", ttl: "1h" },
  });
  expect(second).toMatchObject({ reasoning: { effort: "low" } });
  expect(second).not.toHaveProperty("provider");
  expect(second).not.toHaveProperty("cache_control");
});

test("settings that OpenRouter would refuse are refused, and the old ones stay", async () => {
  const { t } = await ask("Wrong settings?");
  const sam = await admin(t);
  const [agent] = await sam.t.query(api.agents.list);
  const set = (settings: object) =>
    sam.t.mutation(api.agents.updateAgent, { agentId: agent!._id, settings });
  await set({ effort: "high" });
  for (const wrong of [{ order: [] }, { order: ["No Slug"] }, { allowFallbacks: false }]) {
    expect(await outcomeOf(set(wrong)), JSON.stringify(wrong)).toBe("invalid_input");
  }
  const [after] = await sam.t.query(api.agents.list);
  expect(after!.settings).toEqual({ effort: "high" });
});

for (const [mark, text] of [
  ["【1†source】", "A laptop screen is $179[1]."],
  [" [Passage 1]", "A laptop screen is $179 [1]."],
  [" [1-2]", "A laptop screen is $179 [1]."],
  [" [1; 9]", "A laptop screen is $179 [1]."],
] as const) {
  test(`a source that is cited as ${mark} is one: nobody is offered a technician for lack of it`, async () => {
    const question = `What is a laptop screen, cited${mark}?`;
    const said = `A laptop screen is $179${mark}.`;
    const { t, ann, conversationId } = await ask(question);
    await control("/script", { match: question, text: said, times: 2 });
    for (const text of [null, question]) {
      if (text !== null) await ann.t.mutation(api.messages.sendMessage, { conversationId, text });
      await runWithTimers(t, conversationId);
    }
    for (const answer of await answers(t, conversationId)) {
      expect(answer).toMatchObject({ text, citations: [{ n: 1, title: "Laptop screens" }] });
    }
    expect(await row(t, conversationId)).toMatchObject({
      owner: { kind: "ai" },
      preview: said.slice(0, 23) + ".",
    });
    expect(await row(t, conversationId)).not.toHaveProperty("offer");
  });
}

test("what looks like a source in code is none, and stays as it was written", async () => {
  const question = "How do I see a laptop screen's disk?";
  const text = "Run `$a [1]`, (Get-PhysicalDisk)[0] and 'a;b'.Split(';')[1].";
  const { answer } = await reply(question, { text });
  expect(answer!.text).toBe(text);
  expect(answer!.citations).toBeUndefined();
});
