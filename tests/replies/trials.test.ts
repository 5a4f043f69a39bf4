/**
 * A trial runs the product's own pipeline on what was asked before, and leaves no trace but its own rows: no message, no
 * hand-over, no text, no event of its exchanges. It stays within its money, and survives what kills its steps.
 */
import { afterEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { eraseUser } from "../../convex/model/privacy/erase";
import { deleteProcess } from "../../convex/model/privacy/cleanup";
import {
  addAgent,
  addPassage,
  admin,
  clockedDeployment,
  control,
  customer,
  deployment,
  refusal,
  runReply,
  snapshot,
  type Caller,
  type Deployment,
} from "../setup";
import { requestsFor } from "./asking";

afterEach(() => vi.restoreAllMocks());

const HANDS_OVER = {
  name: "escalate_to_human",
  arguments: { reason: "complaint", summary: "Wants a person.", urgency: "high" },
};
let nth = 0;

/** A shop in which `count` questions were answered by the AI, and a draft of its prompt that the stand-in knows. */
async function shop(count: number, t: Deployment = deployment()) {
  const tag = `trial ${(nth += 1)}`;
  const agentId = await addAgent(t, { prompt: `Live ${tag}.` });
  const document = await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  const ann = await customer(t, `ann${nth}@example.com`);
  const sam = await admin(t);
  const questions = Array.from(
    { length: count },
    (_, i) => `How much is a laptop screen, ${tag}.${i}?`,
  );
  for (const question of questions) {
    await control("/script", { match: question, text: "A laptop screen is $179 [1]." });
    const message = { text: question };
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
      message,
    });
    await runReply(t, conversationId);
  }
  return { t, agentId, document, ann, sam, tag, questions };
}
type Shop = Awaited<ReturnType<typeof shop>>;

const DRAFT = { prompt: "A draft of the prompt.", model: "openai/gpt-5" };
const begin = (
  { sam, agentId }: Pick<Shop, "sam" | "agentId">,
  more: Partial<Parameters<typeof sam.t.mutation<typeof api.trials.start>>[1]> = {},
) =>
  sam.t.mutation(api.trials.start, {
    ...{ agentId, change: DRAFT, exchanges: 50, limitUsd: 5, ...more },
  });

const processOf = async (t: Deployment, id: Id<"workflows">) =>
  (await t.run((ctx) => ctx.db.get("workflows", id)))!;

/** Runs its steps, as the scheduler would, until it has ended. */
async function run(t: Deployment, workflowId: Id<"workflows">): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    const { state, attempt } = await processOf(t, workflowId);
    if (state !== "running") return;
    await t.action(internal.trials.step, { workflowId, attempt });
  }
}

const report = (sam: Caller, trialId: Id<"workflows">) => sam.t.query(api.trials.get, { trialId });

/** All rows but the trial's own, the audit of it, and what limits and budgets count. */
async function world(t: Deployment): Promise<string> {
  const { rateLimits: _, ...tables } = await snapshot(t);
  const isOwn = (row: unknown) => {
    const { kind, type } = row as { kind?: string; type?: string };
    return /^trial/.test(kind ?? "") || type === "trial_started";
  };
  return JSON.stringify(tables, (_key, value: unknown) =>
    Array.isArray(value) ? value.filter((row) => !isOwn(row)) : value,
  );
}

const GOOD = { text: "A laptop screen is $179 [1]." };
/** What the models of both sides say to a question, in the order in which they are asked. */
async function script(question: string, ...said: object[]): Promise<void> {
  for (const one of said) await control("/script", { match: question, ...one });
}

test("a draft is run beside the live agent, and nothing but its own result is written", async () => {
  const made = await shop(2);
  const { t, sam, questions, document, tag } = made;
  // A live reply would note that, and tell admins.
  const fault = { kind: "status", status: 401 };
  await control("/faults", { provider: "openai", match: tag, times: "always", ...fault });
  const contact = { name: "set_contact", arguments: { name: "Ann" } };
  const invented = [{ text: "A laptop screen is $99." }, { text: "A laptop screen is $98." }];
  await script(questions[0]!, GOOD, { toolCalls: [contact] }, ...invented);
  await script(questions[1]!, { toolCalls: [HANDS_OVER] }, GOOD);
  const jobsOf = () => t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  const [before, jobs] = [await world(t), (await jobsOf()).length];
  const trialId = await begin(made);
  await run(t, trialId);
  expect(await world(t)).toBe(before);
  const names = (await jobsOf()).slice(jobs).map(({ name }) => name);
  expect([...new Set(names)].sort()).toEqual(["trials:check", "trials:step"]);

  const found = await report(sam, trialId);
  expect(found).toMatchObject({
    ...{ state: "done", done: 2, of: 2, changes: ["prompt", "model"] },
    totals: {
      ...{ compared: 2, otherFound: 0, otherCited: 2, otherOutcome: 2 },
      handoff: { live: 1, changed: 0 },
      answered: { live: 1, changed: 1 },
      contacts: { live: 0, changed: 1 },
    },
  });
  // Latest first.
  const [handed, invents] = found.exchanges;
  expect(handed).toMatchObject({ live: { outcome: "handoff" }, changed: { outcome: "answered" } });
  expect(invents).toMatchObject({
    live: { outcome: "answered", found: [document], cited: [document], refused: 0, contacts: 0 },
    changed: { outcome: "unsure", found: [document], cited: [], refused: 2, contacts: 1 },
  });
  const { costMicroUsd } = found.totals;
  expect(found.spentMicroUsd).toBe(costMicroUsd.live + costMicroUsd.changed);
  expect(costMicroUsd.changed).toBeGreaterThan(0);
  const { spentMicroUsd } = await t.query(internal.analytics.budget, {});
  expect(spentMicroUsd).toBeGreaterThanOrEqual(found.spentMicroUsd);
  // The draft was asked what the live one was asked then.
  const asked = (await requestsFor(questions[1]!)).map(({ body }) => body);
  const drafted = asked.filter(({ messages }) =>
    String(messages[0]!.content).startsWith("A draft"),
  );
  expect(drafted.map(({ model }) => model)).toEqual([DRAFT.model]);
  expect(drafted[0]!.messages.slice(1)).toEqual(asked[0]!.messages.slice(1));
  // Ids and figures: no word of a customer.
  const stored = JSON.stringify(await t.run((ctx) => ctx.db.query("analytics").collect()));
  expect(stored).not.toContain(questions[0]);
});

test("lines of an evaluation say which side finds and cites the right document", async () => {
  const made = await shop(0);
  const { t, sam, tag, document } = made;
  const lines = [
    { question: `Laptop screen, please, ${tag}?`, slugs: ["laptop-screens"] },
    { question: `Do you repair violins, ${tag}?`, slugs: [] },
  ];
  await script(lines[0]!.question, GOOD, { text: "A laptop screen." });
  const trialId = await begin(made, { exchanges: 0, lines });
  await run(t, trialId);
  const { totals, exchanges } = await report(sam, trialId);
  expect(exchanges[0]!.line).toEqual({ question: lines[0]!.question, documents: [document] });
  expect(totals).toMatchObject({
    ...{ compared: 2, lines: 1 },
    rightFound: { live: 1, changed: 1 },
    rightCited: { live: 1, changed: 0 },
  });
});

test("an unpublished document answers in the trial, a published one doesn't, and nobody else finds them otherwise", async () => {
  const made = await shop(1);
  const { t, sam, document, questions } = made;
  const draft = await addPassage(t, "Laptop screens of 2027", "A laptop screen is $199.");
  await sam.t.mutation(api.knowledge.unpublish, { documentId: draft });
  const documents = { add: [draft], remove: [document] };
  await script(questions[0]!, GOOD, { text: "A laptop screen is $199 [1]." });
  const trialId = await begin(made, { change: {}, documents });
  await run(t, trialId);
  const { totals, exchanges, changes } = await report(sam, trialId);
  expect(changes).toEqual([]);
  expect(exchanges[0]).toMatchObject({
    live: { outcome: "answered", found: [document], cited: [document] },
    changed: { outcome: "answered", found: [draft], cited: [draft] },
  });
  expect(totals).toMatchObject({ otherFound: 1, otherCited: 1, otherOutcome: 0 });
  const { passages } = await sam.t.action(api.knowledge.search, { question: "laptop screen" });
  expect(passages.map(({ documentId }) => documentId)).toEqual([document]);
});

test("no model is asked once what is left can't pay for it, and more is booked for nothing", async () => {
  const made = await shop(3);
  const { t, sam, questions } = made;
  // Room for one call, and not for the worst case of a second one.
  const trialId = await begin(made, { limitUsd: 0.012501 });
  await run(t, trialId);
  const found = await report(sam, trialId);
  expect(found).toMatchObject({ state: "failed", done: 0, error: { code: "trial_limit" } });
  const calls = await Promise.all(questions.map(requestsFor));
  // Each was asked once when it was answered.
  expect(calls.flat()).toHaveLength(3 + 1);
  expect(found.spentMicroUsd).toBeLessThanOrEqual(12_501);
  expect(found.spentMicroUsd).toBeGreaterThan(0);
});

test("the day's budget stops it, and the next day it goes on where it was", async () => {
  const made = await shop(1);
  const { t, sam } = made;
  const trialId = await begin(made);
  vi.stubEnv("AI_DAILY_BUDGET_USD", "0.0001");
  await run(t, trialId);
  expect(await report(sam, trialId)).toMatchObject({ error: { code: "daily_budget" }, done: 0 });
  vi.stubEnv("AI_DAILY_BUDGET_USD", "10");
  await sam.t.mutation(api.workflows.retry, { workflowId: trialId });
  await run(t, trialId);
  expect(await report(sam, trialId)).toMatchObject({ state: "done", done: 1 });
});

test("a step that is killed is done again after its lease, and passed over the second time", async () => {
  const made = await shop(2, clockedDeployment());
  const { t, sam } = made;
  const trialId = await begin(made);
  const kill = async () => {
    const { attempt } = await processOf(t, trialId);
    const step = { workflowId: trialId, attempt };
    const task = await t.mutation(internal.trials.take, step);
    expect(await t.mutation(internal.trials.take, step)).toBeNull();
    await t.mutation(internal.trials.check, step);
    expect((await processOf(t, trialId)).attempt).toBe(attempt);
    vi.setSystemTime(Date.now() + 7 * 60_000);
    await t.mutation(internal.trials.check, step);
    expect((await processOf(t, trialId)).attempt).toBe(attempt + 1);
    // What comes of it after all is too late.
    const late = { ...step, resultId: task!.resultId, costMicroUsd: 1 };
    await t.mutation(internal.trials.store, late);
    return task!.resultId;
  };
  const first = await kill();
  expect(await kill()).toBe(first);
  await run(t, trialId);
  const { state, done, exchanges, spentMicroUsd } = await report(sam, trialId);
  expect([state, done]).toEqual(["done", 1]);
  expect(exchanges.map(({ error }) => error)).toEqual(["lost", undefined]);
  // Nobody knows what the lost ones used: all that they had reserved.
  expect(spentMicroUsd).toBeGreaterThan(2 * 100_000);
});

test("one whose jobs were lost, as by a restored snapshot, is taken up by upkeep", async () => {
  const made = await shop(1, clockedDeployment());
  const { t, sam } = made;
  const trialId = await begin(made);
  const { attempt } = await processOf(t, trialId);
  const jobs = () =>
    t.run(async (ctx) => {
      const all = await ctx.db.system.query("_scheduled_functions").collect();
      return all.filter(({ state }) => state.kind === "pending");
    });
  const started = async (name: string) =>
    (await jobs()).find((one) => one.name === name)?.args[0] as unknown;
  await t.run(async (ctx) => {
    const all = await ctx.db.system.query("_scheduled_functions").collect();
    for (const { _id } of all) await ctx.scheduler.cancel(_id);
  });
  await t.mutation(internal.workflows.upkeep, {});
  expect(await started("replies:recoverAll")).toBeUndefined();
  vi.setSystemTime(Date.now() + 30 * 60_000);
  await t.mutation(internal.workflows.upkeep, {});
  expect(await started("replies:recoverAll")).toEqual({});
  await t.mutation(internal.replies.recoverAll, {});
  const lost = { kind: "lease" as const, id: trialId };
  expect(await started("privacy:tryRow")).toEqual(lost);
  await t.mutation(internal.privacy.tryRow, lost);
  const step = { workflowId: trialId, attempt };
  expect(await started("trials:check")).toEqual(step);
  await t.mutation(internal.trials.check, step);
  expect(await started("trials:step")).toEqual({ ...step, attempt: attempt + 1 });
  await run(t, trialId);
  expect(await report(sam, trialId)).toMatchObject({ state: "done", done: 1 });
});

test("cancelled, it ends; what is under way is booked and not stored; retried, it goes on", async () => {
  const made = await shop(2);
  const { t, sam } = made;
  const workflowId = await begin(made);
  const task = await t.mutation(internal.trials.take, { workflowId, attempt: 1 });
  await sam.t.mutation(api.workflows.cancel, { workflowId });
  const side = {
    ...{ outcome: "answered" as const, found: [], cited: [], checked: 0, refused: 0 },
    ...{ contacts: 0, costMicroUsd: 70, totalMs: 1 },
  };
  const done = { resultId: task!.resultId, live: side, changed: side, costMicroUsd: 140 };
  await t.mutation(internal.trials.store, { workflowId, attempt: 1, ...done });
  expect(await report(sam, workflowId)).toMatchObject({
    ...{ state: "cancelled", done: 0, spentMicroUsd: 140, totals: { compared: 0 } },
  });
  const other = await begin(made);
  const again = () => sam.t.mutation(api.workflows.retry, { workflowId });
  // One at a time.
  expect((await refusal(again())).code).toBe("conflict");
  await run(t, other);
  await again();
  await run(t, workflowId);
  expect(await report(sam, workflowId)).toMatchObject({ state: "done", done: 2 });
});

test("its figures of a customer go with the customer, and all of it with its process", async () => {
  const made = await shop(2);
  const { t, sam, ann } = made;
  const trialId = await begin(made);
  const { attempt } = await processOf(t, trialId);
  await t.action(internal.trials.step, { workflowId: trialId, attempt });
  for (let done = false; !done;) {
    done = (await t.run((ctx) => eraseUser(ctx as never, ann.userId))).done;
  }
  await run(t, trialId);
  expect(await report(sam, trialId)).toMatchObject({ state: "done", exchanges: [] });
  const rows = () => t.run((ctx) => ctx.db.query("analytics").collect());
  const own = async () => (await rows()).filter(({ kind }) => kind.startsWith("trial"));
  expect(await own()).toHaveLength(1);
  const process = await processOf(t, trialId);
  await t.run((ctx) => deleteProcess(ctx as never, process));
  expect(await own()).toEqual([]);
  expect((await refusal(report(sam, trialId))).code).toBe("not_found");
});

test("a change goes on record with the finished trial that it rests on, and with no other", async () => {
  const made = await shop(1);
  const { t, sam, agentId, document } = made;
  const trialId = await begin(made, { documents: { add: [], remove: [document] } });
  const change = { agentId, ...DRAFT, trialId };
  const update = () => sam.t.mutation(api.agents.updateAgent, change);
  expect((await refusal(update())).code).toBe("conflict");
  await run(t, trialId);
  await update();
  await sam.t.mutation(api.knowledge.unpublish, { documentId: document, trialId });
  const events = await t.run((ctx) => ctx.db.query("analytics").collect());
  const resting = events.filter((row) => row.kind === "event" && row.data.trialId === trialId);
  expect(resting.map((row) => row.kind === "event" && row.type)).toEqual([
    "agent_changed",
    "document_unpublished",
  ]);
  const other = { ...change, prompt: "Another prompt." };
  expect((await refusal(sam.t.mutation(api.agents.updateAgent, other))).code).toBe("conflict");
  const publish = sam.t.mutation(api.knowledge.publish, { documentId: document, trialId });
  expect((await refusal(publish)).code).toBe("conflict");
});

test.each([
  ["invalid_input", { limitUsd: 0 }],
  ["invalid_input", { limitUsd: 101 }],
  ["invalid_input", { limitUsd: NaN }],
  ["too_large", { exchanges: 51 }],
  ["invalid_input", { exchanges: 1.5 }],
  ["invalid_input", { exchanges: 0 }],
  ["invalid_input", { change: { model: "no model" } }],
  ["too_large", { change: { prompt: "x".repeat(6_001) } }],
  ["not_found", { lines: [{ question: "What?", slugs: ["nothing"] }] }],
  ["too_large", { lines: Array(201).fill({ question: "What?", slugs: [] }) }],
  ["too_large", { lines: [{ question: "x".repeat(401), slugs: [] }] }],
])("what can't be tried is refused: %s (%#)", async (code, more) => {
  const made = await shop(1);
  expect((await refusal(begin(made, more))).code).toBe(code);
});

test("a document is added if it is unpublished, and left out if it answers", async () => {
  const made = await shop(1);
  const documents = { add: [made.document], remove: [] };
  expect((await refusal(begin(made, { documents }))).code).toBe("conflict");
  await made.sam.t.mutation(api.knowledge.unpublish, { documentId: made.document });
  const remove = { add: [], remove: [made.document] };
  expect((await refusal(begin(made, { documents: remove }))).code).toBe("conflict");
});
