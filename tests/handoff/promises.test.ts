/** What technicians and the AI promise in words is written down with the message that says it. */
import { beforeEach, expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import {
  addAgent,
  clockedDeployment,
  customer,
  messages,
  row,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

/** A Tuesday, ten in the morning in New York: the shop is open. */
const TUESDAY = Date.parse("2026-11-24T15:00:00Z");
const THREE = Date.parse("2026-11-24T20:00:00Z");

let t: Deployment;
beforeEach(() => {
  t = clockedDeployment();
  vi.setSystemTime(TUESDAY);
});

async function claimed(): Promise<{ dana: Caller; conversationId: Id<"conversations"> }> {
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  await dana.t.mutation(api.conversations.claim, { conversationId });
  return { dana, conversationId };
}

const promisesOf = async (conversationId: Id<"conversations">) =>
  ((await row(t, conversationId)).promises ?? []).map(({ text, dueAt }) => ({ text, dueAt }));

test("a technician's word is a promise, due when it says, once however often it is said", async () => {
  const { dana, conversationId } = await claimed();
  const say = (text: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  await say("The part is here. We open at nine tomorrow.");
  expect(await promisesOf(conversationId)).toEqual([]);
  await say("Thanks for waiting. I'll call you by three.");
  await say("As I said, I'll call you by three.");
  expect(await promisesOf(conversationId)).toEqual([
    { text: "I'll call you by three.", dueAt: THREE },
  ]);
  expect((await row(t, conversationId)).owner).toMatchObject({ kind: "human" });
  const [listed] = await dana.t.query(api.conversations.promises, {});
  expect(listed).toMatchObject({ conversationId, dueAt: THREE, by: "Dana" });
});

test("a time that the shop is closed at is asked back, among staff; until then it is listed", async () => {
  const { dana, conversationId } = await claimed();
  const say = (text: string) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  const notes = async () =>
    (await messages(t, conversationId)).filter(({ visibility }) => visibility === "staff");
  await say("I'll call you tomorrow at 10.");
  expect(await notes()).toEqual([]);
  await say("I'll call you tonight at 8.");
  expect(await notes()).toMatchObject([{ author: { kind: "system" } }]);
  expect((await notes())[0]!.text).toMatch(/^“I'll call you tonight at 8.” .*\(at 8:00 PM EST\)/);
  expect(await promisesOf(conversationId)).toHaveLength(2);
});

test("the sixth open promise is said, and stored as a message only", async () => {
  const { dana, conversationId } = await claimed();
  for (const time of ["eleven", "noon", "one", "two", "three", "four"]) {
    const text = `I'll call you by ${time}.`;
    await dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text });
  }
  expect(await promisesOf(conversationId)).toHaveLength(5);
});

async function answers(text: string): Promise<Id<"conversations">> {
  const agentId = await addAgent(t);
  const ann = await customer(t);
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {
    message: { text: "When is my laptop done?" },
  });
  const begun = await t.mutation(internal.replies.begin, { conversationId, turn: 1, attempt: 1 });
  await t.mutation(internal.messages.sendAgentMessage, {
    fence: begun!.fence,
    agentId,
    result: {
      text,
      citations: [],
      usage: {
        model: "m",
        promptTokens: 1,
        completionTokens: 1,
        costMicroUsd: 1,
        totalMs: 1,
      },
      outcome: { kind: "complete" },
    },
  });
  return conversationId;
}

test("the AI's word goes to a person at once, who sees what was promised", async () => {
  const conversationId = await answers("A technician will call you by three.");
  expect(await promisesOf(conversationId)).toEqual([
    { text: "A technician will call you by three.", dueAt: THREE },
  ]);
  const { owner, brief, timers } = await row(t, conversationId);
  expect(owner.kind).toBe("queue");
  expect(brief?.summary).toContain("A technician will call you by three.");
  expect(timers?.handoff).toBeDefined();
});

test("an answer that promises nothing leaves the conversation with the AI", async () => {
  const conversationId = await answers("Most repairs take two days. Shall I pass this on?");
  expect(await promisesOf(conversationId)).toEqual([]);
  expect((await row(t, conversationId)).owner.kind).toBe("ai");
});
