/** Whether the line to the deployment is up. */
import { useConvexConnectionState } from "convex/react";
import { useSyncExternalStore } from "react";

function subscribeOnline(onChange: () => void): () => void {
  window.addEventListener("online", onChange);
  window.addEventListener("offline", onChange);
  return () => {
    window.removeEventListener("online", onChange);
    window.removeEventListener("offline", onChange);
  };
}

/** `online`: the browser has a network, as far as it knows. */
export function useConnection(): { online: boolean; down: boolean } {
  const online = useSyncExternalStore(subscribeOnline, () => navigator.onLine);
  const { isWebSocketConnected } = useConvexConnectionState();
  return { online, down: !online || !isWebSocketConnected };
}
