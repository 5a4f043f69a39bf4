/** Exporting one's data: everything about the person and nothing about others, as files that go away again. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { HOUR } from "../../convex/lib/time";
import { EXPORT_RETENTION } from "../../convex/model/privacy/cleanup";
import {
  EXPORT_FORMAT,
  FORMAT_VERSION,
  PART_CHARS,
  type ExportDocument,
} from "../../convex/model/privacy/exportFile";
import { bystander, CANARIES, livedIn } from "./person";
import {
  clockedDeployment,
  customer,
  finishProcesses,
  guest,
  messages,
  outcomeOf,
  page,
  row,
  snapshot,
  technician,
  hush,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(() => void hush());
const start = async (caller: Caller) =>
  (await caller.t.mutation(api.users.exportMyData, {})).exportId;
const latest = (caller: Caller) => caller.t.query(api.users.getDataExport, {});

/** The files of the caller's export, in order. */
async function exported(t: Deployment, caller: Caller): Promise<ExportDocument[]> {
  const exportId = await start(caller);
  await finishProcesses(t, "export");
  expect(await latest(caller)).toMatchObject({ exportId, state: "done" });
  return await files(t, exportId);
}

async function files(t: Deployment, exportId: Id<"workflows">): Promise<ExportDocument[]> {
  const { workflows } = (await snapshot(t)) as { workflows: Doc<"workflows">[] };
  const parts = workflows.filter(({ partOf }) => partOf === exportId);
  const texts = parts.map(({ fileId }) =>
    t.action(async (ctx) => await (await ctx.storage.get(fileId!))!.text()),
  );
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as ExportDocument);
}

test("everything about the person is in one documented file", async () => {
  const t = clockedDeployment();
  const { caller, withAi, withDana } = await livedIn(t);
  const [file, ...more] = await exported(t, caller);
  expect(more).toEqual([]);
  expect(file).toMatchObject({
    format: EXPORT_FORMAT,
    version: FORMAT_VERSION,
    part: 1,
    last: true,
  });
  const { name, email, phone } = CANARIES;
  expect(file!.person).toMatchObject({
    name,
    email,
    phone,
    smsConsent: "revoked",
    role: "customer",
  });
  expect(file!.person!.sessions).toMatchObject([{ state: "active" }]);
  // What is noted about the person, without who noted it.
  const at = expect.any(Number) as number;
  expect(file!.person!.notes).toEqual([{ text: CANARIES.personNote, at }]);
  const [first, second] = [withAi, withDana].map((id) =>
    file!.conversations.find((one) => one.id === id),
  );
  expect(first).toMatchObject({
    contact: { name, email: CANARIES.contact, phone },
    rating: { score: 5, comment: CANARIES.comment },
  });
  expect(first!.messages.map(({ from }) => from)).toEqual(["customer", "customer", "assistant"]);
  expect(first!.messages[1]!.attachments).toMatchObject([
    { name: `${CANARIES.file}.txt`, url: expect.stringContaining("http") as string },
  ]);
  expect(first!.messages[2]!.feedback).toMatchObject({ score: "down", comment: CANARIES.comment });
  expect(second!.handOff).toMatchObject({ reason: "customer_request" });
  expect(second!.messages.map(({ from, name }) => [from, name])).toContainEqual([
    "technician",
    "Dana",
  ]);
  expect(file!.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["conversation_created", "message_received", "rated", "feedback"]),
  );
});

test("nothing of others is: no notes, no ids of people, no hashes, no other customers", async () => {
  const t = clockedDeployment();
  const { caller, dana, withDana } = await livedIn(t);
  const bob = await bystander(t);
  // A brief that staff wrote is a note among staff.
  await t.run((ctx) =>
    ctx.db.patch("conversations", withDana, {
      brief: { reason: "staff", summary: CANARIES.note, urgency: "low", at: 1 },
    }),
  );
  const text = JSON.stringify(await exported(t, caller));
  const session = (await t.run((ctx) => ctx.db.get("sessions", caller.sessionId)))!;
  const secrets = session.state === "active" ? [session.refreshHash] : [];
  for (const word of [CANARIES.note, dana.userId, bob.userId, "Bob's own", ...secrets]) {
    expect(word.length).toBeGreaterThan(3);
    expect(text).not.toContain(word);
  }
});

test("a technician's own export names no customer", async () => {
  const t = clockedDeployment();
  const { caller, dana, withDana } = await livedIn(t);
  const [file] = await exported(t, dana);
  expect(file!.person).toMatchObject({ name: "Dana", role: "technician" });
  expect(file!.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["claimed"]));
  const text = JSON.stringify(file);
  for (const word of [caller.userId, withDana, ...Object.values(CANARIES)]) {
    expect(text).not.toContain(word);
  }
});

test("a person with 5,000 messages gets every one of them, once, in order", async () => {
  const t = clockedDeployment();
  const { caller, withAi } = await livedIn(t);
  const count = 5_000;
  const [first] = await messages(t, withAi);
  const { _id, _creationTime, clientMessageId, ...copy } = first!;
  for (let from = 0; from < count; from += 500) {
    await t.run(async (ctx) => {
      for (let i = from; i < from + 500; i++) {
        const text = `message ${i} ${"x".repeat(1_500)}`;
        await ctx.db.insert("messages", { ...copy, text, settledAt: Date.now() + i });
      }
    });
  }
  const parts = await exported(t, caller);
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.map(({ part, last }) => [part, last])).toEqual(
    parts.map((_, i) => [i + 1, i === parts.length - 1]),
  );
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(1.3 * PART_CHARS);
  const numbers = parts
    .flatMap(({ conversations }) => conversations)
    .flatMap((one) => one.messages)
    .map(({ text }) => /^message (\d+)/.exec(text)?.[1])
    .filter((number) => number !== undefined)
    .map(Number);
  expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i));
  expect(parts.filter(({ person }) => person !== undefined)).toHaveLength(1);
}, 120_000);

test("while one is being made, asking again is answered with the same", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const exportId = await start(ann);
  expect(await latest(ann)).toMatchObject({ exportId, state: "running", files: [] });
  expect(await start(ann)).toBe(exportId);
  await finishProcesses(t, "export");
  expect(await start(ann)).not.toBe(exportId);
});

test("a few a day are enough, and a limit says when the next is possible", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const outcomes: string[] = [];
  for (let i = 0; i < 4; i++) {
    outcomes.push(await outcomeOf(start(ann)));
    await finishProcesses(t, "export");
  }
  expect(outcomes).toEqual(["ok", "ok", "ok", "rate_limited"]);
});

test("only the person sees their export; the files go after 7 days, and the URL with them", async () => {
  const t = clockedDeployment();
  const [ann, bob, dana] = [await customer(t), await guest(t), await technician(t)];
  await exported(t, ann);
  const mine = await latest(ann);
  expect(mine!.files).toHaveLength(1);
  expect(mine!.expiresAt).toBeGreaterThan(Date.now());
  expect(await latest(bob)).toBeNull();
  // Staff see that there was one, and no file of it.
  const seen = await dana.t.query(api.workflows.list, { kind: "export", paginationOpts: page() });
  expect(JSON.stringify(seen.page)).not.toMatch(/http|fileId|userId/);
  vi.setSystemTime(Date.now() + EXPORT_RETENTION + 1_000);
  await t.mutation(internal.workflows.cleanUp, {});
  expect(await latest(ann)).toBeNull();
  expect(await t.run((ctx) => ctx.db.system.query("_storage").collect())).toEqual([]);
});

test("a step that runs twice stores its file once", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const processId = await start(ann);
  const args = { processId, part: 1, from: { section: "person" as const } };
  const next = await t.action(internal.privacy.exportPart, args);
  await t.action(internal.privacy.exportPart, args);
  expect(next).toBeNull();
  expect(await t.run((ctx) => ctx.db.system.query("_storage").collect())).toHaveLength(1);
  expect(await files(t, processId)).toHaveLength(1);
});

test("an export whose person deletes the account stops, and leaves no file", async () => {
  const t = clockedDeployment();
  const { caller } = await livedIn(t);
  const processId = await start(caller);
  await caller.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
  await finishProcesses(t, "purge");
  const from = { section: "person" as const };
  await t.action(internal.privacy.exportPart, { processId, part: 1, from });
  expect(await t.run((ctx) => ctx.db.system.query("_storage").collect())).toEqual([]);
  expect(await t.run((ctx) => ctx.db.get("workflows", processId))).toBeNull();
});

test("a conversation that is written to meanwhile comes once", async () => {
  const t = clockedDeployment();
  const { caller, withAi } = await livedIn(t);
  const processId = await start(caller);
  const ids = async (cursor: string | null) =>
    await t.query(internal.privacy.exportConversationIds, { processId, cursor });
  expect((await ids(null)).items).toHaveLength(2);
  await caller.t.mutation(api.messages.sendMessage, { conversationId: withAi, text: "Meanwhile" });
  expect((await row(t, withAi)).preview).toBe("Meanwhile");
  await finishProcesses(t, "export");
  const [file] = await files(t, processId);
  const found = file!.conversations.map(({ id }) => id);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toHaveLength(2);
});

test("messages and events of one moment come once each, however the pages fall, and no place holds a cursor", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const created = await ann.t.mutation(api.conversations.createConversation, {});
  const { conversationId } = created;
  const said = Array.from({ length: 130 }, (_, i) => `message ${i}`);
  await t.run(async (ctx) => {
    for (const [i, text] of said.entries()) {
      await ctx.db.insert("messages", {
        conversationId,
        author: { kind: "customer" },
        visibility: "public",
        status: "complete",
        text,
        turn: 1,
        episode: 1,
        // Three of each moment: a page of 100 ends among them.
        settledAt: 1_000 + Math.floor(i / 3),
      });
    }
  });
  const processId = await start(ann);
  const read: string[] = [];
  let after: number | null = null;
  do {
    const args = { processId, conversationId, after };
    const page: { messages: { text: string }[]; next: number | null } = (await t.query(
      internal.privacy.exportConversation,
      args,
    ))!;
    read.push(...page.messages.map(({ text }) => text));
    after = page.next;
  } while (after !== null);
  expect(read).toEqual(said);
});

test("an export that was lost, as by a move, begins again by itself, three times at most", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const processId = await start(ann);
  const lose = async () => {
    const now = Date.now();
    vi.clearAllTimers();
    vi.setSystemTime(now + 2 * HOUR);
    await t.finishInProgressScheduledFunctions();
    await t.mutation(internal.privacy.resumePurges, {});
    return await t.run((ctx) => ctx.db.get("workflows", processId));
  };
  expect(await lose()).toMatchObject({ state: "running", attempt: 2 });
  await finishProcesses(t, "export");
  expect(await latest(ann)).toMatchObject({ state: "done" });

  const other = await customer(t, "bob@example.com");
  const lostId = await start(other);
  for (let i = 0; i < 3; i++) await lose();
  expect(await t.run((ctx) => ctx.db.get("workflows", lostId))).toMatchObject({ state: "failed" });
});

test("exporting is an event", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  await start(ann);
  const { analytics } = (await snapshot(t)) as { analytics: Doc<"analytics">[] };
  expect(analytics).toMatchObject([{ type: "data_exported", actorId: ann.userId }]);
});
