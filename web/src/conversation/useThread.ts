/** The messages of one conversation as rows: what the customer's chat and the technicians' desk share. */
import { usePaginatedQuery, useQuery } from "convex/react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ConversationId, PublicConversation } from "../api";
import { Outbox, type OutboxOptions } from "./outbox";
import { chatQueries, FIRST_PAGE, OLDER_PAGE } from "./subscriptions";
import { buildRows, technicianName, withDays } from "./timeline";

/** One outbox for the life of the component; `deliver` may change with every render. */
export function useOutbox(deliver: OutboxOptions["deliver"]) {
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

type Options = {
  /** Null subscribes to nothing: a conversation that isn't created yet, or nobody signed in. */
  conversationId: ConversationId | null;
  conversation: Pick<PublicConversation, "owner" | "status"> | null;
  outbox: ReturnType<typeof useOutbox>;
};

export function useThread({ conversationId, conversation, outbox: { outbox, items } }: Options) {
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
    () => buildRows({ settled: results, live, outbox: items, conversation, now: Date.now() }),
    [results, live, items, conversation],
  );
  const entries = useMemo(() => withDays(rows), [rows]);
  const lastRow = rows.at(-1);
  return {
    rows,
    entries,
    live,
    technician: useMemo(() => technicianName(results), [results]),
    isLoading: conversationId !== null && status === "LoadingFirstPage",
    isAnswering: rows.some((row) => row.status === "streaming" || row.status === "expected"),
    /** The newest thing said is a reply that ended badly: it can be asked for again. */
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

export type Thread = ReturnType<typeof useThread>;
