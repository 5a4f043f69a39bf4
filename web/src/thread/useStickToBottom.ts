/**
 * Keeps a growing list at its end, as long as the reader is there. Whoever scrolls up is left alone, by
 * however little, until they come back or ask for the newest. Older messages put in above don't move
 * what is being read.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

const NEAR = 24;

/** The end, or the top of what must be read from its beginning (`data-from-top`), while that is last. */
function endOf(element: HTMLElement, inner: HTMLElement): number {
  const held = inner.lastElementChild;
  if (held === null || !held.hasAttribute("data-from-top")) return element.scrollHeight;
  const top = held.getBoundingClientRect().top - element.getBoundingClientRect().top;
  return element.scrollTop + top - NEAR / 2;
}

export function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  /** Key of the oldest row: when it changes, rows were put in above. */
  firstKey: string | undefined,
) {
  const stuck = useRef(true);
  const last = useRef({ top: 0, height: 0 });
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(
    (behavior: ScrollBehavior = "instant") => {
      stuck.current = true;
      setAtBottom(true);
      scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior });
    },
    [scroller],
  );

  /** Goes to a row of the list, and stays there. */
  const toRow = useCallback((row: HTMLElement) => {
    stuck.current = false;
    setAtBottom(false);
    row.scrollIntoView({ block: "center", behavior: "instant" });
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null) return;
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      const distance = scrollHeight - scrollTop - clientHeight;
      const wentUp = scrollTop < last.current.top - 1 && scrollHeight >= last.current.height;
      if (distance < 2) stuck.current = true;
      else if (wentUp) stuck.current = false;
      else if (distance < NEAR && scrollTop > last.current.top) stuck.current = true;
      last.current = { top: scrollTop, height: scrollHeight };
      setAtBottom(stuck.current);
    };
    // Text grows, the composer grows, the keyboard opens: in each case the end stays in sight.
    const observer = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = endOf(element, inner);
      last.current = { top: element.scrollTop, height: element.scrollHeight };
    });
    observer.observe(inner);
    observer.observe(element);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [scroller, content]);

  const seenFirstKey = useRef(firstKey);
  const heightBefore = useRef(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (seenFirstKey.current !== firstKey && !stuck.current) {
      element.scrollTop += element.scrollHeight - heightBefore.current;
    }
    seenFirstKey.current = firstKey;
    heightBefore.current = element.scrollHeight;
  });

  return { atBottom, toBottom, toRow };
}
