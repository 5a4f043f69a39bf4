/** The conversation as a scrolling log, oldest first, with older pages loaded as the reader goes up. */
import { ArrowDown } from "lucide-react";
import {
  lazy,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from "react";
import type { Row, TimelineEntry } from "../conversation/timeline";
import type { Thread } from "../conversation/useThread";
import { Spinner } from "../ui/controls";
import { loadPatiently } from "../ui/loadPatiently";
import { dayName } from "../ui/time";
import { MessageRow } from "./MessageRow";
import { picturesOf, ViewerContext } from "./pictures";
import { isOwn, type Reader, type RowActions } from "./rowActions";
import { useAnnounceNews } from "./useAnnounceNews";
import { useMarkedRow } from "./useMarkedRow";
import { usePrintAll } from "./usePrintAll";
import { useStickToBottom } from "./useStickToBottom";

const Viewer = lazy(() => loadPatiently(() => import("./Viewer")));

/** Older messages are asked for this long before the reader reaches the top. */
const LOOK_AHEAD = 400;

type Props = {
  thread: Thread;
  reader: Reader;
  actions: RowActions;
  /** What the other side has seen: when, and up to which time of messages. */
  seen?: { at: number; upTo: number } | null;
  /** The reader's own message that may still be changed. */
  editable?: string | undefined;
  /** Below the last message: prompts that belong to the conversation's state. */
  footer?: ReactNode;
  /** The message that was looked for: shown, and set off from the others. */
  marked?: string | undefined;
  /** It is to be printed: all of it, from the first message. */
  printing?: boolean;
  onPrinted?: () => void;
};

export default function MessageList(props: Props) {
  const { thread, reader, actions, footer, marked } = props;
  const markedRow = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { entries, rows } = thread;
  const { atBottom, toBottom, toRow } = useStickToBottom(scroller, content, rows[0]?.key);
  useLoadOlder(scroller, thread);
  const markedState = useMarkedRow(marked, thread, markedRow, toRow);
  useAnnounceNews(rows, reader);
  usePrintAll(thread, props);

  // Somebody who sends something wants to see it, wherever they were reading.
  const lastOwn = rows.findLast((row) => row.outboxItem !== undefined)?.key;
  useEffect(() => {
    if (lastOwn !== undefined) toBottom();
  }, [lastOwn, toBottom]);

  const seenKey = seenRow(rows, reader, props.seen);
  const unseen = useUnseen(rows.at(-1)?.key, atBottom);
  const stable = useStableActions(actions);
  const [large, setLarge] = useState<string | null>(null);
  return (
    <div className="relative min-h-0 flex-1">
      {large !== null && (
        <Suspense fallback={null}>
          <Viewer
            pictures={picturesOf(rows)}
            url={large}
            onShow={setLarge}
            onClose={() => setLarge(null)}
          />
        </Suspense>
      )}
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
          {thread.canLoadOlder && (
            <p className="hidden text-sm print:block">
              Earlier messages are not on this print. Print from the menu of the chat to have them.
            </p>
          )}
          {thread.isLoadingOlder && (
            <div
              className="grid place-items-center py-2 text-faint"
              aria-label="Loading earlier messages"
            >
              <Spinner />
            </div>
          )}
          <ViewerContext value={setLarge}>
            {entries.map((entry, index) =>
              entry.kind === "day" ? (
                <DaySeparator key={entry.key} at={entry.at} />
              ) : (
                <MarkedRow
                  key={entry.row.key}
                  marked={marked !== undefined && entry.row.id === marked}
                  ref={markedRow}
                >
                  <MessageRow
                    row={entry.row}
                    reader={reader}
                    actions={stable}
                    continued={isContinued(entries, index)}
                    canRetry={thread.canRetryReply && entry.row === rows.at(-1)}
                    canEdit={entry.row.id !== undefined && entry.row.id === props.editable}
                    seenAt={entry.row.key === seenKey ? props.seen?.at : undefined}
                  />
                </MarkedRow>
              ),
            )}
          </ViewerContext>
          {footer}
        </div>
      </div>
      {(markedState === "missing" || markedState === "seeking") && (
        <p
          role="status"
          className="absolute inset-x-4 top-3 mx-auto max-w-sm rounded-xl bg-note px-4 py-2 text-center text-[0.8125rem] text-on-note"
        >
          {markedState === "seeking"
            ? "Going back to the message…"
            : "The message is gone, or too far back to be shown at once: scroll up for it."}
        </p>
      )}
      {!atBottom && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 grid place-items-center">
          <button
            type="button"
            data-testid="to-newest"
            onClick={() => toBottom("smooth")}
            className="pointer-events-auto flex h-9 animate-rise items-center gap-1.5 rounded-full border border-line bg-surface px-4 text-[0.8125rem] font-medium text-ink shadow-raised hover:bg-sunken"
          >
            <ArrowDown size={15} aria-hidden />
            {unseen ? "New messages" : "To the newest"}
          </button>
        </div>
      )}
    </div>
  );
}

/** A frame around the row that was looked for; any other stands as it is. */
function MarkedRow({
  marked,
  ref,
  children,
}: {
  marked: boolean;
  ref: RefObject<HTMLDivElement | null>;
  children: ReactNode;
}) {
  if (!marked) return children;
  return (
    <div
      ref={ref}
      tabIndex={-1}
      role="group"
      aria-label="The message that was found"
      data-testid="marked-message"
      className="-mx-2 flex flex-col gap-5 rounded-2xl bg-note px-2 py-2 outline-2 outline-note-line"
    >
      {children}
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

/** The reader's last message to the other side, once that has seen it. */
function seenRow(rows: readonly Row[], reader: Reader, seen: Props["seen"]): string | undefined {
  const last = rows.findLast((row) => row.visibility === "public" && isOwn(row, reader));
  if (!seen || last?.message === undefined || last.at > seen.upTo) return undefined;
  return last.key;
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
      ...(has.includes("edit") && { edit: () => latest.current.edit?.() }),
      ...(has.includes("retryReply") && {
        retryReply: async () => await latest.current.retryReply?.(),
      }),
    }),
    [has],
  );
}
