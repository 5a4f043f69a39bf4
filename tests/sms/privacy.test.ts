/** Texts and whose they are: what is exported, what goes with an account, and what never reaches a log or a model. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import * as Export from "../../convex/model/privacy/export";
import * as Purge from "../../convex/model/privacy/purge";
import { DAY } from "../../convex/lib/time";
import type { Delivery } from "../../convex/validators";
import { forgetSchedule, traces } from "../privacy/person";
import { control, finishProcesses, passTime, snapshot, hush, type Deployment } from "../setup";
import {
  afterLease,
  claim,
  deliveryOf,
  later,
  newPhone,
  newSid,
  outbox,
  person,
  queued,
  report,
  sentTo,
  smsShop,
  text,
  threads,
} from "./shop";

let logged: string[] = [];
beforeEach(() => void (logged = hush()));
/** A number that has texted, and been answered. */
async function answered(env: Record<string, string> = {}) {
  const t = await smsShop(env);
  const phone = newPhone();
  await text(t, phone, "How much is a laptop screen?");
  await later(t);
  const [thread] = await threads(t, phone);
  return { t, phone, conversationId: thread!._id, userId: thread!.userId };
}

const bodies = async (phone: string) => (await sentTo(phone)).map(({ body }) => body);
const rows = async <T>(t: Deployment, table: string) => (await snapshot(t))[table] as T[];

describe("an account with texts in every state is deleted", () => {
  const at = Date.now();
  const common = { purpose: "answer" as const, attempt: 1, at };
  const claimed = (to: string) => ({ ...common, to, body: "In between", segments: 1 });
  const STATES = (to: string): Delivery[] => [
    { state: "queued", ...common },
    { state: "queued", ...common, notBefore: at + DAY, waitsFor: "opening" },
    { state: "sending", ...claimed(to) },
    { state: "unknown", ...claimed(to), lookUps: 0 },
    { state: "sent", ...common, segments: 1 },
    { state: "delivered", ...common, segments: 1 },
    { state: "undelivered", ...common, reason: "30003" },
    { state: "failed", ...common, reason: "21211" },
    { state: "cancelled", ...common, reason: "overtaken" },
    { state: "opted_out", ...common, reason: "21610" },
  ];

  async function leaving() {
    const { t, phone, conversationId, userId } = await answered();
    const ids: Id<"messages">[] = [];
    for (const delivery of STATES(phone)) {
      ids.push(await queued(t, conversationId, "In between", { delivery }));
    }
    const step = await outbox(t, conversationId);
    const before = await bodies(phone);
    const user = await person(t, phone);
    await t.run((ctx) => Purge.startPurge(ctx, user));
    return { t, phone, conversationId, userId, ids, step, before };
  }

  test("from that transaction on none of them goes, whatever its sender still does", async () => {
    const { t, phone, ids, step, before } = await leaving();
    // Its sender died: it holds up no other.
    await t.run((ctx) =>
      ctx.db.patch("messages", ids[2]!, {
        delivery: { state: "unknown", ...claimed(phone), lookUps: 0 },
      }),
    );
    const claims = await Promise.all(ids.map((id) => claim(t, id)));
    expect(claims.every((taken) => taken === null)).toBe(true);
    for (const id of ids.slice(0, 2)) {
      expect(await deliveryOf(t, id)).toMatchObject({ state: "cancelled", reason: "gone" });
    }
    afterLease();
    for (let i = 0; i < 20 && (await step()).kind !== "end"; i++);
    vi.setSystemTime(Date.now() + DAY);
    for (let i = 0; i < 20 && (await step()).kind !== "end"; i++);
    expect(await bodies(phone)).toEqual(before);
  });

  test("then nothing of them is left, their process ends, and late callbacks change nothing", async () => {
    const { t, phone, conversationId, userId, ids, before } = await leaving();
    await finishProcesses(t, "purge");
    await forgetSchedule(t);
    expect(await traces(t, [userId, conversationId, phone, "In between"])).toEqual([]);
    const processes = await rows<Doc<"workflows">>(t, "workflows");
    expect(processes.filter(({ kind }) => kind === "delivery")).toEqual([]);
    const settledNow = await snapshot(t);
    const callback = { MessageSid: newSid(), MessageStatus: "undelivered", ErrorCode: "30003" };
    for (const id of ids) await report(t, callback, `?message=${id}`);
    await t.mutation(internal.sms.settleSend, {
      text: { messageId: ids[2]!, attempt: 1 },
      outcome: { kind: "accepted", sid: newSid() },
    });
    expect(await snapshot(t)).toEqual(settledNow);
    expect(await bodies(phone)).toEqual(before);
  });
});

test("a code that was texted before opens nothing after the account is deleted", async () => {
  const { t, phone } = await answered();
  const user = await person(t, phone);
  await t.run((ctx) =>
    ctx.db.insert("sessions", {
      state: "pending",
      address: phone,
      challengeHash: "x",
      codeHash: "x",
      attempts: 0,
      expiresAt: Date.now() + DAY,
    }),
  );
  await t.run((ctx) => Purge.startPurge(ctx, user));
  expect(await rows(t, "sessions")).toEqual([]);
});

test("retention takes a number that only texted; one that was confirmed is an account, and stays", async () => {
  const { t, userId } = await answered();
  const confirmed = newPhone();
  await text(t, confirmed, "Are you open today?");
  await later(t);
  const kept = await person(t, confirmed);
  await t.run((ctx) => ctx.db.patch("users", kept._id, { phoneVerifiedAt: Date.now() }));
  vi.setSystemTime(Date.now() + 200 * DAY);
  await t.mutation(internal.privacy.startRetention, {});
  await passTime(20_000);
  const users = await rows<Doc<"users">>(t, "users");
  expect(users.map(({ _id }) => _id)).toContain(kept._id);
  expect(users.map(({ _id }) => _id)).not.toContain(userId);
});

test("the export has the number, its consent with every change of it, and how far each text is", async () => {
  const { t, phone, userId } = await answered();
  await text(t, phone, "STOP");
  await text(t, phone, "START");
  await later(t);
  await t.run((ctx) => ctx.db.patch("users", userId, { phoneVerifiedAt: 1_700_000_000_000 }));
  await t.run((ctx) => Export.startExport(ctx, userId));
  await finishProcesses(t, "export");
  const latest = (await t.run((ctx) => Export.findLatestExport(ctx, userId)))!;
  expect(latest.state).toBe("done");
  const parts = (await rows<Doc<"workflows">>(t, "workflows")).filter(
    ({ partOf }) => partOf === latest.exportId,
  );
  const json = await t.action(
    async (ctx) => await (await ctx.storage.get(parts[0]!.fileId!))!.text(),
  );
  const file = JSON.parse(json) as {
    person: object;
    events: { type: string; reason?: string }[];
    conversations: { channel: string; messages: { from: string; delivery?: object }[] }[];
  };
  expect(file.person).toMatchObject({
    phone,
    textsFrom: phone,
    phoneVerifiedAt: 1_700_000_000_000,
    smsConsent: "granted",
  });
  const ledger = file.events.filter(({ type }) => type === "sms_consent_changed");
  expect(ledger.map(({ reason }) => reason)).toEqual(["STOP, by text", "START, by text"]);
  const [conversation] = file.conversations;
  expect(conversation!.channel).toBe("sms");
  const answer = conversation!.messages.find(({ from }) => from === "assistant")!;
  expect(answer.delivery).toMatchObject({
    state: expect.stringMatching(/sent|delivered/) as string,
    segments: expect.any(Number) as number,
  });
  expect(JSON.stringify(answer)).not.toContain("smsSid");
});

test("what is secret in a text stays in it: no model, no embedding, no log and no statistics see it", async () => {
  const t = await smsShop();
  const phone = newPhone();
  const mark = `mark${Math.random().toString(36).slice(2)}`;
  const secrets = ["4242 4242 4242 4242", "Zebra!Crossing9", "918 273"];
  const body = `${mark} My card is ${secrets[0]}, my password is ${secrets[1]}. Your code: ${secrets[2]}. How much is a laptop screen?`;
  await text(t, phone, body);
  await later(t);
  expect(await sentTo(phone)).toHaveLength(1);
  const stored = (await rows<Doc<"messages">>(t, "messages")).map((message) => message.text);
  expect(stored).toContain(body);
  const { requests } = (await control("/requests")) as {
    requests: { provider: string; body: unknown }[];
  };
  const asked = requests
    .filter(({ provider }) => provider === "openrouter" || provider === "openai")
    .map((request) => JSON.stringify(request.body))
    .filter((one) => one.includes(mark));
  expect(asked).not.toEqual([]);
  const elsewhere = [
    ...asked,
    ...logged,
    JSON.stringify(await rows(t, "analytics")),
    JSON.stringify(await rows(t, "workflows")),
  ].join("\n");
  for (const secret of secrets) expect(elsewhere).not.toContain(secret);
});

test("no words are in a log line, and no number there or in the statistics, whatever goes wrong", async () => {
  const { t, phone, conversationId } = await answered();
  const words = "A purple giraffe broke it: how much is a laptop screen?";
  const fault = (fields: object) => control("/faults", { provider: "twilio", ...fields });
  const say = async (body: string, fields: Record<string, string> = {}) => {
    await text(t, phone, body, fields);
    await later(t);
  };
  await say("STOP");
  await say("START");
  // Without a picture, a provider, a connection, a signature, a number.
  await say(words, {
    NumMedia: "1",
    MediaUrl0: "https://evil.example/x",
    MediaContentType0: "x/y",
  });
  for (const problem of [
    { kind: "status", status: 400, code: 21211 },
    { kind: "status", status: 500 },
    { kind: "cut", afterProcessing: true },
  ]) {
    await fault({ match: `To=${encodeURIComponent(phone)}`, ...problem });
    const id = await queued(t, conversationId, words);
    await t.action(internal.smsSender.send, { text: { messageId: id, attempt: 1 } });
  }
  vi.stubEnv("TWILIO_BASE_URL", "http://127.0.0.1:9");
  const lost = await queued(t, conversationId, words, {
    delivery: {
      state: "unknown",
      purpose: "answer",
      attempt: 1,
      at: Date.now(),
      to: phone,
      body: words,
      segments: 1,
      lookUps: 4,
    },
  });
  await t.action(internal.smsSender.lookUp, { text: { messageId: lost, attempt: 1 } });
  vi.stubEnv("TWILIO_AUTH_TOKEN", "");
  await t.action(internal.smsSender.lookUp, { text: { messageId: lost, attempt: 1 } });
  await text(t, phone, words);
  expect(logged.join("\n")).toMatch(/SMS/);
  const national = phone.slice(2);
  // A question that found no answer is in the statistics, redacted: `docs/privacy.md`.
  expect(logged.join("\n")).not.toContain("giraffe");
  const elsewhere = [...logged, JSON.stringify(await rows(t, "analytics"))].join("\n");
  for (const number of [phone, national, encodeURIComponent(phone)]) {
    expect(elsewhere).not.toContain(number);
  }
});
