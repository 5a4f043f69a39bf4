/** One conversation as a file by e-mail: what is in it and what never is, to whom it goes, and how often. */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { suppressAddress } from "../../convex/model/accounts/suppressions";
import { control, customer, refusal, standIn, technician, type Caller } from "../setup";
import { mailsTo, mailShop, newAddress } from "../mail/shop";

type Sent = { attachments: { filename: string; content: string }[]; text: string };
const filesTo = async (address: string) =>
  ((await mailsTo(address)) as unknown as Sent[]).flatMap(({ attachments }) =>
    attachments.map(({ filename, content }) => [
      filename,
      Buffer.from(content, "base64").toString(),
    ]),
  );

async function talk() {
  const t = await mailShop({}, Date.UTC(2026, 0, 12, 15, 30));
  const address = newAddress();
  const ann = await customer(t, address);
  const dana = await technician(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Is it ready? Grüße 👋" });
  await dana.t.mutation(api.messages.addNote, { conversationId, text: "Difficult customer" });
  const text = "Yes, $20.";
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  return { t, ann, dana, address, conversationId };
}
const mail = (who: Caller, conversationId: Id<"conversations">) =>
  who.t.action(api.transcripts.mailTranscript, { conversationId });

test("has who said what and when, with the zone, files by their names, and no note among staff", async () => {
  const { t, ann, address, conversationId } = await talk();
  await t.run(async (ctx) => {
    const said = await ctx.db.query("messages").order("desc").first();
    const storageId = await ctx.storage.store(new Blob(["picture"]));
    const file = { storageId, name: "hinge.png", contentType: "image/png", size: 7 };
    await ctx.db.patch("messages", said!._id, { attachments: [file] });
  });
  expect(await mail(ann, conversationId)).toEqual({ to: address });
  const [[name, file] = [], ...others] = await filesTo(address);
  expect([name, others]).toEqual(["conversation.txt", []]);
  expect(file).toContain("Monday, January 12, 2026 at 10:30 AM EST, You:\nIs it ready? Grüße 👋\n");
  expect(file).toContain("10:30 AM EST, Dana:\nYes, $20.\n[File: hinge.png]\n");
  expect(file).not.toContain("Difficult");
});

test("is whole, in order, however long the conversation is, and what was said in one moment too", async () => {
  const { t, ann, address, conversationId } = await talk();
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...row } = (await ctx.db.query("messages").order("desc").first())!;
    for (let n = 0; n < 250; n++) {
      await ctx.db.insert("messages", {
        ...row,
        text: `line ${n}.`,
        settledAt: row.settledAt! + 1 + Math.floor(n / 3),
      });
    }
  });
  await mail(ann, conversationId);
  const lines = [...(await filesTo(address))[0]![1]!.matchAll(/line (\d+)\./g)];
  expect(lines.map(([, n]) => Number(n))).toEqual(Array.from({ length: 250 }, (_, n) => n));
});

test("goes to a confirmed address that takes mail and to no other, and says why not", async () => {
  const { t, ann, address, conversationId } = await talk();
  const bob = await customer(t, newAddress());
  expect(await refusal(mail(bob, conversationId))).toMatchObject({ code: "not_found" });
  await t.run((ctx) => ctx.db.patch("users", ann.userId, { emailVerifiedAt: undefined }));
  const unproven = await refusal(mail(ann, conversationId));
  expect(unproven).toMatchObject({ code: "conflict", obstacle: "email" });
  await t.run(async (ctx) => {
    await ctx.db.patch("users", ann.userId, { emailVerifiedAt: 1 });
    await suppressAddress(ctx, address, "bounced");
  });
  const returned = await refusal(mail(ann, conversationId));
  expect(returned).toMatchObject({ code: "conflict", obstacle: "returned" });
  expect(await mailsTo(address)).toEqual([]);
});

test("goes to who has unsubscribed from answers: this one they ask for", async () => {
  const { t, ann, address, conversationId } = await talk();
  await t.run((ctx) => suppressAddress(ctx, address, "unsubscribed"));
  await mail(ann, conversationId);
  expect(await filesTo(address)).toHaveLength(1);
});

test("is limited, and tells when the mail provider does not answer", async () => {
  const { ann, address, conversationId } = await talk();
  const fault = { provider: "resend", kind: "status", status: 500, match: address };
  await control("/faults", { ...fault, times: "always" });
  const down = await refusal(mail(ann, conversationId));
  await fetch(`${standIn().url}/__control/faults`, { method: "DELETE" });
  expect(down).toMatchObject({ code: "provider_unavailable" });
  await mail(ann, conversationId);
  vi.setSystemTime(Date.now() + 1_000);
  await mail(ann, conversationId);
  expect(await refusal(mail(ann, conversationId))).toMatchObject({ code: "rate_limited" });
  expect(await filesTo(address)).toHaveLength(2);
});
