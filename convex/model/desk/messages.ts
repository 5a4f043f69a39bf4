/** Writing and listing messages: the one place that inserts a customer's or a technician's message. */
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { attachUploads, type NewFile } from "../conversations/attachments";
import { patchToReopen } from "../conversations/episodes";
import { AT_ONCE, type Answering } from "../conversations/replyProcess";
import { appError } from "../../lib/errors";
import { recordEvent } from "../analytics/events";
import { openMsBetween } from "../hours/hours";
import { firstResponseOf } from "../analytics/metrics";
import { staffMessageOf } from "./notes";
import { changesOfDecision, decideForMessage } from "../handoff/offers";
import { notePromise } from "../promises/ledger";
import { carryOut } from "./carryOut";
import { planResponse, type Situation } from "./planResponse";
import { routeReturningCustomer, hasTechnicianLeft } from "./returning";
import { loadHours } from "../hours/stored";
import {
  findStaffChannel,
  newDelivery,
  purposeOfStaffMessage,
  startOutbox,
} from "../outbox/outbox";
import {
  cleanOptionalText,
  cleanText,
  MAX_MESSAGE_CHARS,
  previewOf,
  TITLE_CHARS,
} from "../../lib/text";
import { bumpTurn } from "../conversations/turns";
import { wordsToFind } from "../conversations/wordsToFind";

/** Rows of the live window. */
export const LIVE_WINDOW = 30;
/** What a page gets of what is new; it moves its moment on before there is as much. */
export const LIVE_LIMIT = 100;

type NewMessage = {
  text: string;
  clientMessageId?: string;
  attachments?: NewFile[];
  /** Whose uploads the files are; the customer's unless told. */
  uploadedBy?: Id<"users">;
};

/**
 * A customer's message: stored once per `clientMessageId`, bumps the turn and, if the AI owns the
 * conversation, starts its reply. A message to a resolved conversation reopens it.
 */
export async function sendAsCustomer(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  draft: NewMessage,
  answering: Answering = AT_ONCE,
): Promise<Id<"messages">> {
  const clientMessageId = checkClientMessageId(draft.clientMessageId);
  const sent = clientMessageId && (await byClientMessageId(ctx, conversation._id, clientMessageId));
  if (sent) return sent._id;

  const attachments = await attachUploads(ctx, conversation, draft.attachments, {
    uploadedBy: draft.uploadedBy,
  });
  const text = attachments
    ? cleanOptionalText("The message", draft.text, MAX_MESSAGE_CHARS)
    : cleanText("The message", draft.text, MAX_MESSAGE_CHARS);
  const message = { text, clientMessageId, attachments };
  const stored = await storeCustomerMessage(ctx, conversation, message);
  const plan = planResponse({ ...stored, muted: false });
  await carryOut(ctx, stored.conversation, { plan, answering });
  return stored.messageId;
}

type CustomersMessage = Pick<
  Doc<"messages">,
  "text" | "clientMessageId" | "attachments" | "smsSid" | "providerId" | "pendingMedia"
>;

type Stored = Omit<Situation, "muted"> & {
  messageId: Id<"messages">;
  /** As it now is. */
  conversation: Doc<"conversations">;
};

/** Stores what a customer said and begins a turn with it. What follows is `planResponse`'s to say, from what this read. */
export async function storeCustomerMessage(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  message: CustomersMessage,
): Promise<Stored> {
  const { text, attachments, pendingMedia } = message;
  const now = Date.now();
  const wasResolved = conversation.status === "resolved";
  const read = await readSituation(ctx, conversation, text);
  const byPeople = conversation.owner.kind !== "ai" || read.welcome?.kind === "technician";
  const said = text || attachments?.[0]?.name || (pendingMedia ? "Picture" : "");
  const next = await bumpTurn(ctx, conversation, {
    ...(wasResolved
      ? patchToReopen(conversation)
      : { status: "open" as const, snoozedUntil: undefined }),
    ...changesOfDecision(read.decision, conversation),
    lastMessageAt: now,
    preview: previewOf(said),
    // Nothing has been said here yet: it is what they came for.
    ...(conversation.preview === "" && { title: previewOf(said, TITLE_CHARS) }),
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
    searchText: wordsToFind(message),
    ...message,
  });
  const refs = { conversationId: conversation._id, actorId: conversation.userId };
  if (wasResolved) await recordEvent(ctx, "reopened", refs);
  await recordEvent(ctx, "message_received", refs);
  return { ...read, messageId, conversation: next };
}

/** What a message means to the conversation as it stands, before the message changes it. */
async function readSituation(
  ctx: Pick<QueryCtx, "db">,
  conversation: Doc<"conversations">,
  text: string,
): Promise<Omit<Situation, "muted">> {
  const decision = await decideForMessage(ctx, conversation, text);
  const back =
    conversation.status === "resolved"
      ? await routeReturningCustomer(ctx, conversation, text)
      : null;
  return {
    before: conversation,
    decision,
    // What a rule decides comes before where the customer was the last time.
    welcome: decision.kind === "none" ? back : null,
    left: await hasTechnicianLeft(ctx, conversation),
  };
}

/** A technician's answer. Only whoever has the conversation may answer, so that two don't talk at once. */
export async function sendAsStaff(
  ctx: MutationCtx,
  conversation: Doc<"conversations">,
  technician: Doc<"users">,
  message: NewMessage & {
    keptPercent?: number | undefined;
    /** What they wrote, where `text` is its translation. */
    original?: { text: string; to: string } | undefined;
  },
): Promise<Id<"messages">> {
  if (conversation.owner.kind !== "human" || conversation.owner.userId !== technician._id) {
    throw appError("conflict", "Claim the conversation before you answer in it.");
  }
  const clientMessageId = checkClientMessageId(message.clientMessageId);
  const sent = clientMessageId && (await byClientMessageId(ctx, conversation._id, clientMessageId));
  if (sent) return sent._id;

  const actorId = technician._id;
  const sender = { uploadedBy: actorId, actorId };
  const attachments = await attachUploads(ctx, conversation, message.attachments, sender);
  const text = attachments
    ? cleanOptionalText("The message", message.text, MAX_MESSAGE_CHARS)
    : cleanText("The message", message.text, MAX_MESSAGE_CHARS);
  const channel = await findStaffChannel(ctx, conversation, { text, attachments });
  const now = Date.now();
  const waitedMs = conversation.waitingSince && now - conversation.waitingSince;
  const { first, answeredBy } = firstResponseOf(conversation.answeredBy, "human", waitedMs);
  const next = await bumpTurn(ctx, conversation, {
    lastMessageAt: now,
    preview: previewOf(text || (attachments?.[0]?.name ?? "")),
    waitingSince: undefined,
    answeredBy,
    unreadByCustomer: conversation.unreadByCustomer + 1,
    unreadByStaff: 0,
  });
  const refs = { conversationId: conversation._id, actorId };
  const waitedOpenMs =
    conversation.waitingSince &&
    openMsBetween(await loadHours(ctx), conversation.waitingSince, now);
  const { keptPercent } = message;
  await recordEvent(ctx, "staff_replied", refs, { waitedMs, waitedOpenMs, first, keptPercent });
  const delivery = channel
    ? newDelivery(await purposeOfStaffMessage(ctx, conversation), channel)
    : undefined;
  const messageId = await ctx.db.insert("messages", {
    ...staffMessageOf(next, technician, text),
    visibility: "public",
    settledAt: now,
    clientMessageId,
    attachments,
    delivery,
    original: message.original,
  });
  await notePromise(ctx, next, text, { kind: "technician", userId: technician._id });
  if (delivery) await startOutbox(ctx, next, delivery);
  return messageId;
}

type Settled = {
  asStaff: boolean;
  /** Exclusive, by `settledAt`. */
  after?: number | undefined;
  /** Inclusive. */
  before?: number;
};

/** Settled messages, newest first; staff also see notes. The streaming row is in neither range. */
export function querySettledMessages(
  ctx: Pick<QueryCtx, "db">,
  id: Id<"conversations">,
  { asStaff, after, before = Number.MAX_VALUE }: Settled,
) {
  const messages = ctx.db.query("messages");
  const range = asStaff
    ? messages.withIndex("by_conversation_and_settled", (q) =>
        q.eq("conversationId", id).gt("settledAt", after).lte("settledAt", before),
      )
    : messages.withIndex("by_conversation_and_visibility", (q) =>
        q
          .eq("conversationId", id)
          .eq("visibility", "public")
          .gt("settledAt", after)
          .lte("settledAt", before),
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
export function requireAnsweringAgent(message: Doc<"messages">): Id<"agents"> {
  if (message.author.kind !== "agent" || message.status === "streaming") {
    throw appError("not_found", "There is no such answer.");
  }
  return message.author.agentId;
}
