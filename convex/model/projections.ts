/** What leaves the deployment: projections of rows, without internal fields. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import {
  agentFields,
  conversationFields,
  messageFields,
  userFields,
  vActivity,
  vAgentMetrics,
  vBrief,
  vMessageStatus,
  vOffer,
  vOwner,
  workflowFields,
  type Delivery,
} from "../validators";
import { metricsOf } from "./agents";

/** A user as they and staff see them. */
export const vPublicUser = v.object({
  _id: v.id("users"),
  role: userFields.role,
  name: userFields.name,
  email: userFields.email,
  /** False for guests: nobody has proved that the address is theirs. */
  emailVerified: v.boolean(),
  blockedAt: userFields.blockedAt,
});
export type PublicUser = Infer<typeof vPublicUser>;

export function publicUser(user: Doc<"users">): PublicUser {
  const { _id, role, name, email, blockedAt } = user;
  return { _id, role, name, email, emailVerified: user.emailVerifiedAt !== undefined, blockedAt };
}

/** A user as only they see themselves. */
export const vOwnUser = vPublicUser.extend({
  phone: userFields.phone,
  /** False until a code that was texted there is confirmed. */
  phoneVerified: v.boolean(),
  smsConsent: userFields.smsConsent,
  alertsByText: userFields.alertsByText,
});

export type OwnUser = Infer<typeof vOwnUser>;

export const ownUser = (user: Doc<"users">): OwnUser => ({
  ...publicUser(user),
  phone: user.phone,
  phoneVerified: user.phoneVerifiedAt !== undefined,
  smsConsent: user.smsConsent,
  alertsByText: user.alertsByText,
});

const {
  preview,
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
export const vPublicOwner = v.union(v.literal("ai"), v.literal("queue"), v.literal("human"));

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

export async function staffConversation(
  ctx: Pick<QueryCtx, "db">,
  row: Doc<"conversations">,
): Promise<Infer<typeof vStaffConversation>> {
  const customer = await ctx.db.get("users", row.userId);
  return {
    _id: row._id,
    _creationTime: row._creationTime,
    channel: row.channel,
    byTextSince: row.byTextSince,
    status: row.status,
    owner: row.owner,
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

const { text, settledAt, citations, feedback, error, visibility, clientMessageId } = messageFields;

/** Who wrote it, by name: ids of people stay inside. */
export const vPublicAuthor = v.object({
  kind: v.union(
    v.literal("customer"),
    v.literal("agent"),
    v.literal("technician"),
    v.literal("system"),
  ),
  name: v.optional(v.string()),
});

const publicAuthor = (author: Doc<"messages">["author"]): Infer<typeof vPublicAuthor> =>
  "name" in author ? { kind: author.kind, name: author.name } : { kind: author.kind };

/** A settled message. `error` is in words for the customer. */
export const vPublicMessage = v.object({
  _id: v.id("messages"),
  _creationTime: v.number(),
  conversationId: v.id("conversations"),
  author: vPublicAuthor,
  visibility,
  status: vMessageStatus,
  text,
  settledAt,
  clientMessageId,
  citations,
  feedback,
  error,
  /** How far its text is, for messages by SMS. */
  delivery: v.optional(
    v.object({
      state: v.string(),
      at: v.number(),
      segments: v.optional(v.number()),
      reason: v.optional(v.string()),
      /** While it is queued: what it waits for, `opening` `provider` `limit` `page`. */
      waitsFor: v.optional(v.string()),
    }),
  ),
  attachments: v.optional(
    v.array(
      v.object({
        name: v.string(),
        contentType: v.string(),
        size: v.number(),
        url: v.union(v.string(), v.null()),
      }),
    ),
  ),
});
export type PublicMessage = Infer<typeof vPublicMessage>;

export async function publicMessage(
  ctx: Pick<QueryCtx, "storage">,
  row: Doc<"messages">,
): Promise<PublicMessage> {
  return {
    _id: row._id,
    _creationTime: row._creationTime,
    conversationId: row.conversationId,
    author: publicAuthor(row.author),
    visibility: row.visibility,
    status: row.status,
    text: row.text,
    settledAt: row.settledAt,
    clientMessageId: row.clientMessageId,
    citations: row.citations,
    feedback: row.feedback,
    error: row.error,
    delivery: row.delivery && publicDelivery(row.delivery),
    attachments:
      row.attachments &&
      (await Promise.all(
        row.attachments.map(async ({ storageId, ...file }) => ({
          ...file,
          url: await ctx.storage.getUrl(storageId),
        })),
      )),
  };
}

/** Not the number and not the attempt: those are the outbox's. */
function publicDelivery(delivery: Delivery): PublicMessage["delivery"] {
  return {
    state: delivery.state,
    at: delivery.at,
    segments: "segments" in delivery ? delivery.segments : undefined,
    reason: "reason" in delivery ? delivery.reason : undefined,
    waitsFor: "waitsFor" in delivery ? delivery.waitsFor : undefined,
  };
}

/** The reply being written. `attempt` counts up when a writer was lost and the text starts again. */
export const vLiveReply = v.object({
  messageId: v.id("messages"),
  author: vPublicAuthor,
  text: v.string(),
  activity: vActivity,
  attempt: v.number(),
  startedAt: v.number(),
});
export type LiveReply = Infer<typeof vLiveReply>;

export function liveReply(row: Doc<"messages">): LiveReply {
  return {
    messageId: row._id,
    author: publicAuthor(row.author),
    text: row.text,
    activity: row.activity ?? "thinking",
    attempt: row.attempt ?? 1,
    startedAt: row._creationTime,
  };
}

export const vAgentForStaff = v.object({
  _id: v.id("agents"),
  slug: agentFields.slug,
  name: agentFields.name,
  description: agentFields.description,
  prompt: agentFields.prompt,
  model: agentFields.model,
  fallbackModels: agentFields.fallbackModels,
  capabilities: agentFields.capabilities,
  tools: agentFields.tools,
  status: agentFields.status,
  priority: agentFields.priority,
  metrics: vAgentMetrics,
});

export function agentForStaff({
  _creationTime,
  ...agent
}: Doc<"agents">): Infer<typeof vAgentForStaff> {
  return { ...agent, metrics: metricsOf(agent) };
}

/** A durable process: what it does, how far it is, what went wrong. */
export const vProcessForStaff = v.object({
  _id: v.id("workflows"),
  _creationTime: v.number(),
  kind: workflowFields.kind,
  state: workflowFields.state,
  step: workflowFields.step,
  attempt: workflowFields.attempt,
  conversationId: workflowFields.conversationId,
  documentId: workflowFields.documentId,
  /** Timers: when it acts next. */
  dueAt: workflowFields.dueAt,
  finishedAt: workflowFields.finishedAt,
  error: workflowFields.error,
  /** Of a deletion; for admins. */
  receipt: workflowFields.receipt,
});

export function processForStaff(
  row: Doc<"workflows">,
  { role }: Doc<"users">,
): Infer<typeof vProcessForStaff> {
  return {
    receipt: role === "admin" ? row.receipt : undefined,
    _id: row._id,
    _creationTime: row._creationTime,
    kind: row.kind,
    state: row.state,
    step: row.step,
    attempt: row.attempt,
    conversationId: row.conversationId,
    documentId: row.documentId,
    dueAt: row.dueAt,
    finishedAt: row.finishedAt,
    error: row.error,
  };
}
