/** Says when the line is down, and that nothing is lost. Quiet about interruptions too short to notice. */
import { useConvexConnectionState } from "convex/react";
import { WifiOff } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";

const NOTICEABLE_MS = 1500;

function subscribeOnline(onChange: () => void): () => void {
  window.addEventListener("online", onChange);
  window.addEventListener("offline", onChange);
  return () => {
    window.removeEventListener("online", onChange);
    window.removeEventListener("offline", onChange);
  };
}

export function ConnectionBanner() {
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const { isWebSocketConnected } = useConvexConnectionState();
  const down = !online || !isWebSocketConnected;
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
          className="flex items-center justify-center gap-2 bg-note px-4 py-2 text-center text-[13px] text-on-note"
        >
          <WifiOff size={15} aria-hidden className="shrink-0" />
          {online
            ? "Reconnecting… What you write is kept and sent as soon as we're back."
            : "You're offline. What you write is kept and sent when you're back."}
        </p>
      )}
    </div>
  );
}
