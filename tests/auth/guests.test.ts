/** Guests: a session without a name, upgraded in place or merged into the account that they turn out to be. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { MAX_MERGED } from "../../convex/model/accounts/join";
import {
  customer,
  deployment,
  outcomeOf,
  page,
  row,
  signIn,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

const enter = async (t: Deployment) => bearer(t, await t.action(api.auth.createGuestSession, {}));

async function prove(t: Deployment, caller: Caller, email: string): Promise<Caller> {
  const { challenge, code } = await askForCode(caller.t, email);
  return bearer(t, await caller.t.action(api.auth.createSession, { challenge, code }));
}

const ask = async (caller: Caller, text: string) =>
  (await caller.t.mutation(api.conversations.createConversation, { message: { text } }))
    .conversationId;

test("a guest can chat at once, and has no address", async () => {
  const t = deployment();
  const guest = await enter(t);
  expect(await guest.t.query(api.users.me, {})).toEqual({
    _id: guest.userId,
    role: "customer",
    emailVerified: false,
    phoneVerified: false,
    smsConsent: "unknown",
  });
  expect(await row(t, await ask(guest, "Hello"))).toMatchObject({ userId: guest.userId });
});

test("a guest who proves a new address keeps their account and conversations", async () => {
  const t = deployment();
  const guest = await enter(t);
  const conversationId = await ask(guest, "Hello");
  const email = freshAddress();
  const ann = await prove(t, guest, email);
  expect(ann.userId).toBe(guest.userId);
  expect(await ann.t.query(api.users.me, {})).toMatchObject({ email, emailVerified: true });
  expect(await ann.t.query(api.conversations.get, { conversationId })).toBeTruthy();
});

test("a guest who proves a known address becomes that account, with every conversation", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await customer(t, email);
  const before = await ask(ann, "An old question");
  const guest = await enter(t);
  const moved = [await ask(guest, "One"), await ask(guest, "Two")];
  const back = await prove(t, guest, email);
  expect(back.userId).toBe(ann.userId);
  const listed = await back.t.query(api.conversations.getUserConversations, {
    paginationOpts: page(),
  });
  expect(listed.page.map(({ _id }) => _id).sort()).toEqual([before, ...moved].sort());
  const { users } = await snapshot(t);
  expect(users).toHaveLength(1);
});

test("the guest's own session is dead once it was upgraded or merged", async () => {
  const t = deployment();
  for (const known of [true, false]) {
    const email = freshAddress();
    if (known) await customer(t, email);
    const guest = await enter(t);
    const conversationId = await ask(guest, "Hello");
    await prove(t, guest, email);
    const read = guest.t.query(api.conversations.get, { conversationId });
    expect(await outcomeOf(read)).toBe("session_expired");
  }
});

test("an account at the counter is claimed by its first code, and counts as verified from then", async () => {
  const t = deployment();
  const dana = await technician(t);
  const email = freshAddress();
  const userId = await dana.t.mutation(api.users.createUser, { email, name: "Ann" });
  const ann = await prove(t, await enter(t), email);
  expect(ann.userId).toBe(userId);
  expect(await ann.t.query(api.users.me, {})).toMatchObject({ name: "Ann", emailVerified: true });
});

test("somebody with an account who proves another address keeps theirs apart", async () => {
  const t = deployment();
  const annsAddress = freshAddress();
  const ann = await customer(t, annsAddress);
  const conversationId = await ask(ann, "Mine");
  const other = await prove(t, ann, freshAddress());
  expect(other.userId).not.toBe(ann.userId);
  const read = other.t.query(api.conversations.get, { conversationId });
  expect(await outcomeOf(read)).toBe("not_found");
  const back = await prove(t, other, annsAddress);
  expect(back.userId).toBe(ann.userId);
  expect(await outcomeOf(back.t.query(api.conversations.get, { conversationId }))).toBe("ok");
});

test("a name that a guest gave is kept unless the account has one", async () => {
  const t = deployment();
  const [named, nameless] = [freshAddress(), freshAddress()];
  await customer(t, named);
  await prove(t, await enter(t), nameless);
  for (const [email, name] of [
    [named, "Ann"],
    [nameless, "Guest Name"],
  ] as const) {
    const guest = await enter(t);
    await guest.t.mutation(api.users.updateUser, { name: "Guest Name" });
    const merged = await prove(t, guest, email);
    expect(await merged.t.query(api.users.me, {})).toMatchObject({ name });
  }
});

test("an answer under way goes on in the account that it was moved to", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await customer(t, email);
  const guest = await enter(t);
  const conversationId = await ask(guest, "Hello");
  const before = await row(t, conversationId);
  await prove(t, guest, email);
  expect(await row(t, conversationId)).toEqual({ ...before, userId: ann.userId });
});

test("a guest's tokens of every kind are dead once it was upgraded or merged", async () => {
  const t = deployment();
  for (const known of [true, false]) {
    const email = freshAddress();
    if (known) await customer(t, email);
    const tokens = await t.action(api.auth.createGuestSession, {});
    await prove(t, bearer(t, tokens), email);
    const { accessToken, refreshToken } = tokens;
    expect(await t.query(api.auth.validateSession, { accessToken })).toBeNull();
    const refresh = t.action(api.auth.refreshSession, { refreshToken });
    expect(await outcomeOf(refresh)).toBe("session_expired");
  }
});

async function fill(t: Deployment, guest: Caller, count: number): Promise<void> {
  const first = await ask(guest, "Hello");
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...copy } = (await ctx.db.get("conversations", first))!;
    const brief = {
      reason: "staff" as const,
      summary: "x".repeat(4_000),
      urgency: "low" as const,
      at: 1,
    };
    for (let i = 1; i < count; i++) await ctx.db.insert("conversations", { ...copy, brief });
  });
}

const countOf = async (t: Deployment, caller: Caller) =>
  ((await snapshot(t)).conversations as { userId: string }[]).filter(
    ({ userId }) => userId === caller.userId,
  ).length;

test(`all of ${MAX_MERGED} conversations move in the transaction that signs in`, async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await customer(t, email);
  const guest = await enter(t);
  await fill(t, guest, MAX_MERGED);
  await prove(t, guest, email);
  expect([await countOf(t, ann), await countOf(t, guest)]).toEqual([MAX_MERGED, 0]);
  expect((await snapshot(t)).users).toHaveLength(1);
});

test("of more conversations than one transaction moves none is moved, and the guest stays", async () => {
  const t = deployment();
  const email = freshAddress();
  const ann = await customer(t, email);
  const guest = await enter(t);
  await fill(t, guest, MAX_MERGED + 1);
  const back = await prove(t, guest, email);
  expect(back.userId).toBe(ann.userId);
  expect([await countOf(t, ann), await countOf(t, guest)]).toEqual([0, MAX_MERGED + 1]);
  expect(await outcomeOf(guest.t.query(api.users.me, {}))).toBe("ok");
});

test("a technician who signs in where a guest was chatting takes nothing over, and the guest is gone", async () => {
  const t = deployment();
  const email = freshAddress();
  const dana = await signIn(t, { role: "technician", email, emailVerifiedAt: 1 });
  const guest = await enter(t);
  const conversationId = await ask(guest, "I wait at the counter");
  const desk = await prove(t, guest, email);
  expect(desk.userId).toBe(dana.userId);
  expect(await row(t, conversationId)).toMatchObject({ userId: guest.userId });
  expect(await outcomeOf(guest.t.query(api.users.me, {}))).toBe("session_expired");
  const shown = await desk.t.query(api.conversations.getForStaff, { conversationId });
  expect(shown).toMatchObject({ _id: conversationId });
});

test("an address or a phone that a guest only mentions gives nobody anything", async () => {
  const t = deployment();
  const email = freshAddress();
  const phone = "+16145550142";
  const ann = await signIn(t, { email, emailVerifiedAt: 1, phone });
  const theirs = await ask(ann, "Mine");
  const guest = await enter(t);
  const conversationId = await ask(guest, `I am ${email}`);
  await guest.t.mutation(api.conversations.updateConversation, {
    conversationId,
    contact: { name: "Ann", email, phone },
  });
  const read = guest.t.query(api.conversations.get, { conversationId: theirs });
  expect(await outcomeOf(read)).toBe("not_found");
  expect((await guest.t.query(api.users.me, {})).email).toBeUndefined();
  // Signing in later with another address takes along what is the guest's, and no more.
  const eve = await prove(t, guest, freshAddress());
  expect(await countOf(t, eve)).toBe(1);
  expect(await countOf(t, ann)).toBe(1);
});

test("two guests who prove one address at once end in one account, with what both wrote", async () => {
  const t = deployment();
  const email = freshAddress();
  const guests = [await enter(t), await enter(t)];
  const asked: Awaited<ReturnType<typeof askForCode>>[] = [];
  for (const guest of guests) {
    await ask(guest, "Hello");
    asked.push(await askForCode(guest.t, email));
  }
  const signedIn = await Promise.all(
    guests.map(async (guest, i) => {
      const { challenge, code } = asked[i]!;
      return bearer(t, await guest.t.action(api.auth.createSession, { challenge, code }));
    }),
  );
  expect(new Set(signedIn.map(({ userId }) => userId)).size).toBe(1);
  expect(await countOf(t, signedIn[0]!)).toBe(2);
});
