/** Alerts by text: to technicians who asked for them, for what can't wait, and never a nuisance. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { MINUTE } from "../../convex/lib/time";
import {
  control,
  customer,
  outcomeOf,
  runUntil,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { later, newPhone, sentTo, smsShop, text } from "../sms/shop";

/** A Tuesday, 10 in the morning in the shop of the seed. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");

/** Dana with a confirmed number; by text unless told otherwise. */
async function shop({ byText = true, email = true } = {}) {
  const t = await smsShop({}, TUESDAY);
  const phone = newPhone();
  const dana = await technician(t);
  await t.run((ctx) =>
    ctx.db.patch("users", dana.userId, {
      phone,
      phoneVerifiedAt: 1,
      textsFrom: phone,
      ...(!email && { email: undefined, emailVerifiedAt: undefined }),
    }),
  );
  if (byText) await dana.t.mutation(api.users.updateUser, { alertsByText: true });
  return { t, phone, dana };
}

const after = (t: Deployment, ms: number) => runUntil(t, TUESDAY + ms);
const bodies = async (phone: string) => (await sentTo(phone)).map(({ body }) => body);

async function queued(t: Deployment, ann: Caller, said?: string): Promise<Id<"conversations">> {
  const args = said === undefined ? {} : { message: { text: said } };
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, args);
  if (said === undefined) {
    await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  }
  return conversationId;
}

test("what is urgent is texted at once, in one segment, without a word of the customer's", async () => {
  const { t, phone } = await shop();
  await queued(t, await customer(t), "My laptop battery is swollen and smoking");
  await after(t, MINUTE);
  const texts = await bodies(phone);
  expect(texts).toEqual([
    expect.stringMatching(/1 conversation waits for a technician, 1 of them urgent/),
  ]);
  expect(texts[0]!.length).toBeLessThanOrEqual(160);
  expect(texts[0]).not.toMatch(/battery|Ann/);
});

test("what can wait is texted when nobody has claimed it in time, and every ten minutes at most", async () => {
  const { t, phone } = await shop();
  await queued(t, await customer(t));
  await after(t, 4 * MINUTE);
  expect(await bodies(phone)).toEqual([]);
  await after(t, 7 * MINUTE);
  expect(await bodies(phone)).toHaveLength(1);
  for (let i = 0; i < 6; i++) await queued(t, await customer(t, `c${i}@example.com`));
  await after(t, 14 * MINUTE);
  expect(await bodies(phone)).toHaveLength(1);
});

test("nobody is texted who has not asked for it, or has said STOP", async () => {
  const quiet = await shop({ byText: false });
  await queued(quiet.t, await customer(quiet.t), "My laptop battery is swollen and smoking");
  await after(quiet.t, MINUTE);
  expect(await bodies(quiet.phone)).toEqual([]);

  const { t, phone } = await shop();
  await text(t, phone, "STOP");
  await later(t);
  const before = (await bodies(phone)).length;
  await queued(t, await customer(t), "My laptop battery is swollen and smoking");
  await after(t, 2 * MINUTE);
  expect(await bodies(phone)).toHaveLength(before);
});

test("a technician without an e-mail address is reached by text alone", async () => {
  const { t, phone } = await shop({ email: false });
  await queued(t, await customer(t), "My laptop battery is swollen and smoking");
  await after(t, MINUTE);
  expect(await bodies(phone)).toHaveLength(1);
  const alerts = await t.run((ctx) =>
    ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "alert"))
      .collect(),
  );
  expect(alerts[0]).toMatchObject({ state: "done", step: "0 e-mailed, 1 texted only" });
});

test("alerts by text are for staff with a confirmed number who have not opted out", async () => {
  const { t, phone, dana } = await shop({ byText: false });
  const on = (caller: Caller) =>
    outcomeOf(caller.t.mutation(api.users.updateUser, { alertsByText: true }));
  expect(await on(await customer(t))).toBe("forbidden");
  expect(await on(await technician(t, "Sam"))).toBe("conflict");
  expect(await on(dana)).toBe("ok");
  await dana.t.mutation(api.users.updateUser, { alertsByText: false });
  await text(t, phone, "STOP");
  expect(await on(dana)).toBe("conflict");
});

test("an alert that the carrier refuses is the last one, and the log doesn't say whose", async () => {
  const { t, phone, dana } = await shop();
  const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  await control("/sms", { to: phone, status: "failed", refuse: 21610 });
  await queued(t, await customer(t), "My laptop battery is swollen and smoking");
  await after(t, MINUTE);
  expect(await dana.t.query(api.users.me, {})).toMatchObject({ smsConsent: "revoked" });
  const lines = JSON.stringify(warned.mock.calls);
  expect(lines).toContain("21610");
  expect(lines).not.toContain(phone.slice(2));
});
