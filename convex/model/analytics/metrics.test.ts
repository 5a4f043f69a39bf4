/** The definitions by example: what happened when, and what the numbers are then. */
import { describe, expect, test } from "vitest";
import type { EpisodeFacts, EventData, EventType } from "../../validators";
import { metricsOfCounts } from "./figures";
import type { OpeningHours } from "../hours/hours";
import {
  addCounts,
  countsOf,
  episodeFactsOf,
  firstResponseOf,
  judgeEpisode,
  latestEpisodeOf,
  type Counts,
  type Happened,
} from "./metrics";
import { HOUR, MINUTE } from "../../lib/time";

/** Open from 9 to 18 on weekdays, UTC. 2026-11-23 is a Monday. */
const nine: [string, string][] = [["09:00", "18:00"]];
const hours: OpeningHours = {
  timeZone: "UTC",
  weekly: { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] },
  holidays: [],
};

/** "mon 17:30" as a time. */
function at(when: string): number {
  const [day, time] = when.split(" ");
  const date = 23 + ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].indexOf(day!);
  return Date.parse(`2026-11-${date}T${time}:00Z`);
}

type Line = [when: string, type: EventType, data?: EventData];
const timeline = (lines: Line[]): Happened[] =>
  lines.map(([when, type, data = {}]) => ({ _creationTime: at(when) + 0.25, type, data }));
const paid = (costMicroUsd: number, more: EventData = {}): EventData => ({
  usage: { model: "m", promptTokens: 1, completionTokens: 1, totalMs: 1, costMicroUsd },
  ...more,
});

const opened: Line[] = [
  ["mon 10:00", "conversation_created"],
  ["mon 10:00", "message_received"],
];
const answered: Line[] = [...opened, ["mon 10:01", "reply_finished", paid(40)]];

describe("an episode, when it is resolved", () => {
  const EPISODES: [what: string, lines: Line[], resolved: string, facts: Partial<EpisodeFacts>][] =
    [
      [
        "answered by the AI alone",
        answered,
        "mon 12:00",
        { contained: true, resolutionMs: 2 * HOUR, resolutionOpenMs: 2 * HOUR, costMicroUsd: 40 },
      ],
      [
        "over night: the opening hours leave it out",
        answered,
        "tue 10:00",
        { contained: true, resolutionMs: 24 * HOUR, resolutionOpenMs: 9 * HOUR },
      ],
      [
        "opened long before the first message: nobody waited for anything",
        [
          ["mon 09:00", "conversation_created"],
          ["mon 11:00", "message_received"],
        ],
        "mon 12:00",
        { resolutionMs: HOUR, contained: false },
      ],
      [
        "a burst of messages, one answer",
        [
          ...opened,
          ["mon 10:00", "message_received"],
          ["mon 10:00", "message_received"],
          ["mon 10:01", "reply_stopped"],
          ["mon 10:02", "usage_charged", paid(5)],
          ["mon 10:03", "reply_finished", paid(40)],
        ],
        "mon 11:00",
        { customerMessages: 3, aiAnswers: 1, contained: true, costMicroUsd: 45 },
      ],
      [
        "stopped before it answered: nothing was contained",
        [...opened, ["mon 10:01", "reply_stopped"]],
        "mon 11:00",
        { aiAnswers: 0, contained: false },
      ],
      [
        "a note is no message of a person",
        [...answered, ["mon 10:30", "note_added"]],
        "mon 11:00",
        { contained: true, humanMessages: 0 },
      ],
      [
        "handed off, and closed without a word: a person had to look",
        [...answered, ["mon 10:02", "escalated", { reason: "safety" }]],
        "mon 11:00",
        { contained: false, handoff: "safety", humanMessages: 0 },
      ],
      [
        "the AI's hand-off is no answer",
        [
          ...opened,
          ["mon 10:01", "reply_finished", paid(9, { reason: "handoff" })],
          ["mon 10:01", "escalated", { reason: "no_source" }],
        ],
        "mon 11:00",
        { aiAnswers: 0, handoff: "no_source", costMicroUsd: 9 },
      ],
      [
        "handed off twice: the first reason counts",
        [
          ...answered,
          ["mon 10:02", "escalated", { reason: "no_source" }],
          ["mon 10:05", "claimed"],
          ["mon 10:06", "released"],
          ["mon 10:07", "escalated", { reason: "complaint" }],
        ],
        "mon 11:00",
        { contained: false, handoff: "no_source" },
      ],
      [
        "taken over and released without a word: still not contained",
        [...answered, ["mon 10:05", "claimed"], ["mon 10:06", "released"]],
        "mon 11:00",
        { contained: false, handoff: undefined },
      ],
      [
        "snoozed over night, closing time is not taken off twice",
        [...answered, ["mon 17:00", "snoozed"], ["tue 10:00", "woken"]],
        "tue 11:00",
        // 10:00 to 17:00 and 10:00 to 11:00.
        { resolutionMs: 8 * HOUR, resolutionOpenMs: 8 * HOUR },
      ],
      [
        "snoozed after closing until before opening: the shop was shut anyway",
        [...answered, ["mon 20:00", "snoozed"], ["tue 08:00", "woken"]],
        "tue 09:30",
        { resolutionMs: 11.5 * HOUR, resolutionOpenMs: 8.5 * HOUR },
      ],
      [
        "a customer's message ends a snooze",
        [...answered, ["mon 11:00", "snoozed"], ["mon 13:00", "message_received"]],
        "mon 14:00",
        { resolutionMs: 2 * HOUR, customerMessages: 2 },
      ],
      [
        "resolved while snoozed",
        [...answered, ["mon 11:00", "snoozed"]],
        "fri 11:00",
        { resolutionMs: HOUR },
      ],
      [
        "snoozed twice in a row is snoozed once",
        [...answered, ["mon 11:00", "snoozed"], ["mon 12:00", "snoozed"], ["mon 13:00", "claimed"]],
        "mon 14:00",
        { resolutionMs: 2 * HOUR },
      ],
      [
        "the second of two episodes knows nothing of the first",
        [
          ...answered,
          ["mon 10:02", "escalated", { reason: "safety" }],
          ["mon 10:03", "staff_replied"],
          ["mon 11:00", "resolved"],
          ["tue 10:00", "reopened"],
          ["tue 10:00", "message_received"],
          ["tue 10:01", "reply_finished", paid(7)],
        ],
        "tue 10:30",
        {
          contained: true,
          handoff: undefined,
          humanMessages: 0,
          resolutionMs: 30 * MINUTE,
          costMicroUsd: 7,
        },
      ],
    ];
  test.each(EPISODES)("%s", (_what, lines, resolved, facts) => {
    const episode = latestEpisodeOf(timeline(lines));
    expect(episodeFactsOf(episode, 1, at(resolved), hours)).toMatchObject(facts);
  });

  test("events without a beginning are no episode", () => {
    expect(latestEpisodeOf(timeline([["mon 10:00", "message_received"]]))).toEqual([]);
  });
});

describe("72 hours after the resolution", () => {
  const contained = (reason: string): Line => {
    const facts = episodeFactsOf(timeline(answered), 1, at("mon 11:00"), hours);
    return ["mon 11:00", "resolved", { reason, episode: facts }];
  };
  const helped: Line = [
    "mon 11:00",
    "resolved",
    {
      reason: "staff",
      episode: episodeFactsOf(
        timeline([...answered, ["mon 10:30", "staff_replied"]]),
        1,
        at("mon 11:00"),
        hours,
      ),
    },
  ];
  const VERDICTS: [what: string, end: Line, around: Line[], verdict: string][] = [
    ["staff closed it and nobody said anything", contained("staff"), [], "no_signal"],
    ["no answer to the follow-up", contained("silence"), [], "verified"],
    ["the customer closed it, answered", contained("customer"), [], "verified"],
    [
      "the customer closed it with a question open",
      contained("customer"),
      [["mon 10:45", "message_received"]],
      "no_signal",
    ],
    [
      "the customer closed it with a question open, and was content all the same",
      contained("customer"),
      [
        ["mon 10:45", "message_received"],
        ["mon 12:00", "rated", { score: 4 }],
      ],
      "verified",
    ],
    ["rated 4", contained("staff"), [["mon 12:00", "rated", { score: 4 }]], "verified"],
    ["rated 3", contained("silence"), [["mon 12:00", "rated", { score: 3 }]], "unhappy"],
    [
      "rated 2, then 5: the last counts",
      contained("staff"),
      [
        ["mon 12:00", "rated", { score: 2 }],
        ["mon 13:00", "rated", { score: 5, previousScore: 2 }],
      ],
      "verified",
    ],
    [
      "a thumb up before",
      contained("staff"),
      [["mon 10:30", "feedback", { score: 1 }]],
      "verified",
    ],
    ["a thumb down", contained("silence"), [["mon 10:30", "feedback", { score: -1 }]], "unhappy"],
    [
      "a rating says more than a thumb",
      contained("staff"),
      [
        ["mon 10:30", "feedback", { score: -1 }],
        ["mon 12:00", "rated", { score: 5 }],
      ],
      "verified",
    ],
    [
      "reopened within 72 hours, whatever was said",
      contained("customer"),
      [
        ["mon 12:00", "rated", { score: 5 }],
        ["thu 10:59", "reopened"],
      ],
      "reopened",
    ],
    ["reopened after 72 hours", contained("customer"), [["thu 11:01", "reopened"]], "verified"],
    ["a person helped", helped, [["mon 12:00", "rated", { score: 5 }]], "not_contained"],
    ["a person helped, and it came back", helped, [["tue 12:00", "reopened"]], "reopened"],
    ["rated too late", contained("staff"), [["fri 12:00", "rated", { score: 5 }]], "no_signal"],
  ];
  test.each(VERDICTS)("%s", (_what, end, around, verdict) => {
    const events = timeline([...answered, end, ...around]);
    events.sort((a, b) => a._creationTime - b._creationTime);
    const resolved = events.find(({ type }) => type === "resolved")!;
    expect(judgeEpisode(events, resolved)).toBe(verdict);
  });
});

test("an episode has one first answer of the AI and one of people, and only to somebody who waits", () => {
  expect(firstResponseOf(undefined, "ai", 5)).toEqual({ first: true, answeredBy: "ai" });
  expect(firstResponseOf("ai", "ai", 5)).toEqual({ answeredBy: "ai" });
  expect(firstResponseOf("ai", "human", 5)).toEqual({ first: true, answeredBy: "both" });
  expect(firstResponseOf("human", "ai", 5)).toEqual({ first: true, answeredBy: "both" });
  expect(firstResponseOf("both", "human", 5)).toEqual({ answeredBy: "both" });
  expect(firstResponseOf("ai", "human", undefined)).toEqual({ answeredBy: "ai" });
  expect(firstResponseOf(undefined, "human", 0)).toEqual({ first: true, answeredBy: "human" });
});

describe("the numbers of a period", () => {
  const numbers = (events: { type: EventType; data: EventData }[]) =>
    metricsOfCounts(events.map(countsOf).reduce<Counts>(addCounts, {}));
  const episode = (facts: Partial<EpisodeFacts>): EpisodeFacts => ({
    number: 1,
    customerMessages: 1,
    aiAnswers: 1,
    humanMessages: 0,
    contained: true,
    resolutionMs: HOUR,
    resolutionOpenMs: HOUR,
    costMicroUsd: 100,
    ...facts,
  });
  const resolved = (facts: Partial<EpisodeFacts>) => ({
    type: "resolved" as const,
    data: { reason: "staff", episode: episode(facts) },
  });
  const judged = (reason: string, costMicroUsd: number, rated = false) => ({
    type: "episode_judged" as const,
    data: { reason, judged: { costMicroUsd, rated } },
  });

  test("nothing has happened: no number is 0 that could not be anything else", () => {
    for (const number of Object.values(metricsOfCounts({}))) {
      if (typeof number === "object" && "value" in number) {
        expect(number).toMatchObject({ value: null, of: 0 });
      }
    }
  });

  test("an answer refused once was asked again, refused twice it said so or was handed over", () => {
    const events: { type: EventType; data: EventData }[] = [
      { type: "reply_finished", data: { checks: { checked: 4, refused: 0 } } },
      { type: "reply_finished", data: { checks: { checked: 3, refused: 1 } } },
      { type: "reply_finished", data: { checks: { checked: 2, refused: 2 } } },
      { type: "reply_finished", data: { checks: { checked: 2, refused: 2 }, reason: "handoff" } },
      // The model called for a person in its second try.
      { type: "reply_finished", data: { checks: { checked: 1, refused: 1 }, reason: "handoff" } },
      { type: "reply_failed", data: { checks: { checked: 1, refused: 1 } } },
      // Stopped: nobody was told that it can't tell.
      { type: "usage_charged", data: { checks: { checked: 2, refused: 2 } } },
      { type: "reply_finished", data: {} },
    ];
    const counts = events.map(countsOf).reduce<Counts>(addCounts, {});
    expect(counts).toEqual({
      reply_finished: 6,
      reply_failed: 1,
      usage_charged: 1,
      checked: 15,
      "checked.refused": 9,
      "checked.askedAgain": 6,
      "checked.unsure": 1,
      "checked.handedOff": 1,
    });
  });

  test("shares are of resolved episodes in which the customer wrote", () => {
    const { containment, handoffRate, handoffRateByReason, costPerResolutionMicroUsd } = numbers([
      resolved({}),
      resolved({ contained: false, handoff: "safety", costMicroUsd: 200 }),
      resolved({ contained: false, handoff: "no_source" }),
      resolved({ contained: false, handoff: "safety" }),
      resolved({ customerMessages: 0, contained: false }),
    ]);
    expect(containment).toEqual({ value: 0.25, of: 4 });
    expect(handoffRate).toEqual({ value: 0.75, of: 4 });
    expect(handoffRateByReason).toEqual({ safety: 0.5, no_source: 0.25 });
    expect(costPerResolutionMicroUsd).toEqual({ value: 125, of: 4 });
  });

  test("verified, reopened and rated are shares of the judged", () => {
    const found = numbers([
      judged("verified", 100, true),
      judged("reopened", 300),
      judged("no_signal", 50),
      judged("not_contained", 150, true),
    ]);
    expect(found.verifiedResolutions).toEqual({ value: 0.25, of: 4 });
    expect(found.reopenRate).toEqual({ value: 0.25, of: 4 });
    expect(found.csatResponseRate).toEqual({ value: 0.5, of: 4 });
    // What all of them cost: those that did not work were paid for too.
    expect(found.costPerVerifiedResolutionMicroUsd).toEqual({ value: 600, of: 1 });
  });

  test("first responses are those of their kind: later answers don't count", () => {
    const found = numbers([
      { type: "reply_finished", data: paid(1, { waitedMs: 2_000, first: true }) },
      { type: "reply_finished", data: paid(1, { waitedMs: 60_000 }) },
      { type: "reply_finished", data: paid(1, { reason: "handoff" }) },
      { type: "staff_replied", data: { waitedMs: 16 * HOUR, waitedOpenMs: HOUR, first: true } },
      { type: "staff_replied", data: {} },
    ]);
    expect(found.firstResponseAiMs).toMatchObject({ value: 2_000, of: 1 });
    expect(found.firstResponseHumanMs).toMatchObject({ value: 16 * HOUR, of: 1 });
    expect(found.firstResponseHumanOpenMs).toMatchObject({ value: HOUR, of: 1 });
  });

  test("a changed mind changes the score that counts, not how many rated", () => {
    const found = numbers([
      { type: "rated", data: { score: 2 } },
      { type: "rated", data: { score: 5, previousScore: 2 } },
      { type: "rated", data: { score: 3 } },
    ]);
    expect(found.csat).toEqual({ value: 0.5, of: 2 });
    expect(found.ratingMean).toEqual({ value: 4, of: 2 });
  });
});
