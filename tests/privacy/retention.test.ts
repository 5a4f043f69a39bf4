/** Retention by age: what is past its time goes, in bounded batches, and nothing younger does. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { retentionEnv } from "../../convex/env";
import { ERASE_BATCH } from "../../convex/model/privacy/erase";
import { UNSENT_RETENTION } from "../../convex/model/conversations/attachments";
import { SCAN_BATCH } from "../../convex/model/privacy/retention";
import { DAY, MINUTE } from "../../convex/lib/time";
import { CANARIES, forgetSchedule, livedIn, storeFile, traces } from "./person";
import {
  clockedDeployment,
  customer,
  guest,
  outcomeOf,
  runUntil,
  row,
  snapshot,
  technician,
  hush,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(() => void hush());
async function retain(t: Deployment): Promise<void> {
  await t.mutation(internal.privacy.startRetention, {});
  await runUntil(t, Date.now() + 10_000);
  await forgetSchedule(t);
}
const later = (days: number) => vi.setSystemTime(Date.now() + days * DAY);
const open = async (caller: Caller, text: string) =>
  (await caller.t.mutation(api.conversations.createConversation, { message: { text } }))
    .conversationId;
const endSession = (t: Deployment, { sessionId }: Caller) =>
  t.run((ctx) => ctx.db.delete("sessions", sessionId));

test("what is noted about a guest goes with the guest", async () => {
  const t = clockedDeployment();
  const [ann, dana] = [await guest(t), await technician(t)];
  const text = CANARIES.personNote;
  await dana.t.mutation(api.customers.addNote, { userId: ann.userId, text });
  await endSession(t, ann);
  later(91);
  await retain(t);
  expect(await traces(t, [ann.userId, text])).toEqual([]);
});

test("resolved conversations go after two years without a message, open ones stay", async () => {
  const t = clockedDeployment();
  const { caller, withAi, withDana, dana } = await livedIn(t);
  await dana.t.mutation(api.conversations.resolve, { conversationId: withAi });
  later(729);
  await retain(t);
  expect(await row(t, withAi)).not.toBeNull();
  later(2);
  await retain(t);
  expect(await row(t, withAi)).toBeNull();
  expect(await row(t, withDana)).not.toBeNull();
  // With its messages and its file; the account stays.
  expect(await traces(t, [withAi, CANARIES.file])).toEqual([]);
  const { users, analytics } = await snapshot(t);
  expect(users).toHaveLength(2);
  // Its events name neither the conversation nor its customer, and the technician's acts stay hers.
  const events = (analytics as Doc<"analytics">[]).filter((one) => one.kind === "event");
  const loose = events.filter(({ conversationId }) => conversationId === undefined);
  expect(loose.map(({ type }) => type)).toEqual(expect.arrayContaining(["rated", "resolved"]));
  expect(new Set(loose.map(({ actorId }) => actorId))).toEqual(new Set([undefined, dana.userId]));
  expect(events.some(({ actorId }) => actorId === caller.userId)).toBe(true);
});

test("a conversation of any length goes, batch by batch", async () => {
  const t = clockedDeployment();
  const { withAi, dana } = await livedIn(t);
  const { messages } = (await snapshot(t)) as { messages: Doc<"messages">[] };
  const { _id, _creationTime, ...copy } = messages.find((one) => one.conversationId === withAi)!;
  await t.run(async (ctx) => {
    for (let i = 0; i < 2 * ERASE_BATCH; i++) await ctx.db.insert("messages", copy);
  });
  await dana.t.mutation(api.conversations.resolve, { conversationId: withAi });
  later(731);
  await retain(t);
  expect(await row(t, withAi)).toBeNull();
  expect(await traces(t, [withAi])).toEqual([]);
});

test("guests go 90 days after their last word, once their sessions have ended", async () => {
  const t = clockedDeployment();
  const [gone, writing, signedIn] = [await guest(t), await guest(t), await guest(t)];
  for (const one of [gone, writing, signedIn]) await open(one, CANARIES.message);
  // Whoever answers does so now, not months later.
  await runUntil(t, Date.now() + 30_000);
  later(60);
  await open(writing, "Still here");
  await endSession(t, gone);
  await endSession(t, writing);
  await t.run((ctx) =>
    ctx.db.patch("sessions", signedIn.sessionId, { expiresAt: Date.now() + 60 * DAY }),
  );
  const ann = await customer(t);
  later(31);
  await retain(t);
  const { users } = (await snapshot(t)) as { users: Doc<"users">[] };
  expect(users.map(({ _id }) => _id).sort()).toEqual(
    [writing.userId, signedIn.userId, ann.userId].sort(),
  );
  expect(await traces(t, [gone.userId])).toEqual([]);
});

test("accounts are never deleted for their age, however long they are silent", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  await technician(t);
  await endSession(t, ann);
  later(3_000);
  await retain(t);
  expect((await snapshot(t)).users).toHaveLength(2);
});

test("files that nothing names are found once a day, whatever has become of the cron; attached ones stay", async () => {
  const t = clockedDeployment();
  const { fileId } = await livedIn(t);
  const loose = await storeFile(t, "loose");
  const exists = async (id: typeof fileId) =>
    (await t.run((ctx) => ctx.db.system.get("_storage", id))) !== null;
  vi.setSystemTime(Date.now() + UNSENT_RETENTION - MINUTE);
  await retain(t);
  expect(await exists(loose)).toBe(true);
  const fresh = await storeFile(t, "fresh");
  vi.setSystemTime(Date.now() + 2 * MINUTE);
  await retain(t);
  expect(await Promise.all([loose, fresh, fileId].map(exists))).toEqual([false, true, true]);
});

test("more uploads than a batch are all looked at", async () => {
  const t = clockedDeployment();
  await t.run(async (ctx) => {
    for (let i = 0; i < 2 * SCAN_BATCH + 5; i++) await ctx.storage.store(new Blob([`${i}`]));
  });
  vi.setSystemTime(Date.now() + UNSENT_RETENTION + MINUTE);
  await retain(t);
  expect(await t.run((ctx) => ctx.db.system.query("_storage").collect())).toEqual([]);
});

test("old events keep what they count and lose whom they name; the numbers stay the same", async () => {
  const t = clockedDeployment();
  const { caller, dana, withDana } = await livedIn(t);
  // Kept: late, it would be an event of its own.
  for (const { workflowId } of await dana.t.query(api.conversations.promises, {})) {
    await dana.t.mutation(api.conversations.keepPromise, { workflowId });
  }
  vi.setSystemTime(Date.now() + 2 * MINUTE);
  await t.mutation(internal.analytics.rollUp, {});
  later(399);
  await dana.t.mutation(api.messages.addNote, { conversationId: withDana, text: "New" });
  const before = await snapshot(t);
  const rollups = (rows: unknown[]) =>
    (rows as Doc<"analytics">[]).filter(({ kind }) => kind === "rollup");
  later(2);
  await retain(t);
  await retain(t);
  const after = await snapshot(t);
  expect(rollups(after.analytics!)).toEqual(rollups(before.analytics!));
  const events = (after.analytics as Doc<"analytics">[]).filter((one) => one.kind === "event");
  const named = events.filter(({ actorId, conversationId }) => actorId ?? conversationId);
  expect(named.map(({ type }) => type)).toEqual(["note_added"]);
  expect(events.length).toBe(
    (before.analytics as Doc<"analytics">[]).filter(({ kind }) => kind === "event").length,
  );
  const text = JSON.stringify(events.filter(({ type }) => type !== "note_added"));
  for (const word of [caller.userId, dana.userId]) expect(text).not.toContain(word);
  // Nor is the question on the list of gaps any more: nothing would lead from its asker to it.
  expect(JSON.stringify(before.analytics)).toContain(CANARIES.question);
  expect(JSON.stringify(after.analytics)).not.toContain(CANARIES.question);
});

test("events that no roll-up has read yet keep their question", async () => {
  const t = clockedDeployment();
  await livedIn(t);
  later(500);
  await retain(t);
  expect(JSON.stringify((await snapshot(t)).analytics)).toContain(CANARIES.question);
});

test("how long is set in days, and nonsense is refused with the command that fixes it", async () => {
  expect(retentionEnv()).toEqual({ conversationDays: 730, guestDays: 90, eventDays: 400 });
  const t = clockedDeployment({ RETENTION_GUEST_DAYS: "7" });
  const visitor = await guest(t);
  await endSession(t, visitor);
  later(8);
  await retain(t);
  expect((await snapshot(t)).users).toEqual([]);
  for (const nonsense of ["0", "-1", "1.5", "soon", "99999"]) {
    vi.stubEnv("RETENTION_GUEST_DAYS", nonsense);
    const task = { kind: "guest" as const };
    expect(await outcomeOf(t.mutation(internal.privacy.sweep, { task }))).toBe("not_configured");
  }
});
