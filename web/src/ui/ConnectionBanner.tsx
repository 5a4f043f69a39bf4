/** Says when the line is down, and that nothing is lost. Quiet about interruptions too short to notice. */
import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useConnection } from "./useConnection";

const NOTICEABLE_MS = 1500;

/** `promise`: what becomes of what is written meanwhile; absent where something was refused. */
export function ConnectionBanner({ promise }: { promise?: string | undefined }) {
  const { online, down } = useConnection();
  const [noticed, setNoticed] = useState(false);
  useEffect(() => {
    if (!down) return setNoticed(false);
    const timer = setTimeout(() => setNoticed(true), NOTICEABLE_MS);
    return () => clearTimeout(timer);
  }, [down]);
  return (
    <div role="status" aria-live="polite">
      {noticed && down && (
        <p
          data-testid="connection-banner"
          className="flex items-center justify-center gap-2 bg-note px-4 py-2 text-center text-[0.8125rem] text-on-note"
        >
          <WifiOff size={15} aria-hidden className="shrink-0" />
          {online ? "Reconnecting…" : "You're offline."} {promise}
        </p>
      )}
    </div>
  );
}
