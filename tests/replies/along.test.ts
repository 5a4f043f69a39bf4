/** `POST /reply`: the answer's words straight back to whoever asks, through the doors of `sendMessage`. */
import { expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { control, customer, messages, row, technician } from "../setup";
import { askAlong, openShop, post } from "./along";

const processes = async (t: Awaited<ReturnType<typeof openShop>>["t"]) =>
  (await t.run((ctx) => ctx.db.query("workflows").collect())).filter(
    ({ kind }) => kind === "reply",
  );
const scheduled = (t: Awaited<ReturnType<typeof openShop>>["t"]) =>
  t.run((ctx) => ctx.db.system.query("_scheduled_functions").collect());

test("the words come as the model writes them, and are settled once", async () => {
  const { t, ann, conversationId } = await openShop();
  const question = "How much is a laptop screen, along?";
  const { id } = (await control("/script", {
    match: question,
    text: "A laptop screen is $179 [1].",
    chunks: 6,
    holdAfter: 3,
  })) as { id: number };
  const reading = await askAlong(ann, conversationId, question);
  await reading.has("A lap");
  expect(reading.isDone).toBe(false);
  const [asked, streaming] = await messages(t, conversationId);
  expect(asked).toMatchObject({ author: { kind: "customer" }, text: question });
  expect(reading.lines[0]).toEqual({
    messageId: asked!._id,
    replyId: streaming!._id,
    turn: 1,
    name: "Front Desk",
  });
  expect(streaming).toMatchObject({ status: "streaming" });
  await control("/release", { id });
  await reading.ended;
  expect(reading.isDone).toBe(true);
  expect(reading.text).toBe("A laptop screen is $179 [1].");
  const [, reply] = await messages(t, conversationId);
  expect(reply).toMatchObject({ status: "complete", text: reading.text });
  expect(reply).not.toHaveProperty("readAlong");
  expect(await processes(t)).toMatchObject([{ state: "done", step: "complete" }]);
});

test("the check for lost writers is called off when the reply settles", async () => {
  const { t, ann, conversationId } = await openShop();
  const reading = await askAlong(ann, conversationId, "Called off?");
  await reading.ended;
  const checks = (await scheduled(t)).filter(({ name }) => name === "replies:recover");
  expect(checks.map(({ state }) => state.kind)).toEqual(["canceled"]);
});

test("a question that was stored already is not asked again", async () => {
  const { t, ann, conversationId } = await openShop();
  const clientMessageId = "11111111-aaaa";
  await (
    await askAlong(ann, conversationId, "Once?", { clientMessageId })
  ).ended;
  const again = await askAlong(ann, conversationId, "Once?", { clientMessageId });
  await again.ended;
  const all = await messages(t, conversationId);
  expect(again.lines).toEqual([{ messageId: all[0]!._id, replyId: null }]);
  expect(all.map(({ author }) => author.kind)).toEqual(["customer", "agent"]);
  // Nor by the other way in.
  const args = { conversationId, text: "Once?", clientMessageId };
  expect(await ann.t.mutation(api.messages.sendMessage, args)).toBe(all[0]!._id);
  expect(await messages(t, conversationId)).toHaveLength(2);
});

test("what isn't the AI's to answer goes its way, and the first line says so", async () => {
  const { t, ann, conversationId } = await openShop();
  const dana = await technician(t);
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const reading = await askAlong(ann, conversationId, "To a person");
  await reading.ended;
  expect(reading.lines).toMatchObject([{ replyId: null }]);
  expect(await processes(t)).toEqual([]);
  const asks = await askAlong(ann, conversationId, "I want to talk to a person");
  await asks.ended;
  expect(asks.lines).toMatchObject([{ replyId: null }]);
});

test("words that ask for a person are a hand-off here too, and no model is asked", async () => {
  const { t, ann, conversationId } = await openShop();
  const reading = await askAlong(ann, conversationId, "Let me talk to a human please");
  await reading.ended;
  expect(reading.lines).toMatchObject([{ replyId: null }]);
  expect(await row(t, conversationId)).toMatchObject({ owner: { kind: "queue" } });
});

test("without budget, or an agent, people are brought in", async () => {
  const { t, ann, conversationId } = await openShop({ AI_DAILY_BUDGET_USD: "0" });
  const reading = await askAlong(ann, conversationId, "No money left?");
  await reading.ended;
  expect(reading.lines).toMatchObject([{ replyId: null }]);
  const { owner, brief } = await row(t, conversationId);
  expect({ owner: owner.kind, reason: brief?.reason }).toEqual({
    owner: "queue",
    reason: "daily_budget",
  });
});

const REFUSED: [string, unknown, number, string][] = [
  ["no JSON", "{", 400, "invalid_input"],
  ["no text", { conversationId: "x" }, 400, "invalid_input"],
  ["an empty text", { text: " " }, 400, "invalid_input"],
  ["no id", { conversationId: "nonsense", text: "Hello" }, 404, "not_found"],
  ["an id that is too short", { text: "Hello", clientMessageId: "x" }, 400, "invalid_input"],
  [
    "a file that is none",
    { text: "Hello", attachments: [{ storageId: "nonsense", name: "a" }] },
    404,
    "not_found",
  ],
];
test.each(REFUSED)("%s is refused as a function would", async (_name, given, status, code) => {
  const { t, ann, conversationId } = await openShop();
  const body = typeof given === "string" ? given : { conversationId, ...(given as object) };
  const response = await (typeof body === "string"
    ? ann.t.fetch("/reply", { method: "POST", body })
    : post(ann.t, body));
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
    status,
    code,
  ]);
  expect(await messages(t, conversationId)).toEqual([]);
});

test("strangers and the signed-out are refused, pages of other origins too", async () => {
  const { t, conversationId } = await openShop();
  const bob = await customer(t, "bob@example.com");
  expect((await post(bob.t, { conversationId, text: "Mine?" })).status).toBe(404);
  expect((await post(t, { conversationId, text: "Mine?" })).status).toBe(401);
  const headers = { origin: "https://elsewhere.example" };
  expect((await post(bob.t, { conversationId, text: "Mine?" }, { headers })).status).toBe(403);
  expect(await messages(t, conversationId)).toEqual([]);
});

test("the message's limits are those of sendMessage, and count together", async () => {
  const { ann, conversationId } = await openShop();
  for (let i = 0; i < 10; i++) {
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text: `Number ${i}` });
  }
  const response = await post(ann.t, { conversationId, text: "One more" });
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("past a user's share of HTTP actions a scheduled writer answers, until one has ended", async () => {
  const { t, ann } = await openShop();
  const { id } = (await control("/script", {
    match: "Held along",
    text: "Take out the.",
    chunks: 3,
    holdAfter: 1,
    times: 9,
  })) as { id: number };
  const open = async (text: string) => {
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
    return { conversationId, reading: await askAlong(ann, conversationId, text) };
  };
  const held = [];
  for (let i = 0; i < 4; i++) held.push(await open(`Held along ${i}`));
  const fifth = await open("Held along 5");
  await fifth.reading.ended;
  expect(fifth.reading.lines).toMatchObject([{ replyId: null }]);
  const jobs = (await scheduled(t)).filter(({ name }) => name === "replies:generate");
  expect(jobs).toMatchObject([{ args: [{ conversationId: fifth.conversationId, turn: 1 }] }]);
  await control("/release", { id });
  for (const { reading } of held) await reading.ended;
  const sixth = await open("Held along 6");
  expect(sixth.reading.lines[0]?.replyId).not.toBeNull();
  await sixth.reading.ended;
});

test("the address of whoever asks is known to the HTTP action's mutations", async () => {
  const { t, ann, conversationId } = await openShop();
  const at = ann.t.withRequestMetadata({ ip: "198.51.100.7" });
  await (
    await askAlong({ t: at }, conversationId, "From where?")
  ).ended;
  const limits = (await t.run((ctx) => ctx.db.query("rateLimits").collect())).map(
    ({ name }) => name,
  );
  expect(limits).toEqual(expect.arrayContaining(["readAlong:ip", "repliesOfTheDay:ip"]));
});
