/** The conversations behind a number: the events that it counts, latest first, by the index of their type. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { literals, type EventType } from "../../validators";
import { outcomeOf } from "./metrics";
import { checkTime } from "./report";
import type { EventRow } from "./rollups";

type Db = Pick<QueryCtx, "db">;

export const vFigure = literals(
  "begun",
  "resolved",
  "contained",
  "withPeople",
  "unanswered",
  "firstByAi",
  "firstByPeople",
  "handedOff",
  "handedOver",
  "judged",
  "verified",
  "reopened",
  "rated",
  "thumbs",
  "refused",
  "gaps",
  "cost",
  "topic",
  "label",
  "agent",
  "technician",
  "drafts",
);
type Figure = Infer<typeof vFigure>;

/** Events of each type that are looked at in one go, and conversations that it answers with at most. */
const SCANNED = 200;
const LISTED = 50;

type Rule = {
  types: readonly EventType[];
  /** `of`: the one reason, model, document, label, agent, technician or verdict that is asked for. */
  counts: (event: EventRow, of: string | undefined) => boolean;
  /** What is said of each beside its title. */
  says?: (event: EventRow) => number | string | undefined;
};

const ofReason = ({ data }: EventRow, of: string | undefined) =>
  of === undefined || data.reason === of;
const always = () => true;
const outcome = ({ data: { episode } }: EventRow) =>
  episode === undefined || episode.customerMessages === 0 ? null : outcomeOf(episode);
const waited = ({ data }: EventRow) => data.waitedMs;
const took = ({ data }: EventRow) => data.episode?.resolutionMs;
const score = ({ data }: EventRow) => data.score;
const resolvedBy = (who: ReturnType<typeof outcomeOf>): Rule => ({
  types: ["resolved"],
  counts: (event) => outcome(event) === who,
  says: took,
});

const RULES: Record<Figure, Rule> = {
  begun: { types: ["conversation_created", "reopened"], counts: always },
  resolved: { types: ["resolved"], counts: (event) => outcome(event) !== null, says: took },
  contained: resolvedBy("assistant"),
  withPeople: resolvedBy("technician"),
  unanswered: resolvedBy("nobody"),
  firstByAi: {
    types: ["reply_finished"],
    counts: ({ data }) => data.first === true,
    says: waited,
  },
  firstByPeople: {
    types: ["staff_replied"],
    counts: ({ data }) => data.first === true,
    says: ({ data }) => data.waitedOpenMs ?? data.waitedMs,
  },
  handedOff: { types: ["escalated"], counts: ofReason, says: ({ data }) => data.reason },
  handedOver: {
    types: ["resolved"],
    counts: (event) => outcome(event) !== null && event.data.episode?.handoff !== undefined,
    says: ({ data }) => data.episode?.handoff,
  },
  judged: { types: ["episode_judged"], counts: ofReason, says: ({ data }) => data.reason },
  verified: { types: ["episode_judged"], counts: ({ data }) => data.reason === "verified" },
  reopened: { types: ["episode_judged"], counts: ({ data }) => data.reason === "reopened" },
  rated: { types: ["rated"], counts: always, says: score },
  thumbs: { types: ["feedback"], counts: always, says: score },
  refused: {
    types: ["reply_finished", "reply_failed", "usage_charged"],
    counts: ({ data }) => (data.checks?.refused ?? 0) > 0,
  },
  gaps: { types: ["knowledge_gap"], counts: always, says: ({ data }) => data.question },
  cost: {
    types: ["reply_finished", "reply_failed", "usage_charged", "assisted"],
    counts: ({ data }, of) =>
      data.usage !== undefined && (of === undefined || data.usage.model === of),
    says: ({ data }) => data.usage?.costMicroUsd,
  },
  topic: { types: ["reply_finished"], counts: ({ documentId }, of) => documentId === of },
  label: { types: ["labelled"], counts: ofReason },
  agent: { types: ["reply_finished"], counts: ({ agentId }, of) => agentId === of },
  drafts: {
    types: ["staff_replied"],
    counts: ({ data }) => data.keptPercent !== undefined,
    says: ({ data }) => data.keptPercent,
  },
  technician: { types: ["staff_replied"], counts: ({ actorId }, of) => actorId === of },
};

const vBehind = v.object({
  conversationId: v.id("conversations"),
  /** When the event happened. */
  at: v.number(),
  title: v.string(),
  customer: v.union(v.string(), v.null()),
  /** A time in ms, a score, a cost in millionths of a US dollar, a reason, a question: as the figure is. */
  says: v.optional(v.union(v.number(), v.string())),
});
export const vBehindPage = v.object({
  /** Each conversation once. */
  conversations: v.array(vBehind),
  /** Counted ones whose conversation has been deleted, or whose event is too old to name it. */
  gone: v.number(),
  /** Go on with this as `to`; null: that was all. */
  next: v.union(v.number(), v.null()),
});
type BehindPage = Infer<typeof vBehindPage>;
type Asked = { figure: Figure; of?: string; from: number; to: number };

/** Those from `from` on and before `to`, latest first, at most 50 a page. A rare one may need several. Errors: `invalid_input`. */
export async function listBehind(ctx: Db, { figure, of, from, to }: Asked): Promise<BehindPage> {
  checkTime(from);
  checkTime(to);
  const { types, counts, says } = RULES[figure];
  const scans = await Promise.all(
    types.map((type) => scanEvents(ctx, type, { from, to }, SCANNED)),
  );
  // Beyond the earliest of a full scan another type's may be missing.
  const floor = Math.max(from, ...scans.flatMap(({ reached }) => reached ?? []));
  const events = scans
    .flatMap((scan) => scan.events)
    .filter((event) => event._creationTime >= floor && counts(event, of))
    .sort((a, b) => b._creationTime - a._creationTime);
  const page: BehindPage = { conversations: [], gone: 0, next: floor > from ? floor : null };
  const seen = new Set<Id<"conversations">>();
  let last = to;
  for (const event of events) {
    const { conversationId: id, _creationTime: at } = event;
    // What comes before the last that was dealt with is the next page's.
    if (seen.size === LISTED) return { ...page, next: last };
    last = at;
    if (id !== undefined && seen.has(id)) continue;
    const conversation = id && (await ctx.db.get("conversations", id));
    if (!conversation) page.gone += 1;
    else {
      seen.add(conversation._id);
      page.conversations.push({ ...(await describe(ctx, conversation)), at, says: says?.(event) });
    }
  }
  return page;
}

async function describe(ctx: Db, conversation: Doc<"conversations">) {
  const user = await ctx.db.get("users", conversation.userId);
  return {
    conversationId: conversation._id,
    title: conversation.title ?? conversation.preview,
    customer: conversation.contact?.name ?? user?.name ?? null,
  };
}

/** The latest `count` events of a type; `reached`: how far back they go, if there are more. */
export async function scanEvents(
  ctx: Db,
  type: EventType,
  { from, to }: { from: number; to: number },
  count: number,
): Promise<{ events: EventRow[]; reached?: number }> {
  const rows = await ctx.db
    .query("analytics")
    .withIndex("by_type", (q) =>
      q.eq("type", type).gte("_creationTime", from).lt("_creationTime", to),
    )
    .order("desc")
    .take(count);
  const events = rows.filter((row) => row.kind === "event");
  return rows.length < count ? { events } : { events, reached: rows.at(-1)!._creationTime };
}
