/** The shop's labels: who keeps the list, what conversations have, how they are found by it. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  admin,
  customer,
  deployment,
  queryCost,
  refusal,
  row,
  snapshot,
  technician,
} from "../setup";

async function shop() {
  const t = deployment();
  const [sam, dana, ann] = [await admin(t), await technician(t), await customer(t)];
  const message = { text: "My laptop is slow" };
  const started = await ann.t.mutation(api.conversations.createConversation, { message });
  const save = (name: string, key?: string) =>
    sam.t.mutation(api.labels.save, { name, colour: "green", ...(key !== undefined && { key }) });
  const put = (
    key: string,
    on: boolean,
    conversationId: Id<"conversations"> = started.conversationId,
  ) => dana.t.mutation(api.labels.put, { conversationId, key, on });
  return { t, sam, dana, ann, id: started.conversationId, save, put };
}

test("a label is put on and taken off, seen by all desks and by no customer", async () => {
  const { t, dana, ann, id, save, put } = await shop();
  const { key } = await save("Warranty");
  await put(key, true);
  await put(key, true);
  const shown = await dana.t.query(api.conversations.getForStaff, { conversationId: id });
  expect(shown.labels).toEqual([key]);
  expect(
    JSON.stringify(await ann.t.query(api.conversations.get, { conversationId: id })),
  ).not.toContain(key);
  await put(key, false);
  expect(await row(t, id)).not.toHaveProperty("labels");
  const { analytics } = await snapshot(t);
  const types = (analytics as { type?: string }[]).map(({ type }) => type);
  expect(types.filter((type) => type === "labelled" || type === "unlabelled")).toEqual([
    "labelled",
    "unlabelled",
  ]);
});

test("another name and colour are all conversations'; one that is removed is shown no more", async () => {
  const { t, sam, dana, id, save, put } = await shop();
  const { key } = await save("Warranty");
  await save("Loaner");
  await put(key, true);
  await sam.t.mutation(api.labels.save, { key, name: "Under warranty", colour: "red" });
  expect(await dana.t.query(api.labels.list, {})).toMatchObject([
    { name: "Loaner" },
    { key, name: "Under warranty", colour: "red" },
  ]);
  const found = async (text: string) =>
    (await dana.t.query(api.conversations.search, { text })).map(
      ({ conversationId }) => conversationId,
    );
  expect(await found("under warr")).toEqual([id]);
  await sam.t.mutation(api.labels.remove, { key });
  expect(await found("under warranty")).toEqual([]);
  // What is on no list goes with the next change.
  const { key: other } = await save("Other");
  await put(other, true);
  expect((await row(t, id)).labels).toEqual([other]);
});

test("a conversation is found by its label, and not once that is taken off", async () => {
  const { dana, id, save, put } = await shop();
  const { key } = await save("VIP customer");
  await put(key, true);
  const found = () => dana.t.query(api.conversations.search, { text: "vip" });
  expect(await found()).toMatchObject([{ conversationId: id, labels: [key] }]);
  await put(key, false);
  expect(await found()).toEqual([]);
});

test("names are told apart, and lists have an end", async () => {
  const { sam, dana, id, save, put } = await shop();
  await save("Warranty");
  expect(await refusal(save("  WARRANTY "))).toMatchObject({ code: "conflict" });
  expect(await refusal(save(" "))).toMatchObject({ code: "invalid_input" });
  expect(await refusal(save("x".repeat(31)))).toMatchObject({ code: "too_large" });
  expect(await refusal(save("New", "labelnone"))).toMatchObject({ code: "not_found" });
  expect(await refusal(put("labelnone", true))).toMatchObject({ code: "not_found" });
  for (let i = 1; i < 40; i++) await save(`Label ${i}`);
  expect(await refusal(save("One more"))).toMatchObject({ code: "too_large" });
  const labels = await dana.t.query(api.labels.list, {});
  expect(labels).toHaveLength(40);
  for (const { key } of labels.slice(0, 8)) await put(key, true);
  expect(await refusal(put(labels[9]!.key, true))).toMatchObject({ code: "too_large" });
  await sam.t.mutation(api.labels.save, { ...labels[0]!, name: "Another" });
  expect(
    (await dana.t.query(api.conversations.getForStaff, { conversationId: id })).labels,
  ).toHaveLength(8);
});

test("a list is narrowed to a label beyond its first fifty, in its order, by as many reads as there may be", async () => {
  const { t, dana, ann, save } = await shop();
  const { key } = await save("Warranty");
  const add = (fields: object) =>
    t.run((ctx) =>
      ctx.db.insert("conversations", {
        userId: ann.userId,
        channel: "web",
        status: "open",
        owner: { kind: "ai" },
        ...{ turn: 1, episode: 1, lastMessageAt: 1, preview: "", aiReplies: 0 },
        ...{ unreadByCustomer: 0, unreadByStaff: 0 },
        ...fields,
      }),
    );
  const labelled = { labels: [key], card: key };
  const waits = (since: number) => ({ owner: { kind: "queue", since } });
  // Behind sixty that have come since.
  const old = await add({ ...labelled, lastMessageAt: 1 });
  const newer = await add({ ...labelled, lastMessageAt: 2 });
  for (let i = 0; i < 60; i++) await add({ ...waits(10 + i), lastMessageAt: 10 + i });
  const due = (dueAt: number) => ({ target: { since: 1, isFirst: true, warnAt: 1, dueAt } });
  const late = await add({ ...labelled, ...waits(100), ...due(9), lastMessageAt: 3 });
  const later = await add({ ...labelled, ...waits(101), ...due(99), lastMessageAt: 4 });
  const urgent = await add({
    ...labelled,
    ...{ owner: { kind: "queue", since: 102, urgentSince: 102 }, ...due(999), lastMessageAt: 5 },
  });
  const mine = await add({
    ...labelled,
    ...{ owner: { kind: "human", since: 1, userId: dana.userId }, lastMessageAt: 6 },
  });
  const solved = await add({ ...labelled, status: "resolved", resolvedAt: 7, lastMessageAt: 7 });
  const aside = await add({ ...labelled, status: "snoozed", snoozedUntil: 1e14, lastMessageAt: 8 });
  const list = async (view: "waiting" | "mine" | "all" | "snoozed" | "resolved", label = key) =>
    (await dana.t.query(api.conversations.queue, { view, label })).map(({ _id }) => _id);
  expect(await list("all")).toEqual([mine, urgent, later, late, newer, old]);
  expect(await list("waiting")).toEqual([urgent, late, later]);
  expect(await list("mine")).toEqual([mine]);
  expect(await list("resolved")).toEqual([solved]);
  expect(await list("snoozed")).toEqual([aside]);
  expect(await list("all", "labelnobodyhas")).toEqual([]);
  for (let i = 0; i < 300; i++) await add({ ...labelled, status: "resolved", resolvedAt: i });
  const { documentsRead } = await queryCost(dana, api.conversations.queue, {
    view: "all",
    label: key,
  });
  // Session, caller, labels; 50 of the list, 200 of the label, and the customer of each that is shown.
  expect(documentsRead).toBeLessThanOrEqual(3 + 50 + 200 + 50);
});
