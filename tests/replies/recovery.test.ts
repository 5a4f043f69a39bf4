import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import type { ActionCtx } from "../../convex/_generated/server";
import { generateReply, writeReply } from "../../convex/model/replies/generation";
import { REPLY_RESERVE_MICRO_USD, sumSpentToday } from "../../convex/model/replies/budget";
import { REPLY_LEASE } from "../../convex/model/conversations/replyProcess";
import {
  addAgent,
  addPassage,
  control,
  customer,
  deployment,
  messages,
  row,
  type Deployment,
} from "../setup";

const QUESTION = "How much is a laptop screen replacement? Recovery case";

beforeEach(async () => {
  // What a killed writer reports is expected here.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await control("/script", {
    match: "Recovery case",
    times: 1000,
    text: "A screen is $179 [1]. It takes two days [1].",
    chunks: 9,
  });
});

async function asked() {
  // No OpenAI key: retrieval is one query, and the harness below needs no vector search.
  const t = deployment({ OPENAI_API_KEY: "" });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  // Every look at the clock is 150 ms later: flushes come at the same deltas in every run.
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => {
    vi.setSystemTime(now() + 150);
    return now();
  });
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179. It takes two days.");
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: QUESTION },
  });
  return { t, ann, conversationId };
}

class Killed extends Error {}

/** A writer's connection to the database that dies at its nth call, before or after the call's commit. */
function mortal(
  t: Pick<Deployment, "mutation" | "query">,
  dieAt: number,
  when: "before" | "after",
) {
  let calls = 0;
  const guarded =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls > dieAt || (calls === dieAt && when === "before")) throw new Killed();
      const result = await call(...args);
      if (calls === dieAt) throw new Killed();
      return result;
    };
  const ctx = {
    runMutation: guarded(t.mutation as never),
    runQuery: guarded(t.query as never),
  } as unknown as ActionCtx;
  return { ctx, calls: () => calls };
}

/** What the scheduler does with a job whose machine is gone: it is no longer pending, and never runs. */
async function loseJobs(t: Deployment) {
  await t.run(async (ctx) => {
    for (const workflow of await ctx.db.query("workflows").collect()) {
      if (workflow.jobId) await ctx.scheduler.cancel(workflow.jobId);
    }
  });
}

async function recoverAfterLease(t: Deployment) {
  await loseJobs(t);
  vi.setSystemTime(Date.now() + REPLY_LEASE + 1);
  const [workflow] = await t.run((ctx) => ctx.db.query("workflows").collect());
  await t.mutation(internal.replies.recover, { workflowId: workflow!._id });
}

const fenceOf = ({ _id, workflowId, attempt }: Doc<"messages">) => ({
  messageId: _id,
  workflowId: workflowId!,
  attempt: attempt!,
});

async function expectSettled(t: Deployment, conversationId: Id<"conversations">) {
  const all = await messages(t, conversationId);
  expect(all.filter((message) => message.status === "streaming")).toEqual([]);
  const answers = all.filter((message) => message.author.kind === "agent");
  expect(answers.length).toBeLessThanOrEqual(1);
  const workflows = await t.run((ctx) => ctx.db.query("workflows").collect());
  const replies = workflows.filter(({ kind }) => kind === "reply");
  expect(replies.filter(({ state }) => state === "queued" || state === "running")).toEqual([]);
  return answers;
}

/** How many calls an undisturbed writer makes. */
async function callsOfOneReply() {
  const { t, conversationId } = await asked();
  const writer = mortal(t, Infinity, "before");
  await generateReply(writer.ctx, { conversationId, turn: 1, attempt: 1 });
  const [answer] = await expectSettled(t, conversationId);
  expect(answer).toMatchObject({
    status: "complete",
    text: "A screen is $179 [1]. It takes two days [1].",
  });
  return writer.calls();
}

test("a writer killed at any step is replaced once its lease is over, and nothing doubles", async () => {
  const steps = await callsOfOneReply();
  expect(steps).toBeGreaterThanOrEqual(5);
  for (let step = 1; step <= steps; step++) {
    for (const when of ["before", "after"] as const) {
      const { t, conversationId } = await asked();
      const first = mortal(t, step, when);
      const ref = { conversationId, turn: 1, attempt: 1 };
      await generateReply(first.ctx, ref).catch((error: unknown) =>
        expect(error).toBeInstanceOf(Killed),
      );
      await recoverAfterLease(t);
      await generateReply(mortal(t, Infinity, "before").ctx, { ...ref, attempt: 2 });
      const [answer] = await expectSettled(t, conversationId);
      expect(answer, `killed ${when} step ${step}`).toMatchObject({ status: "complete" });
      expect(await row(t, conversationId)).toMatchObject({ unreadByCustomer: 1, aiReplies: 1 });
      const events = await t.run((ctx) => ctx.db.query("analytics").collect());
      expect(events.filter((e) => e.kind === "event" && e.type === "reply_finished")).toHaveLength(
        1,
      );
    }
  }
});

/** Whoever asked reads along; the HTTP action dies at its nth call. */
async function askedAlong(dieAt: number, when: "before" | "after") {
  const { t, ann } = await asked();
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  const question = { conversationId, text: `${QUESTION} along` };
  const { assignment } = await ann.t.mutation(internal.replies.ask, question);
  const reader = {
    follows: true,
    isGone: false,
    left: new Promise(() => undefined),
    tell: () => undefined,
    dismiss: () => undefined,
  };
  const action = mortal(ann.t, dieAt, when);
  await writeReply(action.ctx, conversationId, assignment!, reader).catch((error: unknown) =>
    expect(error).toBeInstanceOf(Killed),
  );
  return { t, ann, conversationId, calls: action.calls() };
}

test("an HTTP action killed at any step is replaced by a scheduled writer within the lease", async () => {
  const { calls } = await askedAlong(Infinity, "before");
  expect(calls).toBeGreaterThanOrEqual(3);
  for (let step = 1; step <= calls; step++) {
    for (const when of ["before", "after"] as const) {
      const { t, conversationId } = await askedAlong(step, when);
      const askedLast = (workflow: Doc<"workflows">) => workflow.conversationId === conversationId;
      const workflow = (await t.run((ctx) => ctx.db.query("workflows").collect())).find(askedLast)!;
      vi.setSystemTime(Date.now() + REPLY_LEASE + 1);
      await t.mutation(internal.replies.recover, { workflowId: workflow._id });
      const ref = { conversationId, turn: 1, attempt: 2 };
      await generateReply(mortal(t, Infinity, "before").ctx, ref);
      const answers = (await messages(t, conversationId)).filter(
        ({ author }) => author.kind === "agent",
      );
      expect(answers, `killed ${when} step ${step}`).toMatchObject([{ status: "complete" }]);
      expect(answers[0]).not.toHaveProperty("readAlong");
      expect(await row(t, conversationId)).toMatchObject({ unreadByCustomer: 1, aiReplies: 1 });
    }
  }
});

test("when the last writer is lost too, a technician has the conversation and nobody waits for ever", async () => {
  const steps = await callsOfOneReply();
  for (let step = 1; step < steps; step++) {
    const { t, conversationId } = await asked();
    const ref = { conversationId, turn: 1, attempt: 1 };
    for (const attempt of [1, 2]) {
      await generateReply(mortal(t, step, "after").ctx, { ...ref, attempt }).catch(() => undefined);
      await recoverAfterLease(t);
    }
    await expectSettled(t, conversationId);
    const conversation = await row(t, conversationId);
    expect(conversation.owner.kind, `step ${step}`).toBe("queue");
    expect(conversation.brief?.reason).toBe("provider_error");
  }
});

test("what a lost writer had reserved of the day's budget is given back, but for its words", async () => {
  const steps = await callsOfOneReply();
  for (let step = 1; step < steps; step++) {
    const { t, conversationId } = await asked();
    const ref = { conversationId, turn: 1, attempt: 1 };
    for (const attempt of [1, 2]) {
      await generateReply(mortal(t, step, "after").ctx, { ...ref, attempt }).catch(() => undefined);
      await recoverAfterLease(t);
    }
    const spent = await t.run((ctx) => sumSpentToday(ctx, Date.now()));
    expect(spent, `step ${step}`).toBeGreaterThan(0);
    expect(spent, `step ${step}`).toBeLessThan(REPLY_RESERVE_MICRO_USD / 2);
  }
});

test("a writer that is stopped and lost before it tells what it used leaves nothing reserved", async () => {
  const { t, ann, conversationId } = await asked();
  await t.mutation(internal.replies.begin, { conversationId, turn: 1, attempt: 1 });
  await ann.t.mutation(api.replies.stop, { conversationId });
  await loseJobs(t);
  const spent = () => t.run((ctx) => sumSpentToday(ctx, Date.now()));
  const check = async () => {
    const [workflow] = await t.run((ctx) => ctx.db.query("workflows").collect());
    await t.mutation(internal.replies.recover, { workflowId: workflow!._id });
  };
  vi.setSystemTime(Date.now() + REPLY_LEASE);
  await check();
  // It may be asking the provider still.
  expect(await spent()).toBe(REPLY_RESERVE_MICRO_USD);
  vi.setSystemTime(Date.now() + 3 * REPLY_LEASE);
  await check();
  expect(await spent()).toBeLessThan(REPLY_RESERVE_MICRO_USD / 2);
  const once = await spent();
  await check();
  expect(await spent()).toBe(once);
});

test("a writer that comes back after it was replaced can't write another word", async () => {
  const { t, conversationId } = await asked();
  const ref = { conversationId, turn: 1, attempt: 1 };
  await t.mutation(internal.replies.begin, ref);
  const [, streaming] = await messages(t, conversationId);
  await recoverAfterLease(t);
  const fence = fenceOf(streaming!);
  const late = { fence, text: "late", activity: "writing" as const };
  expect(await t.mutation(internal.replies.flush, late)).toBe(false);
  expect((await messages(t, conversationId))[1]!.text).toBe("");
  // And once the next writer is at work.
  await t.mutation(internal.replies.begin, { conversationId, turn: 1, attempt: 2 });
  expect(await t.mutation(internal.replies.flush, late)).toBe(false);
  expect((await messages(t, conversationId))[1]!.text).toBe("");
  const next = { ...late, fence: { ...fence, attempt: 2 }, text: "mine" };
  expect(await t.mutation(internal.replies.flush, next)).toBe(true);
});

test("a job that still waits for the scheduler is not replaced, however long it waits", async () => {
  const { t, conversationId } = await asked();
  const [workflow] = await t.run((ctx) => ctx.db.query("workflows").collect());
  for (let i = 0; i < 5; i++) {
    vi.setSystemTime(Date.now() + REPLY_LEASE + 1);
    await t.mutation(internal.replies.recover, { workflowId: workflow!._id });
  }
  const [after] = await t.run((ctx) => ctx.db.query("workflows").collect());
  expect(after).toMatchObject({ state: "queued", attempt: 1 });
  expect(await messages(t, conversationId)).toHaveLength(1);
});

test("a lease that was renewed keeps its writer", async () => {
  const { t, conversationId } = await asked();
  await t.mutation(internal.replies.begin, { conversationId, turn: 1, attempt: 1 });
  await loseJobs(t);
  const [, streaming] = await messages(t, conversationId);
  const fence = fenceOf(streaming!);
  vi.setSystemTime(Date.now() + REPLY_LEASE - 1000);
  const words = { fence, text: "so far", activity: "writing" as const };
  expect(await t.mutation(internal.replies.flush, words)).toBe(true);
  vi.setSystemTime(Date.now() + 2000);
  const [workflow] = await t.run((ctx) => ctx.db.query("workflows").collect());
  await t.mutation(internal.replies.recover, { workflowId: workflow!._id });
  expect((await messages(t, conversationId))[1]).toMatchObject({ text: "so far", attempt: 1 });
});
