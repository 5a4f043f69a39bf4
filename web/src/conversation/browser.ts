/** What the hooks ask the browser. On a server, where nobody watches, each answers false. */
import { useCallback, useSyncExternalStore } from "react";

const no = () => false;

const subscribeVisibility = (onChange: () => void) => {
  document.addEventListener("visibilitychange", onChange);
  return () => document.removeEventListener("visibilitychange", onChange);
};

/** Whether anybody can see the page. */
export const useDocumentVisible = (): boolean =>
  useSyncExternalStore(subscribeVisibility, () => document.visibilityState === "visible", no);

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
