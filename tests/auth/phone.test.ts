/** Codes by text: whose account a number opens, who gets one, and how many. */
import { describe, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { SHARE } from "../../convex/model/access/shares";
import { LIMITS, tryConsumeLimit } from "../../convex/model/access/limits";
import { numberBlockOf } from "../../convex/model/accounts/codes";
import { normalizeSmsNumber } from "../../convex/model/accounts/phones";
import { sizeOf } from "../../convex/model/outbox/segments";
import { MINUTE } from "../../convex/lib/time";
import {
  admin,
  control,
  guest,
  outcomeOf,
  refusal,
  signIn,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";
import { bearer, freshAddress } from "./signIn";
import { later, newPhone, person, sentTo, smsShop, text, threads } from "../sms/shop";

/** Everything that is scheduled for now, done. */
async function settle(t: Deployment): Promise<void> {
  vi.advanceTimersByTime(0);
  await t.finishInProgressScheduledFunctions();
}

/** Asks for a code by text, and reads it on the phone. */
async function askByText(t: Deployment, caller: Caller["t"], phone: string) {
  const asked = await caller.action(api.auth.requestCode, { phone });
  await settle(t);
  const last = (await sentTo(phone)).at(-1);
  return { ...asked, body: last?.body ?? "", code: /^\d{6}/.exec(last?.body ?? "")?.[0] ?? "" };
}

async function signedInByText(t: Deployment, caller: Caller["t"], phone: string): Promise<Caller> {
  const { challenge, code } = await askByText(t, caller, phone);
  return bearer(t, await caller.action(api.auth.createSession, { challenge, code }));
}

const me = (caller: Caller) => caller.t.query(api.users.me, {});
const ask = (t: Deployment, ip: string, phone: string) =>
  outcomeOf(t.withRequestMetadata({ ip }).action(api.auth.requestCode, { phone }));

describe("a code by text", () => {
  test("signs in; it goes out in one segment and is stored nowhere", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const logged = (["log", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    const { challenge, code, body } = await askByText(t, t, phone);
    expect(sizeOf(body)).toMatchObject({ segments: 1 });
    expect(JSON.stringify(await snapshot(t))).not.toContain(`"${code}"`);
    const scheduled = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
    const args = JSON.stringify(scheduled);
    expect(scheduled.length).toBeGreaterThan(0);
    for (const secret of [code, challenge, phone]) expect(args).not.toContain(secret);
    expect(JSON.stringify(logged.map(({ mock }) => mock.calls))).not.toContain(code);

    const ann = bearer(t, await t.action(api.auth.createSession, { challenge, code }));
    expect(await me(ann)).toMatchObject({ phone, phoneVerified: true, emailVerified: false });
    expect(await outcomeOf(t.action(api.auth.createSession, { challenge, code }))).toBe(
      "code_invalid",
    );
    const again = await signedInByText(t, t, phone);
    expect(again.userId).toBe(ann.userId);
  });

  test("makes an account of the guest who asked, in place, and works in that session only", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const gail = await guest(t);
    await gail.t.mutation(api.conversations.createConversation, {});
    const { challenge, code } = await askByText(t, gail.t, phone);
    const stolen = t.action(api.auth.createSession, { challenge, code });
    expect(await outcomeOf(stolen)).toBe("code_invalid");
    const tokens = await gail.t.action(api.users.verifyPhone, { challenge, code });
    const now = bearer(t, tokens);
    expect(now.userId).toBe(gail.userId);
    expect(await outcomeOf(me(gail))).toBe("session_expired");
    const { page } = await now.t.query(api.conversations.getUserConversations, {
      paginationOpts: { numItems: 10, cursor: null },
    });
    expect(page).toHaveLength(1);
  });

  test("opens what was texted from the number, and nothing that only names it", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const dana = await technician(t);
    const email = freshAddress();
    const counter = await dana.t.mutation(api.users.createUser, { email, name: "Ann", phone });
    await text(t, phone, "My laptop is dead");
    await later(t);
    const texts = await person(t, phone);
    const ann = await signedInByText(t, t, phone);
    expect(ann.userId).toBe(texts._id);
    expect(ann.userId).not.toBe(counter);
    const [thread] = await threads(t, phone);
    const args = { conversationId: thread!._id };
    expect(await ann.t.query(api.conversations.get, args)).toMatchObject({ channel: "sms" });
  });

  test("is refused to whoever is blocked, without a word about it", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const ann = await signedInByText(t, t, phone);
    const sam = await admin(t);
    await sam.t.mutation(api.users.setBlocked, { userId: ann.userId, blocked: true });
    const { challenge, code } = await askByText(t, t, phone);
    expect(code).toMatch(/^\d{6}$/);
    expect(await outcomeOf(t.action(api.auth.createSession, { challenge, code }))).toBe(
      "code_invalid",
    );
  });

  test("is not texted to a number that has opted out; the answer is the same", async () => {
    const t = await smsShop();
    const phone = newPhone();
    await text(t, phone, "STOP");
    await later(t);
    const before = (await sentTo(phone)).length;
    const asked = await t.action(api.auth.requestCode, { phone });
    await settle(t);
    expect(Object.keys(asked).sort()).toEqual(["challenge", "expiresAt"]);
    expect(await sentTo(phone)).toHaveLength(before);
  });

  test("that the provider refuses is a line in the log, without the number", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await control("/sms", { to: phone, status: "failed", refuse: 21614 });
    await t.action(api.auth.requestCode, { phone });
    await settle(t);
    const lines = JSON.stringify(warned.mock.calls);
    expect(lines).toContain("21614");
    expect(lines).not.toContain(phone.slice(2));
  });
});

describe("an account's number", () => {
  /** Ann, signed in by e-mail just now. */
  async function ann(t: Deployment): Promise<Caller> {
    return await signIn(t, { email: freshAddress(), emailVerifiedAt: 1 });
  }
  const prove = async (t: Deployment, caller: Caller, phone: string) => {
    const { challenge, code } = await askByText(t, caller.t, phone);
    return await outcomeOf(caller.t.action(api.users.verifyPhone, { challenge, code }));
  };

  test("takes over what was texted from it, keeps its consent, and the e-mail address is told", async () => {
    const t = await smsShop();
    const phone = newPhone();
    await text(t, phone, "START");
    await text(t, phone, "My laptop is dead");
    await later(t);
    const [thread] = await threads(t, phone);
    const caller = await ann(t);
    const email = (await me(caller)).email!;
    expect(await prove(t, caller, phone)).toBe("ok");
    await settle(t);
    const user = await person(t, phone);
    expect(user).toMatchObject({ _id: caller.userId, phone, smsConsent: "granted" });
    expect(user.phoneVerifiedAt).toBeGreaterThan(0);
    expect((await threads(t, phone)).map(({ _id }) => _id)).toEqual([thread!._id]);
    const to = encodeURIComponent(email);
    const { emails } = (await control(`/emails?to=${to}`)) as { emails: { subject: string }[] };
    expect(emails.map(({ subject }) => subject).join()).toMatch(/phone number was added/);
    // Both ways in lead to the same account.
    expect((await signedInByText(t, t, phone)).userId).toBe(caller.userId);
  });

  test("is nobody else's: one that another account has confirmed is refused", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const first = await signedInByText(t, t, phone);
    expect(await prove(t, await ann(t), phone)).toBe("code_invalid");
    expect((await person(t, phone))._id).toBe(first.userId);
  });

  test("needs a fresh sign-in; the code has not been used up", async () => {
    const t = await smsShop();
    const caller = await ann(t);
    vi.setSystemTime(Date.now() + 11 * MINUTE);
    const { challenge, code } = await askByText(t, caller.t, newPhone());
    const late = caller.t.action(api.users.verifyPhone, { challenge, code });
    expect(await refusal(late)).toMatchObject({ code: "forbidden" });
  });

  test("that replaces another ends all sessions, and the old number opens nothing", async () => {
    const t = await smsShop();
    const [old, fresh] = [newPhone(), newPhone()];
    const caller = await signedInByText(t, t, old);
    const elsewhere = await signedInByText(t, t, old);
    expect(await prove(t, caller, fresh)).toBe("ok");
    expect(await outcomeOf(me(elsewhere))).toBe("session_expired");
    expect((await signedInByText(t, t, old)).userId).not.toBe(caller.userId);
  });

  test("can be taken off again, but not when it is the only way in; an opt-out stays with the number", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const only = await signedInByText(t, t, phone);
    expect(await outcomeOf(only.t.mutation(api.users.removePhone, {}))).toBe("conflict");

    const other = newPhone();
    const caller = await ann(t);
    const { challenge, code } = await askByText(t, caller.t, other);
    const tokens = await caller.t.action(api.users.verifyPhone, { challenge, code });
    const now = bearer(t, tokens);
    await text(t, other, "STOP");
    await now.t.mutation(api.users.removePhone, {});
    expect(await me(now)).toMatchObject({ phoneVerified: false, smsConsent: "unknown" });
    expect((await me(now)).phone).toBeUndefined();
    const before = (await sentTo(other)).length;
    await t.action(api.auth.requestCode, { phone: other });
    await settle(t);
    expect(await sentTo(other)).toHaveLength(before);
  });

  test("of a technician takes no customer's conversations over", async () => {
    const t = await smsShop();
    const phone = newPhone();
    await text(t, phone, "My laptop is dead");
    await later(t);
    const [thread] = await threads(t, phone);
    const dana = await technician(t);
    expect(await prove(t, dana, phone)).toBe("ok");
    expect((await person(t, phone))._id).toBe(dana.userId);
    const row = await t.run((ctx) => ctx.db.get("conversations", thread!._id));
    expect(row!.userId).toBe(thread!.userId);
  });
});

describe("numbers", () => {
  test.each([
    ["(614) 555-0142", "+16145550142"],
    ["614.555.0142", "+16145550142"],
    [" +1 416 555 0142 ", "+14165550142"],
  ])("%s is %s", (raw, e164) => {
    expect(normalizeSmsNumber(raw)).toBe(e164);
  });

  test.each([
    ["a country that isn't texted to", "+44 7911 123456"],
    ["the Caribbean, at ten times the price", "+1 876 555 0142"],
    ["a premium number", "+1 900 555 0142"],
    ["a toll-free number", "+1 800 555 0142"],
    ["an extension", "614 555 0142 ext. 5"],
    ["too short", "555-0142"],
    ["words", "call me"],
    ["nothing", ""],
    ["a novel", "6".repeat(10_000)],
  ])("%s is refused", (_what, raw) => {
    expect(() => normalizeSmsNumber(raw)).toThrow(/number|country/);
  });

  test("the shop says which countries", () => {
    vi.stubEnv("SMS_COUNTRIES", "gb");
    expect(normalizeSmsNumber("07400 123456")).toBe("+447400123456");
    expect(() => normalizeSmsNumber("+1 614 555 0142")).toThrow(/country/);
    vi.stubEnv("SMS_COUNTRIES", "Britain");
    expect(() => normalizeSmsNumber("07400 123456")).toThrow(/SMS_COUNTRIES/);
  });

  test("one address is asked for, not two and not none", async () => {
    const t = await smsShop();
    for (const args of [{}, { email: "a@b.example", phone: "+16145550142" }]) {
      expect(await outcomeOf(t.action(api.auth.requestCode, args))).toBe("invalid_input");
    }
  });

  test("without Twilio the refusal says how to set it up", async () => {
    const t = await smsShop({ TWILIO_AUTH_TOKEN: "" });
    const asked = t.action(api.auth.requestCode, { phone: newPhone() });
    expect(await refusal(asked)).toMatchObject({ code: "not_configured" });
  });
});

describe("pumping", () => {
  test("one IP gets so many codes by text, whatever the numbers", async () => {
    const t = await smsShop();
    const { capacity } = LIMITS.textCode.ip;
    const all = [];
    for (let i = 0; i <= capacity; i++) all.push(await ask(t, "192.0.2.1", newPhone()));
    expect(all.filter((one) => one === "ok")).toHaveLength(capacity);
    expect(all.at(-1)).toBe("rate_limited");
  });

  test("of 100 at once from everywhere, a number gets as many as its limit", async () => {
    const t = await smsShop();
    const phone = newPhone();
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) => ask(t, `198.51.100.${i}`, phone)),
    );
    const { capacity } = LIMITS.textCodesToNumber.address;
    expect(all.filter((one) => one === "ok")).toHaveLength(capacity);
    await settle(t);
    expect(await sentTo(phone)).toHaveLength(capacity);
  });

  test("of 100 at once to one block of numbers, as many as the block's", async () => {
    const t = await smsShop();
    const block = numberBlockOf(newPhone());
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        ask(t, `198.51.100.${i}`, `${block}${String(1_000 + i)}`),
      ),
    );
    expect(all.filter((one) => one === "ok")).toHaveLength(
      LIMITS.textCodesToBlock.address.capacity,
    );
  });

  test("the deployment sends so many an hour", async () => {
    const t = await smsShop();
    const { capacity } = LIMITS.textCodesOfTheHour.deployment;
    const storm = Array.from({ length: capacity + 20 }, (_, i) =>
      t.withRequestMetadata({ ip: `198.51.${i >> 6}.${i}` }).mutation(internal.auth.storeCode, {
        address: `+1614${2_000_000 + i * 10_007}`,
        challenge: `challenge-${i}`,
      }),
    );
    const stored = (await Promise.all(storm)).filter(({ kind }) => kind === "stored").length;
    // What is held back for sessions and for staff stays, and each part is whole tokens.
    expect(stored).toBeLessThanOrEqual(capacity * (1 - 2 * SHARE));
    expect(stored).toBeGreaterThan(capacity * (1 - 3 * SHARE));
  });

  test("and so many a day, however they are spread over it", async () => {
    const t = await smsShop();
    const { capacity } = LIMITS.textCodesOfTheDay.deployment;
    const take = () =>
      t.mutation(async (ctx) => {
        let taken = 0;
        for (let i = 0; i < 50; i++) {
          if ((await tryConsumeLimit(ctx, "textCodesOfTheDay", { ip: `10.0.0.${i}` })) === null)
            taken++;
        }
        return taken;
      });
    let sent = 0;
    // Half a day: half of it has come back by then.
    for (let i = 0; i < 24; i++) {
      sent += await take();
      vi.setSystemTime(Date.now() + 30 * MINUTE);
    }
    expect(sent).toBeGreaterThan(capacity);
    expect(sent).toBeLessThanOrEqual(capacity * 1.5 + 1);
  });

  const KINDS = ["unknown", "known", "texter", "counter", "blocked", "opted out"] as const;
  test("asking reads and writes the same, whatever the number", async () => {
    const t = await smsShop();
    // Each of a block of its own: the second number of one finds the block's bucket.
    const inBlock = (i: number) => `+1312${400 + i}${newPhone().slice(-4)}`;
    const numbers = Object.fromEntries(KINDS.map((kind, i) => [kind, inBlock(i)]));
    const sam = await admin(t);
    await signedInByText(t, t, numbers.known!);
    await text(t, numbers.texter!, "Hello");
    const counter = { email: freshAddress(), phone: numbers.counter!, name: "Ann" };
    await sam.t.mutation(api.users.createUser, counter);
    const blocked = await signedInByText(t, t, numbers.blocked!);
    await sam.t.mutation(api.users.setBlocked, { userId: blocked.userId, blocked: true });
    await text(t, numbers["opted out"]!, "STOP");
    await later(t);
    // A day later the numbers have no buckets any more. The asker's IP has, and so have the parts that it takes from.
    vi.setSystemTime(Date.now() + 25 * 60 * MINUTE);
    await t.mutation(internal.workflows.cleanUp, {});
    const asker = t.withRequestMetadata({ ip: "192.0.2.10" });
    const first = { address: inBlock(KINDS.length), challenge: "first" };
    await asker.mutation(internal.auth.storeCode, first);
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    const work = [];
    for (const [i, kind] of KINDS.entries()) {
      const args = { address: numbers[kind]!, challenge: `challenge-${i}` };
      work.push(
        await asker.mutation(async (ctx) => {
          await ctx.runMutation(internal.auth.storeCode, args);
          return await ctx.meta.getTransactionMetrics();
        }),
      );
    }
    expect(new Set(work.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});
