/**
 * What an export is made of, page by page, each a transaction of its own. Only what is about the person, and
 * only what they could see, and what is noted about their person: no notes in conversations, no briefs that staff
 * wrote, no ids of other people, no hashes.
 */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import {
  conversationFields,
  messageFields,
  userFields,
  vBrief,
  vEventType,
  vMessageStatus,
} from "../../validators";
import { findRunningExport } from "./export";
import { publicDelivery, publicFile, vPublicDelivery } from "../conversations/publicMessage";
import { listNotes, vPersonNote } from "../accounts/personNotes";
import { MAX_SESSIONS } from "../accounts/sessions";
import { cutAtKey } from "../../lib/pages";

/** Rows of one page; messages are the largest of them. */
const PAGE = 200;
const MESSAGES_PAGE = 100;

export const vCursor = v.union(v.string(), v.null());
/** Up to which key the pages so far go: it is kept from one file to the next, and a cursor would not survive a move. */
export const vAfter = v.union(v.number(), v.null());
/** `next` null: the last page. */
export const vPageOf = <T extends Parameters<typeof v.array>[0]>(item: T) =>
  v.object({ items: v.array(item), next: vCursor });
type PageOf<T> = { items: T[]; next: string | null };
type Job = { processId: Id<"workflows"> };
type Ctx = Pick<QueryCtx, "db" | "storage">;

export const vPerson = v.object({
  createdAt: v.number(),
  role: userFields.role,
  name: userFields.name,
  email: userFields.email,
  emailVerifiedAt: userFields.emailVerifiedAt,
  phoneVerifiedAt: userFields.phoneVerifiedAt,
  textsFrom: userFields.textsFrom,
  phone: userFields.phone,
  smsConsent: userFields.smsConsent,
  alertsByText: userFields.alertsByText,
  /** What the shop has noted about them, without who did. */
  notes: v.optional(v.array(vPersonNote.pick("text", "at"))),
  /** As the server of a page with the widget has named them. */
  claim: v.optional(v.object({ name: userFields.name, email: userFields.email })),
  sessions: v.array(
    v.object({
      state: v.string(),
      createdAt: v.number(),
      lastRefreshedAt: v.optional(v.number()),
      expiresAt: v.number(),
      userAgent: v.optional(v.string()),
    }),
  ),
});

/** The person and their sessions, the latest 100. */
export async function readPerson(
  ctx: Ctx,
  processId: Id<"workflows">,
): Promise<Infer<typeof vPerson> | null> {
  const job = await findRunningExport(ctx, processId);
  const user = job && (await ctx.db.get("users", job.userId));
  if (!user) return null;
  const sessions = await ctx.db
    .query("sessions")
    .withIndex("by_user_and_state", (q) => q.eq("userId", user._id))
    .order("desc")
    .take(MAX_SESSIONS);
  const { role, name, email, emailVerifiedAt } = user;
  const { phone, phoneVerifiedAt, textsFrom, smsConsent, alertsByText, claim } = user;
  return {
    createdAt: user._creationTime,
    role,
    name,
    email,
    emailVerifiedAt,
    phoneVerifiedAt,
    textsFrom,
    phone,
    smsConsent,
    alertsByText,
    notes: user.notes && (await listNotes(ctx, user)).map(({ text, at }) => ({ text, at })),
    claim: claim && { name: claim.name, email: claim.email },
    sessions: sessions.map((session) => ({
      state: session.state,
      createdAt: session._creationTime,
      lastRefreshedAt: session.state === "active" ? session.rotatedAt : undefined,
      expiresAt: session.expiresAt,
      userAgent: session.state === "pending" ? undefined : session.userAgent,
    })),
  };
}

/** Ids only: a conversation that moves in its list while it is being read must not be missed or come twice. */
export async function listConversationIds(
  ctx: Ctx,
  { processId, cursor }: Job & { cursor: string | null },
): Promise<PageOf<Id<"conversations">>> {
  const job = await findRunningExport(ctx, processId);
  if (job === null) return { items: [], next: null };
  const page = await ctx.db
    .query("conversations")
    .withIndex("by_user_and_last_message", (q) => q.eq("userId", job.userId))
    .paginate({ numItems: PAGE, cursor });
  return { items: page.page.map(({ _id }) => _id), next: page.isDone ? null : page.continueCursor };
}

const vMessage = v.object({
  id: v.id("messages"),
  createdAt: v.number(),
  from: v.union(
    v.literal("customer"),
    v.literal("assistant"),
    v.literal("technician"),
    v.literal("system"),
  ),
  /** Of the assistant or the technician. */
  name: v.optional(v.string()),
  text: v.string(),
  status: vMessageStatus,
  /** Titles of the shop's documents that the answer cites. */
  sources: v.optional(v.array(v.string())),
  feedback: messageFields.feedback,
  /** How far its text is, of messages by SMS. */
  delivery: v.optional(vPublicDelivery),
  /** The customer's phone's, to its text. */
  reaction: v.optional(v.string()),
  attachments: v.optional(
    v.array(
      v.object({
        name: v.string(),
        contentType: v.string(),
        size: v.number(),
        /** For the person, signed in. */
        url: v.string(),
      }),
    ),
  ),
});

const { status, channel, byTextSince, contact, rating, ratings, earlier, promises } =
  conversationFields;
export const vConversation = v.object({
  id: v.id("conversations"),
  createdAt: v.number(),
  lastMessageAt: v.number(),
  status,
  channel,
  byTextSince,
  contact,
  rating,
  /** Of earlier episodes. */
  ratings,
  /** What is remembered of earlier episodes. */
  earlier,
  /** Open ones. */
  promises,
  /** What the technicians were told when the conversation was handed to them. */
  handOff: v.optional(vBrief),
});
export const vConversationPage = v.object({
  conversation: vConversation,
  messages: v.array(vMessage),
  next: vAfter,
});

/** One conversation with a page of its messages, oldest first; null if it isn't theirs or is gone. */
export async function readConversation(
  ctx: Ctx,
  args: Job & { conversationId: Id<"conversations">; after: number | null },
): Promise<Infer<typeof vConversationPage> | null> {
  const job = await findRunningExport(ctx, args.processId);
  const row = await ctx.db.get("conversations", args.conversationId);
  if (job === null || row?.userId !== job.userId) return null;
  const rows = await ctx.db
    .query("messages")
    .withIndex("by_conversation_and_visibility", (q) =>
      q
        .eq("conversationId", row._id)
        .eq("visibility", "public")
        .gt("settledAt", args.after ?? undefined),
    )
    .take(MESSAGES_PAGE);
  const messages = cutAtKey(rows, MESSAGES_PAGE, ({ settledAt = 0 }) => settledAt);
  return {
    conversation: {
      id: row._id,
      createdAt: row._creationTime,
      lastMessageAt: row.lastMessageAt,
      status: row.status,
      channel: row.channel,
      byTextSince: row.byTextSince,
      contact: row.contact,
      rating: row.rating,
      ratings: row.ratings,
      earlier: row.earlier,
      promises: row.promises,
      // A brief that staff wrote is a note among staff.
      handOff: row.brief?.reason === "staff" ? undefined : row.brief,
    },
    messages: messages.map(exported),
    next: rows.length < MESSAGES_PAGE ? null : messages.at(-1)!.settledAt!,
  };
}

function exported(row: Doc<"messages">): Infer<typeof vMessage> {
  const { author } = row;
  const sources = row.citations?.map(({ title }) => title);
  return {
    id: row._id,
    createdAt: row._creationTime,
    from: author.kind === "agent" ? "assistant" : author.kind,
    name: "name" in author ? author.name : undefined,
    text: row.text,
    status: row.status,
    sources: sources && [...new Set(sources)],
    feedback: row.feedback,
    delivery: row.delivery && publicDelivery(row.delivery),
    reaction: row.reaction?.sign,
    attachments: row.attachments?.map(publicFile),
  };
}

export const vAs = v.union(v.literal("actor"), v.literal("subject"));
export const vEvent = v.object({
  at: v.number(),
  type: vEventType,
  /** Whether they did it, or it was done to them. */
  as: vAs,
  /** Of their own conversations only. */
  conversationId: v.optional(v.id("conversations")),
  reason: v.optional(v.string()),
  score: v.optional(v.number()),
});

/** Audit and statistics entries that name the person, oldest first. */
export async function listEvents(
  ctx: Ctx,
  { processId, as, after }: Job & { as: Infer<typeof vAs>; after: number | null },
): Promise<{ items: Infer<typeof vEvent>[]; next: number | null }> {
  const job = await findRunningExport(ctx, processId);
  if (job === null) return { items: [], next: null };
  const rows = ctx.db.query("analytics");
  const named =
    as === "actor"
      ? rows.withIndex("by_actor", (q) =>
          q.eq("actorId", job.userId).gt("_creationTime", after ?? 0),
        )
      : rows.withIndex("by_subject", (q) =>
          q.eq("subjectId", job.userId).gt("_creationTime", after ?? 0),
        );
  const found = await named.take(PAGE);
  const page = cutAtKey(found, PAGE, (row) => row._creationTime);
  const own = new Map<Id<"conversations">, boolean>();
  const items: Infer<typeof vEvent>[] = [];
  for (const row of page) {
    if (row.kind !== "event") continue;
    const { conversationId } = row;
    if (conversationId !== undefined && !own.has(conversationId)) {
      const conversation = await ctx.db.get("conversations", conversationId);
      own.set(conversationId, conversation?.userId === job.userId);
    }
    items.push({
      at: row._creationTime,
      type: row.type,
      as,
      conversationId: conversationId && own.get(conversationId) ? conversationId : undefined,
      reason: row.data.reason,
      score: row.data.score,
    });
  }
  return { items, next: found.length < PAGE ? null : page.at(-1)!._creationTime };
}
