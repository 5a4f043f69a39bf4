/** Opens a conversation at one of its messages: what is older is loaded until it is there, within a bound. */
import { useEffect, useRef, useState, type RefObject } from "react";
import type { Thread } from "../conversation/useThread";

/** The most that one request brings; ten of them is as far back as a page goes by itself. */
const PAGE = 100;
const MAX_PAGES = 10;

/** `row` is drawn around the marked message, once it is there. `missing`: it is further back, or gone. */
export function useMarkedRow(
  marked: string | undefined,
  thread: Thread,
  row: RefObject<HTMLElement | null>,
  show: (element: HTMLElement) => void,
): "none" | "seeking" | "shown" | "missing" {
  const [asked, setAsked] = useState({ marked, pages: 0 });
  const pages = asked.marked === marked ? asked.pages : 0;
  const shown = useRef<string>(undefined);
  const { rows, isLoading, isLoadingOlder, canLoadOlder, loadOlder } = thread;
  const isThere = marked !== undefined && rows.some(({ id }) => id === marked);

  useEffect(() => {
    if (marked === undefined) shown.current = undefined;
    if (marked === undefined || shown.current === marked) return;
    if (isThere && row.current !== null) {
      shown.current = marked;
      show(row.current);
      // Where the keyboard and the screen reader go on from.
      row.current.focus({ preventScroll: true });
    } else if (!isThere && canLoadOlder && pages < MAX_PAGES) {
      setAsked({ marked, pages: pages + 1 });
      loadOlder(PAGE);
    }
  }, [marked, isThere, row, show, canLoadOlder, pages, loadOlder]);

  if (marked === undefined) return "none";
  if (isThere) return "shown";
  const isOver = !isLoading && !isLoadingOlder && (!canLoadOlder || pages >= MAX_PAGES);
  return isOver ? "missing" : "seeking";
}
