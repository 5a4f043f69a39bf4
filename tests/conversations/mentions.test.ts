/** Colleagues named in notes: who may be, who is told, what stays when they are gone. */
import { beforeEach, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import {
  admin,
  customer,
  deployment,
  messages,
  mutationCost,
  outcomeOf,
  page,
  queryCost,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

let t: Deployment;
let conversationId: Id<"conversations">;
let [dana, eli, ann]: Caller[] = [];
beforeEach(async () => {
  t = deployment();
  ann = await customer(t);
  [dana, eli] = [await technician(t), await technician(t, "Eli")];
  ({ conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Is it ready?" },
  }));
});

const note = (text: string, mentions: Id<"users">[], by: Caller = dana!) =>
  by.t.mutation(api.messages.addNote, { conversationId, text, mentions });
const mentionsOf = (who: Caller) => who.t.query(api.mentions.list, {});

test("who is named is told where, by whom and in which words, until they have seen it", async () => {
  expect(await mentionsOf(eli!)).toEqual([]);
  const messageId = await note("@Eli knows this hinge.", [eli!.userId]);
  const told = { conversationId, messageId, by: "Dana", excerpt: "@Eli knows this hinge." };
  expect(await mentionsOf(eli!)).toMatchObject([{ ...told, seen: false }]);
  expect(await mentionsOf(dana!)).toEqual([]);
  // Somebody else's look is none of theirs.
  await dana!.t.mutation(api.mentions.markSeen, { conversationId });
  expect(await mentionsOf(eli!)).toMatchObject([{ seen: false }]);
  await eli!.t.mutation(api.mentions.markSeen, { conversationId });
  expect(await mentionsOf(eli!)).toMatchObject([{ ...told, seen: true }]);
});

test("the note holds whom it names by id; its readers see names, customers nothing", async () => {
  await note("@Eli and @Dana, please.", [eli!.userId, dana!.userId]);
  const stored = (await messages(t, conversationId)).find(
    ({ visibility }) => visibility === "staff",
  );
  expect(stored?.mentions?.map(({ userId }) => userId)).toEqual([eli!.userId, dana!.userId]);
  const paginationOpts = page();
  const seen = await eli!.t.query(api.messages.getMessages, { conversationId, paginationOpts });
  expect(seen.page[0]).toMatchObject({ mentions: ["Eli", "Dana"] });
  const theirs = await ann!.t.query(api.messages.getMessages, { conversationId, paginationOpts });
  expect(JSON.stringify(theirs)).not.toContain("Eli");
  // Whoever names themselves knows.
  expect(await mentionsOf(dana!)).toEqual([]);
});

test("only who works here, and only whom the note says", async () => {
  expect(await outcomeOf(note("@Ann hello", [ann!.userId]))).toBe("not_found");
  const sam = await admin(t);
  await sam.t.mutation(api.users.setBlocked, { userId: eli!.userId, blocked: true });
  expect(await outcomeOf(note("@Eli hello", [eli!.userId]))).toBe("not_found");
  expect(await outcomeOf(note("Hello", [sam.userId]))).toBe("invalid_input");
  expect(await dana!.t.query(api.mentions.colleagues, {})).toEqual([
    { userId: dana!.userId, name: "Dana" },
    { userId: sam.userId, name: "Sam" },
  ]);
  expect(await messages(t, conversationId)).toHaveLength(1);
});

test("at most ten, and each once however often they are named", async () => {
  const many = await Promise.all(
    Array.from({ length: 11 }, (_, i) => technician(t, `Tech${String.fromCharCode(65 + i)}`)),
  );
  const words = many.map((_, i) => `@Tech${String.fromCharCode(65 + i)}`).join(" ");
  const ids = many.map(({ userId }) => userId);
  expect(await outcomeOf(note(words, ids))).toBe("too_large");
  await note("@Eli @Eli", [eli!.userId, eli!.userId]);
  expect(await mentionsOf(eli!)).toHaveLength(1);
});

test("is on record: who named whom, where, and not in which words", async () => {
  await note("@Eli knows this hinge.", [eli!.userId]);
  const events = (await snapshot(t))["analytics"] as Extract<Doc<"analytics">, { kind: "event" }>[];
  const named = events.filter(({ type }) => type === "mentioned");
  expect(named).toMatchObject([
    { actorId: dana!.userId, subjectId: eli!.userId, conversationId, data: {} },
  ]);
});

test("touches no row that others read, and the list reads no conversation", async () => {
  const before = await row(t, conversationId);
  await note("@Eli knows this hinge.", [eli!.userId]);
  await eli!.t.mutation(api.mentions.markSeen, { conversationId });
  expect(await row(t, conversationId)).toEqual(before);
  const { documentsRead } = await queryCost(eli!, api.mentions.list, {});
  // Session, caller, mention, note.
  expect(documentsRead).toBeLessThanOrEqual(4);
  const again = await mutationCost(eli!, api.mentions.markSeen, { conversationId });
  // The caller's limit.
  expect(again.documentsWritten).toBeLessThanOrEqual(1);
});
