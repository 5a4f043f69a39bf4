/** What customers write is copied to lists, briefs and tasks; their secrets stay in the message alone. */
import { describe, expect, test } from "vitest";
import { api } from "../../convex/_generated/api";
import { handOffConversation } from "../../convex/model/handoff/handoff";
import { LIMITS } from "../../convex/model/access/limits";
import {
  clockedDeployment,
  customer,
  deployment,
  messages,
  outcomeOf,
  row,
  snapshot,
  technician,
  type Caller,
} from "../setup";

const CARD = "4111 1111 1111 1111";
const PASSWORD = "hunter2!x";
const SECRETS = `My card is ${CARD} and the password is ${PASSWORD} for the laptop that won't start`;

const start = async (caller: Caller) =>
  (await caller.t.mutation(api.conversations.createConversation, {})).conversationId;

/** Everything that is stored but the messages, as text. */
async function storedBeside(t: Parameters<typeof snapshot>[0]): Promise<string> {
  const { messages: _messages, ...rest } = await snapshot(t);
  const scheduled = await t.run((ctx) => ctx.db.system.query("_scheduled_functions").take(1_000));
  return JSON.stringify([rest, scheduled]);
}

function expectNoSecret(text: string): void {
  // Half a card number is none either.
  for (const secret of [CARD, CARD.slice(0, 12), PASSWORD, PASSWORD.slice(0, 6)]) {
    expect(text).not.toContain(secret);
  }
}

describe("the secrets of a message", () => {
  test.each([
    ["asking for a person", "I want to talk to a human being now"],
    ["a topic of its own", "I smell smoke, the battery is swollen"],
  ])("are in no list and no brief: %s", async (_, reason) => {
    const t = deployment();
    const ann = await customer(t);
    const conversationId = await start(ann);
    const text = `${SECRETS}. ${reason}`;
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text });
    const { brief, preview } = await row(t, conversationId);
    expect(brief?.summary).toContain("[card number removed]");
    expect(brief?.symptom).toContain("the laptop");
    expect(preview).toContain("[card number removed]");
    expectNoSecret(await storedBeside(t));
    // A technician may need it: the message keeps what was written.
    expect((await messages(t, conversationId)).some((one) => one.text === text)).toBe(true);
  });

  test("are in no brief that is cut in the middle of them", async () => {
    const t = deployment();
    const ann = await customer(t);
    const conversationId = await start(ann);
    // Ends of the summary and of the symptom: at 300 characters.
    const text = `${"x".repeat(9)} ${"word ".repeat(54)}card ${CARD} I want to talk to a human being`;
    await ann.t.mutation(api.messages.sendMessage, { conversationId, text });
    const { brief } = await row(t, conversationId);
    expect(brief?.summary.length).toBeGreaterThan(280);
    expectNoSecret(await storedBeside(t));
  });

  test("are in no brief that a click, a colleague or the model writes", async () => {
    const t = deployment();
    const ann = await customer(t);
    const [byNote, byModel] = [await start(ann), await start(ann)];
    await ann.t.mutation(api.conversations.escalateConversation, {
      conversationId: byNote,
      note: SECRETS,
    });
    await t.run(async (ctx) => {
      const conversation = (await ctx.db.get("conversations", byModel))!;
      await handOffConversation(ctx, conversation, {
        reason: "needs_technician",
        summary: SECRETS,
        symptom: SECRETS,
        device: `Dell, password: ${PASSWORD}`,
        wants: SECRETS,
        stepsTried: [SECRETS],
        urgency: "normal",
      });
    });
    expect((await row(t, byModel)).brief?.stepsTried?.[0]).toContain("[card number removed]");
    expectNoSecret(await storedBeside(t));
  });

  test("are in no list after a technician has repeated them", async () => {
    const t = deployment();
    const [ann, dana] = [await customer(t), await technician(t)];
    const conversationId = await start(ann);
    await dana.t.mutation(api.conversations.claim, { conversationId });
    await dana.t.mutation(api.messages.sendStaffMessage, {
      conversationId,
      text: `Your password is ${PASSWORD}; I'll call you by tomorrow at three.`,
    });
    expect((await row(t, conversationId)).preview).toContain("[removed]");
    expectNoSecret(await storedBeside(t));
  });
});

test("whoever changes a rating back and forth writes no more events than the limit lets", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  const outcomes: string[] = [];
  for (let i = 0; i < 30; i++) {
    const call = ann.t.mutation(api.conversations.rate, { conversationId, score: 1 + (i % 2) * 4 });
    outcomes.push(await outcomeOf(call));
  }
  const changes = LIMITS.rating.user.capacity;
  const rated = async () =>
    ((await snapshot(t)).analytics as { type?: string }[]).filter(({ type }) => type === "rated");
  expect(outcomes.filter((outcome) => outcome === "ok").length).toBeGreaterThan(changes);
  expect(outcomes).toContain("rate_limited");
  expect(await rated()).toHaveLength(1 + changes);
  // The rating that counts is the one that was taken last, and the same once more costs nothing.
  const { rating } = await row(t, conversationId);
  const again = { conversationId, score: rating!.score, comment: "As I said." };
  expect(await outcomeOf(ann.t.mutation(api.conversations.rate, again))).toBe("ok");
  expect(await rated()).toHaveLength(1 + changes);
});

test("status, contact and sources: what is done back and forth is bounded by the hour, not by the minute", async () => {
  const t = clockedDeployment();
  const ann = await customer(t);
  const conversationId = await start(ann);
  let changed = 0;
  const change = (name: string) =>
    outcomeOf(
      ann.t.mutation(api.conversations.updateConversation, { conversationId, contact: { name } }),
    );
  while ((await change(`Ann ${changed % 2}`)) === "ok") changed += 1;
  expect(changed).toBe(LIMITS.change.user.capacity);
});

test.each([
  "\u200b",
  "\u200d\u2060\u00ad",
  "\u3164",
  "\u115f\u1160",
  "\u2800 \u180e",
  "\ufe0f\u034f",
])("what nobody can see is no message, no note and no name: %j", async (text) => {
  const t = deployment();
  const [ann, dana] = [await customer(t), await technician(t)];
  const conversationId = await start(ann);
  const calls = [
    ann.t.mutation(api.messages.sendMessage, { conversationId, text }),
    dana.t.mutation(api.messages.addNote, { conversationId, text }),
    ann.t.mutation(api.users.updateUser, { name: text }),
    ann.t.mutation(api.conversations.updateConversation, {
      conversationId,
      contact: { name: text },
    }),
  ];
  for (const call of calls) expect(await outcomeOf(call)).toBe("invalid_input");
  // Where nothing has to be said, it is nothing.
  await ann.t.mutation(api.conversations.rate, { conversationId, score: 5, comment: text });
  expect((await row(t, conversationId)).rating?.comment).toBeUndefined();
});
