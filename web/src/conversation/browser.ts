/** What the hooks ask the browser. On a server, where nobody watches, each answers false. */
import { useCallback, useSyncExternalStore } from "react";

const no = () => false;

/** False: the page is in a frame that is closed. Browsers call it visible all the same. */
let shown = true;
const watchers = new Set<() => void>();

/** Told by what frames the page. */
export function setPageShown(now: boolean): void {
  shown = now;
  for (const onChange of watchers) onChange();
}

const subscribeVisibility = (onChange: () => void) => {
  watchers.add(onChange);
  document.addEventListener("visibilitychange", onChange);
  return () => {
    watchers.delete(onChange);
    document.removeEventListener("visibilitychange", onChange);
  };
};

const isVisible = () => shown && document.visibilityState === "visible";

/** Whether anybody can see the page. */
export const useDocumentVisible = (): boolean =>
  useSyncExternalStore(subscribeVisibility, isVisible, no);

export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches, no);
}

export const usePrefersReducedMotion = () => useMediaQuery("(prefers-reduced-motion: reduce)");
