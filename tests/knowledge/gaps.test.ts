/**
 * From a question that found nothing to a document that answers it: questions that mean the same are one, a
 * technician's answer is shown without whose it was before it is kept, and a question closes once a search finds it.
 */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { MINUTE } from "../../convex/lib/time";
import { ZERO_METRICS } from "../../convex/model/agents/agents";
import { SETTLE_TIME } from "../../convex/model/analytics/rollups";
import {
  addAgent,
  admin,
  clockedDeployment,
  control,
  customer,
  finishIngests,
  hush,
  messages,
  outcomeOf,
  passTime,
  runUntil,
  settled,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

beforeEach(hush);

/** Asked in vain, each so often, and rolled up. */
async function askInVain(
  t: Deployment,
  asked: Record<string, number>,
  conversationId?: Id<"conversations">,
): Promise<void> {
  await t.run(async (ctx) => {
    for (const [question, times] of Object.entries(asked)) {
      for (let i = 0; i < times; i++) {
        const row = { kind: "event" as const, type: "knowledge_gap" as const, conversationId };
        await ctx.db.insert("analytics", { ...row, data: { question } });
      }
    }
  });
  vi.setSystemTime(Date.now() + SETTLE_TIME + 1_000);
  await t.mutation(internal.analytics.rollUp, {});
  for (let step = 0; step < 100; step++) {
    await passTime(500);
    if ((await gapRows(t)).every(({ group }) => group !== undefined)) return;
  }
  throw new Error("The questions are not grouped.");
}

async function gapRows(t: Deployment) {
  const { analytics } = await snapshot(t);
  return (analytics as Doc<"analytics">[]).filter((row) => row.kind === "gap");
}

/** As if whoever asked the questions of a document again had died before it said what it found. */
async function loseCheck(t: Deployment, documentId: Id<"knowledge">): Promise<void> {
  const gapIds = (await gapRows(t)).map(({ _id }) => _id);
  await t.run(async (ctx) => {
    for (const gapId of gapIds) await ctx.db.patch("analytics", gapId, { closedAt: undefined });
    await ctx.db.patch("knowledge", documentId, { gapIds });
  });
}

const groups = async (dana: Caller) =>
  (await dana.t.query(api.gaps.list, {})).map(({ gaps, count }) => ({
    count,
    questions: gaps.map(({ question }) => question),
  }));

test("questions that mean the same are one, however they are spelt, and others stay apart", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await askInVain(t, {
    "Do you fix drones?": 4,
    "what does it cost to repair my screeen": 4,
    "screen repair price?": 1,
    "Do you repair drones": 2,
    "How much is a piano tuning?": 1,
    "do you gild watches": 1,
  });
  expect(await groups(dana)).toEqual([
    { count: 6, questions: ["do you fix drones?", "do you repair drones"] },
    {
      count: 5,
      questions: ["what does it cost to repair my screeen", "screen repair price?"],
    },
    { count: 1, questions: [expect.any(String)] },
    { count: 1, questions: [expect.any(String)] },
  ]);
});

test("by vectors where there are some: what shares few words and names nothing else", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  // The stand-in knows that these are near each other; their words are not the same.
  const pair = { "upholstery cleaning": 2, "upholsterer cleaning upholstered things": 1 };
  await askInVain(t, pair);
  expect(await groups(dana)).toHaveLength(1);
});

test("a screen and a battery are two questions, however near they are", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await askInVain(t, {
    "how much is a screen for a Zorblax handset": 1,
    "how much is a battery for a Zorblax handset": 1,
  });
  expect(await groups(dana)).toHaveLength(2);
});

test("without embeddings they are grouped by their words, and none is left out", async () => {
  const t = clockedDeployment({ OPENAI_API_KEY: "" });
  const dana = await technician(t);
  await askInVain(t, { "Do you fix drones?": 1, "Do you repair drones": 1, "sell pianos": 1 });
  expect((await groups(dana)).map(({ count }) => count)).toEqual([2, 1]);
});

test("a group stays as it is when others come, and a question goes with whoever asked it", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  await askInVain(t, { "Do you fix drones?": 1 });
  const [first] = await dana.t.query(api.gaps.list, {});
  await askInVain(t, { "do you repair drones": 5, "repair a drone?": 1 });
  const [all] = await dana.t.query(api.gaps.list, {});
  expect(all!.gaps).toHaveLength(3);
  // The first is erased with whoever asked it: nothing of its words is left in the others.
  await t.run((ctx) => ctx.db.delete("analytics", first!.gaps[0]!.gapId));
  await askInVain(t, { "drone repairs": 1 });
  const [rest] = await dana.t.query(api.gaps.list, {});
  expect(rest!.gaps).toHaveLength(3);
  expect(JSON.stringify((await snapshot(t)).analytics)).not.toContain('"do you fix drones?"');
});

const DRONES = {
  title: "Drones",
  category: "answers",
  format: "text" as const,
  body: "We repair drones: a motor costs $60.",
};

async function approve(t: Deployment, sam: Caller, draftId: Id<"knowledge">) {
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const documentId = await sam.t.mutation(api.drafts.approve, { draftId, updatedAt });
  await finishIngests(t);
  await passTime(3_000);
  return documentId;
}

test("a question closes when a search for it finds the approved text, and not before", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  await askInVain(t, {
    "Do you repair drones?": 2,
    "Do you fix drones": 1,
    "Do you tune pianos?": 1,
  });
  const [drones, pianos] = await dana.t.query(api.gaps.list, {});
  const gapIds = [...drones!.gaps, ...pianos!.gaps].map(({ gapId }) => gapId);
  // Written for both: it answers one of them.
  const draftId = await dana.t.mutation(api.drafts.save, { ...DRONES, gapIds });
  expect(await groups(dana)).toHaveLength(2);
  const documentId = await approve(t, sam, draftId);
  expect(await groups(dana)).toEqual([{ count: 1, questions: ["do you tune pianos?"] }]);
  expect(await sam.t.query(api.knowledge.gaps, {})).toMatchObject([
    { question: "do you tune pianos?" },
  ]);
  expect(await sam.t.query(api.knowledge.get, { documentId })).toMatchObject({
    gapIds: [pianos!.gaps[0]!.gapId],
  });
  // The next version answers it.
  const both = { title: "Drones and piano tuning", body: `${DRONES.body}\n\nPiano tuning: $90.` };
  await sam.t.mutation(api.knowledge.replaceDocument, { documentId, ...DRONES, ...both });
  await finishIngests(t);
  await passTime(3_000);
  expect(await groups(dana)).toEqual([]);
  expect((await sam.t.query(api.knowledge.get, { documentId })).gapIds).toBeUndefined();

  // Asked in vain later, it is open again.
  await askInVain(t, { "Do you repair drones?": 1 });
  expect(await groups(dana)).toEqual([{ count: 3, questions: ["do you repair drones?"] }]);
});

test("a check that is lost is made again by itself", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  await askInVain(t, { "Do you repair drones?": 1 });
  const [drones] = await dana.t.query(api.gaps.list, {});
  const gapIds = drones!.gaps.map(({ gapId }) => gapId);
  const draftId = await dana.t.mutation(api.drafts.save, { ...DRONES, gapIds });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const documentId = await sam.t.mutation(api.drafts.approve, { draftId, updatedAt });
  await finishIngests(t);
  await passTime(3_000);
  await loseCheck(t, documentId);
  expect(await groups(dana)).toHaveLength(1);
  await runUntil(t, Date.now() + 11 * MINUTE);
  expect(await groups(dana)).toEqual([]);
});

type Said = { by: "customer" | "technician" | "agent"; text: string };

/** A conversation of Ann's in which this was said, in the technician's hands. */
async function conversationOf(t: Deployment, ann: Caller, dana: Caller, said: Said[]) {
  return await t.run(async (ctx) => {
    await ctx.db.patch("users", ann.userId, { name: "Ann Miller", phone: "+16145550142" });
    const agentId = await ctx.db.insert("agents", {
      slug: "triage",
      name: "Front Desk",
      description: "",
      prompt: "",
      model: "m",
      fallbackModels: [],
      capabilities: [],
      tools: [],
      status: "active",
      priority: 1,
      metrics: ZERO_METRICS,
    });
    const conversationId = await ctx.db.insert("conversations", {
      userId: ann.userId,
      channel: "web",
      status: "open",
      owner: { kind: "human", since: 1, userId: dana.userId },
      turn: 1,
      episode: 1,
      lastMessageAt: 1,
      preview: "",
      unreadByCustomer: 0,
      unreadByStaff: 0,
      aiReplies: 0,
      answeredBy: "human",
      brief: { reason: "no_source", summary: "Asks for drones.", urgency: "normal", at: 1 },
    });
    const ids: Id<"messages">[] = [];
    for (const [i, { by, text }] of said.entries()) {
      const author: Doc<"messages">["author"] =
        by === "technician"
          ? { kind: by, userId: dana.userId, name: "Dana" }
          : by === "agent"
            ? { kind: by, agentId, name: "Front Desk" }
            : { kind: by };
      const row = { conversationId, author, text, turn: 1, episode: 1, settledAt: i + 1 };
      ids.push(
        await ctx.db.insert("messages", { ...row, visibility: "public", status: "complete" }),
      );
    }
    return { conversationId, ids };
  });
}

const TALK: Said[] = [
  { by: "customer", text: "Hi, this is Ann Miller. Do you repair drones?" },
  { by: "agent", text: "I don't know that. Shall I get a technician?" },
  { by: "customer", text: "yes please, (614) 555-0142" },
  {
    by: "technician",
    text: "Hi Ann,\nwe repair drones: a motor costs $60. We call you at (614) 555-0142.\n\nBest,\nDana",
  },
  { by: "technician", text: "Order no. A-20412 is yours, Ann." },
];

test("a technician's answer is shown without whose it was, and kept exactly as it was shown", async () => {
  const t = clockedDeployment();
  const [ann, dana, sam] = [await customer(t), await technician(t), await admin(t)];
  const { conversationId, ids } = await conversationOf(t, ann, dana, TALK);
  await askInVain(t, { "Do you repair drones?": 1 }, conversationId);
  await askInVain(t, { "can you fix a drone": 4 });
  const before = await snapshot(t);
  const shown = await dana.t.query(api.drafts.propose, { conversationId, messageId: ids[3]! });
  expect(await snapshot(t)).toEqual(before);
  expect(shown).toEqual({
    title: "Do you repair drones?",
    category: "answers",
    format: "text",
    body: "We repair drones: a motor costs $60. We call you at [phone number removed].",
    removed: [{ what: "phone number", count: 1 }],
    gapIds: [expect.any(String), expect.any(String)],
  });
  const { removed: _, ...text } = shown;
  const edited = { ...text, title: "Drones", body: text.body.replace(/ We call.*/, "") };
  const draftId = await dana.t.mutation(api.drafts.saveAnswer, { conversationId, ...edited });
  expect(await dana.t.query(api.drafts.get, { draftId })).toMatchObject(edited);
  await approve(t, sam, draftId);
  expect(await groups(dana)).toEqual([]);
});

test("all that technicians said in the episode can be one text", async () => {
  const t = clockedDeployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await conversationOf(t, ann, dana, TALK);
  const { body } = await dana.t.query(api.drafts.propose, { conversationId });
  expect(body).toBe(
    "We repair drones: a motor costs $60. We call you at [phone number removed].\n\n" +
      "Order no. [number removed] is yours, [name removed].",
  );
});

test("only a technician's public message is an answer, and the customer's own number is never kept", async () => {
  const t = clockedDeployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId, ids } = await conversationOf(t, ann, dana, TALK);
  const propose = (messageId: Id<"messages">) =>
    outcomeOf(dana.t.query(api.drafts.propose, { conversationId, messageId }));
  expect(await propose(ids[0]!)).toBe("not_found");
  expect(await propose(ids[1]!)).toBe("not_found");
  const save = (body: string) =>
    outcomeOf(dana.t.mutation(api.drafts.saveAnswer, { ...DRONES, body, conversationId }));
  expect(await save("Call Ann at 614-555-0142.")).toBe("invalid_input");
  expect(await save("Write to ann@example.com.")).toBe("invalid_input");
  expect(await save("We repair drones.")).toBe("ok");
});

test("what technicians solved is proposed until there is a draft of it; nothing is written meanwhile", async () => {
  const t = clockedDeployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await conversationOf(t, ann, dana, TALK);
  const byAi = await conversationOf(t, ann, dana, TALK.slice(0, 2));
  await t.run((ctx) => ctx.db.patch("conversations", byAi.conversationId, { answeredBy: "ai" }));
  expect(await dana.t.query(api.drafts.solved, {})).toEqual([]);
  for (const one of [conversationId, byAi.conversationId]) {
    await dana.t.mutation(api.conversations.resolve, { conversationId: one });
  }
  const resolved = await t.run((ctx) => ctx.db.get("conversations", conversationId));
  expect(await dana.t.query(api.drafts.solved, {})).toMatchObject([
    { conversationId, reason: "no_source", summary: "Asks for drones." },
  ]);
  const draft = await dana.t.query(api.drafts.propose, { conversationId });
  const { removed: _, ...text } = draft;
  await dana.t.mutation(api.drafts.saveAnswer, { conversationId, ...text });
  expect(await dana.t.query(api.drafts.solved, {})).toEqual([]);
  expect(await t.run((ctx) => ctx.db.get("conversations", conversationId))).toEqual(resolved);
});

test("vectors that come later have the questions asked again at once", async () => {
  const t = clockedDeployment();
  const [dana, sam] = [await technician(t), await admin(t)];
  await askInVain(t, { "Do you repair drones?": 1 });
  const [drones] = await dana.t.query(api.gaps.list, {});
  const gapIds = drones!.gaps.map(({ gapId }) => gapId);
  const mark = `mark${Math.random().toString(36).slice(2)}`;
  const fault = { provider: "openai", kind: "status", status: 503, match: mark, times: 2 };
  await control("/faults", fault);
  const body = `${DRONES.body} ${mark}`;
  const draftId = await dana.t.mutation(api.drafts.save, { ...DRONES, body, gapIds });
  const { updatedAt } = await sam.t.query(api.drafts.get, { draftId });
  const documentId = await sam.t.mutation(api.drafts.approve, { draftId, updatedAt });
  await finishIngests(t);
  await passTime(3_000);
  await loseCheck(t, documentId);
  expect(await groups(dana)).toHaveLength(1);
  await t.mutation(internal.knowledge.retryUnembedded, {});
  await settled(t.action(internal.knowledge.embedUnembedded, {}));
  await passTime(3_000);
  expect(await groups(dana)).toEqual([]);
});

test("from a question in vain to an answer with its source, by what everybody sees", async () => {
  const t = clockedDeployment();
  const [ann, dana, sam] = [await customer(t), await technician(t), await admin(t)];
  await addAgent(t);
  const ask = async (text: string) => {
    const message = { text };
    const begun = await ann.t.mutation(api.conversations.createConversation, { message });
    for (let step = 0; step < 2_000; step++) {
      const said = await messages(t, begun.conversationId);
      const answered = said.some(
        ({ author, settledAt }) => author.kind === "agent" && settledAt !== undefined,
      );
      if (answered) return begun.conversationId;
      await passTime(500);
    }
    throw new Error("No answer comes.");
  };
  const conversationId = await ask("Do you repair drones?");
  await askInVain(t, {});
  expect(await groups(dana)).toEqual([{ count: 1, questions: ["do you repair drones?"] }]);

  await ann.t.mutation(api.conversations.escalateConversation, { conversationId });
  await dana.t.mutation(api.conversations.claim, { conversationId });
  const text = "Hi Ann, we repair drones: a motor costs $60.";
  await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  await dana.t.mutation(api.conversations.resolve, { conversationId });
  expect(await dana.t.query(api.drafts.solved, {})).toMatchObject([{ conversationId }]);
  const { removed, ...draft } = await dana.t.query(api.drafts.propose, { conversationId });
  expect(removed).toEqual([]);
  expect(draft).toMatchObject({
    title: "Do you repair drones?",
    body: "We repair drones: a motor costs $60.",
  });
  const draftId = await dana.t.mutation(api.drafts.saveAnswer, { conversationId, ...draft });
  const documentId = await approve(t, sam, draftId);
  expect(await groups(dana)).toEqual([]);
  expect(await dana.t.query(api.drafts.solved, {})).toEqual([]);

  const again = await ask("Do you repair drones?");
  const [, answer] = await messages(t, again);
  expect(answer).toMatchObject({ status: "complete", citations: [{ documentId }] });
  await askInVain(t, {});
  expect(await groups(dana)).toEqual([]);
});
