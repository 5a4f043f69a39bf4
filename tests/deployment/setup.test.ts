/** What the set-up asks of a deployment, and that its check removes nobody but the guest it made. */
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { admin, customer, deployment, guest, outcomeOf, signIn, technician } from "../setup";

test("it knows the admins, the agents, and where clients connect", async () => {
  const t = deployment({ CONVEX_CLOUD_URL: "http://127.0.0.1:3210" });
  await technician(t);
  await customer(t);
  const urls = { url: "http://127.0.0.1:3210", siteUrl: "http://127.0.0.1:3211" };
  expect(await t.query(internal.setup.state, {})).toEqual({ ...urls, admins: [], hasAgent: false });
  await admin(t);
  expect(await t.mutation(internal.seed.agents, {})).toBe(3);
  expect(await t.mutation(internal.seed.agents, {})).toBe(0);
  const { admins, hasAgent } = await t.query(internal.setup.state, {});
  expect(admins).toEqual(["owner@shop.example"]);
  expect(hasAgent).toBe(true);
});

test("a guest who left no trace is removed, and their session ends", async () => {
  const t = deployment();
  const visitor = await guest(t);
  expect(await t.mutation(internal.setup.removeGuest, { userId: visitor.userId })).toBe(true);
  expect(await t.run((ctx) => ctx.db.get("users", visitor.userId))).toBeNull();
  expect(await outcomeOf(visitor.t.query(api.users.me, {}))).toBe("session_expired");
  expect(await t.mutation(internal.setup.removeGuest, { userId: visitor.userId })).toBe(false);
});

test("nobody with an address, a name, a role or a conversation is removed", async () => {
  const t = deployment();
  const talking = await guest(t);
  await talking.t.mutation(api.conversations.createConversation, {});
  const others = [
    talking,
    await signIn(t, { name: "Ann" }),
    await signIn(t, { email: "ann@example.com" }),
    await signIn(t, { phone: "+16145550142" }),
    await customer(t, "bob@example.com"),
    await technician(t),
    await admin(t),
  ];
  for (const { userId, t: theirs } of others) {
    expect(await t.mutation(internal.setup.removeGuest, { userId })).toBe(false);
    expect(await outcomeOf(theirs.query(api.users.me, {}))).toBe("ok");
  }
});
