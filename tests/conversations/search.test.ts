/** The desk's search: what finds a conversation, in which order, and what never does. */
import { describe, expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { DAY } from "../../convex/lib/time";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  deployment,
  finishProcesses,
  guest,
  hush,
  messages,
  refusal,
  runReply,
  signIn,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const conversations = api.conversations;

async function ask(person: Caller, text: string): Promise<Id<"conversations">> {
  const message = { text };
  const started = await person.t.mutation(conversations.createConversation, { message });
  return started.conversationId;
}

const search = (staff: Caller, text: string) => staff.t.query(conversations.search, { text });
const foundBy = async (staff: Caller, text: string) =>
  (await search(staff, text)).map(({ conversationId }) => conversationId);

async function patch(
  t: Deployment,
  id: Id<"conversations">,
  fields: Partial<Doc<"conversations">>,
) {
  await t.run((ctx) => ctx.db.patch("conversations", id, fields));
}

describe("a conversation is found", () => {
  test("by the name, the e-mail and the number of its customer, in any spelling", async () => {
    const t = deployment();
    const dana = await technician(t);
    const zoe = await signIn(t, {
      name: "Zoë Lindqvist",
      email: "zoe.l@mail.example",
      phone: "+15552345678",
    });
    const id = await ask(zoe, "Hello there");
    await ask(await customer(t), "Hello from Ann");
    for (const asked of [
      "Zoë",
      "zoë lind",
      "LINDQVIST",
      "zoe.l@mail.example",
      "ZOE.L@",
      "+15552345678",
      "(555) 234-5678",
      "555.234.5678",
      "1 555 234 5678",
    ]) {
      expect(await foundBy(dana, asked), asked).toEqual([id]);
    }
    expect(await foundBy(dana, "Zoë Svensson")).toEqual([]);
    expect(await foundBy(dana, "555 234 5679")).toEqual([]);
  });

  test("by the contact that a guest has left, and not by the one before", async () => {
    const t = deployment();
    const [dana, someone] = [await technician(t), await guest(t)];
    const id = await ask(someone, "Hi");
    const leave = (contact: { name?: string; phone?: string; email?: string }) =>
      someone.t.mutation(conversations.updateConversation, { conversationId: id, contact });
    await leave({ name: "Mr Okafor", phone: "555 987 6543" });
    expect(await foundBy(dana, "okaf")).toEqual([id]);
    expect(await foundBy(dana, "+1 (555) 987-6543")).toEqual([id]);
    await leave({ name: "Mrs Adeyemi" });
    expect(await foundBy(dana, "okafor")).toEqual([]);
    expect(await foundBy(dana, "adeyemi")).toEqual([id]);
  });

  test("by the device and the reason of its hand-off", async () => {
    const t = deployment();
    const [dana, ann] = [await technician(t), await customer(t)];
    const id = await ask(ann, "My ThinkPad X1 has a swollen battery, it bulges");
    expect(await foundBy(dana, "Swollen battery")).toEqual([id]);
    const other = await ask(ann, "I want to talk to a person please");
    expect(await foundBy(dana, "asked for a person")).toEqual([other]);
  });

  test("by words of the customer's, the assistant's, a technician's and a note, at that message", async () => {
    const t = deployment();
    await addAgent(t);
    const [dana, ann] = [await technician(t), await customer(t)];
    const id = await ask(ann, "My hinge squeaks");
    await runReply(t, id);
    await dana.t.mutation(conversations.claim, { conversationId: id });
    const text = "We have ordered the bracket for you";
    const answer = await dana.t.mutation(api.messages.sendStaffMessage, {
      conversationId: id,
      text,
    });
    const note = { conversationId: id, text: "Supplier is Nordbolt" };
    const noteId = await dana.t.mutation(api.messages.addNote, note);
    const rows = await messages(t, id);
    const asked = rows.find(({ author }) => author.kind === "customer")!;
    const replied = rows.find(({ author }) => author.kind === "agent")!;
    expect(await search(dana, "hinge squ")).toMatchObject([
      {
        conversationId: id,
        customer: { name: "Ann" },
        message: { _id: asked._id, author: { kind: "customer" } },
        excerpt: [
          { text: "My ", hit: false },
          { text: "hinge", hit: true },
          { text: " ", hit: false },
          { text: "squeaks", hit: true },
        ],
      },
    ]);
    const said = replied.text.split(/\s+/).slice(0, 8).join(" ");
    expect(await search(dana, said)).toMatchObject([{ message: { _id: replied._id } }]);
    expect(await search(dana, "bracket")).toMatchObject([{ message: { _id: answer } }]);
    expect(await search(dana, "nordbolt")).toMatchObject([
      { message: { _id: noteId, visibility: "staff" } },
    ]);
    // "Dana has joined the conversation": nobody said that.
    expect(await foundBy(dana, "joined")).toEqual([]);
  });
});

test("all words are asked for, and only the last may be begun", async () => {
  const t = deployment();
  const [dana, ann] = [await technician(t), await customer(t)];
  const id = await ask(ann, "The printer jams");
  expect(await foundBy(dana, "printer ja")).toEqual([id]);
  expect(await foundBy(dana, "prin jams")).toEqual([]);
  expect(await foundBy(dana, "printer burns")).toEqual([]);
  for (const nothing of ["", "  ", "?", "p"]) expect(await foundBy(dana, nothing)).toEqual([]);
  expect(await refusal(search(dana, "x".repeat(201)))).toMatchObject({ code: "too_large" });
});

test("the latest come first, one row a conversation with its latest hit, 50 at most", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const ids: Id<"conversations">[] = [];
  for (let i = 0; i < 60; i++) {
    vi.setSystemTime(Date.now() + 60_000);
    ids.unshift(await ask(await guest(t), `The router blinks ${i}`));
  }
  expect(await foundBy(dana, "router")).toEqual(ids.slice(0, 50));
  const oldest = ids[45]!;
  await dana.t.mutation(conversations.claim, { conversationId: oldest });
  vi.setSystemTime(Date.now() + 60_000);
  const text = "A router of ours is on its way";
  const answer = { conversationId: oldest, text };
  const newest = await dana.t.mutation(api.messages.sendStaffMessage, answer);
  const [first, ...rest] = await search(dana, "router");
  expect(first).toMatchObject({ conversationId: oldest, message: { _id: newest } });
  expect(rest.filter(({ conversationId }) => conversationId === oldest)).toEqual([]);
});

test("secrets that a customer wrote are neither found nor shown", async () => {
  const t = deployment();
  const [dana, ann] = [await technician(t), await customer(t)];
  const id = await ask(ann, "My card 4111 1111 1111 1111 was charged, my password is Tr0ub4dor");
  expect(await foundBy(dana, "4111 1111 1111 1111")).toEqual([]);
  expect(await foundBy(dana, "Tr0ub4dor")).toEqual([]);
  const [row] = await search(dana, "charged");
  expect(row!.conversationId).toBe(id);
  expect(row!.excerpt.map((part) => part.text).join("")).not.toMatch(/4111|Tr0ub/);
});

test("what is being written is not found, and no flush writes what is searched; what is left of it is", async () => {
  const t = deployment();
  const agentId = await addAgent(t);
  const [dana, ann] = [await technician(t), await customer(t)];
  const id = await ask(ann, "Anything?");
  const messageId = await t.run((ctx) =>
    ctx.db.insert("messages", {
      conversationId: id,
      author: { kind: "agent", agentId, name: "Front Desk" },
      visibility: "public",
      status: "streaming",
      text: "Try the blue connector",
      turn: 1,
      episode: 1,
    }),
  );
  expect(await foundBy(dana, "connector")).toEqual([]);
  await dana.t.mutation(conversations.claim, { conversationId: id });
  expect(await search(dana, "connector")).toMatchObject([{ message: { _id: messageId } }]);
});

describe("erased rows never match", () => {
  test("from the moment that the account is deleted, not only once its rows are gone", async () => {
    hush();
    const t = clockedDeployment();
    const dana = await technician(t);
    const zoe = await signIn(t, { name: "Zoe", email: "zoe@mail.example", phone: "+15552345678" });
    const id = await ask(zoe, "My kazoo is broken, I want a person");
    const everything = ["zoe", "zoe@mail.example", "555 234 5678", "kazoo", "asked for a person"];
    for (const asked of everything) expect(await foundBy(dana, asked), asked).toEqual([id]);
    await zoe.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
    for (const asked of everything) expect(await foundBy(dana, asked), asked).toEqual([]);
    expect(await t.run((ctx) => ctx.db.get("conversations", id))).not.toBeNull();
    await finishProcesses(t, "purge");
    expect(await t.run((ctx) => ctx.db.get("conversations", id))).toBeNull();
    for (const asked of everything) expect(await foundBy(dana, asked), asked).toEqual([]);
  });

  test("nor a row whose conversation is gone", async () => {
    const t = deployment();
    const [dana, ann] = [await technician(t), await customer(t)];
    const id = await ask(ann, "My kazoo is broken");
    await t.run((ctx) => ctx.db.delete("conversations", id));
    expect(await foundBy(dana, "kazoo")).toEqual([]);
  });
});

test("customers and guests are refused, admins are not", async () => {
  const t = deployment();
  for (const person of [await customer(t), await guest(t)]) {
    expect(await refusal(search(person, "hello"))).toMatchObject({ code: "forbidden" });
  }
  expect(await foundBy(await admin(t), "hello")).toEqual([]);
});

test("what was found before an episode ended is found after it", async () => {
  const t = clockedDeployment();
  const [dana, ann] = [await technician(t), await customer(t)];
  const id = await ask(ann, "The kazoo squeals");
  await dana.t.mutation(conversations.resolve, { conversationId: id });
  vi.setSystemTime(Date.now() + 30 * DAY);
  await dana.t.mutation(conversations.reopen, { conversationId: id });
  expect(await foundBy(dana, "kazoo")).toEqual([id]);
  await patch(t, id, { channel: "sms" });
  expect(await search(dana, "kazoo")).toMatchObject([{ channel: "sms", status: "open" }]);
});
