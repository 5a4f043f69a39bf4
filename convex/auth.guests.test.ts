/** Guests: a session without a name, upgraded in place or merged into the account that they turn out to be. */
import { afterEach, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import {
  customer,
  deployment,
  outcomeOf,
  page,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "./test.setup";
import { askForCode, bearer, freshAddress } from "./test.signin";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

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
  const ann = await customer(t, freshAddress());
  const conversationId = await ask(ann, "Mine");
  const other = await prove(t, ann, freshAddress());
  expect(other.userId).not.toBe(ann.userId);
  const read = other.t.query(api.conversations.get, { conversationId });
  expect(await outcomeOf(read)).toBe("not_found");
  expect(await outcomeOf(ann.t.query(api.users.me, {}))).toBe("ok");
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
