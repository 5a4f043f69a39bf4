/** The audit log: events by type, actor or conversation, with the names of whom they are about. */
import type { PaginationOptions, PaginationResult } from "convex/server";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { withoutSplit } from "../../lib/pages";
import { vEventData, vEventType, type EventType } from "../../validators";

type Db = Pick<QueryCtx, "db">;
type EventRow = Extract<Doc<"analytics">, { kind: "event" }>;
type Wanted = {
  type?: EventType;
  conversationId?: Id<"conversations">;
  actorId?: Id<"users">;
  acts?: boolean;
};

export const vNamedEvent = v.object({
  _id: v.id("analytics"),
  _creationTime: v.number(),
  type: vEventType,
  conversationId: v.optional(v.id("conversations")),
  actorId: v.optional(v.id("users")),
  subjectId: v.optional(v.id("users")),
  agentId: v.optional(v.id("agents")),
  documentId: v.optional(v.id("knowledge")),
  data: vEventData,
  actor: v.optional(v.string()),
  subject: v.optional(v.string()),
});

/** What the chats come to, of themselves or by their customers: no act upon the shop. A new type is an act until it stands here. */
const TRAFFIC: ReadonlySet<EventType> = new Set<EventType>([
  "conversation_created",
  "message_received",
  "reply_finished",
  "reply_stopped",
  "reply_failed",
  "usage_charged",
  "assisted",
  "knowledge_gap",
  "escalated",
  "assigned",
  "returned",
  "offered",
  "offer_accepted",
  "offer_declined",
  "staff_replied",
  "woken",
  "alerted",
  "followed_up",
  "promise_late",
  "episode_judged",
  "rated",
  "feedback",
  "code_requested",
  "code_failed",
  "limit_hit",
  "file_uploaded",
  "sms_consent_changed",
  "sms_undelivered",
  "embeddings_worked",
  "email_worked",
  "texts_worked",
  "texts_webhook",
  "email_webhook",
]);

/** One page of events, latest first. One of the filters is a range; the others take rows out of the page. */
export async function listNamedEvents(
  ctx: Db,
  wanted: Wanted,
  options: PaginationOptions,
): Promise<PaginationResult<Infer<typeof vNamedEvent>>> {
  const page = withoutSplit(await rangeOf(ctx, wanted).order("desc").paginate(options));
  const events = page.page.filter((row) => row.kind === "event").filter((row) => fits(row, wanted));
  const ids = new Set(events.flatMap(({ actorId, subjectId }) => [actorId, subjectId]));
  const names = new Map<Id<"users">, string | undefined>();
  for (const id of ids) if (id !== undefined) names.set(id, await nameOf(ctx, id));
  const named = events.map(({ kind: _kind, ...event }) => ({
    ...event,
    actor: event.actorId && names.get(event.actorId),
    subject: event.subjectId && names.get(event.subjectId),
  }));
  return { ...page, page: named };
}

function rangeOf(ctx: Db, { conversationId, actorId, type }: Wanted) {
  const rows = ctx.db.query("analytics");
  if (conversationId !== undefined) {
    return rows.withIndex("by_conversation_and_question", (q) =>
      q.eq("conversationId", conversationId),
    );
  }
  if (actorId !== undefined) return rows.withIndex("by_actor", (q) => q.eq("actorId", actorId));
  if (type !== undefined) return rows.withIndex("by_type", (q) => q.eq("type", type));
  return rows.withIndex("by_kind_and_count", (q) => q.eq("kind", "event"));
}

const fits = (event: EventRow, { type, actorId, acts = false }: Wanted): boolean =>
  (type === undefined || event.type === type) &&
  (actorId === undefined || event.actorId === actorId) &&
  !(acts && TRAFFIC.has(event.type));

async function nameOf(ctx: Db, id: Id<"users">): Promise<string | undefined> {
  const user = await ctx.db.get("users", id);
  return user?.name ?? user?.email;
}
