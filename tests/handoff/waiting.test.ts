/**
 * `waitingSince` is the oldest customer message without a public answer: what sets it, what clears it, and
 * what must do neither. Every figure about waiting starts from it.
 */
import { expect, test, vi } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { HOUR, MINUTE } from "../../convex/lib/time";
import {
  addAgent,
  addPassage,
  clockedDeployment,
  control,
  customer,
  row,
  runReply,
  settled,
  snapshot,
  technician,
  type Caller,
  type Deployment,
} from "../setup";

const QUESTION = "How much is a battery?";
const REFUSED = "A question that the provider refuses?";
const PERSON = "I want to talk to a human, please";

type World = { t: Deployment; ann: Caller; dana: Caller; conversationId: Id<"conversations"> };
type Act = (world: World) => Promise<unknown>;

const says =
  (text: string): Act =>
  ({ ann, conversationId }) =>
    ann.t.mutation(api.messages.sendMessage, { conversationId, text });

const ACTS = {
  asks: says(QUESTION),
  "asks more": says("And does it take long?"),
  "asks what the provider refuses": async (world: World) => {
    const fault = { provider: "openrouter", kind: "status", status: 400, match: REFUSED, times: 2 };
    await control("/faults", fault);
    await says(REFUSED)(world);
  },
  "asks for a person": says(PERSON),
  "calls for a person": ({ ann, conversationId }) =>
    ann.t.mutation(api.conversations.escalateConversation, { conversationId }),
  stops: ({ ann, conversationId }) => ann.t.mutation(api.replies.stop, { conversationId }),
  retries: ({ ann, conversationId }) => ann.t.mutation(api.replies.retry, { conversationId }),
  "the AI replies": ({ t, conversationId }) => settled(runReply(t, conversationId)),
  claim: ({ dana, conversationId }) => dana.t.mutation(api.conversations.claim, { conversationId }),
  answer: ({ dana, conversationId }) =>
    dana.t.mutation(api.messages.sendStaffMessage, { conversationId, text: "It is $89." }),
  note: ({ dana, conversationId }) =>
    dana.t.mutation(api.messages.addNote, { conversationId, text: "Regular customer" }),
  release: ({ dana, conversationId }) =>
    dana.t.mutation(api.conversations.release, { conversationId }),
  snooze: ({ dana, conversationId }) =>
    dana.t.mutation(api.conversations.snooze, { conversationId, until: Date.now() + HOUR }),
  resolve: ({ dana, conversationId }) =>
    dana.t.mutation(api.conversations.resolve, { conversationId }),
  reopen: ({ dana, conversationId }) =>
    dana.t.mutation(api.conversations.reopen, { conversationId }),
} satisfies Record<string, Act>;

/** `since`: the number of the step, from 1, since which the customer waits; null: for nothing. */
const TIMELINES: [steps: (keyof typeof ACTS)[], since: number | null][] = [
  [["asks"], 1],
  [["asks", "asks more"], 1],
  [["asks", "the AI replies"], null],
  [["asks", "asks more", "the AI replies"], null],
  [["asks", "the AI replies", "asks more"], 3],
  [["asks", "stops"], null],
  [["asks", "stops", "asks more"], 3],
  [["asks", "stops", "retries"], 3],
  [["asks what the provider refuses", "the AI replies"], 1],
  [["asks what the provider refuses", "the AI replies", "asks more"], 1],
  [["asks for a person", "the AI replies"], 1],
  [["asks", "the AI replies", "calls for a person"], 3],
  [["asks", "calls for a person"], 1],
  [["asks", "calls for a person", "claim"], 1],
  [["asks", "calls for a person", "claim", "note"], 1],
  [["asks", "calls for a person", "claim", "snooze"], 1],
  [["asks", "calls for a person", "claim", "answer"], null],
  [["asks", "calls for a person", "claim", "answer", "note"], null],
  [["asks", "calls for a person", "claim", "answer", "asks more"], 5],
  // Given back unanswered: the question is as old as it was.
  [["asks", "calls for a person", "claim", "release"], 1],
  [["asks", "calls for a person", "claim", "release", "the AI replies"], null],
  // A person was asked for after the AI's answer: given back, there is no question open.
  [["asks", "the AI replies", "calls for a person", "claim", "release"], null],
  // Stopped, taken over, given back: the AI answers after all, and the customer waits for that.
  [["asks", "stops", "claim", "release"], 1],
  [["asks", "resolve"], null],
  [["asks", "the AI replies", "resolve", "reopen"], null],
  [["asks", "the AI replies", "resolve", "asks more"], 4],
  [["asks", "the AI replies", "resolve", "calls for a person"], 4],
];

test.each(TIMELINES)("%j: the customer waits since step %s", async (steps, since) => {
  const t = clockedDeployment();
  await addAgent(t);
  await addPassage(t, "Batteries", "A battery costs $89 and takes a day.");
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  const at: number[] = [];
  for (const step of steps) {
    vi.setSystemTime(Date.now() + 10 * MINUTE);
    at.push(Date.now());
    await ACTS[step]({ t, ann, dana, conversationId });
  }
  const { waitingSince } = await row(t, conversationId);
  expect(waitingSince).toBe(since === null ? undefined : at[since - 1]);
});

test("first responses are told apart, by whom and in the shop's hours; a hand-off is none", async () => {
  const t = clockedDeployment();
  // A Friday evening in New York, an hour before the shop closes.
  vi.setSystemTime(Date.parse("2026-11-20T17:00:00-05:00"));
  await addAgent(t);
  await addPassage(t, "Batteries", "A battery costs $89 and takes a day.");
  const [ann, dana] = [await customer(t), await technician(t)];
  const { conversationId } = await ann.t.mutation(api.conversations.createConversation, {});
  const world = { t, ann, dana, conversationId };
  await ACTS.asks(world);
  await ACTS["the AI replies"](world);
  await ACTS["asks for a person"](world);
  const askedAt = Date.now();
  await ACTS["the AI replies"](world);
  // Saturday, when the shop opens at ten.
  vi.setSystemTime(Date.parse("2026-11-21T10:30:00-05:00"));
  await ACTS.claim(world);
  await ACTS.answer(world);
  await ACTS["asks more"](world);
  await ACTS.answer(world);
  const { analytics } = await snapshot(t);
  const events = (analytics as Doc<"analytics">[]).filter((one) => one.kind === "event");
  const of = (type: string) => events.filter((one) => one.type === type).map(({ data }) => data);
  const [byAi, ...others] = of("reply_finished");
  expect(byAi).toMatchObject({ first: true, waitedMs: expect.any(Number) as number });
  expect(others).toEqual([]);
  const [byDana, later] = of("staff_replied");
  expect(byDana).toMatchObject({ first: true, waitedMs: Date.now() - askedAt });
  const openMs = Date.parse("2026-11-20T18:00:00-05:00") - askedAt + HOUR / 2;
  expect(byDana!.waitedOpenMs).toBe(openMs);
  expect(later).toMatchObject({ waitedMs: 0 });
  expect(later).not.toHaveProperty("first");
});
