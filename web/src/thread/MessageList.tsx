/** The conversation as a scrolling log, oldest first, with older pages loaded as the reader goes up. */
import { ArrowDown } from "lucide-react";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import type { TimelineEntry } from "../conversation/timeline";
import type { Thread } from "../conversation/useThread";
import { Spinner } from "../ui/controls";
import { dayName } from "../ui/time";
import { MessageRow } from "./MessageRow";
import type { Reader, RowActions } from "./rowActions";
import { useAnnounceNews } from "./useAnnounceNews";
import { useStickToBottom } from "./useStickToBottom";

/** Older messages are asked for this long before the reader reaches the top. */
const LOOK_AHEAD = 400;

type Props = {
  thread: Thread;
  reader: Reader;
  actions: RowActions;
  /** Below the last message: prompts that belong to the conversation's state. */
  footer?: ReactNode;
};

export function MessageList({ thread, reader, actions, footer }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { entries, rows } = thread;
  const { atBottom, toBottom } = useStickToBottom(scroller, content, rows[0]?.key);
  useLoadOlder(scroller, thread);
  useAnnounceNews(rows, reader);

  // Somebody who sends something wants to see it, wherever they were reading.
  const lastOwn = rows.findLast((row) => row.outboxItem !== undefined)?.key;
  useEffect(() => {
    if (lastOwn !== undefined) toBottom();
  }, [lastOwn, toBottom]);

  const unseen = useUnseen(rows.at(-1)?.key, atBottom);
  const stable = useStableActions(actions);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label="Conversation"
        // Finished answers are announced as a whole instead (`ui/announce.tsx`).
        aria-live="off"
        tabIndex={0}
        data-testid="message-list"
        className="scroll-calm h-full [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div
          ref={content}
          className="mx-auto flex w-full max-w-3xl flex-col gap-5 px-4 pt-5 pb-6 sm:px-6"
        >
          {thread.isLoadingOlder && (
            <div
              className="grid place-items-center py-2 text-faint"
              aria-label="Loading earlier messages"
            >
              <Spinner />
            </div>
          )}
          {entries.map((entry, index) =>
            entry.kind === "day" ? (
              <DaySeparator key={entry.key} at={entry.at} />
            ) : (
              <MessageRow
                key={entry.row.key}
                row={entry.row}
                reader={reader}
                actions={stable}
                continued={isContinued(entries, index)}
                canRetry={thread.canRetryReply && entry.row === rows.at(-1)}
              />
            ),
          )}
          {footer}
        </div>
      </div>
      {!atBottom && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 grid place-items-center">
          <button
            type="button"
            data-testid="to-newest"
            onClick={() => toBottom("smooth")}
            className="pointer-events-auto flex h-9 animate-rise items-center gap-1.5 rounded-full border border-line bg-surface px-4 text-[13px] font-medium text-ink shadow-raised hover:bg-sunken"
          >
            <ArrowDown size={15} aria-hidden />
            {unseen ? "New messages" : "To the newest"}
          </button>
        </div>
      )}
    </div>
  );
}

function DaySeparator({ at }: { at: number }) {
  return (
    <div role="separator" aria-label={dayName(at)} className="flex items-center gap-4 py-1">
      <span aria-hidden className="h-px flex-1 bg-line" />
      <span aria-hidden className="text-xs font-medium text-faint">
        {dayName(at)}
      </span>
      <span aria-hidden className="h-px flex-1 bg-line" />
    </div>
  );
}

/** The same person or assistant goes on within five minutes: one name is enough. */
function isContinued(entries: readonly TimelineEntry[], index: number): boolean {
  const [before, entry] = [entries[index - 1], entries[index]];
  if (before?.kind !== "row" || entry?.kind !== "row") return false;
  const [a, b] = [before.row, entry.row];
  return (
    a.author.kind === b.author.kind &&
    a.author.name === b.author.name &&
    a.visibility === b.visibility &&
    Math.abs(b.at - a.at) < 5 * 60_000
  );
}

/** Fills the viewport after mounting, then loads a page whenever the top comes near. */
function useLoadOlder(scroller: React.RefObject<HTMLElement | null>, thread: Thread): void {
  const { canLoadOlder, loadOlder, rows } = thread;
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !canLoadOlder) return;
    const check = () => {
      if (element.scrollTop < LOOK_AHEAD && !isAtEnd(element)) loadOlder();
    };
    const notFull = element.scrollHeight <= element.clientHeight + 1;
    if (notFull) loadOlder();
    element.addEventListener("scroll", check, { passive: true });
    return () => element.removeEventListener("scroll", check);
  }, [scroller, canLoadOlder, loadOlder, rows.length]);
}

/** At the end of a short list the top is near as well: that alone is no wish for older messages. */
const isAtEnd = (element: HTMLElement) =>
  element.scrollHeight - element.scrollTop - element.clientHeight < 2;

/** True when the list has got a new last row since the reader left its end. */
function useUnseen(lastKey: string | undefined, atBottom: boolean): boolean {
  const seen = useRef(lastKey);
  useEffect(() => {
    if (atBottom) seen.current = lastKey;
  }, [atBottom, lastKey]);
  return !atBottom && seen.current !== lastKey;
}

/** Rows are memoised: they get functions that stay the same and call the latest ones. */
function useStableActions(actions: RowActions): RowActions {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const has = Object.keys(actions).sort().join();
  return useMemo<RowActions>(
    () => ({
      ...(has.includes("retrySend") && { retrySend: (id) => latest.current.retrySend?.(id) }),
      ...(has.includes("discard") && { discard: (id) => latest.current.discard?.(id) }),
      ...(has.includes("rateMessage") && {
        rateMessage: async (...args) => await latest.current.rateMessage?.(...args),
      }),
      ...(has.includes("markSourceRead") && {
        markSourceRead: async (...args) => await latest.current.markSourceRead?.(...args),
      }),
      ...(has.includes("openOriginal") && {
        openOriginal: async (id) => await latest.current.openOriginal?.(id),
      }),
      ...(has.includes("retryReply") && {
        retryReply: async () => await latest.current.retryReply?.(),
      }),
    }),
    [has],
  );
}
