/** The messages of one conversation as rows: what the customer's chat and the technicians' desk share. */
import { useConvex, usePaginatedQuery, useQuery } from "convex/react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import {
  api,
  type ConversationId,
  type LiveReply,
  type MessageId,
  type PublicConversation,
  type PublicMessage,
} from "../api";
import { Outbox, type Delivery, type OutboxItem, type OutgoingMessage } from "./outbox";
import type { Kept } from "./replyStream";
import { FIRST_PAGE, OLDER_PAGE } from "./subscriptions";
import { buildRows, technicianName, withDays, type Row, type TimelineEntry } from "./timeline";

/** A conversation's messages, as they are to be drawn. */
export type Thread = {
  /** Oldest first: settled messages, then the reply being written, then what is on its way. */
  rows: Row[];
  /** The same rows with a separator before each local day. */
  entries: TimelineEntry[];
  /** The reply being written, as it is drawn, or null. It is among `rows` already. */
  live: LiveReply | null;
  /** The newest settled message: what is shown up to. */
  lastSettled: MessageId | undefined;
  /** That one is to be mailed, unless it is shown. */
  lastWaits: boolean;
  /** The technician in the conversation, by what they wrote last. */
  technician: string | undefined;
  /** The first page is on its way. */
  isLoading: boolean;
  /** A reply is being written or about to be: show Stop. */
  isAnswering: boolean;
  /** The newest thing said is a reply that was stopped or failed: it can be asked for again. */
  canRetryReply: boolean;
  canLoadOlder: boolean;
  isLoadingOlder: boolean;
  /** Asks for the next page of earlier messages, of a screen's length unless told. */
  loadOlder: (count?: number) => void;
};

/** Messages on their way, in the order in which they go. */
export type OutboxState = { outbox: Outbox; items: readonly OutboxItem[] };

/** One outbox for the life of the component, in its memory; `deliver` may change with every render. */
export function useOutbox(
  deliver: (message: OutgoingMessage, acts: Delivery) => Promise<void>,
): OutboxState {
  const [{ outbox, latest }] = useState(() => {
    const latest = { deliver };
    return { latest, outbox: new Outbox({ deliver: (...what) => latest.deliver(...what) }) };
  });
  useEffect(() => {
    latest.deliver = deliver;
  });
  const items = useSyncExternalStore(outbox.subscribe, outbox.getSnapshot, outbox.getSnapshot);
  return { outbox, items };
}

export type ThreadOptions = {
  /** Null subscribes to nothing: a conversation that isn't created yet, or nobody signed in. */
  conversationId: ConversationId | null;
  /** Null while it is loading. Tells whether an answer of the AI is to be expected. */
  conversation: Pick<PublicConversation, "owner" | "status"> | null;
  outbox: OutboxState;
  writer: "customer" | "technician";
  /** What was said, newest first, from a page that knows; else it is subscribed to, and each message reads a page again. */
  said?: Said;
  /** Whether somebody may be writing whose words don't come straight to this page. */
  followsReply?: boolean;
  /** What is drawn, given what the database has: the page may know more of its own answer. */
  drawn?: (stored: LiveReply | null) => LiveReply | null;
  /** What it had drawn of one that was stopped. */
  kept?: Kept | null;
};

export type Said = {
  results: readonly PublicMessage[];
  status: "LoadingFirstPage" | "LoadingMore" | "CanLoadMore" | "Exhausted";
  loadMore: (numItems: number) => void;
};

const asStored = (stored: LiveReply | null) => stored;

/**
 * Subscribes to a conversation's messages and, unless told otherwise, to the reply being written; says once that
 * somebody looks on where its words are hardly stored else. Throws while rendering what the server refuses (`not_found`,
 * `session_expired`): put a `SessionBoundary` around it.
 */
export function useThread({
  conversationId,
  conversation,
  outbox: { outbox, items },
  writer,
  said,
  followsReply = true,
  drawn = asStored,
  kept = null,
}: ThreadOptions): Thread {
  const subscribed = usePaginatedQuery(
    api.messages.getMessages,
    conversationId === null || said !== undefined ? "skip" : { conversationId },
    { initialNumItems: FIRST_PAGE },
  );
  const { results: settled, status, loadMore } = said ?? subscribed;
  const follows = conversationId !== null && followsReply && mayBeWritten(settled[0], conversation);
  const stored = useQuery(api.replies.subscribeToReply, follows ? { conversationId } : "skip");
  useWatch(conversationId, stored ?? null);
  const live = drawn(stored ?? null);

  useEffect(() => {
    const shown = settled.flatMap((message) => message.clientMessageId ?? []);
    outbox.settle(new Set(shown));
  }, [settled, outbox]);

  const rows = useMemo(
    () => buildRows({ settled, live, outbox: items, writer, conversation, kept, now: Date.now() }),
    [settled, live, items, writer, conversation, kept],
  );
  const entries = useMemo(() => withDays(rows), [rows]);
  const lastRow = rows.at(-1);
  return {
    rows,
    entries,
    live,
    lastSettled: settled[0]?._id,
    lastWaits: settled[0]?.delivery?.state === "queued",
    technician: useMemo(() => technicianName(settled), [settled]),
    isLoading: conversationId !== null && status === "LoadingFirstPage",
    isAnswering: rows.some((row) => row.status === "streaming" || row.status === "expected"),
    canRetryReply:
      lastRow?.author.kind === "agent" &&
      (lastRow.status === "stopped" || lastRow.status === "failed"),
    canLoadOlder: status === "CanLoadMore",
    isLoadingOlder: status === "LoadingMore",
    loadOlder: (count = OLDER_PAGE) => loadMore(count),
  };
}

/** Not by people, nor after an answer that was finished: whatever follows that is a message first. */
function mayBeWritten(
  newest: PublicMessage | undefined,
  conversation: ThreadOptions["conversation"],
): boolean {
  const isOver = newest?.author.kind === "agent" && newest.status === "complete";
  return conversation?.owner === "ai" && newest !== undefined && !isOver;
}

/** A mark that fails costs a few seconds of words, not one of them. */
function useWatch(conversationId: ConversationId | null, reply: LiveReply | null): void {
  const convex = useConvex();
  const marked = useRef<MessageId | null>(null);
  useEffect(() => {
    if (conversationId === null || !reply?.readAlong || marked.current === reply.messageId) return;
    marked.current = reply.messageId;
    convex.mutation(api.replies.watch, { conversationId }).catch(() => (marked.current = null));
  }, [convex, conversationId, reply]);
}
