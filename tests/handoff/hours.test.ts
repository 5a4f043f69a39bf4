/** Out of hours: the customer is told what is so, and the morning's first technician finds them on top. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import {
  clockedDeployment,
  customer,
  guest,
  messages,
  row,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const hours = {
  timeZone: "America/New_York",
  weekly: {
    mon: [["09:00", "18:00"]],
    tue: [["09:00", "18:00"]],
    wed: [["09:00", "18:00"]],
    thu: [["09:00", "18:00"]],
    fri: [["09:00", "18:00"]],
    sat: [["10:00", "14:00"]],
    sun: [],
  },
  holidays: [{ date: "2026-12-25", name: "Christmas Day" }],
};

async function shopAt(now: string): Promise<Deployment> {
  const t = clockedDeployment();
  vi.setSystemTime(Date.parse(now));
  await t.run((ctx) => ctx.db.insert("knowledge", { kind: "hours", hours, updatedAt: Date.now() }));
  return t;
}
const ask = async (who: Caller) =>
  (
    await who.t.mutation(api.conversations.createConversation, {
      message: { text: "I need a technician" },
    })
  ).conversationId;

test.each([
  ["2026-12-02T23:00-05:00", "We open tomorrow at 9:00 AM", "2026-12-03T09:00-05:00"],
  ["2026-12-25T12:00-05:00", "Christmas Day", "2026-12-26T10:00-05:00"],
  ["2026-03-07T23:00-05:00", "Monday, March 9 at 9:00 AM", "2026-03-09T09:00-04:00"],
  ["2026-10-31T23:00-04:00", "Monday, November 2 at 9:00 AM", "2026-11-02T09:00-05:00"],
])("asked at %s: told so, and on top at the opening", async (night, says, opening) => {
  const t = await shopAt(night);
  const first = await ask(await guest(t));
  const said = (await messages(t, first)).at(-1)!.text;
  expect(said).toContain(says);
  vi.setSystemTime(Date.parse(opening) - 60_000);
  const second = await ask(await customer(t, "early@example.com"));
  vi.setSystemTime(Date.parse(opening));
  const dana = await technician(t);
  await dana.t.mutation(api.users.setAvailability, { available: true, capacity: 1 });
  expect((await row(t, first)).owner).toMatchObject({ kind: "human", userId: dana.userId });
  const waiting = await dana.t.query(api.conversations.queue, { view: "waiting" });
  expect(waiting.map(({ _id }) => _id)).toEqual([second]);
});

test("a shop whose technicians set no shifts finds them longest waiting first, to claim by hand", async () => {
  const t = await shopAt("2026-12-02T23:00-05:00");
  const first = await ask(await guest(t));
  vi.setSystemTime(Date.now() + 60_000);
  const second = await ask(await guest(t));
  vi.setSystemTime(Date.parse("2026-12-03T09:00-05:00"));
  const dana = await technician(t);
  const waiting = await dana.t.query(api.conversations.queue, { view: "waiting" });
  expect(waiting.map(({ _id }) => _id)).toEqual([first, second]);
  await dana.t.mutation(api.conversations.claim, { conversationId: first });
  expect((await row(t, second)).owner.kind).toBe("queue");
});
