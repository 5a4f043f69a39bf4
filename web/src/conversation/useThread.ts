/** The messages of one conversation as rows: what the customer's chat and the technicians' desk share. */
import { usePaginatedQuery, useQuery } from "convex/react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ConversationId, LiveReply, MessageId, PublicConversation } from "../api";
import { Outbox, type OutboxItem, type OutboxOptions } from "./outbox";
import { chatQueries, FIRST_PAGE, OLDER_PAGE } from "./subscriptions";
import { buildRows, technicianName, withDays, type Row, type TimelineEntry } from "./timeline";

/** A conversation's messages, as they are to be drawn. */
export type Thread = {
  /** Oldest first: settled messages, then the reply being written, then what is on its way. */
  rows: Row[];
  /** The same rows with a separator before each local day. */
  entries: TimelineEntry[];
  /** The reply being written as the server tells it, or null. It is among `rows` already. */
  live: LiveReply | null;
  /** The newest settled message: what is shown up to. */
  lastSettled: MessageId | undefined;
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
  /** Asks for the next page of earlier messages. */
  loadOlder: () => void;
};

/** Messages on their way, in the order in which they go. */
export type OutboxState = { outbox: Outbox; items: readonly OutboxItem[] };

/** One outbox for the life of the component; `deliver` may change with every render. */
export function useOutbox(deliver: OutboxOptions["deliver"]): OutboxState {
  const [{ outbox, latest }] = useState(() => {
    const latest = { deliver };
    return { latest, outbox: new Outbox({ deliver: (message) => latest.deliver(message) }) };
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
};

/**
 * Subscribes to a conversation's messages and to the reply being written: two subscriptions, and a reply
 * that grows re-runs only the second. Throws while rendering what the server refuses (`not_found`,
 * `session_expired`): put a `SessionBoundary` around it.
 */
export function useThread({
  conversationId,
  conversation,
  outbox: { outbox, items },
  writer,
}: ThreadOptions): Thread {
  const queries = conversationId === null ? null : chatQueries(conversationId);
  const { results, status, loadMore } = usePaginatedQuery(
    chatMessages,
    queries?.messages.args ?? "skip",
    { initialNumItems: FIRST_PAGE },
  );
  const live = useQuery(chatReply, queries?.reply.args ?? "skip") ?? null;

  useEffect(() => {
    const shown = results.flatMap((message) => message.clientMessageId ?? []);
    outbox.settle(new Set(shown));
  }, [results, outbox]);

  const rows = useMemo(
    () =>
      buildRows({ settled: results, live, outbox: items, writer, conversation, now: Date.now() }),
    [results, live, items, writer, conversation],
  );
  const entries = useMemo(() => withDays(rows), [rows]);
  const lastRow = rows.at(-1);
  return {
    rows,
    entries,
    live,
    lastSettled: results[0]?._id,
    technician: useMemo(() => technicianName(results), [results]),
    isLoading: conversationId !== null && status === "LoadingFirstPage",
    isAnswering: rows.some((row) => row.status === "streaming" || row.status === "expected"),
    canRetryReply:
      lastRow?.author.kind === "agent" &&
      (lastRow.status === "stopped" || lastRow.status === "failed"),
    canLoadOlder: status === "CanLoadMore",
    isLoadingOlder: status === "LoadingMore",
    loadOlder: () => loadMore(OLDER_PAGE),
  };
}

const { messages, reply } = chatQueries("" as ConversationId);
const chatMessages = messages.query;
const chatReply = reply.query;
