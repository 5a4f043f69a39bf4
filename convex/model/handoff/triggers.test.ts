/** Hand-off triggers: the table of dialogues, their order, and what hostile text costs. */
/// <reference types="vite/client" />
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOnlyThanks } from "./answers";
import { decideHandoff, type Decision, type TriggerState } from "./triggers";
import { DIALOGUES } from "./triggers.dialogues";
import { readCases } from "../../../tests/cases";
import talkCases from "./talks.cases.txt?raw";
import { runs } from "../../../tests/properties";
import { leastMs } from "../../../tests/timing";

const FRESH: TriggerState = {
  owner: "ai",
  aiReplies: 0,
  failures: 0,
  declined: false,
  offer: null,
};

function outcome(decision: Decision): string {
  if (decision.kind === "hand_off") return decision.reason;
  return decision.kind === "none" ? "nothing" : decision.kind;
}

describe("dialogues", () => {
  test.each(DIALOGUES)("$said → $fires: $because", ({ said, state, fires, because }) => {
    const got = outcome(decideHandoff(said, { ...FRESH, ...state }));
    expect(got, `“${said}” gave ${got}, not ${fires}: ${because}`).toBe(fires);
  });

  test("the table covers every trigger and every way of not firing, 60 rows or more", () => {
    expect(DIALOGUES.length).toBeGreaterThan(60);
    expect(new Set(DIALOGUES.map(({ fires }) => fires))).toEqual(
      new Set(
        "nothing declined offer customer_request danger swollen_battery scam ransomware data_loss refund legal same_failure no_source reply_cap".split(
          " ",
        ),
      ),
    );
  });

  test("case, spaces and punctuation at the end decide nothing", () => {
    for (const { said, state, fires } of DIALOGUES) {
      for (const variant of [said.toUpperCase(), `  ${said}  `, `${said}\n`]) {
        expect(outcome(decideHandoff(variant, { ...FRESH, ...state })), variant).toBe(fires);
      }
    }
  });
});

test("an ask for a person in danger names the danger too, so that the safety words are said", () => {
  const decision = decideHandoff("My battery is bulging. Get me a human!", FRESH);
  expect(decision).toEqual({
    kind: "hand_off",
    reason: "customer_request",
    topic: "swollen_battery",
  });
});

/** What a talk comes to, the assistant answering each turn that the rules leave to it. */
function play(turns: string[]): "handoff" | "offer" | "none" {
  let state = FRESH;
  let offered = false;
  for (const said of turns) {
    const decision = decideHandoff(said, state);
    if (decision.kind === "hand_off") return "handoff";
    offered = decision.kind === "offer";
    state = {
      ...state,
      aiReplies: state.aiReplies + (offered ? 0 : 1),
      failures: decision.kind === "declined" ? 0 : decision.failures,
      declined: state.declined || decision.kind === "declined",
      offer: offered ? { reason: "same_failure", latest: true } : null,
    };
  }
  return offered ? "offer" : "none";
}

test.each(readCases(talkCases))("$label: $text", ({ label, text }) => {
  expect(label.split("_or_")).toContain(play(text.split(" | ")));
});

test("failures count up, and a success starts over", () => {
  const state = { ...FRESH, aiReplies: 2, failures: 1 };
  expect(decideHandoff("That worked, thanks", state)).toEqual({ kind: "none", failures: 0 });
  expect(decideHandoff("Which cable?", state)).toEqual({ kind: "none", failures: 1 });
  expect(decideHandoff("no luck", { ...state, failures: 0 })).toEqual({
    kind: "none",
    failures: 1,
  });
  expect(decideHandoff("no luck", state)).toEqual({
    kind: "offer",
    reason: "same_failure",
    failures: 2,
  });
});

test("people's conversations decide nothing, whatever is said", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom(...DIALOGUES.map(({ said }) => said))),
      fc.constantFrom("queue" as const, "human" as const),
      (said, owner) => {
        expect(decideHandoff(said, { ...FRESH, owner })).toEqual({ kind: "none", failures: 0 });
      },
    ),
  );
});

test("whatever topics the shop adds, the built-in rules decide what they decided", () => {
  const words = fc.array(fc.constantFrom(...DIALOGUES.flatMap(({ said }) => said.split(/\W+/))), {
    minLength: 1,
    maxLength: 3,
  });
  const phrase = fc.oneof(
    words.map((some) => some.join(" ")),
    fc.string(),
    fc.string().map((some) => `${some}*`),
  );
  const topic = fc.record({ name: fc.string(), phrases: fc.array(phrase, { maxLength: 4 }) });
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(...DIALOGUES), fc.record({ said: fc.string() })),
      fc.array(topic, { maxLength: 4 }),
      (dialogue, ownTopics) => {
        const state: TriggerState = {
          ...FRESH,
          ...("state" in dialogue ? dialogue.state : {}),
        };
        const before = decideHandoff(dialogue.said, state);
        const after = decideHandoff(dialogue.said, { ...state, ownTopics });
        const isOwn = after.kind === "hand_off" && after.reason === "own_topic";
        // What decided nothing yet, and what ends in an offer or in the cap, may go to a person for a topic instead.
        const mayChange =
          before.kind === "none" ||
          before.kind === "offer" ||
          (before.kind === "hand_off" && /^(?:same_failure|reply_cap)$/.test(before.reason));
        if (!(isOwn && mayChange)) expect(after).toEqual(before);
      },
    ),
    { numRuns: runs() },
  );
});

test("an own topic goes to a person by its words, however it is spoken of, behind the built-in ones", () => {
  const ownTopics = [
    { name: "Insurance", phrases: ["insur*"] },
    { name: "Recycling", phrases: ["old batteries", "e-waste"] },
  ];
  const decide = (said: string, state = {}) =>
    decideHandoff(said, { ...FRESH, ...state, ownTopics });
  const own = (name: string) => ({
    kind: "hand_off",
    reason: "own_topic",
    topic: null,
    own: name,
  });
  expect(decide("I don't need an INSURANCE form")).toEqual(own("Insurance"));
  expect(decide("Do you take e waste?")).toEqual(own("Recycling"));
  expect(decide(`${"x ".repeat(3_000)} insured`)).toEqual(own("Insurance"));
  expect(decide("My insured battery is swollen")).toMatchObject({ reason: "swollen_battery" });
  expect(decide("Let me talk to a human about insurance")).toMatchObject({
    reason: "customer_request",
  });
  expect(decide("Do you fix batteries?").kind).toBe("none");
  const offered = { offer: { reason: "no_source" as const, latest: true } };
  expect(decide("no thanks", offered).kind).toBe("declined");
});

const BITS = [
  "talk ",
  "to a ",
  "i want ",
  "not ",
  "real ",
  "live ",
  "human ",
  "battery ",
  "swollen ",
  "my files ",
  "are ",
  "deleted ",
  "thanks ",
  "ok ",
  "all ",
  "good ",
  "a",
  " ",
  "  ",
  "-",
  " - ",
  "'",
  "é",
  "\u{fdfa}",
  "\n",
  "?",
];

/** A pattern that backtracks takes seconds. */
const SLOWEST_MS = 1_000;

test("hostile text is read in bounded time: as long as a message may be, whatever repeats in it", () => {
  const times: number[] = [];
  const slow = fc
    .array(fc.constantFrom(...BITS), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("").repeat(8_000).slice(0, 8_000));
  fc.assert(
    fc.property(slow, (said) => {
      const work = () => {
        decideHandoff(said, { ...FRESH, aiReplies: 1 });
        isOnlyThanks(said);
      };
      times.push(leastMs(work, SLOWEST_MS));
    }),
    { numRuns: 300 },
  );
  times.sort((a, b) => a - b);
  expect(times.at(-1)).toBeLessThan(SLOWEST_MS);
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(150);
});

test.each([
  ["Thanks!", true],
  ["ok thank you so much, that worked", true],
  ["thanks, but it is broken again", false],
  ["", false],
  ["It is back", false],
])("only thanks: %j is %s", (said, expected) => {
  expect(isOnlyThanks(said)).toBe(expected);
});
