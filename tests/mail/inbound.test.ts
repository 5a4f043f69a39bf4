/** Answers by mail come back into their conversation, if they come from whom we wrote to; others are lines for staff. */
import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { control, hush, messages, standIn } from "../setup";
import { newPhone } from "../sms/shop";
import {
  answer,
  losePatience,
  mailCase,
  mailShop,
  mailsTo,
  newAddress,
  receive,
  REPLY_DOMAIN,
  sendLetter,
} from "./shop";

async function mailed() {
  const one = await mailCase(await mailShop());
  await answer(one);
  losePatience();
  await sendLetter(one);
  const [mail] = await mailsTo(one.address);
  return { ...one, to: mail!.replyTo, quoted: mail!.text };
}
type Mailed = Awaited<ReturnType<typeof mailed>>;

const said = async ({ t, conversationId }: Mailed) =>
  (await messages(t, conversationId)).filter(({ author }) => author.kind === "customer").slice(1);
const notes = async ({ t, conversationId }: Mailed) =>
  (await messages(t, conversationId))
    .filter(({ visibility }) => visibility === "staff")
    .map(({ text }) => text);

describe("an answer to the mail", () => {
  test("is the customer's, without what it quotes, once per Message-ID", async () => {
    const one = await mailed();
    const quote = one.quoted.split("\n").map((line) => `> ${line}`);
    const text = `I come at three.\n\nOn Mon, 5 Jan 2026 at 15:00, Computer Guys <support@shop.example> wrote:\n\n${quote.join("\n")}`;
    const mail = { from: `Ann <${one.address.toUpperCase()}>`, to: one.to, text };
    await receive(one, { ...mail, messageId: "<1@example.com>" }, 3);
    // Another copy of it, under another id of the provider's.
    await receive(one, { ...mail, messageId: "<1@example.com>" });
    const [message, ...more] = await said(one);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ text: "I come at three.", visibility: "public" });
    const { conversationId } = one;
    const desk = await one.dana.t.query(api.conversations.getForStaff, { conversationId });
    expect(desk.waitingSince).toBeDefined();
    expect(await notes(one)).toEqual([]);
  });

  test("of another sender, or with another seal, is a line for staff and nobody's word", async () => {
    const one = await mailed();
    const other = await mailCase(one.t);
    await receive(one, { from: newAddress(), to: one.to, text: "Give me the key." });
    const bent = one.to[0]!.replace(/[0-9a-f]@/, (end) => (end.startsWith("0") ? "1@" : "0@"));
    await receive(one, { from: one.address, to: [bent], text: "It is me." });
    // The seal of one conversation opens no other.
    const moved = one.to[0]!.replace(/\+[a-z0-9]+\./, `+${other.conversationId}.`);
    await receive(one, { from: one.address, to: [moved], text: "Elsewhere." });
    const elsewhere = { ...one, ...other };
    for (const [where, count] of [
      [one, 2],
      [elsewhere, 1],
    ] as const) {
      expect(await said(where)).toEqual([]);
      const lines = await notes(where);
      expect(lines).toHaveLength(count);
      for (const line of lines) expect(line).toMatch(/^By mail, unproven, from /);
    }
    const seen = await one.ann.t.query(api.messages.subscribeToMessages, {
      conversationId: one.conversationId,
    });
    expect(JSON.stringify(seen)).not.toContain("unproven");
  });

  test("opts out of no texts, and is not heard as any word of theirs", async () => {
    const one = await mailed();
    const phone = newPhone();
    await one.t.run((ctx) =>
      ctx.db.patch("users", one.ann.userId, {
        phone,
        textsFrom: phone,
        phoneVerifiedAt: 1,
        smsConsent: "granted",
      }),
    );
    await receive(one, { from: one.address, to: one.to, text: "STOP" });
    expect(await one.t.run((ctx) => ctx.db.get("users", one.ann.userId))).toMatchObject({
      smsConsent: "granted",
    });
    expect((await said(one)).map(({ text }) => text)).toEqual(["STOP"]);
  });

  test("has its files through the one door: what may be kept is, the rest is said", async () => {
    const one = await mailed();
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await receive(one, {
      from: one.address,
      to: one.to,
      text: "See the picture.",
      attachments: [
        { filename: "screen.png", contentType: "image/png", data: png },
        { filename: "run.exe", contentType: "image/png", data: btoa("MZ\x90\x00 not a picture") },
      ],
    });
    await receive(one, {
      from: newAddress(),
      to: one.to,
      text: "",
      attachments: [{ filename: "x.png", contentType: "image/png", data: png }],
    });
    const [message] = await said(one);
    expect(message!.attachments).toMatchObject([{ name: "screen.png", contentType: "image/png" }]);
    expect(message!.pendingMedia).toBeUndefined();
    const lines = await notes(one);
    expect(lines.find((line) => line.includes("could not be kept"))).toContain(
      "A file of the e-mail",
    );
    expect(lines.find((line) => line.includes("unproven"))).toContain("A file was not taken");
  });

  test("without a text of its own is read from its HTML", async () => {
    const one = await mailed();
    const html =
      "<!doctype html><html><body><div>I come at <b>three</b> &amp; bring it.</div><blockquote><p>It is ready.</p></blockquote></body></html>";
    await receive(one, { from: one.address, to: one.to, html });
    expect((await said(one))[0]!.text).toBe("I come at three & bring it.");
  });

  test("to the AI is answered by mail", async () => {
    const one = await mailed();
    const { conversationId } = one;
    await one.dana.t.mutation(api.conversations.release, { conversationId });
    await receive(one, { from: one.address, to: one.to, text: "What does a laptop screen cost?" });
    const rows = await messages(one.t, conversationId);
    const reply = rows.findLast(({ author }) => author.kind === "agent");
    expect(reply?.delivery).toMatchObject({ channel: "email", state: "queued" });
    losePatience();
    await sendLetter(one);
    expect((await mailsTo(one.address))[0]!.text).toContain("$179");
  });
});

describe("machines", () => {
  test("that answer are a line for staff, and a loop ends", async () => {
    hush();
    const one = await mailed();
    for (let i = 0; i < 8; i++) {
      const headers = { "Auto-Submitted": "auto-replied" };
      await receive(one, { from: one.address, to: one.to, text: `Away (${i}).`, headers });
    }
    expect(await said(one)).toEqual([]);
    const lines = await notes(one);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^Automatic answer by mail, from /);
  });

  test("that don't say so are bounded by day, and staff are told", async () => {
    hush();
    const one = await mailed();
    for (let i = 0; i < 23; i++) {
      await receive(one, { from: one.address, to: one.to, text: `Again ${i}` });
    }
    expect(await said(one)).toHaveLength(20);
    expect((await notes(one))[0]).toContain("More e-mails came within a day");
  });

  test("of ours, come back round, are not heard", async () => {
    const one = await mailed();
    const from = `support@${REPLY_DOMAIN}`;
    await receive(one, { from, to: one.to, text: "Hello us." });
    expect([await said(one), await notes(one)]).toEqual([[], []]);
  });
});

test("a mail that can't be fetched is said, not lost", async () => {
  hush();
  const one = await mailed();
  await control("/faults", { provider: "resend", kind: "status", status: 500, times: "always" });
  await receive(one, { from: one.address, to: one.to, text: "Hello?" });
  await fetch(`${standIn().url}/__control/faults`, { method: "DELETE" });
  expect(await said(one)).toEqual([]);
  expect((await notes(one)).join()).toContain("could not be fetched");
});

test("a mail to us of a customer whom we know goes to their latest conversation as a line", async () => {
  const one = await mailed();
  const email = newAddress();
  await one.t.run((ctx) => ctx.db.patch("users", one.ann.userId, { email, emailVerifiedAt: 1 }));
  await receive(one, { from: email, to: ["support@shop.example"], text: "Is it ready?" });
  expect(await notes(one)).toEqual([`By mail, unproven, from ${email}:\nIs it ready?`]);
  hush();
  await receive(one, { from: newAddress(), to: ["support@shop.example"], text: "Buy this" });
  expect(await notes(one)).toHaveLength(1);
});
