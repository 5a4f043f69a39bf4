/** A row that can't be deleted is set aside, listed, told of and tried again: it stops nothing that comes after it. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type * as Attachments from "../../convex/model/conversations/attachments";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, MINUTE } from "../../convex/lib/time";
import { EXPORT_RETENTION } from "../../convex/model/privacy/cleanup";
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
import { storeFile } from "./person";

const poison = vi.hoisted(() => new Set<string>());
vi.mock("../../convex/model/conversations/attachments", async (original) => {
  const real = await original<typeof Attachments>();
  const deleteFile: typeof real.deleteFile = (ctx, fileId) =>
    poison.has(fileId)
      ? Promise.reject(new Error("This file stays."))
      : real.deleteFile(ctx, fileId);
  return { ...real, deleteFile };
});

let logged: string[] = [];
beforeEach(() => {
  poison.clear();
  logged = hush();
});

const later = (days: number) => vi.setSystemTime(Date.now() + days * DAY);

async function retain(t: Deployment): Promise<void> {
  await t.mutation(internal.privacy.startRetention, {});
  await passTime(20_000);
}

async function poisonFile(t: Deployment, fields: Partial<Doc<"workflows">> = {}) {
  const fileId = await storeFile(t, "text");
  poison.add(fileId);
  const file = { kind: "file" as const, state: "done" as const, step: "attached", attempt: 1 };
  await t.run((ctx) => ctx.db.insert("workflows", { ...file, fileId, ...fields }));
  return fileId;
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
  const fileId = await poisonFile(t, { conversationId: ids[0]! });
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
  expect(listed!.error!.message).toContain("This file stays.");
  expect(logged.join()).toContain(`conversation:${ids[0]}`);
  await finishProcesses(t, "alert");
  type Mail = { subject: string };
  const { emails } = (await control("/emails?to=owner@shop.example")) as { emails: Mail[] };
  expect(emails.map(({ subject }) => subject)).toContain("1 deletion does not succeed");

  later(1);
  await retain(t);
  expect(await aside(t, sam)).toMatchObject([{ attempt: 2 }]);
  // Whatever was wrong with it is mended.
  poison.delete(fileId);
  later(1);
  await retain(t);
  expect(await row(t, ids[0]!)).toBeNull();
  expect(await aside(t, sam)).toEqual([]);
});

test("an admin tries it again by hand", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const fileId = await storeFile(t, "an upload that nobody sent");
  poison.add(fileId);
  later(2);
  await retain(t);
  const [listed] = await aside(t, sam);
  poison.clear();
  await sam.t.mutation(api.workflows.retry, { workflowId: listed!._id });
  await passTime(1_000);
  expect(await t.run((ctx) => ctx.db.system.query("_storage").collect())).toEqual([]);
  expect(await aside(t, sam)).toEqual([]);
});

test("neither does an upload, a guest or an ended process keep the others", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const guests = [await guest(t), await guest(t)];
  const conversationId = await ask(guests[0]!);
  await sam.t.mutation(api.conversations.resolve, { conversationId });
  await poisonFile(t, { conversationId });
  const uploads = [await storeFile(t, "one"), await storeFile(t, "two")];
  poison.add(uploads[0]!);
  await poisonFile(t, { finishedAt: Date.now() });
  const ended = { kind: "reply" as const, state: "done" as const, step: "done", attempt: 1 };
  const reply = await t.run((ctx) =>
    ctx.db.insert("workflows", { ...ended, finishedAt: Date.now() + 1 }),
  );
  await t.run(async (ctx) => {
    for (const { sessionId } of guests) await ctx.db.delete("sessions", sessionId);
  });
  vi.setSystemTime(Date.now() + 100 * DAY + EXPORT_RETENTION);
  await retain(t);
  await t.mutation(internal.workflows.cleanUp, {});
  await passTime(60_000);
  const { users, workflows } = await snapshot(t);
  expect((users as Doc<"users">[]).map(({ _id }) => _id)).toEqual([sam.userId, guests[0]!.userId]);
  expect((workflows as Doc<"workflows">[]).map(({ _id }) => _id)).not.toContain(reply);
  const files = await t.run((ctx) => ctx.db.system.query("_storage").collect());
  expect(files.map(({ _id }) => _id)).not.toContain(uploads[1]);
  const stuck = (workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "set_aside");
  expect(stuck.map(({ step }) => step).sort()).toEqual([
    "deleting a file that nothing names",
    "deleting a guest by age",
    "deleting an ended process",
  ]);
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
