import { describe, expect, test } from "vitest";
import type { Doc, Id } from "../../_generated/dataModel";
import { planResponse, type Plan, type Situation } from "./planResponse";

/** The AI has it, and an ordinary message comes in. */
const ORDINARY: Situation = {
  before: { owner: { kind: "ai" }, status: "open", turn: 7 },
  decision: { kind: "none", failures: 0 },
  welcome: null,
  left: false,
  muted: false,
};
const asBefore = (before: Partial<Situation["before"]>) => ({
  before: { ...ORDINARY.before, ...before },
});

const userId = "u" as Id<"users">;
const QUEUE = { kind: "queue", since: 1 } as const;
const HUMAN = { kind: "human", since: 1, userId } as const;
const technician = { kind: "technician", user: { _id: userId } as Doc<"users"> } as const;

const NONE = { kind: "none", failures: 1 } as const;
const DECLINED = { kind: "declined" } as const;
const OFFER = { kind: "offer", reason: "same_failure", failures: 2 } as const;
const ASKED = { kind: "hand_off", reason: "customer_request", topic: null } as const;
const BATTERY = { kind: "hand_off", reason: "swollen_battery", topic: "swollen_battery" } as const;
const SAID_YES = { kind: "hand_off", reason: "no_source", topic: null } as const;
const offered = (turn: number) => ({ reason: "no_source" as const, at: 1, turn });

const ANSWER: Plan = { kind: "answer", declined: false };
const NOTHING: Plan = { kind: "nothing" };
const PASS_ON: Plan = { kind: "pass_on" };
const DRAIN: Plan = { kind: "drain_queue" };

const table: Record<string, [what: string, difference: Partial<Situation>, plan: Plan][]> = {
  "the AI has it": [
    ["an ordinary message", {}, ANSWER],
    ["it was set aside", asBefore({ status: "snoozed" }), ANSWER],
    ["it was resolved", asBefore({ status: "resolved" }), ANSWER],
    ["a fix failed, not for the second time", { decision: NONE }, ANSWER],
    ["an offer stands and nobody speaks of it", asBefore({ offer: offered(7) }), ANSWER],
    ["the second fix failed", { decision: OFFER }, { kind: "offer", reason: "same_failure" }],
    ["asks for a person", { decision: ASKED }, { ...ASKED, accepted: false }],
    ["a topic that no model decides", { decision: BATTERY }, { ...BATTERY, accepted: false }],
    [
      "yes to the offer that was said last",
      { ...asBefore({ offer: offered(7) }), decision: SAID_YES },
      { ...SAID_YES, accepted: true },
    ],
    [
      "asks for a person where an offer of something else stands",
      { ...asBefore({ offer: offered(7) }), decision: ASKED },
      { ...ASKED, accepted: false },
    ],
    [
      "the same reason where the offer is older than what was said last",
      { ...asBefore({ offer: offered(6) }), decision: SAID_YES },
      { ...SAID_YES, accepted: false },
    ],
    [
      "no to the offer",
      { ...asBefore({ offer: offered(7) }), decision: DECLINED },
      { kind: "answer", declined: true },
    ],
  ],
  "people had settled it": [
    [
      "their technician is there",
      { ...asBefore({ status: "resolved" }), welcome: technician },
      { kind: "welcome_back", back: technician },
    ],
    [
      "nobody of them is there",
      { ...asBefore({ status: "resolved" }), welcome: { kind: "offer" } },
      { kind: "welcome_back", back: { kind: "offer" } },
    ],
  ],
  "people have it": [
    ["it waits in the queue", asBefore({ owner: QUEUE }), NOTHING],
    ["it was set aside in the queue", asBefore({ owner: QUEUE, status: "snoozed" }), DRAIN],
    ["a technician has it", asBefore({ owner: HUMAN }), NOTHING],
    ["a technician had set it aside", asBefore({ owner: HUMAN, status: "snoozed" }), NOTHING],
    ["the technician has gone home", { ...asBefore({ owner: HUMAN }), left: true }, PASS_ON],
    [
      "the technician had set it aside and has gone home",
      { ...asBefore({ owner: HUMAN, status: "snoozed" }), left: true },
      PASS_ON,
    ],
  ],
  "somebody who is not answered": [
    ["an ordinary message", { muted: true }, NOTHING],
    ["asks for a person", { muted: true, decision: ASKED }, NOTHING],
    ["the second fix failed", { muted: true, decision: OFFER }, NOTHING],
    ["comes back", { muted: true, welcome: technician }, NOTHING],
    [
      "the technician has gone home all the same",
      { ...asBefore({ owner: HUMAN }), left: true, muted: true },
      PASS_ON,
    ],
    [
      "it was set aside in the queue all the same",
      { ...asBefore({ owner: QUEUE, status: "snoozed" }), muted: true },
      DRAIN,
    ],
  ],
};

describe.each(Object.entries(table))("%s", (_who, rows) => {
  test.each(rows)("%s", (_what, difference, plan) => {
    expect(planResponse({ ...ORDINARY, ...difference })).toEqual(plan);
  });
});

test("whoever has it decides first: no words of the customer's give the AI what people have", () => {
  for (const decision of [NONE, DECLINED, OFFER, ASKED, BATTERY, SAID_YES]) {
    for (const owner of [QUEUE, HUMAN]) {
      expect(planResponse({ ...ORDINARY, ...asBefore({ owner }), decision })).toEqual(NOTHING);
    }
  }
});

test("the table has every kind of plan", () => {
  const kinds: Record<Plan["kind"], true> = {
    nothing: true,
    pass_on: true,
    drain_queue: true,
    welcome_back: true,
    hand_off: true,
    offer: true,
    answer: true,
  };
  const planned = Object.values(table).flatMap((rows) => rows.map(([, , { kind }]) => kind));
  expect(new Set(planned)).toEqual(new Set(Object.keys(kinds)));
});
