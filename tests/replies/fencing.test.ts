import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  addPassage,
  control,
  customer,
  deployment,
  messages,
  row,
  runReply,
  technician,
  type Deployment,
} from "../setup";
import { TURN_TAKERS } from "./asking";

/** A reply that has shown its first words and goes on when told to. */
async function streaming(name: string, text = "Take out the card and press start again.") {
  const t = deployment();
  await addAgent(t);
  await addPassage(t, "Laptop screens", "A laptop screen is $179.");
  const ann = await customer(t);
  const dana = await technician(t);
  const question = `How much is a laptop screen? ${name}`;
  const { id } = (await control("/script", {
    match: question,
    text,
    chunks: 8,
    holdAfter: 3,
  })) as { id: number };
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: question },
  });
  const written = runReply(t, conversationId);
  await vi.waitUntil(
    async () => {
      const { scripts } = (await control("/script")) as {
        scripts: { id: number; state: string }[];
      };
      return (
        scripts.find((script) => script.id === id)?.state === "held" &&
        (await shown(t, conversationId)) !== ""
      );
    },
    { timeout: 10_000, interval: 5 },
  );
  /** Lets the model finish, and waits for the writer. */
  const goOn = async () => {
    await control("/release", { id });
    await written;
  };
  return { t, ann, dana, conversationId, goOn };
}

const shown = async (t: Deployment, id: Id<"conversations">) =>
  (await messages(t, id)).find((message) => message.author.kind === "agent")?.text ?? "";

/** The fence that the writer of the streaming reply holds. */
async function fenceOf(t: Deployment, id: Id<"conversations">) {
  const reply = (await messages(t, id)).find((message) => message.status === "streaming")!;
  return { messageId: reply._id, workflowId: reply.workflowId!, attempt: reply.attempt! };
}

for (const [name, act] of Object.entries(TURN_TAKERS)) {
  test(`when ${name}, not one more character of the reply is committed`, async () => {
    const { t, ann, dana, conversationId, goOn } = await streaming(name);
    const fence = await fenceOf(t, conversationId);
    await act(ann, dana, conversationId);
    const before = await messages(t, conversationId);
    const reply = before.find((message) => message.author.kind === "agent");
    expect(reply).toMatchObject({ status: "stopped" });
    expect(reply!.text).toMatch(/^Take/);
    expect(reply!.text).not.toContain("again");
    const { preview, unreadByCustomer } = await row(t, conversationId);
    // A flush that was on its way, and then the writer itself, which the model lets go on.
    const late = { fence, text: "Take out the card and", activity: "writing" as const };
    expect(await t.mutation(internal.replies.flush, late)).toBe(false);
    expect(await messages(t, conversationId)).toEqual(before);
    await goOn();
    const after = await messages(t, conversationId);
    // The only thing the writer may still add is the bill.
    expect(after.map(({ usage: _usage, ...rest }) => rest)).toEqual(
      before.map(({ usage: _usage, ...rest }) => rest),
    );
    expect(await row(t, conversationId)).toMatchObject({ preview, unreadByCustomer });
  });

  test(`when ${name}, what the model used until then is charged`, async () => {
    const { t, ann, dana, conversationId, goOn } = await streaming(`${name} usage`);
    await act(ann, dana, conversationId);
    await goOn();
    const reply = (await messages(t, conversationId)).find((m) => m.author.kind === "agent")!;
    expect(reply.usage!.costMicroUsd).toBeGreaterThan(0);
    const events = await t.run((ctx) => ctx.db.query("analytics").collect());
    const charges = events.filter((e) => e.kind === "event" && e.type === "usage_charged");
    expect(charges).toMatchObject([{ conversationId, data: { usage: reply.usage } }]);
  });
}

test("what was judged of an answer that was stopped is counted: on its row, and in numbers", async () => {
  const text = "A laptop screen is $179 [1]. Take out the card, then press start again, and wait.";
  const { t, ann, conversationId, goOn } = await streaming("stopped, judged", text);
  await ann.t.mutation(api.replies.stop, { conversationId });
  await goOn();
  const reply = (await messages(t, conversationId)).find((m) => m.author.kind === "agent")!;
  const checks = { checked: 1, refused: 0 };
  expect(reply).toMatchObject({ status: "stopped", checks });
  const events = await t.run((ctx) => ctx.db.query("analytics").collect());
  const charges = events.filter((e) => e.kind === "event" && e.type === "usage_charged");
  expect(charges).toMatchObject([{ conversationId, data: { checks } }]);
});

test("a burst of messages gets one reply, to all of them", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  await control("/script", { match: "third of the burst", text: "All three." });
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "first of the burst" },
  });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "second of the burst" });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "third of the burst" });
  for (const turn of [1, 2, 3]) {
    await t.action(internal.replies.generate, { conversationId, turn, attempt: 1 });
  }
  const all = await messages(t, conversationId);
  expect(all.filter((message) => message.author.kind === "agent")).toMatchObject([
    { text: "All three.", status: "complete", turn: 3 },
  ]);
  const { requests } = (await control("/requests?provider=openrouter")) as {
    requests: { body: { messages: { content: string }[] } }[];
  };
  // Other tests talk to the same stand-in.
  const seen = requests
    .map(({ body }) => JSON.stringify(body?.messages ?? ""))
    .find((sent) => sent.includes("third of the burst"))!;
  for (const word of ["first", "second", "third"]) expect(seen).toContain(`${word} of the burst`);
});

test("while a technician has the conversation the AI isn't even asked", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  const dana = await technician(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Hello Dana" });
  expect(await t.run((ctx) => ctx.db.query("workflows").collect())).toEqual([]);
  await runReply(t, conversationId);
  expect((await messages(t, conversationId)).some((m) => m.author.kind === "agent")).toBe(false);
});

test("after release the AI answers the customer who waits", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  const dana = await technician(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.claim, { conversationId });
  await ann.t.mutation(api.messages.sendMessage, { conversationId, text: "Released question" });
  await dana.t.mutation(api.conversations.release, { conversationId });
  await control("/script", { match: "Released question", text: "Here I am." });
  await runReply(t, conversationId);
  expect(await shown(t, conversationId)).toBe("Here I am.");
});

test("stopping before the first word leaves a visible stopped reply, which can be retried", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Stop before begin" },
  });
  await ann.t.mutation(api.replies.stop, { conversationId });
  await runReply(t, conversationId);
  expect((await messages(t, conversationId)).map((m) => m.author.kind)).toEqual([
    "customer",
    "system",
  ]);
  await ann.t.mutation(api.replies.retry, { conversationId });
  await control("/script", { match: "Stop before begin", text: "Now." });
  await runReply(t, conversationId);
  expect(await shown(t, conversationId)).toBe("Now.");
});

test("a reply whose settling is told twice is settled and charged once", async () => {
  const t = deployment();
  const agentId = await addAgent(t);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "Settle twice?" },
  });
  await t.mutation(internal.replies.begin, { conversationId, turn: 1, attempt: 1 });
  const fence = await fenceOf(t, conversationId);
  const usage = {
    model: "m",
    promptTokens: 10,
    completionTokens: 5,
    costMicroUsd: 7,
    totalMs: 1,
  };
  const result = { text: "Once.", citations: [], usage, outcome: { kind: "complete" as const } };
  for (let i = 0; i < 2; i++) {
    await t.mutation(internal.messages.sendAgentMessage, { fence, agentId, result });
  }
  const events = await t.run((ctx) => ctx.db.query("analytics").collect());
  const charged = events.filter((e) => e.kind === "event" && e.data.usage !== undefined);
  expect(charged).toMatchObject([{ type: "reply_finished", data: { usage } }]);
  expect(await row(t, conversationId)).toMatchObject({ aiReplies: 1, unreadByCustomer: 1 });
});
