/**
 * Says things to screen readers: whole answers and messages, once, and only when they are finished. What can't wait
 * ("assertive") is said at once, over whatever else is being read.
 */
import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

type Urgency = "polite" | "assertive";
type Announce = (text: string, urgency?: Urgency) => void;
type Said = { text: string; turn: number };

const AnnounceContext = createContext<Announce>(() => undefined);

export const useAnnounce = () => useContext(AnnounceContext);

const NOTHING: Said = { text: "", turn: 0 };

export function Announcer({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState(NOTHING);
  const [assertive, setAssertive] = useState(NOTHING);
  const announce = useCallback<Announce>((text, urgency = "polite") => {
    const say = urgency === "polite" ? setPolite : setAssertive;
    say((before) => ({ text, turn: before.turn + 1 }));
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="sr-only" role="status" aria-live="polite" data-testid="announcer">
        <InTurns {...polite} />
      </div>
      <div className="sr-only" role="alert" aria-live="assertive" data-testid="announcer-now">
        <InTurns {...assertive} />
      </div>
    </AnnounceContext>
  );
}

/** Two places in turn: a region that gets the same text twice stays silent the second time. */
function InTurns({ text, turn }: Said) {
  return (
    <>
      <p>{turn % 2 === 0 ? text : ""}</p>
      <p>{turn % 2 === 1 ? text : ""}</p>
    </>
  );
}
