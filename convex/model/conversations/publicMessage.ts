/** Messages as their readers see them: no ids of people, no numbers, no internal fields. */
import { v, type Infer } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { redactSecrets } from "../../lib/redact";
import { fileUrlOf } from "./attachments";
import { vActivity, vMessageStatus, type Delivery, messageFields } from "../../validators";

const { text, settledAt, editedAt, citations, feedback, error, visibility, clientMessageId } =
  messageFields;

/** What a technician whose account is gone is called in what stays. */
export const NOBODY = "A technician";

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

export const publicAuthor = (author: Doc<"messages">["author"]): Infer<typeof vPublicAuthor> =>
  "name" in author ? { kind: author.kind, name: author.name } : { kind: author.kind };

/** How far a text or an e-mail is, without where it goes. */
export const vPublicDelivery = v.object({
  state: v.string(),
  /** Absent: by text. */
  channel: v.optional(v.literal("email")),
  at: v.number(),
  segments: v.optional(v.number()),
  reason: v.optional(v.string()),
  /** While it is queued: what it waits for, `opening` `provider` `limit` `page`. */
  waitsFor: v.optional(v.string()),
});

/**
 * A message. `error` is in words for the customer. While it is being written, `status` is `streaming`, `text`
 * is what there is so far, and `settledAt` is absent.
 */
export const vPublicMessage = v.object({
  _id: v.id("messages"),
  _creationTime: v.number(),
  conversationId: v.id("conversations"),
  author: vPublicAuthor,
  visibility,
  status: vMessageStatus,
  text,
  settledAt,
  /** When a technician changed its words, if they did. */
  editedAt,
  clientMessageId,
  citations,
  feedback,
  error,
  /** For staff: a customer's words in the language that somebody at the desk has asked for. */
  translation: messageFields.translation,
  /** For staff: what the technician wrote, where its translation was sent. */
  original: messageFields.original,
  /** For staff: the colleagues whom a note names, as it says after the "@". */
  mentions: v.optional(v.array(v.string())),
  /** For staff: what a customer's message holds of secrets is hidden; `messages.openOriginal` shows it. */
  hidden: v.optional(v.boolean()),
  /** What the agent is doing, while it writes: something to show before there is a text. */
  activity: v.optional(vActivity),
  /** Stopped just now: its writer has yet to say what whoever asked had heard. */
  readAlong: v.optional(v.boolean()),
  /** How far its text or its e-mail is, for messages that go so. */
  delivery: v.optional(vPublicDelivery),
  /** The sign by which the customer's phone reacted to its text, as 👍. */
  reaction: v.optional(v.string()),
  attachments: v.optional(
    v.array(
      v.object({
        name: v.string(),
        contentType: v.string(),
        size: v.number(),
        /** Answers to a GET with the reader's access token as `Authorization: Bearer …`, and to nothing else. */
        url: v.string(),
      }),
    ),
  ),
});

export type PublicMessage = Infer<typeof vPublicMessage>;

/** Without the secrets of what a customer wrote. */
export const textForStaff = ({ author, text }: Pick<Doc<"messages">, "author" | "text">): string =>
  author.kind === "customer" ? redactSecrets(text) : text;

/** `asStaff`: without the secrets of what a customer wrote, which staff open on purpose. */
export function publicMessage(row: Doc<"messages">, asStaff: boolean): PublicMessage {
  const masked = asStaff ? textForStaff(row) : row.text;
  return {
    _id: row._id,
    _creationTime: row._creationTime,
    conversationId: row.conversationId,
    author: publicAuthor(row.author),
    visibility: row.visibility,
    status: row.status,
    text: masked,
    hidden: masked === row.text ? undefined : true,
    ...(asStaff && {
      translation: row.translation,
      original: row.original,
      mentions: row.mentions?.map(({ name }) => name),
    }),
    settledAt: row.settledAt,
    editedAt: row.editedAt,
    clientMessageId: row.clientMessageId,
    citations: row.citations,
    feedback: row.feedback,
    error: row.error,
    activity: row.status === "streaming" ? activityOf(row) : undefined,
    readAlong: row.readAlong && true,
    delivery: row.delivery && publicDelivery(row.delivery),
    reaction: row.reaction?.sign,
    attachments: row.attachments?.map(publicFile),
  };
}

/** A file as its readers see it. */
export const publicFile = ({
  storageId,
  ...file
}: NonNullable<Doc<"messages">["attachments"]>[number]) => ({
  ...file,
  url: fileUrlOf(storageId),
});

const activityOf = (row: Doc<"messages">) => row.activity ?? "thinking";

/** Not the number and not the attempt: those are the outbox's. */
export function publicDelivery(delivery: Delivery): Infer<typeof vPublicDelivery> {
  return {
    state: delivery.state,
    channel: delivery.channel === "email" ? delivery.channel : undefined,
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
  /**
   * Whoever asked reads it along, or gets it by text: hardly any of it is stored unless somebody says that they look on
   * (`replies.watch`).
   */
  readAlong: v.optional(v.boolean()),
});

export type LiveReply = Infer<typeof vLiveReply>;

/** `byText`: it goes to a phone once it is whole. */
export function liveReplyOf(row: Doc<"messages">, byText: boolean): LiveReply {
  return {
    messageId: row._id,
    author: publicAuthor(row.author),
    text: row.text,
    activity: activityOf(row),
    attempt: row.attempt ?? 1,
    startedAt: row._creationTime,
    readAlong: byText || row.readAlong !== undefined || undefined,
  };
}
