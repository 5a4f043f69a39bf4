/** People: who is created how, and that somebody is always left who can undo a change of roles. */
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import {
  admin,
  customer,
  deployment,
  guest,
  outcomeOf,
  page,
  signIn,
  snapshot,
  technician,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

test("the last admin can't step down; one of two can", async () => {
  const t = deployment();
  const sam = await admin(t);
  const dana = await technician(t);
  const setRole = (userId: typeof sam.userId, role: "customer" | "technician" | "admin") =>
    sam.t.mutation(api.users.setRole, { userId, role });
  expect(await outcomeOf(setRole(sam.userId, "technician"))).toBe("conflict");
  await setRole(dana.userId, "admin");
  expect(await outcomeOf(setRole(sam.userId, "technician"))).toBe("ok");
  expect(await outcomeOf(setRole(dana.userId, "customer"))).toBe("forbidden");
  const last = dana.t.mutation(api.users.setRole, { userId: dana.userId, role: "customer" });
  expect(await outcomeOf(last)).toBe("conflict");
});

test("two admins who step down at once leave one", async () => {
  const t = deployment();
  const [sam, kim] = [await admin(t), await signIn(t, { role: "admin", name: "Kim" })];
  const outcomes = await Promise.all(
    [sam, kim].map((one) =>
      outcomeOf(one.t.mutation(api.users.setRole, { userId: one.userId, role: "customer" })),
    ),
  );
  expect(outcomes.sort()).toEqual(["conflict", "ok"]);
});

test("a change of role holds from the next call on, and is an event", async () => {
  const t = deployment();
  const [sam, dana] = [await admin(t), await technician(t)];
  await sam.t.mutation(api.users.setRole, { userId: dana.userId, role: "customer" });
  const queue = dana.t.query(api.conversations.queue, { view: "all" });
  expect(await outcomeOf(queue)).toBe("forbidden");
  const { analytics } = await snapshot(t);
  expect(analytics).toMatchObject([
    {
      type: "role_changed",
      actorId: sam.userId,
      subjectId: dana.userId,
      data: { reason: "technician to customer" },
    },
  ]);
});

test("an address belongs to one person, however it is written", async () => {
  const t = deployment();
  const dana = await technician(t);
  const create = (email: string) => dana.t.mutation(api.users.createUser, { email });
  await create("ann@example.com");
  expect(await outcomeOf(create(" ANN@Example.COM "))).toBe("conflict");
  const found = await dana.t.query(api.users.getUserByEmail, { email: "Ann@example.com " });
  expect(found).toMatchObject({ email: "ann@example.com", role: "customer", emailVerified: false });
  expect(await dana.t.query(api.users.getUserByEmail, { email: "nobody@example.com" })).toBeNull();
});

test("whoever is created at the counter is a customer, whatever is asked for", async () => {
  const dana = await technician(deployment());
  const args = { email: "eve@example.com", role: "admin" };
  expect(await outcomeOf(dana.t.mutation(api.users.createUser, args))).toBe("validation");
});

test("people are listed by role and by name, without phone numbers", async () => {
  const t = deployment();
  const dana = await technician(t, "Dana");
  await technician(t, "Ada");
  await customer(t);
  const paginationOpts = page();
  const listed = await dana.t.query(api.users.list, { role: "technician", paginationOpts });
  expect(listed.page.map(({ name }) => name)).toEqual(["Ada", "Dana"]);
  expect(Object.keys(listed.page[0]!).sort()).toEqual(
    ["_id", "email", "emailVerified", "name", "role"].sort(),
  );
});

test("a name has 1 to 100 characters, and is the caller's own", async () => {
  const t = deployment();
  const [ann, bob] = [await customer(t), await customer(t, "bob@example.com")];
  const rename = (name: string) => ann.t.mutation(api.users.updateUser, { name });
  expect(await outcomeOf(rename("  "))).toBe("invalid_input");
  expect(await outcomeOf(rename("x".repeat(101)))).toBe("too_large");
  await rename(" Anna\u0000 ");
  expect(await ann.t.query(api.users.me, {})).toMatchObject({ name: "Anna" });
  expect(await bob.t.query(api.users.me, {})).toMatchObject({ name: "Ann" });
});

test("ensureStaff makes an admin once, and gives a known person the role", async () => {
  const t = deployment();
  const ann = await customer(t);
  const ensure = (email: string) =>
    t.mutation(internal.users.ensureStaff, { email, name: "Sam", role: "admin" });
  const ids = [await ensure("sam@example.com"), await ensure("SAM@example.com")];
  expect(new Set(ids).size).toBe(1);
  expect(await ensure("ann@example.com")).toBe(ann.userId);
  expect(await ann.t.query(api.users.me, {})).toMatchObject({ role: "admin", name: "Ann" });
});

test("a blocked person is out at once on every device, and back in once unblocked", async () => {
  const t = deployment();
  const sam = await admin(t);
  const email = freshAddress();
  const enter = async () => {
    const { challenge, code } = await askForCode(t, email);
    return bearer(t, await t.action(api.auth.createSession, { challenge, code }));
  };
  const [phone, laptop] = [await enter(), await enter()];
  const bob = await customer(t, "bob@example.com");
  const setBlocked = (blocked: boolean) =>
    sam.t.mutation(api.users.setBlocked, { userId: phone.userId, blocked });
  await setBlocked(true);
  for (const device of [phone, laptop]) {
    expect(await outcomeOf(device.t.query(api.users.me, {}))).toBe("session_expired");
  }
  expect(await outcomeOf(bob.t.query(api.users.me, {}))).toBe("ok");
  expect(await outcomeOf(enter())).toBe("code_invalid");
  const found = await sam.t.query(api.users.getUserByEmail, { email });
  expect(typeof found!.blockedAt).toBe("number");
  await setBlocked(false);
  expect((await enter()).userId).toBe(phone.userId);
});

test("a blocked address takes over no guest's conversations", async () => {
  const t = deployment();
  const sam = await admin(t);
  const email = freshAddress();
  const ann = await customer(t, email);
  await sam.t.mutation(api.users.setBlocked, { userId: ann.userId, blocked: true });
  const visitor = await guest(t);
  const { challenge, code } = await askForCode(visitor.t, email);
  for (const fn of [api.auth.createSession, api.users.verifyEmail]) {
    expect(await outcomeOf(visitor.t.action(fn, { challenge, code }))).toBe("code_invalid");
  }
  expect(await outcomeOf(visitor.t.query(api.users.me, {}))).toBe("ok");
});

test("blocking is an event, done once, and not for admins", async () => {
  const t = deployment();
  const sam = await admin(t);
  const dana = await technician(t);
  const setBlocked = (userId: typeof sam.userId, blocked = true) =>
    sam.t.mutation(api.users.setBlocked, { userId, blocked });
  expect(await outcomeOf(setBlocked(sam.userId))).toBe("conflict");
  for (const blocked of [true, true, false, false]) await setBlocked(dana.userId, blocked);
  const refs = { actorId: sam.userId, subjectId: dana.userId };
  expect((await snapshot(t)).analytics).toMatchObject([
    { type: "blocked", ...refs },
    { type: "unblocked", ...refs },
  ]);
});
