/** Writing and listing messages: the one place that inserts a customer's or a technician's message. */
import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { attach, type NewFile } from "./attachments";
import { reopened } from "./episodes";
import { appError } from "./errors";
import { record } from "./events";
import { escalate, REPLY_CAP } from "./handoff";
import { consume, requestIp } from "./limits";
import { enqueueReply } from "./replies";
import { purposeOfStaff, requireTextable, textOut } from "./smsQueue";
import { cleanOptionalText, cleanText, MAX_MESSAGE_CHARS, preview } from "./text";
import { bumpTurn } from "./turns";

/** Rows of one page of messages, and of the live window. */
export const PAGE_LIMIT = 100;
export const LIVE_WINDOW = 30;

export type NewMessage = {
  text: string;
  clientMessageId?: string;
  attachments?: NewFile[];
};

/**
 * A customer's message: stored once per `clientMessageId`, bumps the turn and, if the AI owns the
 * conversation, starts its reply. A message to a resolved conversation reopens it.
 */
export async function sendAsCustomer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  message: NewMessage,
): Promise<Id<"messages">> {
  const clientMessageId = checkClientMessageId(message.clientMessageId);
  const sent = clientMessageId && (await byClientMessageId(ctx, conversation._id, clientMessageId));
  if (sent) return sent._id;

  const attachments = await attach(ctx, conversation._id, message.attachments);
  const text = attachments
    ? cleanOptionalText("The message", message.text, MAX_MESSAGE_CHARS)
    : cleanText("The message", message.text, MAX_MESSAGE_CHARS);
  const stored = await store(ctx, conversation, { text, clientMessageId, attachments });
  if (stored.conversation.owner.kind === "ai") {
    await answer(ctx, stored.conversation, async () => {
      await consume(ctx, "repliesOfTheDay", { ip: await requestIp(ctx) });
    });
  }
  return stored.messageId;
}

type CustomersMessage = Pick<
  Doc<"messages">,
  "text" | "clientMessageId" | "attachments" | "smsSid" | "pendingMedia"
>;

/** Stores what a customer said and begins a turn with it. Whoever owns the conversation answers. */
export async function store(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  message: CustomersMessage,
): Promise<{ messageId: Id<"messages">; conversation: Doc<"conversations"> }> {
  const { text, attachments, pendingMedia } = message;
  const now = Date.now();
  const byPeople = conversation.owner.kind !== "ai";
  const wasResolved = conversation.status === "resolved";
  const next = await bumpTurn(ctx, conversation, {
    ...(wasResolved
      ? reopened(conversation)
      : { status: "open" as const, snoozedUntil: undefined }),
    lastMessageAt: now,
    preview: preview(text || attachments?.[0]?.name || (pendingMedia ? "Picture" : "")),
    waitingSince: conversation.waitingSince ?? now,
    // Whoever writes here has seen what is here: saves a `markRead` per exchange.
    unreadByCustomer: 0,
    unreadByStaff: byPeople ? conversation.unreadByStaff + 1 : conversation.unreadByStaff,
  });
  const messageId = await ctx.db.insert("messages", {
    conversationId: conversation._id,
    author: { kind: "customer" },
    visibility: "public",
    status: "complete",
    settledAt: now,
    turn: next.turn,
    episode: next.episode,
    ...message,
  });
  const refs = { conversationId: conversation._id, actorId: conversation.userId };
  if (wasResolved) await record(ctx, "reopened", refs);
  await record(ctx, "message_received", refs);
  return { messageId, conversation: next };
}

/** Sets the AI's answer going, or hands over at the cap. `admit` throws when a limit is reached. */
export async function answer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  admit: () => Promise<void>,
  delayMs = 0,
): Promise<void> {
  if (conversation.aiReplies < REPLY_CAP) {
    await admit();
    return await enqueueReply(ctx, conversation, delayMs);
  }
  await escalate(ctx, conversation, {
    reason: "reply_cap",
    summary: `The assistant has answered ${conversation.aiReplies} times without settling it.`,
    urgency: "normal",
  });
}

/** A technician's answer. Only whoever has the conversation may answer, so that two don't talk at once. */
export async function sendAsStaff(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
  message: NewMessage,
): Promise<Id<"messages">> {
  if (conversation.owner.kind !== "human" || conversation.owner.userId !== technician._id) {
    throw appError("conflict", "Claim the conversation before you answer in it.");
  }
  const clientMessageId = checkClientMessageId(message.clientMessageId);
  const sent = clientMessageId && (await byClientMessageId(ctx, conversation._id, clientMessageId));
  if (sent) return sent._id;

  const text = cleanText("The message", message.text, MAX_MESSAGE_CHARS);
  const bySms = conversation.channel === "sms";
  if (bySms) await requireTextable(ctx, conversation, text);
  const now = Date.now();
  const waitedMs = conversation.waitingSince && now - conversation.waitingSince;
  const next = await bumpTurn(ctx, conversation, {
    lastMessageAt: now,
    preview: preview(text),
    waitingSince: undefined,
    unreadByCustomer: conversation.unreadByCustomer + 1,
    unreadByStaff: 0,
  });
  const refs = { conversationId: conversation._id, actorId: technician._id };
  await record(ctx, "staff_replied", refs, { waitedMs });
  const messageId = await ctx.db.insert("messages", {
    ...staffMessage(next, technician, text),
    visibility: "public",
    settledAt: now,
    clientMessageId,
  });
  if (bySms) await textOut(ctx, next, messageId, await purposeOfStaff(ctx, conversation));
  return messageId;
}

/** A note among staff. It changes nothing that the customer can see, not even a time stamp. */
export async function addNote(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
  rawText: string,
): Promise<Id<"messages">> {
  const text = cleanText("The note", rawText, MAX_MESSAGE_CHARS);
  const refs = { conversationId: conversation._id, actorId: technician._id };
  await record(ctx, "note_added", refs);
  return await ctx.db.insert("messages", {
    ...staffMessage(conversation, technician, text),
    visibility: "staff",
    settledAt: Date.now(),
  });
}

const staffMessage = (
  { _id, turn, episode }: Doc<"conversations">,
  technician: Doc<"users">,
  text: string,
) => ({
  conversationId: _id,
  author: {
    kind: "technician" as const,
    userId: technician._id,
    name: technician.name ?? "Technician",
  },
  status: "complete" as const,
  text,
  turn,
  episode,
});

/** Settled messages, newest first; staff also see notes. The streaming row is in neither range. */
export function settled(ctx: Pick<QueryCtx, "db">, id: Id<"conversations">, asStaff: boolean) {
  const messages = ctx.db.query("messages");
  const range = asStaff
    ? messages.withIndex("by_conversation_and_settled", (q) =>
        q.eq("conversationId", id).gt("settledAt", undefined),
      )
    : messages.withIndex("by_conversation_and_visibility", (q) =>
        q.eq("conversationId", id).eq("visibility", "public").gt("settledAt", undefined),
      );
  return range.order("desc");
}

/**
 * Refuses a page size that isn't one, rather than reading what the caller asks for. An `endCursor` is
 * refused too: Convex ignores the size of a page that has one, and clients send it only to split pages far
 * larger than ours.
 */
export function boundedPage(options: PaginationOptions, limit = PAGE_LIMIT): PaginationOptions {
  const { numItems, endCursor } = options;
  if (!Number.isInteger(numItems) || numItems < 1 || numItems > limit) {
    throw appError("invalid_input", `numItems is a whole number from 1 to ${limit}.`);
  }
  if (endCursor) throw appError("invalid_input", "endCursor is not taken. Ask for a smaller page.");
  return options;
}

function byClientMessageId(
  ctx: Pick<QueryCtx, "db">,
  conversationId: Id<"conversations">,
  clientMessageId: string,
): Promise<Doc<"messages"> | null> {
  return ctx.db
    .query("messages")
    .withIndex("by_client_message_id", (q) =>
      q.eq("conversationId", conversationId).eq("clientMessageId", clientMessageId),
    )
    .unique();
}

function checkClientMessageId(id: string | undefined): string | undefined {
  if (id !== undefined && !/^[\w-]{8,64}$/.test(id)) {
    throw appError(
      "invalid_input",
      "clientMessageId has 8 to 64 letters, digits, - or _; a UUID fits.",
    );
  }
  return id;
}

/** The agent of a settled answer; `not_found` for a message that can't be rated. */
export function requireAnswer(message: Doc<"messages">): Id<"agents"> {
  if (message.author.kind !== "agent" || message.status === "streaming") {
    throw appError("not_found", "There is no such answer.");
  }
  return message.author.agentId;
}
