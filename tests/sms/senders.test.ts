/**
 * Who sends: one scheduled action for all that is due, replaced when it is killed; and what was under way as a workflow,
 * or slept, when senders became scheduled.
 */
import { createFunctionHandle } from "convex/server";
import { describe, expect, test } from "vitest";
import { api, components, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { MINUTE, SECOND } from "../../convex/lib/time";
import { workflow } from "../../convex/lib/workflow";
import { startOutbox } from "../../convex/model/outbox/outbox";
import type { SmsRef } from "../../convex/model/sms/claim";
import { hush, passTime, row, snapshot, technician, type Deployment } from "../setup";
import {
  deliveryOf,
  later,
  newPhone,
  outbox,
  queued,
  sentTo,
  smsShop,
  text,
  threads,
} from "./shop";

/** A conversation by text that a technician has; nothing is waiting to go out. */
async function desk() {
  const t = await smsShop();
  const phone = newPhone();
  await text(t, phone, "My screen is broken");
  const [thread] = await threads(t, phone);
  const conversationId = thread!._id;
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await later(t);
  const bodies = async () => (await sentTo(phone)).map(({ body }) => body);
  return { t, phone, conversationId, bodies };
}

const start = (t: Deployment, _id: Id<"conversations">) =>
  t.run((ctx) => startOutbox(ctx, { _id }));

const jobs = (t: Deployment) =>
  t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());

/** Scheduled functions that have not run, by name. */
const pending = async (t: Deployment) =>
  (await jobs(t)).filter(({ state }) => state.kind === "pending").map(({ name }) => name);

async function processes(t: Deployment): Promise<Doc<"workflows">[]> {
  const { workflows } = await snapshot(t);
  return (workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "delivery");
}

describe("a sender", () => {
  test("sends all that waits, in order, and calls off the check that it was lost", async () => {
    const { t, conversationId, bodies } = await desk();
    const words = ["One", "Two", "Three"];
    for (const [i, word] of words.entries()) {
      await queued(t, conversationId, word, { settledAt: Date.now() + i });
    }
    const delivers = async () =>
      (await jobs(t)).filter(({ name }) => name === "smsSender:deliver").length;
    const before = await delivers();
    await start(t, conversationId);
    await later(t);
    expect(await bodies()).toEqual(words);
    expect(await delivers()).toBe(before + 1);
    const process = (await processes(t)).at(-1)!;
    expect(process).toMatchObject({ state: "done", attempt: 1 });
    expect(process.componentId).toBeUndefined();
    expect(await pending(t)).not.toContain("sms:checkOutbox");
  });

  test("that is killed after its claim is replaced within minutes, without the cron; nothing goes twice", async () => {
    const { t, conversationId, bodies } = await desk();
    const id = await queued(t, conversationId, "Once");
    await start(t, conversationId);
    const process = (await processes(t)).at(-1)!;
    // All that the killed one did.
    await t.mutation(internal.sms.claimNext, { ref: { processId: process._id, attempt: 1 } });
    expect(await deliveryOf(t, id)).toMatchObject({ state: "sending", channel: "sms" });
    await passTime(6 * MINUTE);
    await later(t);
    expect(await deliveryOf(t, id)).toMatchObject({ state: "sent", attempt: 2 });
    expect(await bodies()).toEqual(["Once"]);
  });

  test("whose job was lost is replaced, and finds its place taken should it come after all", async () => {
    const { t, conversationId, bodies } = await desk();
    await queued(t, conversationId, "Once");
    const step = await outbox(t, conversationId);
    const { processId } = step.ref;
    await t.run((ctx) => ctx.db.patch("workflows", processId, { leaseExpiresAt: Date.now() - 1 }));
    await t.mutation(internal.sms.checkOutbox, { conversationId });
    expect(await step("claimed")).toEqual({ kind: "end" });
    await later(t);
    expect(await bodies()).toEqual(["Once"]);
  });

  test("that can't find a next text undoes nothing of the one that it settles", async () => {
    const { t, conversationId } = await desk();
    hush();
    const first = await queued(t, conversationId, "Goes");
    await t.run((ctx) => ctx.db.patch("conversations", conversationId, { owner: { kind: "ai" } }));
    const { turn } = await row(t, conversationId);
    const { ref } = await outbox(t, conversationId);
    const one = await t.mutation(internal.sms.claimNext, { ref });
    expect(one).toMatchObject({ kind: "send", text: { messageId: first } });
    // Nothing of it can be texted: its claim throws.
    const agentId = (await t.run((ctx) => ctx.db.query("agents").first()))!._id;
    const second = await queued(t, conversationId, "~~$149~~", {
      author: { kind: "agent", agentId, name: "Front Desk" },
      turn,
      settledAt: Date.now() + 1,
    });
    const outcome = { kind: "accepted" as const, sid: `SM${"b".repeat(32)}` };
    const told = { ref, text: { messageId: first, attempt: 1 }, outcome, fault: null };
    expect(await t.mutation(internal.sms.settleSend, told)).toEqual({ kind: "end" });
    expect((await deliveryOf(t, first))?.state).toBe("sent");
    await passTime(SECOND);
    expect(await deliveryOf(t, second)).toMatchObject({ state: "queued", failures: 1 });
  });
});

test("an outbox that sleeps is woken by the next text, and its own waking is called off", async () => {
  const { t, conversationId, bodies } = await desk();
  const tomorrow = Date.now() + 15 * 60 * MINUTE;
  const waits = { state: "queued", purpose: "notice", attempt: 1, at: Date.now() } as const;
  await queued(t, conversationId, "Your laptop is ready", {
    delivery: { ...waits, notBefore: tomorrow, waitsFor: "opening" },
  });
  await start(t, conversationId);
  await later(t);
  const asleep = (await processes(t)).at(-1)!;
  expect(asleep).toMatchObject({ state: "queued", step: "waiting", leaseExpiresAt: tomorrow });
  await queued(t, conversationId, "Yes, we can", { settledAt: Date.now() + 1 });
  await start(t, conversationId);
  await later(t);
  expect(await bodies()).toEqual(["Yes, we can"]);
  expect((await pending(t)).filter((name) => name === "sms:checkOutbox")).toHaveLength(1);
  expect((await processes(t)).at(-1)!._id).toBe(asleep._id);
});

describe("what was under way as a workflow when senders became scheduled", () => {
  /** A text whose workflow has come so far: its journal has the first step, or nothing. */
  async function underWay(journaled: "journaled" | "not begun") {
    const shop = await desk();
    const { t, conversationId } = shop;
    const messageId = await queued(t, conversationId, "On its way");
    const { ref } = await outbox(t, conversationId);
    const componentId = await t.run(async (ctx) => {
      const id = await workflow.start(ctx, internal.sms.deliver, ref, {
        onComplete: internal.sms.deliverDone,
        context: ref,
        startAsync: true,
      });
      await ctx.db.patch("workflows", ref.processId, {
        componentId: id,
        leaseExpiresAt: Date.now() + 5 * MINUTE,
      });
      if (journaled === "journaled") {
        const step = await firstStep(ref, { messageId, attempt: 1 });
        await ctx.runMutation(components.workflow.journal.startSteps, {
          workflowId: id,
          generationNumber: 0,
          steps: [{ step }],
        });
      }
      return id;
    });
    return { ...shop, messageId, ref, componentId };
  }

  /** As the version before left it: it was told to send this text. */
  const firstStep = async (ref: { processId: Id<"workflows">; attempt: number }, send: SmsRef) => ({
    kind: "function" as const,
    functionType: "mutation" as const,
    name: "sms:nextStep",
    handle: await createFunctionHandle(internal.sms.nextStep),
    inProgress: false,
    args: { ref, failed: false },
    argsSize: 100,
    startedAt: Date.now(),
    completedAt: Date.now(),
    runResult: { kind: "success" as const, returnValue: { kind: "send", text: send } },
  });

  test.each(["journaled", "not begun"] as const)(
    "%s: it ends, is forgotten, and a sender goes on with its process",
    async (how) => {
      const { t, messageId, ref, componentId, bodies } = await underWay(how);
      await later(t);
      await passTime(20 * SECOND);
      expect(await bodies()).toEqual(["On its way"]);
      expect(await deliveryOf(t, messageId)).toMatchObject({ state: "sent", attempt: 1 });
      const process = (await processes(t)).find(({ _id }) => _id === ref.processId);
      expect(process).toMatchObject({ state: "done", attempt: 2 });
      expect(process!.componentId).toBeUndefined();
      const status = t.run((ctx) => workflow.status(ctx, componentId));
      await expect(status).rejects.toThrow("not found");
    },
  );

  test("an outbox that slept is woken by the waking that was scheduled for it", async () => {
    const { t, conversationId, bodies } = await desk();
    await queued(t, conversationId, "In the morning");
    const { ref } = await outbox(t, conversationId);
    await t.run(async (ctx) => {
      const at = Date.now() + MINUTE;
      const asleep = { state: "queued" as const, step: "waiting", leaseExpiresAt: at };
      await ctx.db.patch("workflows", ref.processId, asleep);
      await ctx.scheduler.runAt(at, internal.sms.wake, ref);
    });
    await passTime(65 * SECOND);
    await later(t);
    expect(await bodies()).toEqual(["In the morning"]);
  });
});
