/** Texts that the webhook never brought: read from the provider's list, once, as if it had. */
import { beforeAll, expect, test, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { guardWrites, poisoned } from "../poison";
import { clockedDeployment, control, hush, technician, type Deployment } from "../setup";
import { later, newPhone, sentTo, SHOP_NUMBER, smsShop, stored, threads, webhook } from "./shop";

const POISON = "poisonous words";
beforeAll(guardWrites);

const PICTURE = { contentType: "image/png", data: Buffer.from("\x89PNG").toString("base64") };

/** A text that only Twilio knows of: its stand-in has no webhook here. */
async function missed(from: string, body: string, more: object = {}): Promise<string> {
  const { message } = (await control("/sms/inbound", {
    from,
    to: SHOP_NUMBER,
    body,
    ...more,
  })) as { message: { sid: string } };
  return message.sid;
}

/** What the cron does, after a time in which the webhook could have come. */
async function catchUp(t: Deployment, after = 6 * MINUTE): Promise<void> {
  vi.setSystemTime(Date.now() + after);
  await t.mutation(internal.sms.catchUp, {});
  vi.advanceTimersByTime(0);
  await t.finishInProgressScheduledFunctions();
  await later(t);
}

type Asked = { requests: { method: string; path: string }[] };
/** How often the provider was asked for its list of texts. */
async function lists(): Promise<Asked["requests"]> {
  const { requests } = (await control("/requests")) as Asked;
  return requests.filter(({ method, path }) => method === "GET" && /Messages\.json$/.test(path));
}

/** A shop that has read the list before: what came earlier is none of its business. */
async function shop(): Promise<Deployment> {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const t = await smsShop({}, Date.now());
  await technician(t);
  await t.mutation(internal.sms.catchUp, {});
  return t;
}

const mark = async (t: Deployment) =>
  await t.run(
    async (ctx) =>
      (
        await ctx.db
          .query("workflows")
          .withIndex("by_kind_and_state", (q) => q.eq("kind", "catch_up"))
          .unique()
      )?.progressAt ?? null,
  );

test("a text that the webhook never brought is stored, answered and warned of, once", async () => {
  const t = await shop();
  const phone = newPhone();
  const sid = await missed(phone, "How much is a laptop screen?");
  await catchUp(t);
  expect(await stored(t, sid)).toMatchObject({ text: "How much is a laptop screen?" });
  expect(await sentTo(phone)).toHaveLength(1);
  expect(console.warn).toHaveBeenCalled();
  expect(vi.mocked(console.warn).mock.calls.join()).not.toContain(phone);
  // Read again, and brought by the webhook after all.
  await catchUp(t);
  const params = { MessageSid: sid, From: phone, To: SHOP_NUMBER, Body: "How much?" };
  expect((await webhook(t, "/twilio/sms", params)).status).toBe(200);
  await later(t);
  const [thread, ...others] = await threads(t, phone);
  expect(others).toEqual([]);
  expect(thread!.turn).toBe(1);
  expect(await sentTo(phone)).toHaveLength(1);
});

test("what the webhook has brought is not taken in again", async () => {
  const t = await shop();
  const phone = newPhone();
  const sid = await missed(phone, "Are you open?");
  const params = { MessageSid: sid, From: phone, To: SHOP_NUMBER, Body: "Are you open?" };
  await webhook(t, "/twilio/sms", params);
  await later(t);
  const [before] = await threads(t, phone);
  await catchUp(t);
  expect(await threads(t, phone)).toEqual([before]);
});

test("STOP counts however late it is read, and several texts keep their order", async () => {
  const t = await shop();
  const phone = newPhone();
  await missed(phone, "One");
  const sid = await missed(phone, "Two", { media: [PICTURE] });
  await missed(phone, "STOP");
  await catchUp(t);
  const [thread] = await threads(t, phone);
  const rows = await t.run((ctx) =>
    ctx.db
      .query("messages")
      .withIndex("by_conversation_and_visibility", (q) => q.eq("conversationId", thread!._id))
      .collect(),
  );
  const theirs = rows.filter(({ author }) => author.kind === "customer");
  expect(theirs.map(({ text }) => text)).toEqual(["One", "Two", "STOP"]);
  const { requests } = (await control("/requests")) as { requests: { path: string }[] };
  const picture = new RegExp(`/Messages/${sid}/Media/ME[0-9a-f]{32}$`);
  expect(requests.filter(({ path }) => picture.test(path))).toHaveLength(1);
  const user = await t.run((ctx) => ctx.db.get("users", thread!.userId));
  expect(user!.smsConsent).toBe("revoked");
});

test("what came before the first look is not read: it was not to this deployment", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const early = await missed(newPhone(), "Before");
  const t = await smsShop({}, Date.now() + HOUR);
  await technician(t);
  await t.mutation(internal.sms.catchUp, {});
  await catchUp(t);
  expect(await stored(t, early)).toBeNull();
});

test("what came only just is left to the webhook for now", async () => {
  const young = await shop();
  const phone = newPhone();
  const sid = await missed(phone, "Just now");
  await catchUp(young, 2 * MINUTE);
  expect(await stored(young, sid)).toBeNull();
  await catchUp(young, 4 * MINUTE);
  expect(await stored(young, sid)).not.toBeNull();
});

test("what came longer ago than a day is not answered any more", async () => {
  const down = await shop();
  const late = await missed(newPhone(), "Two days ago");
  await catchUp(down, 2 * DAY);
  expect(await stored(down, late)).toBeNull();
  expect(await mark(down)).toBeGreaterThan(Date.now() - 6 * MINUTE);
});

test("after hours without the deployment all stretches are read in one run", async () => {
  const t = await shop();
  const sid = await missed(newPhone(), "Hello?");
  await catchUp(t, 5 * HOUR);
  expect(await stored(t, sid)).not.toBeNull();
  expect(await mark(t)).toBeGreaterThan(Date.now() - 6 * MINUTE);
  poisoned.clear();
});

test("time that passes while a run reads is left to the next run", async () => {
  const t = await shop();
  const before = (await lists()).length;
  vi.setSystemTime(Date.now() + 90 * MINUTE);
  const started = Date.now();
  // Whoever looks at the clock finds it a little further on; a run that goes by it would read these, one by one.
  const now = Date.now.bind(Date);
  let looks = 0;
  const moving = vi.spyOn(Date, "now").mockImplementation(() => {
    if (looks++ < 500) vi.setSystemTime(now() + 1);
    return now();
  });
  await catchUp(t, 0);
  moving.mockRestore();
  expect(Date.now()).toBeGreaterThan(started);
  expect((await lists()).slice(before)).toHaveLength(2);
  expect(await mark(t)).toBeLessThan(started - 5 * MINUTE + 100);
});

test("when the provider can't be asked nothing is skipped", async () => {
  const t = await shop();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const sid = await missed(newPhone(), "Hello?");
  const before = await mark(t);
  await control("/faults", { provider: "twilio", kind: "status", status: 500 });
  await catchUp(t);
  expect(console.error).toHaveBeenCalled();
  expect(await mark(t)).toBe(before);
  await catchUp(t);
  expect(await stored(t, sid)).not.toBeNull();
});

test("a deployment without anybody stays empty: a snapshot can be imported into it", async () => {
  const t = clockedDeployment();
  await t.mutation(internal.sms.catchUp, {});
  expect(await mark(t)).toBeNull();
});

test("without Twilio nothing is read and nothing is noted", async () => {
  const t = await smsShop({ TWILIO_AUTH_TOKEN: "" }, Date.now());
  await catchUp(t);
  expect(await mark(t)).toBeNull();
});

test("a text that can't be taken in is listed without its words, and those behind it come in", async () => {
  const t = await shop();
  const logged = hush();
  const [phone, other] = [newPhone(), newPhone()];
  poisoned.set(POISON, "");
  const poison = await missed(phone, `The first ${POISON}`);
  const good = await missed(other, "The second");
  await catchUp(t);
  expect(await stored(t, good)).toMatchObject({ text: "The second" });
  expect(await stored(t, poison)).toBeNull();
  const aside = await t.run((ctx) =>
    ctx.db
      .query("workflows")
      .withIndex("by_kind_and_state", (q) => q.eq("kind", "set_aside"))
      .collect(),
  );
  expect(aside).toMatchObject([{ about: `text:${poison}`, state: "failed" }]);
  expect(JSON.stringify([aside, logged])).not.toContain(POISON);
  // The stretch has been read: the next run takes up what came after it.
  expect(await mark(t)).toBeGreaterThan(Date.now() - 6 * MINUTE);
  poisoned.clear();
});
