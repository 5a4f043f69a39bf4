/** Who did what, and the conversations behind each number: from conversations that really happened. */
import { expect, test, vi } from "vitest";
import { api, internal } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { MINUTE } from "../../convex/lib/time";
import {
  addAgent,
  addPassage,
  clockedDeployment,
  customer,
  runReply,
  settled,
  technician,
  type Deployment,
} from "../setup";

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
type Figure = (typeof api.analytics.behind)["_args"]["figure"];

async function forget(t: Deployment) {
  await t.run(async (ctx) => {
    for (const job of await ctx.db.system.query("_scheduled_functions").collect())
      await ctx.scheduler.cancel(job._id);
  });
}

/** One that the assistant answered, and one that Dana took, answered and closed; both rated. */
async function twoConversations() {
  const t = clockedDeployment();
  // A Monday, 10:00 in New York.
  vi.setSystemTime(Date.parse("2026-11-23T10:00:00-05:00"));
  const from = Date.now();
  const agentId = await addAgent(t);
  const documentId = await addPassage(t, "Batteries", "A battery costs $89 and takes a day.");
  const [ann, dana] = [await customer(t), await technician(t)];
  const ask = async (text: string) => {
    const message = { text };
    const created = await ann.t.mutation(api.conversations.createConversation, { message });
    return created.conversationId;
  };
  const byAi = await ask("How much is a battery?");
  later(2 * MINUTE);
  await settled(runReply(t, byAi));
  await dana.t.mutation(api.conversations.resolve, { conversationId: byAi });
  await ann.t.mutation(api.conversations.rate, { conversationId: byAi, score: 5 });
  await forget(t);
  const byDana = await ask("Can a person help me?");
  await forget(t);
  await dana.t.mutation(api.conversations.claim, { conversationId: byDana });
  later(10 * MINUTE);
  const answer = { conversationId: byDana, text: "Yes." };
  await dana.t.mutation(api.messages.sendStaffMessage, answer);
  await dana.t.mutation(api.conversations.resolve, { conversationId: byDana });
  const rating = { conversationId: byDana, score: 3, comment: "Too slow" };
  await ann.t.mutation(api.conversations.rate, { ...rating, score: 1 });
  await ann.t.mutation(api.conversations.rate, rating);
  await forget(t);
  later(5 * MINUTE);
  return { t, from, ann, dana, byAi, byDana, agentId, documentId };
}

test("who did what: technicians by what they wrote, agents and topics by their answers, ratings by the last word", async () => {
  const { dana, from, byAi, byDana, agentId, documentId } = await twoConversations();
  const breakdown = await dana.t.query(api.analytics.breakdown, { from, to: Date.now() });
  expect(breakdown.complete).toBe(true);
  expect(breakdown.technicians).toEqual([
    {
      userId: dana.userId,
      name: "Dana",
      ...{ messages: 1, conversations: 1, firstResponses: 1 },
      firstResponseMedianMs: 10 * MINUTE,
      ...{ claimed: 1, resolved: 2, ratings: 1, satisfied: 0 },
    },
  ]);
  expect(breakdown.agents).toEqual([{ agentId, name: "Front Desk", ratings: 1, satisfied: 1 }]);
  expect(breakdown.topics).toEqual([{ documentId, title: "Batteries", answers: 1 }]);
  // A changed mind is one rating: the last word.
  expect(breakdown.ratings).toMatchObject([
    { conversationId: byDana, score: 3, comment: "Too slow", by: "Dana" },
    { conversationId: byAi, score: 5, by: "Front Desk" },
  ]);
});

test("a technician who has left keeps what was counted, and no name", async () => {
  const { t, dana, from } = await twoConversations();
  const sam = await technician(t, "Sam");
  await t.mutation(internal.privacy.eraseRest, { userId: dana.userId });
  await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
  const { technicians } = await sam.t.query(api.analytics.breakdown, { from, to: Date.now() });
  expect(technicians).toMatchObject([{ userId: null, name: null, messages: 1, resolved: 2 }]);
});

test("each number opens the conversations that it counts, and no others", async () => {
  const world = await twoConversations();
  const { dana, from, byAi, byDana, agentId, documentId } = world;
  const behind = async (figure: Figure, of?: string) => {
    const range = { from, to: Date.now() };
    const page = await dana.t.query(api.analytics.behind, { figure, of, ...range });
    expect(page.next).toBe(null);
    return page.conversations.map(({ conversationId, says }) => [conversationId, says]);
  };
  expect(await behind("begun")).toEqual([
    [byDana, undefined],
    [byAi, undefined],
  ]);
  // The model's own time, by the stand-in, comes on top.
  const twoMinutes = expect.closeTo(2 * MINUTE, -4) as number;
  expect(await behind("contained")).toEqual([[byAi, twoMinutes]]);
  expect(await behind("withPeople")).toEqual([[byDana, 10 * MINUTE]]);
  expect(await behind("handedOver")).toEqual([[byDana, "customer_request"]]);
  expect(await behind("handedOff", "customer_request")).toEqual([[byDana, "customer_request"]]);
  expect(await behind("handedOff", "safety")).toEqual([]);
  expect(await behind("unanswered")).toEqual([]);
  expect(await behind("firstByAi")).toEqual([[byAi, twoMinutes]]);
  expect(await behind("firstByPeople")).toEqual([[byDana, 10 * MINUTE]]);
  expect(await behind("agent", agentId)).toMatchObject([[byAi, undefined]]);
  expect(await behind("topic", documentId)).toMatchObject([[byAi, undefined]]);
  expect(await behind("technician", dana.userId)).toMatchObject([[byDana, undefined]]);
  // The score that stands: of a conversation the latest.
  expect(await behind("rated")).toEqual([
    [byDana, 3],
    [byAi, 5],
  ]);
  expect(await behind("gaps")).toEqual([]);
});

test("a long list goes on where its page ended: each conversation once, none left out", async () => {
  const t = clockedDeployment();
  const dana = await technician(t);
  const from = Date.now();
  const all: Id<"conversations">[] = [];
  for (let i = 0; i < 60; i++) {
    later(1000);
    const ann = await customer(t, `ann${i}@example.com`);
    const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
    all.unshift(conversationId);
  }
  later(1000);
  const found: Id<"conversations">[] = [];
  let pages = 0;
  for (let to: number | null = Date.now(); to !== null; pages++) {
    const page: (typeof api.analytics.behind)["_returnType"] = await dana.t.query(
      api.analytics.behind,
      { figure: "begun", from, to },
    );
    found.push(...page.conversations.map(({ conversationId }) => conversationId));
    to = page.next;
  }
  expect(found).toEqual(all);
  expect(pages).toBe(2);
});
