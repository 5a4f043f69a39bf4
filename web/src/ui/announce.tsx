/**
 * Says things to screen readers: whole answers and messages, once, and only when they are finished. What can't wait
 * ("assertive") is said at once, over whatever else is being read.
 */
import { createContext, useCallback, useContext, useState, type ReactNode } from "react";

type Urgency = "polite" | "assertive";
type Announce = (text: string, urgency?: Urgency) => void;
type Said = { key: number; text: string };

const AnnounceContext = createContext<Announce>(() => undefined);

export const useAnnounce = () => useContext(AnnounceContext);

/** What comes in the same moment is all said; what was said before that is not in the way of who reads the page. */
const KEPT = 3;

const withNext = (said: readonly Said[], text: string): Said[] => [
  ...said.slice(1 - KEPT),
  { key: (said.at(-1)?.key ?? 0) + 1, text },
];

export function Announcer({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState<readonly Said[]>([]);
  const [assertive, setAssertive] = useState<readonly Said[]>([]);
  const announce = useCallback<Announce>((text, urgency = "polite") => {
    (urgency === "polite" ? setPolite : setAssertive)((said) => withNext(said, text));
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div role="status" aria-live="polite" data-testid="announcer" {...REGION}>
        <Paragraphs said={polite} />
      </div>
      <div role="alert" aria-live="assertive" data-testid="announcer-now" {...REGION}>
        <Paragraphs said={assertive} />
      </div>
    </AnnounceContext>
  );
}

/** Only what is new is read, also when it says the same again. */
const REGION = {
  className: "sr-only",
  "aria-atomic": false,
  "aria-relevant": "additions",
} as const;

const Paragraphs = ({ said }: { said: readonly Said[] }) =>
  said.map(({ key, text }) => <p key={key}>{text}</p>);
