/** A row that can't be deleted is set aside, listed, told of and tried again: it stops nothing that comes after it. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, MINUTE } from "../../convex/lib/time";
import { workflow } from "../../convex/lib/workflow";
import {
  admin,
  clockedDeployment,
  control,
  customer,
  finishProcesses,
  guest,
  hush,
  page,
  passTime,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

let poisoned = true;

let logged: string[] = [];
beforeEach(() => {
  poisoned = true;
  const status = workflow.status.bind(workflow);
  const cancel = workflow.cancel.bind(workflow);
  vi.spyOn(workflow, "status").mockImplementation((ctx, id) =>
    id === POISON ? Promise.resolve({ type: "inProgress", running: [] }) : status(ctx, id),
  );
  vi.spyOn(workflow, "cancel").mockImplementation(async (ctx, id) => {
    if (id !== POISON) await cancel(ctx, id);
    else if (poisoned) throw new Error("This one stays.");
  });
  logged = hush();
});

const later = (days: number) => vi.setSystemTime(Date.now() + days * DAY);

async function retain(t: Deployment): Promise<void> {
  await t.mutation(internal.privacy.startRetention, {});
  await passJobs(t, 20_000);
}

/** An action's module may take a while to load: nothing that runs is left behind. */
async function passJobs(t: Deployment, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    await passTime(500);
    await t.finishInProgressScheduledFunctions();
  }
}

const POISON = "poison";
/** A conversation's process whose workflow refuses to end. */
async function poison(t: Deployment, conversationId: Id<"conversations">): Promise<void> {
  const process = { kind: "delivery" as const, state: "done" as const, step: "sent", attempt: 1 };
  await t.run((ctx) =>
    ctx.db.insert("workflows", { ...process, componentId: POISON, conversationId }),
  );
}

async function ask(caller: Caller): Promise<Id<"conversations">> {
  const message = { text: "Hello" };
  return (await caller.t.mutation(api.conversations.createConversation, { message }))
    .conversationId;
}

const aside = async (t: Deployment, sam: Caller) =>
  (await sam.t.query(api.workflows.list, { kind: "set_aside", paginationOpts: page() })).page;

test("a conversation that can't be deleted stays alone; it is listed, and admins are told once", async () => {
  const t = clockedDeployment();
  const [ann, dana, sam] = [await customer(t), await technician(t), await admin(t)];
  const ids = [await ask(ann), await ask(ann), await ask(ann)];
  for (const conversationId of ids) {
    await dana.t.mutation(api.conversations.resolve, { conversationId });
    vi.setSystemTime(Date.now() + MINUTE);
  }
  await poison(t, ids[0]!);
  later(800);
  await retain(t);
  expect(await Promise.all(ids.map(async (id) => (await row(t, id)) === null))).toEqual([
    false,
    true,
    true,
  ]);
  const [listed, ...more] = await aside(t, sam);
  expect(more).toEqual([]);
  expect(listed).toMatchObject({
    state: "failed",
    attempt: 1,
    step: "deleting a conversation by age",
  });
  expect(listed!.error!.message).toContain("This one stays.");
  expect(logged.join()).toContain(`conversation:${ids[0]}`);
  await finishProcesses(t, "alert");
  type Mail = { subject: string };
  const { emails } = (await control("/emails?to=owner@shop.example")) as { emails: Mail[] };
  expect(emails.map(({ subject }) => subject)).toContain("1 task of upkeep does not succeed");

  later(1);
  await retain(t);
  expect(await aside(t, sam)).toMatchObject([{ attempt: 2 }]);
  // Whatever was wrong with it is mended.
  poisoned = false;
  later(1);
  await retain(t);
  expect(await row(t, ids[0]!)).toBeNull();
  expect(await aside(t, sam)).toEqual([]);
});

test("a guest who can't be deleted keeps no other; an admin tries it again by hand", async () => {
  const t = clockedDeployment();
  const guests = [await guest(t), await guest(t)];
  const dana = await technician(t);
  const conversationId = await ask(guests[0]!);
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  await poison(t, conversationId);
  await t.run(async (ctx) => {
    for (const { sessionId } of guests) await ctx.db.delete("sessions", sessionId);
  });
  later(100);
  await retain(t);
  const sam = await admin(t);
  const ids = async () => ((await snapshot(t)).users as Doc<"users">[]).map(({ _id }) => _id);
  expect(await ids()).toContain(guests[0]!.userId);
  expect(await ids()).not.toContain(guests[1]!.userId);
  const [listed] = await aside(t, sam);
  expect(listed!.step).toBe("deleting a guest by age");
  poisoned = false;
  await sam.t.mutation(api.workflows.retry, { workflowId: listed!._id });
  await passJobs(t, 10_000);
  expect(await ids()).not.toContain(guests[0]!.userId);
  expect(await aside(t, sam)).toEqual([]);
});

test("20 deletions of accounts that fail each time don't keep one that stands still", async () => {
  const t = clockedDeployment();
  const [sam, ann] = [await admin(t), await customer(t)];
  const receipt = { requestedAt: Date.now(), removed: {}, kept: [], mailed: false };
  const purge = { kind: "purge" as const, step: "erasing", attempt: 2, receipt };
  await t.run(async (ctx) => {
    for (let i = 0; i < 20; i++) {
      const progressAt = Date.now() - 30 * MINUTE;
      await ctx.db.insert("workflows", { ...purge, state: "failed", progressAt });
    }
  });
  const waiting = await t.run((ctx) =>
    ctx.db.insert("workflows", {
      ...purge,
      state: "failed",
      userId: ann.userId,
      progressAt: Date.now() - 60 * MINUTE,
    }),
  );
  await t.mutation(internal.privacy.resumePurges, {});
  expect(await t.run((ctx) => ctx.db.get("workflows", waiting))).toMatchObject({
    state: "running",
    attempt: 3,
  });
  const ref = { processId: waiting, attempt: 3 };
  const error = { kind: "failed" as const, error: "This account stays." };
  const workflowId = (await t.run((ctx) => ctx.db.get("workflows", waiting)))!.componentId as never;
  await t.mutation(internal.privacy.purgeDone, { workflowId, result: error, context: ref });
  const { workflows } = await snapshot(t);
  expect((workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "alert")).toHaveLength(1);
  expect(sam.userId).toBeDefined();
});
