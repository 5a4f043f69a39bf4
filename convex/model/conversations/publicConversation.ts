/** Conversations as their customer and staff see them, without internal fields. */
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { isUrgent } from "./urgency";
import { conversationFields, userFields, vBrief, vOffer, vOwner } from "../../validators";

const {
  preview,
  title,
  lastMessageAt,
  status,
  turn,
  episode,
  rating,
  contact,
  channel,
  byTextSince,
  waitingSince,
  promises,
} = conversationFields;

/** Who answers, as the customer sees it: ids of staff stay inside. */
const vPublicOwner = v.union(v.literal("ai"), v.literal("queue"), v.literal("human"));

export const vPublicConversation = v.object({
  _id: v.id("conversations"),
  _creationTime: v.number(),
  channel,
  byTextSince,
  status,
  owner: vPublicOwner,
  turn,
  episode,
  lastMessageAt,
  preview,
  title,
  unread: v.number(),
  rating,
  contact,
  /** A technician is offered: `answerOffer`. */
  offer: v.optional(vOffer.pick("reason", "at")),
  promises,
});

export type PublicConversation = Infer<typeof vPublicConversation>;

export function publicConversation(row: Doc<"conversations">): PublicConversation {
  return {
    _id: row._id,
    _creationTime: row._creationTime,
    channel: row.channel,
    byTextSince: row.byTextSince,
    status: row.status,
    owner: row.owner.kind,
    turn: row.turn,
    episode: row.episode,
    lastMessageAt: row.lastMessageAt,
    preview: row.preview,
    title: row.title,
    unread: row.unreadByCustomer,
    rating: row.rating,
    contact: row.contact,
    offer: row.offer && { reason: row.offer.reason, at: row.offer.at },
    promises: row.promises,
  };
}

/** A conversation as the technicians' desk shows it. */
export const vStaffConversation = v.object({
  _id: v.id("conversations"),
  _creationTime: v.number(),
  channel,
  byTextSince,
  status,
  owner: vOwner,
  /** The name of the technician who has it. */
  holder: v.optional(v.string()),
  turn,
  lastMessageAt,
  preview,
  unread: v.number(),
  waitingSince,
  snoozedUntil: conversationFields.snoozedUntil,
  resolvedAt: conversationFields.resolvedAt,
  episode,
  brief: v.optional(vBrief),
  earlier: conversationFields.earlier,
  rating,
  ratings: conversationFields.ratings,
  contact,
  promises,
  timers: conversationFields.timers,
  /** Keys: `labels.list` has their names. */
  labels: conversationFields.labels,
  urgent: v.boolean(),
  /** When whoever waits for people should have an answer, and when that is near. */
  target: v.optional(v.object({ warnAt: v.number(), dueAt: v.number() })),
  customer: v.object({
    _id: v.id("users"),
    name: v.optional(v.string()),
    email: v.optional(v.string()),
    emailVerified: v.boolean(),
    phone: userFields.phone,
    /** False until a code that was texted there is confirmed: the number proves nothing about an account. */
    phoneVerified: v.boolean(),
    smsConsent: userFields.smsConsent,
  }),
});

type StaffConversation = Infer<typeof vStaffConversation>;

/** Who looks has been read already. */
type StaffCtx = Pick<QueryCtx, "db"> & { user: Doc<"users"> };

/** A list's rows as the desk shows them; who has several is read once. */
export async function listStaffConversations(
  ctx: StaffCtx,
  rows: Doc<"conversations">[],
): Promise<StaffConversation[]> {
  const holders = rows.map(({ owner }) => (owner.kind === "human" ? owner.userId : undefined));
  const { _id: me, name } = ctx.user;
  const names = new Map<Id<"users"> | undefined, string | undefined>([[me, name]]);
  for (const userId of new Set(holders)) {
    if (userId && !names.has(userId)) names.set(userId, (await ctx.db.get("users", userId))?.name);
  }
  return await Promise.all(
    rows.map((row, at) => describeToStaff(ctx, row, names.get(holders[at]))),
  );
}

/** One conversation as the desk shows it. */
export async function staffConversation(
  ctx: StaffCtx,
  row: Doc<"conversations">,
): Promise<StaffConversation> {
  return (await listStaffConversations(ctx, [row]))[0]!;
}

async function describeToStaff(
  ctx: Pick<QueryCtx, "db">,
  row: Doc<"conversations">,
  holder: string | undefined,
): Promise<StaffConversation> {
  const customer = await ctx.db.get("users", row.userId);
  return {
    _id: row._id,
    _creationTime: row._creationTime,
    channel: row.channel,
    byTextSince: row.byTextSince,
    status: row.status,
    owner: row.owner,
    holder,
    turn: row.turn,
    lastMessageAt: row.lastMessageAt,
    preview: row.preview,
    unread: row.unreadByStaff,
    waitingSince: row.waitingSince,
    snoozedUntil: row.snoozedUntil,
    resolvedAt: row.resolvedAt,
    episode: row.episode,
    brief: row.brief,
    earlier: row.earlier,
    rating: row.rating,
    ratings: row.ratings,
    contact: row.contact,
    promises: row.promises,
    timers: row.timers,
    labels: row.labels,
    urgent: isUrgent(row),
    target: row.target && { warnAt: row.target.warnAt, dueAt: row.target.dueAt },
    customer: {
      _id: row.userId,
      name: customer?.name,
      email: customer?.email,
      emailVerified: customer?.emailVerifiedAt !== undefined,
      phone: customer?.phone,
      phoneVerified: customer?.phoneVerifiedAt !== undefined,
      smsConsent: customer?.smsConsent ?? "unknown",
    },
  };
}
