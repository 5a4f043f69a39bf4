/** Cancelling and retrying durable processes by hand: who may, what it does, and what is refused with a reason. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY, HOUR } from "../../convex/lib/time";
import {
  addAgent,
  addPassage,
  admin,
  clockedDeployment,
  customer,
  finishIngests,
  outcomeOf,
  refusal,
  row,
  runUntil,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

let t: Deployment;
let ann: Caller;
let dana: Caller;
let sam: Caller;
beforeEach(async () => {
  t = clockedDeployment();
  ann = await customer(t);
  dana = await technician(t);
  sam = await admin(t);
});

type Process = Doc<"workflows">;
const insert = (fields: Partial<Process> & Pick<Process, "kind" | "state">) =>
  t.run((ctx) => ctx.db.insert("workflows", { step: "x", attempt: 1, ...fields }));
const get = async (id: Id<"workflows">) => (await t.run((ctx) => ctx.db.get("workflows", id)))!;
const cancel = (who: Caller, workflowId: Id<"workflows">) =>
  who.t.mutation(api.workflows.cancel, { workflowId });
const retry = (who: Caller, workflowId: Id<"workflows">) =>
  who.t.mutation(api.workflows.retry, { workflowId });
const ask = async () =>
  (
    await ann.t.mutation(api.conversations.createConversation, {
      message: { text: "How much is a screen?" },
    })
  ).conversationId;
const latest = async (kind: Process["kind"]) =>
  ((await snapshot(t)).workflows as Process[]).filter((one) => one.kind === kind).at(-1)!;

test.each(["handoff", "delivery", "export", "purge", "file"] as const)(
  "a %s is not cancelled by anybody, and the reason is said",
  async (kind) => {
    const id = await insert({ kind, state: "running" });
    for (const who of [dana, sam]) {
      const refused = await refusal(cancel(who, id));
      expect(refused.code).toBe("conflict");
      expect(refused.message).toMatch(/\w{3,} .*\.$/);
    }
    expect(await get(id)).toMatchObject({ state: "running" });
  },
);

test.each(["ingest", "alert"] as const)(
  "a technician doesn't cancel or retry an %s",
  async (kind) => {
    const running = await insert({ kind, state: "running" });
    const failed = await insert({ kind, state: "failed" });
    expect(await outcomeOf(cancel(dana, running))).toBe("forbidden");
    expect(await outcomeOf(retry(dana, failed))).toBe("forbidden");
  },
);

test("what has ended is not cancelled, and what has not failed is not retried", async () => {
  for (const kind of ["reply", "ingest", "snooze", "follow_up"] as const) {
    expect(await outcomeOf(cancel(sam, await insert({ kind, state: "done" })))).toBe("conflict");
    expect(await outcomeOf(retry(sam, await insert({ kind, state: "running" })))).toBe("conflict");
  }
});

describe("an answer", () => {
  test("is stopped as by its customer, and tried again after it failed", async () => {
    await addAgent(t);
    const conversationId = await ask();
    const { _id } = await latest("reply");
    await cancel(dana, _id);
    const stopped = await row(t, conversationId);
    expect(stopped).toMatchObject({ turn: 2 });
    expect(stopped).not.toHaveProperty("waitingSince");
    // The stop's own turn makes the first process moot when its writer comes.
    await t.action(internal.replies.generate, { conversationId, turn: 1, attempt: 1 });
    expect(await get(_id)).toMatchObject({ state: "cancelled" });
    await retry(dana, _id);
    expect(await latest("reply")).toMatchObject({ state: "queued", turn: 3 });
    expect(await outcomeOf(retry(dana, _id))).toBe("conflict");
  });

  test("that was overtaken is not stopped in its successor's place", async () => {
    await addAgent(t);
    const conversationId = await ask();
    const { _id } = await latest("reply");
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "And how long?" });
    expect(await outcomeOf(cancel(dana, _id))).toBe("conflict");
    expect(await row(t, conversationId)).toMatchObject({ turn: 2 });
  });
});

describe("an ingest", () => {
  test("that is cancelled leaves the version that answers, and is read in again by a retry", async () => {
    const documentId = await addPassage(t, "Screens", "A screen replacement costs $179.");
    const text = { title: "Screens", category: "prices", format: "markdown" as const };
    const body = "A screen replacement costs $189.";
    await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...text, body });
    const { _id } = await latest("ingest");
    await cancel(sam, _id);
    expect(await get(_id)).toMatchObject({ state: "cancelled" });
    const document = await sam.t.query(api.knowledge.get, { documentId });
    expect(document).toMatchObject({ state: "published", version: 1 });
    await retry(sam, _id);
    await finishIngests(t);
    const read = await sam.t.query(api.knowledge.get, { documentId });
    expect(read).toMatchObject({ state: "published", version: 2, body });
  });
});

describe("a timer", () => {
  test("whose workflow failed goes on from where it was", async () => {
    const conversationId = await ask();
    await dana.t.mutation(api.conversations.claim, { conversationId });
    const until = Date.now() + HOUR;
    await dana.t.mutation(api.conversations.snooze, { conversationId, until });
    const { _id } = await latest("snooze");
    await t.run((ctx) => ctx.db.patch("workflows", _id, { state: "failed" }));
    await retry(dana, _id);
    expect(await get(_id)).toMatchObject({ state: "running", attempt: 2, dueAt: until });
    expect(await row(t, conversationId)).toMatchObject({ status: "snoozed" });
    await runUntil(t, until + 1_000);
    expect(await row(t, conversationId)).toMatchObject({ status: "open", unreadByStaff: 1 });
  });

  test("that became moot is not started again", async () => {
    const conversationId = await ask();
    await dana.t.mutation(api.conversations.claim, { conversationId });
    const until = Date.now() + DAY;
    await dana.t.mutation(api.conversations.snooze, { conversationId, until });
    const { _id } = await latest("snooze");
    await cancel(dana, _id);
    expect(await outcomeOf(retry(dana, _id))).toBe("conflict");
  });
});

test("an export that failed is made again for the same person, and not for one who has left", async () => {
  const id = await insert({ kind: "export", state: "failed", userId: ann.userId, finishedAt: 1 });
  await retry(sam, id);
  expect(await get(id)).toMatchObject({ state: "running" });
  expect(await get(id)).not.toHaveProperty("finishedAt");
  const left = await insert({ kind: "export", state: "failed" });
  expect(await outcomeOf(retry(sam, left))).toBe("conflict");
});

test("each is an event of who did it, and of what kind", async () => {
  const conversationId = await ask();
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const until = Date.now() + DAY;
  await dana.t.mutation(api.conversations.snooze, { conversationId, until });
  await cancel(dana, (await latest("snooze"))._id);
  const events = (await snapshot(t)).analytics as { type?: string }[];
  expect(events.filter(({ type }) => type === "process_cancelled")).toMatchObject([
    { actorId: dana.userId, conversationId, data: { reason: "snooze" } },
  ]);
});

test("what is at work, waits or has failed is counted by kind, and a failure that was retried is none", async () => {
  const work = async () => await sam.t.query(api.health.work, {});
  expect(await work()).toEqual([]);
  const documentId = await addPassage(t, "Screens", "A screen replacement costs $179.");
  const failed = await insert({ kind: "ingest", state: "failed", documentId });
  const waits = await insert({ kind: "recall", state: "queued" });
  await insert({ kind: "alert", state: "running", dueAt: 5_000 });
  await insert({ kind: "person_note", state: "running" });
  for (let i = 0; i < 51; i++) await insert({ kind: "purge", state: "failed" });
  const since = (await get(waits))._creationTime;
  const kinds = await work();
  expect(
    kinds.map(({ kind, queued, running, failed: over }) => [kind, queued, running, over]),
  ).toEqual([
    ["ingest", 0, 0, 1],
    ["alert", 0, 1, 0],
    ["purge", 0, 0, 50],
    ["recall", 1, 0, 0],
  ]);
  expect(kinds.map(({ waitingSince }) => waitingSince)).toEqual([
    undefined,
    undefined,
    undefined,
    since,
  ]);
  expect(kinds[1]!.nextDueAt).toBe(5_000);
  expect(kinds[0]!.refusals).toEqual({ cancel: null, retry: null });
  expect(kinds[2]!.refusals).toEqual({
    cancel: "A deletion that has begun can't be undone.",
    retry: "A deletion goes on by itself within ten minutes.",
  });
  await retry(sam, failed);
  expect((await get(failed)).state).toBe("cancelled");
  await finishIngests(t);
  expect((await work()).map(({ kind }) => kind)).not.toContain("ingest");
});

test("people's requests are listed with whose they are, until it is deleted", async () => {
  await ann.t.mutation(api.users.exportMyData, {});
  const list = async () =>
    (await sam.t.query(api.health.dataRequests, {})).map(({ kind, person }) => [kind, person]);
  expect(await list()).toEqual([["export", "Ann"]]);
  await ann.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
  expect(await list()).toEqual([
    ["purge", undefined],
    ["export", undefined],
  ]);
});

test("the last export is the one on record, and there is none before", async () => {
  const last = () => sam.t.query(api.health.backup, {});
  expect(await last()).toBeNull();
  await t.mutation(internal.cli.noteBackup, { withFiles: true });
  expect(await last()).toMatchObject({ withFiles: true });
  const { at } = (await last())!;
  vi.advanceTimersByTime(DAY);
  await t.mutation(internal.cli.noteBackup, { withFiles: false });
  expect((await last())!.at - at).toBeCloseTo(DAY, -1);
  expect(await last()).toMatchObject({ withFiles: false });
});
