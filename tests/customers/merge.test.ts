/** Merging two people who are one: on purpose, as it was shown, and nobody reads more than what staff decided. */
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY } from "../../convex/lib/time";
import { MAX_MERGED } from "../../convex/model/accounts/join";
import type { MergePreview } from "../../convex/model/accounts/merge";
import { freshAddress } from "../auth/signIn";
import {
  later,
  newPhone,
  outbox,
  person,
  queued,
  sentTo,
  smsShop,
  text,
  threads,
} from "../sms/shop";
import {
  admin,
  clockedDeployment,
  control,
  customer,
  deployment,
  finishProcesses,
  guest,
  hush,
  outcomeOf,
  page,
  runUntil,
  refusal,
  row,
  signIn,
  snapshot,
  technician,
  type Caller,
} from "../setup";

const ask = async ({ t }: Caller, text: string) =>
  (await t.mutation(api.conversations.createConversation, { message: { text } })).conversationId;

const look = async (by: Caller, userId: Id<"users">, other: string) =>
  (await by.t.query(api.customers.previewMerge, { userId, other }))!;

/** As the desk does it: what was looked at. */
const merge = (by: Caller, { keeps, goes, version }: MergePreview) =>
  by.t.mutation(api.customers.merge, {
    ...{ userId: goes._id, otherId: keeps._id, version, proof: "in_person" },
  });

test("everything of a guest's becomes the account's, in one act that is on record", async () => {
  const t = clockedDeployment();
  const email = freshAddress();
  const [ann, browser, dana] = [await customer(t, email), await guest(t), await technician(t)];
  const [before, moved] = [await ask(ann, "Before"), await ask(browser, "From another browser")];
  await dana.t.mutation(api.customers.addNote, { userId: browser.userId, text: "Came on Monday." });
  await dana.t.mutation(api.customers.addNote, { userId: ann.userId, text: "Has two laptops." });
  await dana.t.mutation(api.conversations.makePromise, {
    ...{ conversationId: moved, text: "We call you.", dueAt: Date.now() + DAY },
  });
  const preview = await look(dana, browser.userId, email);
  expect(preview).toMatchObject({
    keeps: { _id: ann.userId, email, emailVerified: true },
    goes: { _id: browser.userId, notes: 1 },
    refusals: [],
    conversations: 1,
    promises: 1,
    after: { name: "Ann", email, emailVerified: true },
  });
  expect(preview).not.toHaveProperty("opens");
  expect(await merge(dana, preview)).toBe(ann.userId);

  const listed = await ann.t.query(api.conversations.getUserConversations, {
    paginationOpts: page(),
  });
  expect(listed.page.map(({ _id }) => _id).sort()).toEqual([before, moved].sort());
  const about = await dana.t.query(api.customers.panel, { conversationId: before });
  expect(about.notes.map(({ text }) => text).sort()).toEqual([
    "Came on Monday.",
    "Has two laptops.",
  ]);
  expect(about.promises).toMatchObject([{ conversationId: moved }]);
  // The other browser is signed out, and of that person nothing is left.
  const read = browser.t.query(api.conversations.get, { conversationId: moved });
  expect(await outcomeOf(read)).toBe("session_expired");
  await runUntil(t, Date.now() + 10_000);
  const rest = await snapshot(t);
  const named = Object.entries(rest).flatMap(([table, rows]) =>
    rows.filter((one) => JSON.stringify(one).includes(browser.userId)).map((one) => [table, one]),
  );
  expect(named).toEqual([]);
  const sam = await admin(t);
  const { page: events } = await sam.t.query(api.analytics.events, {
    type: "people_merged",
    paginationOpts: page(),
  });
  expect(events).toMatchObject([
    { actorId: dana.userId, subjectId: ann.userId, data: { reason: "in_person" } },
  ]);
  const { emails } = (await control(`/emails?to=${encodeURIComponent(email)}`)) as {
    emails: { subject: string }[];
  };
  expect(emails.map(({ subject }) => subject)).toEqual([
    expect.stringContaining("Other conversations of yours"),
  ]);
});

test("whichever of the two is looked at, who has proved more stays", async () => {
  const t = deployment();
  const email = freshAddress();
  const [ann, browser, dana] = [await customer(t, email), await guest(t), await technician(t)];
  const conversationId = await ask(browser, "Hello");
  const one = await look(dana, browser.userId, email);
  const other = await look(dana, ann.userId, `https://shop.example/desk/${conversationId}`);
  expect(other).toEqual(one);
  expect(one.keeps._id).toBe(ann.userId);
});

test("who only says that they are somebody else reads nothing of theirs, whatever staff do", async () => {
  const t = deployment();
  const email = freshAddress();
  const [ann, mallory, dana] = [await customer(t, email), await guest(t), await technician(t)];
  const secret = await ask(ann, "My PIN is on the bench");
  const claimed = await ask(mallory, "I am Ann, put us together please");
  await mallory.t.mutation(api.conversations.updateConversation, {
    conversationId: claimed,
    contact: { name: "Ann", email },
  });
  const preview = await look(dana, mallory.userId, email);
  // It is said by them, and proves nothing.
  expect(preview.claims).toEqual([{ by: "goes", value: email }]);
  expect(preview.goes).toMatchObject({ emailVerified: false, phoneVerified: false, texts: false });
  await merge(dana, preview);
  for (const conversationId of [secret, claimed]) {
    const read = mallory.t.query(api.conversations.get, { conversationId });
    expect(await outcomeOf(read)).toBe("session_expired");
  }
  expect(await t.run((ctx) => ctx.db.get("users", ann.userId))).toMatchObject({ email });
});

test("of two people of whom nobody has proved anything none is merged", async () => {
  const t = deployment();
  const [one, other, dana] = [await guest(t), await guest(t), await technician(t)];
  const preview = await look(dana, one.userId, await ask(other, "Hello"));
  expect(preview.refusals).toEqual(["no_way_in"]);
  expect(await refusal(merge(dana, preview))).toMatchObject({
    code: "conflict",
    obstacle: "no_way_in",
  });
});

test("an unproven person who stays is signed out everywhere too", async () => {
  const t = deployment();
  const email = freshAddress();
  const dana = await technician(t);
  // At the counter; the session is one that must not be.
  const ann = await signIn(t, { email });
  const browser = await guest(t);
  await merge(dana, await look(dana, ann.userId, await ask(browser, "Hello")));
  expect(await outcomeOf(ann.t.query(api.users.me, {}))).toBe("session_expired");
});

const now = () => Date.now();
const REFUSED: [string, Partial<Doc<"users">>, Partial<Doc<"users">>][] = [
  [
    "two_emails",
    { email: "a@x.example", emailVerifiedAt: 1 },
    { email: "b@x.example", emailVerifiedAt: 1 },
  ],
  [
    "two_numbers",
    { phone: "+16145550101", textsFrom: "+16145550101" },
    { email: "b@x.example", phone: "+16145550102", phoneVerifiedAt: 1, textsFrom: "+16145550102" },
  ],
  ["blocked", { email: "a@x.example", blockedAt: 1 }, {}],
  ["blocked", { email: "a@x.example" }, { blockedAt: 1 }],
  ["leaving", { email: "a@x.example" }, { deletingAt: 1 }],
  ["staff", { email: "a@x.example" }, { role: "technician" }],
];
test.each(REFUSED)(
  "%s: it is said before, refused, and nothing changes",
  async (obstacle, a, b) => {
    const t = deployment();
    const [one, other, dana] = [await signIn(t, a), await guest(t), await technician(t)];
    const conversationId = await ask(other, "Hello");
    await t.run((ctx) => ctx.db.patch("users", other.userId, b));
    const preview = await look(dana, one.userId, conversationId);
    expect(preview.refusals).toContain(obstacle);
    const { rateLimits: _, ...before } = await snapshot(t);
    expect(await refusal(merge(dana, preview))).toMatchObject({ code: "conflict" });
    const { rateLimits: __, ...after } = await snapshot(t);
    expect(after).toEqual(before);
  },
);

test("nobody whose data is being exported is merged, and after it they are", async () => {
  hush();
  const t = clockedDeployment();
  const [ann, browser, dana] = [await customer(t), await guest(t), await technician(t)];
  const conversationId = await ask(browser, "Hello");
  await ann.t.mutation(api.users.exportMyData, {});
  const preview = await look(dana, ann.userId, conversationId);
  expect(preview.refusals).toEqual(["export_running"]);
  await finishProcesses(t, "export");
  await merge(dana, await look(dana, ann.userId, conversationId));
  expect(await row(t, conversationId)).toMatchObject({ userId: ann.userId });
});

test("what has changed since it was looked at is refused with a word for it, and shown anew", async () => {
  const t = deployment();
  const email = freshAddress();
  const [ann, browser, dana] = [await customer(t, email), await guest(t), await technician(t)];
  await ask(browser, "One");
  const preview = await look(dana, browser.userId, email);
  const second = await ask(browser, "Two");
  expect(await refusal(merge(dana, preview))).toMatchObject({
    code: "conflict",
    obstacle: "changed",
  });
  expect(await row(t, second)).toMatchObject({ userId: browser.userId });
  await merge(dana, await look(dana, browser.userId, email));
  expect(await row(t, second)).toMatchObject({ userId: ann.userId });
  // A colleague who looked at the same comes too late.
  expect(await outcomeOf(merge(dana, preview))).toBe("not_found");
});

test("as many conversations move as one transaction takes, and of more none does", async () => {
  const t = deployment();
  const email = freshAddress();
  const [ann, browser, dana] = [await customer(t, email), await guest(t), await technician(t)];
  const { _id, _creationTime, ...copy } = await row(t, await ask(browser, "One of many"));
  const fill = (count: number) =>
    t.run(async (ctx) => {
      for (let i = 0; i < count; i++) await ctx.db.insert("conversations", copy);
    });
  await fill(MAX_MERGED);
  const tooMany = await look(dana, browser.userId, email);
  expect(tooMany.refusals).toEqual(["too_many"]);
  expect(await refusal(merge(dana, tooMany))).toMatchObject({ obstacle: "too_many" });
  await t.run((ctx) => ctx.db.delete("conversations", _id));
  await merge(dana, await look(dana, browser.userId, email));
  const { conversations } = (await snapshot(t)) as { conversations: Doc<"conversations">[] };
  expect(conversations).toHaveLength(MAX_MERGED);
  expect(new Set(conversations.map(({ userId }) => userId))).toEqual(new Set([ann.userId]));
});

test("who texts and who has an account: the number is said to open it, and texts go on where they were", async () => {
  const t = await smsShop();
  const [phone, email] = [newPhone(), freshAddress()];
  const [ann, dana] = [await customer(t, email), await technician(t)];
  await text(t, phone, "How much is a laptop screen?");
  await later(t);
  const [thread] = await threads(t, phone);
  const waiting = await queued(t, thread!._id, "Your laptop is ready.");
  const preview = await look(dana, ann.userId, phone);
  expect(preview).toMatchObject({ opens: phone, after: { email, phone, phoneVerified: false } });
  await merge(dana, preview);
  expect(await person(t, phone)).toMatchObject({ _id: ann.userId });
  // A text that waited goes to the number that it was for.
  const step = await outbox(t, thread!._id);
  while ((await step()).kind !== "end");
  expect((await t.run((ctx) => ctx.db.get("messages", waiting)))?.delivery?.state).toBe("sent");
  expect((await sentTo(phone)).at(-1)!.body).toContain("Your laptop is ready.");
  await text(t, phone, "Thanks, and how much is a laptop screen?");
  await later(t);
  expect((await threads(t, phone)).map(({ _id }) => _id)).toEqual([thread!._id]);
});

test("a STOP of either stays, and of a number that nobody has any more", async () => {
  const t = await smsShop();
  const [phone, written, email] = [newPhone(), newPhone(), freshAddress()];
  const dana = await technician(t);
  const ann = await signIn(t, {
    ...{ email, emailVerifiedAt: now(), phone: written, smsConsent: "granted" },
  });
  await text(t, phone, "STOP");
  await later(t);
  const preview = await look(dana, ann.userId, phone);
  expect(preview.after).toMatchObject({ phone, smsConsent: "revoked" });
  expect(preview.dropped).toEqual([written]);
  await merge(dana, preview);
  expect(await person(t, phone)).toMatchObject({ _id: ann.userId, smsConsent: "revoked" });
});

test("an address that nobody confirmed opens nothing to who holds it", async () => {
  const t = deployment();
  const [phone, email] = ["+16145550142", freshAddress()];
  const dana = await technician(t);
  const texter = await signIn(t, { phone, textsFrom: phone });
  const atTheCounter = await signIn(t, { email });
  const preview = await look(dana, atTheCounter.userId, phone);
  expect(preview.keeps._id).toBe(texter.userId);
  expect(preview.dropped).toEqual([email]);
  await merge(dana, preview);
  const left = await t.run((ctx) => ctx.db.get("users", texter.userId));
  expect(left).toMatchObject({ textsFrom: phone });
  expect(left).not.toHaveProperty("email");
});

test("a reply under way is finished, and whoever was signed out hears no more of it", async () => {
  hush();
  const t = await smsShop();
  const email = freshAddress();
  const [ann, browser, dana] = [await customer(t, email), await guest(t), await technician(t)];
  const conversationId = await ask(browser, "How much is a laptop screen?");
  const { turn } = await row(t, conversationId);
  const { fence, agentId } = (await t.mutation(internal.replies.begin, {
    ...{ conversationId, turn, attempt: 1 },
  }))!;
  await merge(dana, await look(dana, browser.userId, email));
  const flushed = await t.mutation(internal.replies.flush, {
    ...{ fence, text: "It", activity: "writing" as const },
  });
  expect(flushed).toBe(true);
  const usage = { model: "m", promptTokens: 1, completionTokens: 1, costMicroUsd: 7, totalMs: 1 };
  const result = {
    ...{ text: "It costs $179.", citations: [], usage, outcome: { kind: "complete" as const } },
  };
  await t.mutation(internal.messages.sendAgentMessage, { fence, agentId, result });
  const read = (by: Caller) =>
    by.t.query(api.messages.getMessages, { conversationId, paginationOpts: page() });
  expect(JSON.stringify(await read(ann))).toContain("$179");
  expect(await outcomeOf(read(browser))).toBe("session_expired");
});
