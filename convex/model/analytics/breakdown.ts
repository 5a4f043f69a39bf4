/**
 * Who did what in a period, and what it was about: technicians, agents, the documents that answered, ratings and what
 * was said with them. From the events themselves, not from sums: no sum holds anybody's name, so nothing is left of
 * somebody who was deleted. Bounded: of a period with more events it tells of the latest, and says so.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { scanEvents } from "./behind";
import { checkTime } from "./report";
import type { EventRow } from "./rollups";

type Db = Pick<QueryCtx, "db">;
type Range = { from: number; to: number };

/** Events of each type, ratings, and events before a rating, that are looked at. */
const SCANNED = 2_000;
const RATINGS = 100;
const BEFORE_RATING = 20;
const TOPICS = 12;
const AGENTS = 50;

const vRatings = { ratings: v.number(), satisfied: v.number() };

export const vBreakdown = v.object({
  /** False: the period has more events than are looked at, and these are of its latest part. */
  complete: v.boolean(),
  /** Most messages first. Without a `userId`: all who have left. */
  technicians: v.array(
    v.object({
      userId: v.union(v.id("users"), v.null()),
      name: v.union(v.string(), v.null()),
      messages: v.number(),
      conversations: v.number(),
      firstResponses: v.number(),
      /** In opening hours; of their first responses. */
      firstResponseMedianMs: v.union(v.number(), v.null()),
      claimed: v.number(),
      resolved: v.number(),
      ...vRatings,
    }),
  ),
  /** All there are; what they did is in the counts of `analytics.report` (`agent.<id>.…`). */
  agents: v.array(v.object({ agentId: v.id("agents"), name: v.string(), ...vRatings })),
  /** The documents that answers rest on first of all, most frequent first. */
  topics: v.array(
    v.object({ documentId: v.id("knowledge"), title: v.string(), answers: v.number() }),
  ),
  /** Latest first, those with a comment and those without. */
  ratings: v.array(
    v.object({
      conversationId: v.union(v.id("conversations"), v.null()),
      at: v.number(),
      score: v.number(),
      comment: v.optional(v.string()),
      /** Who answered last before it. */
      by: v.union(v.string(), v.null()),
    }),
  ),
});
type Breakdown = Infer<typeof vBreakdown>;
type Technician = Breakdown["technicians"][number];

/** Of what happened from `from` on and before `to`. Errors: `invalid_input`. */
export async function loadBreakdown(ctx: Db, range: Range): Promise<Breakdown> {
  checkTime(range.from);
  checkTime(range.to);
  const scan = (type: Parameters<typeof scanEvents>[1], count = SCANNED) =>
    scanEvents(ctx, type, range, count);
  const [replied, claimed, resolved, answered, rated] = [
    await scan("staff_replied"),
    await scan("claimed"),
    await scan("resolved"),
    await scan("reply_finished"),
    await scan("rated", RATINGS),
  ];
  const scans = [replied, claimed, resolved, answered, rated];
  const ratings = await attributeRatings(ctx, rated.events);
  return {
    complete: scans.every(({ reached }) => reached === undefined),
    technicians: await nameTechnicians(
      ctx,
      countTechnicians([...replied.events, ...claimed.events, ...resolved.events], ratings),
    ),
    agents: await listAgents(ctx, ratings),
    topics: await listTopics(ctx, answered.events),
    ratings: await describeRatings(ctx, ratings),
  };
}

type Rated = { event: EventRow; score: number; by: EventRow | null };

/** A rating is of whoever answered last before it. One that replaces another stands for both. */
async function attributeRatings(ctx: Db, events: EventRow[]): Promise<Rated[]> {
  const rated: Rated[] = [];
  const seen = new Set<string>();
  // Latest first: of a changed mind the last word counts. A first rating says so by having none before it.
  for (const event of events) {
    const { conversationId, data } = event;
    if (conversationId !== undefined) {
      if (seen.has(conversationId)) {
        if (data.previousScore === undefined) seen.delete(conversationId);
        continue;
      }
      if (data.previousScore !== undefined) seen.add(conversationId);
    } else if (data.previousScore !== undefined) continue;
    const by = conversationId === undefined ? null : await lastAnswerBefore(ctx, event);
    rated.push({ event, score: data.score ?? 0, by });
  }
  return rated;
}

async function lastAnswerBefore(
  ctx: Db,
  { conversationId, _creationTime: at }: EventRow,
): Promise<EventRow | null> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", conversationId).eq("question", undefined).lt("_creationTime", at),
    )
    .order("desc")
    .take(BEFORE_RATING);
  const answer = rows.find(
    (row) =>
      row.kind === "event" && (row.type === "staff_replied" || row.type === "reply_finished"),
  );
  return answer?.kind === "event" ? answer : null;
}

type Sums = Omit<Technician, "name" | "firstResponseMedianMs" | "conversations"> & {
  waits: number[];
  spokenIn: Set<string>;
};

/** By technician; those who have left together. Pure. */
export function countTechnicians(events: readonly EventRow[], ratings: readonly Rated[]): Sums[] {
  const sums = new Map<Id<"users"> | null, Sums>();
  const of = (actorId: Id<"users"> | undefined): Sums => {
    const userId = actorId ?? null;
    const known = sums.get(userId) ?? {
      userId,
      ...{ messages: 0, firstResponses: 0, claimed: 0, resolved: 0, ratings: 0, satisfied: 0 },
      ...{ waits: [], spokenIn: new Set<string>() },
    };
    sums.set(userId, known);
    return known;
  };
  for (const { type, actorId, conversationId, data } of events) {
    if (type === "claimed") of(actorId).claimed += 1;
    if (type === "resolved" && data.reason === "staff") of(actorId).resolved += 1;
    if (type !== "staff_replied") continue;
    const own = of(actorId);
    own.messages += 1;
    if (conversationId !== undefined) own.spokenIn.add(conversationId);
    if (data.first !== true) continue;
    own.firstResponses += 1;
    if (data.waitedOpenMs !== undefined) own.waits.push(data.waitedOpenMs);
  }
  for (const { score, by } of ratings) {
    if (by?.type === "staff_replied") addRating(of(by.actorId), score);
  }
  return [...sums.values()].sort((a, b) => b.messages - a.messages);
}

function addRating(to: { ratings: number; satisfied: number }, score: number): void {
  to.ratings += 1;
  if (score >= 4) to.satisfied += 1;
}

async function nameTechnicians(ctx: Db, sums: Sums[]): Promise<Technician[]> {
  const named: Technician[] = [];
  for (const { waits, spokenIn, ...sum } of sums) {
    const user = sum.userId && (await ctx.db.get("users", sum.userId));
    const firstResponseMedianMs = medianOf(waits);
    const conversations = spokenIn.size;
    named.push({ ...sum, name: user?.name ?? null, firstResponseMedianMs, conversations });
  }
  return named;
}

function medianOf(times: number[]): number | null {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}

async function listAgents(ctx: Db, ratings: Rated[]): Promise<Breakdown["agents"]> {
  const agents = await ctx.db.query("agents").take(AGENTS);
  return agents.map(({ _id: agentId, name }) => {
    const own = { agentId, name, ratings: 0, satisfied: 0 };
    for (const { score, by } of ratings)
      if (by?.type === "reply_finished" && by.agentId === agentId) addRating(own, score);
    return own;
  });
}

async function listTopics(ctx: Db, answers: EventRow[]): Promise<Breakdown["topics"]> {
  const counts = new Map<Id<"knowledge">, number>();
  for (const { documentId } of answers)
    if (documentId !== undefined) counts.set(documentId, (counts.get(documentId) ?? 0) + 1);
  const top = [...counts].sort(([, a], [, b]) => b - a).slice(0, TOPICS);
  const topics: Breakdown["topics"] = [];
  for (const [documentId, count] of top) {
    const row = await ctx.db.get("knowledge", documentId);
    if (row?.kind === "document") topics.push({ documentId, title: row.title, answers: count });
  }
  return topics;
}

async function describeRatings(ctx: Db, ratings: Rated[]): Promise<Breakdown["ratings"]> {
  const described: Breakdown["ratings"] = [];
  for (const { event, score, by } of ratings) {
    const { conversationId: id, _creationTime: at } = event;
    const conversation = id ? await ctx.db.get("conversations", id) : null;
    described.push({
      conversationId: conversation?._id ?? null,
      at,
      score,
      comment: conversation ? commentOf(conversation, at) : undefined,
      by: by && (await nameOf(ctx, by)),
    });
  }
  return described;
}

/** That of the episode which was rated then. A comment that was added later stands with its rating. */
function commentOf(conversation: Doc<"conversations">, at: number): string | undefined {
  const all = [
    ...(conversation.ratings ?? []),
    ...(conversation.rating ? [conversation.rating] : []),
  ];
  return all.find((rating) => rating.at >= Math.floor(at))?.comment;
}

async function nameOf(ctx: Db, { type, actorId, agentId }: EventRow): Promise<string | null> {
  if (type === "reply_finished")
    return (agentId && (await ctx.db.get("agents", agentId)))?.name ?? null;
  return (actorId && (await ctx.db.get("users", actorId)))?.name ?? null;
}
