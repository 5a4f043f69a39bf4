/** The list on the desk's screen: its order, and what the lines in sight say, each followed at a pace. */
import { useConvex } from "convex/react";
import type { FunctionReference, FunctionReturnType } from "convex/server";
import { useCallback, useEffect, useRef, useState } from "react";
import type { api, ConversationId, StaffConversation } from "../api";
import { followPaced } from "./paced";
import { deskQueries, FIRST_LINES, MAX_LINES, PACE_MS, paceOf, type View } from "./subscriptions";

export type Listed = FunctionReturnType<typeof api.desk.list>[number];
type Request<Q extends FunctionReference<"query">> = { query: Q; args: Q["_args"] };

/** Calls `onValue` with what the query comes to, at a pace, as long as the request is the same. Null: nothing is asked. */
function usePaced<Q extends FunctionReference<"query">>(
  request: Request<Q> | null,
  paceMs: number,
  onValue: (value: FunctionReturnType<Q>) => void,
): void {
  const convex = useConvex();
  const [failed, setFailed] = useState<{ error: unknown } | null>(null);
  const latest = useRef({ request, onValue });
  useEffect(() => {
    latest.current = { request, onValue };
  });
  const key = request === null ? null : JSON.stringify(request.args);
  useEffect(() => {
    const { request } = latest.current;
    if (key === null || request === null) return;
    return followPaced<FunctionReturnType<Q>>({
      paceMs,
      onValue: (value) => latest.current.onValue(value),
      onError: (error) => setFailed({ error }),
      subscribe: (onNext, onError) => {
        const watch = convex.watchQuery(request.query, request.args);
        const take = () => {
          let value;
          try {
            value = watch.localQueryResult();
          } catch (error) {
            onError(error);
            return;
          }
          if (value !== undefined) onNext(value);
        };
        const off = watch.onUpdate(take);
        take();
        return off;
      },
    });
  }, [convex, key, paceMs]);
  // Where a query's error belongs: the boundary around the desk finds out what is true.
  if (failed !== null) throw failed.error;
}

/** After the first lines come some more, and then all that there may be. */
const LIMITS = [FIRST_LINES, 200, MAX_LINES];

/**
 * The order of a list. `live` is what the desk follows anyway: as long as that is enough, nothing else is asked for.
 * `showMore` for whoever comes to its end.
 */
export function useOrder(view: View, live: Listed[] | undefined | null, wanted = true) {
  const [asked, setAsked] = useState<{ view: View; limit: number }>({ view, limit: FIRST_LINES });
  const [held, setHeld] = useState<{ view: View; listed: Listed[] } | null>(null);
  const limit = asked.view === view ? asked.limit : FIRST_LINES;
  const isLive = live !== null && limit === FIRST_LINES;
  usePaced(isLive || !wanted ? null : deskQueries.list(view, limit), paceOf(limit), (listed) =>
    setHeld({ view, listed }),
  );
  const paced = held?.view === view ? held.listed : undefined;
  // While the longer list is on its way, the shorter one stays.
  const listed = isLive ? live : (paced ?? live ?? undefined);
  const isFull = listed !== undefined && listed.length >= limit;
  const next = LIMITS.find((one) => one > limit);
  const showMore = useCallback(() => {
    if (isFull && next !== undefined) setAsked({ view, limit: next });
  }, [isFull, next, view]);
  return { listed, hasMore: isFull, showMore };
}

/** The first rows of a list, whole, and at a pace: what a filter is applied to. Undefined while they are loading. */
export function useRows(
  view: View,
  label: string | undefined,
  wanted: boolean,
): StaffConversation[] | undefined {
  const of = `${view} ${label ?? ""}`;
  const [held, setHeld] = useState<{ of: string; rows: StaffConversation[] } | null>(null);
  usePaced(wanted ? deskQueries.rows(view, label) : null, PACE_MS, (rows) => setHeld({ of, rows }));
  return held?.of === of ? held.rows : undefined;
}

/** What the lines say. Those out of sight keep what they said last. */
export function useLines(
  inSight: ConversationId[],
): ReadonlyMap<ConversationId, StaffConversation> {
  const [rows, setRows] = useState<ReadonlyMap<ConversationId, StaffConversation>>(new Map());
  const ids = inSight.slice(0, FIRST_LINES);
  usePaced(ids.length === 0 ? null : deskQueries.lines(ids), PACE_MS, (lines) =>
    setRows((before) => new Map([...before, ...lines.map((row) => [row._id, row] as const)])),
  );
  return rows;
}

/** A line that comes into sight is asked for when the scrolling has come to rest, or nearly. */
const REST_MS = 100;

/**
 * Which of the lines are in sight, or nearly, in their order. `root` goes on what scrolls, whose children with
 * `data-line` are the lines.
 */
export function useInSight(listed: Listed[] | undefined): {
  root: React.RefObject<HTMLDivElement | null>;
  inSight: ConversationId[];
} {
  const root = useRef<HTMLDivElement>(null);
  const [inSight, setInSight] = useState<ConversationId[]>([]);
  const order = listed?.map(({ _id }) => _id).join() ?? "";
  useEffect(() => {
    const element = root.current;
    if (element === null || order === "") return;
    const seen = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      const ids = (order.split(",") as ConversationId[]).filter((id) => seen.has(id));
      setInSight((before) => (before.join() === ids.join() ? before : ids));
    };
    const observer = new IntersectionObserver(
      (entries) => {
        const first = seen.size === 0;
        for (const { target, isIntersecting } of entries) {
          const id = (target as HTMLElement).dataset.line!;
          if (isIntersecting) seen.add(id);
          else seen.delete(id);
        }
        clearTimeout(timer);
        if (first) settle();
        else timer = setTimeout(settle, REST_MS);
      },
      { root: element, rootMargin: "150px 0px" },
    );
    for (const line of element.querySelectorAll("[data-line]")) observer.observe(line);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [order]);
  return { root, inSight };
}
