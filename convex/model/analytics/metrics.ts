/**
 * The shop's numbers by definition, from the events of an episode and from what roll-ups count. Pure. The
 * definitions are in `docs/numbers.md`, in words; this is the one place that computes them.
 */
import type { Doc } from "../../_generated/dataModel";
import type { EpisodeFacts } from "../../validators";
import { openMsBetween, type OpeningHours } from "../hours/hours";
import { sketchOf } from "./sketch";
import { HOUR } from "../../lib/time";

type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
/** What the definitions look at. `_creationTime` is when it happened. */
export type Happened = Pick<EventRow, "_creationTime" | "type" | "data">;
export type Counts = Record<string, number>;
export type Counted = Pick<EventRow, "type" | "data"> & Partial<Pick<EventRow, "agentId">>;

/** How long an episode must stay closed to count as settled. */
export const REOPEN_WINDOW = 72 * HOUR;
/** Ratings and customers that count as satisfied: 4 and 5. */
const SATISFIED = 4;

/** Whose first answers an episode has seen. */
type AnsweredBy = Doc<"conversations">["answeredBy"];

/**
 * Whether an answer by `who` is the episode's first of that kind, and what to remember then. Only an answer
 * to somebody who waits is one: without `waitedMs` nothing changes.
 */
export function firstResponseOf(
  answeredBy: AnsweredBy,
  who: "ai" | "human",
  waitedMs: number | undefined,
): { first?: true; answeredBy: AnsweredBy } {
  if (waitedMs === undefined || answeredBy === who || answeredBy === "both") return { answeredBy };
  return { first: true, answeredBy: answeredBy === undefined ? who : "both" };
}

const OPENS: readonly EventRow["type"][] = ["conversation_created", "reopened"];

/** The events of the latest episode, of a conversation's in order. Empty when its beginning is not among them. */
export function latestEpisodeOf<E extends Happened>(events: readonly E[]): E[] {
  const from = events.findLastIndex(({ type }) => OPENS.includes(type));
  return from < 0 ? [] : events.slice(from);
}

/** The facts of an episode that is resolved at `resolvedAt`. `events`: all of it, in order, from its opening. */
export function episodeFactsOf(
  events: readonly Happened[],
  number: number,
  resolvedAt: number,
  hours: OpeningHours,
): EpisodeFacts {
  const count = (...types: EventRow["type"][]) =>
    events.filter(({ type }) => types.includes(type)).length;
  const handoff = events.find(({ type }) => type === "escalated");
  const aiAnswers = events.filter(isAiAnswer).length;
  const humanMessages = count("staff_replied");
  const startedAt = beginning(events) ?? resolvedAt;
  const worked = [...awake(events, startedAt, resolvedAt)];
  return {
    number,
    customerMessages: count("message_received"),
    aiAnswers,
    humanMessages,
    contained: aiAnswers > 0 && count("staff_replied", "escalated", "claimed", "assigned") === 0,
    handoff: handoff && (handoff.data.reason ?? "unknown"),
    resolutionMs: sum(worked, ([from, to]) => to - from),
    resolutionOpenMs: sum(worked, ([from, to]) => openMsBetween(hours, from, to)),
    costMicroUsd: costOf(events),
  };
}

/** A reply that ended a wait. Of a turn that the AI handed on, or that failed, nobody waits less. */
const isAiAnswer = ({ type, data }: Happened) =>
  type === "reply_finished" && data.reason !== HANDED_OFF;

/** The `reason` of a `reply_finished` that answered nothing: the AI called for a person. */
export const HANDED_OFF = "handoff";

/** Whole milliseconds: rows of one transaction are told apart by fractions. */
const time = ({ _creationTime }: Happened) => Math.floor(_creationTime);

/** The customer's first message of a new conversation; reopening begins at once, whoever reopens. */
function beginning(events: readonly Happened[]): number | undefined {
  const [opening] = events;
  const asked = events.find(({ type }) => type === "message_received");
  const first = opening?.type === "reopened" ? opening : (asked ?? opening);
  return first && time(first);
}

const WAKES: readonly EventRow["type"][] = [
  "woken",
  "message_received",
  "escalated",
  "claimed",
  "assigned",
  "returned",
];

/** The stretches from `from` to `to` in which the episode was not snoozed. */
function* awake(
  events: readonly Happened[],
  from: number,
  to: number,
): Generator<[number, number]> {
  let since: number | null = from;
  for (const event of events) {
    const at = time(event);
    if (event.type === "snoozed" && since !== null && at >= from) {
      yield [since, at];
      since = null;
    } else if (since === null && WAKES.includes(event.type)) since = at;
  }
  if (since !== null) yield [since, to];
}

export const costOf = (events: readonly Happened[]): number =>
  sum(events, ({ data }) => data.usage?.costMicroUsd ?? 0);

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

type Verdict = "reopened" | "not_contained" | "unhappy" | "verified" | "no_signal";

/**
 * What a resolved episode turned out to be, `REOPEN_WINDOW` later. `events`: the conversation's from the
 * episode's opening to that moment, in order, `resolved` among them.
 */
export function judgeEpisode(events: readonly Happened[], resolved: Happened): Verdict {
  const end = resolved._creationTime + REOPEN_WINDOW;
  const after = events.filter(({ _creationTime: at }) => at > resolved._creationTime && at <= end);
  if (after.some(({ type }) => type === "reopened")) return "reopened";
  if (resolved.data.episode?.contained !== true) return "not_contained";
  const said = opinion(events.filter(({ _creationTime: at }) => at <= end));
  if (said !== null) return said ? "verified" : "unhappy";
  const { reason } = resolved.data;
  const saidSo = reason === "customer" && isAnswered(events, resolved);
  return saidSo || reason === "silence" ? "verified" : "no_signal";
}

/** Whether nobody waited when it was resolved: who closes what is still unanswered gives up, and says nothing more. */
function isAnswered(events: readonly Happened[], { _creationTime: end }: Happened): boolean {
  const last = events.findLast(
    (event) =>
      event._creationTime < end &&
      (event.type === "message_received" || event.type === "staff_replied" || isAiAnswer(event)),
  );
  return last !== undefined && last.type !== "message_received";
}

/** What the customer thought: the last rating, else the last thumb, else null. */
function opinion(events: readonly Happened[]): boolean | null {
  const last = (type: EventRow["type"]) =>
    events.findLast((event) => event.type === type)?.data.score;
  const rating = last("rated");
  if (rating !== undefined) return rating >= SATISFIED;
  const thumb = last("feedback");
  return thumb === undefined ? null : thumb > 0;
}

/** Events that are counted by their reason, too. */
const BY_REASON: readonly EventRow["type"][] = ["limit_hit", "escalated", "assisted", "labelled"];

/** What one event adds to a period: its type, its reason where that is asked for, sums of what it measured. */
export function countsOf({ type, data, agentId }: Counted): Counts {
  if (type === "rated" && data.previousScore !== undefined) return changedMind(data);
  const times = data.count ?? 1;
  const counts: Counts = { [type]: times };
  if (BY_REASON.includes(type) && data.reason !== undefined)
    counts[`${type}.${data.reason}`] = times;
  if (data.keptPercent !== undefined) {
    Object.assign(counts, { "drafts.sent": 1, "drafts.keptPercent": data.keptPercent });
  }
  if (data.usage !== undefined) {
    const { promptTokens, completionTokens, costMicroUsd, firstTokenMs, totalMs } = data.usage;
    Object.assign(counts, { promptTokens, completionTokens, costMicroUsd });
    counts[`cost.${nameable(data.usage.model)}`] = costMicroUsd;
    if (type === "reply_finished") {
      Object.assign(counts, { replyTotalMs: totalMs });
      if (firstTokenMs !== undefined) Object.assign(counts, { firstTokenMs, firstTokens: 1 });
    }
  }
  if (data.score !== undefined) {
    if (type === "rated") {
      counts.ratingSum = data.score;
      counts["rated.satisfied"] = data.score >= SATISFIED ? 1 : 0;
    } else counts[data.score > 0 ? "feedback.up" : "feedback.down"] = 1;
  }
  Object.assign(counts, waits(type, data), checkCounts(type, data));
  if (data.episode !== undefined) Object.assign(counts, resolvedCounts(data.episode));
  if (type === "episode_judged") Object.assign(counts, judgedCounts(data));
  if (agentId !== undefined) Object.assign(counts, agentCounts(agentId, type, data));
  return counts;
}

/** Keys are of ASCII; what a model is called is its provider's word. */
const nameable = (model: string) => model.replace(/[^ -~]/g, "?");

/** What is counted of each agent: how often it did that, what it cost, the thumbs on its answers. */
const OF_AGENTS: readonly EventRow["type"][] = ["reply_finished", "reply_failed", "escalated"];

function agentCounts(agentId: string, type: EventRow["type"], data: Happened["data"]): Counts {
  const counts: Counts = {};
  if (OF_AGENTS.includes(type)) counts[`agent.${agentId}.${type}`] = 1;
  if (data.usage !== undefined) counts[`agent.${agentId}.costMicroUsd`] = data.usage.costMicroUsd;
  if (type === "feedback" && data.score !== undefined)
    counts[`agent.${agentId}.${data.score > 0 ? "up" : "down"}`] = 1;
  return counts;
}

/** A rating that replaces another is no second one: it moves the sums by the difference. */
function changedMind({ score = 0, previousScore = 0 }: Happened["data"]): Counts {
  const satisfied = (value: number) => (value >= SATISFIED ? 1 : 0);
  return {
    ratingSum: score - previousScore,
    "rated.satisfied": satisfied(score) - satisfied(previousScore),
  };
}

/**
 * What grounding (`model/replies/grounding.ts`) did to an answer. One sent back is asked for again, once; sent back a
 * second time it says that it can't tell, or, for an act that it claims to have done, a person takes over: unless it
 * was stopped, or overtaken.
 */
function checkCounts(type: string, { checks, reason }: Happened["data"]): Counts {
  if (checks === undefined) return {};
  const { checked, refused } = checks;
  const counts: Counts = { checked };
  if (refused === 0) return counts;
  Object.assign(counts, { "checked.refused": refused, "checked.askedAgain": 1 });
  if (refused > 1 && type !== "usage_charged")
    counts[reason === HANDED_OFF ? "checked.handedOff" : "checked.unsure"] = 1;
  return counts;
}

function waits(type: string, { waitedMs, waitedOpenMs, first }: Happened["data"]): Counts {
  if (waitedMs === undefined) return {};
  const counts: Counts = { [`${type}.waitedMs`]: waitedMs, [`${type}.waits`]: 1 };
  if (first !== true) return counts;
  counts[`${type}.first`] = 1;
  counts[`${type}.firstMs`] = waitedMs;
  Object.assign(counts, sketchOf(`${type}.firstMs`, waitedMs));
  if (waitedOpenMs === undefined) return counts;
  counts[`${type}.firstOpenMs`] = waitedOpenMs;
  return { ...counts, ...sketchOf(`${type}.firstOpenMs`, waitedOpenMs) };
}

/** Who settled an episode: the assistant alone, with a technician called or writing, or nobody answered it. */
export function outcomeOf(episode: EpisodeFacts): "assistant" | "technician" | "nobody" {
  if (episode.contained) return "assistant";
  return episode.handoff !== undefined || episode.humanMessages > 0 ? "technician" : "nobody";
}

/** Of episodes in which the customer wrote: an empty one says nothing about the shop. */
function resolvedCounts(episode: EpisodeFacts): Counts {
  if (episode.customerMessages === 0) return { "resolved.empty": 1 };
  const counts: Counts = {
    "resolved.episodes": 1,
    "resolved.contained": episode.contained ? 1 : 0,
    "resolved.ms": episode.resolutionMs,
    "resolved.openMs": episode.resolutionOpenMs,
    "resolved.costMicroUsd": episode.costMicroUsd,
    "resolved.withPeople": outcomeOf(episode) === "technician" ? 1 : 0,
    ...sketchOf("resolved.ms", episode.resolutionMs),
    ...sketchOf("resolved.openMs", episode.resolutionOpenMs),
  };
  if (episode.handoff === undefined) return counts;
  return { ...counts, "resolved.handedOff": 1, [`resolved.handoff.${episode.handoff}`]: 1 };
}

function judgedCounts({ reason = "unknown", judged }: Happened["data"]): Counts {
  return {
    [`episode_judged.${reason}`]: 1,
    "episode_judged.rated": judged?.rated === true ? 1 : 0,
    "episode_judged.costMicroUsd": judged?.costMicroUsd ?? 0,
  };
}

export function addCounts(into: Counts, add: Counts): Counts {
  const sum = { ...into };
  for (const [key, value] of Object.entries(add)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
}
