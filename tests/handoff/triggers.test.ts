/** Hand-offs that rules decide: no model is asked, the reason and a brief are stored, offers come first where due. */
import { describe, expect, test } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  customer,
  deployment,
  messages,
  outcomeOf,
  row,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const start = async (caller: Caller, text: string) =>
  (await caller.t.mutation(api.conversations.createConversation, { message: { text } }))
    .conversationId;
const say = (caller: Caller, conversationId: Id<"conversations">, text: string) =>
  caller.t.mutation(api.messages.sendMessage, { conversationId, text });
const processes = async (t: Deployment) =>
  ((await snapshot(t)).workflows as { kind: string }[]).filter(({ kind }) => kind === "reply");
const eventsOf = async (t: Deployment, type: string) =>
  ((await snapshot(t)).analytics as { type?: string; data: object }[]).filter(
    (event) => event.type === type,
  );
const lastLine = async (t: Deployment, id: Id<"conversations">) =>
  (await messages(t, id)).at(-1)!.text;

/** The AI answers the current turn, with a source or without one. */
async function answered(t: Deployment, conversationId: Id<"conversations">, gap?: string) {
  const { turn } = await row(t, conversationId);
  const assignment = await t.mutation(internal.replies.begin, { conversationId, turn, attempt: 1 });
  const { fence, agentId } = assignment!;
  const usage = { model: "m", promptTokens: 1, completionTokens: 1, costMicroUsd: 1, totalMs: 1 };
  const outcome = { kind: "complete" as const, ...(gap !== undefined && { gap }) };
  const result = { text: "Try turning it off and on.", citations: [], usage, outcome };
  await t.mutation(internal.messages.sendAgentMessage, { fence, agentId, result });
}

test.each([
  ["I want to talk to a human", "customer_request", "normal"],
  ["My battery is swollen", "swollen_battery", "high"],
  ["I think I have ransomware", "ransomware", "high"],
  ["I lost all my photos", "data_loss", "high"],
  ["I want my money back", "refund", "normal"],
  ["You will hear from my lawyer", "legal", "high"],
])(
  "%s: handed off as %s in the transaction of the message, no model asked",
  async (text, reason, urgency) => {
    const t = deployment();
    const id = await start(await customer(t), text);
    expect(await row(t, id)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason, urgency, summary: text },
      unreadByStaff: 1,
    });
    expect(await processes(t)).toEqual([]);
    expect(await eventsOf(t, "escalated")).toMatchObject([{ data: { reason } }]);
  },
);

test("words of safety come at once where the AI falls silent about a danger, whatever the reason", async () => {
  const t = deployment();
  for (const text of ["My battery is bulging", "My battery is bulging, get me a human"]) {
    const line = await lastLine(
      t,
      await start(await customer(t, `${text.length}@example.com`), text),
    );
    expect(line).toMatch(/^Please stop using and charging the device now/);
    expect(line).toMatch(/puncture/);
  }
});

test("an ordinary question costs no hand-off, and its row no field", async () => {
  const t = deployment();
  const id = await start(await customer(t), "What is your refund policy?");
  const stored = await row(t, id);
  expect(stored.owner.kind).toBe("ai");
  for (const field of ["offer", "trouble", "brief", "earlier", "ratings"]) {
    expect(stored).not.toHaveProperty(field);
  }
  expect(await processes(t)).toHaveLength(1);
});

test("the brief says what rules can tell: device, symptom, steps tried, who should take it", async () => {
  const t = deployment();
  const ann = await customer(t);
  const id = await start(ann, "My MacBook Pro keyboard types double letters. I tried cleaning it.");
  await say(ann, id, "human please");
  expect((await row(t, id)).brief).toMatchObject({
    reason: "customer_request",
    device: "MacBook Pro",
    symptom: expect.stringContaining("double letters") as string,
    stepsTried: ["I tried cleaning it"],
    wants: "A person",
    skill: "hardware",
  });
});

describe("the same failure twice", () => {
  async function failedTwice() {
    const t = deployment();
    await addAgent(t);
    const ann = await customer(t);
    const id = await start(ann, "My printer prints stripes");
    await answered(t, id);
    await say(ann, id, "That didn't work");
    await answered(t, id);
    const before = (await processes(t)).length;
    await say(ann, id, "Still not working");
    return { t, ann, id, asked: (await processes(t)).length - before };
  }

  test("is an offer in place of an answer, which the client can show", async () => {
    const { t, ann, id, asked } = await failedTwice();
    expect(asked).toBe(0);
    const shown = await ann.t.query(api.conversations.get, { conversationId: id });
    expect(shown).toMatchObject({ owner: "ai", offer: { reason: "same_failure" }, unread: 1 });
    expect(await lastLine(t, id)).toMatch(/Would you like one of our technicians/);
    expect(await row(t, id)).not.toHaveProperty("waitingSince");
    expect(await eventsOf(t, "offered")).toMatchObject([{ data: { reason: "same_failure" } }]);
  });

  test("accepted by words or by click it is a hand-off with its reason", async () => {
    for (const accept of ["words", "click"] as const) {
      const { t, ann, id } = await failedTwice();
      if (accept === "words") await say(ann, id, "yes please");
      else
        await ann.t.mutation(api.conversations.answerOffer, { conversationId: id, accept: true });
      expect(await row(t, id)).toMatchObject({
        owner: { kind: "queue" },
        brief: { reason: "same_failure" },
      });
      expect(await row(t, id)).not.toHaveProperty("offer");
      expect(await eventsOf(t, "offer_accepted")).toHaveLength(1);
    }
  });

  test("declined, the assistant goes on with the question; a second click changes nothing", async () => {
    const { t, ann, id } = await failedTwice();
    const before = (await processes(t)).length;
    const decline = () =>
      ann.t.mutation(api.conversations.answerOffer, { conversationId: id, accept: false });
    await decline();
    expect((await row(t, id)).owner.kind).toBe("ai");
    expect((await row(t, id)).waitingSince).toBeDefined();
    await decline();
    expect(await processes(t)).toHaveLength(before + 1);
  });

  test("declined, and twice again in vain: handed off without asking a second time", async () => {
    const { t, ann, id } = await failedTwice();
    await say(ann, id, "No thanks");
    await answered(t, id);
    await say(ann, id, "That didn't help");
    expect((await row(t, id)).owner.kind).toBe("ai");
    await answered(t, id);
    await say(ann, id, "Still the same");
    expect(await row(t, id)).toMatchObject({
      owner: { kind: "queue" },
      brief: { reason: "same_failure" },
    });
  });

  test("ignored, it waits; when it fails again it is a hand-off", async () => {
    const { t, ann, id } = await failedTwice();
    await say(ann, id, "What about the other cable?");
    expect(await row(t, id)).toMatchObject({ owner: { kind: "ai" }, offer: {} });
    await answered(t, id);
    await say(ann, id, "no luck");
    expect((await row(t, id)).owner.kind).toBe("queue");
  });

  test("nobody else answers the offer", async () => {
    const { t, id } = await failedTwice();
    for (const other of [await customer(t, "bob@example.com"), await technician(t)]) {
      const click = other.t.mutation(api.conversations.answerOffer, {
        conversationId: id,
        accept: true,
      });
      expect(await outcomeOf(click)).toBe("not_found");
    }
  });
});

test("two answers in a row without a source are an offer, one with a source between starts over", async () => {
  const t = deployment();
  await addAgent(t);
  const ann = await customer(t);
  const id = await start(ann, "Which toner does it take?");
  await answered(t, id, "which toner");
  await say(ann, id, "And the drum?");
  await answered(t, id);
  await say(ann, id, "And the fuser?");
  await answered(t, id, "the fuser");
  expect(await row(t, id)).not.toHaveProperty("offer");
  await say(ann, id, "And the tray?");
  await answered(t, id, "the tray");
  expect(await row(t, id)).toMatchObject({ offer: { reason: "no_source" }, owner: { kind: "ai" } });
  expect(await lastLine(t, id)).toMatch(/couldn't find this/);
  await say(ann, id, "yes");
  expect(await row(t, id)).toMatchObject({
    owner: { kind: "queue" },
    brief: { reason: "no_source" },
  });
});
