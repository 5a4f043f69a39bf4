/** Staff as an admin keeps them: invited by mail, on leave, signed out everywhere. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc } from "../../convex/_generated/dataModel";
import { DAY, MINUTE } from "../../convex/lib/time";
import {
  admin,
  clockedDeployment,
  control,
  customer,
  deployment,
  outcomeOf,
  row,
  runUntil,
  snapshot,
  technician,
  type Deployment,
} from "../setup";
import { askForCode, bearer, freshAddress } from "./signIn";

type Event = Extract<Doc<"analytics">, { kind: "event" }>;
const events = async (t: Deployment) => (await snapshot(t)).analytics as Event[];
const mailsTo = async (email: string) =>
  ((await control(`/emails?to=${encodeURIComponent(email)}`)) as { emails: { text: string }[] })
    .emails;

async function signIn(t: Deployment, email: string) {
  const { challenge, code } = await askForCode(t, email);
  return bearer(t, await t.action(api.auth.createSession, { challenge, code }));
}

test("who is invited is mailed where to sign in, and is staff with their first code", async () => {
  const t = clockedDeployment({ ALLOWED_ORIGINS: "https://shop.example" });
  const sam = await admin(t);
  const email = freshAddress();
  const args = { email: ` ${email.toUpperCase()} `, name: "Kim", role: "technician" as const };
  const userId = await sam.t.mutation(api.staff.invite, args);
  await runUntil(t, Date.now() + MINUTE);
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(1);
  expect(mails[0]!.text).toContain("https://shop.example/desk");
  const listed = await sam.t.query(api.staff.list, {});
  const kim = { name: "Kim", role: "technician", email, emailVerified: false, capacity: 5 };
  expect(listed).toMatchObject([{ role: "admin" }, kim]);
  const signedIn = await signIn(t, email);
  expect(signedIn.userId).toBe(userId);
  expect(await outcomeOf(signedIn.t.query(api.conversations.queue, { view: "all" }))).toBe("ok");
  expect((await events(t)).filter(({ type }) => type === "staff_invited")).toMatchObject([
    { actorId: sam.userId, subjectId: userId, data: { reason: "technician" } },
  ]);
});

test("a customer who is invited becomes staff; an admin stays one, and who is blocked stays out", async () => {
  const t = deployment();
  const sam = await admin(t);
  const ann = await customer(t);
  const dana = await technician(t);
  const invite = (email: string, role: "technician" | "admin" = "technician") =>
    sam.t.mutation(api.staff.invite, { email, role });
  expect(await invite("ann@example.com")).toBe(ann.userId);
  expect(await ann.t.query(api.users.me, {})).toMatchObject({ role: "technician", name: "Ann" });
  expect(await outcomeOf(invite("owner@shop.example"))).toBe("conflict");
  expect(await outcomeOf(invite("no address"))).toBe("invalid_input");
  await sam.t.mutation(api.users.setBlocked, { userId: dana.userId, blocked: true });
  expect(await outcomeOf(invite("dana@shop.example", "admin"))).toBe("conflict");
  expect(await sam.t.query(api.users.me, {})).toMatchObject({ role: "admin" });
});

test("an admin decides what a colleague takes on, and the queue moves on by it", async () => {
  const t = clockedDeployment();
  const [sam, dana] = [await admin(t), await technician(t)];
  await dana.t.mutation(api.users.setAvailability, { available: true, capacity: 1 });
  const wait = async (email: string) => {
    const ann = await customer(t, email);
    const message = { text: "I want to talk to a human" };
    return await ann.t.mutation(api.conversations.createConversation, { message });
  };
  const [first, second] = [await wait("a@example.com"), await wait("b@example.com")];
  const owners = async () => [
    (await row(t, first.conversationId)).owner.kind,
    (await row(t, second.conversationId)).owner.kind,
  ];
  expect(await owners()).toEqual(["human", "queue"]);
  const setWork = (capacity: number, userId = dana.userId) =>
    sam.t.mutation(api.staff.setWork, { userId, skills: ["hardware"], capacity });
  expect(await outcomeOf(setWork(0))).toBe("invalid_input");
  expect(await outcomeOf(setWork(21))).toBe("invalid_input");
  expect(await outcomeOf(setWork(3, (await customer(t, "c@example.com")).userId))).toBe(
    "not_found",
  );
  await setWork(2);
  expect(await owners()).toEqual(["human", "human"]);
  expect(await sam.t.query(api.users.onDuty, {})).toMatchObject([
    { skills: ["hardware"], capacity: 2 },
  ]);
});

test("on leave somebody has nothing and is not alerted, until they begin a shift", async () => {
  const t = clockedDeployment();
  vi.setSystemTime(Date.parse("2026-11-24T15:00:00Z"));
  const [sam, dana] = [await admin(t), await technician(t)];
  const emails = { dana: freshAddress(), sam: freshAddress() };
  await t.run(async (ctx) => {
    await ctx.db.patch("users", dana.userId, { email: emails.dana, emailVerifiedAt: 1 });
    await ctx.db.patch("users", sam.userId, { email: emails.sam, emailVerifiedAt: 1 });
  });
  await dana.t.mutation(api.users.setAvailability, { available: true });
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "I want to talk to a human" },
  });
  expect((await row(t, conversationId)).owner.kind).toBe("human");
  const setAway = (until: number | null) =>
    sam.t.mutation(api.staff.setAway, { userId: dana.userId, until });
  expect(await outcomeOf(setAway(Date.now() - 1))).toBe("invalid_input");
  expect(await outcomeOf(setAway(Date.now() + 400 * DAY))).toBe("invalid_input");
  const until = Date.now() + 7 * DAY;
  await setAway(until);
  expect(await sam.t.query(api.users.onDuty, {})).toEqual([]);
  expect((await row(t, conversationId)).owner.kind).toBe("queue");
  const away = async () =>
    (await sam.t.query(api.staff.list, {})).find(({ _id }) => _id === dana.userId)!.awayUntil;
  expect(await away()).toBe(until);
  // Whoever is there is alerted, and only they.
  const eve = await customer(t, "eve@example.com");
  await eve.t.mutation(api.conversations.createConversation, {
    message: { text: "My laptop battery is swollen and smoking" },
  });
  await runUntil(t, Date.now() + 2 * MINUTE);
  expect([(await mailsTo(emails.sam)).length > 0, await mailsTo(emails.dana)]).toEqual([true, []]);
  await dana.t.mutation(api.users.setAvailability, { available: true });
  expect(await away()).toBeUndefined();
  expect((await row(t, conversationId)).owner.kind).toBe("human");
});

test("signing a colleague out ends every session and the shift; one's own session stays", async () => {
  const t = deployment();
  const sam = await admin(t);
  const email = freshAddress();
  await sam.t.mutation(api.staff.invite, { email, role: "technician" });
  const [phone, laptop] = [await signIn(t, email), await signIn(t, email)];
  await laptop.t.mutation(api.users.setAvailability, { available: true });
  const ended = await sam.t.mutation(api.staff.endSessions, { userId: phone.userId });
  expect(ended).toEqual({ ended: 2 });
  for (const device of [phone, laptop]) {
    expect(await outcomeOf(device.t.query(api.users.me, {}))).toBe("session_expired");
  }
  expect(await sam.t.query(api.users.onDuty, {})).toEqual([]);
  await sam.t.mutation(api.staff.endSessions, { userId: sam.userId });
  expect(await outcomeOf(sam.t.query(api.users.me, {}))).toBe("ok");
  const acts = (await events(t)).filter(({ type }) => /sign|session/.test(type));
  // By the admin, and not as if the colleague had done it.
  expect(acts.filter(({ type }) => type === "session_revoked")).toEqual([]);
  expect(acts.filter(({ type }) => type === "staff_signed_out")).toMatchObject([
    { actorId: sam.userId, subjectId: phone.userId },
    { actorId: sam.userId, subjectId: sam.userId },
  ]);
});
