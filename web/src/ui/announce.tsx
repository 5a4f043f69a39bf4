/** Says things to screen readers: whole answers, once, and only when they are finished. */
import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

const AnnounceContext = createContext<(text: string) => void>(() => undefined);

export const useAnnounce = () => useContext(AnnounceContext);

export function Announcer({ children }: { children: ReactNode }) {
  const [{ text, turn }, setSaid] = useState({ text: "", turn: 0 });
  // Two regions in turn: a region that gets the same text twice stays silent the second time.
  const announce = useCallback(
    (next: string) => setSaid((said) => ({ text: next, turn: said.turn + 1 })),
    [],
  );
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="sr-only" role="status" aria-live="polite" data-testid="announcer">
        <p>{turn % 2 === 0 ? text : ""}</p>
        <p>{turn % 2 === 1 ? text : ""}</p>
      </div>
    </AnnounceContext>
  );
}
