/** The desk's lists. Followed are the order of the list on the screen, its lines in sight, who waits, and what is one's own. */
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { ConversationId } from "../api";
import { useSession } from "../auth";
import { useTitleBadge } from "./useTitleBadge";
import { FilterBar, useFilters } from "./FilterBar";
import { Line } from "./ConversationLine";
import { isFiltered, passes } from "./filters";
import { SearchField, SearchResults } from "./Search";
import { PromisesDue } from "./PromisesDue";
import { useNow } from "../ui/useNow";
import { SeveralBar } from "./SeveralBar";
import { FIRST_LINES, type View } from "./subscriptions";
import { useAct } from "./useKeys";
import { useInSight, useLines, useOrder, useRows, type Listed } from "./useList";
import { useSeveral } from "./useSeveral";

const VIEWS = [
  { view: "waiting", name: "Waiting", empty: "Nobody is waiting. The assistant has it covered." },
  { view: "mine", name: "Mine", empty: "You haven't taken a conversation." },
  { view: "all", name: "All open", empty: "There are no open conversations." },
  { view: "snoozed", name: "Later", empty: "Nothing has been set aside." },
  { view: "resolved", name: "Resolved", empty: "No conversation has been resolved yet." },
] as const satisfies { view: View; name: string; empty: string }[];

export function ConversationList({
  current,
  mine,
  waiting,
  mentioned,
  view,
  setView,
}: {
  current: ConversationId | null;
  mine: Listed[] | undefined;
  waiting: Listed[] | undefined;
  /** New mentions. */
  mentioned: number;
  view: View;
  setView: (view: View) => void;
}) {
  const now = useNow(20_000);
  const { user } = useSession();
  const { filters, setFilters } = useFilters();
  const filtered = isFiltered(filters);
  // To tell whether a line passes is to know it: with a filter the first rows are asked for whole.
  const rows = useRows(view, filters.label, filtered);
  const order = useOrder(
    view,
    view === "waiting" ? waiting : view === "mine" ? mine : null,
    !filtered,
  );
  const listed: Listed[] | undefined = filtered
    ? rows
        ?.filter((row) => passes(row, filters, { me: user?._id, now }))
        .map(({ _id }) => ({ _id }))
    : order.listed;
  const hasMore = !filtered && order.hasMore;
  const [searched, setSearched] = useState("");
  const isSearching = searched.trim() !== "";
  const { root, inSight } = useInSight(isSearching ? undefined : listed);
  const asked = useLines(filtered ? [] : inSight);
  const lines = filtered ? new Map(rows?.map((row) => [row._id, row] as const)) : asked;
  const unread = mine?.filter((row) => (row.unread ?? 0) > 0).length ?? 0;
  useTitleBadge(unread + (waiting?.length ?? 0) + mentioned);
  useSteps(listed, current);
  const several = useSeveral();
  const open = current === null ? undefined : lines.get(current);
  useAct("choose", open && view !== "resolved" ? () => several.toggle(open) : null);
  const leaving = new Set(several.pending?.chosen.map((one) => one.conversationId));
  const { empty } = VIEWS.find((each) => each.view === view)!;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <SearchField text={searched} setText={setSearched} />
      {isSearching && <SearchResults text={searched} current={current} now={now} />}
      {!isSearching && (
        <>
          <div
            role="tablist"
            aria-label="Conversations"
            onKeyDown={(event) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
              if (step === undefined) return;
              const at = VIEWS.findIndex((each) => each.view === view);
              const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length]!.view;
              setView(next);
              document.getElementById(`tab-${next}`)?.focus();
            }}
            className="flex justify-between overflow-x-auto overflow-y-hidden border-b border-line px-2 pt-2 [scrollbar-width:none]"
          >
            {VIEWS.map((each) => (
              <button
                key={each.view}
                type="button"
                role="tab"
                id={`tab-${each.view}`}
                aria-controls="conversation-list"
                aria-selected={each.view === view}
                tabIndex={each.view === view ? 0 : -1}
                onClick={() => setView(each.view)}
                className={`shrink-0 border-b-2 px-1 py-2.5 focus-visible:-outline-offset-2 text-[0.8125rem] font-medium whitespace-nowrap transition-colors ${each.view === view ? "border-accent text-ink" : "border-transparent text-soft hover:text-ink"}`}
              >
                {each.name}
                {each.view === view && <Count of={listed?.length ?? 0} more={hasMore} />}
                {each.view === "waiting" && view !== "waiting" && (
                  <Count
                    of={waiting?.length ?? 0}
                    more={waiting?.length === FIRST_LINES}
                    look="bg-person text-bg"
                    testId="waiting-count"
                  />
                )}
                {each.view === "mine" && view !== "mine" && (
                  <Count
                    of={unread}
                    look="bg-accent text-on-accent"
                    label={`${unread} with something new`}
                    testId="mine-unread"
                  />
                )}
              </button>
            ))}
          </div>
          {view === "mine" && <PromisesDue />}
          <FilterBar filters={filters} setFilters={setFilters} />
          <SeveralBar several={several} />
          <div
            ref={root}
            id="conversation-list"
            role="tabpanel"
            aria-labelledby={`tab-${view}`}
            data-testid="desk-list"
            className="scroll-calm min-h-0 flex-1 p-2"
          >
            {listed === undefined && <ListSkeleton />}
            {listed?.length === 0 && (
              <p className="px-6 py-12 text-center text-sm text-balance text-soft">
                {filtered ? "No conversation of this list passes the filter." : empty}
              </p>
            )}
            <ul className="flex flex-col gap-0.5">
              {listed?.map(({ _id }) => (
                <Line
                  key={_id}
                  id={_id}
                  row={lines.get(_id)}
                  isInSight={inSight.includes(_id)}
                  current={_id === current}
                  choosing={view === "resolved" ? null : several.chosen.size > 0}
                  chosen={several.chosen.has(_id)}
                  leaving={leaving.has(_id)}
                  onToggle={several.toggle}
                />
              ))}
            </ul>
            {hasMore && <MoreLines key={listed?.length} onReached={order.showMore} />}
            {filtered && rows?.length === FIRST_LINES && (
              <p className="px-3.5 py-2 text-xs text-soft">
                Of the first {FIRST_LINES} {filters.label ? "with this label" : "of this list"}.
                Search finds the others, by label too.
              </p>
            )}
          </div>
        </>
      )}
    </div>
  );
}

/** The next and the previous of the list, by key: it is opened, and its line is in sight. */
function useSteps(listed: Listed[] | undefined, current: ConversationId | null): void {
  const [, navigate] = useLocation();
  const at = listed?.findIndex(({ _id }) => _id === current) ?? -1;
  const step = (to: number) => {
    const id = listed?.[to]?._id;
    if (id === undefined) return null;
    return () => {
      navigate(`/desk/${id}`);
      document.querySelector(`[data-line="${id}"]`)?.scrollIntoView({ block: "nearest" });
    };
  };
  useAct("next", step(at + 1));
  useAct("previous", at > 0 ? step(at - 1) : null);
}

/** Asks for more where the list comes to its end. */
function MoreLines({ onReached }: { onReached: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) onReached();
    });
    observer.observe(end.current!);
    return () => observer.disconnect();
  }, [onReached]);
  return <div ref={end} aria-hidden className="h-px" />;
}

function Count({
  of: count,
  more = false,
  look = "bg-sunken text-soft",
  label,
  testId,
}: {
  of: number;
  /** There may be more than that. */
  more?: boolean;
  look?: string;
  label?: string;
  testId?: string;
}) {
  if (count === 0) return null;
  return (
    <span
      data-testid={testId}
      aria-label={label}
      className={`ml-1 rounded-full px-1 py-0.5 text-[0.6875rem] tabular-nums ${look}`}
    >
      {count}
      {more && "+"}
    </span>
  );
}

/** What a slow line shows meanwhile. */
function ListSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-2 p-2">
      <span className="sr-only">Loading conversations…</span>
      {[0, 1, 2].map((one) => (
        <span key={one} aria-hidden className="h-20 animate-pulse rounded-2xl bg-sunken" />
      ))}
    </div>
  );
}
