/** The mail with the week: for who wants it, on Monday at seven of the shop's clock, once. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { seedOpeningHours } from "../../convex/model/hours/example";
import { nextMonday } from "../../convex/model/handoff/weeklyTimer";
import { HOUR, MINUTE } from "../../convex/lib/time";
import {
  addAgent,
  clockedDeployment,
  control,
  customer,
  runUntil,
  technician,
  type Deployment,
} from "../setup";

// A Wednesday in New York.
const WEDNESDAY = Date.parse("2026-10-28T15:00:00Z");
// The clocks went back on November 1: seven o'clock is noon in UTC, no longer eleven.
const MONDAY = Date.parse("2026-11-02T12:00:00Z");
const WEEK_ON = Date.parse("2026-11-09T12:00:00Z");

type Mail = { subject: string; text: string };
async function mailsTo(email: string): Promise<Mail[]> {
  const { emails } = (await control(`/emails?to=${email}`)) as { emails: Mail[] };
  return emails.filter(({ subject }) => subject.includes("the week of"));
}

/** Somebody of the shop whom no other test mails, who has asked for it on Wednesday. */
async function shop() {
  const t = clockedDeployment();
  vi.setSystemTime(WEDNESDAY);
  await addAgent(t);
  const name = `Dana${crypto.randomUUID().slice(0, 8)}`;
  const dana = await technician(t, name);
  await dana.t.mutation(api.weekly.set, { wanted: true });
  return { t, dana, email: `${name.toLowerCase()}@shop.example` };
}

async function rollUp(t: Deployment) {
  await t.mutation(internal.analytics.rollUp, {});
  await t.finishInProgressScheduledFunctions();
}

const rowOf = (t: Deployment) =>
  t.run(async (ctx) =>
    (await ctx.db.query("workflows").collect()).find((row) => row.kind === "weekly"),
  );

test("on Monday at seven of the shop's clock they are mailed the week in figures, and the next Monday the next", async () => {
  const { t, dana, email } = await shop();
  expect(await dana.t.query(api.weekly.get, {})).toEqual({ wanted: true, dueAt: MONDAY });
  const ann = await customer(t);
  for (let i = 0; i < 3; i++) await ann.t.mutation(api.conversations.createConversation, {});
  await runUntil(t, WEDNESDAY + HOUR);
  await rollUp(t);
  await runUntil(t, MONDAY - MINUTE);
  expect(await mailsTo(email)).toEqual([]);
  await runUntil(t, MONDAY + MINUTE);
  const [mail, ...more] = await mailsTo(email);
  expect(more).toEqual([]);
  expect(mail!.subject).toContain("the week of 2026-10-26");
  expect(mail!.text).toContain("Conversations: 3, the week before 0");
  expect(mail!.text).not.toMatch(/Ann/);
  expect(await dana.t.query(api.weekly.get, {})).toEqual({ wanted: true, dueAt: WEEK_ON });
  await runUntil(t, WEEK_ON + MINUTE);
  const mails = await mailsTo(email);
  expect(mails).toHaveLength(2);
  expect(mails.map(({ text }) => text).join()).toContain("Conversations: 0, the week before 3");
});

test("nobody is mailed who has not asked, has taken it back, or is staff no more", async () => {
  const { t, dana, email } = await shop();
  await dana.t.mutation(api.weekly.set, { wanted: false });
  expect(await dana.t.query(api.weekly.get, {})).toEqual({ wanted: false, dueAt: null });
  await runUntil(t, MONDAY + MINUTE);
  const demoted = await shop();
  await demoted.t.run((ctx) => ctx.db.patch("users", demoted.dana.userId, { role: "customer" }));
  await runUntil(demoted.t, MONDAY + MINUTE);
  expect([await mailsTo(email), await mailsTo(demoted.email)]).toEqual([[], []]);
  expect(await rowOf(demoted.t)).toMatchObject({ state: "cancelled" });
});

test("asking twice is one mail", async () => {
  const { t, dana, email } = await shop();
  await dana.t.mutation(api.weekly.set, { wanted: true });
  await runUntil(t, MONDAY + MINUTE);
  expect(await mailsTo(email)).toHaveLength(1);
});

test("one that was lost, as by a restored snapshot, goes within minutes, and one that went does not go again", async () => {
  const { t, email } = await shop();
  await t.run(async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").collect())
      await ctx.scheduler.cancel(job._id);
  });
  await runUntil(t, MONDAY + 11 * MINUTE);
  expect(await mailsTo(email)).toEqual([]);
  await t.mutation(internal.workflows.rearmTimers, {});
  await runUntil(t, MONDAY + 12 * MINUTE);
  expect(await mailsTo(email)).toHaveLength(1);
  // The provider had it, and what would have said so was lost.
  const row = (await rowOf(t))!;
  await t.run((ctx) =>
    ctx.db.patch("workflows", row._id, { dueAt: MONDAY, progressAt: undefined }),
  );
  await runUntil(t, MONDAY + 23 * MINUTE);
  await t.mutation(internal.workflows.rearmTimers, {});
  await runUntil(t, MONDAY + 24 * MINUTE);
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await rowOf(t)).toMatchObject({ state: "running", dueAt: WEEK_ON });
});

test("a provider that takes no mail is tried again until it takes it, once", async () => {
  const { t, email } = await shop();
  const row = (await rowOf(t))!;
  await t.run(async (ctx) => await ctx.scheduler.cancel(row.jobId!));
  vi.setSystemTime(MONDAY);
  const ref = { timerId: row._id, attempt: row.attempt };
  const { weekEnd } = (await t.mutation(internal.weekly.begin, ref))!;
  const failed = { tally: { failed: 1 }, fault: "500" };
  await t.mutation(internal.weekly.finish, { ref, weekEnd, ...failed });
  expect(await rowOf(t)).toMatchObject({ state: "failed", dueAt: MONDAY });
  await runUntil(t, MONDAY + 11 * MINUTE);
  await t.mutation(internal.workflows.rearmTimers, {});
  await runUntil(t, MONDAY + 12 * MINUTE);
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await rowOf(t)).toMatchObject({ state: "running", dueAt: WEEK_ON });
});

test("the first Monday, seven o'clock, is of the shop's zone, also where a clock change lies before it", () => {
  const hours = { ...seedOpeningHours, timeZone: "Australia/Lord_Howe" };
  // Eleven hours ahead from October 4 on, ten and a half before.
  expect(nextMonday(hours, Date.parse("2026-10-03T00:00:00Z"))).toBe(
    Date.parse("2026-10-04T20:00:00Z"),
  );
  expect(nextMonday(hours, Date.parse("2026-10-04T20:00:00Z"))).toBe(
    Date.parse("2026-10-11T20:00:00Z"),
  );
  expect(nextMonday(hours, Date.parse("2026-09-27T20:29:59Z"))).toBe(
    Date.parse("2026-09-27T20:30:00Z"),
  );
});
