/** A technician's answer reaches who has gone: by e-mail, with a link, if no page shows it and no text may go. */
import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import { suppressAddress } from "../../convex/model/accounts/suppressions";
import { DAY, HOUR, MINUTE } from "../../convex/lib/time";
import { upload } from "../files";
import { customer, hush, outcomeOf, refusal, runUntil, signIn } from "../setup";
import { newPhone } from "../sms/shop";
import {
  answer,
  CHAT,
  linkIn,
  losePatience,
  mailCase,
  mailShop,
  mailsTo,
  messageOf,
  newAddress,
  nextStep,
  REPLY_DOMAIN,
  sendLetter,
} from "./shop";

describe("an answer", () => {
  test("whose page has gone is mailed to the address that was given, with a link and a way back", async () => {
    const one = await mailCase(await mailShop());
    const messageId = await answer(one, "Your laptop is *ready* [1]. Bring $20 & a bag.");
    losePatience();
    await sendLetter(one);
    const [mail, ...more] = await mailsTo(one.address);
    expect(more).toEqual([]);
    expect(mail!.text).toContain("Your laptop is *ready* [1]. Bring $20 & a bag.");
    expect(mail!.text).toContain(`${CHAT}#mail=`);
    expect(mail!.replyTo).toEqual([
      expect.stringMatching(new RegExp(`^reply\\+.+@${REPLY_DOMAIN}$`)),
    ]);
    const [local = ""] = mail!.replyTo[0]!.split("@");
    expect(local.length).toBeLessThanOrEqual(64);
    const { delivery, providerId, smsSid } = await messageOf(one.t, messageId);
    expect(delivery).toMatchObject({ state: "sent", channel: "email" });
    expect([providerId, smsSid]).toEqual([mail!.id, undefined]);
  });

  test("with files, and without a word, names them", async () => {
    const one = await mailCase(await mailShop());
    const attachments = [{ storageId: await upload(one.dana), name: "fan.png" }];
    await one.dana.t.mutation(api.messages.sendStaffMessage, {
      conversationId: one.conversationId,
      text: "",
      attachments,
    });
    losePatience();
    await sendLetter(one);
    const [mail] = await mailsTo(one.address);
    expect(mail!.text).toContain("[fan.png: to be seen in the chat]");
  });

  test("goes by itself a minute after it was given", async () => {
    const one = await mailCase(await mailShop());
    await answer(one);
    await runUntil(one.t, Date.now() + 30_000);
    expect(await mailsTo(one.address)).toEqual([]);
    await runUntil(one.t, Date.now() + MINUTE);
    expect(await mailsTo(one.address)).toHaveLength(1);
  });

  test("that the page has shown is not mailed, and costs no sender", async () => {
    const one = await mailCase(await mailShop());
    const shows = await answer(one);
    const { conversationId } = one;
    await one.ann.t.mutation(api.conversations.onPage, { conversationId, shows });
    await runUntil(one.t, Date.now() + 5 * MINUTE);
    expect((await messageOf(one.t, shows)).delivery).toMatchObject({
      state: "cancelled",
      reason: "seen on the page",
    });
    expect(await mailsTo(one.address)).toEqual([]);
    const senders = await one.t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());
    expect(senders.filter(({ name }) => name.startsWith("smsSender"))).toEqual([]);
  });

  test("waits while a page may still show it", async () => {
    const one = await mailCase(await mailShop());
    const messageId = await answer(one);
    expect(await nextStep(one.t, one.conversationId)).toEqual({ kind: "end" });
    const { delivery } = await messageOf(one.t, messageId);
    expect(delivery).toMatchObject({ state: "queued", waitsFor: "page" });
  });

  test("goes by text, not by mail, to whoever agreed to texts", async () => {
    const t = await mailShop();
    const phone = newPhone();
    const one = await mailCase(t);
    await t.run((ctx) =>
      ctx.db.patch("users", one.ann.userId, { phone, textsFrom: phone, phoneVerifiedAt: 1 }),
    );
    const { conversationId } = one;
    await one.ann.t.mutation(api.conversations.continueByText, { conversationId, on: true });
    await answer(one);
    losePatience();
    expect(await nextStep(t, conversationId)).toMatchObject({ kind: "send", to: phone });
  });

  test("that was to be texted is mailed when they stop texts before it goes", async () => {
    const t = await mailShop();
    const phone = newPhone();
    const one = await mailCase(t);
    await t.run((ctx) =>
      ctx.db.patch("users", one.ann.userId, { phone, textsFrom: phone, phoneVerifiedAt: 1 }),
    );
    const { conversationId } = one;
    await one.ann.t.mutation(api.conversations.continueByText, { conversationId, on: true });
    await answer(one);
    await one.ann.t.mutation(api.conversations.continueByText, { conversationId, on: false });
    losePatience();
    expect(await nextStep(t, conversationId)).toMatchObject({ kind: "mail" });
  });

  test("goes to the confirmed address of who gave none, and to nobody without one or without a page", async () => {
    const t = await mailShop();
    const address = newAddress();
    const one = { ...(await mailCase(t)), ann: await customer(t, address) };
    const { conversationId } = await one.ann.t.mutation(api.conversations.createConversation, {});
    await one.dana.t.mutation(api.conversations.claim, { conversationId });
    await answer({ ...one, conversationId });
    losePatience();
    await sendLetter({ t, conversationId });
    expect(await mailsTo(address)).toHaveLength(1);

    const nobody = await signIn(t);
    const other = (await nobody.t.mutation(api.conversations.createConversation, {}))
      .conversationId;
    await one.dana.t.mutation(api.conversations.claim, { conversationId: other });
    const unsent = await answer({ ...one, conversationId: other });
    expect((await messageOf(t, unsent)).delivery).toBeUndefined();
    for (const name of ["CHAT_URL", "ALLOWED_ORIGINS"]) vi.stubEnv(name, "");
    const bare = await answer({ ...one, conversationId });
    expect((await messageOf(t, bare)).delivery).toBeUndefined();
  });

  test("is not mailed to somebody who is blocked or leaving, or to an address that is suppressed by then", async () => {
    const t = await mailShop();
    const changes = {
      blocked: { blockedAt: 1 },
      leaving: { deletingAt: 1 },
    };
    for (const change of Object.values(changes)) {
      const one = await mailCase(t);
      const messageId = await answer(one);
      await t.run((ctx) => ctx.db.patch("users", one.ann.userId, change));
      losePatience();
      expect(await sendLetter(one)).toBeNull();
      expect((await messageOf(t, messageId)).delivery?.state).toBe("cancelled");
    }
    const one = await mailCase(t);
    const messageId = await answer(one);
    await t.run((ctx) => suppressAddress(ctx as never, one.address, "bounced"));
    losePatience();
    expect(await sendLetter(one)).toBeNull();
    expect((await messageOf(t, messageId)).delivery).toMatchObject({
      state: "cancelled",
      reason: "bounced",
    });
    // Nor is a new one even queued.
    expect((await messageOf(t, await answer(one))).delivery).toBeUndefined();
  });
});

describe("nothing is mailed twice", () => {
  test("though its sender dies after the provider took it", async () => {
    const one = await mailCase(await mailShop());
    const messageId = await answer(one);
    losePatience();
    await sendLetter(one, true);
    expect((await messageOf(one.t, messageId)).delivery?.state).toBe("sending");
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    expect(await sendLetter(one)).toBeNull();
    vi.setSystemTime(Date.now() + MINUTE);
    await sendLetter(one);
    const [mail, ...more] = await mailsTo(one.address);
    expect(more).toEqual([]);
    expect(await messageOf(one.t, messageId)).toMatchObject({
      providerId: mail!.id,
      delivery: { state: "sent", attempt: 2 },
    });
  });

  test("nor by text after it may have been mailed", async () => {
    const t = await mailShop();
    const one = await mailCase(t);
    await answer(one);
    losePatience();
    await sendLetter(one, true);
    const phone = newPhone();
    const { conversationId } = one;
    await t.run((ctx) =>
      ctx.db.patch("users", one.ann.userId, { phone, textsFrom: phone, phoneVerifiedAt: 1 }),
    );
    await one.ann.t.mutation(api.conversations.continueByText, { conversationId, on: true });
    vi.setSystemTime(Date.now() + 10 * MINUTE);
    await nextStep(t, conversationId);
    vi.setSystemTime(Date.now() + 10 * MINUTE);
    expect(await nextStep(t, conversationId)).toMatchObject({ kind: "mail" });
  });

  test("and once the provider may have forgotten the key it is staff's", async () => {
    const one = await mailCase(await mailShop());
    const messageId = await answer(one);
    losePatience();
    await sendLetter(one, true);
    vi.setSystemTime(Date.now() + DAY);
    await nextStep(one.t, one.conversationId);
    vi.setSystemTime(Date.now() + HOUR);
    expect(await nextStep(one.t, one.conversationId)).toEqual({ kind: "end" });
    expect((await messageOf(one.t, messageId)).delivery?.state).toBe("failed");
    expect(await mailsTo(one.address)).toHaveLength(1);
  });
});

test("an address that nobody has confirmed gets no more mails than codes", async () => {
  hush();
  const one = await mailCase(await mailShop());
  let sent = 0;
  for (let i = 0; i < 30; i++) {
    const id = await answer(one, `Answer ${i}`);
    await one.t.run(async (ctx) => {
      const message = (await ctx.db.get("messages", id))!;
      await ctx.db.patch("messages", id, { settledAt: message.settledAt! - 2 * MINUTE });
      await ctx.db.patch("messages", id, {
        delivery: { ...message.delivery!, notBefore: 0 } as never,
      });
    });
    if ((await sendLetter(one)) !== null) sent++;
  }
  expect(sent).toBe(24);
});

describe("the link", () => {
  async function opened() {
    const one = await mailCase(await mailShop());
    const messageId = await answer(one);
    losePatience();
    await sendLetter(one);
    const token = linkIn((await mailsTo(one.address))[0]!.text);
    const tokens = await one.t.action(api.auth.openMailLink, { token });
    const sid = tokens.refreshToken.split(".")[0]!;
    const reader = one.t.withIdentity({ subject: tokens.user._id, sid });
    return { ...one, messageId, token, tokens, reader };
  }

  test("opens its conversation, where what is said is the customer's", async () => {
    const { tokens, reader, conversationId, ann } = await opened();
    expect(tokens.conversationId).toBe(conversationId);
    const read = await reader.query(api.messages.subscribeToMessages, { conversationId });
    expect(read.map(({ text }) => text)).toContain("It is ready.");
    await reader.mutation(api.messages.sendMessage, { conversationId, text: "I come at three." });
    const seen = await ann.t.query(api.messages.subscribeToMessages, { conversationId });
    expect(seen.at(-1)).toMatchObject({ author: { kind: "customer" }, text: "I come at three." });
  });

  test("works once, and nothing else is a link", async () => {
    const { t, token } = await opened();
    hush();
    for (const one of [token, "", "x".repeat(500), token.slice(1)]) {
      expect((await refusal(t.action(api.auth.openMailLink, { token: one }))).code).toBe(
        "code_invalid",
      );
    }
  });

  test("signs nobody in and confirms nothing", async () => {
    const { t, reader, tokens, ann, address, conversationId } = await opened();
    expect(tokens.user._id).not.toBe(ann.userId);
    expect(await t.run((ctx) => ctx.db.get("users", ann.userId))).not.toHaveProperty("email");
    expect(await t.run((ctx) => ctx.db.get("users", tokens.user._id as never))).toMatchObject({
      role: "customer",
    });
    const other = await ann.t.mutation(api.conversations.createConversation, {});
    const refused = { conversationId: other.conversationId };
    expect(await outcomeOf(reader.query(api.conversations.get, refused))).toBe("not_found");
    const own = await reader.query(api.conversations.getUserConversations, {
      paginationOpts: { numItems: 10, cursor: null },
    });
    expect(own.page).toEqual([]);
    // Nor is it a way to have later answers sent elsewhere.
    const contact = { email: `x${address}` };
    expect(
      await outcomeOf(
        reader.mutation(api.conversations.updateConversation, { conversationId, contact }),
      ),
    ).toBe("forbidden");
    expect(
      await outcomeOf(
        reader.mutation(api.conversations.continueByText, { conversationId, on: true }),
      ),
    ).toBe("forbidden");
  });

  test("is over after a week, and what it opened after a day, however it is used", async () => {
    const { t, tokens } = await opened();
    vi.setSystemTime(Date.now() + 20 * HOUR);
    const renewed = await t.action(api.auth.refreshSession, { refreshToken: tokens.refreshToken });
    vi.setSystemTime(Date.now() + 5 * HOUR);
    const late = t.action(api.auth.refreshSession, { refreshToken: renewed.refreshToken });
    expect((await refusal(late)).code).toBe("session_expired");

    const one = await mailCase(t);
    await answer(one);
    losePatience();
    await sendLetter(one);
    const token = linkIn((await mailsTo(one.address))[0]!.text);
    vi.setSystemTime(Date.now() + 7 * DAY);
    expect((await refusal(t.action(api.auth.openMailLink, { token }))).code).toBe("code_invalid");
  });

  test("is no code: with its challenge nobody signs in", async () => {
    const { t, token } = await opened();
    hush();
    for (const code of ["", "000000"]) {
      const args = { challenge: token, code };
      expect(await outcomeOf(t.action(api.auth.createSession, args))).toBe("code_invalid");
    }
  });
});

describe("the way to end such mail", () => {
  const urlIn = (mail: { headers: Record<string, string> }) =>
    new URL(mail.headers["List-Unsubscribe"]!.slice(1, -1));

  async function mailed() {
    const one = await mailCase(await mailShop());
    await answer(one);
    losePatience();
    await sendLetter(one);
    const [mail] = await mailsTo(one.address);
    const { pathname, search } = urlIn(mail!);
    return { ...one, mail: mail!, path: `${pathname}${search}` };
  }

  test("is one POST of a mail program's own (RFC 8058), from which on nothing is mailed there", async () => {
    const { t, path, mail, ...one } = await mailed();
    expect(mail.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    expect(mail.text).toContain(urlIn(mail).href);
    const waits = await answer({ t, ...one }, "Still there?");
    const response = await t.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    expect(response.status).toBe(200);
    losePatience();
    expect(await sendLetter({ t, ...one })).toBeNull();
    expect((await messageOf(t, waits)).delivery).toMatchObject({ reason: "unsubscribed" });
    const other = await mailCase(t, one.address);
    expect((await messageOf(t, await answer(other))).delivery).toBeUndefined();
    // Of the address itself nothing is kept.
    const rows = await t.run((ctx) => ctx.db.query("workflows").collect());
    const kept = rows.filter(({ kind }) => kind === "suppression");
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain(one.address);
  });

  test("is not taken by a GET, which scanners make, nor by a token that isn't ours", async () => {
    const { t, path, ...one } = await mailed();
    const shown = await t.fetch(path);
    expect(await shown.text()).toContain('<form method="post">');
    expect(shown.headers.get("content-security-policy")).toContain("form-action 'self'");
    const forged = await t.fetch(
      path.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      {
        method: "POST",
      },
    );
    expect(forged.status).toBe(404);
    await answer({ t, ...one });
    losePatience();
    expect(await sendLetter({ t, ...one })).not.toBeNull();
  });
});

test("codes still go to an address that wants no answers", async () => {
  const t = await mailShop();
  const email = newAddress();
  await t.run((ctx) => suppressAddress(ctx as never, email, "unsubscribed"));
  await t.action(api.auth.requestCode, { email });
  expect(await mailsTo(email)).toHaveLength(1);
});

test("a leftover sender finds nothing of a conversation that was erased", async () => {
  const one = await mailCase(await mailShop());
  await answer(one);
  await one.t.run((ctx) => ctx.db.delete("conversations", one.conversationId));
  losePatience();
  expect(await nextStep(one.t, one.conversationId)).toEqual({ kind: "end" });
});
