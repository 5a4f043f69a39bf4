/**
 * What somebody does with an account, and what they get to read, leaves one event each: who, never an address, a number,
 * a network or a word. What a stranger can do without end is counted: an attack leaves a bounded number of rows.
 */
import { afterEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import type { EventType } from "../../convex/validators";
import { LIMITS } from "../../convex/model/access/limits";
import { REFUSAL_PARTS } from "../../convex/model/access/refusals";
import { MAX_SESSIONS } from "../../convex/model/accounts/sessions";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { shop } from "../access/functions";
import { upload } from "../files";
import { askForCode, bearer, freshAddress } from "../auth/signIn";
import {
  clockedDeployment,
  customer,
  guest,
  outcomeOf,
  passTime,
  signIn,
  snapshot,
  type Caller,
  type Deployment,
} from "../setup";

type Event = Extract<Doc<"analytics">, { kind: "event" }>;
const IP = "192.0.2.77";
const from = (t: Deployment, ip = IP) => t.withRequestMetadata({ ip, userAgent: "Firefox" });

async function events(t: Deployment, type?: EventType): Promise<Event[]> {
  const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
  return rows
    .filter((row) => row.kind === "event")
    .filter((row) => type === undefined || row.type === type);
}

/** The only event of a type, without what a database adds. */
async function only(t: Deployment, type: EventType): Promise<object> {
  const found = await events(t, type);
  expect(found).toHaveLength(1);
  const { _id, _creationTime, kind: _kind, ...event } = found[0]!;
  return event;
}

/** Hours of counting become events at the first roll-up after them. */
async function rollUp(t: Deployment): Promise<void> {
  vi.setSystemTime(Date.now() + HOUR);
  await t.mutation(internal.analytics.rollUp, {});
  await passTime(1);
}

let deployed: Deployment | undefined;
const deployment = () => (deployed = clockedDeployment());
/** After each test: whatever was recorded, nobody could be told by it. */
afterEach(async () => {
  if (deployed === undefined) return;
  const said = JSON.stringify((await events(deployed)).map(({ data }) => data));
  for (const secret of [/@/, /\+\d/, /\d+\.\d+\.\d+/, /\d{6}/]) expect(said).not.toMatch(secret);
  deployed = undefined;
});

test("a code asked for is an event that says by what, and nothing about whom", async () => {
  const t = deployment();
  const ann = await customer(t);
  for (const email of ["ann@example.com", freshAddress()]) {
    await from(t).action(api.auth.requestCode, { email });
  }
  // Nor who asked, if somebody is signed in.
  await ann.t.action(api.auth.requestCode, { email: freshAddress() });
  // That e-mail works is known from then on: of that nobody is named either.
  const found = (await events(t)).filter(({ type }) => type !== "email_worked");
  expect(
    found.map(({ type, data, actorId, subjectId }) => [type, data, actorId, subjectId]),
  ).toEqual(Array(3).fill(["code_requested", { reason: "email" }, undefined, undefined]));
});

test("a code by text is one by sms", async () => {
  const t = deployment();
  await t.mutation(internal.auth.storeCode, { address: "+16145550133", challenge: "c" });
  expect(await only(t, "code_requested")).toEqual({
    type: "code_requested",
    data: { reason: "sms" },
  });
});

async function signInWithCode(t: Deployment, caller: Caller["t"], email: string): Promise<Caller> {
  const { challenge, code } = await askForCode(caller, email);
  return bearer(t, await caller.action(api.auth.createSession, { challenge, code }));
}

test("a sign-in is an event of whoever signed in, and says whether a guest did", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await signInWithCode(t, t, email);
  expect(await only(t, "signed_in")).toEqual({
    type: "signed_in",
    actorId: ann.userId,
    data: { reason: "email" },
  });
  const visitor = await guest(t);
  await signInWithCode(t, visitor.t, email);
  expect((await events(t, "signed_in")).at(-1)).toMatchObject({
    actorId: ann.userId,
    data: { reason: "email, guest" },
  });
});

test("a guest's verified address is a sign-in too", async () => {
  const t = deployment();
  const visitor = await guest(t);
  const { challenge, code } = await askForCode(visitor.t, freshAddress());
  await visitor.t.action(api.users.verifyEmail, { challenge, code });
  expect(await only(t, "signed_in")).toMatchObject({
    actorId: visitor.userId,
    data: { reason: "email, guest" },
  });
});

test("opening a guest's session is no sign-in", async () => {
  const t = deployment();
  await from(t).action(api.auth.createGuestSession, {});
  expect(await events(t)).toEqual([]);
});

test("signing out is an event", async () => {
  const t = deployment();
  const ann = await customer(t);
  await ann.t.mutation(api.auth.logout, {});
  expect(await only(t, "signed_out")).toEqual({
    type: "signed_out",
    actorId: ann.userId,
    data: {},
  });
});

test("each session that somebody ends is an event", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await signInWithCode(t, t, email);
  const other = await signInWithCode(t, t, email);
  await ann.t.mutation(api.auth.revokeSession, { sessionId: other.sessionId });
  expect(await only(t, "session_revoked")).toEqual({
    type: "session_revoked",
    actorId: ann.userId,
    data: {},
  });
  await signInWithCode(t, t, email);
  await signInWithCode(t, t, email);
  await ann.t.mutation(api.auth.revokeOtherSessions, {});
  expect(await events(t, "session_revoked")).toHaveLength(3);
});

test("a session that makes room for one more is an event, done to its person", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await signInWithCode(t, t, email);
  await t.run(async (ctx) => {
    const session = (await ctx.db.get("sessions", ann.sessionId))!;
    const { _id, _creationTime, ...copy } = session;
    for (let i = 1; i < MAX_SESSIONS; i++) await ctx.db.insert("sessions", copy);
  });
  await signInWithCode(t, t, email);
  expect(await only(t, "session_revoked")).toEqual({
    type: "session_revoked",
    subjectId: ann.userId,
    data: { reason: "too_many" },
  });
});

test("a refresh token used again later is an event, done to its person", async () => {
  const t = deployment();
  const tokens = await t.action(api.auth.createGuestSession, {});
  const refresh = (refreshToken: string) =>
    t.action(api.auth.refreshSession, { refreshToken }).catch(() => null);
  await refresh(tokens.refreshToken);
  vi.setSystemTime(Date.now() + 2 * MINUTE);
  await refresh(tokens.refreshToken);
  await refresh(tokens.refreshToken);
  expect(await only(t, "token_reused")).toEqual({
    type: "token_reused",
    subjectId: tokens.user._id,
    data: {},
  });
});

test("an address that an account gets is an event, the first one too", async () => {
  const t = deployment();
  const phone = "+16145550134";
  const ann = await signIn(t, { phone, phoneVerifiedAt: 1, textsFrom: phone });
  const { challenge, code } = await askForCode(ann.t, freshAddress());
  await ann.t.action(api.users.verifyEmail, { challenge, code });
  expect(await only(t, "email_changed")).toMatchObject({
    actorId: ann.userId,
    subjectId: ann.userId,
    data: {},
  });
});

test("a customer's change of how they may be reached is an event with the fields' names", async () => {
  const world = await inShop();
  const contact = { name: "Ann", phone: "+1 614 555 0135" };
  const { owner } = world.callers;
  await owner.t.mutation(api.conversations.updateConversation, {
    conversationId: world.rows.asked,
    contact,
  });
  expect(await only(world.t, "contact_changed")).toEqual({
    type: "contact_changed",
    actorId: owner.userId,
    conversationId: world.rows.asked,
    data: { reason: "name, phone" },
  });
});

test("each file that a customer sends is an event", async () => {
  const world = await inShop();
  const { owner } = world.callers;
  const files = [await upload(owner, "a"), await upload(owner, "b")];
  await owner.t.mutation(api.messages.sendMessage, {
    conversationId: world.rows.asked,
    text: "Two pictures",
    attachments: files.map((storageId) => ({ storageId, name: "private name.txt" })),
  });
  const found = await events(world.t, "file_uploaded");
  expect(found).toHaveLength(2);
  for (const event of found) {
    expect(event).toMatchObject({ actorId: owner.userId, conversationId: world.rows.asked });
    expect(event.data).toEqual({ reason: "text/plain" });
  }
});

test("reading one's export is an event; somebody else's can't be read", async () => {
  const world = await inShop();
  const { owner, other } = world.callers;
  const read = (caller: Caller) =>
    caller.t.mutation(api.users.markExportRead, { exportId: world.rows.exported });
  await read(owner);
  expect(await outcomeOf(read(other))).toBe("not_found");
  expect(await only(world.t, "export_read")).toEqual({
    type: "export_read",
    actorId: owner.userId,
    data: {},
  });
});

test("a source that a customer opens is an event that names the document", async () => {
  const world = await inShop();
  const { owner } = world.callers;
  const open = (n: number) =>
    owner.t.mutation(api.messages.markSourceRead, { messageId: world.rows.answer, n });
  await open(1);
  expect(await outcomeOf(open(2))).toBe("not_found");
  expect(await only(world.t, "document_read")).toEqual({
    type: "document_read",
    actorId: owner.userId,
    conversationId: world.rows.asked,
    documentId: world.rows.document,
    data: {},
  });
});

/** The shop of the access table, before anything has happened in it. */
async function inShop() {
  const world = await shop(deployment());
  await world.t.run(async (ctx) => {
    for (const { _id } of await ctx.db.query("analytics").collect()) {
      await ctx.db.delete("analytics", _id);
    }
  });
  return world;
}

test("codes that fail are one event an hour with their number, whatever was wrong with them", async () => {
  const t = deployment();
  const ann = await customer(t);
  const { challenge, code } = await askForCode(t, "ann@example.com");
  const wrong = code === "000000" ? "111111" : "000000";
  const guess = (challenge: string) =>
    outcomeOf(from(t).action(api.auth.createSession, { challenge, code: wrong }));
  for (let i = 0; i < 3; i++) expect(await guess(challenge)).toBe("code_invalid");
  expect(await guess("never-asked")).toBe("code_invalid");
  expect(await outcomeOf(ann.t.action(api.users.verifyEmail, { challenge, code }))).toBe(
    "code_invalid",
  );
  expect(await events(t, "code_failed")).toEqual([]);
  await rollUp(t);
  expect(await only(t, "code_failed")).toEqual({ type: "code_failed", data: { count: 5 } });
});

test("refusals of a limit are one event an hour and limit, and numbers", async () => {
  const t = deployment();
  const { capacity } = LIMITS.guest.ip;
  const enter = () => outcomeOf(from(t).action(api.auth.createGuestSession, {}));
  for (let i = 0; i < capacity + 7; i++) await enter();
  await rollUp(t);
  expect(await only(t, "limit_hit")).toEqual({
    type: "limit_hit",
    data: { reason: "guest", count: 7 },
  });
  // Counted once, and by the numbers as often as it happened.
  await rollUp(t);
  await rollUp(t);
  expect(await events(t, "limit_hit")).toHaveLength(1);
  const [hour] = await rollups(t);
  expect(hour!.counts).toMatchObject({ limit_hit: 7, "limit_hit.guest": 7 });
  vi.setSystemTime(Date.now() + DAY);
  await t.mutation(internal.analytics.check, { full: true });
  await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
  const checks = (await snapshot(t)).analytics as Doc<"analytics">[];
  expect(checks.filter((row) => row.kind === "check")).toMatchObject([{ differ: 0 }]);
});

async function rollups(t: Deployment) {
  const rows = (await snapshot(t)).analytics as Doc<"analytics">[];
  return rows.filter((row) => row.kind === "rollup").filter(({ period }) => period === "hour");
}

test("an attack on sign-in leaves a bounded number of rows, from however many networks", async () => {
  const t = deployment();
  const ATTEMPTS = 120;
  for (let i = 0; i < ATTEMPTS; i++) {
    const guess = { challenge: "made-up", code: "123456", secret: "s", sameSession: false };
    await from(t, `10.0.${i}.1`).mutation(internal.auth.redeemCode, guess);
    const row = { address: `nobody-${i}@example.com`, challenge: `c-${i}`, code: "123456" };
    await from(t).mutation(internal.auth.storeCode, row);
  }
  const { capacity } = LIMITS.requestCode.ip;
  const { rateLimits } = (await snapshot(t)) as { rateLimits: Doc<"rateLimits">[] };
  const counters = rateLimits.filter(({ name }) => name === "refusals");
  expect(counters.length).toBeLessThanOrEqual(2 * REFUSAL_PARTS);
  await rollUp(t);
  const found = await events(t);
  const counted = found.filter(({ type }) => type !== "code_requested");
  expect(counted.map(({ type, data }) => [type, data.count]).sort()).toEqual([
    ["code_failed", ATTEMPTS],
    ["limit_hit", ATTEMPTS - capacity],
  ]);
  expect(found).toHaveLength(capacity + 2);
});

test("a call that is let through touches no counter of refusals", async () => {
  const t = deployment();
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "How much?" });
  const { rateLimits } = (await snapshot(t)) as { rateLimits: Doc<"rateLimits">[] };
  expect(rateLimits.filter(({ name }) => name === "refusals")).toEqual([]);
});

test("a person's own are in their export, and age and deletion take the person out of them", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await signInWithCode(t, t, email);
  const { exportId } = await ann.t.mutation(api.users.exportMyData, {});
  const listed = await t.query(internal.privacy.exportEvents, {
    processId: exportId,
    as: "actor",
    after: null,
  });
  expect(listed.items.map(({ type, reason }) => [type, reason])).toContainEqual([
    "signed_in",
    "email",
  ]);
  await rollUp(t);
  vi.setSystemTime(Date.now() + 401 * DAY);
  await t.mutation(internal.privacy.sweep, { task: { kind: "event" } });
  const [old] = await events(t, "signed_in");
  expect(old).toMatchObject({ type: "signed_in", data: { reason: "email" } });
  expect(old!.actorId).toBeUndefined();
  const ben = await signInWithCode(t, t, freshAddress());
  await ben.t.mutation(api.auth.logout, {});
  await t.run((ctx) => ctx.db.patch("users", ben.userId, { deletingAt: Date.now() }));
  for (let i = 0; i < 10; i++) await t.mutation(internal.privacy.eraseRest, { userId: ben.userId });
  const left = await events(t);
  expect(left.filter(({ actorId }) => actorId === ben.userId)).toEqual([]);
  expect(left.map(({ type }) => type)).toContain("signed_out");
});
