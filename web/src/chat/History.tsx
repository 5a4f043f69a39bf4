/** A customer's conversations by what they asked, latest first. Subscribed to only while it is shown. */
import { usePaginatedQuery } from "convex/react";
import type { ReactNode } from "react";
import { api, type ConversationId, type PublicConversation } from "../api";
import { useSession } from "../auth";
import { Button } from "../ui/controls";
import { listTime } from "../ui/time";

type Props = {
  current: ConversationId | null;
  pageSize: number;
  onOpen: (conversationId: ConversationId) => void;
  heading?: string;
  /** Where there is none. */
  children?: ReactNode;
};

export function History({ current, pageSize, heading, onOpen, children }: Props) {
  const { sessionId } = useSession();
  const { results, status, loadMore } = usePaginatedQuery(
    api.conversations.getUserConversations,
    sessionId === null ? "skip" : {},
    { initialNumItems: pageSize },
  );
  if (sessionId === null || (status === "Exhausted" && results.length === 0)) return children;
  if (status === "LoadingFirstPage") return null;
  return (
    <nav aria-label={heading ?? "Earlier conversations"}>
      {heading !== undefined && <h3 className="mb-1.5 text-sm font-semibold">{heading}</h3>}
      <ul className="-mx-3 flex flex-col gap-0.5">
        {results.map((conversation) => (
          <HistoryItem
            key={conversation._id}
            conversation={conversation}
            current={conversation._id === current}
            onOpen={onOpen}
          />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button look="quiet" size="small" onClick={() => loadMore(pageSize)}>
          Show more
        </Button>
      )}
    </nav>
  );
}

const OWNER_WORDS = { ai: null, queue: "Waiting", human: "With a technician" } as const;

function HistoryItem({
  conversation,
  current,
  onOpen,
}: {
  conversation: PublicConversation;
  current: boolean;
  onOpen: Props["onOpen"];
}) {
  const words = conversation.status === "resolved" ? "Resolved" : OWNER_WORDS[conversation.owner];
  return (
    <li>
      <button
        type="button"
        aria-current={current || undefined}
        onClick={() => onOpen(conversation._id)}
        className={`w-full rounded-2xl px-3 py-2.5 text-left transition-colors hover:bg-sunken ${current ? "bg-accent-wash" : ""}`}
      >
        <span className="flex items-baseline gap-3">
          <span className="line-clamp-2 min-w-0 flex-1 text-[0.9375rem] leading-snug [overflow-wrap:anywhere]">
            {conversation.title ?? (conversation.preview || "Nothing written yet")}
          </span>
          {conversation.unread > 0 && !current && (
            <span
              className="size-2 shrink-0 self-center rounded-full bg-accent"
              aria-label="New answer"
            />
          )}
        </span>
        <span className="mt-0.5 block text-xs text-faint">
          {listTime(conversation.lastMessageAt)}
          {words !== null && ` · ${words}`}
        </span>
      </button>
    </li>
  );
}
