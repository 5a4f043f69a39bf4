/** Deleting an account: at once unreadable, then gone from everywhere, with a receipt that names nobody. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { ERASE_BATCH, ERASE_STAGES, eraseUser } from "../../convex/model/privacy/erase";
import { NOBODY } from "../../convex/model/conversations/publicMessage";
import { STALLED_AFTER } from "../../convex/model/privacy/purge";
import { RECENT_SIGN_IN } from "../../convex/model/accounts/recentSignIn";
import { upload } from "../files";
import {
  bystander,
  CANARIES,
  everyDocument,
  forgetSchedule,
  livedIn,
  storeFile,
  traces,
} from "./person";
import {
  admin,
  clockedDeployment,
  control,
  customer,
  finishProcesses,
  guest,
  messages,
  outcomeOf,
  page,
  refusal,
  row,
  signIn,
  snapshot,
  technician,
  hush,
  type Caller,
  type Deployment,
} from "../setup";

const remove = (caller: Caller) =>
  caller.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
const purges = async (t: Deployment) =>
  ((await snapshot(t)).workflows as Doc<"workflows">[]).filter(({ kind }) => kind === "purge");

test("afterwards no document anywhere names the person, their words or their files", async () => {
  hush();
  const t = clockedDeployment();
  const { caller, withAi, withDana, dana } = await livedIn(t);
  await bystander(t);
  await caller.t.mutation(api.users.exportMyData, {});
  await finishProcesses(t, "export");
  await rollUp(t);
  const words = [...Object.values(CANARIES), caller.userId, caller.sessionId, withAi, withDana];
  const others = await everyoneElse(t, caller.userId);
  // Each of the canaries is somewhere before.
  const before = await traces(t, words);
  for (const word of words) expect(before.join()).toContain(word);

  await remove(caller);
  await finishProcesses(t, "purge");
  await forgetSchedule(t);
  expect(await traces(t, words)).toEqual([]);
  expect(await everyoneElse(t, caller.userId)).toEqual(others);
  expect(await dana.t.query(api.users.me, {})).toMatchObject({ name: "Dana" });
});

/** Rows of people who stay. */
async function everyoneElse(t: Deployment, gone: Id<"users">) {
  const {
    users,
    conversations,
    messages: all,
  } = (await snapshot(t)) as {
    users: Doc<"users">[];
    conversations: Doc<"conversations">[];
    messages: Doc<"messages">[];
  };
  const theirs = conversations.filter(({ userId }) => userId !== gone);
  const ids = new Set(theirs.map(({ _id }) => _id));
  return {
    users: users.filter(({ _id }) => _id !== gone),
    conversations: theirs,
    messages: all.filter(({ conversationId }) => ids.has(conversationId)),
  };
}

async function rollUp(t: Deployment): Promise<void> {
  vi.setSystemTime(Date.now() + 120_000);
  await t.mutation(internal.analytics.rollUp, {});
}

test("from the transaction that asks for it on, nothing can be read or written", async () => {
  const t = clockedDeployment();
  const { caller, withAi, withDana, dana } = await livedIn(t);
  await remove(caller);
  for (const read of [
    caller.t.query(api.users.me, {}),
    caller.t.query(api.messages.subscribeToMessages, { conversationId: withAi }),
    caller.t.mutation(api.messages.sendMessage, { conversationId: withAi, text: "Hello?" }),
    remove(caller),
  ]) {
    expect(await outcomeOf(read)).toBe("session_expired");
  }
  // Nor has the desk a case any more, though nothing has been erased yet.
  expect(await row(t, withDana)).toMatchObject({ status: "resolved", owner: { kind: "ai" } });
  expect(await dana.t.query(api.conversations.queue, { view: "mine" })).toEqual([]);
});

test("every session ends at once, however many there are", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...session } = (await ctx.db.get("sessions", ann.sessionId))!;
    for (let i = 0; i < 250; i++) await ctx.db.insert("sessions", session);
  });
  await remove(ann);
  const { sessions } = (await snapshot(t)) as { sessions: Doc<"sessions">[] };
  expect(sessions).toHaveLength(251);
  expect(new Set(sessions.map(({ state }) => state))).toEqual(new Set(["revoked"]));
});

test("a reply being written is stopped first, and its writer can't write another word", async () => {
  hush();
  const t = clockedDeployment();
  const { caller, withAi } = await livedIn(t);
  await caller.t.mutation(api.messages.sendMessage, { conversationId: withAi, text: "More?" });
  const { turn } = await row(t, withAi);
  const ref = { conversationId: withAi, turn, attempt: 1 };
  const { fence, agentId } = (await t.mutation(internal.replies.begin, ref))!;
  const flush = () =>
    t.mutation(internal.replies.flush, { fence, text: "It", activity: "writing" });
  expect(await flush()).toBe(true);
  await remove(caller);
  expect(await flush()).toBe(false);
  await finishProcesses(t, "purge");
  expect(await flush()).toBe(false);
  const usage = { model: "m", promptTokens: 1, completionTokens: 1, costMicroUsd: 7, totalMs: 1 };
  const result = { text: "It costs", citations: [], usage, outcome: { kind: "complete" as const } };
  await t.mutation(internal.messages.sendAgentMessage, { fence, agentId, result });
  expect((await snapshot(t)).messages).toEqual([]);
});

describe("proof that it is surely you", () => {
  test("a session older than ten minutes can't delete the account; a fresh sign-in can", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    vi.setSystemTime(Date.now() + RECENT_SIGN_IN + 1_000);
    const refused = await refusal(remove(ann));
    expect(refused).toMatchObject({ code: "forbidden", recentSignInMs: RECENT_SIGN_IN });
    expect(await ann.t.query(api.users.me, {})).toMatchObject({ name: "Ann" });
  });

  test("refreshing a session doesn't make it younger", async () => {
    const t = clockedDeployment();
    const ann = await customer(t);
    vi.setSystemTime(Date.now() + RECENT_SIGN_IN + 1_000);
    await t.run((ctx) => ctx.db.patch("sessions", ann.sessionId, { rotatedAt: Date.now() }));
    expect(await outcomeOf(remove(ann))).toBe("forbidden");
  });

  test("a guest has no address to prove: the session is enough, at any age", async () => {
    const t = clockedDeployment();
    const visitor = await guest(t);
    vi.setSystemTime(Date.now() + 20 * RECENT_SIGN_IN);
    expect(await remove(visitor)).toMatchObject({ receiptMailed: false });
    await finishProcesses(t, "purge");
    expect((await snapshot(t)).users).toEqual([]);
  });

  test("without the word nothing happens", async () => {
    const ann = await customer(clockedDeployment());
    const unsaid = ann.t.mutation(api.users.deleteMyAccount, { confirm: "yes" as "DELETE" });
    expect(await outcomeOf(unsaid)).toBe("validation");
  });
});

test("the receipt counts what went, says what stays and why, names nobody, and is mailed", async () => {
  const t = clockedDeployment();
  const { caller } = await livedIn(t);
  const { receiptId, receiptMailed } = await remove(caller);
  expect(receiptMailed).toBe(true);
  await finishProcesses(t, "purge");
  const sam = await admin(t);
  const process = await sam.t.query(api.workflows.get, { workflowId: receiptId });
  expect(process).toMatchObject({ kind: "purge", state: "done" });
  const { receipt } = process;
  expect(receipt).toMatchObject({ mailed: true });
  expect(receipt!.removed).toMatchObject({
    conversations: 2,
    users: 1,
    sessions: 1,
    files: 1,
    limits: expect.any(Number) as number,
  });
  // 3 questions, an answer, the lines of the desk, a technician's answer and a note.
  expect(receipt!.removed.messages).toBeGreaterThanOrEqual(7);
  expect(receipt!.kept.map(({ what }) => what).join()).toMatch(/opted out of SMS/);
  const stored = JSON.stringify((await purges(t))[0]);
  for (const word of [caller.userId, ...Object.values(CANARIES)])
    expect(stored).not.toContain(word);

  const to = encodeURIComponent(CANARIES.email);
  type Mail = { subject: string; text: string };
  const { emails } = (await control(`/emails?to=${to}`)) as { emails: Mail[] };
  expect(emails[0]!.subject).toMatch(/account has been deleted/);
  expect(emails[0]!.text).toMatch(/- 2 conversations/);
  expect(emails[0]!.text).toMatch(/Kept:/);
});

test("receipts are for admins: technicians see the process only", async () => {
  const t = clockedDeployment();
  const { receiptId } = await remove(await customer(t));
  await finishProcesses(t, "purge");
  const dana = await technician(t);
  const seen = await dana.t.query(api.workflows.get, { workflowId: receiptId });
  expect(seen).toMatchObject({ state: "done" });
  expect(seen.receipt).toBeUndefined();
  const sam = await admin(t);
  const listed = await sam.t.query(api.workflows.list, { kind: "purge", paginationOpts: page() });
  expect(listed.page[0]!.receipt).toMatchObject({ removed: { users: 1 } });
});

test("a provider that is down for good delays nothing but the receipt", async () => {
  hush();
  const t = clockedDeployment({ RESEND_API_KEY: "" });
  const { receiptId } = await remove(await customer(t));
  await finishProcesses(t, "purge");
  const [process] = await purges(t);
  expect(process).toMatchObject({ _id: receiptId, state: "done", receipt: { mailed: false } });
  expect(process!.receiptTo).toBeUndefined();
  expect((await snapshot(t)).users).toEqual([]);
});

test("the address is free at once: whoever signs in with it meanwhile is somebody new", async () => {
  const t = clockedDeployment();
  const { caller } = await livedIn(t);
  await remove(caller);
  const again = await signIn(t, { email: CANARIES.email, emailVerifiedAt: 1, name: "New" });
  await finishProcesses(t, "purge");
  expect(again.userId).not.toBe(caller.userId);
  expect(await again.t.query(api.users.me, {})).toMatchObject({ email: CANARIES.email });
  const own = await again.t.query(api.conversations.getUserConversations, {
    paginationOpts: page(),
  });
  expect(own.page).toEqual([]);
});

test("a number that had opted out of SMS stays opted out when it comes back", async () => {
  const t = clockedDeployment();
  const { caller, dana } = await livedIn(t);
  await remove(caller);
  await finishProcesses(t, "purge");
  const create = (email: string, phone: string) =>
    dana.t.mutation(api.users.createUser, { email, phone });
  await create("back@example.com", CANARIES.phone);
  await create("else@example.com", "+16145550100");
  const { users } = (await snapshot(t)) as { users: Doc<"users">[] };
  const consent = (email: string) => users.find((user) => user.email === email)?.smsConsent;
  expect(consent("back@example.com")).toBe("revoked");
  expect(consent("else@example.com")).toBe("unknown");
});

describe("admins", () => {
  test("the last one can't go; one of two can", async () => {
    const t = clockedDeployment();
    const sam = await admin(t);
    expect(await outcomeOf(remove(sam))).toBe("conflict");
    expect(await sam.t.query(api.users.me, {})).toMatchObject({ role: "admin" });
    await signIn(t, { role: "admin", name: "Kim" });
    expect(await outcomeOf(remove(sam))).toBe("ok");
  });

  test("of two who go at once one stays", async () => {
    const t = clockedDeployment();
    const [sam, kim] = [await admin(t), await signIn(t, { role: "admin", name: "Kim" })];
    const outcomes = await Promise.all([sam, kim].map((one) => outcomeOf(remove(one))));
    expect(outcomes.sort()).toEqual(["conflict", "ok"]);
  });

  test("nobody can be given a role while their account is being deleted", async () => {
    const t = clockedDeployment();
    const [sam, ann] = [await admin(t), await customer(t)];
    await remove(ann);
    const promote = sam.t.mutation(api.users.setRole, { userId: ann.userId, role: "admin" });
    expect(await outcomeOf(promote)).toBe("not_found");
  });
});

const nameInNote = (by: Caller, { userId }: Caller, conversationId: Id<"conversations">) =>
  by.t.mutation(api.messages.addNote, { conversationId, text: "Ask @Dana.", mentions: [userId] });

test("a technician's answers to customers keep their text and lose their author", async () => {
  const t = clockedDeployment();
  const { caller: ann, withDana, dana } = await livedIn(t);
  const sam = await admin(t);
  await sam.t.mutation(api.users.setRole, { userId: dana.userId, role: "admin" });
  // What remembers a technician besides: a running shift, and who gave a conversation back.
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await dana.t.mutation(api.conversations.requeue, { conversationId });
  await dana.t.mutation(api.users.setAvailability, { available: true });
  await nameInNote(sam, dana, conversationId);
  await remove(dana);
  await finishProcesses(t, "purge");
  const rows = await messages(t, withDana);
  const texts = rows.map(({ text }) => text);
  expect(texts).toContain(`Hello ${CANARIES.name}`);
  expect(texts).toContain(`${NOBODY} has joined the conversation.`);
  expect(await traces(t, [dana.userId, dana.sessionId, "Dana"])).toEqual([]);
  // The note still says that somebody was named.
  const [note] = (await messages(t, conversationId)).filter(({ mentions }) => mentions);
  expect(note).toMatchObject({ text: `Ask @${NOBODY}.`, mentions: [{ name: NOBODY }] });
  // The customer waits for a person, and gets another one.
  expect(await row(t, withDana)).toMatchObject({ status: "open", owner: { kind: "queue" } });
  const seen = await ann.t.query(api.messages.subscribeToMessages, { conversationId: withDana });
  expect(seen.some(({ author }) => author.name === NOBODY)).toBe(true);
});

test("a technician who becomes a customer keeps no case", async () => {
  const t = clockedDeployment();
  const { withDana, dana } = await livedIn(t);
  const sam = await admin(t);
  await sam.t.mutation(api.users.setRole, { userId: dana.userId, role: "customer" });
  expect(await row(t, withDana)).toMatchObject({ owner: { kind: "queue" } });
});

test("a person with 1,000 messages goes in batches that fit in a transaction", async () => {
  const t = clockedDeployment();
  const { caller, withAi } = await livedIn(t);
  const [first] = await messages(t, withAi);
  const { _id, _creationTime, ...copy } = first!;
  for (let i = 0; i < 5; i++) {
    await t.run(async (ctx) => {
      for (let j = 0; j < 200; j++) {
        await ctx.db.insert("messages", { ...copy, text: "x".repeat(8_000), settledAt: j });
      }
    });
  }
  await remove(caller);
  await finishProcesses(t, "purge");
  expect((await snapshot(t)).messages).toEqual([]);
  const [process] = await purges(t);
  expect(process!.receipt!.removed.messages).toBeGreaterThan(5 * ERASE_BATCH);
});

test("sixty short conversations are no hundred and eighty transactions", async () => {
  const t = clockedDeployment();
  const { caller, withAi } = await livedIn(t);
  const [first] = await messages(t, withAi);
  const { _id: _, _creationTime: __, ...message } = first!;
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...conversation } = (await ctx.db.get("conversations", withAi))!;
    for (let i = 0; i < 60; i++) {
      const row = { ...conversation, status: "resolved" as const };
      const conversationId = await ctx.db.insert("conversations", row);
      await ctx.db.insert("messages", { ...message, conversationId });
      const event = { kind: "event" as const, type: "resolved" as const, conversationId, data: {} };
      await ctx.db.insert("analytics", event);
    }
  });
  let batches = 0;
  for (let done = false; !done; batches++) {
    ({ done } = await t.run((ctx) => eraseUser(ctx, caller.userId)));
  }
  expect(await traces(t, [caller.userId])).toEqual([]);
  expect(batches).toBeLessThan(10);
});

describe("killed on the way", () => {
  /** Lets a stage do its work and then die, so that its transaction is lost, until it is mended. */
  function breakStage(name: string) {
    const stage = ERASE_STAGES.find((one) => one.name === name)!;
    const real = stage.run;
    const spy = vi.spyOn(stage, "run").mockImplementation(async (...args) => {
      const removed = await real(...args);
      if (removed !== null) throw new Error(`killed in ${name}`);
      return removed;
    });
    return () => spy.mockImplementation(real);
  }

  test.each(ERASE_STAGES.map(({ name }) => name))(
    "in %s, it goes on and completes",
    async (name) => {
      hush();
      const t = clockedDeployment();
      const person = await livedIn(t);
      const { dana } = person;
      const kim = await signIn(t, { role: "admin", name: "Kim" });
      await nameInNote(kim, dana, person.withAi);
      // The technician has cases, authorship, mentions, shifts, promises, notes and acts; the customer has the rest.
      const subject = ["cases", "authorship", "mentions", "shifts", "promises", "noted"].includes(
        name,
      )
        ? dana
        : person.caller;
      if (name === "shifts") await dana.t.mutation(api.users.setAvailability, { available: true });
      if (name === "uploads") await upload(subject, CANARIES.file);
      if (name === "exports") {
        await subject.t.mutation(api.users.exportMyData, {});
        await finishProcesses(t, "export");
      }
      if (name === "acts") {
        await t.run((ctx) =>
          ctx.db.insert("analytics", {
            kind: "event",
            type: "role_changed",
            subjectId: subject.userId,
            data: {},
          }),
        );
      }
      const mend = breakStage(name);
      await remove(subject);
      await finishProcesses(t, "purge");
      expect((await purges(t))[0]).toMatchObject({ state: "failed", attempt: 1 });
      mend();
      vi.setSystemTime(Date.now() + STALLED_AFTER + 1_000);
      await t.mutation(internal.privacy.resumePurges, {});
      await finishProcesses(t, "purge");
      expect((await purges(t))[0]).toMatchObject({ state: "done", attempt: 2 });
      await forgetSchedule(t);
      expect(await traces(t, [subject.userId, subject.sessionId])).toEqual([]);
    },
  );

  test("a workflow that is lost altogether is started again, and the old one does nothing more", async () => {
    hush();
    const t = clockedDeployment();
    const { caller } = await livedIn(t);
    const { receiptId } = await remove(caller);
    // As if the scheduler had lost it: a day later nothing has moved.
    await t.run((ctx) => ctx.db.patch("workflows", receiptId, { progressAt: 1 }));
    await t.mutation(internal.privacy.resumePurges, {});
    const old = { processId: receiptId, attempt: 1 };
    expect(await t.mutation(internal.privacy.eraseBatch, old)).toBe(false);
    await finishProcesses(t, "purge");
    expect((await purges(t))[0]).toMatchObject({ state: "done", attempt: 2 });
    expect(await traces(t, [caller.userId])).toEqual([]);
  });

  test("one that makes progress is left alone", async () => {
    const t = clockedDeployment();
    await remove(await customer(t));
    await t.mutation(internal.privacy.resumePurges, {});
    expect((await purges(t))[0]).toMatchObject({ attempt: 1 });
  });
});

test("deleting is an event that names nobody", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  await remove(ann);
  const sam = await admin(t);
  const { page: found } = await sam.t.query(api.analytics.events, {
    type: "account_deleted",
    paginationOpts: page(),
  });
  expect(found).toMatchObject([{ data: { reason: "customer" } }]);
  expect(found[0]!.actorId).toBeUndefined();
});

test("a file that is gone already, or was never attached, stops nothing", async () => {
  const t = clockedDeployment();
  const { caller, fileId } = await livedIn(t);
  const loose = await storeFile(t, "nobody's");
  await t.run((ctx) => ctx.storage.delete(fileId));
  await remove(caller);
  await finishProcesses(t, "purge");
  expect((await purges(t))[0]).toMatchObject({ state: "done" });
  expect((await everyDocument(t))._storage).toBe("nobody's");
  expect(await t.run((ctx) => ctx.db.system.get("_storage", loose))).not.toBeNull();
});
