/** Every change from one state to another, and what it does to each timer: the table in docs/design/timers.md. */
import { expect, test } from "vitest";
import type { Id } from "../../_generated/dataModel";
import {
  dropsPromises,
  fateOf,
  isCustomersMove,
  POINTED_KINDS,
  type Fate,
  type TimedState,
} from "./timerRules";

const dana = "dana" as Id<"users">;
const eli = "eli" as Id<"users">;
const ai = { kind: "ai" as const };
const human = (userId = dana) => ({ kind: "human" as const, since: 1, userId });
const queue = (since = 1) => ({ kind: "queue" as const, since });
const open = (owner: TimedState["owner"]): TimedState => ({ status: "open", owner });
const snoozed = (owner: TimedState["owner"], snoozedUntil = 9): TimedState => ({
  status: "snoozed",
  owner,
  snoozedUntil,
});

const STATES = {
  ai: open(ai),
  queue: open(queue()),
  "queue, later": open(queue(2)),
  human: open(human()),
  "human, another": open(human(eli)),
  "snoozed, ai": snoozed(ai),
  "snoozed, human": snoozed(human()),
  "snoozed, queue": snoozed(queue()),
  "snoozed, longer": snoozed(human(), 10),
  resolved: { status: "resolved", owner: ai },
} satisfies Record<string, TimedState>;
type Name = keyof typeof STATES;
const NAMES = Object.keys(STATES) as Name[];

/** What each state needs, as a key: the same key before and after is the same wait. */
const NEEDS: Record<Name, { handoff?: string; snooze?: string }> = {
  ai: {},
  queue: { handoff: "since 1" },
  "queue, later": { handoff: "since 2" },
  human: {},
  "human, another": {},
  "snoozed, ai": { snooze: "until 9" },
  "snoozed, human": { snooze: "until 9" },
  "snoozed, queue": { snooze: "until 9" },
  "snoozed, longer": { snooze: "until 10" },
  resolved: {},
};

test.each(NAMES.flatMap((before) => NAMES.map((after) => [before, after] as const)))(
  "from %s to %s",
  (before, after) => {
    const expected = (kind: "handoff" | "snooze"): Fate => {
      const need = NEEDS[after][kind];
      if (need === undefined) return "none";
      return need === NEEDS[before][kind] ? "keep" : "new";
    };
    const fates = POINTED_KINDS.map((kind) => fateOf(kind, STATES[before], STATES[after]));
    expect(fates).toEqual([expected("handoff"), "none", expected("snooze")]);
    expect(dropsPromises(STATES[after])).toBe(after === "resolved");
  },
);

test.each([
  ["an answer was given", open(ai), true],
  ["a technician answered", open(human()), true],
  ["the customer waits", { ...open(human()), waitingSince: 1 }, false],
  ["in the queue", open(queue()), false],
  ["snoozed", snoozed(ai), false],
  ["resolved", STATES.resolved, false],
  [
    "something is promised",
    { ...open(ai), promises: [{ workflowId: "w" as Id<"workflows">, text: "x", dueAt: 1 }] },
    false,
  ],
] as const)("the customer's move, if %s: %s", (_, state, expected) => {
  expect(isCustomersMove({ ...state } as Parameters<typeof isCustomersMove>[0])).toBe(expected);
});
