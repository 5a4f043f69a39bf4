/** Writing and listing messages: the one place that inserts a customer's or a technician's message. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { attach, type NewFile } from "../conversations/attachments";
import { reopened } from "../conversations/episodes";
import { AT_ONCE, letAnswer, type Answering } from "../conversations/replyProcess";
import { appError } from "../../lib/errors";
import { record } from "../analytics/events";
import { drain } from "../handoff/assignment";
import { openMsBetween } from "../hours/hours";
import { firstAnswer } from "../analytics/metrics";
import { staffMessage } from "./notes";
import {
  changesOf,
  decideFor,
  handOffByRule,
  isOfferHeard,
  offerInstead,
  tookOffer,
} from "../handoff/offers";
import { noteFrom } from "../promises/ledger";
import { comesBack, hasLeftIt, passOn, welcomeBack, type Back } from "./returning";
import { loadHours } from "../hours/stored";
import { purposeOfStaff, textable, textOut } from "../outbox/outbox";
import { cleanOptionalText, cleanText, MAX_MESSAGE_CHARS, preview } from "../../lib/text";
import type { Decision } from "../handoff/triggers";
import { bumpTurn } from "../conversations/turns";

/** Rows of the live window. */
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
  await react(ctx, stored, AT_ONCE);
  return stored.messageId;
}

type CustomersMessage = Pick<
  Doc<"messages">,
  "text" | "clientMessageId" | "attachments" | "smsSid" | "pendingMedia"
>;

export type Stored = {
  messageId: Id<"messages">;
  before: Doc<"conversations">;
  conversation: Doc<"conversations">;
  decision: Decision;
  welcome: Back | null;
  /** True if the technician who has it has gone home. */
  left: boolean;
};

/** Stores what a customer said and begins a turn with it; `react` does what follows from it. */
export async function store(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  message: CustomersMessage,
): Promise<Stored> {
  const { text, attachments, pendingMedia } = message;
  const now = Date.now();
  const wasResolved = conversation.status === "resolved";
  const decision = decideFor(conversation, text, await isOfferHeard(ctx, conversation));
  const back = wasResolved ? await comesBack(ctx, conversation, text) : null;
  const left = await hasLeftIt(ctx, conversation);
  // What a rule decides comes before where the customer was the last time.
  const welcome = decision.kind === "none" ? back : null;
  const byPeople = conversation.owner.kind !== "ai" || welcome?.kind === "technician";
  const next = await bumpTurn(ctx, conversation, {
    ...(wasResolved
      ? reopened(conversation)
      : { status: "open" as const, snoozedUntil: undefined }),
    ...changesOf(decision, conversation),
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
  return { messageId, before: conversation, conversation: next, decision, welcome, left };
}

/**
 * What follows from a stored message: people who have gone home pass it on, the rules decide, else the AI answers
 * as `answering` says. Null: from whom it answers nothing.
 */
export async function react(
  ctx: MutationCtx,
  { before, conversation: next, decision, welcome, left }: Stored,
  answering: Answering | null,
): Promise<void> {
  if (left) return await passOn(ctx, next);
  if (next.owner.kind === "queue" && before.status === "snoozed") await drain(ctx);
  if (next.owner.kind !== "ai" || answering === null) return;
  if (welcome !== null) return await welcomeBack(ctx, next, welcome, answering);
  await respond(ctx, next, { decision, offered: tookOffer(before, decision) }, answering);
}

/** The rules first: what they decide costs no model call. */
async function respond(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  { decision, offered }: { decision: Decision; offered: boolean },
  answering: Answering,
): Promise<void> {
  const refs = { conversationId: conversation._id, actorId: conversation.userId };
  if (decision.kind === "hand_off") {
    if (offered) await record(ctx, "offer_accepted", refs, { reason: decision.reason });
    return await handOffByRule(ctx, conversation, decision, conversation.userId);
  }
  if (decision.kind === "offer") return await offerInstead(ctx, conversation, decision.reason);
  if (decision.kind === "declined") await record(ctx, "offer_declined", refs);
  await letAnswer(ctx, conversation, answering);
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
  const bySms = await textable(ctx, conversation, text);
  const now = Date.now();
  const waitedMs = conversation.waitingSince && now - conversation.waitingSince;
  const { first, answeredBy } = firstAnswer(conversation.answeredBy, "human", waitedMs);
  const next = await bumpTurn(ctx, conversation, {
    lastMessageAt: now,
    preview: preview(text),
    waitingSince: undefined,
    answeredBy,
    unreadByCustomer: conversation.unreadByCustomer + 1,
    unreadByStaff: 0,
  });
  const refs = { conversationId: conversation._id, actorId: technician._id };
  const waitedOpenMs =
    conversation.waitingSince &&
    openMsBetween(await loadHours(ctx), conversation.waitingSince, now);
  await record(ctx, "staff_replied", refs, { waitedMs, waitedOpenMs, first });
  const messageId = await ctx.db.insert("messages", {
    ...staffMessage(next, technician, text),
    visibility: "public",
    settledAt: now,
    clientMessageId,
  });
  await noteFrom(ctx, next, text, { kind: "technician", userId: technician._id });
  if (bySms) await textOut(ctx, next, messageId, await purposeOfStaff(ctx, conversation));
  return messageId;
}

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
