/** Notes about a person: among staff, about customers only, each with who wrote it, and gone with either of them. */
import { expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import { MAX_NOTES, MAX_NOTE_CHARS } from "../../convex/model/accounts/personNotes";
import {
  addAgent,
  admin,
  clockedDeployment,
  customer,
  deployment,
  finishProcesses,
  guest,
  hush,
  outcomeOf,
  page,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const SECRET = "Pays late: cash in advance.";

async function shop(t: Deployment = deployment()) {
  const [ann, dana, kim] = [await customer(t), await technician(t), await technician(t, "Kim")];
  const started = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "My laptop is slow." },
  });
  return { t, ann, dana, kim, ...started };
}

type Shop = Awaited<ReturnType<typeof shop>>;
const add = (by: Caller, { userId }: Caller, text = SECRET) =>
  by.t.mutation(api.customers.addNote, { userId, text });
const notesOf = async ({ dana, conversationId }: Shop) =>
  (await dana.t.query(api.customers.panel, { conversationId })).notes;

test("a note says what, when and who; whoever changes it last is who", async () => {
  // Its clock stands still: both are of one millisecond.
  const world = await shop(clockedDeployment());
  const { ann, dana, kim } = world;
  const noteId = await add(dana, ann);
  await add(kim, ann, "Deaf on one ear.");
  const [second, first] = await notesOf(world);
  expect([first, second]).toMatchObject([
    { _id: noteId, text: SECRET, by: "Dana" },
    { text: "Deaf on one ear.", by: "Kim" },
  ]);
  const change = { userId: ann.userId, noteId, text: "Paid in the end.", at: first!.at };
  await kim.t.mutation(api.customers.changeNote, change);
  expect(await notesOf(world)).toContainEqual({
    _id: noteId,
    text: "Paid in the end.",
    by: "Kim",
    at: expect.any(Number) as number,
  });
  await dana.t.mutation(api.customers.removeNote, { userId: ann.userId, noteId });
  expect((await notesOf(world)).map(({ text }) => text)).toEqual(["Deaf on one ear."]);
});

test("what a colleague has changed meanwhile is not written over", async () => {
  const world = await shop();
  const { ann, dana, kim } = world;
  const noteId = await add(dana, ann);
  const [{ at } = { at: 0 }] = await notesOf(world);
  const change = (by: Caller, text: string) =>
    by.t.mutation(api.customers.changeNote, { userId: ann.userId, noteId, text, at });
  await change(kim, "Kim's");
  expect(await outcomeOf(change(dana, "Dana's"))).toBe("conflict");
  expect(await notesOf(world)).toMatchObject([{ text: "Kim's", by: "Kim" }]);
});

test("nothing that a customer may call tells of them, and no model is told", async () => {
  hush();
  const t = clockedDeployment();
  await addAgent(t);
  const { ann, dana, conversationId } = await shop(t);
  await add(dana, ann);
  const seen = JSON.stringify([
    await ann.t.query(api.users.me, {}),
    await ann.t.query(api.conversations.get, { conversationId }),
    await ann.t.query(api.conversations.getUserConversations, { paginationOpts: page() }),
    await ann.t.query(api.messages.getMessages, { conversationId, paginationOpts: page() }),
  ]);
  expect(seen).not.toContain("Pays late");
  const { turn } = (await t.run((ctx) => ctx.db.get("conversations", conversationId)))!;
  const assignment = await t.mutation(internal.replies.begin, { conversationId, turn, attempt: 1 });
  expect(assignment).not.toBeNull();
  expect(JSON.stringify(assignment)).not.toContain("Pays late");
});

test("there is an end to their number and length, and none is about staff or nobody", async () => {
  const { t, ann, dana, kim } = await shop();
  for (let i = 0; i < MAX_NOTES; i++) await add(dana, ann, `Note ${i}`);
  const gone = await guest(t);
  await t.run((ctx) => ctx.db.delete("users", gone.userId));
  const outcomes = [
    add(dana, ann, "One more"),
    add(dana, await customer(t, "bob@example.com"), "x".repeat(MAX_NOTE_CHARS + 1)),
    add(dana, kim),
    add(dana, gone),
  ].map(outcomeOf);
  expect(await Promise.all(outcomes)).toEqual(["conflict", "too_large", "not_found", "not_found"]);
});

test("one person's note can't be reached through another person", async () => {
  const { t, ann, dana } = await shop();
  const noteId = await add(dana, ann);
  const { userId } = await customer(t, "bob@example.com");
  const change = { userId, noteId, text: "Mine", at: Date.now() };
  const outcomes = [
    dana.t.mutation(api.customers.changeNote, change),
    dana.t.mutation(api.customers.removeNote, { userId, noteId }),
  ].map(outcomeOf);
  expect(await Promise.all(outcomes)).toEqual(["not_found", "not_found"]);
});

test("they go in the transaction that deletes the account, and stay without a name when their author goes", async () => {
  hush();
  const t = clockedDeployment();
  const world = await shop(t);
  const { ann, dana, kim } = world;
  const bob = await customer(t, "bob@example.com");
  await admin(t);
  await add(dana, ann);
  await add(kim, bob, "Collects radios.");
  await kim.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
  await finishProcesses(t, "purge");
  const { conversationId } = await bob.t.mutation(api.conversations.createConversation, {});
  const { notes } = await dana.t.query(api.customers.panel, { conversationId });
  expect(notes).toMatchObject([{ text: "Collects radios." }]);
  expect(notes[0]).not.toHaveProperty("by");
  await ann.t.mutation(api.users.deleteMyAccount, { confirm: "DELETE" });
  expect(JSON.stringify(await snapshot(t))).not.toContain("Pays late");
});
