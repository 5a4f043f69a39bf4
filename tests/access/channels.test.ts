/** What an admin sees of the channels: what is set and never a value, when webhooks came, and a test to themselves. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { HOUR } from "../../convex/lib/time";
import { newPhone, sentTo } from "../sms/shop";
import { admin, clockedDeployment, control, deployment, refusal, snapshot } from "../setup";

const SID = `AC${"0".repeat(32)}`;

test("each variable is set, missing or not valid, and no value is told", async () => {
  const secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const t = deployment({
    ...{ TWILIO_ACCOUNT_SID: SID, TWILIO_AUTH_TOKEN: "token-of-twilio", TWILIO_FROM: "614" },
    ...{ TWILIO_MESSAGING_SERVICE_SID: "", TWILIO_WEBHOOK_URL: "", CHAT_URL: "nowhere" },
    ...{ RESEND_API_KEY: "", RESEND_WEBHOOK_SECRET: secret, ALLOWED_ORIGINS: "https://a.example" },
  });
  const sam = await admin(t);
  const state = await sam.t.query(api.channels.state, {});
  const told = Object.fromEntries(state.variables.map(({ name, state: how }) => [name, how]));
  expect(told).toMatchObject({
    ...{ TWILIO_ACCOUNT_SID: "set", TWILIO_AUTH_TOKEN: "set", TWILIO_WEBHOOK_URL: "missing" },
    "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID": "invalid",
    ...{ RESEND_API_KEY: "missing", RESEND_WEBHOOK_SECRET: "set", CHAT_URL: "invalid" },
    ...{ ALLOWED_ORIGINS: "set" },
  });
  const all = JSON.stringify(state);
  for (const value of [SID, "token-of-twilio", "614", secret, "nowhere", "a.example"]) {
    expect(all).not.toContain(value);
  }
});

test("a webhook that came is known for the hour it came in, by one event", async () => {
  const t = clockedDeployment();
  const sam = await admin(t);
  const seen = async () => (await sam.t.query(api.channels.state, {})).seen;
  expect(await seen()).toEqual({});
  const sid = `SM${"0".repeat(32)}`;
  const report = () =>
    t.mutation(internal.sms.report, { said: { sid, status: "delivered", errorCode: undefined } });
  const first = Date.now();
  await report();
  expect((await seen()).texts).toBeCloseTo(first, -3);
  vi.setSystemTime(first + HOUR / 2);
  await report();
  expect((await seen()).texts).toBeCloseTo(first, -3);
  vi.setSystemTime(first + 2 * HOUR);
  await report();
  expect((await seen()).texts).toBeCloseTo(first + 2 * HOUR, -3);
  expect((await seen()).email).toBeUndefined();
  const events = (await snapshot(t)).analytics as { type?: string }[];
  expect(events.filter(({ type }) => type === "texts_webhook")).toHaveLength(2);
});

test("a test message goes to the admin's own confirmed address or number, and to nobody else", async () => {
  const t = deployment();
  const sam = await admin(t);
  const send = (channel: "texts" | "email") => sam.t.action(api.channels.sendTest, { channel });
  const { to } = await send("email");
  const own = (await sam.t.query(api.channels.state, {})).own;
  expect(to).toBe(own.email);
  const { emails } = (await control(`/emails?to=${encodeURIComponent(to)}`)) as {
    emails: { text: string }[];
  };
  expect(emails[0]!.text).toContain("This is a test message");
  const phone = newPhone();
  const change = (fields: object) =>
    t.run((ctx) => ctx.db.patch("users", sam.userId, { phone, ...fields }));
  // Typed by anybody: it may be a stranger's.
  await change({});
  expect((await refusal(send("texts"))).code).toBe("conflict");
  expect(await sentTo(phone)).toEqual([]);
  await change({ phoneVerifiedAt: 1 });
  expect(await send("texts")).toEqual({ to: phone });
  expect((await sentTo(phone)).map(({ body }) => body)).toEqual([
    "This is a test message of Computer Guys. It works.",
  ]);
});

test("what the provider refuses is said, and a missing variable is named", async () => {
  const t = deployment();
  const sam = await admin(t);
  const send = () => sam.t.action(api.channels.sendTest, { channel: "email" });
  vi.stubEnv("RESEND_API_KEY", "wrong");
  expect((await refusal(send())).code).toBe("provider_unavailable");
  vi.stubEnv("RESEND_API_KEY", "");
  expect((await refusal(send())).code).toBe("not_configured");
});
