/** The customer panel of the desk: what is known about a person, bounded, and still while they write. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { DAY } from "../../convex/lib/time";
import { MAX_CONVERSATIONS } from "../../convex/model/desk/customerPanel";
import { upload } from "../files";
import {
  addAgent,
  clockedDeployment,
  customer,
  deployment,
  guest,
  hush,
  outcomeOf,
  queryCost,
  runReply,
  signIn,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const ask = async ({ t }: Caller, text: string) =>
  (await t.mutation(api.conversations.createConversation, { message: { text } })).conversationId;
const panel = ({ t }: Caller, conversationId: Id<"conversations">) =>
  t.query(api.customers.panel, { conversationId });

test("it says how they are reached, and what of that is proved", async () => {
  const t = deployment();
  const dana = await technician(t);
  const known = await signIn(t, {
    name: "Ann",
    email: "ann@example.com",
    emailVerifiedAt: 1,
    phone: "+16145550142",
    textsFrom: "+16145550142",
    smsConsent: "revoked",
  });
  expect(await panel(dana, await ask(known, "Hello"))).toMatchObject({
    isCustomer: true,
    leaving: false,
    name: "Ann",
    email: "ann@example.com",
    emailVerified: true,
    phone: "+16145550142",
    phoneVerified: false,
    texts: true,
    smsConsent: "revoked",
  });
  const nobody = await panel(dana, await ask(await guest(t), "Hello"));
  expect(nobody).toMatchObject({ emailVerified: false, phoneVerified: false, texts: false });
});

test("their other conversations, devices, files, ratings and promises, and nobody else's", async () => {
  hush();
  const t = clockedDeployment();
  const [ann, bob, dana] = [
    await customer(t),
    await customer(t, "b@example.com"),
    await technician(t),
  ];
  const [open, other] = [await ask(ann, "My laptop is slow"), await ask(ann, "My printer jams")];
  await ask(bob, "Bob's own");
  await ann.t.mutation(api.conversations.rate, { conversationId: other, score: 4, comment: "Ok" });
  await dana.t.mutation(api.conversations.claim, { conversationId: other });
  await dana.t.mutation(api.conversations.makePromise, {
    ...{ conversationId: other, text: "We call you.", dueAt: Date.now() + DAY },
  });
  const storageId = await upload(ann, "the paper");
  const attachments = [{ storageId, name: "paper.txt" }];
  await ann.t.mutation(api.messages.sendMessage, {
    conversationId: open,
    text: "See",
    attachments,
  });
  // What the shop sent is not theirs.
  const invoice = await upload(dana, "the bill");
  await dana.t.mutation(api.messages.sendStaffMessage, {
    ...{
      conversationId: other,
      text: "Here",
      attachments: [{ storageId: invoice, name: "b.txt" }],
    },
  });
  const brief = { reason: "staff", summary: "s", urgency: "low", at: 5 } as const;
  await t.run(async (ctx) => {
    await ctx.db.patch("conversations", open, { brief: { ...brief, device: "ThinkPad X1" } });
    await ctx.db.patch("conversations", other, {
      brief: { ...brief, device: "thinkpad x1 ", at: 3 },
    });
  });
  const about = await panel(dana, open);
  expect(about.conversations).toMatchObject([
    { _id: other, title: "My printer jams", owner: "human", holder: "Dana", status: "open" },
  ]);
  expect(about.more).toBe(false);
  expect(about.devices).toEqual([{ conversationId: open, device: "ThinkPad X1", at: 5 }]);
  expect(about.files).toMatchObject([
    { conversationId: open, name: "paper.txt", contentType: "text/plain", size: 9 },
  ]);
  expect(about.ratings).toMatchObject([{ conversationId: other, score: 4, comment: "Ok" }]);
  expect(about.promises).toMatchObject([{ conversationId: other, text: "We call you." }]);
  expect(JSON.stringify(about)).not.toContain("Bob");
});

test("what is said in the conversation changes nothing of it, an answer that is written neither", async () => {
  hush();
  const t = clockedDeployment();
  await addAgent(t);
  const [ann, dana] = [await customer(t), await technician(t)];
  const open = await ask(ann, "My laptop is slow");
  const before = await panel(dana, open);
  await runReply(t, open);
  await ann.t.mutation(api.messages.sendMessage, { conversationId: open, text: "Still slow" });
  expect(await panel(dana, open)).toEqual(before);
});

test("of a person with very much it reads a bounded part, and says that there is more", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const open = await ask(ann, "The first");
  await fill(t, ann, open, 60);
  const cost = await queryCost(dana, api.customers.panel, { conversationId: open });
  const about = await panel(dana, open);
  expect(about.more).toBe(true);
  expect(about.conversations).toHaveLength(MAX_CONVERSATIONS);
  await fill(t, ann, open, 60);
  const later = await queryCost(dana, api.customers.panel, { conversationId: open });
  expect(later.documentsRead).toBe(cost.documentsRead);
  expect(cost.documentsRead).toBeLessThan(320);
});

/** More conversations like one, each with as many files. */
async function fill(t: Deployment, { userId }: Caller, like: Id<"conversations">, count: number) {
  await t.run(async (ctx) => {
    const { _id, _creationTime, ...copy } = (await ctx.db.get("conversations", like))!;
    const fileId = await ctx.storage.store(new Blob(["x"], { type: "text/plain" }));
    for (let i = 0; i < count; i++) {
      const lastMessageAt = Date.now() + i + 1;
      const conversationId = await ctx.db.insert("conversations", {
        ...copy,
        userId,
        lastMessageAt,
      });
      const row = { kind: "file", state: "done", step: "attached", attempt: 1 } as const;
      for (let j = 0; j < 15; j++)
        await ctx.db.insert("workflows", { ...row, conversationId, fileId });
    }
  });
}

test("of somebody who works here it shows nothing, and customers get none at all", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await ask(ann, "Hello");
  expect(await outcomeOf(panel(ann, conversationId))).toBe("forbidden");
  await t.run((ctx) => ctx.db.patch("users", ann.userId, { role: "technician" }));
  expect(await panel(dana, conversationId)).toMatchObject({ isCustomer: false, conversations: [] });
});

test("a block names its reason on the record, and says so in the panel", async () => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const sam = await signIn(t, { role: "admin", name: "Sam" });
  const conversationId = await ask(ann, "Hello");
  const block = (by: Caller, blocked: boolean) =>
    by.t.mutation(api.users.setBlocked, { userId: ann.userId, blocked, reason: "abuse" });
  expect(await outcomeOf(block(dana, true))).toBe("forbidden");
  await block(sam, true);
  expect((await panel(dana, conversationId)).blockedAt).toBeTypeOf("number");
  expect(await outcomeOf(ann.t.query(api.users.me, {}))).toBe("session_expired");
  const { page } = await sam.t.query(api.analytics.events, {
    type: "blocked",
    paginationOpts: { numItems: 5, cursor: null },
  });
  expect(page).toMatchObject([
    { actorId: sam.userId, subjectId: ann.userId, data: { reason: "abuse" } },
  ]);
  await block(sam, false);
  expect(await panel(dana, conversationId)).not.toHaveProperty("blockedAt");
});
