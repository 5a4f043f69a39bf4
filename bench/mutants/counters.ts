/** Invariant 11: counters equal a replay of the events, and every change leaves its event, once. */
import { mutantOf, type Mutant } from "./mutant";

const ROLLUPS = "convex/model/analytics/rollups.ts";

const counted = mutantOf(11, "hand-off");

export const COUNTERS: Mutant[] = [
  counted({
    name: "an event counts twice",
    file: ROLLUPS,
    find: `.gt("_creationTime", upTo)`,
    replace: `.gte("_creationTime", upTo)`,
    why: "the last event of a run is the first of the next",
  }),
  counted({
    name: "days add up hours",
    file: ROLLUPS,
    find: `sums.days.get(day.start) ?? {}`,
    replace: `sums.days.get(hourStart) ?? {}`,
    why: "a day has what came of its last batch only",
  }),
  counted({
    name: "only answers cost",
    file: ROLLUPS,
    find: `costMicroUsd: usage?.costMicroUsd ?? 0,`,
    replace: `costMicroUsd: type === "usage_charged" ? 0 : (usage?.costMicroUsd ?? 0),`,
    why: "what an overtaken writer used is on no agent",
  }),
  counted({
    name: "a stopped reply is no event",
    file: "convex/model/conversations/turns.ts",
    find: `  await recordEvent(ctx, "reply_stopped", {`,
    replace: `  if (reply.text !== "") await recordEvent(ctx, "reply_stopped", {`,
    why: "one without a word is stopped and recorded nowhere",
  }),
  counted({
    name: "a resolved one is opened silently",
    file: "convex/model/handoff/handoff.ts",
    find: `  if (wasResolved) await recordEvent(ctx, "reopened", refs);`,
    replace: ``,
    why: "a hand-off begins an episode without its event",
  }),
  counted({
    name: "unread, without a word",
    file: "convex/model/replies/settlement.ts",
    find: `unreadByCustomer: conversation.unreadByCustomer + 1,`,
    replace: `unreadByCustomer: conversation.unreadByCustomer + (result.text === "" ? 0 : 1),`,
    why: "a hand-off without an answer isn't counted as news",
  }),
  counted({
    name: "the AI's answers are counted on",
    file: "convex/model/desk/ownership.ts",
    find: `    aiReplies: 0,
    lastMessageAt`,
    replace: `    lastMessageAt`,
    why: "given back by people, the assistant has the count of before",
  }),
];
